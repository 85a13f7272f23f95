"""What modules for Windows say about a difference, as edits. Each of them says it in its own way, or not at all."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from campusctl.drivers.pc.platforms.base import Event, HostEdit, Json, Shown
from campusctl.model.secret import MASK

UNKNOWN: Final = "?"
"""Shown for a value that the module does not tell."""


def item_of(event: Event) -> Mapping[str, Json] | None:
    """The item of ours that an event is about; None: it is about none."""
    item = event.result.get("item")
    return item if isinstance(item, dict) and _path(item) else None


def edits_of(event: Event, *, done: bool) -> Iterator[HostEdit]:
    """The edits of an item that changed.

    Args:
        event: An `item` event with `changed`, whose item is ours.
        done: It was done.
    """
    item = item_of(event) or {}
    path = _path(item)
    step = f"{event.action.rpartition('.')[2]} {' '.join(path[1:])}"
    if path[0] == "user" and path[-1] == "password":
        yield HostEdit(path, MASK, MASK, f"win_user {' '.join(path[1:])}", done)
        return
    for change in _changes(item, event.result.get("diff")):
        yield HostEdit((*path, *change.field), change.before, change.after, step, done)


def _path(item: Mapping[str, Json]) -> tuple[str, ...]:
    found = item.get("edit")
    return tuple(str(part) for part in found) if isinstance(found, list) and len(found) > 1 else ()


class _Change(NamedTuple):
    field: tuple[str, ...]
    before: Shown
    after: Shown


def _changes(item: Mapping[str, Json], diff: Json) -> tuple[_Change, ...]:
    """At least one: that it changed is certain."""
    parts = [part for part in (diff if isinstance(diff, list) else [diff]) if isinstance(part, dict)]
    found = [change for part in parts for change in _difference(item, part)]
    return tuple(found) or (_stated(item),)


def _difference(item: Mapping[str, Json], diff: Mapping[str, Json]) -> Iterator[_Change]:
    if diff.get("prepared"):
        yield _from_text(item, str(diff["prepared"]))
    elif "before" in diff and "after" in diff:
        before, after = diff["before"], diff["after"]
        if "texts" in item:
            yield _Change((), _listed(before), _listed(after))
        elif item["edit"][0] in {"registry", "time"}:
            yield _Change((), _registry(before), _wanted(item))
        elif isinstance(before, dict) and isinstance(after, dict) and "absent" not in (
            before.get("state"), after.get("state")
        ):  # fmt: skip
            yield from _fields(item, before, after)
        elif isinstance(before, dict) or isinstance(after, dict):
            yield _Change((), _there(before), _there(after))
        elif _plain(before) != _plain(after):
            yield _Change((), _plain(before), _plain(after))


def _fields(item: Mapping[str, Json], before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[_Change]:
    for field in dict.fromkeys((*before, *after)):
        old, new = before.get(field), after.get(field)
        # A list of members in another order is the same.
        same = _members(old) == _members(new)
        if not same and not _is_secret(field, item):
            yield _Change((_OURS.get(field, field),), _shown(old), _shown(new))


_OURS: Final = {"fullname": "title", "description": "title", "account_disabled": "locked"}
"""What modules call fields of accounts and groups, and what a document does."""


def _members(value: Json) -> Json:
    return sorted(map(str, value)) if isinstance(value, list) else value


def _is_secret(field: str, item: Mapping[str, Json]) -> bool:
    return field == "password" and item["edit"][0] == "user"


def _there(found: Json) -> Shown:
    """A whole thing that comes or goes: its version or address where it has one, else that it is there."""
    if not isinstance(found, dict) or not found or found.get("state") == "absent":
        return None
    return str(found.get("version") or found.get("uri") or "present")


def _listed(found: Json) -> Shown:
    items = found.get("items") if isinstance(found, dict) else None
    return _shown(items) if items else None


def _registry(found: Json) -> Shown:
    """The value in a diff of win_regedit: key → name → type and value."""
    values = [value for names in found.values() if isinstance(names, dict) for value in names.values()] if isinstance(
        found, dict
    ) else []  # fmt: skip
    if len(values) != 1 or not isinstance(values[0], dict):
        return None
    value = values[0].get("value")
    if isinstance(value, str) and str(values[0].get("type")).lower() in {"dword", "qword"} and _HEX.fullmatch(value):
        return int(value, 16)
    return _shown(value)


_HEX: Final = re.compile(r"0x[0-9a-f]{1,16}")


def _wanted(item: Mapping[str, Json]) -> Shown:
    return None if item.get("state") == "absent" else _shown(item.get("data"))


def _from_text(item: Mapping[str, Json], text: str) -> _Change:
    """Lines with `-` and `+`, and some without."""
    lines = [line.strip() for line in text.splitlines()]
    old = "\n".join(line[1:] for line in lines if line.startswith("-"))
    new = "\n".join(line[1:] for line in lines if line.startswith("+"))
    if item.get("state") == "absent":
        return _Change((), "present", None)
    return _Change((), old or None, new or "present")


def _stated(item: Mapping[str, Json]) -> _Change:
    """What a module does not tell, told by what was asked for: of two states it was the other one."""
    state = item.get("state")
    if state in _OTHER:
        return _Change((), _OTHER[state], state)
    wanted = _shown(item.get("data", item.get("guid", item.get("name"))))
    return _Change((), UNKNOWN, wanted)


_OTHER: Final = {"present": "absent", "absent": "present", "enabled": "disabled", "disabled": "enabled"}


def _plain(value: Json) -> Shown:
    shown = _shown(value)
    return shown.strip() or None if isinstance(shown, str) else shown


def _shown(value: Json) -> Shown:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
