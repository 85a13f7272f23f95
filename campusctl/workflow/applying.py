"""Carrying out a plan: under a lock, within a window, each step written down before it is taken."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from campusctl.errors import CampusError, LockedError
from campusctl.model.events import Emit
from campusctl.model.outcome import Outcome, OutcomeKind
from campusctl.model.plan import Change, Plan
from campusctl.model.run import RunKind, RunState
from campusctl.model.secret import TOKEN
from campusctl.workflow.corridor import check
from campusctl.workflow.running import Running

if TYPE_CHECKING:
    from campusctl.history.store import Store


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a plan is carried out."""

    now: bool = False
    """Also what interrupts somebody outside a window."""
    reason: str = ""
    """Why, as the operator said."""


def state_of(code: int) -> RunState:
    """How a run ended, by the exit code of its command."""
    return {0: RunState.DONE, 4: RunState.DONE, 130: RunState.INTERRUPTED}.get(code, RunState.FAILED)


def refuse_locked(run: Running) -> None:
    """Refuse before anything is read when somebody else has one of the schools; a lock is taken only for changing.

    Raises:
        LockedError: Who has it, since when, and why.
    """
    with _held(run):
        pass


def refuse_closed(run: Running, plan: Plan, terms: Terms) -> None:
    """Refuse what would interrupt somebody while no window is open; `--now` overrides, and is audited.

    Raises:
        WindowError: Which schools, why, and when the next window opens.
    """


def apply(
    run: Running, plan: Plan, terms: Terms, emit: Emit, stop: threading.Event | None = None
) -> Iterator[Outcome]:
    """Make the changes of a plan that still stands on its ground.

    Args:
        run: The run this belongs to; every step is written down in it before it is taken.
        plan: What to do.
        terms: On which terms.
        emit: Told of every step.
        stop: When set, nothing new is begun, and each switch at work is brought to a safe end.

    Raises:
        PlanError: The plan is stale; nothing was contacted.
        LockedError: Somebody else has a school; nothing was contacted.
        JournalError: What is going to be done could not be written down; nothing was contacted.
    """
    stop = stop or threading.Event()
    with _held(run) as lost:
        check(run.desk, plan)
        run.changes(plan.pending)
        changes = {change.target.device: change for change in plan.pending}
        for outcome in run.desk.driver(stop, run).apply(plan.pending, emit):
            run.outcome(outcome)
            if outcome.kind is OutcomeKind.OK:
                _remember_secrets(run, changes[outcome.device])
            yield outcome
