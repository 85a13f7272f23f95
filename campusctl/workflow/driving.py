"""Several drivers as one: each gets its own devices, all of them work side by side."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Final, TypeVar

from campusctl.model.events import Emit
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Armed, Assessment, Change, Target
from campusctl.ports import Driver
from campusctl.workflow.draining import End, drain

T = TypeVar("T")
R = TypeVar("R")

STOP_WITHIN_S: Final = 30.0
"""How long a driver may take to bring its devices to a safe end after the run was given up."""


class Drivers:
    """Every driver of a desk behind one door. See `campusctl.ports.Driver`."""

    def __init__(self, load: Callable[[str], Driver], stop: threading.Event) -> None:
        """Prepare; a driver is made when a device needs it.

        Args:
            load: Makes a driver by its name.
            stop: What the drivers watch; set when the run is given up.
        """
        self._load = load
        self._stop = stop
        self._made: dict[str, Driver] = {}

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each device."""
        parts = _by_driver(targets, lambda target: target)
        yield from self._side_by_side(parts, lambda driver, mine: driver.assess(mine, emit))

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change."""
        parts = _by_driver(changes, lambda change: change.target)
        yield from self._side_by_side(parts, lambda driver, mine: driver.apply(mine, emit))

    def settle(self, armed: Sequence[Armed], emit: Emit) -> Iterator[Outcome]:
        """End each revert that was left armed."""
        parts = _by_driver(armed, lambda item: item.target)
        yield from self._side_by_side(parts, lambda driver, mine: driver.settle(mine, emit))

    def _driver(self, name: str) -> Driver:
        if name not in self._made:
            self._made[name] = self._load(name)
        return self._made[name]

    def _side_by_side(
        self, parts: Mapping[str, Sequence[T]], work: Callable[[Driver, Sequence[T]], Iterator[R]]
    ) -> Iterator[R]:
        # Made here: an extra that is not installed is said before any device is contacted.
        jobs = [(self._driver(name), mine) for name, mine in parts.items()]
        if len(jobs) < 2:
            for driver, mine in jobs:
                yield from work(driver, mine)
            return
        yield from _merged([partial(work, driver, mine) for driver, mine in jobs], self._stop)


def _by_driver(items: Sequence[T], target: Callable[[T], Target]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for item in items:
        found.setdefault(target(item).driver, []).append(item)
    return found


def _merged(jobs: Sequence[Callable[[], Iterator[R]]], stop: threading.Event) -> Iterator[R]:
    """The results of several drivers as they come; given up, all of them are told to stop and waited for."""
    results: SimpleQueue[R | End] = SimpleQueue()
    threads = [threading.Thread(target=drain, args=(job, results), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    running, failed = len(threads), None
    try:
        while running:
            result = results.get()
            if not isinstance(result, End):
                yield result
                continue
            running -= 1
            if result.error:
                failed = failed or result.error
                stop.set()
    finally:
        if running:
            stop.set()
        for thread in threads:
            thread.join(STOP_WITHIN_S)
    if failed:
        raise failed
