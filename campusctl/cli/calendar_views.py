"""A school's time, for a person or as JSON."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from textwrap import wrap
from typing import Any, Final

import click

from campusctl.cli.columns import show_columns, show_facts
from campusctl.cli.views import print_json
from campusctl.engine.calendar import DAY_NAMES, SchoolCalendar, Verdict, day_words, moment_words
from campusctl.engine.closures import DAY
from campusctl.engine.occasions import Occasion, length_words
from campusctl.workflow.windows import SchoolTime

_NEVER: Final = "not within a year"
_LONGEST: Final = 34
"""Characters of a reason in the city's table, so that a line keeps within 80."""
_WHY_WIDTH: Final = 17
"""Likewise beside a window."""
_NAME_WIDTH: Final = 45
"""Likewise beside the days of an occasion."""


def show_city(schools: Sequence[SchoolTime], *, as_json: bool) -> None:
    """One line for each school."""
    if as_json:
        print_json([_verdict_json(school) for school in schools])
        return
    show_columns(("school", "now", "until", "why"), (_city_row(school) for school in schools))
    count = sum(school.verdict.open for school in schools)
    click.secho(f"{count} of {len(schools)} schools open for disruptive changes.", bold=True)


def _city_row(school: SchoolTime) -> tuple[str, ...]:
    verdict, zone = school.verdict, school.calendar.zone
    end = verdict.until if verdict.open else verdict.next_open
    until = moment_words(end, school.now, zone) if end else _NEVER
    return school.school, "open" if verdict.open else "shut", until, _short(verdict.why)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def show_school(school: SchoolTime, *, as_json: bool) -> None:
    """Now, the lessons, the coming windows, and what is coming."""
    if as_json:
        print_json(_school_json(school))
        return
    click.secho(f"{school.school}  {school.name}", bold=True)
    show_facts(_now(school))
    click.secho("\nwindows", bold=True)
    show_columns(("from", "to", "for", ""), _window_rows(school))
    click.secho("\ncoming", bold=True)
    for occasion in school.occasions:
        _show_occasion(occasion)
    if not school.occasions:
        click.echo("  no holiday, exam or freeze")


def _now(school: SchoolTime) -> Iterator[tuple[str, str]]:
    calendar, verdict = school.calendar, school.verdict
    yield "now", f"{_local(calendar, school.now)}, {calendar.zone.key}"
    if verdict.open:
        until = (
            f"shuts {moment_words(verdict.until, school.now, calendar.zone)}" if verdict.until else "for a year or more"
        )
        yield "open", f"{verdict.why}; {until}"
    else:
        yield "shut", verdict.why
        yield "opens", moment_words(verdict.next_open, school.now, calendar.zone) if verdict.next_open else _NEVER
    yield from (("lessons" if not number else "·", line) for number, line in enumerate(_lessons(calendar)))
    if calendar.city.maintenance.hours:
        yield "hours", f"{calendar.city.maintenance.hours} on days with lessons"


def _lessons(calendar: SchoolCalendar) -> list[str]:
    """`Mon-Thu 07:45-15:20, 8 a day`, one line for each run of equal days."""
    monday = datetime(2024, 1, 1, tzinfo=UTC).date()
    week = [(day, calendar.lessons_of(monday + number * DAY)) for number, day in enumerate(DAY_NAMES)]
    found = []
    for lessons, group in groupby(week, key=lambda item: item[1]):
        days = [day for day, _ in group]
        span = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
        if lessons:
            found.append(f"{span} {lessons[0][:5]}-{lessons[-1][-5:]}, {len(lessons)} a day")
    return found or ["none"]


def _window_rows(school: SchoolTime) -> Iterator[tuple[str, ...]]:
    calendar = school.calendar
    coming = [window for window in school.windows if window.end > school.now]
    for window in coming:
        start = max(window.start, school.now)
        why, *more = wrap(window.why, _WHY_WIDTH) or [""]
        yield _local(calendar, start), _local(calendar, window.end), length_words(window.end - start), why
        yield from (("", "", "", line) for line in more)
    if not coming:
        yield "none", "", "", ""


def _local(calendar: SchoolCalendar, moment: datetime) -> str:
    there = calendar.local(moment)
    return f"{day_words(there.date())} {there:%H:%M}"


def _show_occasion(occasion: Occasion) -> None:
    days = day_words(occasion.first) + (f" to {day_words(occasion.last)}" if occasion.last != occasion.first else "")
    text = f"{occasion.name} ({occasion.kind})"
    for number, line in enumerate([*wrap(text, _NAME_WIDTH), *wrap(occasion.detail, _NAME_WIDTH)]):
        click.echo(f"  {days if not number else '':<32}  {line}")


def _school_json(school: SchoolTime) -> dict[str, Any]:
    calendar = school.calendar
    kind = calendar.day(school.first_day)
    return {
        **_verdict_json(school),
        "name": school.name,
        "timezone": calendar.zone.key,
        "now": _iso(school.now),
        "day": {
            "date": str(school.first_day),
            "lessons": list(calendar.lessons_of(school.first_day)) if kind.lessons else [],
            "why_none": kind.why,
        },
        "windows": [{"start": _iso(start), "end": _iso(end), "why": why} for start, end, why in school.windows],
        "coming": [
            {**occasion._asdict(), "first": str(occasion.first), "last": str(occasion.last)}
            for occasion in school.occasions
        ],
    }


def _verdict_json(school: SchoolTime) -> dict[str, Any]:
    verdict: Verdict = school.verdict
    times = {"until": verdict.until, "next_open": verdict.next_open}
    told = {name: _iso(moment) if moment else None for name, moment in times.items()}
    return {"school": school.school, "open": verdict.open, "why": verdict.why, **told}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
