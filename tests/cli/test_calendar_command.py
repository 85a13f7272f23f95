"""`campusctl calendar` as a person or a script meets it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campusctl.cli import calendar_views
from campusctl.cli.main import call
from campusctl.workflow.windows import city_time, school_time

Run = Callable[..., tuple[int, str, str]]
NOON = datetime(2026, 11, 26, 11, 36, tzinfo=UTC)
"""12:36 on a Thursday in Musterstadt."""


@pytest.fixture
def run(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in the example city; gives exit code, stdout and stderr."""

    def run_it(*arguments: str) -> tuple[int, str, str]:
        code = call(["--workspace", str(musterstadt), "calendar", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_it


def test_a_school_at_noon(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Now, the lessons, the coming windows, and what is coming."""
    calendar_views.show_school(school_time(musterstadt, "s042", NOON, days=4), as_json=False)
    assert capsys.readouterr().out == (
        "schule-042  Gymnasium Am Stadtpark\n"
        "  now      Thu 2026-11-26 12:36, Europe/Berlin\n"
        "  shut     lessons until 15:20\n"
        "  opens    today at 15:50\n"
        "  lessons  Mon-Thu 07:45-15:20, 8 a day\n"
        "  ·        Fri 07:45-13:05, 6 a day\n"
        "\n"
        "windows\n"
        "  from                  to                    for\n"
        "  Thu 2026-11-26 15:50  Fri 2026-11-27 07:15  15 h 25 min\n"
        "  Fri 2026-11-27 13:35  Mon 2026-11-30 07:15  2 days 17 h  Sat, Sun\n"
        "\n"
        "coming\n"
        "  Wed 2026-12-23 to Wed 2027-01-06  Weihnachtsferien (school holidays)\n"
        "  Fri 2026-12-25                    Christmas Day (public holiday)\n"
        "  Sat 2026-12-26                    Second Day of Christmas (public holiday)\n"
        "  Fri 2027-01-01                    New Year's Day (public holiday)\n"
        "  Wed 2027-01-27                    Vorabitur Informatik (exam)\n"
        "                                    09:00-13:15, R201\n"
        "  Mon 2027-02-08                    Rosenmontag (day off)\n"
    )


def test_a_window_that_is_open_is_shown_from_now_to_its_true_end(
    musterstadt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when that is days after the last day asked for; what it holds is wrapped at 80 columns."""
    now = datetime(2026, 12, 22, 16, 0, tzinfo=UTC)
    calendar_views.show_school(school_time(musterstadt, "schule-101", now, days=2), as_json=False)
    out = capsys.readouterr().out
    assert "  open     after lessons; shuts Thu 2027-01-07 at 07:00\n" in out
    assert (
        "  Tue 2026-12-22 17:00  Thu 2027-01-07 07:00  15 days 14 h  Weihnachtsferien,\n"
        "                                                            Christmas Day,\n"
        "                                                            Second Day of\n"
        "                                                            Christmas, New\n"
        "                                                            Year's Day\n"
    ) in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_school_in_a_freeze_without_end(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No window, no date."""
    path = musterstadt / "inventory/schools/schule-007/school.yml"
    path.write_text(path.read_text() + "freezes: [{name: Umzug, first: 2026-01-01, last: 2029-01-01}]\n")
    calendar_views.show_school(school_time(musterstadt, "schule-007", NOON), as_json=False)
    out = capsys.readouterr().out
    assert "  shut     freeze Umzug until Mon 2029-01-01\n  opens    not within a year\n" in out
    assert "windows\n  from  to  for\n  none\n" in out
    calendar_views.show_city(city_time(musterstadt, NOON), as_json=False)
    assert "  schule-007  shut  not within a year  freeze Umzug until Mon 2029-01-01\n" in capsys.readouterr().out


def test_a_place_without_lessons_and_holidays(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Open all year; hours are told where the city has some."""
    city = musterstadt / "inventory/city.yml"
    before = city.read_text().partition("calendar:\n")[0]
    city.write_text(f"{before}calendar: {{maintenance: {{hours: 18:00-06:00}}}}\n")
    school = musterstadt / "inventory/schools/schule-007/school.yml"
    school.write_text(school.read_text() + "lesson_days: []\n")
    calendar_views.show_school(school_time(musterstadt, "s007", NOON, days=1), as_json=False)
    assert capsys.readouterr().out == (
        "schule-007  Grundschule Am Anger\n"
        "  now      Thu 2026-11-26 12:36, Europe/Berlin\n"
        "  open     no lessons: Thu; for a year or more\n"
        "  lessons  none\n"
        "  hours    18:00-06:00 on days with lessons\n"
        "\n"
        "windows\n"
        "  from                  to                    for\n"
        "  Thu 2026-11-26 12:36  Fri 2026-11-27 00:00  11 h 24 min  Thu\n"
        "\n"
        "coming\n"
        "  no holiday, exam or freeze\n"
    )


def test_every_school_has_a_line(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Open or shut, until when, and why; within 80 columns."""
    calendar_views.show_city(city_time(musterstadt, NOON.replace(hour=12, minute=10)), as_json=False)
    assert capsys.readouterr().out == (
        "  school      now   until              why\n"
        "  schule-007  open  tomorrow at 07:30  after lessons\n"
        "  schule-042  shut  today at 15:50     lessons until 15:20\n"
        "  schule-101  shut  today at 17:00     lessons until 16:30\n"
        "1 of 3 schools open for disruptive changes.\n"
    )


def test_the_json_of_a_school(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Times in UTC."""
    calendar_views.show_school(school_time(musterstadt, "s042", NOON, date(2027, 1, 26), 2), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "school": "schule-042",
        "open": False,
        "why": "lessons until 15:20",
        "until": "2026-11-26T14:20:00+00:00",
        "next_open": "2026-11-26T14:50:00+00:00",
        "name": "Gymnasium Am Stadtpark",
        "timezone": "Europe/Berlin",
        "now": "2026-11-26T11:36:00+00:00",
        "day": {
            "date": "2027-01-26",
            "lessons": [
                "07:45-08:30", "08:35-09:20", "09:40-10:25", "10:30-11:15", "11:30-12:15", "12:20-13:05", "13:45-14:30",
                "14:35-15:20",
            ],
            "why_none": "",
        },
        "windows": [
            {"start": "2027-01-25T23:00:00+00:00", "end": "2027-01-26T06:15:00+00:00", "why": ""},
            {"start": "2027-01-26T14:50:00+00:00", "end": "2027-01-27T06:15:00+00:00", "why": ""},
            {"start": "2027-01-27T14:50:00+00:00", "end": "2027-01-28T06:15:00+00:00", "why": ""},
        ],
        "coming": found["coming"],
    }  # fmt: skip
    assert found["coming"][0] == {
        "first": "2027-01-27",
        "last": "2027-01-27",
        "kind": "exam",
        "name": "Vorabitur Informatik",
        "detail": "09:00-13:15, R201",
    }


def test_from_the_command_line(run: Run) -> None:
    """The clock is the machine's; the days are those asked for."""
    code, out, err = run("s042", "--from", "2027-04-10", "--days", "7")
    assert (code, err) == (0, "")
    assert "  Sat 2027-04-10 00:00  Mon 2027-04-12 00:00  2 days  Sat, Sun\n" in out
    assert "  Mon 2027-04-12 to Fri 2027-04-23  Zentralabitur (freeze)\n" in out
    code, out, err = run("--json")
    assert (code, err) == (0, "")
    assert [school["school"] for school in json.loads(out)] == ["schule-007", "schule-042", "schule-101"]
    assert run()[1].endswith(" of 3 schools open for disruptive changes.\n")


def test_a_device_leads_to_its_school(run: Run) -> None:
    """Whoever knows the switch only."""
    assert run("s042-a1-sw01")[1].startswith("schule-042  Gymnasium Am Stadtpark\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["schule-043"], 1, "error: no school or device `schule-043`\nhint: did you mean schule-042"),
        (["s042-a1-sw99"], 1, "error: no device `s042-a1-sw99`\nhint: did you mean "),
        (["s042", "--days", "0"], 2, "0 is not in the range 1<=x<=366"),
        (["s042", "--days", "367"], 2, "367 is not in the range 1<=x<=366"),
        (["s042", "--from", "2027-02-30"], 2, "'2027-02-30' does not match the format '%Y-%m-%d'"),
        (["s042", "--from", "9999-12-31"], 2, "--from is a day of the years 2000 to 2099"),
        (["--from", "2027-02-01"], 2, "--days and --from go with a SCHOOL"),
        (["s042", "s007"], 2, "unexpected extra argument (s007)"),
    ],
)
def test_what_is_typed_wrong_is_told(run: Run, arguments: list[str], code: int, words: str) -> None:
    """With a hint, on stderr, and nothing on stdout."""
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert words in err
