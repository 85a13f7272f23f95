"""Lines of a user's crontab, each below a mark with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from .edits import MASK, Edit, Trouble, Work
from .pc import Pc, secret

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "#campusctl: "


def entry(table: str, name: str) -> str | None:
    """The line below the mark of `name`; empty: the mark stands alone; None: it is not there."""
    rows = table.split("\n")
    for number, row in enumerate(rows):
        if row == _MARK + name:
            below = rows[number + 1] if number + 1 < len(rows) else ""
            return "" if below.startswith(_MARK) else below
    return None


def with_entry(table: str, name: str, line: str | None) -> str:
    """The table with `line` below the mark of `name`, once; without both where `line` is None."""
    rows = table.split("\n")
    if rows and rows[-1] == "":
        rows.pop()
    new: list[str] = []
    place: int | None = None
    while rows:
        row = rows.pop(0)
        if row != _MARK + name:
            new.append(row)
            continue
        place = len(new) if place is None else place
        if rows and not rows[0].startswith(_MARK):
            rows.pop(0)
    if line is not None:
        place = len(new) if place is None else place
        new[place:place] = [_MARK + name, line]
    return "".join(f"{row}\n" for row in new)


def look(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Entries that are not as they should be."""
    tables: dict[str, str | None] = {}
    works: list[Work] = []
    for name, given in wanted.items():
        user = given.get("user", "root")
        if user not in tables:
            tables[user] = _read(pc, user)
        table = tables[user] or ""
        present = given.get("state", "present") == "present"
        line = f"{given['schedule']} {pc.expand(given.get('command', ''))}" if present else None
        before = entry(table, name)
        pc.saw(("cron", name), [user, before, table.split("\n").count(_MARK + name)])
        if with_entry(table, name, line) != table and (before is not None or line is not None):
            hidden = secret(given.get("command", ""))
            edit = Edit(("cron", name), _shown(before, hidden), _shown(line, hidden), f"crontab of {user}")
            works.append(Work([edit], _maker(pc, user, name, line)))
    return works


def _shown(line: str | None, hidden: bool) -> str | None:  # noqa: FBT001 - a display rule
    return MASK if line and hidden else line


def _read(pc: Pc, user: str) -> str | None:
    """A user's crontab; None: there is none, or nobody who could have one."""
    done = pc.machine.run(["crontab", "-u", user, "-l"])
    return None if done.code else done.out


def _maker(pc: Pc, user: str, name: str, line: str | None) -> Callable[[], None]:
    def make() -> None:
        done = pc.machine.run(["crontab", "-u", user, "-l"])
        if done.code and "no crontab" not in done.err:
            raise Trouble("rejected", f"crontab of {user}: {done.words}", "is the package cron in the document?")
        table = done.out if not done.code else ""
        pc.machine.must(["crontab", "-u", user, "-"], stdin=with_entry(table, name, line))

    return make
