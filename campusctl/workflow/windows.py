"""Lessons, exams and freezes against a plan: which schools must wait, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from campusctl.engine.calendar import (
    SchoolCalendar,
    Verdict,
    Window,
    expected_duration,
    moment_words,
    require_window,
    status,
    windows,
)
from campusctl.engine.occasions import Occasion, occasions
from campusctl.engine.rollout import ORDERED
from campusctl.errors import InventoryError
from campusctl.inventory import lines
from campusctl.inventory.check_calendar import time_zone, unknown_zone
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city, load_for
from campusctl.inventory.public_holidays import public_holidays, unknown_place
from campusctl.model.plan import Change, Plan
from campusctl.model.sentence import sentence

OCCASION_DAYS = 90
"""How far ahead holidays, exams and freezes are shown, at least."""


@dataclass(frozen=True, slots=True)
class ClosedSchool:
    """A school where a plan would disturb somebody now."""

    school: str
    """School id."""
    why: str
    """`lessons until 15:20`; local time."""
    next_open: datetime | None
    """When the next window that is long enough opens (UTC); None: not within a year."""
    next_words: str
    """The same for a person, in the city's time zone: `today at 15:50`; empty without one."""
    devices: tuple[str, ...]
    """The devices whose changes disturb somebody, in the order of the plan."""
    interruptions: tuple[str, ...]
    """Who is disturbed: `s042-a2-sw01: 1/1/7 (Beamer, R101)`."""

    @property
    def what(self) -> str:
        """The refusal in one sentence."""
        if not self.next_words:
            return sentence("{school}: {why}; no window opens within a year", school=self.school, why=self.why)
        return sentence(
            "{school}: {why}; the next window opens {when}", school=self.school, why=self.why, when=self.next_words
        )

    @property
    def hint(self) -> str:
        """What to do about it."""
        return sentence(
            "wait for it, or say why it cannot wait: --now --reason …; see campusctl calendar {school}",
            school=self.school,
        )


@dataclass(frozen=True, slots=True)
class SchoolTime:
    """One school's time, to be shown."""

    school: str
    """School id."""
    name: str
    """Its name."""
    now: datetime
    """The moment it was asked for (UTC)."""
    calendar: SchoolCalendar
    """The school's."""
    verdict: Verdict
    """Whether the window is open now."""
    first_day: date
    """First of the days shown."""
    windows: tuple[Window, ...] = ()
    """Those of the days that were asked for; the last one to its true end, if that is within a year."""
    occasions: tuple[Occasion, ...] = ()
    """What is on in those days, and in `OCCASION_DAYS` at least."""


def calendar_of(root: Path, city: City, school: School) -> SchoolCalendar:
    """A school's calendar; public holidays are looked up when first asked for.

    Raises:
        InventoryError: Nobody knows the city's time zone, or the holidays of its country.
    """
    spec = city.spec.calendar
    zone = time_zone(city.spec.settings.timezone)
    issues = [*unknown_zone(city), *unknown_place(spec)]
    if issues or zone is None:
        raise InventoryError(lines.problems(root, issues))
    return SchoolCalendar(spec, school.spec, zone, partial(public_holidays, spec.country, spec.subdivision))


def closed_schools(root: Path, city: City, plan: Plan, now: datetime) -> tuple[ClosedSchool, ...]:
    """The schools of a plan that must wait for their window; changes that disturb nobody never wait.

    A window that would shut before the plan is done at that school counts as shut.

    Args:
        root: The workspace.
        city: With the plan's schools loaded.
        plan: What shall be done.
        now: With a time zone.

    Raises:
        InventoryError: See `calendar_of`.
        UnknownNameError: A school of the plan is not loaded.
    """
    found = []
    for school, changes in _by_school(plan.pending).items():
        disruptive = [change for change in changes if change.assessment.disruptive]
        if not disruptive:
            continue
        calendar = calendar_of(root, city, city.school(school))
        ordered = sum(change.target.driver in ORDERED for change in changes)
        verdict = require_window(calendar, now, expected_duration(ordered, len(changes) - ordered))
        if not verdict.open:
            found.append(_closed(calendar, verdict, disruptive, now))
    return tuple(found)


def _by_school(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.target.school, []).append(change)
    return found


def _closed(calendar: SchoolCalendar, verdict: Verdict, changes: list[Change], now: datetime) -> ClosedSchool:
    opens = verdict.next_open
    return ClosedSchool(
        school=changes[0].target.school,
        why=verdict.why,
        next_open=opens,
        next_words=moment_words(opens, now, calendar.zone) if opens else "",
        devices=tuple(change.target.device for change in changes),
        interruptions=tuple(
            f"{change.target.device}: {text}" for change in changes for text in change.assessment.interrupts
        ),
    )


def school_time(root: Path, name: str, now: datetime, first_day: date | None = None, days: int = 14) -> SchoolTime:
    """What a school's calendar says.

    Args:
        root: The workspace.
        name: A school's id or short name, or a device's name.
        now: With a time zone.
        first_day: Local date; None: today.
        days: How many are looked at, 1 or more.

    Raises:
        UnknownNameError: The name is about no school; knows what was probably meant.
        InventoryError: The inventory has problems, or see `calendar_of`.
    """
    city = load_for(root, name)
    school = next((one for one in city.schools.values() if name in (one.id, one.short)), None)
    school = school or city.school_of(name)
    calendar = calendar_of(root, city, school)
    first = first_day or calendar.local(now).date()
    return SchoolTime(
        school.id,
        school.spec.name,
        now,
        calendar,
        status(calendar, now),
        first,
        _whole(calendar, windows(calendar, first, days)),
        occasions(calendar, first, max(days, OCCASION_DAYS)),
    )


def _whole(calendar: SchoolCalendar, found: tuple[Window, ...]) -> tuple[Window, ...]:
    """The last window, cut off at the end of the days, to its true end."""
    if not found or calendar.covering(found[-1].end):
        return found
    last = found[-1]
    end = calendar.closing(last.end)
    if end is None:
        return found
    day, days = calendar.local(last.start).date(), (end - last.start).days + 2
    return (*found[:-1], next(one for one in windows(calendar, day, days) if one.end == end)._replace(start=last.start))


def city_time(root: Path, now: datetime) -> tuple[SchoolTime, ...]:
    """Every school's window now, in the order of the schools.

    Raises:
        InventoryError: The inventory has problems, or see `calendar_of`.
    """
    city = load_city(root)
    found = []
    for school in city.schools.values():
        calendar = calendar_of(root, city, school)
        today = calendar.local(now).date()
        found.append(SchoolTime(school.id, school.spec.name, now, calendar, status(calendar, now), today))
    return tuple(found)
