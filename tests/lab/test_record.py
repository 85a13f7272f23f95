"""Every step is written down before it is taken; what cannot be written down is not done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from small_lab import SWITCHES, SmallLab, clone_targets, clones, lab_up, make_workspace, record_lines, school_spec

from campusctl.drivers.switch.driver import SwitchDriver
from campusctl.errors import JournalError
from campusctl.lab.spec import Faults, LabSpec
from campusctl.model.events import ignore
from campusctl.model.outcome import FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, Target
from campusctl.model.run import Step, StepKind
from campusctl.ports import Record

DIALECTS = tuple(SWITCHES)


@dataclass
class Book:
    """A record that is full from some step on."""

    room: int = 1000
    steps: list[Step] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def step(self, step: Step) -> None:
        """Write it down, or say that there is no room."""
        if len(self.steps) >= self.room:
            raise JournalError("the disk is full", "make room")
        self.steps.append(step)

    def config(self, school: str, device: str, text: str) -> None:
        """Keep a text."""
        self.texts[f"{school}/{device}"] = text


@contextmanager
def herd(root: Path, dialect: str, names: Mapping[str, Faults]) -> Iterator[SmallLab]:
    """Copies of a drifted switch."""
    spec = school_spec(root, drift=True)
    original = next(switch for switch in spec.switches if switch.dialect == dialect)
    with lab_up(root, LabSpec(switches=clones(original, names), speed=1000.0), timeout_s=6.0) as lab:
        yield lab


def driver(lab: SmallLab, record: Record | None = None) -> SwitchDriver:
    """The driver with a record."""
    return SwitchDriver(lab.desk.secrets, lab.desk.key, pool_size=6, record=record)


def targets(lab: SmallLab, dialect: str) -> dict[str, Target]:
    """Each copy."""
    return {target.device: target for target in clone_targets(lab, SWITCHES[dialect])}


def changes(lab: SmallLab, dialect: str) -> dict[str, Change]:
    """What is to be done to each copy."""
    wanted = targets(lab, dialect)
    found = {seen.device: seen for seen in driver(lab).assess(list(wanted.values()), ignore)}
    return {
        name: Change(target=wanted[name], assessment=seen)
        for name, seen in found.items()
        if isinstance(seen, Assessment)
    }


def applied(lab: SmallLab, change: Change, record: Record) -> Outcome:
    """One change."""
    (outcome,) = driver(lab, record).apply([change], ignore)
    return outcome


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_step_is_told_before_it_is_taken(tmp_path: Path, dialect: str) -> None:
    """What the switch was; each packet with its very commands; the save. No secret in any of it."""
    with herd(make_workspace(tmp_path), dialect, {"one": Faults()}) as lab:
        change, book = changes(lab, dialect)["one"], Book()
        lines = record_lines(lab.thread, "one")
        told: list[tuple[StepKind, int]] = []
        original = book.step
        book.step = lambda step: (told.append((step.kind, len(lines))), original(step))[1]  # type: ignore[method-assign,assignment]
        assert applied(lab, change, book).kind is OutcomeKind.OK
        kinds = [step.kind for step in book.steps]
        assert kinds[0] is StepKind.BEGIN
        assert kinds[-1] is StepKind.SAVE
        assert set(kinds[1:-1]) == {StepKind.SEND}
        sent = "\n".join(step.text for step in book.steps if step.kind is StepKind.SEND)
        assert sent == "\n".join(command.text for command in change.assessment.commands)
        first = change.assessment.commands[0].text
        at = next(number for kind, number in told if kind is StepKind.SEND)
        assert first not in lines[:at]
        assert first in lines[at:]
        assert "TEST" in book.steps[0].text
        everything = "\n".join([*(step.text for step in book.steps), *book.texts.values()])
        assert [secret for secret in lab.secrets() if secret in everything] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_record_that_is_full_at_any_step_stops_the_switch_there(tmp_path: Path, dialect: str) -> None:
    """Nothing is sent that is not written down; nothing is saved; and later everything is made good."""
    with herd(make_workspace(tmp_path), dialect, {f"room{room}": Faults() for room in range(4)}) as lab:
        planned = changes(lab, dialect)
        stored = {name: lab.thread.station(name).switch.startup for name in lab.names}
        for room in range(3):
            name = f"room{room}"
            book, lines = Book(room), record_lines(lab.thread, name)
            outcome = applied(lab, planned[name], book)
            assert outcome.fault, room
            assert outcome.fault.kind is FaultKind.JOURNAL
            assert "the disk is full" in outcome.fault.what
            assert outcome.fault.hint
            written = {line for step in book.steps for line in step.text.split("\n") if step.kind is StepKind.SEND}
            # `exit` also ends a session.
            sent = ({command.text for command in planned[name].assessment.commands} & set(lines)) - {"exit"}
            assert sent <= written, room
            assert lab.thread.station(name).switch.startup == stored[name]
        for name, change in changes(lab, dialect).items():
            assert applied(lab, change, Book()).fault is None, name


def test_reading_hands_every_configuration_to_the_record_masked(tmp_path: Path) -> None:
    """One text per switch that was read, none of one that was not."""
    with herd(make_workspace(tmp_path), "cisco_ios", {"up": Faults(), "down": Faults(dead=True)}) as lab:
        book = Book()
        list(driver(lab, book).assess(list(targets(lab, "cisco_ios").values()), ignore))
        assert list(book.texts) == ["up/up"]
        assert "hostname s007-ogs-sw01" in book.texts["up/up"]
        assert "<<secret:kept/" in book.texts["up/up"]
        assert [secret for secret in lab.secrets() if secret in book.texts["up/up"]] == []
