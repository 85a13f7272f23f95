"""Several playbooks at once, as many as there are cores; what they say about each PC, as it comes. No threads."""

import contextlib
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from campusctl.drivers.pc.atwork import STOPPED, AtWork, Begin, Report
from campusctl.drivers.pc.lots import Lot
from campusctl.drivers.pc.platforms.base import HostResult

_MOST: Final = 4
_TICK_S: Final = 0.1
_CALM_S: Final = 0.4

Prepare: TypeAlias = Callable[[Lot], Begin]
"""Asked for each lot just before its child is started."""


def pool_size() -> int:
    """How many children are at work at once, unless told otherwise."""
    return max(1, min(_MOST, os.cpu_count() or 1))


def run(waiting: Sequence[Lot], prepare: Prepare, stop: threading.Event, size: int) -> Iterator[Report]:
    """Work on every lot; exactly one report for each PC. Leaving it early ends every child.

    Args:
        waiting: The lots, in the order in which they are begun.
        prepare: Makes the jobs.
        stop: When set, the children are ended, and every PC without a result is reported as interrupted.
        size: Children at once.
    """
    todo = deque(waiting)
    busy: list[AtWork] = []
    with contextlib.ExitStack() as stack:
        while todo or busy:
            while len(busy) < size and not stop.is_set() and (lot := _next(todo, busy)):
                yield from _begin(lot, prepare, busy, stack)
            if stop.is_set():
                yield from _stopped(busy, todo)
                return
            _wait(busy)
            for work in tuple(busy):
                yield from _listen(work, busy)


def _next(todo: deque[Lot], busy: Sequence[AtWork]) -> Lot | None:
    """The first lot of a school that no other child is at: so that a large school costs no more memory than another."""
    schools = {work.lot.school for work in busy}
    lot = next((lot for lot in todo if lot.school not in schools), None)
    if lot is not None:
        todo.remove(lot)
    return lot


def _begin(lot: Lot, prepare: Prepare, busy: list[AtWork], stack: contextlib.ExitStack) -> Iterator[Report]:
    """Start a lot's child, unless nothing is left to do in it."""
    begin = prepare(lot)
    if begin.hosts:
        busy.append(stack.enter_context(AtWork(lot, begin)))
    for item in lot.items:
        if item.name in begin.kept_back:
            yield Report(item, HostResult(trouble=begin.kept_back[item.name]))


def _wait(busy: Sequence[AtWork]) -> None:
    """Until one of them says something, or for a moment."""
    with selectors.DefaultSelector() as selector:
        for work in busy:
            for fd in work.playbook.fds:
                selector.register(fd, selectors.EVENT_READ)
        selector.select(_TICK_S)


def _listen(work: AtWork, busy: list[AtWork]) -> Iterator[Report]:
    over = work.playbook.over
    yield from work.reports()
    if over:
        busy.remove(work)
        yield from work.last_reports()


def _stopped(busy: Sequence[AtWork], todo: Sequence[Lot]) -> Iterator[Report]:
    """End all that run, hear their last words, and account for every PC."""
    for work in busy:
        work.playbook.ask_to_end()
    end, last = time.monotonic() + _CALM_S, list[Report]()
    while time.monotonic() < end and not all(work.playbook.over for work in busy):
        for work in busy:
            last += work.reports()
        time.sleep(0.01)
    for work in busy:
        last += work.last_reports(STOPPED)
    yield from last
    for lot in todo:
        yield from (Report(item, HostResult(trouble=STOPPED)) for item in lot.items)
