"""`campusctl swap`, `retire` and `move`, from the command line to simulated switches behind real SSH."""

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_lab import (
    SATURDAY,
    SCHOOL,
    SWITCHES,
    Prompt,
    SmallLab,
    lab_up,
    make_workspace,
    record_lines,
    school_spec,
)

from campusctl import workflow
from campusctl.errors import JournalError, LockedError
from campusctl.history.store import Store, open_store
from campusctl.lab.state import known_hosts
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Plan
from campusctl.workflow import lifecycle
from campusctl.workflow.lifecycle import carrying

CX, IOS, PROCURVE = SWITCHES["aruba_aoscx"], SWITCHES["cisco_ios"], SWITCHES["hp_procurve"]
LESSON = datetime(2026, 11, 26, 9, tzinfo=UTC)
"""A Thursday, 10:00 in Musterstadt."""
MOVE = ("move", "s007-r1-dt01", "--room", "R4", "--port", f"{CX}:11")


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """They are there."""
        return True


@dataclass
class Shell(Prompt):
    """A prompt in a workspace whose lab is up."""

    def inventory(self) -> dict[str, bytes]:
        """Every file of the inventory."""
        top = self.lab.root / "inventory"
        return {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}

    def devices(self) -> str:
        """The school's devices."""
        return (self.lab.root / "inventory" / "schools" / SCHOOL / "devices.yml").read_text()

    def audit(self) -> list[tuple[str, str]]:
        """Action and subject of what became of devices."""
        with open_store(self.lab.root) as store:
            return [
                (item.action, item.subject) for item in store.audit_entries(100) if item.action.startswith("device.")
            ]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """One lab for all tests that leave every switch as it was."""
    root = make_workspace(tmp_path_factory.mktemp("quiet") / "ws")
    with lab_up(root, school_spec(root, faults=[f"{IOS}:wrong-host-key"]), timeout_s=6.0, settle_s=0.1) as lab:
        yield lab


@pytest.fixture
def quiet(lab: SmallLab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """A prompt in that lab; inventory and history are new for each test, and the switches must be as they were."""
    monkeypatch.chdir(lab.root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(workflow, "open_desk", lambda _root, **_more: lab.desk)
    here, running, known = Shell(lab, capsys), lab.texts(), known_hosts(lab.root).read_bytes()
    before = here.inventory()
    yield here
    assert lab.texts() == running
    lab.now = SATURDAY
    for name, data in before.items():
        (lab.root / "inventory" / name).write_bytes(data)
    for path in (*(lab.root / ".campusctl").glob("history.*"), *(lab.root / ".campusctl").glob("audit-*")):
        path.unlink()
    shutil.rmtree(lab.root / ".campusctl" / "changes", ignore_errors=True)
    known_hosts(lab.root).write_bytes(known)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Shell]]:
    """Brings the lab up with these options and gives a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:

        def up(now: datetime | None = None, **options: object) -> Shell:
            lab = stack.enter_context(lab_up(root, school_spec(root, **options), timeout_s=6.0, settle_s=0.1))
            if now:
                lab.now = now
            monkeypatch.setattr(workflow, "open_desk", lambda _root, **_more: lab.desk)
            return Shell(lab, capsys)

        yield up


def port(text: str, name: str) -> str:
    """The lines of one port in a configuration."""
    found = re.search(rf"(?ms)^interface {re.escape(name)}\r?\n(.*?)(?=^\S|\Z)", text)
    return found[1] if found else ""


def test_a_board_moves_on_two_switches_in_one_plan(shell: Callable[..., Shell]) -> None:
    """The whole effect is shown; then inventory and switches say it, and a drift check finds nothing."""
    here = shell(LESSON)
    code, out, err = here.run(*MOVE, "--yes", "--now", "--reason", "the board fell off the wall")
    assert code == 0, out + err
    assert "Move s007-r1-dt01 from R1 to R4 as s007-r4-dt02" in out
    assert "+      11: {device: s007-r4-dt02}" in out
    assert "  - dhcp-host=00:0c:f1:07:00:01,10.7.60.11,s007-r1-dt01\n" in out
    assert "  + dhcp-host=00:0c:f1:07:00:01,10.7.60.11,s007-r4-dt02\n" in out
    assert "2 switches read; 2 to change" in out
    assert "2 of 2 switches done." in out
    assert "s007-r4-dt02" in port(here.lab.texts()[CX][0], "1/1/11")
    assert "s007-r1-dt01" not in here.lab.texts()[PROCURVE][0]
    assert here.audit() == [("device.move", "s007-r1-dt01")]
    code, out, _ = here.run("drift", SCHOOL)
    assert code == 0, out


def test_during_lessons_nothing_happens_anywhere(quiet: Shell) -> None:
    """Neither file nor switch changes; what opens a closed window is a reason."""
    here = quiet
    here.lab.now = LESSON
    before = here.inventory()
    lines = [record_lines(here.lab.thread, name) for name in here.lab.names]
    code, _, err = here.run(*MOVE, "--yes")
    assert code == 1
    assert "lessons until" in err
    assert here.inventory() == before
    assert [line for those in lines for line in those if line.startswith("conf")] == []
    assert here.run(*MOVE, "--yes", "--now")[0] == 2


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_who_does_not_agree_changes_nothing(quiet: Shell, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """At a terminal by saying no, elsewhere by not being asked."""
    here = quiet
    before = here.inventory()
    monkeypatch.setattr(sys, "stdin", Terminal(answer) if answer else io.StringIO())
    code, _, err = here.run("retire", "s007-v2-pr01")
    assert code == 1
    assert ("you did not agree" if answer else "nobody is there to ask") in err
    assert here.inventory() == before
    assert here.audit() == []


def test_a_printer_is_retired_and_that_is_undone(shell: Callable[..., Shell], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its port is shut and in quarantine; undone, files and port are as they were. Its history stays."""
    here = shell()
    before, running = here.inventory(), here.lab.texts()[CX][0]
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    code, out, err = here.run("retire", "s007-v2-pr01")
    assert code == 0, out + err
    assert "s007-v2-sw01:10 becomes unused" in out
    assert "s007-v2-pr01" not in here.devices()
    assert "shutdown" in port(here.lab.texts()[CX][0], "1/1/10")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    code, out, err = here.run("retire", "s007-v2-pr01", "--undo")
    assert code == 0, out + err
    assert here.inventory() == before
    assert port(here.lab.texts()[CX][0], "1/1/10") == port(running, "1/1/10")
    assert here.audit() == [("device.retire", "s007-v2-pr01"), ("device.undo", "s007-v2-pr01")]
    assert "no retire of s007-v2-pr01 is remembered" in here.run("retire", "s007-v2-pr01", "--undo", "--yes")[2]


