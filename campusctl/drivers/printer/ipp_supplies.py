"""Toner, ink and the like by IPP: `printer-supply` of newer printers, `marker-levels` of older ones."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from campusctl.drivers.ipp.message import Attributes

ATTRIBUTES: Final = (
    "printer-supply", "printer-supply-description",
    "marker-names", "marker-types", "marker-levels", "marker-low-levels", "marker-high-levels",
)  # fmt: skip
"""What is asked for."""

_WASTE: Final = "waste"


class Supply(NamedTuple):
    """One supply whose level is known."""

    name: str
    """As the printer calls it."""
    percent: int
    """What is left; of a box for waste that `marker-levels` tells, how full it is."""
    low: int
    """At or below this it is low, says the printer; 0: it does not say."""
    full: int = 101
    """At or above this it is full; 101: it is no box for waste, or the room in it is told."""

    def is_low(self, low: int) -> bool:
        """Whether somebody must bring a new one soon.

        Args:
            low: Percent at which that holds for every supply.
        """
        return self.percent >= self.full or (self.full > 100 and self.percent <= max(low, self.low))


def supplies(printer: Attributes) -> tuple[Supply, ...]:
    """Supplies in the printer's order; one whose level nobody knows is left out."""
    return tuple(_by_supply(printer)) or tuple(_by_marker(printer))


def _by_supply(printer: Attributes) -> Iterator[Supply]:
    """PWG 5100.13: `index=1;class=supplyThatIsConsumed;type=toner;maxcapacity=100;level=40;` as RFC 3805 has them."""
    names = printer.get("printer-supply-description", ())
    for at, row in enumerate(printer.get("printer-supply", ())):
        pairs = (part.partition("=") for part in str(row).split(";"))
        said = {name.strip(): value.strip() for name, _, value in pairs}
        level, most = said.get("level", ""), said.get("maxcapacity", "")
        if level.isdecimal() and most.isdecimal() and int(most):
            name = str(_at(names, at, "")) or said.get("type") or f"supply {at + 1}"
            yield Supply(name, min(100, round(int(level) * 100 / int(most))), 0)


def _by_marker(printer: Attributes) -> Iterator[Supply]:
    """PWG 5100.9; -1 to -3 stand for levels that are not known."""
    names, kinds = printer.get("marker-names", ()), printer.get("marker-types", ())
    lows, highs = printer.get("marker-low-levels", ()), printer.get("marker-high-levels", ())
    for at, level in enumerate(printer.get("marker-levels", ())):
        if isinstance(level, int) and not isinstance(level, bool) and 0 <= level <= 100:
            kind = str(_at(kinds, at, ""))
            name = str(_at(names, at, "")) or kind or f"supply {at + 1}"
            full = _level(highs, at, 100) if _WASTE in kind else 101
            yield Supply(name, level, _level(lows, at, 0), full)


def _level(levels: Sequence[object], at: int, otherwise: int) -> int:
    found = _at(levels, at, otherwise)
    return found if isinstance(found, int) and 0 <= found <= 100 else otherwise


def _at(values: Sequence[object], at: int, otherwise: object) -> object:
    return values[at] if at < len(values) else otherwise
