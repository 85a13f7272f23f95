"""Values as YAML text, in the style of the inventory: plain where it reads the same, maps and lists on one line."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from campusctl.inventory.files import parse_yaml
from campusctl.inventory.issue import FileError

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./äöüÄÖÜß][A-Za-z0-9_./()+@äöüÄÖÜß -]*")
_TAKEN: Final = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|~|[-+.0-9][-+.0-9_:exo]*|[0-9a-f]{2}(:[0-9a-f]{2})+")
"""What some reader of YAML takes for something other than text."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,3}(\.\d{1,3}){3}|\d{1,3}-\d{1,3}")
"""Dates, addresses and ranges of ports, which the inventory writes without quotes."""
_LONG: Final = 80


def emit_flow(value: Any, quote: str = "") -> str:  # noqa: ANN401 - plain data
    """A value on one line.

    Args:
        value: Text, number, boolean, None, or lists and maps of them.
        quote: The quotes a text had before: `'`, `"` or none; kept where the text allows.
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{emit_key(key)}: {emit_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(emit_flow(item) for item in value) + "]"
    if isinstance(value, str):
        return _text(value, quote)
    return json.dumps(value)


def emit_key(key: str | int) -> str:
    """A key of a map; a number stays one."""
    if isinstance(key, int) or (key.isdigit() and not key.startswith("0")):
        return str(key)
    return _text(key, "")


def emit_block(key: str | int, value: Any, column: int, step: int) -> list[str]:  # noqa: ANN401 - plain data
    """An entry on lines of its own, without line ends.

    Args:
        key: The key, or `-` for an item of a list.
        value: What it holds; a text of several lines becomes a block of its own.
        column: Where the entry begins.
        step: How much deeper the next level stands.
    """
    indent, head = " " * column, "-" if key == "-" else f"{emit_key(key)}:"
    if key == "-" and isinstance(value, Mapping) and value:
        inner = [line for name, item in value.items() for line in emit_block(name, item, column + 2, step)]
        return [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
    if isinstance(value, Mapping) and _wants_lines(value):
        return [
            indent + head,
            *(x for name, item in value.items() for x in emit_block(name, item, column + step, step)),
        ]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [indent + head, *(line for item in value for line in emit_block("-", item, column + step, step))]
    if isinstance(value, str) and _fits_a_block(value):
        sign = "|" if value.endswith("\n") else "|-"
        inside = [f"{indent}{' ' * step}{line}" if line else "" for line in value.removesuffix("\n").split("\n")]
        return [f"{indent}{head} {sign}", *inside]
    return [f"{indent}{head} {emit_flow(value)}"]


def _wants_lines(value: Mapping[str | int, Any]) -> bool:
    return bool(value) and any(
        isinstance(item, Mapping) or (isinstance(item, str) and "\n" in item) for item in value.values()
    )


def _fits_a_block(value: str) -> bool:
    lines = value.split("\n")
    return len(lines) > 1 and lines[0][:1] not in ("", " ") and not value.endswith("\n\n") and lines[-1:] != [" "]


def _text(value: str, quote: str) -> str:
    if not quote and _is_plain(value):
        return value
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)


def _is_plain(value: str) -> bool:
    """Whether a text needs no quotes, on a line of its own or in brackets."""
    if not _PLAIN.fullmatch(value) or value.endswith(" ") or len(value) > _LONG:
        return False
    if _TAKEN.fullmatch(value) and not _DATE.fullmatch(value):
        return False
    try:
        return bool(parse_yaml("the value", f"[{value}]") == [value])
    except FileError:
        return False
