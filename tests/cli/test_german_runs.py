"""`campusctl plan`, `apply` and `drift` for somebody who reads German; what programs read stays English."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, lab_up, make_workspace, school_spec

from campusctl import workflow

CX, IOS, CORE = SWITCHES["aruba_aoscx"], SWITCHES["cisco_ios"], SWITCHES["hp_procurve"]
LESSON = datetime(2026, 11, 26, 9, tzinfo=UTC)
"""A Thursday, 10:00 in Musterstadt."""
MOVED = ("configure terminal", "interface GigabitEthernet1/0/2", "switchport access vlan 40", "end")
"""A port in the wrong VLAN: mending that interrupts who is on it."""


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """They are there."""
        return True


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Prompt]]:
    """Brings the lab up with these options and gives a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:

        def up(now: datetime | None = None, **options: object) -> Prompt:
            lab = stack.enter_context(lab_up(root, school_spec(root, **options), timeout_s=6.0, settle_s=0.1))
            lab.now = now or lab.now
            monkeypatch.setattr(workflow, "open_desk", lambda _root, **_more: lab.desk)
            return Prompt(lab, capsys)

        yield up


DRIFT = f"""\
{CORE}: weicht ab  4 Einstellungen anders
  - Syslog Server 10.9.9.9: entfernen
  - Port 3, Beschreibung: TEST → (Vorgabe)
  - VLAN 998: entfernen
{CX}: weicht ab  4 Einstellungen anders
  - Syslog Server 10.9.9.9: entfernen
  - VLAN 998: entfernen
  - Port 1/1/3, Beschreibung: TEST → (Vorgabe)
  · nicht prüfbar: Konto campus, Passwort
{IOS}: weicht ab  4 Einstellungen anders
  - VLAN 998: entfernen
  - Port GigabitEthernet1/0/3, Beschreibung: TEST → (Vorgabe)
  - Syslog Server 10.9.9.9: entfernen
3 Switches: 0 wie im Inventar, 3 abweichend, 0 nicht lesbar.
"""


def test_the_whole_walk_in_german(shell: Callable[..., Prompt], monkeypatch: pytest.MonkeyPatch) -> None:
    """Drift, plan, question, outcomes and history, word for word; the locale says it as well as the option."""
    here = shell(drift=True)
    assert here.run("drift", SCHOOL, "-v", "--lang", "de") == (4, DRIFT, "")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    code, out, err = here.run("plan", SCHOOL, "--out", "plan.json", "--commands", "--device", CX)
    assert code == 0
    assert re.sub(r"Plan \w{8}", "Plan ID", out) == (
        f"{CX}  aruba_aoscx\n"
        "  - Syslog Server 10.9.9.9: entfernen\n"
        "  - VLAN 998: entfernen\n"
        "  - Port 1/1/3, Beschreibung: TEST → (Vorgabe)\n"
        "Befehle\n  interface 1/1/3\n   no description\n  exit\n  no logging 10.9.9.9\n  no vlan 998\n"
        "  · nicht prüfbar: Konto campus, Passwort\n\n"
        "Plan ID: 1 Switch gelesen; 1 zu ändern, 4 Einstellungen.\n"
    )
    assert err == "gespeichert in plan.json; anwenden mit: campusctl --lab apply --plan plan.json\n"
    monkeypatch.setattr(sys, "stdin", Terminal("vielleicht\nja\n"))
    code, out, err = here.run("apply", SCHOOL)
    assert code == 0, out + err
    assert err.startswith("So anwenden (3 Switches)? [j/N]: Bitte mit ja oder nein antworten.\n")
    well = "in Ordnung  4 Einstellungen, 5 Befehle; zurückgelesen, gespeichert, startup = running"
    assert out.endswith(f"{IOS}: {well}\n{CX}: {well}\n{CORE}: {well}\n3 Switches: 3 fertig.\n")
    run = re.search(r"Lauf (\w+): campusctl history show \1\n$", err)
    assert run
    assert here.run("resume", run[1]) == (
        1, "",
        (f"Fehler: von Lauf {run[1]} ist nichts mehr zu tun\n"
         "Hinweis: campusctl history show RUN sagt, was er getan hat\n"),
    )  # fmt: skip
    code, out, _ = here.run("revert", run[1], "--yes", "--lang", "en")
    assert (code, "3 of 3 switches done." in out) == (0, True)


def test_a_closed_window_a_dead_switch_and_nobody_to_ask(shell: Callable[..., Prompt]) -> None:
    """Why it does not go, and what to do first; a driver's own words stand in brackets behind a German sentence."""
    here = shell(LESSON, faults=[f"{CORE}:dead"])
    station = here.lab.thread.station(IOS)
    station.enter([*MOVED])
    station.switch.save()
    code, out, err = here.run("--lang=de", "apply", SCHOOL, "--yes")
    assert code == 1
    assert out.startswith(
        f"{IOS}  cisco_ios\n"
        "  ~ Port GigabitEthernet1/0/2, Access-VLAN: 40 → 30\n"
        "  - VLAN 40: entfernen\n"
        "  · in Schritten: 3 Befehle Kern → Rand, dann 1 Befehl Rand → Kern\n"
        "  unterbricht kurz: GigabitEthernet1/0/2, VLAN 40\n"
    )
    assert re.search(rf"(?m)^{CORE}: keine Antwort \(.*\)\n  Hinweis: hat der Switch Strom, .*$", out)
    assert out.endswith(
        ": 2 Switches gelesen; 1 zu ändern, 2 Einstellungen; 1 Port unterbrochen; "
        "1 Switch ganz oder in einem VLAN unterbrochen; 1 nicht lesbar.\n"
    )
    assert err == (
        f"Fehler: {SCHOOL}: Unterricht bis 12:30; das nächste Fenster öffnet sich heute um 13:00\n"
        "Hinweis: abwarten, oder sagen, warum es nicht warten kann: --now --reason …; "
        f"siehe campusctl calendar {SCHOOL}\n"
    )
    code, _, err = here.run("--lang=de", "apply", SCHOOL, "--now", "--reason", "eilt sehr")
    assert (code, err) == (
        1,
        ("Fehler: niemand ist da, der gefragt werden kann; nichts wurde geändert\n"
         "Hinweis: mit --yes wird ohne Frage angewendet\n"),
    )  # fmt: skip


def test_what_programs_read_stays_english(shell: Callable[..., Prompt]) -> None:
    """JSON, files and the history, whatever the language."""
    here = shell(drift=True, faults=[f"{CORE}:dead"])
    said = {}
    for language in ("en", "de"):
        code, out, _ = here.run("drift", SCHOOL, "--json", "--junit", f"{language}.xml", "--lang", language)
        assert code == 3
        found = json.loads(out)
        said[language] = {**found, "checked": "", "assessments": [
            {**one, "observed_digest": ""} for one in found["assessments"]
        ]}  # fmt: skip
    assert said["de"] == said["en"]
    assert "settings differ" in (here.lab.root / "de.xml").read_text()
    assert here.run("apply", SCHOOL, "--yes", "--lang", "de")[0] == 3
    code, out, _ = here.run("history", "show", here.run("history", SCHOOL, "--json")[1].split('"id": "')[1][:8])
    assert "4 settings" in out
    assert "Einstellungen" not in out
