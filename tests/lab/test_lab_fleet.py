"""A lab from a workspace: the inventory's switches, faithful, drifted by seed, broken by order."""

import json
import os
import re
import shutil
import signal
import socket
import stat
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, lab_up, make_workspace, school_spec

from campusctl.cli.main import call
from campusctl.errors import CampusError, UnknownNameError
from campusctl.lab import fleet, state
from campusctl.lab.remote import Remote
from campusctl.lab.secrets import LabSource
from campusctl.model.events import ignore
from campusctl.model.plan import Assessment


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace."""
    return make_workspace(tmp_path)


def test_a_lab_is_what_the_inventory_says(root: Path) -> None:
    """Every switch of the school, core first, without a place for a secret left open."""
    spec = fleet.build_spec(root, [SCHOOL])
    assert spec.switches[0].name == "s007-v1-sw01"
    assert {switch.dialect: switch.name for switch in spec.switches} == SWITCHES
    assert [switch.address for switch in spec.switches] == ["10.7.3.11", "10.7.3.12", "10.7.3.13"]
    assert not any("<<" in switch.startup for switch in spec.switches)
    assert all(switch.neighbors for switch in spec.switches)


def test_neighbours_see_each_other(root: Path) -> None:
    """A link has two ends."""
    spec = fleet.build_spec(root, [SCHOOL])
    ends = {(switch.name, port, far) for switch in spec.switches for port, far, _ in switch.neighbors}
    assert len(ends) == 4
    assert {(far, name) for name, _, far in ends} == {(name, far) for name, _, far in ends}


def test_the_same_seed_gives_the_same_drift(root: Path) -> None:
    """And another seed another one."""
    drift = {seed: [switch.drift for switch in fleet.build_spec(root, None, drift=seed).switches] for seed in range(6)}
    assert drift[3] == [switch.drift for switch in fleet.build_spec(root, None, drift=3).switches]
    assert len({json.dumps(lines) for lines in drift.values()}) == 6
    assert not any(switch.drift for switch in fleet.build_spec(root, None).switches)


@pytest.mark.parametrize("seed", range(1, 13))
def test_seeded_drift_is_found_where_it_is_and_nowhere_else(root: Path, seed: int) -> None:
    """Whatever the seed: the switches with lines have edits, the others have none, and no line was refused."""
    spec = fleet.build_spec(root, [SCHOOL], drift=seed)
    with lab_up(root, spec) as lab:
        found = {result.device: result for result in lab.desk.driver().assess(lab.targets(), ignore)}
        assert all(isinstance(result, Assessment) for result in found.values())
        assert {name for name, result in found.items() if result.edits or result.startup_differs} == {
            switch.name for switch in spec.switches if switch.drift
        }


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("s007-v1-sw01", "not DEVICE:KIND"),
        ("s007-v1-sw01:miscabled=99:x:1", "has no port '99'"),
        ("s007-r3-dt01:hungry", "has no fault 'hungry'"),
        ("s007-r3-dt01:drops=soon", "not a number"),
        ("s007-r3-dt01:drops", "drops takes a value"),
        ("s007-r3-dt01:off=1", "off takes no value"),
        ("s007-r3-dt01:port=s007-v1-sw01:99", "has no port '99'"),
        ("s007-r1-ap01:deaf", "has no fault 'deaf'"),
        ("s007-v1-sw01:broken", "has no fault 'broken'"),
        ("s007-v9-sw01:dead", "the lab has no device"),
        ("s007-v1-sw01:dead=1", "takes no value"),
        ("s007-v1-sw01:slow", "takes a value"),
        ("s007-v1-sw01:drop-after=soon", "not a number"),
        ("s007-v1-sw01:slow=nan", "not a number"),
        ("s007-v1-sw01:slow=-1", "not a number"),
        ("s007-v1-sw01:drop-after=-4", "not a number"),
        ("s007-v1-sw01:refuse=", "takes a value"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(root: Path, fault: str, words: str) -> None:
    """Before anything is started."""
    with pytest.raises(CampusError, match=words):
        fleet.build_spec(root, [SCHOOL], faults=[fault])


def test_a_school_that_does_not_exist_is_refused(root: Path) -> None:
    """With the one that was probably meant."""
    with pytest.raises(UnknownNameError, match="schule-070"):
        fleet.build_spec(root, ["schule-070"])


def test_secrets_of_the_lab_are_the_workspaces_own(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same in every process, others elsewhere, the seed for its owner only."""
    other = make_workspace(tmp_path_factory.mktemp("other"))
    first = LabSource(root).resolve(["switch/login"])
    assert first == LabSource(root).resolve(["switch/login"])
    assert first != LabSource(other).resolve(["switch/login"])
    seed = root / ".campusctl" / "lab" / "seed"
    assert stat.S_IMODE(seed.stat().st_mode) == 0o600


