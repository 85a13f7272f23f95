"""Edits of `devices.csv` that touch one row or one cell: delimiter, quotes, line ends and the other rows stay.

Python's reader of CSV says what a row holds, not where it stands in the text, so the places are found here. Every edit
is read back by that reader before it is given out.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from campusctl.inventory import spreadsheet
from campusctl.inventory.edit import EditError
from campusctl.inventory.issue import FileError, Place
from campusctl.inventory.spreadsheet import COLUMNS
from campusctl.model.sentence import sentence

_BY_HAND: Final = sentence("edit the file by hand")
_EXCEL_TEXT: Final = '="'
"""How a cell begins that a spreadsheet program shall not take for a number."""


def edit_sheet(file: str, text: str, what: str, place: Place, value: Any, behind: str = "") -> str:  # noqa: ANN401, PLR0913, PLR0917 - a `FileEdit`'s own
    """The text after one edit.

    Args:
        file: Path of the file, for messages.
        text: The spreadsheet as `decode` gives it.
        what: `set` a cell or a row, `remove` one, or `rename` a device, as in `FileEdit`.
        place: `devices`, a device's name, and a column where a cell is meant.
        value: Text of the cell, the cells of a row by column, or the new name.
        behind: The device after which a new one belongs; empty or unknown: at the end.

    Raises:
        EditError: The sheet cannot say that.
    """
    sheet = _Sheet(file, text)
    if len(place) not in (2, 3) or place[0] != "devices" or what not in ("set", "put", "remove", "rename"):
        raise _no_column(file)
    name, column = str(place[1]), str(place[2]) if len(place) > 2 else ""
    wanted = dict(sheet.entries)
    if what == "rename":
        return sheet.proven(sheet.renamed(name, str(value)), _renamed(wanted, name, str(value)))
    if column:
        cell = "" if what == "remove" or value is None else _cell_text(file, value)
        wanted[name] = {**sheet.entry(name), column: cell}
        return sheet.proven(sheet.with_cell(name, column, cell), wanted)
    if what == "remove":
        del wanted[name]
        return sheet.proven(sheet.without(name), wanted)
    if name in wanted:
        raise EditError(sentence("{place} is there already", place=name), sentence("choose another name"))
    entry = {key: _cell_text(file, item) for key, item in value.items()}
    return sheet.proven(sheet.with_row(name, entry, behind), {**wanted, name: entry})


def _renamed(entries: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    if new in entries:
        raise EditError(sentence("{place} is there already", place=new), sentence("choose another name"))
    return {new if name == old else name: entry for name, entry in entries.items()}


def _cell_text(file: str, value: object) -> str:
    if not isinstance(value, str) or "\n" in value or "\r" in value:
        raise _no_column(file)
    return value.strip()


def _no_column(file: str) -> EditError:
    what = sentence("{file} is a spreadsheet and has no such column", file=file)
    return EditError(what, sentence("move the device to a devices.yml"))


class _Row(NamedTuple):
    """One row of the file."""

    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends, before its line end."""
    after: int
    """Where the next one begins."""
    cells: tuple[str, ...]
    """As the reader gives them."""


