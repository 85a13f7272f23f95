"""Ctrl-C and a kill in the middle of work on PCs: it ends at once, nothing stays behind, and everything is said."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pc_school import FIRST, SECOND, THIRD, PcSchool, pc_school_up
from small_lab import SCHOOL

from campusctl.cli.main import call

pytestmark = pytest.mark.debian

ROOM = (FIRST, SECOND, THIRD)
ENDS_WITHIN_S = 5.0
"""One second, on a machine that has nothing else to do."""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcSchool]:
    """The school's PCs."""
    with pc_school_up(tmp_path_factory.mktemp("stopped") / "ws", switches=False) as here:
        yield here


def start(school: PcSchool, *arguments: str) -> "subprocess.Popen[str]":
    """A command in a process of its own."""
    paths = os.pathsep.join(map(str, Path(__file__).parents[1:3]))
    words = ["--workspace", str(school.root), "--lab", *arguments]
    return subprocess.Popen(
        [sys.executable, "-c", "from campusctl.cli.main import run; run()", *words],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1"},
    )  # fmt: skip


def run(school: PcSchool, *arguments: str) -> tuple[int, str]:
    """A command to its end, which nobody stops: in this process; its exit code and all it said."""
    with pytest.MonkeyPatch.context() as patch:
        said = io.StringIO()
        patch.setattr(sys, "stdin", io.StringIO())
        patch.setattr(sys, "stdout", said)
        patch.setattr(sys, "stderr", said)
        code = call(["--workspace", str(school.root), "--lab", *arguments])
    assert "Traceback" not in said.getvalue()
    return int(code), said.getvalue()


def stop(process: "subprocess.Popen[str]", sign: signal.Signals) -> tuple[str, float]:
    """All it said, and how long it took to end, in seconds."""
    begun = time.monotonic()
    process.send_signal(sign)
    said, _ = process.communicate(timeout=60)
    assert "Traceback" not in said
    return said, time.monotonic() - begun


def at_work(school: PcSchool) -> list[str]:
    """Processes of ours that work on the lab's PCs: ansible-playbook, its workers, ssh."""
    marks, found = (f"Port={school.lab.state.port}".encode(), str(school.root / "playbooks").encode()), []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if any(mark in words for mark in marks):
            found.append(words.replace(b"\0", b" ").decode())
    return found


def until(true: Callable[[], object], why: str, seconds: float = 30, pause_s: float = 0.05) -> None:
    """Look until it is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why
        time.sleep(pause_s)


def until_everywhere(school: PcSchool, script: str, why: str) -> None:
    """Ask each PC of the room until a command ends well on all: a process for each question, so not too often."""
    until(lambda: everywhere(school, script), why, pause_s=0.25)


def everywhere(school: PcSchool, script: str) -> bool:
    """Whether a command ends well on each PC of the room."""
    return all(school.lab.run_in(name, ["sh", "-c", script]).returncode == 0 for name in ROOM)


def test_a_check_that_is_stopped_leaves_nothing_running(school: PcSchool) -> None:
    """Nothing is at stake: exit 130 and one word."""
    process = start(school, "drift", SCHOOL, "--room", "R3")
    until(lambda: len(at_work(school)) > 1, "nobody began")
    said, seconds = stop(process, signal.SIGINT)
    assert process.returncode == 130
    assert "interrupted" in said
    assert seconds < ENDS_WITHIN_S
    assert not at_work(school)


@dataclass(frozen=True)
class Stopped:
    """An apply that was stopped while the PCs were at work, and what came of it."""

    code: int
    said: str
    seconds: float
    left: list[str]
    status: tuple[int, str]
    resumed: tuple[int, str]
    calm: tuple[int, str]


@pytest.fixture(scope="module")
def stopped(school: PcSchool) -> Stopped:
    """Ctrl-C after the first change and before the last one."""
    hold(school)
    process = start(school, "apply", SCHOOL, "--room", "R3", "--yes", "--now", "--reason", "a test")
    until_everywhere(school, "getent group lehrer", "nothing was changed")
    said, seconds = stop(process, signal.SIGINT)
    left, status = at_work(school), run(school, "status")
    let_go(school)
    number = re.search(r"history show (\w+)", said)
    assert number, said
    resumed = run(school, "resume", number[1], "--yes", "--now", "--reason", "a test")
    return Stopped(process.returncode, said, seconds, left, status, resumed, run(school, "status"))


def hold(school: PcSchool) -> None:
    """Somebody else has the package manager of the room's PCs: work on them lasts as long as we like."""
    for name in ROOM:
        school.lab.fault(name, apt_lock=True)


def let_go(school: PcSchool) -> None:
    """And no more."""
    for name in ROOM:
        school.lab.fault(name)


def test_an_apply_that_is_stopped_says_what_was_begun(stopped: Stopped) -> None:
    """A line for each PC, nothing left running here, and that the PC may go on by itself."""
    assert stopped.code == 130, stopped.said
    assert stopped.seconds < ENDS_WITHIN_S
    assert not stopped.left
    assert "stopping: " in stopped.said
    for name in ROOM:
        assert (
            f"{name}: interrupted: the run was stopped while the PC was at work; what was begun may go on"
            in stopped.said
        )
    assert "0 of 3 PCs done." in stopped.said


def test_what_was_begun_is_listed_and_finished(stopped: Stopped) -> None:
    """By `status` and `resume`."""
    code, said = stopped.status
    assert code == 4
    assert "it ended with 3 PCs half changed:" in said
    assert all(f"{name}: interrupted; last written down: " in said for name in ROOM)
    assert stopped.resumed[0] == 0, stopped.resumed[1]
    assert stopped.calm == (0, "nothing is unfinished\n")


def test_a_run_that_was_killed_leaves_nothing_running_and_is_taken_back(school: PcSchool, stopped: Stopped) -> None:
    """`status` names the PCs; what the PCs finished by themselves is said, and what is not taken back."""
    assert stopped.calm[0] == 0
    hold(school)
    school.profile.write_text(
        school.profile.read_text()
        .replace("zip: absent", "zip: absent, htop: present")
        .replace("groups: {lehrer", "groups: {technik: {gid: 2002}, lehrer")
    )
    process = start(school, "apply", SCHOOL, "--room", "R3", "--yes")
    until_everywhere(school, "getent group technik", "nothing was changed")
    stop(process, signal.SIGKILL)
    until(lambda: not at_work(school), "something was left running", 10)
    code, said = run(school, "status")
    assert code == 4
    assert "it was killed, or its machine went down" in said
    assert "what stands on 3 PCs only reading tells:" in said
    number = re.search(r"campusctl revert (\w+)", said)
    let_go(school)
    until_everywhere(school, "test -e /usr/bin/htop && ! ps -eo args | grep -q '[B]ECOME'", "the PCs did not finish")
    assert number
    code, said = run(school, "revert", number[1], "--yes")
    assert code == 0, said
    assert "not taken back: group technik" in said
    assert "not taken back: package htop" in said
    assert run(school, "status") == (0, "nothing is unfinished\n")
