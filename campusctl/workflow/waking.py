"""Switching PCs on: not during lessons, exams and freezes, on no holiday, and every time on record."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from socket import gethostname
from typing import TYPE_CHECKING

from campusctl.drivers.pc.wake.orders import WakeOrder, WakeResult, WakeState
from campusctl.engine.calendar import moment_words
from campusctl.engine.presence import may_wake
from campusctl.errors import ClosedError, WorkspaceError
from campusctl.inventory.city import City
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.plan import Target
from campusctl.model.sentence import joined, sentence
from campusctl.workflow.desk import Desk
from campusctl.workflow.history import journal, person
from campusctl.workflow.running import Running
from campusctl.workflow.wake_names import PC_DRIVER, Asked
from campusctl.workflow.wake_orders import wake_orders
from campusctl.workflow.windows import calendar_of

if TYPE_CHECKING:
    from campusctl.history.store import Store


@dataclass(frozen=True, slots=True)
class WakeTerms:
    """On which terms PCs are woken."""

    wait_s: float = 120.0
    """How long they may take to answer, in seconds; 0: nobody waits."""
    now: bool = False
    """Also during lessons and on holidays."""
    reason: str = ""
    """Why, as the operator said."""


@dataclass(frozen=True, slots=True)
class _Closed:
    """A school whose PCs must not be woken now."""

    school: str
    why: str
    next_words: str

    @property
    def what(self) -> str:
        if not self.next_words:
            return sentence("{school}: {why}; no moment is free within a year", school=self.school, why=self.why)
        return sentence(
            "{school}: {why}; its PCs may be woken {when}", school=self.school, why=self.why, when=self.next_words
        )


def wake_pcs(
    desk: Desk, asked: Asked, terms: WakeTerms, emit: Emit, ready: Callable[[int], None]
) -> tuple[WakeResult, ...]:
    """Switch on PCs that are off.

    Args:
        desk: The workspace.
        asked: The PCs; see `campusctl.workflow.wake_names.asked_pcs`.
        terms: How long one waits, and whether it may be now.
        emit: Told when a packet was sent, and when a PC answers.
        ready: Told how many PCs will be woken, before the first one is.

    Returns:
        One result per PC, in their order.

    Raises:
        ClosedError: Lessons, exams, a freeze or a holiday; nothing was sent.
        JournalError: It could not be written down; nothing was sent.
        WorkspaceError: The lab that is up has no PCs.
    """
    waker = _Waker(desk, asked.city, terms, lambda: journal(desk.root))
    return waker.wake(wake_orders(desk, asked.city, asked.devices), emit, ready)


def wake_first(
    run: Running, city: City, targets: Sequence[Target], terms: WakeTerms, emit: Emit
) -> tuple[WakeResult, ...]:
    """Switch on the PCs among some targets that do not answer, before they are read.

    Args:
        run: The run this belongs to.
        city: With the targets' schools loaded.
        targets: Devices of any kind; only PCs are woken.
        terms: How long one waits, and whether it may be now.
        emit: Told when a packet was sent, and when a PC answers.

    Returns:
        One result per PC, in the order of the targets.

    Raises:
        ClosedError: Lessons, exams, a freeze or a holiday; nothing was sent.
        JournalError: It could not be written down; nothing was sent.
        WorkspaceError: The lab that is up has no PCs.
    """
    wanted = [target for target in targets if target.driver == PC_DRIVER]
    made = wake_orders(run.desk, city, [city.find_device(target.device) for target in wanted])
    orders = [
        order.model_copy(update={"host": target.login.host, "port": target.login.port})
        for order, target in zip(made, wanted, strict=True)
    ]
    waker = _Waker(run.desk, city, terms, lambda: nullcontext(run.store), run.info.id)
    return waker.wake(orders, partial(_to_be_read, emit), lambda _number: None)


def _to_be_read(emit: Emit, event: Event) -> None:
    """A PC that answers is not done with yet: it will be read."""
    emit(event.model_copy(update={"kind": EventKind.CONNECTED}) if event.kind is EventKind.FINISHED else event)


@dataclass(frozen=True, slots=True)
class _Waker:
    """What both ways of asking for it have in common."""

    desk: Desk
    city: City
    terms: WakeTerms
    opened: "Callable[[], AbstractContextManager[Store]]"
    """Opens the history."""
    run_id: str = ""
    """The run it belongs to; empty: none."""

    def wake(self, orders: Sequence[WakeOrder], emit: Emit, ready: Callable[[int], None]) -> tuple[WakeResult, ...]:
        """Look who is off, agree, send, wait."""
        if self.desk.lab and orders and not self.desk.wake_to:
            hint = "campusctl lab down, then campusctl lab up --pcs SCHOOL"
            raise WorkspaceError(sentence("the lab that is up has no PCs"), hint)
        from campusctl.drivers.pc.wake.waking import Patience, look_for, wake  # noqa: PLC0415 - asyncio is slow to import

        patience = Patience(wait_s=self.terms.wait_s)
        on = look_for([order for order in orders if order.host], patience)
        off = [order for order in orders if order.device not in on]
        able = [order for order in off if not order.cannot]
        if able:
            self._agree(able)
        ready(len(able))
        found = {result.device: result for result in wake(off, patience, emit, self.desk.wake_to)}
        return tuple(
            found.get(order.device) or WakeResult(device=order.device, school=order.school, state=WakeState.ON)
            for order in orders
        )

    def _agree(self, orders: Sequence[WakeOrder]) -> None:
        """Refuse what may not be now, and write down what will be done.

        Raises:
            ClosedError: See `wake_pcs`.
            JournalError: It could not be written down.
        """
        by_school: dict[str, list[str]] = {}
        for order in orders:
            by_school.setdefault(order.school, []).append(order.device)
        closed = [found for found in map(self._closed, by_school) if found]
        if closed and not self.terms.now:
            hint = sentence(
                "wait for it, or say why it cannot wait: --now --reason …; see campusctl calendar {school}",
                school=closed[0].school,
            )
            raise ClosedError(joined((one.what for one in closed), "\n"), hint)
        who, where, more = person(), gethostname(), {"lab": self.desk.lab, "run": self.run_id}
        with self.opened() as store:
            for one in closed:
                detail = {**more, "reason": self.terms.reason, "window": one.why}
                store.audit(who, where, "wake.override", one.school, detail)
            for school, devices in by_school.items():
                store.audit(who, where, "wake", school, {**more, "devices": devices})

    def _closed(self, school: str) -> _Closed | None:
        now = self.desk.clock()
        calendar = calendar_of(self.desk.root, self.city, self.city.school(school))
        verdict = may_wake(calendar, now)
        if verdict.open:
            return None
        opens = verdict.next_open
        return _Closed(school, verdict.why, moment_words(opens, now, calendar.zone) if opens else "")
