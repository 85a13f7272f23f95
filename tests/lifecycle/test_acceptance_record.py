"""The record of an acceptance: what it says in each case, one page, German, and no machine makes it look better."""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paper_tools import needs_pango
from pypdf import PdfReader

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.load import load_city
from campusctl.lab.secrets import LabSource
from campusctl.model.journal import DeviceRow, DeviceState, RunDetail, RunRow
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.paper import AcceptanceRecord
from campusctl.model.plan import Assessment, EditView
from campusctl.model.run import RunInfo, RunKind, RunState
from campusctl.render import pdf
from campusctl.workflow.acceptance import acceptance_html, acceptance_pdf, record_for

REPO = Path(__file__).parents[2]
BOARD, SWITCH = "s042-r101-dt01", "s042-a2-sw01"
PORT = ("port", "GigabitEthernet1/0/6")
AT = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)


class Remembered:
    """Runs, newest first: device rows of each."""

    def __init__(self, *runs: Mapping[str, DeviceRow], lab: Sequence[bool] = ()) -> None:
        """Remember them."""
        self._runs = [
            RunDetail(
                info=RunInfo(
                    id=f"{number:08x}", kind=RunKind.DRIFT, started=AT, user="u", host="h", pid=1, command="c",
                    schools=("schule-042",), tool_version="1", lab=lab[number] if lab else False,
                ),
                state=RunState.DONE,
                devices=tuple(rows.values()),
            )
            for number, rows in enumerate(runs)
        ]  # fmt: skip

    def runs(self, *, device: str | None = None, limit: int = 50) -> tuple[RunRow, ...]:
        """Runs with the device."""
        return tuple(run for run in self._runs if any(row.device == device for row in run.devices))[:limit]

    def run(self, named: str) -> RunDetail:
        """One run."""
        return next(run for run in self._runs if run.info.id == named)


def row(device: str, state: DeviceState, *, edits: Sequence[EditView] = (), **more: object) -> DeviceRow:
    """What a run found on a device."""
    facts = more.pop("facts", {})
    seen = Assessment(device=device, school="schule-042", dialect="x", edits=tuple(edits), facts=facts)  # type: ignore[arg-type]
    return DeviceRow(device=device, school="schule-042", state=state, assessment=seen, ended=AT, **more)  # type: ignore[arg-type]


def edit(*path: str) -> EditView:
    """A difference."""
    return EditView(path=path, before="a", after="b")


@pytest.fixture(scope="module")
def desk() -> workflow.Desk:
    """The example city; nothing is written."""
    return workflow.Desk(REPO, LabSource(REPO), lambda address: (address, 22), REPO / "known_hosts", b"k" * 32)


def record(desk: workflow.Desk, history: Remembered, device: str = BOARD, **roles: str) -> AcceptanceRecord:
    """The record of a device."""
    city = load_city(REPO, ["schule-042"])
    school = city.school("schule-042")
    return record_for(desk, city, school, school.devices[device], history, **roles)


def lines(found: AcceptanceRecord) -> list[str]:
    """The checks, with a mark in front."""
    marks = {None: "?", True: "+", False: "-"}
    return [f"{marks[check.passed]} {check.what}: {check.result}" for check in found.checks]


def test_what_the_inventory_knows_stands_in_the_record(desk: workflow.Desk) -> None:
    """Names, place, port and VLAN."""
    found = record(desk, Remembered(), by="medien", to="sekretariat")
    assert (found.school_name, found.street, found.town) == (
        "Gymnasium Am Stadtpark", "Parkallee 14", "12342 Musterstadt",
    )  # fmt: skip
    assert (found.location, found.room_title) == ("schule-042/A/1/R101", "Klassenraum")
    assert (found.port, found.vlan) == ("s042-a2-sw01:6", "60 (MEDIEN)")
    assert (found.inspector, found.receiver) == ("Medienbeauftragte", "Sekretariat")
    assert not found.passed


