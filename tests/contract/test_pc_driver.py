"""What the PC driver promises, held against real Ansible and a real sshd; what a PC does is played by a stand-in."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pc_driver_rig import KEY, Rig, Steps, free_port, make_key, processes, rig_up

from campusctl.drivers.pc.driver import PcDriver
from campusctl.errors import JournalError
from campusctl.model.events import Event, EventKind, ignore
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, Target
from campusctl.model.run import Step, StepKind


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One sshd that plays every PC."""
    with rig_up(tmp_path_factory.mktemp("rig")) as up:
        yield up


def driver(rig: Rig, **words: object) -> PcDriver:
    """A driver with a short patience."""
    return PcDriver(rig.secrets, KEY, probe_s=0.5, **words)  # type: ignore[arg-type]


class Journal(Steps):
    """Cannot write down anything about one PC."""

    def step(self, step: Step) -> None:
        """Remember, or fail."""
        if step.device == "unwritten":
            raise JournalError("the disk is full")
        super().step(step)


ROLE = """\
- name: Write a file
  ansible.builtin.copy:
    content: "by a role\\n"
    dest: "{folder}/role-{{{{ inventory_hostname }}}}"
    mode: "0644"
- name: Run a command
  ansible.builtin.command: touch {folder}/command-{{{{ inventory_hostname }}}}
"""


def make_role(rig: Rig) -> None:
    """A role of the city's own, in the workspace's playbooks."""
    tasks = rig.folder / "playbooks/roles/hello/tasks"
    tasks.mkdir(parents=True)
    (tasks / "main.yml").write_text(ROLE.format(folder=rig.folder / "pcs"))


@dataclass
class Played:
    """A plan, its apply, and a plan after that: one run of Ansible each."""

    plan: dict[str, Change]
    touched_by_plan: list[str]
    asked: int
    outcomes: dict[str, Outcome]
    after: dict[str, Change]
    journal: Journal
    events: list[Event] = field(default_factory=list)


@pytest.fixture(scope="module")
def played(rig: Rig) -> Played:
    """Each PC has a fate of its own; `moved` is changed by somebody between plan and apply."""
    make_role(rig)
    rig.secrets.values["wifi/key"] = "Sehr-geheim-42"
    rig.path("old").write_text("other\n")
    rig.path("secret").write_text("old psk=Sehr-geheim-42\n")
    rig.path("right").write_text("hello right\n")
    stuck = {"files": {str(rig.path("stuck")): {"content": "a\n"}}, "do": {"stuck": [str(rig.path("stuck"))]}}
    secret = {"files": {str(rig.path("secret")): {"content": "psk=<<secret:wifi/key>>\n"}}, "do": {"ahead": -10800}}
    documents = {
        "roled": {},
        "new": None,
        "old": None,
        "right": None,
        "moved": None,
        "unwritten": None,
        "stuck": stuck,
        "secret": secret,
    }
    targets = [
        rig.target(name, document, roles=("hello",) if name in ("roled", "moved") else ())
        for name, document in documents.items()
    ]
    plan = _plan(rig, targets)
    touched, asked = sorted(file.name for file in (rig.folder / "pcs").iterdir()), rig.secrets.asked
    rig.path("moved").write_text("somebody was here\n")
    journal, events = Journal(), list[Event]()
    outcomes = list(driver(rig, record=journal).apply(list(plan.values()), events.append))
    assert sorted(outcome.device for outcome in outcomes) == sorted(plan)
    found = {outcome.device: outcome for outcome in outcomes}
    return Played(plan, touched, asked, found, _plan(rig, targets), journal, events)


def _plan(rig: Rig, targets: list[Target]) -> dict[str, Change]:
    found = {result.device: result for result in driver(rig).assess(targets, ignore)}
    assert sorted(found) == sorted(target.device for target in targets)
    plan = {}
    for target in targets:
        seen = found[target.device]
        assert isinstance(seen, Assessment), seen
        plan[target.device] = Change(target=target, assessment=seen)
    return plan


def test_a_plan_has_edits_with_before_and_after_and_writes_nothing(rig: Rig, played: Played) -> None:
    """And the exact steps."""
    assert played.touched_by_plan == ["old", "right", "secret"]
    seen = played.plan["old"].assessment
    path = ("file", str(rig.path("old")))
    assert [(edit.path, edit.before, edit.after) for edit in seen.edits] == [(path, "other\n", "hello old\n")]
    assert [(command.text, command.path) for command in seen.commands] == [(f"write {rig.path('old')}", path)]
    assert played.plan["right"].assessment.edits == ()


