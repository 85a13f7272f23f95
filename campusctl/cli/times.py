"""Moments as a person reads them."""

from datetime import UTC, datetime


def local(moment: datetime) -> str:
    """In the time zone of this machine: the time, with the day when it is not today."""
    here = moment.astimezone()
    today = datetime.now(tz=UTC).astimezone().date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%Y-%m-%d %H:%M}"
