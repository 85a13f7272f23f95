"""What a printer is and how it does, by IPP. Never what is printed, nor for whom."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from campusctl.drivers.printer.ipp_words import STATES, Note, reason_note

FACT_ATTRIBUTES: Final = (
    "printer-make-and-model",
    "printer-device-id",
    "printer-firmware-string-version",
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-impressions-completed",
    "marker-names",
    "marker-types",
    "marker-levels",
    "marker-low-levels",
    "marker-high-levels",
)
"""What is asked for. `printer-state-message` is not: makers put names of jobs into it."""

_WASTE: Final = "waste"


def facts_of(printer: Mapping[str, Any]) -> dict[str, str]:
    """What the printer is: `model`, `serial`, `firmware`, `state`, `pages`, `supplies`, as far as it says so."""
    device = _device_id(_text(printer.get("printer-device-id")))
    state = printer.get("printer-state")
    told = {
        "model": _text(printer.get("printer-make-and-model")),
        "serial": device.get("SN") or device.get("SERN") or device.get("SERIALNUMBER") or "",
        "firmware": _text(printer.get("printer-firmware-string-version")),
        "state": STATES.get(state, "") if isinstance(state, int) else "",
        "pages": _number(printer.get("printer-impressions-completed")),
        "supplies": "; ".join(f"{supply.name} {supply.percent} %" for supply in _supplies(printer)),
    }
    return {name: value for name, value in told.items() if value}


def notes_of(printer: Mapping[str, Any], low: int) -> tuple[Note, ...]:
    """What is wrong with it.

    Args:
        printer: Its attributes.
        low: Percent at which toner is low.
    """
    reasons = _listed(printer.get("printer-state-reasons"))
    found = [note for reason in reasons if isinstance(reason, str) and (note := reason_note(reason))]
    low_ones = (supply for supply in _supplies(printer) if supply.is_low(low))
    found += [Note("supply", f"{supply.name} {supply.percent} %") for supply in low_ones]
    if printer.get("printer-is-accepting-jobs") is False:
        found.append(Note("accepting", "takes no jobs"))
    return tuple(dict.fromkeys(found))


class _Supply(NamedTuple):
    name: str
    kind: str
    percent: int
    low: int
    high: int

    def is_low(self, low: int) -> bool:
        if _WASTE in self.kind:
            # `marker-levels` of a waste box says how full it is (PWG 5100.9 differs from RFC 3805 here).
            return self.percent >= self.high
        return self.percent <= max(low, self.low)


def _supplies(printer: Mapping[str, Any]) -> Iterator[_Supply]:
    """Toner, ink and the like whose level is known; -1 to -3 stand for levels that are not."""
    names, kinds = _listed(printer.get("marker-names")), _listed(printer.get("marker-types"))
    lows, highs = _listed(printer.get("marker-low-levels")), _listed(printer.get("marker-high-levels"))
    for at, level in enumerate(_listed(printer.get("marker-levels"))):
        if isinstance(level, int) and 0 <= level <= 100:
            kind = str(_at(kinds, at, ""))
            name = str(_at(names, at, "")) or kind or f"supply {at + 1}"
            yield _Supply(name, kind, level, _level(lows, at, 0), _level(highs, at, 100))


def _level(levels: list[Any], at: int, otherwise: int) -> int:
    found = _at(levels, at, otherwise)
    return found if isinstance(found, int) and 0 <= found <= 100 else otherwise


def _at(values: list[Any], at: int, otherwise: object) -> object:
    return values[at] if at < len(values) else otherwise


def _listed(found: object) -> list[Any]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _text(found: object) -> str:
    return ", ".join(one for one in _listed(found) if isinstance(one, str) and one)


def _number(found: object) -> str:
    return str(found) if isinstance(found, int) and found >= 0 else ""


def _device_id(text: str) -> dict[str, str]:
    """IEEE 1284: `MFG:Kyocera;MDL:P3145dn;SN:VX1;`."""
    pairs = (part.partition(":") for part in text.split(";"))
    return {name.strip().upper(): value.strip() for name, _, value in pairs if value.strip()}
