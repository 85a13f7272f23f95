"""When a disruptive change may go, in exact local times."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from campusctl.engine.calendar import (
    SchoolCalendar,
    Verdict,
    expected_duration,
    moment_words,
    require_window,
    status,
    windows,
)
from campusctl.engine.occasions import length_words, occasions
from campusctl.inventory.public_holidays import public_holidays
from campusctl.model.calendar import CityCalendar, SchoolDays

BERLIN = ZoneInfo("Europe/Berlin")
NW = partial(public_holidays, "DE", "NW")
LESSONS = ["07:45-08:30", "08:35-09:20", "09:40-12:15", "13:45-15:20"]
HOLIDAYS = [
    {"name": "Herbstferien", "first": "2026-10-17", "last": "2026-10-31"},
    {"name": "Weihnachtsferien", "first": "2026-12-23", "last": "2027-01-06"},
    {"name": "Osterferien", "first": "2027-03-22", "last": "2027-04-03"},
    {"name": "Pfingstferien", "date": "2027-05-18"},
    {"name": "Sommerferien", "first": "2027-07-19", "last": "2027-08-31"},
]


def make(
    school: Mapping[str, object] | None = None,
    city: Mapping[str, object] | None = None,
    zone: ZoneInfo = BERLIN,
) -> SchoolCalendar:
    """A school in North Rhine-Westphalia."""
    said = {"school_holidays": HOLIDAYS, **(city or {})}
    own = {"lessons": LESSONS} if school is None else school
    return SchoolCalendar(CityCalendar.model_validate(said), SchoolDays.model_validate(own), zone, NW)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def told(verdict: Verdict) -> tuple[bool, str, str, str]:
    """A verdict in local times."""
    until, opens = (f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" if moment else "" for moment in verdict[2:])
    return verdict.open, verdict.why, until, opens


def shown(calendar: SchoolCalendar, first_day: str, days: int) -> list[str]:
    """Windows in local times."""
    found = windows(calendar, date.fromisoformat(first_day), days)
    local = calendar.local
    return [f"{local(start):%a %d.%m. %H:%M} - {local(end):%a %d.%m. %H:%M} {why}".strip() for start, end, why in found]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-26T07:14", (True, "before lessons", "2026-11-26 07:15", "2026-11-26 07:14")),
        ("2026-11-26T07:15", (False, "lessons from 07:45", "2026-11-26 15:20", "2026-11-26 15:50")),
        ("2026-11-26T12:36", (False, "lessons until 15:20", "2026-11-26 15:20", "2026-11-26 15:50")),
        ("2026-11-26T13:00", (False, "lessons until 15:20", "2026-11-26 15:20", "2026-11-26 15:50")),
        ("2026-11-26T15:20", (False, "lessons ended at 15:20", "2026-11-26 15:50", "2026-11-26 15:50")),
        ("2026-11-26T15:50", (True, "after lessons", "2026-11-27 07:15", "2026-11-26 15:50")),
        ("2026-11-28T12:00", (True, "no lessons: Sat", "2026-11-30 07:15", "2026-11-28 12:00")),
        ("2026-10-20T10:00", (True, "no lessons: Herbstferien", "2026-11-02 07:15", "2026-10-20 10:00")),
        # Year's end, and New Year's Day within the holidays.
        ("2026-12-31T23:59", (True, "no lessons: Weihnachtsferien", "2027-01-07 07:15", "2026-12-31 23:59")),
        ("2027-01-01T00:00", (True, "no lessons: New Year's Day", "2027-01-07 07:15", "2027-01-01 00:00")),
        # Easter moves: Ascension Day, Pentecost Monday with the day of holidays after it, Corpus Christi.
        ("2027-05-06T10:00", (True, "no lessons: Ascension Day", "2027-05-07 07:15", "2027-05-06 10:00")),
        ("2027-05-17T10:00", (True, "no lessons: Pentecost Monday", "2027-05-19 07:15", "2027-05-17 10:00")),
        ("2027-05-27T10:00", (True, "no lessons: Corpus Christi", "2027-05-28 07:15", "2027-05-27 10:00")),
        ("2028-04-14T10:00", (True, "no lessons: Good Friday", "2028-04-18 07:15", "2028-04-14 10:00")),
        # A leap day is a school day like any other.
        ("2028-02-29T10:00", (False, "lessons until 15:20", "2028-02-29 15:20", "2028-02-29 15:50")),
    ],
)
def test_a_school_day_and_the_days_without_lessons(now: str, found: tuple[bool, str, str, str]) -> None:
    """Lessons with half an hour on both sides; breaks are part of them; holidays are open all day."""
    assert told(status(make(), at(now))) == found


def test_all_saints_day_is_a_holiday_in_one_state_and_none_in_another() -> None:
    """The state decides; in 2027 it is a Monday."""
    berlin = SchoolCalendar(
        CityCalendar(), SchoolDays(lessons=("08:00-13:00",)), BERLIN, partial(public_holidays, "DE", "BE")
    )
    assert status(make(), at("2027-11-01T10:00")).open
    assert not status(berlin, at("2027-11-01T10:00")).open


def test_a_school_that_says_nothing_has_the_city_s_lessons_from_monday_to_friday() -> None:
    """Silence is not an open door."""
    calendar = make({})
    assert told(status(calendar, at("2026-11-26T10:00")))[1:] == (
        "lessons until 16:00",
        "2026-11-26 16:00",
        "2026-11-26 16:30",
    )
    assert status(calendar, at("2026-11-28T10:00")).open


def test_a_place_without_lessons_says_so() -> None:
    """`lesson_days: []`: an office is open all week, and all year."""
    assert status(make({"lesson_days": []}), at("2026-11-26T10:00"))[:3] == (True, "no lessons: Thu", None)


def test_days_of_the_week_have_their_own_lessons() -> None:
    """Short Fridays, and lessons on Saturday, which `lesson_days` need not name."""
    calendar = make({"lessons": LESSONS, "lessons_on": {"fri": ["07:45-12:15"], "sat": "08:00-11:00", "mon": []}})
    assert shown(calendar, "2026-11-27", 4) == [
        "Fri 27.11. 00:00 - Fri 27.11. 07:15",
        "Fri 27.11. 12:45 - Sat 28.11. 07:30",
        "Sat 28.11. 11:30 - Tue 01.12. 00:00 Sun, Mon",
    ]


def test_lesson_days_decide() -> None:
    """Tuesday to Saturday."""
    calendar = make({"lessons": LESSONS, "lesson_days": ["tue", "wed", "thu", "fri", "sat"]})
    assert status(calendar, at("2026-11-30T10:00")).open
    assert not status(calendar, at("2026-11-28T10:00")).open


def test_a_long_gap_between_lessons_is_a_window() -> None:
    """Day school and evening school; up to two hours are a break."""
    calendar = make({"lessons": ["08:00-09:30", "11:30-13:00", "17:30-21:00"]})
    assert shown(calendar, "2026-11-26", 1) == [
        "Thu 26.11. 00:00 - Thu 26.11. 07:30",
        "Thu 26.11. 13:30 - Thu 26.11. 17:00",
        "Thu 26.11. 21:30 - Fri 27.11. 00:00",
    ]
    assert status(calendar, at("2026-11-26T15:00")).why == "between lessons"


def test_hours_narrow_a_school_day_and_leave_the_others_alone() -> None:
    """`20:00-06:00` from Monday to Friday; Friday's night, Saturday and Sunday are whole."""
    calendar = make(city={"maintenance": {"hours": "20:00-06:00"}})
    assert shown(calendar, "2026-11-26", 5) == [
        "Thu 26.11. 00:00 - Thu 26.11. 06:00",
        "Thu 26.11. 20:00 - Fri 27.11. 06:00",
        "Fri 27.11. 20:00 - Mon 30.11. 06:00 Sat, Sun",
        "Mon 30.11. 20:00 - Tue 01.12. 00:00",
    ]
    assert told(status(calendar, at("2026-11-26T18:00"))) == (
        False, "school day, changes only 20:00-06:00", "2026-11-26 20:00", "2026-11-26 20:00",
    )  # fmt: skip