def test_what_nobody_has_looked_at_is_open(desk: workflow.Desk) -> None:
    """Never read is never good."""
    assert lines(record(desk, Remembered())) == [
        "? Seriennummer: am Typenschild vergleichen (das Gerät nennt keine)",
        "? Einstellungen: noch nie von campusctl gelesen",
        "? Netzanschluss: s042-a2-sw01:6 noch nie gelesen",
    ]
    assert (
        lines(record(desk, Remembered(), "s042-r302-pc01"))[-1] == "? Netzanschluss: im Inventar steht kein Anschluss"
    )


@pytest.mark.parametrize(
    ("board", "wanted"),
    [
        (
            row(BOARD, DeviceState.READ, facts={"serial": "bd042-0101", "mac": "00-0C-F1-42-01-01"}),
            ["+ Seriennummer: bd042-0101, vom Gerät gelesen", "+ MAC-Adresse: 00-0C-F1-42-01-01, vom Gerät gelesen",
             "+ Einstellungen: am 26.11.2026, 14:05 gelesen, alle wie im Standard"],
        ),
        (
            row(BOARD, DeviceState.READ, edits=[edit("volume"), edit("source")], facts={"serial": "OTHER"}),
            ["- Seriennummer: das Gerät nennt OTHER, das Inventar BD042-0101",
             "- Einstellungen: am 26.11.2026, 14:05: 2 weichen vom Standard ab"],
        ),
        (
            row(BOARD, DeviceState.DONE, outcome=Outcome(device=BOARD, kind=OutcomeKind.OK, edits=3)),
            ["? Seriennummer: am Typenschild vergleichen (das Gerät nennt keine)",
             "+ Einstellungen: am 26.11.2026, 14:05 gesetzt (3) und zurückgelesen"],
        ),
        (
            row(BOARD, DeviceState.FAILED, fault=Fault(device=BOARD, kind=FaultKind.AUTH, what="PIN")),
            ["? Seriennummer: am Typenschild vergleichen (das Gerät nennt keine)",
             "- Einstellungen: am 26.11.2026, 14:05 nicht lesbar oder nicht fertig eingestellt"],
        ),
        (
            row(BOARD, DeviceState.OFF),
            ["? Seriennummer: am Typenschild vergleichen (das Gerät nennt keine)",
             "? Einstellungen: am 26.11.2026, 14:05 ausgeschaltet, nicht geprüft"],
        ),
        (
            row(BOARD, DeviceState.BEGUN),
            ["? Seriennummer: am Typenschild vergleichen (das Gerät nennt keine)",
             "- Einstellungen: am 26.11.2026, 14:05 nicht lesbar oder nicht fertig eingestellt"],
        ),
    ],
)  # fmt: skip
def test_the_last_run_decides_what_is_good(desk: workflow.Desk, board: DeviceRow, wanted: list[str]) -> None:
    """As it found the device, and nothing nicer."""
    assert lines(record(desk, Remembered({BOARD: board})))[:-1] == wanted


def test_the_port_counts_and_not_the_rest_of_its_switch(desk: workflow.Desk) -> None:
    """A switch that differs elsewhere is no fault of this board."""
    elsewhere = row(SWITCH, DeviceState.READ, edits=[edit("port", "GigabitEthernet1/0/9", "shutdown")])
    assert lines(record(desk, Remembered({SWITCH: elsewhere})))[-1] == (
        "+ Netzanschluss: s042-a2-sw01:6 am 26.11.2026, 14:05 wie im Inventar"
    )
    here = row(SWITCH, DeviceState.READ, edits=[edit(*PORT, "shutdown")])
    assert lines(record(desk, Remembered({SWITCH: here})))[-1].startswith("- Netzanschluss")


def test_runs_on_the_lab_and_devices_that_were_only_planned_do_not_count(desk: workflow.Desk) -> None:
    """The newest run that looked at the real device does."""
    good = {BOARD: row(BOARD, DeviceState.READ)}
    history = Remembered({BOARD: row(BOARD, DeviceState.PLANNED)}, good, {BOARD: row(BOARD, DeviceState.FAILED)})
    assert record(desk, history).run == "00000001"
    assert record(desk, Remembered(good, lab=[True])).run == ""


def test_an_unknown_role_is_refused(desk: workflow.Desk) -> None:
    """A record names roles, never persons."""
    with pytest.raises(UnknownNameError, match="no role `mueller` at schule-042"):
        record(desk, Remembered(), by="mueller")