def test_a_switch_that_does_not_answer_refuses_the_move_unless_it_comes_later(shell: Callable[..., Shell]) -> None:
    """Nothing is half done; --later changes the inventory only and contacts nobody."""
    here = shell(faults=[f"{CX}:dead"])
    before = here.inventory()
    code, _, err = here.run(*MOVE, "--yes")
    assert code == 1
    assert f"{CX} cannot be read, so nothing was changed" in err
    assert here.inventory() == before
    lines = [record_lines(here.lab.thread, name) for name in here.lab.names]
    code, out, err = here.run(*MOVE, "--yes", "--later")
    assert code == 0, out + err
    assert f"campusctl --lab apply {SCHOOL}" in err
    assert "s007-r4-dt02" in here.devices()
    assert lines == [[]] * 3


def test_when_a_switch_refuses_half_way_the_words_say_what_is_where(shell: Callable[..., Shell]) -> None:
    """The inventory says it already; how to go on and how to go back is said."""
    here = shell(faults=[f"{CX}:refuse=description"])
    code, out, err = here.run(*MOVE, "--yes")
    assert code == 3, out + err
    assert "The inventory says it already, and not every device does." in err
    assert f"go on:  campusctl --lab apply {SCHOOL}" in err
    assert "or take it back:  campusctl --lab move s007-r4-dt02 --undo" in err
    assert "s007-r4-dt02" in here.devices()