def test_hours_within_one_day() -> None:
    """Afternoons only; lessons within them still count."""
    calendar = make(city={"maintenance": {"hours": "14:00-18:00"}})
    assert shown(calendar, "2026-11-26", 1) == ["Thu 26.11. 15:50 - Thu 26.11. 18:00"]


def test_margins_are_the_city_s() -> None:
    """None before, an hour after."""
    calendar = make(city={"maintenance": {"before_lessons": 0, "after_lessons": 60}})
    assert shown(calendar, "2026-11-26", 1) == [
        "Thu 26.11. 00:00 - Thu 26.11. 07:45",
        "Thu 26.11. 16:20 - Fri 27.11. 00:00",
    ]


def test_a_margin_may_reach_across_midnight() -> None:
    """Six hours before lessons at 01:00 begin the day before."""
    calendar = make({"lessons": ["01:00-02:00"]}, {"maintenance": {"before_lessons": 360}})
    assert told(status(calendar, at("2026-11-25T18:59")))[:3] == (True, "after lessons", "2026-11-25 19:00")
    assert told(status(calendar, at("2026-11-25T19:00")))[1] == "lessons from Thu 2026-11-26 01:00"


EXAMS = {
    "exams": [
        {"name": "Abitur Informatik", "date": "2026-11-28", "times": ["09:00-12:00", "12:30-13:30"], "rooms": ["R201"]}
    ]
}


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-28T08:30", (False, "exam Abitur Informatik from 09:00", "2026-11-28 12:00", "2026-11-28 14:00")),
        ("2026-11-28T10:00", (False, "exam Abitur Informatik until 12:00", "2026-11-28 12:00", "2026-11-28 14:00")),
        ("2026-11-28T13:45", (False, "exam Abitur Informatik ended at 13:30", "2026-11-28 14:00", "2026-11-28 14:00")),
        ("2026-11-28T14:00", (True, "no lessons: Sat", "2026-11-30 07:00", "2026-11-28 14:00")),
    ],
)
def test_an_exam_shuts_a_saturday_too(now: str, found: tuple[bool, str, str, str]) -> None:
    """With the margins of lessons."""
    assert told(status(make(EXAMS), at(now))) == found


