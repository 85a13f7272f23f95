"""The PC driver against real Linux PCs of the lab: each kind of trouble has its own word, and stops nobody else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from pc_driver_rig import KEY, REPOSITORY, Secrets, Steps
from pc_lab import PcLab, make_pcs, pcs_up

from campusctl.drivers.pc.driver import PcDriver
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, DeviceLogin, Target
from campusctl.model.run import StepKind

pytestmark = pytest.mark.debian

DOCUMENT: Final = {
    "format": 1,
    "os": "linux",
    "packages": {"tree": "present"},
    "files": {"/etc/motd": {"content": "Willkommen {{ 1 + 1 }} $(id) `id`\n"}},
    "users": {"lehrer": {"state": "present", "password": "<<secret:pc/lehrer>>"}},
}
PASSWORD: Final = "Sehr-Geheim-42"
BROKEN: Final = {
    "off": {"off": True},
    "key": {"wrong_host_key": True},
    "sudo": {"wrong_sudo": True},
    "python": {"no_python": True},
    "clock": {"clock_wrong": -3.0},
}
"""What is wrong with a PC from the beginning, by what it is called here."""

LATER: Final = {
    "pulled": {"pulled": True},
    "full": {"disk_full": True},
    "killed": {"killed_at": "/etc/motd"},
    "locked": {"apt_lock": True},
}
"""What goes wrong between plan and apply."""

NAMES: Final = ("good", "moved", *BROKEN, *LATER)


@dataclass
class Seen:
    """A plan and its apply."""

    lab: PcLab
    plan: dict[str, Assessment | Fault]
    outcomes: dict[str, Outcome]
    again: dict[str, Assessment | Fault]
    back: dict[str, Outcome]
    motd: dict[str, str]


def driver(steps: Steps | None = None) -> PcDriver:
    """A driver that does not wait for long."""
    return PcDriver(Secrets({"pc/lehrer": PASSWORD}), KEY, record=steps, lock_wait_s=1.0)


def target(lab: PcLab, name: str, document: object = DOCUMENT) -> Target:
    """A PC of the lab."""
    host, port = lab.endpoint(name)
    login = DeviceLogin(host=host, port=port, user="campus", key_file=str(lab.key), known_hosts=str(lab.known_hosts))
    return Target(
        device=name,
        school="schule-042",
        driver="pc",
        dialect="linux",
        login=login,
        intended=json.dumps(document),
        groups=("schule_042", "schule_042_r201", "pc"),
        playbooks=str(REPOSITORY / "playbooks"),
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Eleven PCs: a plan; then some break, and it is applied; then the good one is read again, and taken back."""
    pcs = make_pcs(len(NAMES))
    called = dict(zip([pc.name for pc in pcs], NAMES, strict=True))
    named = {word: name for name, word in called.items()}
    with pcs_up(tmp_path_factory.mktemp("lab"), pcs) as lab:
        for word, faults in BROKEN.items():
            lab.fault(named[word], **faults)
        targets = {called[pc.name]: target(lab, pc.name) for pc in pcs}
        plan = {called[found.device]: found for found in driver().assess(list(targets.values()), ignore)}
        for word, faults in LATER.items():
            lab.fault(named[word], **faults)
        lab.shell(named["moved"], "echo somebody >/etc/motd")
        steps = Steps()
        changes = [
            Change(target=targets[word], assessment=found)
            for word, found in plan.items()
            if isinstance(found, Assessment)
        ]
        outcomes = {called[found.device]: found for found in driver(steps).apply(changes, ignore)}
        motd = {word: lab.shell(named[word], "cat /etc/motd 2>&1 || :") for word in ("good", "moved", "full", "locked")}
        good = targets["good"]
        again = {called[found.device]: found for found in driver().assess([good], ignore)}
        restore = next(step.text for step in steps.found if step.device == good.device and step.kind is StepKind.BEGIN)
        way_back = good.model_copy(update={"intended": restore})
        (found,) = driver().assess([way_back], ignore)
        assert isinstance(found, Assessment), found
        back = {
            called[outcome.device]: outcome
            for outcome in driver().apply([Change(target=way_back, assessment=found)], ignore)
        }
        motd["back"] = lab.shell(named["good"], "cat /etc/motd 2>&1 || :")
        yield Seen(lab, plan, outcomes, again, back, motd)


def test_what_cannot_be_read_has_its_own_word(seen: Seen) -> None:
    """The others have a plan."""
    faults = {word: (found.kind, found.what) for word, found in seen.plan.items() if isinstance(found, Fault)}
    assert faults == {
        "off": (FaultKind.OFF, f"does not answer on port {seen.lab.state.port}: switched off, or not there"),
        "key": (FaultKind.HOST_KEY, "its host key has CHANGED"),
        "sudo": (FaultKind.AUTH, "sudo wants a password, and the inventory names none"),
        "python": (FaultKind.REJECTED, "there is no Python 3 on it"),
    }
    good = seen.plan["good"]
    assert isinstance(good, Assessment)
    assert {edit.path[:2] for edit in good.edits} >= {
        ("package", "tree"),
        ("user", "lehrer"),
        ("file", "/etc/motd"),
    }
    assert good.notes == ()
    clock = seen.plan["clock"]
    assert isinstance(clock, Assessment)
    assert clock.notes == ("its clock is 3 days behind",)


def test_inventory_text_arrives_as_text(seen: Seen) -> None:
    """Neither Ansible nor a shell has looked into it."""
    assert seen.motd["good"] == "Willkommen {{ 1 + 1 }} $(id) `id`\n"


def test_what_breaks_between_plan_and_apply_has_its_own_word(seen: Seen) -> None:
    """And the good one is changed, proven, and then as it should be."""
    good = seen.outcomes["good"]
    assert (good.kind, good.fault) == (OutcomeKind.OK, None)
    again = seen.again["good"]
    assert isinstance(again, Assessment)
    assert (again.edits, again.observed_digest) == ((), good.digest)
    words = {word: (found.kind, found.fault.kind) for word, found in seen.outcomes.items() if found.fault}
    assert words == {
        "moved": (OutcomeKind.FAILED, FaultKind.MOVED),
        "pulled": (OutcomeKind.SKIPPED, FaultKind.OFF),
        "full": (OutcomeKind.FAILED, FaultKind.REJECTED),
        "killed": (OutcomeKind.FAILED, FaultKind.UNVERIFIED),
        "locked": (OutcomeKind.FAILED, FaultKind.LOCKED),
    }
    assert seen.motd["moved"] == "somebody\n"
    full, killed = seen.outcomes["full"].fault, seen.outcomes["killed"].fault
    assert full is not None
    assert "disk is full" in full.what
    assert killed is not None
    assert killed.what == "the work on it was killed midway"


def test_a_lock_is_named_and_what_does_not_need_it_is_done(seen: Seen) -> None:
    """Packages wait for it; files do not."""
    locked = seen.outcomes["locked"]
    assert locked.fault is not None
    assert locked.fault.sent == locked.sent
    assert locked.sent > 0
    assert seen.motd["locked"].startswith("Willkommen")


def test_a_change_is_taken_back_by_the_document_that_the_journal_has(seen: Seen) -> None:
    """What was replaced comes back from the PC itself."""
    assert seen.back["good"].kind is OutcomeKind.OK
    assert not seen.motd["back"].startswith("Willkommen")


def test_a_password_is_in_nothing_that_is_kept(seen: Seen) -> None:
    """Neither in plans nor in outcomes."""
    said = [found.model_dump_json() for found in (*seen.plan.values(), *seen.outcomes.values(), *seen.again.values())]
    assert PASSWORD not in "".join(said)