def test_what_a_dead_lab_left_behind_does_not_count(root: Path) -> None:
    """A process number that belongs to somebody else by now is not our lab."""
    state.state_file(root).write_text(state.LabState(pid=1, port=2222, switches={}).model_dump_json())
    assert state.read(root) is None
    state.state_file(root).write_text("{")
    assert state.read(root) is None


def test_up_status_and_down(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A lab in a process of its own; a second one is refused, and nothing is left of it in the end."""
    monkeypatch.chdir(root)
    assert call(["--lab", "drift", SCHOOL]) == 1
    assert "campusctl lab up" in capsys.readouterr().err
    assert call(["lab", "status"]) == 0
    assert "not up" in capsys.readouterr().out
    assert call(["lab", "up", SCHOOL, "--fault", "s007-v1-sw01:dead"]) == 0
    assert capsys.readouterr().out.startswith("3 switches")
    try:
        assert call(["lab", "up", SCHOOL]) == 1
        assert "up already" in capsys.readouterr().err
        call(["lab", "status"])
        said = capsys.readouterr().out
        assert re.search(r"s007-v1-sw01 +10\.7\.3\.11 +127\.7\.3\.11:\d+  fault: dead", said)
        assert not (root / ".campusctl" / "lab" / "spec.json").exists()
        assert call(["--lab", "drift", SCHOOL]) == 3
    finally:
        assert call(["lab", "down"]) == 0
    assert call(["lab", "down"]) == 0
    assert "was not up" in capsys.readouterr().out
    assert not state.state_file(root).exists()


def _gone(pid: int) -> bool:
    """Whether a process has ended; its parent may not have looked yet."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_lab_goes_with_its_workspace_and_a_killed_one_is_none(root: Path, tmp_path: Path) -> None:
    """Moved: the same lab. Copied: the copy has none. Killed: it is not up, and comes up again."""
    up = fleet.start(root, school_spec(root))
    copy, moved = tmp_path.with_name("copy"), tmp_path.with_name("moved")
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("control"))
    root.rename(moved)
    assert (state.read(copy), state.read(moved)) == (None, up)
    assert set(Remote(moved).faults()) == set(SWITCHES.values())
    os.kill(up.pid, signal.SIGKILL)
    while not _gone(up.pid):
        os.sched_yield()
    assert state.read(moved) is None
    again = fleet.start(moved, school_spec(moved))
    assert again.pid != up.pid
    assert fleet.stop(moved)
    assert not fleet.stop(moved)


def test_ctrl_c_while_the_lab_comes_up_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half a lab that comes up later; the next one starts."""
    started: list[int] = []

    def press(_seconds: float) -> None:
        started.extend(
            int(process.parent.name)
            for process in Path("/proc").glob("[0-9]*/cmdline")
            if str(root.resolve()).encode() in process.read_bytes()
        )
        raise KeyboardInterrupt

    spec = school_spec(root)
    with monkeypatch.context() as patch:
        patch.setattr(fleet.time, "sleep", press)
        with pytest.raises(KeyboardInterrupt):
            fleet.start(root, spec)
    assert started
    assert all(_gone(pid) for pid in started)
    assert state.read(root) is None


def test_what_keeps_a_lab_from_coming_up_is_said(root: Path) -> None:
    """A port that is taken: one sentence, no traceback."""
    with socket.socket() as other:
        other.bind(("127.7.3.11", 0))
        other.listen()
        spec = school_spec(root).model_copy(update={"port": other.getsockname()[1]})
        with pytest.raises(CampusError, match=r"the lab did not come up\n.*address already in use"):
            fleet.start(root, spec)


def test_a_lab_without_drift_is_clean(root: Path) -> None:
    """What the templates say reads back as the same."""
    with lab_up(root, school_spec(root)) as lab:
        found = list(lab.desk.driver().assess(lab.targets(), ignore))
        assert all(isinstance(result, Assessment) and not result.drifted for result in found)