def test_an_exam_without_times_takes_its_days() -> None:
    """From midnight to midnight, and the margins around it."""
    calendar = make({"lessons": LESSONS, "exams": [{"name": "Messe", "first": "2026-12-24", "last": "2026-12-25"}]})
    assert shown(calendar, "2026-12-23", 4) == [
        "Wed 23.12. 00:00 - Wed 23.12. 23:30 Weihnachtsferien",
        "Sat 26.12. 00:30 - Sun 27.12. 00:00 Second Day of Christmas",
    ]
    assert status(calendar, at("2026-12-23T23:40")).why == "exam Messe from Thu 2026-12-24 00:00"
    assert status(calendar, at("2026-12-25T09:00")).why == "exam Messe until 24:00"
    assert status(calendar, at("2026-12-26T00:10")).why == "exam Messe ended at Fri 2026-12-25"


def test_a_freeze_takes_whole_days_or_goes_by_the_clock() -> None:
    """The city's with a reason, and the school's from one moment to another; it outweighs lessons in the words."""
    calendar = make(
        {"lessons": LESSONS, "freezes": [{"name": "Wahl", "first": "2027-04-25T06:00", "last": "2027-04-26 12:00"}]},
        {"freezes": [{"name": "Zentralabitur", "first": "2027-04-12", "last": "2027-04-23", "reason": "Exams at PCs"}]},
    )
    assert told(status(calendar, at("2027-04-14T22:00"))) == (
        False, "freeze Zentralabitur (Exams at PCs) until Fri 2027-04-23", "2027-04-24 00:00", "2027-04-24 00:00",
    )  # fmt: skip
    assert told(status(calendar, at("2027-04-26T08:00"))) == (
        False, "freeze Wahl until 12:00", "2027-04-26 12:00", "2027-04-26 15:50",
    )  # fmt: skip
    assert shown(calendar, "2027-04-22", 5) == [
        "Sat 24.04. 00:00 - Sun 25.04. 06:00 Sat, Sun",
        "Mon 26.04. 15:50 - Tue 27.04. 00:00",
    ]


