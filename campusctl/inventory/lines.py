"""Which line a value stands on. The fast parser keeps no lines, so a file is read again when somebody asks."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import yaml

from campusctl.errors import Problem
from campusctl.inventory import spreadsheet
from campusctl.inventory.files import decode, read_bytes
from campusctl.inventory.issue import FileError, Issue, Place
from campusctl.model.printable import printable
from campusctl.model.sentence import with_texts


def problem(root: Path, issue: Issue) -> Problem:
    """The issue with its line."""
    return problems(root, (issue,))[0]


def problems(root: Path, issues: Iterable[Issue]) -> tuple[Problem, ...]:
    """The issues with their lines, in the same order; each file is read once, however much is wrong in it."""
    files: dict[str, _Lines] = {}
    found = []
    for issue in issues:
        line = issue.line
        if not line and issue.place:
            file = files.get(issue.file) or files.setdefault(issue.file, _Lines(root, issue.file))
            line = file.at(issue.place)
        found.append(_told(issue, line))
    return tuple(found)


def _told(issue: Issue, line: int) -> Problem:
    where, what, hint = (with_texts(text, printable) for text in (issue.where, issue.what, issue.hint))
    return Problem(printable(issue.file), line, where, what, hint)


def line_of(root: Path, file: str, place: Place) -> int:
    """The 1-based line of the value at `place`, or of the nearest thing above it that exists; 0: the whole file."""
    return _Lines(root, file).at(place) if place else 0


_Found: TypeAlias = Mapping[str | int, tuple[int, yaml.Node]]


class _Lines:
    """The lines of one file, looked up quickly."""

    def __init__(self, root: Path, file: str) -> None:
        self._rows: Mapping[str, int] = {}
        self._top: yaml.Node | None = None
        self._known: dict[yaml.Node, _Found] = {}
        try:
            data = read_bytes(root, file)
            if file.endswith(".csv"):
                self._rows = {row.name: row.line for row in spreadsheet.parse(file, decode(file, data)).rows}
            else:
                self._top = _tree(file, data)
        except (FileError, yaml.YAMLError):
            return

    def at(self, place: Place) -> int:
        """The line of the value at a place; 0 if nothing is known of it."""
        line, node = 0, self._top
        if node is None:
            return self._rows.get(str(place[1]), 0) if len(place) > 1 else 0
        for key in place:
            found = self._children(node).get(str(key) if isinstance(node, yaml.MappingNode) else key)
            if found is None:
                break
            line, node = found
        return line

    def _children(self, node: yaml.Node) -> _Found:
        if node not in self._known:
            self._known[node] = _children(node)
        return self._known[node]


@lru_cache(8)
def _tree(file: str, data: bytes) -> yaml.Node | None:
    # `compose` alone builds no values, so nothing in the file can be expanded or run.
    return yaml.compose(decode(file, data), Loader=yaml.CSafeLoader)


def _children(node: yaml.Node) -> _Found:
    """Line and node of every key of a map, or of every item of a list."""
    if isinstance(node, yaml.MappingNode):
        pairs = [pair for pair in node.value if isinstance(pair[0], yaml.ScalarNode)]
        return {name.value: (name.start_mark.line + 1, value) for name, value in reversed(pairs)}
    if isinstance(node, yaml.SequenceNode):
        return {at: (item.start_mark.line + 1, item) for at, item in enumerate(node.value)}
    return {}
