"""Sheets of labels: sizes of Avery Zweckform's A4 products, in millimetres.

The label's size and the step from one to the next are the maker's; the margins follow, as the labels stand in the
middle of the sheet.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.model.sentence import sentence

A4: Final = (210.0, 297.0)


class Sheet(NamedTuple):
    """One product."""

    title: str
    """For people."""
    width: float
    """Of a label."""
    height: float
    """Of a label."""
    columns: int
    """Labels side by side."""
    rows: int
    """Labels one above the other."""
    step_x: float
    """From the left edge of one label to that of the next."""
    step_y: float
    """From the top edge of one label to that of the next."""

    @property
    def labels(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        """Left and top edge of every label, row by row."""
        left = (A4[0] - (self.columns - 1) * self.step_x - self.width) / 2
        top = (A4[1] - (self.rows - 1) * self.step_y - self.height) / 2
        for row in range(self.rows):
            for column in range(self.columns):
                yield round(left + column * self.step_x, 2), round(top + row * self.step_y, 2)


SHEETS: Final[Mapping[str, Sheet]] = {
    "L7160": Sheet("63.5 x 38.1 mm, 21 a sheet", 63.5, 38.1, 3, 7, 66.04, 38.1),
    "L7163": Sheet("99.1 x 38.1 mm, 14 a sheet", 99.1, 38.1, 2, 7, 101.6, 38.1),
    "L4770": Sheet("45.7 x 25.4 mm, 40 a sheet", 45.7, 25.4, 4, 10, 48.26, 25.4),
    "L7651": Sheet("38.1 x 21.2 mm, 65 a sheet", 38.1, 21.2, 5, 13, 40.64, 21.2),
}
"""By the maker's number. A new one is a line here."""

DEFAULT: Final = "L7160"


def sheet_of(name: str) -> Sheet:
    """A sheet by its number.

    Raises:
        UnknownNameError: There is none.
    """
    found = SHEETS.get(name.upper())
    if found is None:
        raise UnknownNameError(
            sentence("no sheet `{name}`", name=name), sentence("sheets are {names}", names=", ".join(SHEETS))
        )
    return found