def test_a_freeze_of_one_day() -> None:
    """`last` may be left out."""
    calendar = make(city={"freezes": [{"name": "Wahl", "first": "2026-11-29"}]})
    assert told(status(calendar, at("2026-11-29T12:00")))[1:] == (
        "freeze Wahl until 24:00",
        "2026-11-30 00:00",
        "2026-11-30 00:00",
    )


def test_a_freeze_of_more_than_a_year_has_no_next_window() -> None:
    """Nobody promises a date that far away."""
    calendar = make(city={"freezes": [{"name": "Umzug", "first": "2026-01-01", "last": "2028-12-31"}]})
    verdict = status(calendar, at("2026-11-26T12:00"))
    assert (verdict.open, verdict.why, verdict.next_open) == (False, "freeze Umzug until Sun 2028-12-31", None)
    assert windows(calendar, date(2026, 11, 26), 366) == ()
    assert require_window(calendar, at("2026-11-26T12:00"), timedelta(minutes=5)).next_open is None


def test_where_clocks_go_forward_a_window_is_an_hour_shorter() -> None:
    """28 March 2027 has 23 hours."""
    (window,) = windows(make(), date(2027, 3, 28), 1)
    assert (window.start, window.end) == (datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC))


def test_where_clocks_go_back_a_window_is_an_hour_longer() -> None:
    """25 October 2026 has 25 hours."""
    (window,) = windows(make(), date(2026, 10, 25), 1)
    assert (window.start, window.end) == (
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("freeze", "start", "end"),
    [
        # 02:30 is there twice: from the first to the second one.
        (("2026-10-25T02:30", "2026-10-25T02:45"), "2026-10-25T00:30", "2026-10-25T01:45"),
        # 02:30 is not there at all: across the gap, on both sides.
        (("2027-03-28T02:30", "2027-03-28T02:45"), "2027-03-28T00:30", "2027-03-28T01:45"),
    ],
)
def test_a_time_that_is_there_twice_or_not_at_all_shuts_for_longer(
    freeze: tuple[str, str], start: str, end: str
) -> None:
    """Never for less than was meant."""
    first, last = freeze
    calendar = make(city={"freezes": [{"name": "X", "first": first, "last": last}]})
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    assert status(calendar, begins - timedelta(seconds=1)).until == begins
    assert [status(calendar, moment).open for moment in (begins, ends - timedelta(seconds=1), ends)] == [
        False,
        False,
        True,
    ]


def test_lessons_keep_their_local_time_across_the_change() -> None:
    """07:45 is 05:45 UTC in summer and 06:45 in winter."""
    calendar = make({"lessons": LESSONS}, {"school_holidays": []})
    assert status(calendar, at("2026-10-23T12:00")).next_open == datetime(2026, 10, 23, 13, 50, tzinfo=UTC)
    assert status(calendar, at("2026-10-26T12:00")).next_open == datetime(2026, 10, 26, 14, 50, tzinfo=UTC)
    assert status(calendar, at("2026-10-24T12:00")).until == datetime(2026, 10, 26, 6, 15, tzinfo=UTC)


def test_a_window_must_be_long_enough() -> None:
    """Twelve switches take 14 minutes; ten minutes before lessons it waits for the afternoon."""
    calendar = make()
    needed = expected_duration(12)
    assert needed == timedelta(minutes=14)
    assert told(require_window(calendar, at("2026-11-26T07:01"), needed))[0]
    assert told(require_window(calendar, at("2026-11-26T07:05"), needed)) == (
        False, "the window shuts in 10 min, and this takes about 14 min", "2026-11-26 07:15", "2026-11-26 15:50",
    )  # fmt: skip
    assert told(require_window(calendar, at("2026-11-26T09:00"), needed)) == told(
        status(calendar, at("2026-11-26T09:00"))
    )


