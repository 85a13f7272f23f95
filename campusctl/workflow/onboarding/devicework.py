"""Devices brought to their targets for an onboarding: a run like any other, with its locks, windows and history."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from campusctl.errors import PlanError
from campusctl.model.outcome import Fault, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Plan, Target
from campusctl.model.run import RunKind, RunState
from campusctl.model.sentence import sentence
from campusctl.workflow.applying import apply, blocked, refuse_closed, refuse_locked
from campusctl.workflow.corridor import plan_for
from campusctl.workflow.desk import Desk, ground
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.touched import fingerprints
from campusctl.workflow.running import Running, running


class Work(NamedTuple):
    """What became of some devices."""

    run: str
    """Id of the run."""
    plan: Plan
    """What was seen, and what was to be done."""
    outcomes: tuple[Outcome, ...]
    """What was done."""
    interrupted: bool = False
    """Ctrl-C; what was under way was brought to a safe end."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that went wrong."""
        return (*self.plan.faults, *(outcome.fault for outcome in self.outcomes if outcome.fault))

    @property
    def sent(self) -> bool:
        """Something reached a device."""
        return any(outcome.sent or outcome.kind is OutcomeKind.OK for outcome in self.outcomes)


def bring(
    hands: Hands,
    desk: Desk,
    schools: Sequence[str],
    wanted: Sequence[Target],
    agreed: Mapping[str, Sequence[str]] | None = None,
) -> Work:
    """Read devices and bring them to their targets.

    Args:
        hands: Of whoever started it.
        desk: The workspace.
        schools: School ids.
        wanted: The devices.
        agreed: Fingerprints of the commands that were agreed to; None: whatever it takes.

    Raises:
        PlanError: It would take other commands than were agreed to, and nobody agrees to these.
        LockedError, ClosedError, SecretError, JournalError: Nothing was sent.
    """
    with running(desk, RunKind.APPLY, schools, reason=hands.terms.reason) as run:
        refuse_locked(run)
        plan = plan_for(run, wanted, ground(desk.root, schools), hands.emit, hands.ready, schools=schools)
        if agreed is not None:
            _refuse_other(plan, agreed, hands.agree)
        refuse_closed(run, plan, hands.terms)
        outcomes, stopped = _apply(hands, run, plan)
        work = Work(run.info.id, plan, outcomes, stopped)
        run.end(*_end(work))
    for trouble in run.troubles:
        hands.say(sentence("warning: {what}", what=trouble))
    return work


def _refuse_other(plan: Plan, agreed: Mapping[str, Sequence[str]], agree: Callable[[str], bool]) -> None:
    moved = [
        change for change in plan.pending
        if not set(fingerprints(change.assessment)) <= set(agreed.get(change.target.device, ()))
    ]  # fmt: skip
    if not moved:
        return
    lines = [f"  {change.target.device}: {command.text}" for change in moved for command in change.assessment.commands]
    names = ", ".join(change.target.device for change in moved)
    question = sentence(
        "{devices} changed since you agreed; now it takes:\n{commands}\nGo on with this?",
        devices=names,
        commands="\n".join(lines),
    )
    if not agree(question):
        what = sentence("{devices} changed since you agreed, so nothing was sent", devices=names)
        raise PlanError(what, sentence("look at it, then try again"))


def _apply(hands: Hands, run: Running, plan: Plan) -> tuple[tuple[Outcome, ...], bool]:
    outcomes = blocked(run, plan)
    stop = threading.Event()
    if plan.pending:
        with hands.guarded(stop):
            outcomes += apply(run, plan, hands.terms, hands.emit, stop)
    return tuple(outcomes), stop.is_set()


def _end(work: Work) -> tuple[RunState, int]:
    if work.interrupted:
        return RunState.INTERRUPTED, 130
    failed = any(not fault.off for fault in work.faults)
    return (RunState.FAILED, 3) if failed else (RunState.DONE, 0)


def look(
    hands: Hands, desk: Desk, schools: Sequence[str], wanted: Sequence[Target]
) -> Mapping[str, Assessment | Fault]:
    """Read devices; nothing is changed. By name."""
    with running(desk, RunKind.PLAN, schools, reason=hands.terms.reason) as run:
        plan = plan_for(run, wanted, ground(desk.root, schools), hands.emit, hands.ready, schools=schools)
        run.end(RunState.DONE, 0)
    found: dict[str, Assessment | Fault] = {change.target.device: change.assessment for change in plan.changes}
    return found | {fault.device: fault for fault in plan.faults}
