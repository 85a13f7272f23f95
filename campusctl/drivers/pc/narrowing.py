"""A PC's document cut down to some paths, so that nothing else is changed: to take back a finding or a run."""

from collections.abc import Iterable, Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Json

Paths = Iterable[tuple[str, ...]]
"""Paths of edits: kind, name and perhaps a field."""

KINDS: Final[Mapping[str, str]] = {
    "packages": "package",
    "groups": "group",
    "users": "user",
    "directories": "directory",
    "files": "file",
    "links": "link",
    "absent": "absent",
    "services": "service",
    "cron": "cron",
    "features": "feature",
    "registry_lists": "registry",
    "tasks": "task",
}
"""What an edit of a part of the document is called."""

_LISTED: Final = "lines"
_NESTED: Final = {"blocks": "block", "registry": "registry"}
_WHOLE: Final = {"restore", "format", "os"}
_BY_FIELD: Final = frozenset({"users", "groups", "services"})
"""Parts whose things may be told with some of their fields left out."""


def narrowed(document: Mapping[str, Json], only: Paths) -> Mapping[str, Json]:
    """The document, as far as the paths name it or something in it.

    Args:
        document: Of any system.
        only: Nothing else is changed; none: everything is. A document that restores stays whole.
    """
    paths = frozenset(only)
    if not paths or "restore" in document:
        return document
    found = {part: _part(part, value, paths) for part, value in document.items()}
    return {part: value for part, value in found.items() if part in _WHOLE or value}


def narrowed_roles(roles: Iterable[str], only: Paths) -> tuple[str, ...]:
    """The roles that the paths name; without paths, all."""
    paths = frozenset(only)
    return tuple(role for role in roles if not paths or any(path[:2] in (("role", role), ("role",)) for path in paths))


def _part(part: str, value: Json, paths: frozenset[tuple[str, ...]]) -> Json:
    if part in _WHOLE or not isinstance(value, dict):
        return value if part in _WHOLE or _named((part,), paths) else None
    if part == _LISTED:
        return _lines(value, paths)
    if part in _NESTED:
        return _nested(_NESTED[part], value, paths)
    if part == "printers":
        return _printers(value, paths)
    kind = KINDS.get(part)
    if kind is None:
        return value if _named((part,), paths) else None
    cut = _fields if part in _BY_FIELD else _uncut
    return {name: cut(kind, name, thing, paths) for name, thing in value.items() if _named((kind, name), paths)}


def _named(path: tuple[str, ...], paths: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of the paths is this one, above it or below it."""
    return any(path[: len(one)] == one[: len(path)] for one in paths)


def _uncut(_kind: str, _name: str, thing: Json, _paths: frozenset[tuple[str, ...]]) -> Json:
    return thing


def _fields(kind: str, name: str, thing: Json, paths: frozenset[tuple[str, ...]]) -> Json:
    """Only the fields that are named, and whether it is there at all."""
    if not isinstance(thing, dict):
        return thing
    return {field: told for field, told in thing.items() if field == "state" or _named((kind, name, field), paths)}


def _lines(files: Mapping[str, Json], paths: frozenset[tuple[str, ...]]) -> dict[str, Json]:
    found = {
        file: [line for line in lines if _named(("line", file, str(line.get("name"))), paths)]
        for file, lines in files.items()
    }
    return {file: lines for file, lines in found.items() if lines}


def _nested(kind: str, files: Mapping[str, Json], paths: frozenset[tuple[str, ...]]) -> dict[str, Json]:
    found = {
        file: {name: thing for name, thing in things.items() if _named((kind, file, name), paths)}
        for file, things in files.items()
    }
    return {file: things for file, things in found.items() if things}


def _printers(printers: Mapping[str, Json], paths: frozenset[tuple[str, ...]]) -> dict[str, Json]:
    queues = {name: queue for name, queue in (printers.get("queues") or {}).items() if _named(("printer", name), paths)}
    found: dict[str, Json] = {"queues": queues} if queues else {}
    if "default" in printers and _named(("printer", "default"), paths):
        found["default"] = printers["default"]
    return found