def test_when_somebody_else_has_the_school_by_then_the_inventory_is_put_back(
    quiet: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No device was touched, so nothing has happened; and that is said."""
    here = quiet
    before = here.inventory()

    def locked(*_words: object, **_more: object) -> None:
        raise LockedError("schule-007 is held by somebody", "wait")

    monkeypatch.setattr(workflow, "apply", locked)
    code, _, err = here.run(*MOVE, "--yes")
    assert code == 1
    assert "schule-007 is held by somebody\nthe inventory is as it was, and no device was touched" in err
    assert here.inventory() == before
    assert here.audit() == [("device.move", "s007-r1-dt01"), ("device.undo", "s007-r1-dt01")]
    assert "no move of s007-r1-dt01" in here.run("move", "s007-r1-dt01", "--undo", "--yes")[2]


@pytest.mark.parametrize(
    ("place", "fault"),
    [("audit", JournalError("the disk is full", "")), ("remember", OSError(28, "No space left on device"))],
)
def test_what_cannot_be_told_to_the_history_is_not_kept(
    quiet: Shell, monkeypatch: pytest.MonkeyPatch, place: str, fault: Exception
) -> None:
    """The inventory is put back, no device is touched, and nothing is left to undo."""
    here = quiet
    before = here.inventory()
    lines = [record_lines(here.lab.thread, name) for name in here.lab.names]

    def failing(*_words: object, **_more: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        if place == "audit":
            patch.setattr(Store, "audit", failing)
        else:
            patch.setattr(carrying, "remember", failing)
        code, _, err = here.run(*MOVE, "--yes")
    assert code == 1
    assert "full" in err or "No space left" in err
    assert here.inventory() == before
    assert [line for those in lines for line in those if line.startswith("conf")] == []
    assert "no move of" in here.run("move", "s007-r1-dt01", "--undo", "--yes")[2]


def test_ctrl_c_before_the_first_line_leaves_everything(quiet: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also between the inventory and the devices."""
    here = quiet
    before = here.inventory()

    def interrupted(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "apply", interrupted)
    code, _, err = here.run(*MOVE, "--yes")
    assert code == 130
    assert "the inventory is as it was, and no device was touched" in err
    assert here.inventory() == before


def test_json_has_the_change_the_plan_and_the_outcomes(shell: Callable[..., Shell]) -> None:
    """One document; it needs --yes."""
    here = shell()
    assert here.run(*MOVE, "--json")[0] == 2
    code, out, _ = here.run(*MOVE, "--json", "--yes")
    said = json.loads(out)
    assert code == 0
    assert said["change"]["facts"]["port"] == {"before": f"{PROCURVE}:7", "after": f"{CX}:11"}
    assert said["change"]["reservation"]["after"]["name"] == "s007-r4-dt02"
    assert {outcome["device"]: outcome["kind"] for outcome in said["outcomes"]} == {CX: "ok", PROCURVE: "ok"}


def test_a_board_is_swapped_by_a_person_who_types(quiet: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked for what was not said; Enter takes the old one's away."""
    here = quiet
    monkeypatch.setattr(sys, "stdin", Terminal("00:0c:f1:99:00:01\n\ny\n"))
    code, out, err = here.run("swap", "s007-r1-dt01", "--serial", "BD-NEW")
    assert code == 0, out + err
    assert "Its MAC address (was 00:0c:f1:07:00:01):" in err
    assert re.search(r's007-r1-dt01: \{.*, mac: "00:0c:f1:99:00:01", serial: BD-NEW\}', here.devices())
    with open_store(here.lab.root) as store:
        (entry,) = [item for item in store.audit_entries(10) if item.action == "device.swap"]
    assert json.loads(entry.detail)["facts"]["serial"] == ["BD007-0001", "BD-NEW"]


def test_a_successor_that_is_switched_off_is_not_called_done(quiet: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inventory knows it; its settings wait, and the words say with which command they come."""
    here, real = quiet, lifecycle.plan_of

    def without(*words: Any) -> Plan:  # noqa: ANN401 - what the real one takes
        off = Fault(device="s007-r1-dt01", kind=FaultKind.OFF, what="it is switched off", driver="board")
        return real(*words).model_copy(update={"changes": (), "faults": (off,)})

    monkeypatch.setattr(lifecycle, "plan_of", without)
    code, out, err = here.run("swap", "s007-r1-dt01", "--serial", "BD-NEW", "--yes")
    assert code == 3, out + err
    assert "serial: BD-NEW" in here.devices()
    assert "The inventory knows the new s007-r1-dt01; it is not set up yet." in err
    assert f"its settings:  campusctl --lab apply {SCHOOL} --device s007-r1-dt01" in err
    assert "acceptance" not in err


def test_a_swap_shows_its_plan_in_german(quiet: Shell) -> None:
    """What the plan says of the new switch is German, and so is what is next; what is kept of it is English."""
    here = quiet
    words = ("--serial", "FOC-NEW", "--mac", "88:3a:30:07:00:99", "--yes", "--lang", "de")
    code, out, err = here.run("swap", IOS, *words)
    assert code == 3, out + err
    assert f"{IOS} wird getauscht: Seriennr. " in out
    assert re.search(
        rf"(?m)^{IOS}: der Host-Schlüssel ist nicht der bekannte \(.*\)\n"
        r"  Hinweis: wurde der Switch getauscht\? weiß es niemand, nicht anmelden; wenn ja: .*\n"
        r"Plan \w{8}: 0 Geräte gelesen; nichts zu ändern; 1 nicht lesbar\.$",
        out,
    )
    assert f"Das Inventar kennt das neue {IOS}; eingestellt ist es noch nicht.\n" in err
    assert here.audit() == [("device.swap", IOS)]


def test_a_move_shows_its_plan_and_its_outcome_in_german(shell: Callable[..., Shell]) -> None:
    """Two switches in one plan, word for word."""
    here = shell()
    code, out, err = here.run(*MOVE, "--yes", "--lang", "de")
    assert code == 0, out + err
    assert re.sub(r"Plan \w{8}", "Plan ID", out[out.index(f"{PROCURVE}  hp_procurve") :]) == (
        f"{PROCURVE}  hp_procurve\n"
        "  + Port 7: an → abgeschaltet\n"
        "  ~ Port 7, VLAN ohne Tag: 60 → 999\n"
        "  - Port 7, Beschreibung: s007-r1-dt01 → (Vorgabe)\n"
        "  unterbricht kurz: 7 (s007-r1-dt01)\n\n"
        f"{CX}  aruba_aoscx\n"
        "  + Port 1/1/11, Beschreibung: (Vorgabe) → s007-r4-dt02\n"
        "  ~ Port 1/1/11, Access-VLAN: 999 → 60\n"
        "  - Port 1/1/11: abgeschaltet → an\n"
        "  · nicht prüfbar: Konto campus, Passwort\n\n"
        "Plan ID: 2 Switches gelesen; 2 zu ändern, 6 Einstellungen; 1 Port unterbrochen.\n"
        f"{PROCURVE}: in Ordnung  3 Einstellungen, 9 Befehle; zurückgelesen, gespeichert, startup = running\n"
        f"{CX}: in Ordnung  3 Einstellungen, 5 Befehle; zurückgelesen, gespeichert, startup = running\n"
        "2 Switches: 2 fertig.\n"
    )
    assert re.search(r"(?m)^Lauf (\w+): campusctl history show \1$", err)


def test_the_successor_of_a_switch_must_be_trusted_anew(quiet: Shell) -> None:
    """It shows another host key: nothing is sent, the old key is forgotten, and the next two commands are said."""
    here = quiet
    code, out, err = here.run("swap", IOS, "--serial", "FOC-NEW", "--mac", "88:3a:30:07:00:99", "--yes")
    assert code == 3, out + err
    assert "has CHANGED" in out + err
    assert f"forgot the host key of {IOS}" in err
    assert f"its host key:  campusctl --lab trust {SCHOOL} --device {IOS}" in err
    assert "serial: FOC-NEW" in here.devices()
    assert here.run("trust", SCHOOL, "--device", IOS, "--yes")[0] == 0
    code, out, _ = here.run("apply", SCHOOL, "--device", IOS, "--yes")
    assert code == 0, out


def test_the_old_switch_must_be_gone_before_its_successor_is_set_up(quiet: Shell) -> None:
    """What answers shows the known host key, so it is the old one; --later changes the inventory only."""
    here = quiet
    before = here.inventory()
    code, _, err = here.run("swap", CX, "--serial", "FOC-NEW", "--yes")
    assert code == 1
    assert f"the old {CX} still answers" in err
    assert here.inventory() == before
    assert here.run("swap", CX, "--serial", "FOC-NEW", "--yes", "--later")[0] == 0
    assert "serial: FOC-NEW" in here.devices()


@pytest.mark.skipif(shutil.which("git") is None, reason="Debian package git is missing")
def test_in_a_repository_the_change_is_one_commit(
    shell: Callable[..., Shell], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With what changed in its message; on a branch of its own if asked."""
    here = shell()
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Campus Manager")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "campus@musterstadt.example")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    root = here.lab.root

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    git("add", "inventory", "templates")
    git("commit", "--quiet", "-m", "Begin")
    code, out, err = here.run(*MOVE, "--yes", "--branch", "tafel")
    assert code == 0, out + err
    assert "the change is committed on branch tafel" in out
    subject, _, *body = git("log", "-1", "--format=%B").split("\n")
    assert subject == "Move s007-r1-dt01 from R1 to R4 as s007-r4-dt02"
    assert body[:3] == ["name: s007-r1-dt01 -> s007-r4-dt02", "room: R1 -> R4", f"port: {PROCURVE}:7 -> {CX}:11"]
    assert git("show", "--format=", "--name-only", "HEAD") == f"inventory/schools/{SCHOOL}/devices.yml"
    assert git("branch", "--show-current") == "tafel"
