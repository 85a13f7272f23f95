"""Times and spans as people type and read them: in the city's time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

import click

_SPAN: Final = re.compile(r"([1-9][0-9]{0,4}) ?([mhdwy])")
_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def shown(moment: datetime | None, zone: tzinfo) -> str:
    """A moment for a person, such as `2026-11-26 09:05`; empty for none."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def parse_span(text: str, units: str = "dwy") -> timedelta:
    """A span such as `90d`, `12w` or `1y` (365 days).

    Raises:
        click.BadParameter: It is none.
    """
    found = _SPAN.fullmatch(text.strip().lower())
    if not found or found[2] not in units:
        raise click.BadParameter(f"{text!r} is no span of time, such as 90d, 12w or 1y")
    return int(found[1]) * _UNITS[found[2]]


def parse_until(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A moment: `14:00` (today), `2026-11-27T14:00`, a day (to its end), or a span from now such as `90m` or `2h`.

    Raises:
        click.BadParameter: It is none.
    """
    typed = text.strip()
    if _SPAN.fullmatch(typed.lower()):
        return now + parse_span(typed, "mhdw")
    found = _CLOCK.fullmatch(typed)
    try:
        if found:
            return _local(datetime.combine(now.astimezone(zone).date(), time(int(found[1]), int(found[2]))), zone)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
            return _local(datetime.combine(date.fromisoformat(typed) + timedelta(days=1), time()), zone)
        return _local(datetime.fromisoformat(typed), zone)
    except (ValueError, OverflowError):
        hint = "14:00, 2026-11-27T14:00, 2026-11-27 or 2h"
        raise click.BadParameter(f"{text!r} is no time, such as {hint}") from None


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """In UTC; a moment without a zone is the city's. One that the clocks skip in spring is told an hour later."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