class _Sheet:
    """A text, its rows, and where they stand."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text
        try:
            self.entries: Mapping[str, Any] = {row.name: row.entry for row in spreadsheet.parse(file, text).rows}
        except FileError as error:
            raise EditError(error.issues[0].what, error.issues[0].hint) from error
        found = re.search(r"\r\n|\n|\r", text)
        self._break = found[0] if found else "\n"
        self._delimiter, self._rows = self._read()
        self._columns = spreadsheet.column_names(self._rows[0].cells)

    def _read(self) -> tuple[str, list[_Row]]:
        lines = io.StringIO(self._text, newline="").readlines()
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))
        first = 1 if lines and lines[0].strip().lower().startswith("sep=") else 0
        delimiter = max(";,\t", key=(lines[first] if first < len(lines) else "").count)
        reader = csv.reader(iter(lines[first:]), delimiter=delimiter, strict=True)
        rows, at = [], first
        for cells in reader:
            start, after = starts[at], starts[first + reader.line_num]
            at = first + reader.line_num
            end = start + len(self._text[start:after].rstrip("\r\n"))
            rows.append(_Row(start, end, after, tuple(cells)))
        return delimiter, rows

    def entry(self, name: str) -> Mapping[str, Any]:
        """What a device's row says.

        Raises:
            EditError: There is no such row.
        """
        if name not in self.entries:
            raise EditError(sentence("{place} is not there", place=name), _BY_HAND)
        found: Mapping[str, Any] = self.entries[name]
        return found

    def proven(self, text: str, wanted: Mapping[str, Mapping[str, Any]]) -> str:
        """The edited text, if it says exactly what is wanted.

        Raises:
            EditError: It would say something else.
        """
        try:
            sheet = spreadsheet.parse(self._file, text)
        except FileError as error:
            what = sentence("the edited file would be wrong: {what}", what=error.issues[0].what)
            raise EditError(what, _BY_HAND) from error
        plain = {name: {key: item for key, item in entry.items() if item} for name, entry in wanted.items()}
        if {row.name: row.entry for row in sheet.rows} != plain:
            raise EditError(sentence("the edit would change more than it should"), _BY_HAND)
        return text

    def renamed(self, name: str, new: str) -> str:
        """Another name for a device."""
        return self.with_cell(name, "name", new)

    def with_cell(self, name: str, column: str, value: str) -> str:
        """Another value in one cell; its quotes stay."""
        row, number = self._row(name), self._column(column)
        spans = self._cells(row)
        if number >= len(spans):
            # A row that ends early: the cells between are empty.
            missing = self._delimiter * (number - len(spans) + 1)
            return self._text[: row.end] + missing + self._emit(value) + self._text[row.end :]
        start, end = spans[number]
        old = self._text[start:end]
        return self._text[:start] + self._emit(value, old.strip()) + self._text[end:]

    def without(self, name: str) -> str:
        """One row less."""
        row = self._row(name)
        return self._text[: row.start] + self._text[row.after :]

    def with_row(self, name: str, entry: Mapping[str, str], behind: str) -> str:
        """One row more."""
        cells = [""] * len(self._columns)
        for column, value in {"name": name, **entry}.items():
            cells[self._column(column)] = value
        line = self._delimiter.join(map(self._emit, cells))
        at = next((row for row in self._rows[1:] if self._name(row) == behind), self._rows[-1])
        ended = self._text[at.end : at.after]
        if not ended:
            return self._text[: at.end] + self._break + line
        return self._text[: at.after] + line + ended + self._text[at.after :]

    def _row(self, name: str) -> _Row:
        self.entry(name)
        return next(row for row in self._rows[1:] if self._name(row) == name)

    def _name(self, row: _Row) -> str:
        at = self._column("name")
        return spreadsheet.cell_value(row.cells[at]) if at < len(row.cells) else ""

    def _column(self, column: str) -> int:
        if column not in COLUMNS:
            raise _no_column(self._file)
        if column not in self._columns:
            what = sentence("{file} has no column `{column}`", file=self._file, column=column)
            raise EditError(what, sentence("add it to the first line"))
        return self._columns.index(column)

    def _cells(self, row: _Row) -> list[tuple[int, int]]:
        """Where each cell of a row begins and ends."""
        spans, start, quoted = [], row.start, False
        for at in range(row.start, row.end):
            char = self._text[at]
            if char == '"':
                quoted = not quoted
            elif char == self._delimiter and not quoted:
                spans.append((start, at))
                start = at + 1
        spans.append((start, row.end))
        if len(spans) != len(row.cells):
            raise EditError(sentence("the quotes of {device} cannot be followed", device=self._name(row)), _BY_HAND)
        return spans

    def _emit(self, value: str, old: str = "") -> str:
        """A value as a cell, in the quotes that stood there."""
        doubled = value.replace('"', '""')
        if old.startswith(_EXCEL_TEXT) and '"' not in value and self._delimiter not in value:
            return f'{_EXCEL_TEXT}{value}"'
        if old.startswith('"') or any(mark in value for mark in ('"', self._delimiter)):
            return f'"{doubled}"'
        return value
