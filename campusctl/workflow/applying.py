"""Carrying out a plan: under a lock, within a window, each step written down before it is taken."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from campusctl.engine.rolling import run_rollout
from campusctl.engine.rollout import Rollout, RolloutOptions, rollout
from campusctl.errors import ClosedError
from campusctl.inventory.load import load_city
from campusctl.inventory.topology import above
from campusctl.model.events import Emit
from campusctl.model.journal import DeviceRow
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Change, Plan
from campusctl.model.rotation import secrets_sent
from campusctl.model.run import RunState, StepKind
from campusctl.model.sentence import joined, sentence
from campusctl.workflow.corridor import check
from campusctl.workflow.desk import Desk
from campusctl.workflow.going_back import left_armed
from campusctl.workflow.running import Running

if TYPE_CHECKING:
    from campusctl.workflow.windows import ClosedSchool


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a plan is carried out."""

    now: bool = False
    """Also what interrupts somebody outside a window."""
    reason: str = ""
    """Why, as the operator said."""
    options: RolloutOptions = field(default_factory=RolloutOptions)
    """In which waves, and when to stop."""


def state_of(code: int) -> RunState:
    """How a run ended, by the exit code of its command."""
    return {0: RunState.DONE, 4: RunState.DONE, 130: RunState.INTERRUPTED}.get(code, RunState.FAILED)


def refuse_locked(run: Running) -> None:
    """Refuse before anything is read when somebody else has one of the schools; a lock is kept only while changing.

    Raises:
        LockedError: Who has it, since when, and why.
    """
    with _held(run):
        pass


def refuse_closed(run: Running, plan: Plan, terms: Terms) -> "tuple[ClosedSchool, ...]":
    """Refuse what would interrupt somebody while no window is open; `--now` overrides.

    Returns:
        The schools whose window `--now` overrides.

    Raises:
        ClosedError: Which schools, why, and when the next window opens.
    """
    from campusctl.workflow.windows import closed_schools  # noqa: PLC0415 - only who changes devices pays for it

    city = load_city(run.desk.root, plan.schools)
    closed = closed_schools(run.desk.root, city, plan, run.desk.clock())
    if closed and not terms.now:
        raise ClosedError(joined((school.what for school in closed), "\n"), closed[0].hint)
    return closed


def _audit_override(run: Running, closed: "Sequence[ClosedSchool]", terms: Terms) -> None:
    for school in closed:
        detail = {"run": run.info.id, "reason": terms.reason, "window": school.why, "devices": list(school.devices)}
        run.store.audit(run.info.user, run.info.host, "window.override", school.school, detail)


def apply(run: Running, plan: Plan, terms: Terms, emit: Emit, stop: threading.Event | None = None) -> Iterator[Outcome]:
    """Make the changes of a plan that still stands on its ground, in waves of schools and passes of switches.

    Args:
        run: The run this belongs to; every step is written down in it before it is taken.
        plan: What to do.
        terms: On which terms.
        emit: Told of every step.
        stop: When set, nothing new is begun, and each switch at work is brought to a safe end.

    Raises:
        PlanError: The plan is stale; nothing was contacted.
        UnknownNameError: A canary is no school of the plan; likewise.
        LockedError: Somebody else has a school; nothing was contacted.
        ClosedError: The window has shut; nothing was contacted.
        JournalError: What is going to be done could not be written down; nothing was contacted.
    """
    stop = stop or threading.Event()
    with _held(run, stop):
        check(run.desk, plan)
        closed = refuse_closed(run, plan, terms)
        armed = _left_armed(run, plan)
        for fault in armed:
            skipped = Outcome(device=fault.device, kind=OutcomeKind.SKIPPED, fault=fault)
            run.outcome(skipped)
            yield skipped
        plan = _without(plan, armed)
        order = waves(run.desk, plan, terms.options)
        run.changes(plan.pending)
        _audit_override(run, closed, terms)
        driver = run.desk.driver(stop, run)

        def apply_batch(changes: Sequence[Change]) -> Iterator[Outcome]:
            by_device = {change.target.device: change for change in changes}
            for outcome in driver.apply(changes, emit):
                if outcome.kind is OutcomeKind.OK:
                    _remember_secrets(run, by_device[outcome.device])
                yield outcome

        for outcome in run_rollout(order, apply_batch, stop.is_set):
            run.outcome(outcome)
            yield outcome


