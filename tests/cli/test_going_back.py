"""`campusctl status`, `resume`, `revert` and `restore`, from the command line to simulated switches."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, lab_up, make_workspace, record_lines, school_spec

from campusctl import workflow
from campusctl.history.process import this_process
from campusctl.history.store import open_store
from campusctl.lab.spec import Faults
from campusctl.model.run import RunInfo, RunKind, Step, StepKind

IOS, CX, PROCURVE = SWITCHES["cisco_ios"], SWITCHES["aruba_aoscx"], SWITCHES["hp_procurve"]


@dataclass
class Shell(Prompt):
    """A prompt in the workspace's folder, with the lab up."""

    def last_run(self) -> str:
        """The id of the newest run."""
        with open_store(self.lab.root) as store:
            return store.runs(limit=1)[0].info.id

    def unfinished(self) -> list[dict[str, object]]:
        """What `status` lists."""
        return json.loads(self.run("status", "--json")[1])["unfinished"]  # type: ignore[no-any-return]

    def heal(self, name: str) -> None:
        """The switch has no fault any more."""
        station = self.lab.thread.station(name)
        station.spec = station.spec.model_copy(update={"faults": Faults()})


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Shell]]:
    """Brings the lab up with these options and gives a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:

        def up(**options: object) -> Shell:
            lab = stack.enter_context(lab_up(root, school_spec(root, **({"drift": True} | options)), timeout_s=6.0))
            monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: stack_lab.desk)
            stack_lab = lab
            return Shell(lab, capsys)

        yield up


def killed_run(here: Shell, kind: RunKind = RunKind.APPLY) -> str:
    """A run whose process is dead: it planned every switch, and began the one that speaks IOS."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    desk, me = here.lab.desk, this_process()
    plan = here.lab.plan()
    ground = workflow.ground(desk.root, [SCHOOL])
    info = RunInfo(
        id="deadbeef", kind=kind, started=datetime.now(UTC), user="anna", host=me.host, pid=gone.pid,
        boot_id=me.boot_id, process_start=1, command=f"--lab apply {SCHOOL}", schools=(SCHOOL,), tool_version="0.1.0",
        inventory_digest=ground.inventory_digest, template_digest=ground.template_digest, lab=True,
    )  # fmt: skip
    before = here.lab.texts()[IOS][0]
    with open_store(desk.root) as store:
        store.begin_run(info)
        store.plan_devices(info.id, plan.pending)
        store.step(info.id, Step(device=IOS, kind=StepKind.BEGIN, text=before.partition("Current")[2]))
        store.step(info.id, Step(device=IOS, kind=StepKind.SEND, first=1, last=6, total=6, text="…"))
    return info.id


def test_a_killed_run_is_listed_and_resumed(shell: Callable[..., Shell]) -> None:
    """Every switch is named with how far it came; after the resume nothing is left, and nothing is sent twice."""
    here = shell()
    run = killed_run(here)
    code, out, _ = here.run("status")
    assert code == 4
    assert f"run {run}" in out
    assert f"{IOS}: begun; last written down: send commands 1-6 of 6" in out
    assert f"{CX}: not begun" in out
    assert f"campusctl resume {run}   finishes it" in out
    states = {row["device"]: row["state"] for row in here.unfinished()[0]["devices"]}  # type: ignore[attr-defined]
    assert states == {IOS: "begun", CX: "planned", PROCURVE: "planned"}
    code, out, _ = here.run("resume", run[:4], "--yes")
    assert code == 0, out
    assert "3 of 3 switches done." in out
    assert here.run("status")[:2] == (0, "nothing is unfinished\n")
    lines = {name: record_lines(here.lab.thread, name) for name in here.lab.names}
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    assert [line for sent in lines.values() for line in sent if line.startswith("conf")] == []
    code, out, _ = here.run("resume", run, "--yes")
    assert code == 0
    assert "nothing to change" in out


def test_an_apply_of_the_school_settles_a_killed_run(shell: Callable[..., Shell]) -> None:
    """What is right is right, whoever made it so."""
    here = shell()
    killed_run(here)
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    assert here.unfinished() == []


def test_a_run_is_undone_setting_by_setting(shell: Callable[..., Shell]) -> None:
    """The switches are what they were before; what somebody else changed since stays."""
    here = shell()
    before = here.lab.texts()
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    run = here.last_run()
    here.lab.thread.station(IOS).enter(
        ["configure terminal", "interface GigabitEthernet1/0/5", "description BLEIBT", "end"]
    )
    code, out, _ = here.run("revert", run, "--yes", "--reason", "es war falsch")
    assert code == 0, out
    after = here.lab.texts()
    for name in (CX, PROCURVE):
        assert after[name][0] == before[name][0]
    running = after[IOS][0]
    assert "description BLEIBT" in running
    assert "description TEST" in running
    assert "name Testnetz" in running
    assert "logging host 10.9.9.9" in running
    undone = here.last_run()
    # Undone once, there is nothing left to undo; the undoing can be undone.
    code, out, _ = here.run("revert", run, "--yes")
    assert code == 0
    assert "nothing to change" in out
    assert here.run("revert", undone, "--yes")[0] == 0
    assert "TEST" not in here.lab.texts()[CX][0]


