"""What is coming at a school: holidays, days off, exams and freezes, by the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from campusctl.engine.calendar import SchoolCalendar
from campusctl.engine.closures import DAY, days_of
from campusctl.model.calendar import Days


class Occasion(NamedTuple):
    """One thing that is coming, or going on."""

    first: date
    """First day."""
    last: date
    """Last day."""
    kind: str
    """`public holiday`, `school holidays`, `day off`, `exam` or `freeze`."""
    name: str
    """What it is called."""
    detail: str
    """Times and rooms of an exam, moments and reason of a freeze; empty otherwise."""


def occasions(calendar: SchoolCalendar, first_day: date, days: int) -> tuple[Occasion, ...]:
    """Everything that is on one of the days, by date."""
    last_day = first_day + (days - 1) * DAY
    found = [one for one in _all(calendar, first_day, last_day) if one.first <= last_day and one.last >= first_day]
    return tuple(sorted(set(found)))


def _all(calendar: SchoolCalendar, first_day: date, last_day: date) -> Iterator[Occasion]:
    for year in range(first_day.year, last_day.year + 1):
        for day, name in calendar.public_holidays(year).items():
            yield Occasion(day, day, "public holiday", name, "")
    for holiday in calendar.city.school_holidays:
        yield Occasion(*_ends(holiday), "school holidays", holiday.name, "")
    for off in calendar.school.days_off:
        yield Occasion(*_ends(off), "day off", off.name, "")
    for exam in calendar.school.exams:
        detail = ", ".join((*exam.times, *exam.rooms))
        yield Occasion(*_ends(exam), "exam", exam.name, detail)
    for freeze in (*calendar.city.freezes, *calendar.school.freezes):
        last = freeze.last or freeze.first
        first_at, last_at = freeze.first[11:], last[11:]
        times = [word for word in (first_at and f"from {first_at}", last_at and f"until {last_at}") if word]
        ends = (date.fromisoformat(freeze.first[:10]), date.fromisoformat(last[:10]))
        detail = ", ".join((*times, *((freeze.reason,) if freeze.reason else ())))
        yield Occasion(*ends, "freeze", freeze.name, detail)


def _ends(entry: Days) -> tuple[date, date]:
    days = tuple(days_of(entry))
    return days[0], days[-1]


def length_words(span: timedelta) -> str:
    """`15 h 25 min`, `2 days 15 h`."""
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} day{'s' if days != 1 else ''}" if days else "", f"{hours} h" if hours else ""]
    parts.append(f"{rest} min" if rest and not days else "")
    return " ".join(part for part in parts if part) or "0 min"
