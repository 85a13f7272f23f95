"""Windows against a second way of saying what is shut: minute by minute, on the city's clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.engine.calendar import HORIZON, SchoolCalendar, require_window, status, windows
from campusctl.model.calendar import WEEKDAYS, CityCalendar, SchoolDays

ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "UTC")
CHANGES = (date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 1), date(2026, 12, 31), date(2028, 2, 29))
"""Days on which clocks are changed somewhere, a year's end and a leap day."""
DAY = timedelta(days=1)


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def _times(draw: st.DrawFn) -> tuple[str, ...]:
    """Up to three spans between 05:00 and 22:00, in order: no clock is changed in these hours."""
    marks = sorted(draw(st.sets(st.integers(20, 88), min_size=0, max_size=6)))
    return tuple(f"{_clock(start)}-{_clock(end)}" for start, end in zip(marks[::2], marks[1::2], strict=False))


_NEAR = st.builds(lambda day, far: day + far * DAY, st.sampled_from(CHANGES), st.integers(-3, 3))
_DAYS = st.builds(lambda day, far: {"first": str(day), "last": str(day + far * DAY)}, _NEAR, st.integers(0, 2))
_EXAMS = st.builds(lambda days, times: {"name": "X", "times": times, **days}, _DAYS, _times())
_FREEZES = st.builds(
    lambda day, quarter, length: {
        "name": "F",
        "first": f"{day}T{_clock(quarter)}",
        "last": f"{day + length * DAY}T{_clock(quarter + 3)}",
    },
    _NEAR,
    st.integers(20, 88),
    st.integers(0, 3),
)
_HOURS = st.one_of(st.none(), st.sampled_from(("20:00-05:00", "14:00-18:00", "06:00-20:00", "12:00-00:00")))


@st.composite
def _calendars(draw: st.DrawFn) -> SchoolCalendar:
    margins = st.sampled_from((0, 30, 90))
    city = CityCalendar.model_validate(
        {
            "freezes": draw(st.lists(_FREEZES, max_size=1)),
            "school_holidays": [{"name": "Ferien", **days} for days in draw(st.lists(_DAYS, max_size=1))],
            "maintenance": {
                "before_lessons": draw(margins),
                "after_lessons": draw(margins),
                "longest_break": draw(st.sampled_from((0, 120))),
                "hours": draw(_HOURS),
            },
        }
    )
    school = SchoolDays.model_validate(
        {
            "lessons": draw(_times()),
            "lesson_days": draw(st.one_of(st.none(), st.lists(st.sampled_from(WEEKDAYS), unique=True))),
            "exams": draw(st.lists(_EXAMS, max_size=2)),
        }
    )
    return SchoolCalendar(city, school, ZoneInfo(draw(st.sampled_from(ZONES))), lambda _: {})


