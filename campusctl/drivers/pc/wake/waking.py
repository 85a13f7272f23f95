"""Sends magic packets until the PCs answer, or the time is over."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from campusctl.drivers.pc.wake.doors import Door, look
from campusctl.drivers.pc.wake.methods import send_all
from campusctl.drivers.pc.wake.orders import WakeOrder, WakeResult, WakeState
from campusctl.model.events import Emit, Event, EventKind

_NO_SERVER: Final = "it is on, and nothing listens on port {port}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one waits, and how often one asks."""

    wait_s: float = 120.0
    """How long a PC may take to answer, in seconds; 0: nobody waits."""
    repeat_s: float = 5.0
    """After so many seconds another packet goes to those that do not answer."""
    look_s: float = 1.0
    """Between two looks, in seconds."""
    answer_s: float = 1.5
    """How long an answer may take, in seconds."""


@dataclass(slots=True)
class _Work:
    """What is known while waiting."""

    left: dict[str, WakeOrder]
    """PCs that do not answer."""
    doors: dict[str, Door]
    """What each said last."""
    sent: set[str] = field(default_factory=set)
    """Who was sent a packet, once at least."""
    troubles: dict[str, str] = field(default_factory=dict)
    """Why the last packet could not be sent."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long it took until a PC answered."""


def look_for(orders: Sequence[WakeOrder], patience: Patience) -> frozenset[str]:
    """Names of the PCs that are on now; asked twice, as a packet may be lost."""
    return asyncio.run(_on(orders, patience))


async def _on(orders: Sequence[WakeOrder], patience: Patience) -> frozenset[str]:
    found: set[str] = set()
    for _ in range(2):
        rest = [order for order in orders if order.device not in found]
        doors = await look({order.device: (order.host, order.port) for order in rest}, patience.answer_s)
        found.update(device for device, door in doors.items() if door is Door.OPEN)
    return frozenset(found)


def wake(
    orders: Sequence[WakeOrder], patience: Patience, emit: Emit, to: tuple[str, int] | None = None
) -> tuple[WakeResult, ...]:
    """Wake PCs that are off, and wait until they answer.

    Args:
        orders: PCs that do not answer; those that cannot be woken are told so.
        patience: How long.
        emit: Told when a packet was sent and when a PC answers.
        to: Where every packet goes instead: the lab.

    Returns:
        One result per order, in their order.

    Raises:
        KeyboardInterrupt: Ctrl-C; nothing is left running.
    """
    able = {order.device: order for order in orders if order.method and not order.cannot}
    work = _Work(able, dict.fromkeys(able, Door.SILENT))
    if able:
        asyncio.run(_until_they_answer(work, patience, emit, to))
    return tuple(_result(order, work, patience) for order in orders)


async def _until_they_answer(work: _Work, patience: Patience, emit: Emit, to: tuple[str, int] | None) -> None:
    began = time.monotonic()
    end = began + patience.wait_s
    if not patience.wait_s:
        _note(work, work.left, await send_all([*work.left.values()], to), emit)
        return
    sending: asyncio.Task[None] | None = None
    due = began
    try:
        while work.left:
            late = time.monotonic() >= end
            if not late and time.monotonic() >= due and (sending is None or sending.done()):
                if sending is not None and not work.sent:
                    # Not one packet could be sent: nobody will answer.
                    return
                due = time.monotonic() + patience.repeat_s
                sending = asyncio.create_task(_round(work, emit, to))
            await _look(work, patience, began, emit)
            if late:
                # That was the last look.
                return
            if work.left:
                await asyncio.sleep(min(patience.look_s, max(end - time.monotonic(), 0)))
    finally:
        if sending is not None:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending


async def _round(work: _Work, emit: Emit, to: tuple[str, int] | None) -> None:
    orders = dict(work.left)
    _note(work, orders, await send_all([*orders.values()], to), emit)


def _note(work: _Work, orders: Mapping[str, WakeOrder], troubles: Mapping[str, str], emit: Emit) -> None:
    """Remember who was sent a packet."""
    for device in orders:
        work.troubles.pop(device, None)
        if device in troubles:
            work.troubles[device] = troubles[device]
        elif device not in work.sent:
            work.sent.add(device)
            emit(Event(kind=EventKind.STARTED, device=device, text="a packet was sent"))


async def _look(work: _Work, patience: Patience, began: float, emit: Emit) -> None:
    doors = {device: (order.host, order.port) for device, order in work.left.items()}
    for device, door in (await look(doors, patience.answer_s)).items():
        work.doors[device] = door
        if door is Door.OPEN:
            work.seconds[device] = time.monotonic() - began
            del work.left[device]
            emit(Event(kind=EventKind.FINISHED, device=device, text="it answers"))


def _result(order: WakeOrder, work: _Work, patience: Patience) -> WakeResult:
    state, what = _state(order, work, patience)
    seconds = round(work.seconds.get(order.device, 0.0), 1)
    return WakeResult(device=order.device, school=order.school, state=state, what=what, seconds=seconds)


def _state(order: WakeOrder, work: _Work, patience: Patience) -> tuple[WakeState, str]:
    device = order.device
    if order.cannot or not order.method:
        return WakeState.CANNOT, order.cannot
    if device in work.seconds:
        return WakeState.WOKE, ""
    if device not in work.sent:
        return WakeState.UNSENT, work.troubles.get(device, "no packet was sent in time")
    if not patience.wait_s:
        return WakeState.SENT, ""
    if work.doors[device] is Door.REFUSED:
        return WakeState.SILENT, _NO_SERVER.format(port=order.port)
    return WakeState.SILENT, f"it did not answer within {patience.wait_s:g} s"
