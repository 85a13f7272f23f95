"""What was discovered, in German: values in, text out."""

from datetime import UTC, datetime

import pytest
from test_discovery_engine import ALIEN, AP, EDGE, Site

from campusctl.cli.discover_views import show_discovery
from campusctl.engine.discovery import discover
from campusctl.model.discovery import Discovery
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.sentence import sentences
from campusctl.model.tables import Heard
from campusctl.words.language import translate_to


def test_what_is_found_is_said_in_german(capsys: pytest.CaptureFixture[str]) -> None:
    """The table, a sentence for each thing, what could not be looked for, the sum."""
    site = Site().at(EDGE, "2", AP, 3).at(EDGE, "1", ALIEN)
    site.heard[EDGE].append(
        Heard(port="3", name="SIP", chassis="00:04:f2:00:00:01", capabilities=("telephone",), description="Yealink")
    )
    found = discover(site.school, site.tables)
    silent = Fault(device="s1-x-sw01", kind=FaultKind.UNREACHABLE, what="no route to host")
    notes = (sentences("{number} device has no `mac` in the inventory: it cannot be recognised",
                       "{number} devices have no `mac` in the inventory: they cannot be recognised", 3),)  # fmt: skip
    report = Discovery(
        school="s1", checked=datetime(2026, 11, 27, tzinfo=UTC), found=found.found, right=found.right,
        switches=tuple(site.tables), notes=notes, faults=(silent,),
    )  # fmt: skip
    show_discovery(report, UTC, translate_to("de"), as_json=False)
    out = capsys.readouterr().out
    said = " ".join(out.split())
    assert out.splitlines()[0].split() == ["Switch", "Port", "VLAN", "MAC-Adresse", "seit"]
    assert "ersetzt" in said
    assert f"ein anderes Gerät ({ALIEN}) hängt an seinem Port 1 von s1-edge-sw01." in said
    assert "ein Telefon namens SIP, das das Inventar nicht kennt, hängt an Port 3 von s1-edge-sw01; " in said
    assert "; laut LLDP: SIP, Yealink." in said
    assert "(no route to host)" in said
    assert "unreachable" not in said
    assert "3 Geräte haben keine `mac` im Inventar und sind nicht zu erkennen" in said
    assert "2 Switches gelesen: 1 Gerät an seinem Platz, 3 weichen ab, 1 Switch nicht zu lesen." in said
    assert report.model_dump(mode="json")["found"][0]["text"].startswith("a device the inventory does not know")
