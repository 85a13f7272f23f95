"""PCs that are off: since when, whether that is too long, and when one may be woken. Pure; the clock is given."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from campusctl.engine.calendar import DAY_NAMES, HORIZON, SchoolCalendar, Verdict, status
from campusctl.engine.closures import DAY, MIDNIGHT, in_utc
from campusctl.model.sentence import sentence, sentences

UTC_ZONE: Final = ZoneInfo("UTC")


def never(_day: date) -> bool:
    """No day is a holiday."""
    return False


class Absence(NamedTuple):
    """How long a device has not answered."""

    seen: datetime | None
    """When it answered last (UTC); None: never."""
    days: int
    """Days since then, or since it was asked for first, as a calendar counts them: 1 since yesterday."""
    school_days: int
    """Those of them that were no holiday; weekends count."""
    overdue: bool
    """It has not answered for too long."""
    last_day: date | None = None
    """The day of `seen` on the city's clocks."""


def absence(  # noqa: PLR0913 - each is one word to the caller
    seen: datetime | None,
    limit_days: int,
    now: datetime,
    holiday: Callable[[date], bool] = never,
    zone: ZoneInfo = UTC_ZONE,
    *,
    asked: datetime | None = None,
) -> Absence:
    """How long a device has not answered, and whether that is too long.

    Args:
        seen: When it answered last (aware); None: never.
        limit_days: So many days without an answer are allowed, holidays apart.
        now: With a time zone, any.
        holiday: Whether a day is one on which nobody switches a PC on.
        zone: The city's.
        asked: When it was asked for first: a PC that is new in the inventory is not overdue at once.
    """
    since = seen or asked or now
    last, today = since.astimezone(zone).date(), now.astimezone(zone).date()
    days = max((today - last).days, 0)
    counted = days if days <= limit_days else sum(not holiday(last + number * DAY) for number in range(1, days + 1))
    return Absence(seen, days, counted, counted > limit_days, last if seen else None)


def absence_words(found: Absence) -> str:
    """`off (seen last 2026-11-12)`, `overdue: not seen for 23 days`, `overdue: never seen in 23 days`."""
    if not found.overdue:
        return (
            sentence("off (seen last {day})", day=str(found.last_day))
            if found.last_day
            else sentence("off (not seen yet)")
        )
    return sentence("overdue: {what}", what=_absent(found))


def _absent(found: Absence) -> str:
    if found.last_day is None:
        return sentence("never seen in {number} days", number=found.days)
    if found.school_days == found.days:
        return sentences("not seen for {number} day", "not seen for {number} days", found.days)
    return sentences(
        "not seen for {number} day, {counted} without holidays",
        "not seen for {number} days, {counted} without holidays",
        found.days,
        counted=found.school_days,
    )


def is_holiday(calendar: SchoolCalendar, day: date) -> bool:
    """Whether a day has no lessons for another reason than its weekday: a public or school holiday, a day off."""
    kind = calendar.day(day)
    return not kind.lessons and kind.why not in DAY_NAMES


def may_wake(calendar: SchoolCalendar, now: datetime) -> Verdict:
    """Whether PCs may be woken at a moment: not during lessons, exams and freezes, and on no holiday.

    A weekend that is no holiday is free: that is when a PC room is set up.

    Returns:
        `next_open`: the first moment from now on at which they may (UTC); None: not within a year.
    """
    found = status(calendar, now)
    today = calendar.local(now).date()
    if found.open and is_holiday(calendar, today):
        found = Verdict(
            open=False,
            why=sentence("holiday: {why}", why=calendar.day(today).why),
            until=_midnight(calendar, now),
            next_open=None,
        )
    return found if found.open else found._replace(next_open=_free(calendar, now))


def _free(calendar: SchoolCalendar, now: datetime) -> datetime | None:
    at = calendar.opening(now)
    while at is not None and is_holiday(calendar, calendar.local(at).date()):
        at = calendar.opening(_midnight(calendar, at))
    return None if at is None or at - now > HORIZON else at


def _midnight(calendar: SchoolCalendar, moment: datetime) -> datetime:
    """The end of a moment's day (UTC)."""
    day = calendar.local(moment).date() + timedelta(days=1)
    return in_utc(datetime.combine(day, MIDNIGHT), calendar.zone)[0]
