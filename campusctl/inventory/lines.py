"""Which line a value stands on. The fast parser keeps no lines, so a file is read again when somebody asks."""

from functools import lru_cache
from pathlib import Path

import yaml

from campusctl.errors import Problem
from campusctl.inventory import spreadsheet
from campusctl.inventory.files import decode, read_bytes
from campusctl.inventory.issue import FileError, Issue, Place, printable


def problem(root: Path, issue: Issue) -> Problem:
    """The issue with its line."""
    line = issue.line or line_of(root, issue.file, issue.place)
    where, what, hint = map(printable, (issue.where, issue.what, issue.hint))
    return Problem(printable(issue.file), line, where, what, hint)


def line_of(root: Path, file: str, place: Place) -> int:
    """The 1-based line of the value at `place`, or of the nearest thing above it that exists; 0: the whole file."""
    if not place:
        return 0
    try:
        data = read_bytes(root, file)
        return _csv_line(file, data, place) if file.endswith(".csv") else _yaml_line(_tree(file, data), place)
    except (FileError, yaml.YAMLError):
        return 0


def _csv_line(file: str, data: bytes, place: Place) -> int:
    rows = spreadsheet.parse(file, decode(file, data)).rows
    return next((row.line for row in rows if place[1:2] == (row.name,)), 0)


@lru_cache(8)
def _tree(file: str, data: bytes) -> yaml.Node | None:
    # `compose` alone builds no values, so nothing in the file can be expanded or run.
    return yaml.compose(decode(file, data), Loader=yaml.CSafeLoader)


def _yaml_line(node: yaml.Node | None, place: Place) -> int:
    line = 0
    for key in place:
        found = _child(node, key)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == str(key):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        return node.value[key].start_mark.line + 1, node.value[key]
    return None