def waiting(run: Running, plan: Plan) -> list[Outcome]:
    """What becomes of devices that are switched off: their change waits for the next run that finds them on."""
    found = [Outcome(device=fault.device, kind=OutcomeKind.SKIPPED, fault=fault) for fault in plan.off]
    for outcome in found:
        run.outcome(outcome)
    return found


def blocked(run: Running, plan: Plan) -> list[Outcome]:
    """What becomes of switches that are cabled otherwise than the inventory says: nothing is sent to them."""
    found = []
    for change in plan.changes:
        if change.assessment.cables and (change.assessment.commands or change.assessment.startup_differs):
            device, what = change.target.device, joined(change.assessment.cables)
            hint = sentence("nothing was sent: put the cable where it belongs, or correct the inventory")
            fault = Fault(device=device, kind=FaultKind.CABLE, what=what, hint=hint)
            found.append(Outcome(device=device, kind=OutcomeKind.SKIPPED, fault=fault))
            run.outcome(found[-1])
    return found


def waves(desk: Desk, plan: Plan, options: RolloutOptions) -> Rollout:
    """The order in which a plan is made.

    Raises:
        InventoryError: It cannot be read.
        UnknownNameError: A canary is no school of the plan.
    """
    city = load_city(desk.root, plan.schools)
    return rollout(plan, {school.id: above(city, school) for school in city.schools.values()}, options)


@contextmanager
def _held(run: Running, stop: threading.Event | None = None) -> Iterator[None]:
    """The run's schools, for ourselves; when one is lost, nothing new is begun."""
    from campusctl.history.holding import held  # noqa: PLC0415 - the database's library is slow to import

    with held(run.store, run.info.schools, run.info, lost=stop):
        yield


def _left_armed(run: Running, plan: Plan) -> tuple[Fault, ...]:
    """Switches that another run left armed to go back: that would take back what this one does."""
    found = []
    for change in plan.pending:
        last = run.store.last_change(change.target.device)
        if last is None or last[0].info.id in (run.info.id, run.info.parent):
            continue
        other, name = last[0].info.id, left_armed(last[1])
        if name and _may_be_pending(last[1], change.target.revert_minutes):
            what = sentence(
                "run {id} left it armed to go back ({revert}), and nobody confirmed; nothing was sent",
                id=other, revert=name,
            )  # fmt: skip
            hint = sentence(
                "campusctl resume {id} ends that and finishes it, campusctl revert {id} undoes it", id=other
            )
            found.append(Fault(device=change.target.device, kind=FaultKind.LOCKED, what=what, hint=hint))
    return tuple(found)


def _without(plan: Plan, faults: Sequence[Fault]) -> Plan:
    """The plan without these switches: for the others they count as such that could not be read."""
    names = {fault.device for fault in faults}
    left = tuple(change for change in plan.changes if change.target.device not in names)
    return plan.model_copy(update={"changes": left, "faults": (*plan.faults, *faults)})


def _may_be_pending(row: DeviceRow, minutes: int) -> bool:
    armed = max(step.at for step in row.steps if step.kind is StepKind.ARM)
    return datetime.now(UTC) < armed + timedelta(minutes=minutes + 1)


def _remember_secrets(run: Running, change: Change) -> None:
    """Note which secrets a change has set, by fingerprint: for devices that do not tell."""
    values = run.desk.secrets.resolve(change.target.secret_refs)
    for path, ref, mark in secrets_sent(change.assessment.commands, values, run.desk.key):
        run.secret(change.target.device, path, ref, mark)
