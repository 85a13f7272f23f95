"""Time in the lab: real, sped up, or moved by hand."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class LoopClock:
    """Time of an event loop; with `speed` 60 a minute passes in a second."""

    loop: asyncio.AbstractEventLoop
    speed: float = 1.0
    _started: float = field(default_factory=time.time)

    def now(self) -> float:
        """Seconds since 1970, as the switches know them."""
        return self._started + (time.time() - self._started) * self.speed

    def after(self, delay_s: float, then: Callable[[], None]) -> asyncio.TimerHandle:
        """Call `then` once, `delay_s` seconds of the lab from now."""
        return self.loop.call_later(delay_s / self.speed, then)


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
