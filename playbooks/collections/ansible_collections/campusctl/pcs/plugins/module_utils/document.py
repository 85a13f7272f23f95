"""A document is checked whole before anything is looked at: kinds, fields, names, and paths that collide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .edits import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STATE = ("present", "absent")
_FILE = {"content": str, "mode": "mode", "owner": "owner", "group": "owner", "validate": "words", "run": "run"}
_USER = {
    "state": _STATE,
    "uid": int,
    "group": "account",
    "groups": "accounts",
    "exact_groups": bool,
    "shell": "path",
    "home": "path",
    "title": "title",
    "password": "word",
    "locked": bool,
}
_LINE = {"name": "word", "match": "word", "line": "word", "state": _STATE, "run": "run"}
_QUEUE = {"state": _STATE, "uri": "uri", "model": "word", "info": "word", "location": "word"}
_CRON = {"user": "account", "schedule": "schedule", "command": "word", "state": _STATE}
_KINDS: Mapping[str, tuple[str, Any]] = {
    "packages": ("package", _STATE),
    "groups": ("account", {"state": _STATE, "gid": int}),
    "users": ("account", _USER),
    "directories": ("path", {"mode": "mode", "owner": "owner", "group": "owner"}),
    "files": ("path", _FILE),
    "links": ("path", "word"),
    "absent": ("path", bool),
    "lines": ("path", [_LINE]),
    "blocks": ("path", {"*": {"content": str, "state": _STATE, "run": "run"}}),
    "services": ("unit", {"enabled": bool, "running": bool, "masked": bool}),
    "cron": ("marker", _CRON),
}
_PATTERNS = {
    "package": (re.compile(r"[a-z0-9][a-z0-9+.-]{1,100}(:[a-z0-9-]+)?"), "a package's name"),
    "account": (re.compile(r"[a-z_][a-z0-9_-]{0,31}"), "a user's or group's name"),
    "owner": (re.compile(r"[a-z_][a-z0-9_-]{0,31}|[0-9]{1,10}"), "a user's or group's name or number"),
    "path": (
        re.compile(r"(/(?!\.{1,2}(/|\Z))[^/\x00-\x1f\x7f]{1,255}){1,64}"),
        "an absolute path without `.`, `..` and `//`",
    ),
    "unit": (re.compile(r"[A-Za-z0-9_.:\\][A-Za-z0-9:_.\\@-]{0,200}"), "a unit's name"),
    "marker": (re.compile(r"[^\x00-\x1f\x7f]{1,100}"), "a name in one line"),
    "mode": (re.compile(r"0?[0-7]{3,4}"), "an octal mode such as 0644"),
    "title": (re.compile(r"[^\x00-\x1f\x7f:,=]{0,200}"), "a title without `:`, `,` and `=`"),
    "word": (re.compile(r"[^\x00-\x1f\x7f]*"), "a text in one line"),
    "uri": (re.compile(r"[a-z][a-z0-9+.-]*:[!-;=-~]{1,500}"), "a device URI without secrets"),
    "queue": (re.compile(r"(?!default\Z)[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}"), "a print queue's name"),
    "schedule": (
        re.compile(r"@(reboot|hourly|daily|weekly|monthly|yearly)|[0-9*,/a-zA-Z-]+( [0-9*,/a-zA-Z-]+){4}"),
        "five fields or @daily",
    ),
    "run": (
        re.compile(r"(restart|reload):[A-Za-z0-9_.:\\][A-Za-z0-9:_.\\@-]*|sysctl|locale|nft|dconf|daemon-reload"),
        "a run",
    ),
    "interface": (re.compile(r"\*|[A-Za-z0-9_.][A-Za-z0-9_.@-]{0,14}"), "an interface or *"),
    "keep": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"), "the id of a kept change"),
}
_SINGLE = {
    "printers": {"queues": {"*queue": _QUEUE}, "default": "queue"},
    "wol": {"interface": "interface", "enabled": bool},
    "restore": "keep",
}
_NEEDED = {"files": "content", "blocks": "content", "cron": "schedule", "lines": "line"}


def check(document: Mapping[str, Any]) -> None:
    """Raises Trouble `malformed` for a document that is not one of format 1 for Linux."""
    if document.get("format") != 1 or document.get("os") != "linux":
        raise _bad(
            "the document", "is not of format 1 for linux", "campusctl and its collection are not of one version"
        )
    kinds = {kind: value for kind, value in document.items() if kind not in ("format", "os")}
    if "restore" in kinds and len(kinds) > 1:
        raise _bad("restore", "stands alone in a document")
    for kind, value in kinds.items():
        if kind in _SINGLE:
            _value(kind, value, _SINGLE[kind])
        elif kind in _KINDS:
            name, shape = _KINDS[kind]
            _value(kind, value, {f"*{name}": shape})
        else:
            raise _bad(kind, "is not a kind that this module knows")
    _needed(kinds)
    _apart(kinds)


def _bad(where: str, what: str, hint: str = "") -> Trouble:
    return Trouble("malformed", f"{where} {what}", hint)


def _value(where: str, value: Any, shape: Any) -> None:  # noqa: ANN401 - JSON
    if isinstance(shape, dict):
        _mapping(where, value, shape)
    elif isinstance(shape, list):
        for item in _of(where, value, list):
            _value(where, item, shape[0])
    elif isinstance(shape, tuple):
        if value not in shape:
            raise _bad(where, f"is {value!r}, which is none of {', '.join(shape)}")
    elif isinstance(shape, type):
        _of(where, value, shape)
    elif shape in ("words", "accounts"):
        for item in _of(where, value, list):
            _text(where, item, "word" if shape == "words" else "account")
    else:
        _text(where, value, shape)


def _mapping(where: str, value: Any, shape: dict[str, Any]) -> None:  # noqa: ANN401 - JSON
    names = next((name[1:] for name in shape if name.startswith("*")), None)
    for key, item in _of(where, value, dict).items():
        if names is not None:
            _text(where, key, names or "marker")
            _value(f"{where} {key}", item, shape[f"*{names}"])
        elif key in shape:
            _value(f"{where} {key}", item, shape[key])
        else:
            raise _bad(where, f"has no field {key!r}")


def _of(where: str, value: Any, kind: type) -> Any:  # noqa: ANN401 - JSON
    if type(value) is not kind:
        raise _bad(where, f"is not of type {kind.__name__}")
    if isinstance(value, int) and value < 0:
        raise _bad(where, "is below 0")
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise _bad(where, "has a character that no text has")
    return value


def _text(where: str, value: Any, name: str) -> None:  # noqa: ANN401 - JSON
    pattern, words = _PATTERNS[name]
    if not pattern.fullmatch(_of(where, value, str)):
        raise _bad(where, f"is not {words}: {value[:80]!r}")


def _needed(kinds: Mapping[str, Any]) -> None:
    for kind, field in _NEEDED.items():
        for name, item in _items(kind, kinds.get(kind, {})):
            if field not in item and item.get("state", "present") == "present":
                raise _bad(f"{kind} {name}", f"needs {field}")
    for path, item in _items("lines", kinds.get("lines", {})):
        if not item.get("name"):
            raise _bad(f"lines {path}", "needs a name")
        if item.get("state") == "absent" and not (item.get("match") or item.get("line")):
            raise _bad(f"lines {path}", "needs match or line")


def _items(kind: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in given.items():
        for item in value if kind == "lines" else value.values() if kind == "blocks" else [value]:
            yield name, item


def _apart(kinds: Mapping[str, Any]) -> None:
    """A path belongs to one kind, and nothing that stays lies below something that goes or is a file."""
    places: dict[str, str] = {}
    for kind, path in _places(kinds):
        if path in places and places[path] != kind:
            raise _bad(f"{kind} {path}", f"stands in {places[path]} as well")
        places[path] = kind
    for path, kind in places.items():
        above = path.rpartition("/")[0]
        while above:
            if places.get(above, "directories") != "directories":
                raise _bad(f"{kind} {path}", f"lies below {above}, which stands in {places[above]}")
            above = above.rpartition("/")[0]


def _places(kinds: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("directories", "files", "links"):
        for path in kinds.get(kind, {}):
            yield kind, path
    for path, wanted in kinds.get("absent", {}).items():
        if wanted:
            yield "absent", path
    for kind in ("lines", "blocks"):
        for path in kinds.get(kind, {}):
            yield "lines", path
