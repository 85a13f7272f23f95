"""What a model refuses, in the words of the file: which key, what is wrong with it, what it should be."""

import re
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from campusctl.inventory.issue import Issue, Place
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model import pc_names, pc_windows, queues
from campusctl.model.names import RULES


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
        return f"`{loc[-1]}` is missing", ""
    if kind == "extra_forbidden":
        known = fields_at(model, loc[:-1])
        hint = did_you_mean(str(loc[-1]), known) or (f"known are {', '.join(known)}" if known else "")
        return f"unknown field `{loc[-1]}`", hint
    if detail["input"] is None:
        return "has no value", "say one, or delete the line"
    if kind == "string_pattern_mismatch":
        return f"{_shown(detail['input'])} is not {_rule(context)}", _pattern_hint(
            detail["input"], str(context["pattern"])
        )
    if kind in ("value_error", "assertion_error"):
        return f"{_shown(detail['input'])}: {context.get('error', detail['msg'])}", ""
    say = _TABLE.get(kind)
    if say:
        return f"{_shown(detail['input'])} {say(context)}", _type_hint(kind, detail["input"])
    return f"{_shown(detail['input'])} is not what is expected here", ""


def _rule(context: Mapping[str, Any]) -> str:
    pattern = str(context.get("pattern", ""))
    tables = (RULES, pc_windows.RULES, queues.RULES, pc_names.RULES)
    return next((table[pattern] for table in tables if pattern in table), f"of the form {pattern}")


def _pattern_hint(value: object, pattern: str) -> str:
    if isinstance(value, str) and value != value.strip() and re.search(pattern, value.strip()):
        return "there is a space at its start or end"
    small = isinstance(value, str) and value.lower() != value and re.search(pattern, value.lower())
    return "small letters only" if small else ""


def _type_hint(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return "put the number in quotes"
    if kind == "int_type" and isinstance(value, str) and value.strip().isdigit():
        return "write the number without quotes"
    return ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "nothing" if value is None else str(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`" if value is not None else text


_TABLE: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "string_type": lambda _: "is not text",
    "int_type": lambda _: "is no whole number",
    "int_parsing": lambda _: "is no whole number",
    "int_from_float": lambda _: "is no whole number",
    "bool_type": lambda _: "is neither true nor false",
    "bool_parsing": lambda _: "is neither true nor false",
    "dict_type": lambda _: "is no map (`key: value` lines)",
    "mapping_type": lambda _: "is no map (`key: value` lines)",
    "model_type": lambda _: "is no map (`key: value` lines)",
    "model_attributes_type": lambda _: "is no map (`key: value` lines)",
    "tuple_type": lambda _: "is no list",
    "list_type": lambda _: "is no list",
    "literal_error": lambda c: f"is none of {c['expected']}",
    "greater_than_equal": lambda c: f"is less than {c['ge']}",
    "less_than_equal": lambda c: f"is more than {c['le']}",
    "multiple_of": lambda c: f"is no multiple of {c['multiple_of']}",
    "string_too_long": lambda c: f"is longer than {c['max_length']} characters",
    "string_too_short": lambda c: f"is shorter than {c['min_length']} characters",
}


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
