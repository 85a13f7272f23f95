"""Google's own description of an Android policy, which google-api-python-client ships: checked without a network."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.sentence import N_, sentence

_Schema = Mapping[str, Any]
_Path = tuple[str | int, ...]

_FILE: Final = "discovery_cache/documents/androidmanagement.v1.json"
_GOOGLES: Final = {"name": N_("Google names it: `policy_name` says how"), "version": N_("Google counts it")}
_DEEPEST: Final = 30
"""Levels; Google's description nests 8."""
_INT32: Final = 2**31
_WORDS: Final = {
    "string": N_("a text"), "boolean": N_("true or false"), "integer": N_("a whole number"), "number": N_("a number"),
    "array": N_("a list"), "object": N_("a map"),
}  # fmt: skip


class PolicyProblem(NamedTuple):
    """One thing wrong with a policy."""

    path: tuple[str | int, ...]
    """Keys down to it; numbers count the items of a list from 0."""
    what: str
    """One sentence."""
    hint: str = ""
    """What to do about it."""

    @property
    def name(self) -> str:
        """The path as a person writes it: `systemUpdate.type`, `applications[0].installType`."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return text.removeprefix(".")


@lru_cache(1)
def schemas() -> Mapping[str, Any] | None:
    """Google's schemas by name; None: the extra [android] is not installed."""
    found = find_spec("googleapiclient")
    for folder in (found.submodule_search_locations if found else None) or ():
        file = Path(folder) / _FILE
        if file.is_file():
            known: Mapping[str, Any] = json.loads(file.read_bytes())["schemas"]
            return known
    return None


def policy_problems(policy: Mapping[str, Any]) -> Iterator[PolicyProblem]:
    """What Google would not take of a policy: unknown fields, values of the wrong type, unknown words.

    Nothing is said where the extra [android] is not installed.
    """
    known = schemas() if policy else None
    if known is None:
        return
    for name in policy.keys() & _GOOGLES.keys():
        yield PolicyProblem((name,), sentence("is not ours to set"), sentence(_GOOGLES[name]))
    rest = {name: value for name, value in policy.items() if name not in _GOOGLES}
    yield from _object(known, known["Policy"], rest, ())


def _check(known: _Schema, schema: _Schema, value: Any, path: _Path) -> Iterator[PolicyProblem]:  # noqa: ANN401 - plain data
    if len(path) > _DEEPEST:
        yield PolicyProblem(path, sentence("nests too deep"))
        return
    while "$ref" in schema:
        schema = known[schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any":
        return
    if not _is(kind, value):
        hint = (
            sentence("put the number in quotes: Google wants it as a text")
            if kind == "string" and _is("integer", value)
            else ""
        )
        yield PolicyProblem(
            path, sentence("must be {wanted}, not {found}", wanted=sentence(_WORDS[kind]), found=_said(value)), hint
        )
    elif kind == "object":
        yield from _object(known, schema, value, path)
    elif kind == "array":
        for number, item in enumerate(value):
            yield from _check(known, schema["items"], item, (*path, number))
    else:
        yield from _scalar(schema, value, path)


def _scalar(schema: _Schema, value: Any, path: _Path) -> Iterator[PolicyProblem]:  # noqa: ANN401 - plain data
    """One value of the right type."""
    if "enum" in schema and value not in schema["enum"]:
        hint = did_you_mean(value, schema["enum"]) or sentence("one of {names}", names=", ".join(schema["enum"][1:]))
        yield PolicyProblem(path, sentence("{value} is no value for it", value=repr(value)), hint)
    elif schema.get("format") == "int64" and not value.removeprefix("-").isdigit():
        yield PolicyProblem(path, sentence("{value} is no whole number", value=repr(value)))
    elif schema["type"] == "integer" and not -_INT32 <= value < _INT32:
        yield PolicyProblem(path, sentence("{value} is too large", value=value))


def _object(known: _Schema, schema: _Schema, value: _Schema, path: _Path) -> Iterator[PolicyProblem]:
    fields = schema.get("properties", {})
    for name, item in value.items():
        if name in fields:
            if fields[name].get("readOnly"):
                yield PolicyProblem((*path, name), sentence("is told by Google and cannot be set"))
            else:
                yield from _check(known, fields[name], item, (*path, name))
        elif "additionalProperties" in schema:
            yield from _check(known, schema["additionalProperties"], item, (*path, name))
        else:
            hint = did_you_mean(name, fields) or sentence("developers.google.com/android/management lists the fields")
            yield PolicyProblem((*path, name), sentence("Google's Android policy has no such field"), hint)


def _is(kind: str, value: Any) -> bool:  # noqa: ANN401 - plain data
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number"):
        return not isinstance(value, bool) and isinstance(value, int if kind == "integer" else int | float)
    return isinstance(value, {"string": str, "array": list, "object": dict}[kind])


def _said(value: Any) -> str:  # noqa: ANN401 - plain data
    return sentence(_FOUND.get(type(value), N_("nothing")))


_FOUND: Final[Mapping[type, str]] = {
    bool: N_("true or false"), int: N_("a number"), float: N_("a number"), str: N_("a text"), list: N_("a list"),
    dict: N_("a map"),
}  # fmt: skip
