"""Timers of a Samsung display, in the words of the inventory (`07:15 mon tue wed thu fri`) and of the library."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from campusctl.model.board import NO_TIMER
from campusctl.model.calendar import WEEKDAYS

_DAYS: Final[tuple[str, ...]] = WEEKDAYS
_FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "EVERYDAY": WEEKDAYS, "MON_FRI": WEEKDAYS[:5], "MON_SAT": WEEKDAYS[:6], "SAT_SUN": WEEKDAYS[5:], "ONCE": ("once",),
}  # fmt: skip
"""Days that have a name of their own."""

SHORT: Final = 9
"""Values of the older kind of timer, which has one set of days for on and off."""


def words(values: tuple[Any, ...], *, on: bool) -> str:
    """One half of a timer.

    Args:
        values: As the library has them: 11, or 9 of the older kind.
        on: When it switches on; else when it switches off.

    Returns:
        `07:15 mon tue`, `07:15 once` or `none`.
    """
    at, active = values[0:2] if on else values[2:4]
    if not active:
        return NO_TIMER
    repeat, manual = _days_of(values, on=on)
    days = _FIXED.get(repeat.name) or tuple(day for day in WEEKDAYS if _number(day) in manual)
    return " ".join((f"{at:%H:%M}", *days))


def changed(values: tuple[Any, ...], wanted: str, *, on: bool) -> tuple[Any, ...]:
    """A timer with one half as it is wanted; the other half, volume, source and holidays stay as they are.

    Args:
        values: As the library has them.
        wanted: `07:15 mon tue`, or `none`.
        on: When it switches on; else when it switches off.
    """
    row, first = list(values), 0 if on else 2
    if wanted == NO_TIMER:
        row[first + 1] = False
        return tuple(row)
    clock, *days = wanted.split()
    row[first : first + 2] = [time(int(clock[:2]), int(clock[3:])), True]
    repeat, _ = _days_of(values, on=on)
    name = next((name for name, fixed in _FIXED.items() if fixed == tuple(days)), "MANUAL_WEEKDAY")
    at = 4 if on or len(values) == SHORT else 6
    row[at] = type(repeat)[name]
    row[at + 1] = tuple(_number(day) for day in days) if name == "MANUAL_WEEKDAY" else ()
    return tuple(row)


def _days_of(values: tuple[Any, ...], *, on: bool) -> tuple[Any, tuple[int, ...]]:
    at = 4 if on or len(values) == SHORT else 6
    return values[at], values[at + 1]


def _number(day: str) -> int:
    """Sunday is 0, Saturday 6."""
    return (_DAYS.index(day) + 1) % 7