def test_what_a_later_run_changed_is_undone_first(shell: Callable[..., Shell]) -> None:
    """The error names the run."""
    here = shell()
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    first = here.last_run()
    here.lab.thread.station(IOS).enter(["configure terminal", "interface GigabitEthernet1/0/5", "description X", "end"])
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    second = here.last_run()
    code, _, err = here.run("revert", first, "--yes")
    assert code == 1
    assert f"{IOS} was changed later, by run {second}" in err
    assert f"hint: undo that one first: campusctl revert {second}" in err


def test_a_run_that_stopped_half_way_is_undone(shell: Callable[..., Shell]) -> None:
    """A refused line left a part of the change on the switch."""
    here = shell(faults=(f"{IOS}:refuse=no vlan 998",))
    before = here.lab.texts()
    code, out, _ = here.run("apply", SCHOOL, "--device", IOS, "--yes")
    assert code == 3, out
    run = here.last_run()
    code, out, _ = here.run("status")
    assert code == 4
    assert "it ended with 1 switch half changed:" in out
    assert f"{IOS}: rejected; last written down: send commands " in out
    here.heal(IOS)
    assert here.run("revert", run, "--yes")[0] == 0
    assert here.run("status")[:2] == (0, "nothing is unfinished\n")
    assert here.lab.texts()[IOS][0] == before[IOS][0]


def test_resume_is_refused_when_the_inventory_moved(shell: Callable[..., Shell]) -> None:
    """What was agreed to is not what the inventory says any more."""
    here = shell()
    run = killed_run(here)
    city = here.lab.root / "inventory" / "city.yml"
    city.write_text(city.read_text().replace("10.255.0.14", "10.255.0.16"))
    code, _, err = here.run("resume", run, "--yes")
    assert code == 1
    assert f"the inventory changed since run {run}" in err
    assert f"campusctl apply {SCHOOL} does what it says now" in err


def test_a_run_at_work_is_left_alone(shell: Callable[..., Shell]) -> None:
    """Its process lives."""
    here = shell()
    with workflow.running(here.lab.desk, RunKind.APPLY, [SCHOOL]) as run:
        code, _, err = here.run("resume", run.info.id, "--yes")
        assert code == 1
        assert f"run {run.info.id} is at work" in err
        assert f"process {os.getpid()}" in err


def test_a_device_goes_back_to_its_backup(shell: Callable[..., Shell]) -> None:
    """By date or revision; through plan, question and proof; secrets that still stand are found again."""
    here = shell(drift=False)
    assert here.run("drift", SCHOOL)[0] == 0
    before = here.lab.texts()
    for name, lines in {
        IOS: ["configure terminal", "interface GigabitEthernet1/0/3", "description NEU", "exit", "vlan 997", "end"],
        CX: ["configure terminal", "interface 1/1/3", "description NEU", "exit", "vlan 997", "end"],
        PROCURVE: ["configure terminal", "interface 3", 'name "NEU"', "exit", "vlan 997", "end"],
    }.items():
        here.lab.thread.station(name).enter(lines)
        code, out, err = here.run("restore", name, "--yes")
        assert code == 0, out + err
        assert "VLAN 997: remove" in out
        assert here.lab.texts()[name][0] == before[name][0]
    code, _, err = here.run("restore", "s007-v9-sw01", "--yes")
    assert code == 1
    assert "no backup of `s007-v9-sw01`" in err


def test_a_secret_that_was_replaced_stays_and_is_named(shell: Callable[..., Shell]) -> None:
    """A backup holds no secret: neither is one lost, nor is one made up."""
    here = shell(drift=False)
    assert here.run("drift", SCHOOL)[0] == 0
    station = here.lab.thread.station(IOS)
    station.enter(["configure terminal", "snmp-server community neuesgeheimnis ro", "no snmp-server community "
                   + here.lab.desk.secrets.resolve(["snmp/ro"])["snmp/ro"], "hostname umbenannt", "end"])  # fmt: skip
    code, out, err = here.run("restore", IOS, "--yes")
    assert code == 0, out + err
    running = here.lab.texts()[IOS][0]
    assert "hostname s007-ogs-sw01" in running
    assert "neuesgeheimnis" not in out + err


def test_a_switch_that_another_run_left_armed_is_left_alone(shell: Callable[..., Shell]) -> None:
    """What does not lean on it is done; ending the other run frees it."""
    here = shell()
    run = killed_run(here)
    with open_store(here.lab.root) as store:
        store.step(run, Step(device=IOS, kind=StepKind.ARM, text="archive"))
    lines = record_lines(here.lab.thread, IOS)
    code, out, _ = here.run("apply", SCHOOL, "--yes")
    assert code == 3
    assert f"{IOS}: locked: run {run} left it armed to go back (archive), and nobody confirmed; nothing was sent" in out
    assert f"hint: campusctl resume {run} ends that and finishes it" in out
    assert f"{CX}: ok" in out
    # The core keeps the VLAN that the switch behind it may still use.
    assert f"{PROCURVE}: held: " in out
    assert [line for line in lines if line.startswith("conf")] == []
    code, out, err = here.run("resume", run, "--yes")
    assert code == 0, out
    assert f"{IOS}: no revert was pending any more (archive)" in err
    assert "TEST" not in here.lab.texts()[IOS][1]
