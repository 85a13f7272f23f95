"""What becomes of devices, in the reader's language; the inventory only, so no device is there."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from campusctl.cli.main import call

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(musterstadt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Types a command in the example city; nobody answers questions."""
    shutil.copytree(Path(__file__).parents[2] / "templates", musterstadt / "templates")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def typed(*words: str) -> tuple[int, str, str]:
        code = call(["--workspace", str(musterstadt), *words])
        out, err = capsys.readouterr()
        return code, out, err

    return typed


def test_a_device_goes_in_german(run: Run) -> None:
    """What goes with it, what stays, what is to do; and back."""
    code, out, err = run("retire", "s042-r201-pr01", "--later", "--yes", "--lang", "de")
    assert code == 0
    assert out.startswith("s042-r201-pr01 geht außer Betrieb (Seriennummer PR042-0002, Inventarnummer M042-0302)\n")
    assert "  · s042-r201-sw01:32 wird unbenutzt\n" in out
    assert "  · die Änderung wird geschrieben\n" in out
    assert err == "Inventar: geschrieben\ndie Geräte folgen mit: campusctl apply schule-042\n"
    code, out, _ = run("--lang=de", "retire", "s042-r201-pr01", "--undo", "--later", "--yes")
    assert code == 0
    assert out.startswith("Zurück: Retire s042-r201-pr01 (")


def test_what_scripts_read_stays_english(run: Run) -> None:
    """JSON, whatever the language."""
    code, out, _ = run("move", "s042-r101-dt01", "--room", "R302", "--later", "--yes", "--json", "--lang", "de")
    change = json.loads(out)["change"]
    assert code == 0
    assert change["summary"] == "Move s042-r101-dt01 from R101 to R302 as s042-r302-dt02"
    assert "s042-a2-sw01:6 becomes unused" in change["notes"]


def test_a_switchs_successor_gets_its_first_lines(run: Run) -> None:
    """What is to be pasted at its console, without a secret; another device has none."""
    code, out, err = run("swap", "s042-a2-sw01", "--serial", "NEU1", "--later", "--yes")
    assert code == 0
    assert "s042-a2-sw01: paste this at its console; for <<secret:…>> type what the vault says" in err
    lines = out.partition("\nhostname s042-a2-sw01\n")[2]
    assert " ip address 10.42.3.13 255.255.255.0\n" in lines
    assert "<<secret:switch/login>>" in lines
    assert "console" not in run("swap", "s042-r101-dt01", "--serial", "NEU2", "--later", "--yes")[2]


REFUSED = {
    "unknown room": (("move", "s042-r101-dt01", "--room", "R999"), "Fehler: schule-042 hat keinen Raum `R999`\n"),
    "a switch on which others hang": (
        ("retire", "s042-a1-sw01"), "s042-a1-sw02, s042-b1-sw01, s042-c1-sw01, s042-a1-ps01 hängen daran\n",
    ),
    "an uplink": (
        ("move", "s042-a2-sw01", "--port", "x:1"), "s042-a2-sw01 ist ein Switch, und sein Uplink hat zwei Enden\n",
    ),
    "a port that is taken": (
        ("move", "s042-r102-dt01", "--port", "s042-a2-sw01:6"), "ist nicht frei: dort steckt s042-r101-dt01\n",
    ),
    "nothing to undo": (("swap", "s042-r101-dt01", "--undo"), "kein swap von s042-r101-dt01 ist gemerkt\n"),
    "a switch that is known": (
        ("adopt", "s042-a2-sw01", "--profile", "x", "--room", "y", "--yes"),
        "Fehler: s042-a2-sw01 steht schon im Inventar\n",
    ),
    "nobody to ask": (("retire", "s042-r201-pr01", "--later"), "niemand ist da, der gefragt werden kann"),
    "a serial number that is none": (
        ("swap", "s042-r101-dt01", "--serial", "neu 1"),
        "Hinweis: ein Wort aus Buchstaben, Ziffern, Punkten, Binde- und Unterstrichen\n",
    ),
    "an unknown school": (("discover", "schule-24"), "Fehler: keine Schule `schule-24`\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_german_and_leaves_the_inventory_alone(run: Run, musterstadt: Path, case: str) -> None:
    """Byte for byte."""
    words, said = REFUSED[case]
    before = {file: file.read_bytes() for file in (musterstadt / "inventory").rglob("*.yml")}
    code, _, err = run("--lang=de", *words)
    assert (code, said in err) == (1, True), err
    assert {file: file.read_bytes() for file in (musterstadt / "inventory").rglob("*.yml")} == before


@pytest.mark.parametrize("words", [("retire", "s042-r201-pr01"), ("plan", "schule-042"), ("show", "schule-042")])
def test_an_inventory_that_is_wrong_is_told_in_german_by_every_command(
    run: Run, musterstadt: Path, words: tuple[str, ...]
) -> None:
    """Also by one that speaks English otherwise; in English nothing is different."""
    file = musterstadt / "inventory/schools/schule-042/devices.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("1-5: pc", "1-5: boardd"), encoding="utf-8")
    place = "inventory/schools/schule-042/devices.yml:53: s042-a2-sw01: ports.1-5"
    said = f"Fehler: {place}: unbekannte Rolle boardd\nHinweis: gemeint ist vielleicht: board?\n"
    assert run("--lang=de", *words) == (1, "", said)
    assert run(*words) == (1, "", f"error: {place}: unknown role boardd\nhint: did you mean board?\n")
