"""A PC whose clock is wrong: certificates, log-ins and timers go wrong with it."""

from collections.abc import Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Json
from campusctl.model.sentence import sentence, sentences

_TOLERATED_S: Final = 120.0
_DAY_S: Final = 86_400.0
_HOUR_S: Final = 3_600.0


def clock_note(facts: Mapping[str, Json], begun: float, at: float) -> str:
    """A sentence about a wrong clock; empty where it is right.

    Args:
        facts: What the PC says of itself: `time`, in seconds since the epoch.
        begun: When it was asked, by our clock.
        at: When its answer came.
    """
    said = facts.get("time")
    if isinstance(said, bool) or not isinstance(said, int | float) or not begun:
        return ""
    ahead = max(0.0, said - at) - max(0.0, begun - said)
    if abs(ahead) <= _TOLERATED_S:
        return ""
    span = _span(abs(ahead))
    return (
        sentence("its clock is {span} ahead", span=span)
        if ahead > 0
        else sentence("its clock is {span} behind", span=span)
    )


def _span(seconds: float) -> str:
    if seconds >= _DAY_S:
        return sentences("{number} day", "{number} days", round(seconds / _DAY_S))
    return f"{round(seconds / _HOUR_S)} h" if seconds >= _HOUR_S else f"{round(seconds / 60)} min"
