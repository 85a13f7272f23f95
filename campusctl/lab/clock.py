"""Time in the lab: real, sped up, or moved by hand."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class LoopTimer:
    """Something that happens when the loop's clock comes to its time."""

    clock: "LoopClock"
    due: float
    then: Callable[[], None]
    handle: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        """Let it not happen."""
        self.clock.forget(self)

    def fire(self) -> None:
        """Let it happen now."""
        self.clock.forget(self)
        self.then()


@dataclass(slots=True)
class LoopClock:
    """Time of an event loop; with `speed` 60 a minute passes in a second. It can be moved on by hand as well."""

    loop: asyncio.AbstractEventLoop
    speed: float = 1.0
    _started: float = field(default_factory=time.time)
    _ahead: float = 0.0
    _timers: set[LoopTimer] = field(default_factory=set)

    def now(self) -> float:
        """Seconds since 1970, as the switches know them."""
        return self._started + (time.time() - self._started) * self.speed + self._ahead

    def after(self, delay_s: float, then: Callable[[], None]) -> LoopTimer:
        """Call `then` once, `delay_s` seconds of the lab from now."""
        timer = LoopTimer(self, self.now() + delay_s, then)
        self._timers.add(timer)
        self._wait(timer, delay_s)
        return timer

    def forget(self, timer: LoopTimer) -> None:
        """Drop a timer that has fired or shall not."""
        self._timers.discard(timer)
        if timer.handle:
            timer.handle.cancel()

    def advance(self, seconds: float) -> None:
        """Let time pass at once; what falls due happens in its order, each at its own time."""
        end = self.now() + seconds
        while due := [timer for timer in self._timers if timer.due <= end]:
            first = min(due, key=lambda timer: timer.due)
            self._ahead += max(first.due - self.now(), 0.0)
            first.fire()
        self._ahead += max(end - self.now(), 0.0)
        for timer in self._timers:
            self._wait(timer, timer.due - self.now())

    def _wait(self, timer: LoopTimer, delay_s: float) -> None:
        if timer.handle:
            timer.handle.cancel()
        timer.handle = self.loop.call_later(max(delay_s, 0.0) / self.speed, timer.fire)


@dataclass(slots=True)
class HandTimer:
    """Something that happens when a hand clock passes its time."""

    due: float
    then: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        """Let it not happen."""
        self.cancelled = True


@dataclass(slots=True)
class HandClock:
    """A clock that stands still until it is moved."""

    time: float = 1_700_000_000.0
    timers: list[HandTimer] = field(default_factory=list)

    def now(self) -> float:
        """Seconds since 1970."""
        return self.time

    def after(self, delay_s: float, then: Callable[[], None]) -> HandTimer:
        """Call `then` once the clock has been moved that far."""
        timer = HandTimer(self.time + delay_s, then)
        self.timers.append(timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass; what falls due happens in its order."""
        end = self.time + seconds
        while due := [timer for timer in self.timers if timer.due <= end and not timer.cancelled]:
            first = min(due, key=lambda timer: timer.due)
            self.timers.remove(first)
            self.time = first.due
            first.then()
        self.time = end
