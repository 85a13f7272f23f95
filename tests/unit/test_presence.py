"""How long a PC has been off, in words; and when one may be woken, in exact local times."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine.calendar import SchoolCalendar
from campusctl.engine.presence import absence, absence_words, is_holiday, may_wake
from campusctl.inventory.public_holidays import public_holidays
from campusctl.model.calendar import CityCalendar, SchoolDays

BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS = [
    {"name": "Herbstferien", "first": "2026-10-17", "last": "2026-10-31"},
    {"name": "Weihnachtsferien", "first": "2026-12-23", "last": "2027-01-06"},
]
FREEZE = {"name": "Zentralabitur", "first": "2027-04-12", "last": "2027-04-23"}
SCHOOL = {
    "lessons": ["07:45-08:30", "08:35-12:15", "12:30-15:20"],
    "days_off": [{"name": "Rosenmontag", "date": "2027-02-08"}],
    "exams": [{"name": "Informatik", "date": "2027-01-30", "times": "09:00-13:15"}],
}


def make(school: Mapping[str, object] = SCHOOL, **city: object) -> SchoolCalendar:
    """A school in North Rhine-Westphalia."""
    said = {"school_holidays": HOLIDAYS, "freezes": [FREEZE], **city}
    holidays = partial(public_holidays, "DE", "NW")
    return SchoolCalendar(CityCalendar.model_validate(said), SchoolDays.model_validate(school), BERLIN, holidays)


CALENDAR = make()


def at(text: str) -> datetime:
    """A local time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-26T07:14:59", (True, "before lessons", "2026-11-26 07:14")),
        ("2026-11-26T07:15", (False, "lessons from 07:45", "2026-11-26 15:50")),
        ("2026-11-26T12:20", (False, "lessons until 15:20", "2026-11-26 15:50")),
        ("2026-11-26T15:49:59", (False, "lessons ended at 15:20", "2026-11-26 15:50")),
        ("2026-11-26T15:50", (True, "after lessons", "2026-11-26 15:50")),
        # Weekends are when a PC room is set up.
        ("2026-11-28T10:00", (True, "no lessons: Sat", "2026-11-28 10:00")),
        ("2026-11-29T10:00", (True, "no lessons: Sun", "2026-11-29 10:00")),
        # 17.10. is a Saturday; 31.10. too, and the Sunday after it is All Saints' Day.
        ("2026-10-16T23:59:59", (True, "after lessons", "2026-10-16 23:59")),
        ("2026-10-17T00:00", (False, "holiday: Herbstferien", "2026-11-02 00:00")),
        ("2026-10-20T10:00", (False, "holiday: Herbstferien", "2026-11-02 00:00")),
        ("2026-11-01T12:00", (False, "holiday: All Saints' Day", "2026-11-02 00:00")),
        ("2026-11-01T23:59:59", (False, "holiday: All Saints' Day", "2026-11-02 00:00")),
        ("2026-11-02T00:00", (True, "before lessons", "2026-11-02 00:00")),
        # Lessons end on the last day before holidays.
        ("2026-12-22T12:00", (False, "lessons until 15:20", "2026-12-22 15:50")),
        ("2026-12-23T10:00", (False, "holiday: Weihnachtsferien", "2027-01-07 00:00")),
        ("2027-02-08T10:00", (False, "holiday: Rosenmontag", "2027-02-09 00:00")),
        # An exam on a Saturday, and a freeze in which weekends are no better.
        ("2027-01-30T08:29", (True, "no lessons: Sat", "2027-01-30 08:29")),
        ("2027-01-30T08:30", (False, "exam Informatik from 09:00", "2027-01-30 13:45")),
        ("2027-04-17T10:00", (False, "freeze Zentralabitur until Fri 2027-04-23", "2027-04-24 00:00")),
    ],
)
def test_pcs_are_woken_outside_lessons_exams_freezes_and_holidays(now: str, found: tuple[bool, str, str]) -> None:
    """And the next moment at which they may is told."""
    verdict = may_wake(CALENDAR, at(now))
    opens = f"{verdict.next_open.astimezone(BERLIN):%Y-%m-%d %H:%M}" if verdict.next_open else ""
    assert (verdict.open, verdict.why, opens) == found


def test_a_school_that_never_opens_has_no_next_moment() -> None:
    """A freeze of years, and holidays without end."""
    freeze = {"name": "Umbau", "first": "2026-01-01", "last": "2029-01-01"}
    assert may_wake(make(freezes=[freeze]), at("2026-11-26T18:00")).next_open is None
    ferien = {"name": "Ferien", "first": "2026-01-01", "last": "2029-01-01"}
    assert may_wake(make(school_holidays=[ferien]), at("2026-11-26T18:00")).next_open is None


@given(st.integers(0, 425 * 24 * 60))
def test_the_next_moment_is_free_and_nothing_before_it_is(minutes: int) -> None:
    """Looked at every quarter of an hour in between, up to two days."""
    now = at("2026-08-01T00:00") + timedelta(minutes=minutes)
    verdict = may_wake(CALENDAR, now)
    assert verdict.next_open is not None
    assert may_wake(CALENDAR, verdict.next_open).open
    assert verdict.open == (verdict.next_open == now)
    quarters = min((verdict.next_open - now) // timedelta(minutes=15), 200)
    between = [now + number * timedelta(minutes=15) for number in range(quarters)]
    assert not any(may_wake(CALENDAR, at).open for at in between)


def test_a_holiday_is_a_day_off_that_is_no_mere_weekend() -> None:
    """Public ones, school holidays with their weekends, and days of the school's own."""
    days = ("2026-10-18", "2026-11-01", "2027-02-08", "2026-11-28", "2026-11-26")
    assert [is_holiday(CALENDAR, date.fromisoformat(day)) for day in days] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("seen", "now", "words"),
    [
        ("2026-11-12T15:00", "2026-11-26T08:00", "off (seen last 2026-11-12)"),
        ("2026-11-11T23:30", "2026-11-26T00:10", "overdue: not seen for 15 days"),
        ("2026-11-26T07:00", "2026-11-26T08:00", "off (seen last 2026-11-26)"),
        ("2026-11-03T12:00", "2026-11-26T08:00", "overdue: not seen for 23 days"),
        # 16 days of autumn holidays, All Saints' Day among them, do not count.
        ("2026-10-10T12:00", "2026-11-09T08:00", "off (seen last 2026-10-10)"),
        ("2026-10-10T12:00", "2026-11-10T08:00", "overdue: not seen for 31 days, 15 without holidays"),
        # A clock that was wrong when it was seen.
        ("2027-11-26T12:00", "2026-11-26T08:00", "off (seen last 2027-11-26)"),
    ],
)
def test_off_and_overdue_in_words(seen: str, now: str, words: str) -> None:
    """Fourteen days are allowed; days change at midnight on the city's clocks, and holidays are none."""
    found = absence(at(seen), 14, at(now), partial(is_holiday, CALENDAR), BERLIN)
    assert absence_words(found) == words


def test_a_pc_that_was_never_seen_is_overdue_when_it_was_asked_for_often_enough() -> None:
    """One that is new in the inventory is not."""
    now = at("2026-11-26T08:00")
    assert absence_words(absence(None, 14, now)) == "off (not seen yet)"
    assert absence_words(absence(None, 14, now, asked=at("2026-11-12T08:00"))) == "off (not seen yet)"
    assert absence_words(absence(None, 14, now, asked=at("2026-11-11T08:00"))) == "overdue: never seen in 15 days"
    assert absence_words(absence(at("2026-11-24T08:00"), 1, now)) == "overdue: not seen for 2 days"
