"""When a disruptive change may go at a school: outside lessons and exams, never in a freeze. The clock is given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from campusctl.engine.closures import (
    ALL_DAY,
    DAY,
    MIDNIGHT,
    Closure,
    ShutBy,
    days_of,
    freeze_closure,
    in_utc,
    outside_hours,
    school_day_blocks,
    span_of,
)
from campusctl.model.calendar import WEEKDAYS, CityCalendar, SchoolDays
from campusctl.model.sentence import joined, sentence
from campusctl.words.language import N_

HORIZON: Final = timedelta(days=366)
"""How far ahead anybody looks; beyond it, the answer is None."""

_WORKDAYS: Final = frozenset(WEEKDAYS[:5])

DAY_NAMES: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
"""In the order of `date.weekday()`; `strftime` would ask the locale."""


class Verdict(NamedTuple):
    """Whether a disruptive change may go now."""

    open: bool
    """It may."""
    why: str
    """`lessons until 15:20`, `Herbstferien`; local times."""
    until: datetime | None
    """When that ends (UTC): the window, or what shuts it; None: not within a year."""
    next_open: datetime | None
    """First moment from now on at which it may go (UTC): now, if it may; None: not within a year."""


class Window(NamedTuple):
    """One span in which disruptive changes may go."""

    start: datetime
    """From then on (UTC)."""
    end: datetime
    """Until then (UTC), itself not part of it."""
    why: str
    """The days without lessons in it, such as `Sat, Sun`; empty on a school day."""


class SchoolDay(NamedTuple):
    """What kind of day it is."""

    lessons: bool
    """There are lessons."""
    why: str
    """Why there are none: `Christmas Day`, `Herbstferien`, `Sat`; empty with lessons."""


@dataclass(frozen=True)
class SchoolCalendar:
    """One school's time, as city and school say it."""

    city: CityCalendar
    """What holds in every school."""
    school: SchoolDays
    """What the school says."""
    zone: ZoneInfo
    """The city's time zone."""
    public_holidays: Callable[[int], Mapping[date, str]]
    """Public holidays of a year, by date."""

    @cached_property
    def freezes(self) -> tuple[Closure, ...]:
        """Every freeze of city and school."""
        return tuple(freeze_closure(freeze, self.zone) for freeze in (*self.city.freezes, *self.school.freezes))

    @cached_property
    def _days_off(self) -> Mapping[date, str]:
        own = {day: entry.name for entry in self.school.days_off for day in days_of(entry)}
        return own | {day: entry.name for entry in self.city.school_holidays for day in days_of(entry)}

    @cached_property
    def _exams(self) -> Mapping[date, tuple[tuple[str, str], ...]]:
        found: dict[date, tuple[tuple[str, str], ...]] = {}
        for exam in self.school.exams:
            for day in days_of(exam):
                times = exam.times or (ALL_DAY,)
                found[day] = (*found.get(day, ()), *((exam.name, span) for span in times))
        return found

    def lessons_of(self, day: date) -> tuple[str, ...]:
        """The lessons on a day of the week, as the grid has them; () on a day without."""
        weekday = WEEKDAYS[day.weekday()]
        own = self.school.lessons_on.get(weekday)
        on = self.school.lesson_days
        if own is None:
            return (self.school.lessons or self.city.lessons) if weekday in (_WORKDAYS if on is None else on) else ()
        return own if on is None or weekday in on else ()

    def day(self, day: date) -> SchoolDay:
        """What kind of day it is."""
        holiday = self.public_holidays(day.year).get(day) or self._days_off.get(day)
        if holiday:
            return SchoolDay(lessons=False, why=holiday)
        lessons = bool(self.lessons_of(day))
        return SchoolDay(lessons, "" if lessons else sentence(DAY_NAMES[day.weekday()]))

    def closures(self, day: date) -> tuple[Closure, ...]:
        """What begins on a day, freezes apart; with its margin it may reach into the days beside it."""
        margins = self.city.maintenance
        before, after = timedelta(minutes=margins.before_lessons), timedelta(minutes=margins.after_lessons)
        found = [(name, span, ShutBy.EXAM) for name, span in self._exams.get(day, ())]
        hours: Iterator[str] = iter(())
        if self.day(day).lessons:
            blocks = school_day_blocks(self.lessons_of(day), timedelta(minutes=margins.longest_break))
            found += [("", block, ShutBy.LESSONS) for block in blocks]
            hours = outside_hours(margins.hours or "")
        made = []
        for name, span, by in found:
            first, last = span_of(day, span, self.zone)
            made.append(Closure(first - before, last + after, first, last, by, name))
        for span in hours:
            first, last = span_of(day, span, self.zone)
            made.append(Closure(first, last, first, last, ShutBy.HOURS, margins.hours or ""))
        return tuple(made)

    def local(self, moment: datetime) -> datetime:
        """A moment on the city's clocks."""
        return moment.astimezone(self.zone)

    @cached_property
    def _known(self) -> Callable[[date], tuple[Closure, ...]]:
        # Looking a year ahead asks for every day three times. A cache, not a part of the value.
        return lru_cache(2048)(self.closures)

    def covering(self, moment: datetime) -> tuple[Closure, ...]:
        """Everything that shuts the window at a moment, the weightiest first."""
        day = self.local(moment).date()
        near = (*self.freezes, *self._known(day - DAY), *self._known(day), *self._known(day + DAY))
        found = [closure for closure in near if closure.start <= moment < closure.end]
        return tuple(sorted(found, key=lambda closure: list(ShutBy).index(closure.by)))

    def opening(self, moment: datetime) -> datetime | None:
        """The first open moment from a moment on; None: not within a year."""
        at = moment
        while shut := self.covering(at):
            at = max(closure.end for closure in shut)
            if at - moment > HORIZON:
                return None
        return at

    def closing(self, moment: datetime) -> datetime | None:
        """When the window that is open at a moment shuts; None: not within a year."""
        day = self.local(moment).date() - DAY
        starts = [closure.start for closure in self.freezes if closure.start > moment]
        for number in range(HORIZON.days + 2):
            here = day + number * DAY
            found = [closure.start for closure in self._known(here) if closure.start > moment]
            if found:
                # The next day's may begin before this one's, by their margins.
                starts += [*found, *(closure.start for closure in self._known(here + DAY))]
                break
        first = min((start for start in starts if start > moment), default=None)
        return first if first and first - moment <= HORIZON else None


