"""Mistakes about time in the example city, and exactly what is said about them."""
# ruff: noqa: E501 - a row of a table is one line

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campusctl.errors import InventoryError
from campusctl.inventory import public_holidays
from campusctl.inventory.load import load_city, validate
from campusctl.workflow.windows import city_time, school_time

CITY = "inventory/city.yml"
SCHOOL = "inventory/schools/schule-007/school.yml"
NOON = datetime(2026, 12, 28, 11, tzinfo=UTC)
"""A Monday in the holidays of Christmas."""


def _problems(root: Path) -> list[str]:
    return [str(problem) for problem in validate(root).problems]


def _add(root: Path, file: str, text: str) -> int:
    """Add a line at the end of a file; gives its number."""
    path = root / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}{text}\n", encoding="utf-8")
    return before.count("\n") + 1


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("lesson_days: [mon, monday]", "lesson_days.1: `monday` is none of 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'", ""),
        ("lesson_days: [mon, tue, mon]", "lesson_days: mon stands here twice", "keep one of the two"),
        ("lessons_on: {mo: []}", "lessons_on.mo: `mo` is none of 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'", ""),
        ("lessons_on: {wed: 10:00-09:00}", "lessons_on.wed: 10:00-09:00 ends before it begins", "such as 07:45-08:30, within one day"),
        ("lessons_on: {wed: [08:00-09:00, 08:30-10:00]}", "lessons_on.wed: 08:30-10:00 does not follow the lesson before", "in order, no overlap"),
        ("days_off: [2027-02-30]", "days_off: day off: 2027-02-30 is no date", "a day of the years 2000 to 2099, such as 2027-02-08"),
        ("days_off: [2027-2-8]", "days_off.0.date: `2027-2-8` is not a date, such as 2026-12-31", ""),
        ("days_off: [{name: Rosenmontag}]", "days_off: Rosenmontag: needs a day: `date`, or `first` and `last`", "one of the two, such as {first: 2026-12-23, last: 2027-01-06}"),
        ("days_off: [{date: 2027-02-08, first: 2027-02-09}]", "days_off: day off: needs a day: `date`, or `first` and `last`", "one of the two, such as {first: 2026-12-23, last: 2027-01-06}"),
        ("days_off: [{date: 2027-02-08, last: 2027-02-09}]", "days_off: day off: `last` goes with `first`, not with `date`", "such as {first: 2026-12-23, last: 2027-01-06}"),
        ("days_off: [{first: 2027-02-08, last: 2027-02-07}]", "days_off: day off: 2027-02-07 is before 2027-02-08", "the last day comes after the first"),
        ("days_off: [{first: 2026-12-23, last: 2072-01-06}]", "days_off: day off: 16451 days, 2026-12-23 to 2072-01-06", "at most 100; is the year right?"),
        ("exams: [{name: Abitur, date: 2027-04-20, times: [09:00-10:00, 09:30-11:00]}]", "exams: Abitur: 09:30-11:00 does not follow the span before", "in order, no overlap"),
        ("exams: [{name: Abitur, date: 2027-04-20, rooms: [R1, R44]}]", "exams: Abitur: unknown room R44", "did you mean R4?"),
        ("exams: [{name: Abitur, date: 2027-04-20, time: 09:00-10:00}]", "exams.0: unknown field `time`", "did you mean times?"),
        ("exams: [{date: 2027-04-20}]", "exams.0: `name` is missing", ""),
        ("exams: [{name: Frau Meier schreibt nach, date: 2027-04-20}]", "exams: Frau Meier schreibt nach: `Frau Meier` looks like a person's name", "say what it is, never who"),
        ("freezes: [{name: Wahl, first: 2027-04-20, last: 2027-04-19}]", "freezes: Wahl: 2027-04-19 is not after 2027-04-20", "a freeze ends after it begins"),
        ("freezes: [{name: Wahl, first: 2027-04-20T10:00, last: 2027-04-20T10:00}]", "freezes: Wahl: 2027-04-20T10:00 is not after 2027-04-20T10:00", "a freeze ends after it begins"),
        ("freezes: [{name: Wahl, first: 2027-03-28T02:30, last: 2027-03-29}]", "freezes: Wahl: 2027-03-28T02:30 does not exist: the clocks go forward", "in Europe/Berlin, one hour later"),
        ("freezes: [{name: Wahl, first: 9999-12-30, last: 9999-12-31}]", "freezes: Wahl: 9999-12-30 is no date", "a day of the years 2000 to 2099, such as 2027-02-08"),
        ("freezes: [{name: Wahl, first: 2027-04-20T24:00}]", "freezes.0.first: `2027-04-20T24:00` is not a date or a local time, such as 2026-12-31 or 2026-12-31T13:00", ""),
        ("freezes: [{name: Wahl, first: 2027-04-20, reason: Herr Meier zieht um}]", "freezes: Wahl: `Herr Meier` looks like a person's name", "say what it is, never who"),
        ("freeze: []", "unknown field `freeze`", "did you mean freezes?"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_school_s_time(musterstadt: Path, line: str, said: str, hint: str) -> None:
    """With file, line and what to do."""
    number = _add(musterstadt, SCHOOL, line)
    what = f"{SCHOOL}:{number}: {said}" + (f"\nhint: {hint}" if hint else "")
    assert what in _problems(musterstadt)


def test_a_day_with_lessons_must_be_a_lesson_day(musterstadt: Path) -> None:
    """Only if the lesson days are said; otherwise it becomes one."""
    number = _add(musterstadt, SCHOOL, "lessons_on: {sat: 08:00-09:00}")
    assert _problems(musterstadt) == []
    _add(musterstadt, SCHOOL, "lesson_days: [mon, tue]")
    assert _problems(musterstadt) == [
        f"{SCHOOL}:{number}: lessons_on.sat: sat is none of the `lesson_days`\nhint: add sat to `lesson_days`"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("timezone: Europe/Berlin", "timezone: Europe/Berln", "settings.timezone: unknown time zone Europe/Berln", "did you mean Europe/Berlin, Europe/Dublin, Europe/Belfast?"),
        ("timezone: Europe/Berlin", "timezone: Europe", "settings.timezone: unknown time zone Europe", "did you mean Europe/Rome, Europe/Riga, Europe/Oslo?"),
        ("subdivision: NW", "subdivision: NRW", "calendar.subdivision: unknown state or region NRW", "did you mean NW?"),
        ("subdivision: NW", "subdivision: Saxony", "calendar.subdivision: unknown state or region Saxony", "there are BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH, Augsburg"),
        ("country: DE", "country: XY", "calendar.country: unknown country XY", None),
        ("country: DE", "country: de", "calendar.country: `de` is not a country of two capital letters, such as DE", ""),
        ("  country: DE", "  contry: DE", "calendar: unknown field `contry`", "did you mean country?"),
        ("  country: DE\n", "", "calendar.subdivision: a state or region without its country", "say `country:`, such as DE"),
        ("last: 2026-10-31}", "last: 2026-10-32}", "calendar.school_holidays: 2026-10-32 is no date", "a day of the years 2000 to 2099, such as 2027-02-08"),
        ("country: DE", "country: DE\n  maintenance: {hours: 18:00-18:00}", "calendar.maintenance: 18:00-18:00 is no time at all", "such as 18:00-06:00; leave it out for any time"),
        ("country: DE", "country: DE\n  maintenance: {after_lesson: 5}", "calendar.maintenance: unknown field `after_lesson`", "did you mean after_lessons, before_lessons?"),
        ("country: DE", "country: DE\n  maintenance: {after_lessons: 721}", "calendar.maintenance.after_lessons: `721` is more than 720", ""),
        ("country: DE", "country: DE\n  lessons: 16:00-08:00", "calendar.lessons: 16:00-08:00 ends before it begins", "such as 07:45-08:30, within one day"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_city_s_calendar(
    musterstadt: Path, old: str, new: str, said: str, hint: str | None
) -> None:
    """Likewise."""
    path = musterstadt / CITY
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (found,) = _problems(musterstadt)
    place, _, rest = found.partition(": ")
    assert place.startswith(f"{CITY}:")
    assert rest.partition("\n")[0] == said
    assert hint is None or rest.partition("\nhint: ")[2] == hint
    line = path.read_text(encoding="utf-8").split("\n")[int(place.rpartition(":")[2]) - 1]
    assert new.strip().rpartition("\n")[2].partition(":")[0] in line or not new


@pytest.mark.parametrize(("country", "subdivision"), [("AT", '"9"'), ("CH", "ZH"), ("DE", "Augsburg"), ("NL", '""')])
def test_other_places_are_known_too(musterstadt: Path, country: str, subdivision: str) -> None:
    """Every country that the package knows."""
    path = musterstadt / CITY
    text = path.read_text(encoding="utf-8").replace("country: DE", f"country: {country}")
    path.write_text(text.replace("subdivision: NW", f"subdivision: {subdivision}"), encoding="utf-8")
    assert _problems(musterstadt) == []
    assert school_time(musterstadt, "s042", NOON.replace(day=25)).verdict.why in {
        "no lessons: Christmas Day",
        "no lessons: Christmas",
    }


def test_an_unknown_country_stops_the_calendar_and_not_the_rest(musterstadt: Path) -> None:
    """Holidays that nobody knows would pass for school days; switches can be read all the same."""
    path = musterstadt / CITY
    path.write_text(path.read_text(encoding="utf-8").replace("country: DE", "country: XY"), encoding="utf-8")
    assert len(load_city(musterstadt).schools) == 3
    with pytest.raises(InventoryError, match=r"inventory/city.yml:\d+: calendar.country: unknown country XY"):
        school_time(musterstadt, "s042", NOON)
    with pytest.raises(InventoryError, match="unknown country XY"):
        city_time(musterstadt, NOON)


def test_an_inventory_without_a_calendar_is_right(musterstadt: Path) -> None:
    """Older workspaces load, and their schools have lessons."""
    path = musterstadt / CITY
    path.write_text(path.read_text(encoding="utf-8").partition("# When changes")[0], encoding="utf-8")
    assert _problems(musterstadt) == []
    assert not school_time(musterstadt, "s007", NOON).verdict.open


def test_the_german_states_are_those_of_the_package() -> None:
    """They stand here a second time only to save an import."""
    known = public_holidays._known_places()["DE"]
    assert [state for state in known if len(state) == 2] == list(public_holidays.GERMAN_STATES)


def test_loading_an_inventory_imports_no_holidays(musterstadt: Path) -> None:
    """They cost 60 ms, and most commands need none; nor does a check."""
    code = (
        "import sys, pathlib; from campusctl.inventory.load import load_city, validate; import campusctl.workflow.windows;"
        "root = pathlib.Path(sys.argv[1]); load_city(root); validate(root); sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(musterstadt)], check=False).returncode == 0
