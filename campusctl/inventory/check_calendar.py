"""Rules of time: lessons in order, days that exist, ends after beginnings, and no moment that a clock leaves out."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from campusctl.inventory.check import exact_date
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Issue, Place
from campusctl.inventory.layers import CITY_FILE
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.naming import titled_person
from campusctl.model.calendar import Days, Exam, Freeze, SchoolDays
from campusctl.model.sentence import N_, sentence

_LONGEST: Final = 100
"""Days; longer holidays are a wrong year, and would leave a school without lessons for that time."""

Fault = tuple[Place, str, str]
"""Keys below the entry, what is wrong, and a hint."""


def city_calendar_issues(city: City) -> Iterator[Issue]:
    """What is wrong with the city's time zone and the `calendar:` of city.yml."""
    calendar = city.spec.calendar
    yield from unknown_zone(city)
    zone = time_zone(city.spec.settings.timezone)
    for place, what, hint in _city_faults(city, zone):
        yield Issue(CITY_FILE, ("calendar", *place), f"calendar.{place[0]}", what, hint)
    if calendar.subdivision and not calendar.country:
        what = sentence("a state or region without its country")
        yield Issue(
            CITY_FILE, ("calendar", "subdivision"), "calendar.subdivision", what, sentence("say `country:`, such as DE")
        )


def unknown_zone(city: City) -> Iterator[Issue]:
    """A time zone that nobody knows."""
    name = city.spec.settings.timezone
    if time_zone(name) is None:
        hint = did_you_mean(name, available_timezones()) or sentence("such as Europe/Berlin")
        yield Issue(
            CITY_FILE,
            ("settings", "timezone"),
            "settings.timezone",
            sentence("unknown time zone {name}", name=name),
            hint,
        )


def _city_faults(city: City, zone: ZoneInfo | None) -> Iterator[Fault]:
    calendar = city.spec.calendar
    for number, holiday in enumerate(calendar.school_holidays):
        yield from _under(("school_holidays", number), _day_faults(holiday, holiday.name))
    yield from _freeze_faults(calendar.freezes, zone)
    yield from _under(("lessons",), _time_faults(calendar.lessons))
    hours = calendar.maintenance.hours
    if hours and hours[:5] == hours[-5:]:
        yield (
            ("maintenance", "hours"),
            sentence("{span} is no time at all", span=hours),
            sentence("such as 18:00-06:00; leave it out for any time"),
        )


def school_calendar_issues(city: City, school: School) -> Iterator[Issue]:
    """What is wrong with a school's lessons, days off, exams and freezes."""
    for place, what, hint in _school_faults(city, school):
        yield Issue(school.file, place, _subject(school.spec, place), what, hint)


def _school_faults(city: City, school: School) -> Iterator[Fault]:
    spec = school.spec
    yield from _under(("lessons",), _time_faults(spec.lessons))
    for weekday, times in spec.lessons_on.items():
        yield from _under(("lessons_on", weekday), _time_faults(times))
        if spec.lesson_days is not None and times and weekday not in spec.lesson_days:
            yield (
                ("lessons_on", weekday),
                sentence("{weekday} is none of the `lesson_days`", weekday=weekday),
                sentence("add {weekday} to `lesson_days`", weekday=weekday),
            )
    for number, weekday in enumerate(spec.lesson_days or ()):
        if weekday in (spec.lesson_days or ())[:number]:
            yield (
                ("lesson_days", number),
                sentence("{weekday} stands here twice", weekday=weekday),
                sentence("keep one of the two"),
            )
    for number, entry in enumerate(spec.days_off):
        yield from _under(("days_off", number), _day_faults(entry, entry.name))
    for number, exam in enumerate(spec.exams):
        yield from _under(("exams", number), _exam_faults(school, exam))
    if spec.freezes:
        yield from _freeze_faults(spec.freezes, time_zone(city.spec.settings.timezone))


def _subject(spec: SchoolDays, place: Place) -> str:
    """`exams: Abitur Mathematik`, or the key alone."""
    root, *rest = place
    entries: Sequence[object] = getattr(spec, str(root)) if rest and isinstance(rest[0], int) else ()
    name = getattr(entries[int(rest[0])], "name", "") if entries else ""
    return f"{root}: {name}" if name else str(root) if not rest or entries else f"{root}.{rest[0]}"