def status(calendar: SchoolCalendar, now: datetime) -> Verdict:
    """Whether a disruptive change may go.

    Args:
        calendar: The school's.
        now: With a time zone, any.
    """
    shut = calendar.covering(now)
    if not shut:
        return Verdict(open=True, why=_why_open(calendar, now), until=calendar.closing(now), next_open=now)
    worst = shut[0]
    until = worst.last if now < worst.last else worst.end
    return Verdict(open=False, why=_why_shut(calendar, worst, now), until=until, next_open=calendar.opening(now))


def require_window(calendar: SchoolCalendar, now: datetime, expected: timedelta) -> Verdict:
    """As `status`, but only a window that stays open for as long as the change takes counts as open.

    `next_open` is then the start of the first window that is long enough.
    """
    found = status(calendar, now)
    at = found.next_open
    while at is not None and (end := calendar.closing(at)) is not None and end - at < expected:
        at = calendar.opening(end)
        at = None if at is None or at - now > HORIZON else at
    if not found.open or at == now or found.until is None:
        return found._replace(next_open=at)
    left, needed = (int(span.total_seconds() // 60) for span in (found.until - now, expected))
    why = sentence("the window shuts in {left} min, and this takes about {needed} min", left=left, needed=needed)
    return Verdict(open=False, why=why, until=found.until, next_open=at)


def expected_duration(switches: int, others: int = 0) -> timedelta:
    """How long an apply at one school may take: two minutes, and one for each switch, as they go one after another.

    An estimate on the safe side: a switch takes 5 to 20 s to read, change, read back and save; the rest is for a slow
    one, and for its revert to be confirmed. PCs go side by side: five minutes, for packages, and one for each 25.

    Args:
        switches: How many of them are changed.
        others: How many devices are changed that go side by side.
    """
    return timedelta(minutes=2 + switches + (5 + others // 25 if others else 0))


def windows(calendar: SchoolCalendar, first_day: date, days: int) -> tuple[Window, ...]:
    """The open spans between the midnight before a day and the one after the last, cut off there; in order, apart.

    Args:
        calendar: The school's.
        first_day: Local date.
        days: How many, 1 or more.
    """
    end_day = first_day + days * DAY
    start, end = (in_utc(datetime.combine(day, MIDNIGHT), calendar.zone)[0] for day in (first_day, end_day))
    near = [first_day + number * DAY for number in range(-1, days + 1)]
    shut = sorted((*calendar.freezes, *(closure for day in near for closure in calendar.closures(day))))
    found = []
    for closure in shut:
        if start < closure.start:
            found.append((start, min(closure.start, end)))
        start = max(start, closure.end)
        if start >= end:
            break
    if start < end:
        found.append((start, end))
    return tuple(Window(first, last, _days_within(calendar, first, last)) for first, last in found if first < last)


# -- words -------------------------------------------------------------------------------------------------------------


def _why_shut(calendar: SchoolCalendar, closure: Closure, now: datetime) -> str:
    if closure.by is ShutBy.HOURS:
        return sentence("school day, changes only {hours}", hours=closure.name)
    what = _closure(closure)
    today = calendar.local(now).date()
    if now < closure.first:
        return sentence("{what} from {when}", what=what, when=_clock(calendar.local(closure.first), today))
    end = _end(calendar.local(closure.last), today)
    if now < closure.last:
        return sentence("{what} until {when}", what=what, when=end)
    return sentence("{what} ended at {when}", what=what, when=end)


def _closure(closure: Closure) -> str:
    """`lessons`, `exam Abitur`, `freeze Zeugnisse (no changes)`."""
    if closure.by is ShutBy.EXAM:
        return sentence("exam {name}", name=closure.name)
    if closure.by is ShutBy.FREEZE:
        return sentence("freeze {name}", name=closure.name)
    return sentence("lessons")


def _clock(there: datetime, today: date) -> str:
    """`15:20`, and the day if it is another one."""
    return f"{there:%H:%M}" if there.date() == today else joined((day_words(there.date()), f"{there:%H:%M}"), " ")


def _end(there: datetime, today: date) -> str:
    """As `_clock`; the midnight after a day is the end of that day."""
    if there.time() != MIDNIGHT:
        return _clock(there, today)
    day = there.date() - DAY
    return "24:00" if day == today else day_words(day)


def day_words(day: date) -> str:
    """`Fri 2027-05-21`."""
    return joined((sentence(DAY_NAMES[day.weekday()]), str(day)), " ")


def moment_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`today at 15:50`, `tomorrow at 07:00`, `Mon 2026-11-30 at 15:50`, on the clocks of a zone."""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    clock = f"{there:%H:%M}"
    if there.date() == here.date():
        return sentence("today at {clock}", clock=clock)
    if there.date() == here.date() + DAY:
        return sentence("tomorrow at {clock}", clock=clock)
    return sentence("{day} at {clock}", day=day_words(there.date()), clock=clock)


def _why_open(calendar: SchoolCalendar, now: datetime) -> str:
    day = calendar.local(now).date()
    kind = calendar.day(day)
    if not kind.lessons:
        return sentence("no lessons: {why}", why=kind.why)
    lessons = [closure for closure in calendar.closures(day) if closure.by is ShutBy.LESSONS]
    if all(now < closure.first for closure in lessons):
        return sentence("before lessons")
    if all(now >= closure.last for closure in lessons):
        return sentence("after lessons")
    return sentence("between lessons")


def _days_within(calendar: SchoolCalendar, start: datetime, end: datetime) -> str:
    day, last = calendar.local(start).date(), calendar.local(end - timedelta(microseconds=1)).date()
    kinds = (calendar.day(day + number * DAY).why for number in range((last - day).days + 1))
    return ", ".join(dict.fromkeys(why for why in kinds if why))