def test_windows_that_are_too_short_are_passed_over() -> None:
    """A change of 16 hours waits for the weekend, one of 20 days for the summer."""
    found = require_window(make(), at("2026-11-26T16:00"), timedelta(hours=16))
    assert told(found)[3] == "2026-11-27 15:50"
    assert told(require_window(make(), at("2026-11-26T16:00"), timedelta(days=20)))[3] == "2027-07-16 15:50"


def test_a_change_that_fits_no_window_of_the_year_has_none() -> None:
    """Sixty days."""
    assert require_window(make(), at("2026-11-26T16:00"), timedelta(days=60)).next_open is None


def test_a_moment_may_be_given_in_any_zone() -> None:
    """The instant counts."""
    tokyo = at("2026-11-26T12:36").astimezone(ZoneInfo("Asia/Tokyo"))
    assert told(status(make(), tokyo)) == told(status(make(), at("2026-11-26T12:36")))


def test_the_city_s_time_zone_decides() -> None:
    """The same lessons in Lisbon are an hour later in UTC."""
    lisbon = ZoneInfo("Europe/Lisbon")
    assert status(make(zone=lisbon), at("2026-11-26T12:00", lisbon)).next_open == datetime(
        2026, 11, 26, 15, 50, tzinfo=UTC
    )


def test_what_is_coming_is_told_by_date() -> None:
    """Also what began before; an exam with times and rooms, a freeze with its reason."""
    calendar = make(
        {
            "exams": [{"name": "Vorabitur", "date": "2027-01-05", "times": "09:00-13:15", "rooms": ["R201"]}],
            "days_off": ["2027-01-08", {"name": "Brückentag", "date": "2027-01-11"}],
        },
        {"freezes": [{"name": "Umbau", "first": "2027-01-06T12:00", "last": "2027-01-07", "reason": "new core"}]},
    )
    found = occasions(calendar, date(2026, 12, 30), 14)
    assert [(str(one.first), str(one.last), one.kind, one.name, one.detail) for one in found] == [
        ("2026-12-23", "2027-01-06", "school holidays", "Weihnachtsferien", ""),
        ("2027-01-01", "2027-01-01", "public holiday", "New Year's Day", ""),
        ("2027-01-05", "2027-01-05", "exam", "Vorabitur", "09:00-13:15, R201"),
        ("2027-01-06", "2027-01-07", "freeze", "Umbau", "from 12:00, new core"),
        ("2027-01-08", "2027-01-08", "day off", "day off", ""),
        ("2027-01-11", "2027-01-11", "day off", "Brückentag", ""),
    ]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-26T15:50", "today at 15:50"),
        ("2026-11-27T07:00", "tomorrow at 07:00"),
        ("2026-11-30T15:50", "Mon 2026-11-30 at 15:50"),
    ],
)
def test_moments_in_words(moment: str, words: str) -> None:
    """Today and tomorrow are those of the zone, also just before midnight in UTC."""
    assert moment_words(at(moment), at("2026-11-26T00:30"), BERLIN) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (25, "25 min"), (60, "1 h"), (925, "15 h 25 min"), (1440, "1 day"), (3945, "2 days 17 h")],
)
def test_spans_in_words(minutes: int, words: str) -> None:
    """Minutes are left out of days."""
    assert length_words(timedelta(minutes=minutes)) == words


def test_an_unknown_place_has_no_holidays() -> None:
    """`validate` says so; nothing fails."""
    assert public_holidays("XX", "", 2026) == {}
    assert public_holidays("", "", 2026) == {}
    assert public_holidays("DE", "NW", 2026)[date(2026, 6, 4)] == "Corpus Christi"
