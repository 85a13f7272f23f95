"""Spans in which nothing may be disturbed: from the local times of the inventory to UTC, on the safe side.

Where clocks go back a span holds from the first to the last of the two moments, where they go forward it holds across
the gap.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from campusctl.model.calendar import Days, Freeze

DAY: Final = timedelta(days=1)
MIDNIGHT: Final = time()
ALL_DAY: Final = "00:00-24:00"
"""A span as the inventory writes it, with the midnight that it cannot write."""


class ShutBy(StrEnum):
    """What shuts the window, the weightiest first."""

    FREEZE = "freeze"
    EXAM = "exam"
    LESSONS = "lessons"
    HOURS = "hours"
    """A school day outside the hours that the city allows."""


class Closure(NamedTuple):
    """One span in which nothing may be disturbed."""

    start: datetime
    """From then on (UTC), margin included."""
    end: datetime
    """Until then (UTC), itself not part of it."""
    first: datetime
    """When what is named begins (UTC), without the margin."""
    last: datetime
    """When it ends (UTC)."""
    by: ShutBy
    """What it is."""
    name: str
    """Of the exam or freeze; the reason of a freeze in brackets."""


def days_of(entry: Days) -> Iterator[date]:
    """Every day of an entry."""
    first = date.fromisoformat(entry.date or entry.first or "")
    last = date.fromisoformat(entry.last) if entry.last else first
    yield from (first + number * DAY for number in range((last - first).days + 1))


def in_utc(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last moment (UTC) that local clocks may mean; one and the same but where they are changed."""
    found = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(found), max(found)


def span_of(day: date, span: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """`07:45-15:20` of a day in UTC."""
    start, _, end = span.partition("-")
    return in_utc(_at(day, start), zone)[0], in_utc(_at(day, end), zone)[1]


def _at(day: date, clock: str) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + DAY, MIDNIGHT)
    return datetime.combine(day, time.fromisoformat(clock))


def freeze_closure(freeze: Freeze, zone: ZoneInfo) -> Closure:
    """A freeze in UTC: whole days from midnight to midnight, moments as they are."""
    first, last = freeze.first, freeze.last or freeze.first
    start = in_utc(_at(date.fromisoformat(first[:10]), first[11:] or "00:00"), zone)[0]
    end = in_utc(_at(date.fromisoformat(last[:10]), last[11:] or "24:00"), zone)[1]
    name = f"{freeze.name} ({freeze.reason})" if freeze.reason else freeze.name
    return Closure(start, end, start, end, ShutBy.FREEZE, name)


def school_day_blocks(lessons: tuple[str, ...], longest_break: timedelta) -> Iterator[str]:
    """Lessons, one or more, joined across their breaks: `07:45-15:20`."""
    start = end = ""
    for lesson in lessons:
        first, _, last = lesson.partition("-")
        if end and _at(date.min, first) - _at(date.min, end) > longest_break:
            yield f"{start}-{end}"
            start = ""
        start, end = start or first, last
    yield f"{start}-{end}"


def outside_hours(hours: str) -> Iterator[str]:
    """What of a day is outside `18:00-06:00`; all day is within no hours at all."""
    if not hours:
        return
    start, _, end = hours.partition("-")
    shut = [f"{end}-{start}"] if end < start else [f"00:00-{start}", f"{end}-24:00"]
    yield from (span for span in shut if span[:5] != span[-5:])
