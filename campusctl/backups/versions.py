"""Which version of a device's text is meant: a hash, `HEAD~2`, `~1`, a date, `yesterday`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from campusctl.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Version:
    """A commit that changed a device's text."""

    commit: str
    """Its id, 40 hex digits."""
    when: datetime
    """When the text was kept (UTC)."""
    author: str
    """Who kept it, without the address."""
    message: str
    """First line of what was said."""
    blob: str
    """Id of the text itself."""
    added: int = 0
    """Lines that came."""
    removed: int = 0
    """Lines that went."""


_HASH: Final = re.compile(r"[0-9a-fA-F]{4,40}")
_HEAD: Final = re.compile(r"HEAD(?:~(\d{0,6})|\^)?")
_BACK: Final = re.compile(r"~(\d{1,6})")
_AGO: Final = re.compile(r"(\d{1,5}) (minute|hour|day|week)s? ago")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2}.*)?")
_LAST: Final = time(23, 59, 59, 999999)
_HINT: Final = "a version is a hash of `campusctl backup log`, ~1, HEAD~2, 2026-11-01, '2026-11-01 14:00' or yesterday"


def moment(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """The moment that a text names, UTC; a day means its end. None when it names none.

    Args:
        text: Such as `2026-11-01`, `2026-11-01 14:00`, `yesterday`, `3 days ago`.
        zone: Whose days these are.
        now: The present.

    Raises:
        UnknownNameError: It looks like a date and is none.
    """
    word = text.strip().lower()
    days = {"today": 0, "yesterday": 1}
    if word == "now":
        return now.astimezone(UTC)
    if word in days:
        day = (now.astimezone(zone) - timedelta(days=days[word])).date()
        return datetime.combine(day, _LAST, zone).astimezone(UTC)
    if found := _AGO.fullmatch(word):
        return _earlier(now, timedelta(**{f"{found[2]}s": int(found[1])}))
    if not _DATE.fullmatch(text.strip()):
        return None
    return _date(text.strip(), zone)


def _earlier(now: datetime, span: timedelta) -> datetime:
    try:
        return now.astimezone(UTC) - span
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _date(text: str, zone: tzinfo) -> datetime:
    try:
        found = datetime.fromisoformat(re.sub(r"(?<=[ T])(\d):", r"0\1:", text))
    except ValueError:
        raise UnknownNameError(f"`{text}` is no date", _HINT) from None
    if len(text) == 10:
        found = datetime.combine(found.date(), _LAST)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise UnknownNameError(f"`{text}` is no date", _HINT) from None


def pick(  # noqa: PLR0913, PLR0917 - what is there, and what is meant
    device: str, versions: Sequence[Version], line: Sequence[str], rev: str, at: datetime | None, zone: tzinfo
) -> Version:
    """The version that is meant.

    Args:
        device: Whose versions these are.
        versions: Newest first.
        line: Ids of every commit, newest first.
        rev: What somebody typed; empty: the newest.
        at: The moment it names, if it names one.
        zone: In which moments are told.

    Raises:
        UnknownNameError: None is meant, or several; says which there are.
    """
    if not versions:
        raise UnknownNameError(f"no backup of {device}", "campusctl backup SCHOOL makes one")
    if not rev:
        return versions[0]
    if at is not None:
        found = next((version for version in versions if version.when <= at), None)
        if found is None:
            oldest = f"{versions[-1].when.astimezone(zone):%Y-%m-%d %H:%M %Z}"
            raise UnknownNameError(f"no backup of {device} is as old as {rev}", f"the oldest one is of {oldest}")
        return found
    if back := _BACK.fullmatch(rev):
        return _nth(device, versions, int(back[1]))
    return _of_commit(device, versions, line, _position(device, versions, line, rev))


def _nth(device: str, versions: Sequence[Version], number: int) -> Version:
    if number >= len(versions):
        raise UnknownNameError(
            f"{device} has no version ~{number}", f"there are {len(versions)}; the oldest one is ~{len(versions) - 1}"
        )
    return versions[number]


def _position(device: str, versions: Sequence[Version], line: Sequence[str], rev: str) -> int:
    """Which commit of all is meant."""
    if head := _HEAD.fullmatch(rev):
        back = 1 if rev.endswith("^") else int(head[1] or 1) if head[1] is not None else 0
        if back >= len(line):
            raise UnknownNameError(f"no commit {rev}", f"there are {len(line)}; the oldest one is HEAD~{len(line) - 1}")
        return back
    if not _HASH.fullmatch(rev):
        raise UnknownNameError(f"no version `{rev}`", _HINT)
    found = [number for number, commit in enumerate(line) if commit.startswith(rev.lower())]
    if len(found) > 1:
        raise UnknownNameError(f"several commits begin with {rev}", "type more of it")
    if not found:
        newest = ", ".join(version.commit[:10] for version in versions[:3])
        raise UnknownNameError(f"no commit {rev}", f"the newest ones of {device}: {newest}")
    return found[0]


def _of_commit(device: str, versions: Sequence[Version], line: Sequence[str], position: int) -> Version:
    """What a device's text was when a commit was made."""
    older = frozenset(line[position:])
    found = next((version for version in versions if version.commit in older), None)
    if found is None:
        raise UnknownNameError(
            f"{device} was not kept yet at {line[position][:10]}", f"its oldest version: {versions[-1].commit[:10]}"
        )
    return found