def time_zone(name: str) -> ZoneInfo | None:
    """The time zone of that name, or None if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _under(prefix: Place, faults: Iterator[Fault]) -> Iterator[Fault]:
    for place, what, hint in faults:
        yield (*prefix, *place), what, hint


def _time_faults(
    times: Sequence[str], overlaps: str = N_("{span} does not follow the lesson before")
) -> Iterator[Fault]:
    """Spans of a day that do not follow one another."""
    before = ""
    for number, span in enumerate(times):
        start, _, end = span.partition("-")
        if start >= end:
            yield (
                (number,),
                sentence("{span} ends before it begins", span=span),
                sentence("such as 07:45-08:30, within one day"),
            )
        elif start < before:
            yield (
                (number,),
                sentence(overlaps, span=span),
                sentence("in order, no overlap"),
            )
        before = end


def _exam_faults(school: School, exam: Exam) -> Iterator[Fault]:
    yield from _day_faults(exam, exam.name)
    yield from _under(("times",), _time_faults(exam.times, N_("{span} does not follow the span before")))
    for number, room in enumerate(exam.rooms):
        if school.sound and room not in school.rooms:
            near = did_you_mean(room, school.rooms) or sentence("rooms are listed in {file}", file=school.file)
            yield ("rooms", number), sentence("unknown room {room}", room=room), near


def _day_faults(entry: Days, name: str) -> Iterator[Fault]:
    """What is wrong with one day, or with a row of them."""
    person = titled_person(name)
    if person:
        yield (
            ("name",),
            sentence("`{person}` looks like a person's name", person=person),
            sentence("say what it is, never who"),
        )
    if (entry.date is None) == (entry.first is None):
        key = "last" if entry.last is not None and entry.first is None else "date" if entry.date else ""
        yield (
            (key,) if key else (),
            sentence("needs a day: `date`, or `first` and `last`"),
            sentence("one of the two, such as {example}", example=_SUCH_AS),
        )
        return
    if entry.date is not None and entry.last is not None:
        yield (
            ("last",),
            sentence("`last` goes with `first`, not with `date`"),
            sentence("such as {example}", example=_SUCH_AS),
        )
        return
    yield from _row_faults(entry)


_SUCH_AS: Final = "{first: 2026-12-23, last: 2027-01-06}"


def _row_faults(entry: Days) -> Iterator[Fault]:
    texts = {key: text for key in ("date", "first", "last") if (text := getattr(entry, key)) is not None}
    days = {key: _day(text) for key, text in texts.items()}
    for key, day in days.items():
        if day is None:
            yield (key,), sentence("{text} is no date", text=texts[key]), _NO_DATE
    first, last = days.get("first"), days.get("last")
    if first and last and last < first:
        yield (
            ("last",),
            sentence("{last} is before {first}", last=last, first=first),
            sentence("the last day comes after the first"),
        )
    elif first and last and (last - first).days >= _LONGEST:
        yield (
            ("last",),
            sentence("{days} days, {first} to {last}", days=(last - first).days + 1, first=first, last=last),
            sentence("at most {limit}; is the year right?", limit=_LONGEST),
        )


def _freeze_faults(freezes: Sequence[Freeze], zone: ZoneInfo | None) -> Iterator[Fault]:
    for number, freeze in enumerate(freezes):
        yield from _under(("freezes", number), _one_freeze(freeze, zone))


def _one_freeze(freeze: Freeze, zone: ZoneInfo | None) -> Iterator[Fault]:
    for key in ("name", "reason"):
        person = titled_person(getattr(freeze, key))
        if person:
            yield (
                (key,),
                sentence("`{person}` looks like a person's name", person=person),
                sentence("say what it is, never who"),
            )
    first, last = _moment(freeze.first), _moment(freeze.last or freeze.first)
    for key, text, moment in (("first", freeze.first, first), ("last", freeze.last or freeze.first, last)):
        if moment is None and (key == "first" or freeze.last):
            yield (key,), sentence("{text} is no date", text=text), _NO_DATE
        elif moment and zone and _left_out(moment, zone):
            yield (
                (key,),
                sentence("{text} does not exist: the clocks go forward", text=text),
                sentence("in {zone}, one hour later", zone=zone.key),
            )
    if first and last and (last < first or (last == first and freeze.last and len(freeze.last) > _DATE)):
        yield (
            ("last",),
            sentence("{last} is not after {first}", last=freeze.last, first=freeze.first),
            sentence("a freeze ends after it begins"),
        )


_DATE: Final = len("2027-03-28")
_YEARS: Final = range(2000, 2100)
_NO_DATE: Final = sentence("a day of the years {first} to {last}, such as 2027-02-08", first=_YEARS[0], last=_YEARS[-1])


def _day(text: str) -> date | None:
    day = exact_date(text)
    return day if day and day.year in _YEARS else None


def _moment(text: str) -> datetime | None:
    """A date (its midnight) or a local time, without a zone; None if there is no such day."""
    day = _day(text[:_DATE])
    at = time.fromisoformat(text[_DATE + 1 :] or "00:00")
    return datetime.combine(day, at) if day else None


def _left_out(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether local clocks never show this moment."""
    there = moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) - moment != timedelta()
