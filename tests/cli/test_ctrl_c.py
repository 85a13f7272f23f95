"""Ctrl-C in the middle of an apply, on a real process that talks to a real lab process."""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_lab import DRIFT, SCHOOL, SWITCHES, make_workspace, school_spec

from campusctl.cli.main import call
from campusctl.lab import fleet
from campusctl.lab.remote import Remote

ENDS_WITHIN_S = 10.0
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, Path(__file__).parents[1:3])), "NO_COLOR": "1"}


@pytest.fixture
def late_s() -> float:
    """How late every reply of the lab is, in seconds."""
    return 0.15


@pytest.fixture
def root(tmp_path: Path, late_s: float) -> Iterator[Path]:
    """A workspace whose lab is up, each reply late."""
    root = make_workspace(tmp_path)
    # In a process of its own, as `campusctl lab up` is: whoever starts a lab leaves it running and goes.
    subprocess.run([sys.executable, __file__, str(root), str(late_s)], check=True, timeout=60, env=ENVIRONMENT)
    yield root
    fleet.stop(root)


def _campusctl(root: Path, *arguments: str) -> "subprocess.Popen[str]":
    code = "from campusctl.cli.main import run; run()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "--workspace", str(root), "--lab", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        env=ENVIRONMENT,
    )  # fmt: skip


def _interrupt(process: "subprocess.Popen[str]", after: str) -> tuple[str, str, float]:
    """Ctrl-C once stdout has these words; all of stdout and stderr, and how long the end took."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if after in line:
            break
    time.sleep(0.8)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=40)
    return said + out, err, time.monotonic() - begun


def test_an_apply_that_is_stopped_says_what_was_done_and_what_was_not(root: Path) -> None:
    """Exit 130 within seconds; each switch has a line; nothing half is saved; the next apply finishes it."""
    process = _campusctl(root, "apply", SCHOOL, "--class", "sw", "--yes")
    out, err, seconds = _interrupt(process, after="Plan ")
    assert process.returncode == 130, (out, err)
    assert seconds < ENDS_WITHIN_S
    assert "stopping: " in err
    assert "Traceback" not in out + err
    told = {name: re.search(rf"(?m)^{name}: (ok|interrupted)\b.*$", out) for name in SWITCHES.values()}
    assert all(told.values()), out
    # One switch at a time in a school: the last ones were never begun.
    assert out.count("nothing was sent to this switch") >= 1
    assert re.search(r"\d of 3 switches done\.", out)
    report = _drift(root)
    for found in report["assessments"]:
        line = told[found["device"]]
        assert line
        assert bool(found["edits"]) == (line[1] != "ok")
    process = _campusctl(root, "apply", SCHOOL, "--class", "sw", "--yes")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)
    assert not any(found["edits"] or found["startup_differs"] for found in _drift(root)["assessments"])


def _drift(root: Path) -> dict[str, list[dict[str, object]]]:
    """What differs; nobody stops this one, so it needs no process of its own."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        call(["--workspace", str(root), "--lab", "drift", SCHOOL, "--class", "sw", "--json"])
    return json.loads(said.getvalue())


@pytest.mark.parametrize("late_s", [3.0])
def test_a_reading_that_is_stopped_ends_at_once(root: Path, late_s: float) -> None:
    """Nothing is at stake: exit 130 and one word."""
    process = _campusctl(root, "drift", SCHOOL, "--class", "sw")
    # A reply takes long, so it is still awaited when this is seen.
    lab, end = Remote(root), time.monotonic() + 30
    while not any(switch.lines for switch in lab.look().values()):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=40)
    assert process.returncode == 130
    assert time.monotonic() - begun < 5
    assert "interrupted" in err
    assert "Traceback" not in err


def test_the_lab_of_these_tests_has_something_to_change() -> None:
    """Otherwise nothing would be interrupted."""
    assert all(len(lines) > 3 for lines in DRIFT.values())


if __name__ == "__main__":
    _root = Path(sys.argv[1])
    _faults = [f"{name}:slow={sys.argv[2]}" for name in SWITCHES.values()]
    fleet.start(_root, school_spec(_root, drift=True, faults=_faults))
