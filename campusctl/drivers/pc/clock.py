"""A PC whose clock is wrong: certificates, log-ins and timers go wrong with it."""

from collections.abc import Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Json

_TOLERATED_S: Final = 120.0
_UNITS: Final = ((86_400.0, "days", "day"), (3_600.0, "h", "h"), (60.0, "min", "min"))


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
    return f"its clock is {_span(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"


def _span(seconds: float) -> str:
    size, many, one = next(unit for unit in _UNITS if seconds >= unit[0])
    count = round(seconds / size)
    return f"{count} {one if count == 1 else many}"
