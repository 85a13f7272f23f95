"""What the inventory files may say about time: lessons, days off, exams, freezes, and when a network may be disturbed.

All times are local ones, in the city's time zone (`settings.timezone` in city.yml).
"""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from campusctl.model import names
from campusctl.model.frozen import Frozen
from campusctl.model.names import IsoDate, Lesson, Line, RoomId

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `date.weekday()`."""

Minutes: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=720)]


def _alone_is_a_list(value: object) -> object:
    """`09:00-13:00` is short for a list of one."""
    return [value] if isinstance(value, str) else value


def _date_alone(value: object) -> object:
    """`2027-02-08` is short for `{date: 2027-02-08}`."""
    return {"date": value} if isinstance(value, str) else value


Times: TypeAlias = Annotated[
    tuple[Lesson, ...], BeforeValidator(_alone_is_a_list, json_schema_input_type=Lesson | tuple[Lesson, ...])
]
"""Spans of one day, in order: a list, or one alone."""

Moment: TypeAlias = Annotated[str, Field(pattern=names.MOMENT)]
"""A date, or a date and a local time."""


class Days(Frozen):
    """One day (`date`), or several (`first` and `last`)."""

    date: IsoDate | None = None
    """The day, if it is one."""
    first: IsoDate | None = None
    """First day."""
    last: IsoDate | None = None
    """Last day, itself among them; none: the first one only."""


class Holiday(Days):
    """School holidays of the whole city, or of the state."""

    name: Annotated[Line, Field(min_length=1)]
    """What they are called."""


class DayOff(Days):
    """A day without lessons at one school."""

    name: Line = "day off"
    """What it is."""


DayOffEntry: TypeAlias = Annotated[DayOff, BeforeValidator(_date_alone, json_schema_input_type=IsoDate | DayOff)]


class Exam(Days):
    """A time in which nothing may be disturbed, on school days and on others."""

    name: Annotated[Line, Field(min_length=1)]
    """What is written."""
    times: Times = ()
    """From when to when on each of its days; none: all day."""
    rooms: tuple[RoomId, ...] = ()
    """Where, for people; a switch serves more than one room, so the whole school is left in peace."""


class Freeze(Frozen):
    """A time without any disruptive change, by day and by night."""

    name: Annotated[Line, Field(min_length=1)]
    """What it is called."""
    first: Moment
    """First day, or the moment it begins."""
    last: Moment | None = None
    """Last day, itself part of it, or the moment it ends; none: the first day only."""
    reason: Line = ""
    """Why, in one sentence."""


class Maintenance(Frozen):
    """When disruptive changes may go on a day with lessons."""

    before_lessons: Minutes = 30
    """Minutes before lessons and exams in which nothing is disturbed any more."""
    after_lessons: Minutes = 30
    """Minutes after lessons and exams in which nothing is disturbed yet."""
    longest_break: Minutes = 120
    """A gap between two lessons of up to so many minutes is part of the school day."""
    hours: Lesson | None = None
    """On days with lessons only within these hours, such as `18:00-06:00`; none: at any time outside lessons."""


class CityCalendar(Frozen):
    """Holidays and freezes that hold in every school."""

    country: Annotated[str, Field(pattern=names.COUNTRY)] = ""
    """Country whose public holidays are without lessons, such as `DE`; empty: none are known."""
    subdivision: Annotated[str, Field(pattern=names.SUBDIVISION)] = ""
    """State or region of that country, such as `NW`."""
    school_holidays: tuple[Holiday, ...] = ()
    """School holidays, which no package knows."""
    freezes: tuple[Freeze, ...] = ()
    """Times without any disruptive change in the whole city."""
    maintenance: Maintenance = Maintenance()
    """When disruptive changes may go on a day with lessons."""
    lessons: Times = ("07:30-16:00",)
    """Lessons of a school that lists none."""


class SchoolDays(Frozen):
    """What a school says about its own time."""

    lessons: tuple[Lesson, ...] = ()
    """Lesson times of a school day, in order; none: those of the city."""
    lesson_days: tuple[Weekday, ...] | None = None
    """Days of the week with lessons; none: Monday to Friday, and the days in `lessons_on`."""
    lessons_on: dict[Weekday, Times] = Field(default_factory=dict)
    """Lesson times of single days of the week, instead of `lessons`."""
    days_off: tuple[DayOffEntry, ...] = ()
    """Days without lessons: dates, or entries with a name."""
    exams: tuple[Exam, ...] = ()
    """Exams."""
    freezes: tuple[Freeze, ...] = ()
    """Times without any disruptive change at this school."""