def test_an_apply_makes_the_plan_true_and_a_second_plan_is_empty(rig: Rig, played: Played) -> None:
    """Read again on the PC; the digest it ended with is the one that the next plan sees."""
    for name in ("new", "old"):
        outcome = played.outcomes[name]
        assert (outcome.kind, outcome.sent, outcome.edits, outcome.saved) == (OutcomeKind.OK, 1, 1, True)
        assert rig.path(name).read_text() == f"hello {name}\n"
        assert played.after[name].assessment.edits == ()
        assert played.after[name].assessment.observed_digest == outcome.digest
    right = played.outcomes["right"]
    assert (right.kind, right.sent, right.digest) == (
        OutcomeKind.UNCHANGED,
        0,
        played.plan["right"].assessment.observed_digest,
    )


def test_a_pc_that_moved_since_is_refused_and_untouched(rig: Rig, played: Played) -> None:
    """The digest decides, on the PC, before anything is written."""
    moved = played.outcomes["moved"]
    assert moved.fault is not None
    assert (moved.kind, moved.sent, moved.fault.kind) == (OutcomeKind.FAILED, 0, FaultKind.MOVED)
    assert rig.path("moved").read_text() == "somebody was here\n"


def test_what_still_differs_after_a_change_is_not_called_good(rig: Rig, played: Played) -> None:
    """Reading decides, not what the module says that it did."""
    stuck = played.outcomes["stuck"]
    assert stuck.fault is not None
    assert (stuck.kind, stuck.fault.kind) == (OutcomeKind.FAILED, FaultKind.UNVERIFIED)
    assert stuck.fault.what == f"1 of its settings is not as planned: file {rig.path('stuck')}"


def test_a_pc_is_written_down_before_it_is_touched(rig: Rig, played: Played) -> None:
    """The way back by the id under which it keeps what is replaced, and what is going to be done."""
    begin, send = (step for step in played.journal.found if step.device == "old")
    back = json.loads(begin.text)
    assert (begin.kind, back["format"], back["os"]) == (StepKind.BEGIN, 1, "linux")
    assert (send.kind, send.first, send.last, send.total) == (StepKind.SEND, 1, 1, 1)
    assert send.text == f"write {rig.path('old')}"
    assert played.outcomes["old"].notes == ("what was replaced is kept on the PC; campusctl revert brings it back",)
    assert not [step for step in played.journal.found if step.device == "right"]


def test_a_pc_that_cannot_be_written_down_is_not_touched(rig: Rig, played: Played) -> None:
    """The others are."""
    assert played.outcomes["unwritten"].fault == Fault(
        device="unwritten", kind=FaultKind.JOURNAL, what="the disk is full", driver="pc"
    )
    assert not rig.path("unwritten").exists()


def test_a_secret_reaches_the_pc_and_nothing_else(rig: Rig, played: Played) -> None:
    """It is asked for once for all; in edits it is a mask, also where the PC has it already."""
    assert played.asked == 1
    (edit,) = played.plan["secret"].assessment.edits
    assert (edit.before, edit.after) == ("old psk=********\n", "psk=********\n")
    assert rig.path("secret").read_text() == "psk=Sehr-geheim-42\n"
    said = [value.model_dump_json() for value in (*played.plan.values(), *played.outcomes.values(), *played.events)]
    assert "geheim" not in "".join([*said, *(step.text for step in played.journal.found)])


def test_a_wrong_clock_is_a_note(played: Played) -> None:
    """It is no edit and no fault, and it is named."""
    assert played.plan["secret"].assessment.notes == ("its clock is 3 h behind",)
    assert "its clock is 3 h behind" in played.outcomes["secret"].notes
    assert played.plan["old"].assessment.notes == ()


def test_a_citys_own_role_is_planned_as_far_as_check_mode_knows_and_then_run(rig: Rig, played: Played) -> None:
    """What it would change is an edit; what cannot be checked is told; on a PC that moved it does not run."""
    seen = played.plan["roled"].assessment
    assert [edit.path for edit in seen.edits] == [("role", "hello", "Write a file")]
    assert seen.unchecked == ("role hello: task 'Run a command' cannot be checked",)
    outcome = played.outcomes["roled"]
    assert (outcome.kind, outcome.edits) == (OutcomeKind.OK, 2)
    assert rig.path("role-roled").read_text() == "by a role\n"
    assert rig.path("command-roled").exists()
    assert not rig.path("role-moved").exists()
    assert played.after["roled"].assessment.edits == ()


def test_every_pc_is_started_and_finished_exactly_once(played: Played) -> None:
    """Nothing follows the last event of a PC, whatever became of it."""
    for kind in (EventKind.STARTED, EventKind.FINISHED):
        assert Counter(event.device for event in played.events if event.kind is kind) == Counter([*played.plan])
    kinds = [event.kind for event in played.events if event.device == "old"]
    assert kinds == [EventKind.STARTED, EventKind.CONNECTED, EventKind.SENT, EventKind.VERIFIED, EventKind.FINISHED]


