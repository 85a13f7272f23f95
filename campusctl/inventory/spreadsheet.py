"""`devices.csv`: devices as schools keep them, in a spreadsheet."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from campusctl.inventory.issue import MAX_DEVICES, FileError, Issue, too_many
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.sentence import sentence

COLUMNS: Final = ("name", "profile", "room", "address", "mac", "serial", "asset", "notes")
"""The columns a file may have, in any order; `name` and `room` are needed."""

_ALIASES: Final = {
    "gerätename": "name",
    "profil": "profile",
    "raum": "room",
    "ip": "address",
    "ip-adresse": "address",
    "ip address": "address",
    "mac-adresse": "mac",
    "seriennummer": "serial",
    "inventarnummer": "asset",
    "bemerkung": "notes",
}
_EXCEL_TEXT: Final = re.compile(r'^="(.*)"$')
_ROUNDED: Final = re.compile(r"^\d[.,]\d+E\+\d+$")


class Row(NamedTuple):
    """One device."""

    name: str
    """Device name."""
    line: int
    """1-based line of the row."""
    entry: dict[str, Any]
    """The other columns that are not empty."""


class Cells(NamedTuple):
    """One row as it stands in the file."""

    line: int
    """1-based line at which it begins."""
    cells: list[str]
    """Its cells, as they are."""


class Sheet(NamedTuple):
    """What a file says."""

    rows: tuple[Row, ...]
    """Devices in the order of the file."""
    issues: tuple[Issue, ...]
    """Rows and columns that make no sense."""


def parse(file: str, text: str) -> Sheet:
    """The devices of a spreadsheet; the delimiter is `;`, `,` or a tab, whichever the header uses.

    Raises:
        FileError: There is no header, or the quotes do not match.
    """
    lines = rows(file, text)
    head = lines[0] if lines else Cells(1, [])
    columns = _columns(file, list(head.cells), head.line)
    issues: list[Issue] = []
    found: dict[str, Row] = {}
    for line, cells in lines[1:]:
        if len(found) > MAX_DEVICES:
            raise FileError(too_many(file, line))
        if any(cell.strip() for cell in cells):
            issues += _add_row(file, line, columns, cells, found)
    return Sheet(tuple(found.values()), tuple(issues))


def rows(file: str, text: str) -> list[Cells]:
    """The rows of a spreadsheet, empty ones too; the delimiter is `;`, `,` or a tab, whichever the header uses.

    Raises:
        FileError: The quotes do not match.
    """
    lines = text.split("\n")
    skipped = 1 if lines[0].strip().lower().startswith("sep=") else 0
    body = "\n".join(lines[skipped:])
    header = next((line for line in body.split("\n") if any(mark in line for mark in ";,\t")), "")
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    found: list[Cells] = []
    before = 0
    try:
        for cells in reader:
            found.append(Cells(skipped + before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        issue = Issue(
            file,
            (),
            "",
            sentence("is no valid CSV: {error}", error=str(error)),
            sentence("look for a quote without its partner"),
            skipped + reader.line_num,
        )
        raise FileError(issue) from error
    return found


def cell_value(cell: str) -> str:
    """The value of a cell: what a spreadsheet program wraps around a number to keep it a text is taken off."""
    return _EXCEL_TEXT.sub(r"\1", cell.strip()).strip()


def column_names(header: Sequence[str]) -> list[str]:
    """The columns of a file by our names; one that is none of `COLUMNS` stays as it is."""
    names = [cell_value(cell).lower() for cell in header]
    return [_ALIASES.get(name, name) for name in names]


def _columns(file: str, header: list[str], line: int) -> list[str]:
    names = column_names(header)
    issues = [
        Issue(file, (), "", sentence("unknown column `{name}`", name=name), _column_hint(name), line)
        for name in names
        if name and name not in COLUMNS
    ]
    issues += [
        Issue(
            file,
            (),
            "",
            sentence("column `{name}` stands here twice", name=name),
            sentence("keep one of the two"),
            line,
        )
        for name in COLUMNS
        if names.count(name) > 1
    ]
    if issues:
        raise FileError(*issues)
    missing = [name for name in ("name", "room") if name not in names]
    if missing:
        hint = sentence("the first line names the columns: {names}", names=", ".join(COLUMNS))
        raise FileError(Issue(file, (), "", sentence("column `{name}` is missing", name=missing[0]), hint, line))
    return names


def _column_hint(name: str) -> str:
    return did_you_mean(name, COLUMNS) or sentence("columns are {names}", names=", ".join(COLUMNS))


def _add_row(file: str, line: int, columns: list[str], cells: list[str], rows: dict[str, Row]) -> list[Issue]:
    values = [cell_value(cell) for cell in cells]
    if any(values[len(columns) :]):
        hint = sentence("a value with the delimiter in it needs quotes")
        return [
            Issue(
                file,
                (),
                values[0],
                sentence("{number} values for {columns} columns", number=len(values), columns=len(columns)),
                hint,
                line,
            )
        ]
    entry: dict[str, Any] = {
        name: value for name, value in zip(columns, values, strict=False) if value and name in COLUMNS
    }
    name = entry.pop("name", "")
    issues = [
        Issue(
            file,
            (),
            name,
            sentence("`{value}` was rounded by a spreadsheet program", value=value),
            sentence("format the column as text"),
            line,
        )
        for value in entry.values()
        if _ROUNDED.match(value)
    ]
    entry = {key: value for key, value in entry.items() if not _ROUNDED.match(value)}
    if not name:
        issues.append(
            Issue(file, (), "", sentence("a row without a name"), sentence("the column `name` is empty"), line)
        )
    elif name in rows:
        issues.append(
            Issue(
                file,
                (),
                name,
                sentence("the name stands in line {line} too", line=rows[name].line),
                sentence("names are unique"),
                line,
            )
        )
    else:
        rows[name] = Row(name, line, entry)
    return issues