def _naive(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def _spans(calendar: SchoolCalendar, day: date) -> list[tuple[datetime, datetime]]:
    """What is shut because of a day, on its own clocks, written the long way."""
    margins = calendar.city.maintenance
    before, after = timedelta(minutes=margins.before_lessons), timedelta(minutes=margins.after_lessons)
    found = []
    holiday = any(
        date.fromisoformat(h.first) <= day <= date.fromisoformat(h.last) for h in calendar.city.school_holidays
    )
    on = calendar.school.lesson_days
    school_day = not holiday and (day.weekday() < 5 if on is None else WEEKDAYS[day.weekday()] in on)
    lessons = [tuple(span.split("-")) for span in (calendar.school.lessons or calendar.city.lessons) if school_day]
    edges = [(_naive(day, start), _naive(day, end)) for start, end in lessons]
    found += [(start - before, end + after) for start, end in edges]
    for (_, end), (start, _) in pairwise(edges):
        if start - end <= timedelta(minutes=margins.longest_break):
            found.append((end, start))
    if lessons and margins.hours:
        opens, shuts = margins.hours.split("-")
        quarters = (f"{number // 60:02}:{number % 60:02}" for number in range(0, 1440, 5))
        for clock in quarters:
            inside = opens <= clock < shuts if opens < shuts else clock >= opens or clock < shuts
            if not inside:
                found.append((_naive(day, clock), _naive(day, clock) + timedelta(minutes=5)))
    for exam in calendar.school.exams:
        if date.fromisoformat(exam.first) <= day <= date.fromisoformat(exam.last):
            times = [tuple(span.split("-")) for span in exam.times]
            found += [(_naive(day, start) - before, _naive(day, end) + after) for start, end in times]
            found += [] if times else [(_naive(day, "00:00") - before, _naive(day + DAY, "00:00") + after)]
    return found


Spans = dict[date, list[tuple[datetime, datetime]]]


def _is_shut(calendar: SchoolCalendar, spans: Spans, moment: datetime) -> bool:
    here = moment.astimezone(calendar.zone).replace(tzinfo=None)
    frozen = any(
        datetime.fromisoformat(freeze.first) <= here < datetime.fromisoformat(freeze.last)
        for freeze in calendar.city.freezes
    )
    near = (here.date() - DAY, here.date(), here.date() + DAY)
    return frozen or any(start <= here < end for day in near for start, end in spans[day])


@settings(max_examples=60)
@given(calendar=_calendars(), day=_NEAR)
def test_open_is_what_is_not_shut_on_the_city_s_clocks(calendar: SchoolCalendar, day: date) -> None:
    """Every quarter of an hour of three days, `status`, `windows` and the long way say the same."""
    found = windows(calendar, day, 3)
    spans = {near: _spans(calendar, near) for near in (day + number * DAY for number in range(-1, 4))}
    start = datetime.combine(day, time(), calendar.zone).astimezone(UTC)
    end = datetime.combine(day + 3 * DAY, time(), calendar.zone).astimezone(UTC)
    moment = start
    while moment < end:
        inside = any(window.start <= moment < window.end for window in found)
        assert status(calendar, moment).open is inside is not _is_shut(calendar, spans, moment), moment
        moment += timedelta(minutes=15)


@settings(max_examples=60)
@given(calendar=_calendars(), day=_NEAR, days=st.integers(1, 9))
def test_windows_are_in_order_and_apart(calendar: SchoolCalendar, day: date, days: int) -> None:
    """None is empty, none touches the next, all are within the days asked for."""
    found = windows(calendar, day, days)
    edges = [edge for window in found for edge in window[:2]]
    assert all(before < after for before, after in pairwise(edges))
    assert all(datetime.combine(day, time(), calendar.zone) <= window.start for window in found)
    assert all(window.end <= datetime.combine(day + days * DAY, time(), calendar.zone) for window in found)


@settings(max_examples=60)
@given(calendar=_calendars(), day=_NEAR, minute=st.integers(0, 1439))
def test_the_next_opening_is_the_first(calendar: SchoolCalendar, day: date, minute: int) -> None:
    """Nothing before it is open, it is; and a window ends where the first thing shuts it."""
    now = datetime.combine(day, time(), calendar.zone).astimezone(UTC) + timedelta(minutes=minute)
    verdict = status(calendar, now)
    if verdict.next_open is None:
        assert windows(calendar, day, HORIZON.days) == ()
        return
    assert status(calendar, verdict.next_open).open
    assert verdict.open is (verdict.next_open == now)
    steps = int((verdict.next_open - now) / timedelta(minutes=15))
    shut = [now + timedelta(minutes=15 * number) for number in range(min(steps + 1, 400))]
    assert not any(status(calendar, moment).open for moment in shut if moment < verdict.next_open)
    end = calendar.closing(verdict.next_open)
    if end is not None:
        assert not status(calendar, end).open
        assert status(calendar, end - timedelta(microseconds=1)).open


@settings(max_examples=60)
@given(calendar=_calendars(), day=_NEAR, minute=st.integers(0, 1439), needed=st.integers(0, 40 * 60))
def test_a_required_window_holds_as_long_as_needed(
    calendar: SchoolCalendar, day: date, minute: int, needed: int
) -> None:
    """What is promised stays open for the time, and what is open for the time is promised."""
    now = datetime.combine(day, time(), calendar.zone).astimezone(UTC) + timedelta(minutes=minute)
    span = timedelta(minutes=needed)
    verdict = require_window(calendar, now, span)
    end = calendar.closing(now) if status(calendar, now).open else now
    assert verdict.open is (status(calendar, now).open and (end is None or end - now >= span))
    if verdict.next_open is not None:
        shuts = calendar.closing(verdict.next_open)
        assert status(calendar, verdict.next_open).open
        assert shuts is None or shuts - verdict.next_open >= span