def test_trouble_of_one_pc_has_its_own_word_and_the_others_are_read(rig: Rig, tmp_path: Path) -> None:
    """No sshd, unknown, changed and wrong key, killed, disk full, locked, a module that breaks, a missing secret."""
    empty, changed = tmp_path / "empty", tmp_path / "known hosts 100%"
    empty.touch()
    make_key(tmp_path / "other")
    other = (tmp_path / "other.pub").read_text().split()[:2]
    changed.write_text(" ".join([f"[127.0.0.1]:{rig.port}", *other]) + "\n")
    locked = {
        "fault": {"kind": "locked", "what": "apt is busy: pid 7 (apt-get)", "hint": "wait"},
        "edits": [],
        "msg": "x",
    }
    targets = [
        rig.target("good"),
        rig.target("closed", port=free_port()),
        rig.target("unknown", known_hosts=str(empty)),
        rig.target("changed", known_hosts=str(changed)),
        rig.target("wrong", key_file=str(tmp_path / "other")),
        rig.target("killed", {"do": {"kill": 9}}),
        rig.target("full", {"do": {"raise": [28, "No space left on device", "/tmp/x"]}}),
        rig.target("locked", {"do": {"fail": locked}}),
        rig.target("broken", {"do": {"raise": ["what a pity"]}}),
        rig.target("strange").model_copy(update={"dialect": "beos"}),
        rig.target("secretless", {"files": {"/x": {"content": "<<secret:no/such>>"}}}),
    ]
    found = {result.device: result for result in driver(rig).assess(targets, ignore)}
    assert isinstance(found.pop("good"), Assessment)
    words = {name: (fault.kind, fault.what) for name, fault in found.items() if isinstance(fault, Fault)}
    assert words == {
        "closed": (FaultKind.UNREACHABLE, f"it is on, and nothing listens on port {targets[1].login.port}"),
        "unknown": (FaultKind.HOST_KEY, "its host key is unknown"),
        "changed": (FaultKind.HOST_KEY, "its host key has CHANGED"),
        "wrong": (FaultKind.AUTH, "it refuses our key or password"),
        "killed": (FaultKind.UNVERIFIED, "the work on it was killed midway"),
        "full": (FaultKind.REJECTED, "its disk is full"),
        "locked": (FaultKind.LOCKED, "apt is busy: pid 7 (apt-get)"),
        "broken": (FaultKind.REJECTED, "it failed: the module did not come to its end: OSError: what a pity"),
        "strange": (FaultKind.REFUSED, "campusctl knows no PCs of the kind 'beos'"),
        "secretless": (FaultKind.SECRET, "no secret no/such"),
    }


def test_an_empty_batch_starts_nothing(rig: Rig) -> None:
    """No PC, no child, no result; and nothing is ever armed."""
    assert list(driver(rig).assess([], ignore)) == []
    assert list(driver(rig).apply([], ignore)) == []
    assert list(driver(rig).settle([], ignore)) == []


def test_a_run_is_stopped_within_a_second_and_nothing_is_left(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PC at work may go on by itself and is named so; one that was not begun was sent nothing."""
    monkeypatch.setenv("CAMPUSCTL_TEST", str(tmp_path))
    sign = tmp_path / "sign"
    targets = (rig.target("slow", {"do": {"sign": str(sign), "sleep": 20}}), rig.target("later", school="schule-101"))
    plan = [
        Change(target=target, assessment=Assessment(device=target.device, school=target.school, dialect="linux"))
        for target in targets
    ]
    stop, began = threading.Event(), list[float]()

    def stop_when_begun() -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end and not sign.exists():
            time.sleep(0.02)
        began.append(time.monotonic())
        stop.set()

    watcher = threading.Thread(target=stop_when_begun)
    watcher.start()
    outcomes = {each.device: each for each in driver(rig, stop=stop, children=1).apply(plan, ignore)}
    took = time.monotonic() - began[0]
    watcher.join()
    assert processes(f"CAMPUSCTL_TEST={tmp_path}") == []
    assert took < 2.0  # 0.6 s where nothing else runs
    slow, later = outcomes["slow"], outcomes["later"]
    assert slow.fault is not None
    assert (slow.kind, slow.fault.kind) == (OutcomeKind.FAILED, FaultKind.INTERRUPTED)
    assert "may go on by itself for up to 300 s" in slow.fault.what
    assert later.fault is not None
    assert (later.kind, later.fault.what) == (OutcomeKind.SKIPPED, "the run was stopped; nothing was sent to this PC")