def everything(desk: workflow.Desk) -> AcceptanceRecord:
    """A record as full as it can be."""
    long = {name: f"{name} of a device with a long name " * 3 for name in ("model", "firmware", "pages")}
    found = record(desk, Remembered({BOARD: row(BOARD, DeviceState.READ, facts={"serial": "BD042-0101", **long})}))
    settings = tuple(
        ("a setting / with parts / that have long names / 9", "a value that is as long as a value here may be …")
        for _ in range(10)
    )
    return found.model_copy(
        update={"settings": settings, "more_settings": 30, "school_name": 'Gymnasium <Ä> & "Ö" ' * 3}
    )


@needs_pango
def test_the_fullest_record_is_one_page_of_searchable_german(desk: workflow.Desk) -> None:
    """A4, with places to sign."""
    reader = PdfReader(io.BytesIO(acceptance_pdf(REPO, everything(desk))))
    (page,) = reader.pages
    assert round(float(page.mediabox.height) * 25.4 / 72) == 297
    text = " ".join(page.extract_text().split())
    for words in ("Abnahmeprotokoll", BOARD, "BD042-0101", "00:0c:f1:42:01:01", "M042-0101", "10.42.60.11",
                  "s042-a2-sw01:6, VLAN 60 (MEDIEN)", "Übergeben: Campusmanagement", "Übernommen: Schule",
                  "und 30 weitere", 'Gymnasium <Ä> & "Ö"'):  # fmt: skip
        assert words in text


def test_markup_in_the_inventory_is_text_in_the_record(desk: workflow.Desk) -> None:
    """Nothing of it becomes an element."""
    bad = record(desk, Remembered()).model_copy(
        update={"room_title": "<script>alert(1)</script>", "model": "{{ 7*7 }}"}
    )
    html = acceptance_html(REPO, bad)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html


def test_a_simulated_device_is_never_taken_for_a_real_one(desk: workflow.Desk) -> None:
    """The page says it."""
    simulated = record(desk, Remembered()).model_copy(update={"lab": True})
    assert "Simuliertes Gerät aus dem Labor" in acceptance_html(REPO, simulated)
    assert "Simuliertes" not in acceptance_html(REPO, record(desk, Remembered()))


def test_without_pango_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And that HTML is always possible; nothing else is printed."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(CampusError, match=r"a PDF needs the extra \[report\]"):
        pdf.pdf_of("<p>x")

    class Broken:
        """As importing WeasyPrint ends without Pango."""

        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            """Fail."""
            if name == "weasyprint":
                print("-----\nWeasyPrint could not import some external libraries.")  # noqa: T201 - as it does
                raise OSError("cannot load library 'libpango-1.0-0': libpango-1.0-0: cannot open shared object file")

    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(pdf.PdfError) as refused:
        pdf.pdf_of("<p>x")
    assert refused.value.what.startswith("no PDF can be made: Pango is missing")
    assert "libpango-1.0-0" in refused.value.hint
    assert "--out FILE.html" in refused.value.hint


@needs_pango
def test_a_document_fetches_nothing(tmp_path: Path) -> None:
    """A template that names a file of this machine does not get it."""
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50"><text y="20">GEHEIM</text></svg>'
    )
    data = pdf.pdf_of(f'<p>offen</p><img src="{secret.as_uri()}">')
    text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "offen" in text
    assert "GEHEIM" not in text


@needs_pango
def test_the_command_writes_html_json_and_pdf(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a run everything is open, and nobody says otherwise."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = call(["--workspace", str(musterstadt), "acceptance", *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    code, out, _ = run(BOARD, "--json")
    said = json.loads(out)
    assert (code, said["device"], said["passed"]) == (0, BOARD, False)
    code, out, _ = run(BOARD)
    assert code == 0
    assert "<h1>Abnahmeprotokoll</h1>" in out
    file = musterstadt / "abnahme.pdf"
    assert run(BOARD, "--out", str(file)) == (0, "", f"written: {file}\n")
    assert len(PdfReader(file).pages) == 1
    assert run(BOARD, "--out", str(musterstadt / "x.txt"))[0] == 2
    code, _, err = run("s042-r101-dt77")
    assert code == 1
    assert "no device" in err
