"""Rows of a table that a switch prints, by a TextFSM template: of ntc-templates where it has a good one, else ours."""

import io
import re
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module, resources
from typing import Any, Final, TypeAlias

from campusctl.model.names import CONTROL

Row: TypeAlias = Mapping[str, str | list[str]]

_UNSEEN: Final = re.compile(f"(?!\n)[{CONTROL}]")
_LONGEST_LINE: Final = 600
"""No table of a switch is wider; a pattern may take long over a longer one."""
_STRICT: Final = re.compile(r"^.*->\s*Error.*$\n?", re.MULTILINE)


def clean(reply: str) -> str:
    """A reply without control characters and without lines that no table has; tabs become blanks."""
    lines = _UNSEEN.sub("", reply.expandtabs()).split("\n")
    return "\n".join(line for line in lines if len(line) <= _LONGEST_LINE)


class Template:
    """A compiled template; several threads may use it, one at a time."""

    def __init__(self, text: str) -> None:
        # Slow to import, and most commands read no health.
        self._textfsm: Any = import_module("textfsm")
        # What a template does not know is passed over: a line more in a new release must not cost the whole table.
        self._fsm = self._textfsm.TextFSM(io.StringIO(_STRICT.sub("", text)))
        self._lock = threading.Lock()

    def rows(self, reply: str) -> list[Row]:
        """One row per entry of the table, values by the template's names; [] when nothing fits."""
        with self._lock:
            self._fsm.Reset()
            try:
                found: list[Row] = self._fsm.ParseTextToDicts(reply)
            except self._textfsm.TextFSMError:
                return []
        return found


@cache
def template(name: str) -> Template:
    """A template by file name: `ntc:NAME` is one of ntc-templates, any other is kept beside this file."""
    source, _, file = name.rpartition(":")
    folder = resources.files("ntc_templates" if source else __package__) / "templates"
    return Template((folder / f"{file}.textfsm").read_text(encoding="utf-8"))


def rows(name: str, reply: str) -> list[Row]:
    """The rows that a template finds in a reply."""
    return template(name).rows(reply)


def word(row: Row, key: str) -> str:
    """One value of a row; empty where the row has none."""
    value = row.get(key, "")
    return value.strip() if isinstance(value, str) else ""


def words(row: Row, key: str) -> list[str]:
    """A value of a row that is a list."""
    value = row.get(key, "")
    return list(value) if isinstance(value, list) else [value]


def columns(reply: str, head: str) -> Iterator[list[str]]:
    """The rows of a table whose columns are underlined with dashes, cut where the dashes are.

    A cell that fills its column may have been cut by the switch: it gets an ellipsis, and is not taken for whole.

    Args:
        reply: The whole reply.
        head: A word of the line above the dashes; the table ends with an empty line.
    """
    spans: list[tuple[int, int, int | None]] = []
    above = ""
    for line in reply.split("\n"):
        if not spans and head in above and re.fullmatch(r"[\s|+-]*-[\s|+-]*", line):
            found = list(re.finditer(r"-+", line))
            stops = [*(column.start() for column in found[1:]), None]
            spans = [(column.start(), len(column[0]), stop) for column, stop in zip(found, stops, strict=True)]
        elif spans and not line.strip():
            return
        elif spans:
            yield [_cell(line[start:stop], width) for start, width, stop in spans]
        above = line


def _cell(text: str, width: int) -> str:
    shown = text.strip(" |")
    return f"{shown}…" if len(shown) >= width and not shown.endswith("..") else shown
