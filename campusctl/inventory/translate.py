"""What a model refuses, in the words of the file: which key, what is wrong with it, what it should be."""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from campusctl.inventory.issue import Issue, Place
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model import pc_names, pc_windows, queues
from campusctl.model.names import RULES
from campusctl.model.sentence import N_, Sentence, joined, sentence


def issues_of(file: str, model: type[BaseModel], error: ValidationError, prefix: Place = ()) -> list[Issue]:
    """Every complaint of a model about the data of a file.

    Args:
        file: The file, relative to the workspace.
        model: What the data should have been.
        error: What pydantic said.
        prefix: Keys above the data in the file.
    """
    found = []
    for detail in error.errors(include_url=False):
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        what, hint = _words(detail, model, loc)
        shown = loc[:-1] if detail["type"] in ("missing", "extra_forbidden") else loc
        found.append(Issue(file, prefix + loc, _subject(prefix + shown), what, hint))
    return found


def _subject(place: Place) -> str:
    """`devices.s042-r101-sw01.ports.7` is about `s042-r101-sw01: ports.7`."""
    if place[:1] == ("devices",) and len(place) > 1:
        rest = ".".join(map(str, place[2:]))
        return f"{place[1]}: {rest}" if rest else str(place[1])
    return ".".join(map(str, place))


def _words(detail: ErrorDetails, model: type[BaseModel], loc: Place) -> tuple[str, str]:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "missing":
        return sentence("`{field}` is missing", field=loc[-1]), ""
    if kind == "extra_forbidden":
        known = fields_at(model, loc[:-1])
        hint = did_you_mean(str(loc[-1]), known) or (
            sentence("known are {names}", names=", ".join(known)) if known else ""
        )
        return sentence("unknown field `{field}`", field=loc[-1]), hint
    if detail["input"] is None:
        return sentence("has no value"), sentence("say one, or delete the line")
    if kind == "string_pattern_mismatch":
        what = sentence("{value} is not {rule}", value=_shown(detail["input"]), rule=_rule(context))
        return what, _pattern_hint(detail["input"], str(context["pattern"]))
    if kind in ("value_error", "assertion_error"):
        return joined((_shown(detail["input"]), _refusal(detail)), ": "), ""
    if kind in _TABLE:
        what = sentence(_TABLE[kind], **{**_filled(context), "value": _shown(detail["input"])})
        return what, _type_hint(kind, detail["input"])
    return sentence("{value} is not what is expected here", value=_shown(detail["input"])), ""


def _refusal(detail: ErrorDetails) -> str:
    """What a model's own check says; a sentence stays one."""
    error = detail.get("ctx", {}).get("error", detail["msg"])
    said = error.args[0] if isinstance(error, Exception) and error.args else error
    return said if isinstance(said, Sentence) else str(error)


def _filled(context: Mapping[str, Any]) -> dict[str, Any]:
    """What pydantic knows of a refusal, with the `or` of what it expected as a word of ours."""
    expected = str(context.get("expected", ""))
    others, _, last = expected.rpartition(" or ")
    row = sentence("{names} or {last}", names=others, last=last) if others else expected
    return {**context, "expected": row}


def _rule(context: Mapping[str, Any]) -> str:
    pattern = str(context.get("pattern", ""))
    tables = (RULES, pc_windows.RULES, queues.RULES, pc_names.RULES)
    found = next((table[pattern] for table in tables if pattern in table), "")
    return sentence(found) if found else sentence("of the form {pattern}", pattern=pattern)


def _pattern_hint(value: object, pattern: str) -> str:
    if isinstance(value, str) and value != value.strip() and re.search(pattern, value.strip()):
        return sentence("there is a space at its start or end")
    small = isinstance(value, str) and value.lower() != value and re.search(pattern, value.lower())
    return sentence("small letters only") if small else ""


def _type_hint(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return sentence("put the number in quotes")
    if kind == "int_type" and isinstance(value, str) and value.strip().isdigit():
        return sentence("write the number without quotes")
    return ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return sentence("a map")
    if isinstance(value, list | tuple):
        return sentence("a list")
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return sentence("nothing")
    text = str(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


_TABLE: Final = {
    "string_type": N_("{value} is not text"),
    "int_type": N_("{value} is no whole number"),
    "int_parsing": N_("{value} is no whole number"),
    "int_from_float": N_("{value} is no whole number"),
    "bool_type": N_("{value} is neither true nor false"),
    "bool_parsing": N_("{value} is neither true nor false"),
    "dict_type": N_("{value} is no map (`key: value` lines)"),
    "mapping_type": N_("{value} is no map (`key: value` lines)"),
    "model_type": N_("{value} is no map (`key: value` lines)"),
    "model_attributes_type": N_("{value} is no map (`key: value` lines)"),
    "tuple_type": N_("{value} is no list"),
    "list_type": N_("{value} is no list"),
    "literal_error": N_("{value} is none of {expected}"),
    "greater_than_equal": N_("{value} is less than {ge}"),
    "less_than_equal": N_("{value} is more than {le}"),
    "multiple_of": N_("{value} is no multiple of {multiple_of}"),
    "string_too_long": N_("{value} is longer than {max_length} characters"),
    "string_too_short": N_("{value} is shorter than {min_length} characters"),
}
"""What a kind of pydantic's complaints is called here; what it knows of one stands in places of its own names."""


def fields_at(model: type[BaseModel], loc: Place) -> tuple[str, ...]:
    """The fields a map at `loc` below a model may have; empty if it is no model's map."""
    kind: Any = model
    for part in loc:
        kind = _step(_model_or_container(kind), part)
    found = _model_or_container(kind)
    if isinstance(found, type) and issubclass(found, BaseModel):
        return tuple(field.alias or name for name, field in found.model_fields.items())
    return ()


def _step(kind: Any, part: str | int) -> Any:  # noqa: ANN401 - annotations have no common type
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    arguments = get_args(kind)
    return arguments[-1 if get_origin(kind) is dict else 0] if arguments else None


def _model_or_container(kind: Any) -> Any:  # noqa: ANN401 - annotations have no common type
    """An annotation without its wrappers: the model, or the dict or tuple."""
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind = get_args(kind)[0]
        elif origin in (Union, UnionType):
            kind = next((item for item in get_args(kind) if item is not type(None)), None)
        else:
            return kind
