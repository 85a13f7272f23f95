"""`campusctl sign`, and what drift, plan and apply say of a checklist."""
# ruff: noqa: E501 - a row of a table is one line

import io
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campusctl.cli.main import call
from campusctl.errors import InventoryError, JournalError
from campusctl.history.store import open_store
from campusctl.inventory.signed import read_signed, write_signed
from campusctl.model.signature import Signature, digest_of
from campusctl.workflow import signing

BOARD = "s042-r311-dt01"
FILE = "signed/schule-042.yml"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(musterstadt: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command line in the example city, with nobody at the terminal."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    (musterstadt / "templates").mkdir()

    def run_it(*arguments: str) -> tuple[int, str, str]:
        code = call(["--workspace", str(musterstadt), *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_it


def test_signing_shows_the_list_and_writes_it_down(run: Run, musterstadt: Path) -> None:
    """Every line with what is wanted; then a record with role, settings and digest, in a file that Git can compare."""
    code, out, _ = run("sign", BOARD, "--by", "medien", "--note", "neue Stifte", "--yes")
    assert code == 0
    assert out == (
        f"{BOARD}  Gymnasium Am Stadtpark, R311 (Biologie)\n"
        "  [ ] language: de\n"
        "  [ ] start_source: hdmi1\n"
        "  [ ] maximum_volume: 60\n"
        "  [ ] off_timer: 17:30 mon tue wed thu fri\n"
        "  [ ] Stifte liegen bereit und schreiben\n"
        "  [ ] Kalibrierung der Touchfläche ist gemacht\n"
        "never signed\n"
        f"{BOARD} is signed by medien: 6 lines, in {FILE}\n"
    )
    text = (musterstadt / FILE).read_text()
    assert text.startswith("# Written by `campusctl sign`")
    assert f"signed:\n  {BOARD}:\n    signed: " in text
    known = read_signed(musterstadt, "schule-042")[BOARD]
    assert (known.by, known.note, known.whole, known.settings["maximum_volume"]) == ("medien", "neue Stifte", True, 60)
    code, out, _ = run("sign", BOARD, "--show")
    assert code == 0
    assert "  [x] maximum_volume: 60\n" in out
    assert out.endswith(f"signed {known.signed:%Y-%m-%d} by medien (neue Stifte)\n")


def test_drift_says_what_is_open(run: Run, musterstadt: Path) -> None:
    """Never signed, signed, and changed since."""
    code, out, _ = run("drift", "schule-042", "--device", BOARD)
    assert code == 4
    assert f"{BOARD}: drift  6 settings differ, never signed: a person does it, then: campusctl sign {BOARD}\n" in out
    assert run("sign", BOARD, "--yes")[0] == 0
    code, out, _ = run("drift", "schule-042", "--device", BOARD)
    assert (code, out.splitlines()[0]) == (0, f"ok: {BOARD}")
    profile = musterstadt / "inventory/profiles/board-manual.yml"
    profile.write_text(profile.read_text().replace("maximum_volume: 60", "maximum_volume: 40"))
    code, out, _ = run("drift", "schule-042", "--device", BOARD)
    assert code == 4
    day = read_signed(musterstadt, "schule-042")[BOARD].signed
    assert f"{BOARD}: drift  1 setting differs, signed {day:%Y-%m-%d} by campus-manager, " in out
    assert "and the checklist has changed since" in out


def test_apply_shows_it_as_open_and_does_nothing(run: Run, musterstadt: Path) -> None:
    """The list is what a person has to do: exit 4, nothing sent, nothing signed."""
    code, out, _ = run("apply", "schule-042", "--device", BOARD, "--yes")
    assert code == 4
    assert "  set maximum_volume 60\n    because never signed: a person does it, then: campusctl sign" in out
    assert "nothing to change" in out
    assert not (musterstadt / FILE).exists()


def test_the_audit_trail_has_the_digest(run: Run, musterstadt: Path) -> None:
    """Who holds the account, in which role, and of exactly which settings."""
    run("sign", BOARD, "--by", "medien", "--yes")
    known = read_signed(musterstadt, "schule-042")[BOARD]
    with open_store(musterstadt) as store:
        entry = store.audit_entries()[-1]
    assert (entry.action, entry.subject) == ("checklist.signed", BOARD)
    assert json.loads(entry.detail) == {"by": "medien", "digest": known.digest, "lines": 6}


def test_without_an_audit_trail_nothing_is_signed(musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First the trail, then the file."""

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(signing, "_audit", full)
    found = signing.checklist(musterstadt, BOARD, lab=False)
    with pytest.raises(JournalError):
        signing.sign(musterstadt, found, "medien", "", lab=False)
    assert not (musterstadt / FILE).exists()


def test_a_list_that_changed_under_the_eyes_is_not_signed(musterstadt: Path) -> None:
    """What was shown is what is signed."""
    found = signing.checklist(musterstadt, BOARD, lab=False)
    profile = musterstadt / "inventory/profiles/board-manual.yml"
    profile.write_text(profile.read_text().replace("maximum_volume: 60", "maximum_volume: 40"))
    with pytest.raises(Exception, match="the checklist has changed meanwhile, so nothing was signed"):
        signing.sign(musterstadt, found, "medien", "", lab=False)


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("sign", BOARD), 1, "error: nobody is there to ask, so nothing was signed\nhint: add --yes to sign without asking\n"),
        (("sign", BOARD, "--by", "medein", "--yes"), 1, "error: no role `medein` at schule-042\nhint: did you mean medien?\n"),
        (("sign", BOARD, "--note", "a\nb", "--yes"), 1, "error: the note is one line of text\nhint: without control characters\n"),
        (("sign", "s042-r101-pc01", "--yes"), 1, "error: no device `s042-r101-pc01`\n"),
        (("sign", "s042-a1-sw01", "--yes"), 1, (
            "error: s042-a1-sw01 has no checklist\n"
            "hint: a device whose profile says `dialect: manual` is signed; campusctl apply does the others\n"
        )),
        (("sign", BOARD, "--json"), 2, "--json goes with --show"),
    ],
)  # fmt: skip
def test_what_cannot_be_signed(run: Run, musterstadt: Path, arguments: tuple[str, ...], code: int, error: str) -> None:
    """Said in words; nothing is written."""
    found, _, err = run(*arguments)
    assert (found, error in err) == (code, True), err
    assert not (musterstadt / FILE).exists()


def test_json_of_a_checklist(run: Run) -> None:
    """For scripts: what is wanted, what was signed, why it is open."""
    code, out, _ = run("sign", BOARD, "--show", "--json")
    found = json.loads(out)
    assert (code, found["open_because"], found["signed"], found["lines"]["maximum_volume"]) == (
        4,
        "never signed",
        None,
        60,
    )


def test_the_lab_signs_apart(run: Run, musterstadt: Path) -> None:
    """Nobody takes a trial for work."""
    assert run("--lab", "sign", BOARD, "--yes")[0] == 0
    assert not (musterstadt / FILE).exists()
    assert run("sign", BOARD, "--show")[0] == 4
    assert run("--lab", "sign", BOARD, "--show")[0] == 0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("signed: [\n", "signed/schule-042.yml"),
        ("signed:\n  s042-r311-dt01: {by: medien}\n", "signed/schule-042.yml:2"),
        ("<<<<<<< HEAD\nsigned: {}\n", "signed/schule-042.yml"),
    ],
)
def test_a_file_that_makes_no_sense_is_named(run: Run, musterstadt: Path, text: str, what: str) -> None:
    """With its line; and nothing is written over it."""
    (musterstadt / "signed").mkdir()
    (musterstadt / FILE).write_text(text)
    code, _, err = run("sign", BOARD, "--yes")
    assert code == 1
    assert what in err
    assert (musterstadt / FILE).read_text() == text


def test_signatures_of_several_devices_do_not_lose_each_other(musterstadt: Path) -> None:
    """Many at once: each stands in the file."""
    lines = {"volume": 1}
    signature = Signature(signed=datetime.now(UTC), by="medien", settings=lines, digest=digest_of(lines))
    names = [f"s042-r{number}-dt01" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: write_signed(musterstadt, "schule-042", name, signature), names))
    assert sorted(read_signed(musterstadt, "schule-042")) == sorted(names)


def test_a_file_that_cannot_be_read_is_not_replaced(musterstadt: Path) -> None:
    """The other signatures in it may still be saved by hand."""
    (musterstadt / "signed").mkdir()
    (musterstadt / FILE).write_bytes(b"\xff\xfe")
    lines = {"volume": 1}
    signature = Signature(signed=datetime.now(UTC), by="medien", settings=lines, digest=digest_of(lines))
    with pytest.raises(InventoryError):
        write_signed(musterstadt, "schule-042", BOARD, signature)
    assert (musterstadt / FILE).read_bytes() == b"\xff\xfe"
