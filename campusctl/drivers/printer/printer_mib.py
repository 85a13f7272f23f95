"""What a printer is and how it does, by HOST-RESOURCES-MIB (RFC 2790) and Printer-MIB (RFC 3805).

Never a text that may name a job or its owner: alerts are told by their codes, the display at the panel is not read.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from campusctl.drivers.printer.ipp_words import Note
from campusctl.drivers.printer.printer_alerts import alert_note
from campusctl.drivers.printer.snmp_agent import Value
from campusctl.drivers.printer.snmp_settings import GENERAL, PRINTER, text
from campusctl.model.sentence import sentence

_HR: Final = "1.3.6.1.2.1.25.3"
_SERIAL, _MODEL, _STATUS = f"{GENERAL}.17", f"{_HR}.2.1.3", f"{_HR}.5.1.1"
FACTS: Final = (_SERIAL, _MODEL, _STATUS)
"""Columns by the printer's number."""

_COVER_NAME, _COVER_STATUS = f"{PRINTER}.6.1.1.2", f"{PRINTER}.6.1.1.3"
_INPUT_LEVEL: Final = f"{PRINTER}.8.2.1.10"
_INPUT_NAME, _INPUT_WORDS = f"{PRINTER}.8.2.1.13", f"{PRINTER}.8.2.1.18"
_LIFE: Final = f"{PRINTER}.10.2.1.4"
_SUPPLY_WORDS, _SUPPLY_MOST, _SUPPLY_LEVEL = f"{PRINTER}.11.1.1.6", f"{PRINTER}.11.1.1.8", f"{PRINTER}.11.1.1.9"
ALERT_SEVERITY, ALERT_CODE = f"{PRINTER}.18.1.1.2", f"{PRINTER}.18.1.1.7"
COLUMNS: Final = (
    _COVER_NAME, _COVER_STATUS, _INPUT_LEVEL, _INPUT_NAME, _INPUT_WORDS, _LIFE, _SUPPLY_WORDS, _SUPPLY_MOST,
    _SUPPLY_LEVEL, ALERT_SEVERITY, ALERT_CODE,
)  # fmt: skip
"""Columns of the tables that are read."""

_STATES: Final = {3: "idle", 4: "printing", 5: "warming up"}
"""hrPrinterStatus; other(1) and unknown(2) say nothing."""
_OPEN: Final = frozenset({3, 5})
"""prtCoverStatus: coverOpen, interlockOpen."""
CRITICAL: Final = 3
_SERIOUS: Final = frozenset({CRITICAL, 4})
"""prtAlertSeverityLevel: critical, warning."""

Columns: TypeAlias = Mapping[str, Mapping[str, Value]]


def facts_of(scalars: Mapping[str, Value], columns: Columns, device: str) -> dict[str, str]:
    """What the printer is: `serial`, `model`, `state`, `pages`, `supplies`, as far as it says so.

    Args:
        scalars: Objects of `FACTS`, with the printer's number.
        columns: See `COLUMNS`.
        device: The printer's number.
    """
    status = scalars.get(f"{_STATUS}.{device}")
    life = next((value for value in columns.get(_LIFE, {}).values() if isinstance(value, int) and value >= 0), None)
    told = {
        "serial": _words(scalars.get(f"{_SERIAL}.{device}")),
        "model": _words(scalars.get(f"{_MODEL}.{device}")),
        "state": _STATES.get(status, "") if isinstance(status, int) else "",
        "pages": "" if life is None else str(life),
        "supplies": "; ".join(f"{name} {percent} %" for name, percent in _supplies(columns)),
    }
    return {name: value for name, value in told.items() if value}


def notes_of(columns: Columns, low: int) -> tuple[Note, ...]:
    """What is wrong with it; a part that is named comes before the alert that only says its kind.

    Args:
        columns: See `COLUMNS`.
        low: Percent at which toner is low.
    """
    named = [*_inputs(columns), *_covers(columns)]
    named += [Note("supply", f"{name} {percent} %") for name, percent in _supplies(columns) if percent <= low]
    kinds = {note.kind for note in named}
    return tuple(dict.fromkeys([*named, *(note for note in _alerts(columns) if note.kind not in kinds)]))


def _inputs(columns: Columns) -> Iterator[Note]:
    for index, level in columns.get(_INPUT_LEVEL, {}).items():
        if level == 0:
            number = index.rpartition(".")[2]
            name = _first(columns, index, _INPUT_NAME, _INPUT_WORDS) or sentence("tray {number}", number=number)
            yield Note("paper", sentence("{name}: out of paper", name=name))


def _covers(columns: Columns) -> Iterator[Note]:
    for index, status in columns.get(_COVER_STATUS, {}).items():
        if status in _OPEN:
            yield Note(
                "cover", sentence("{what} is open", what=_first(columns, index, _COVER_NAME) or sentence("a cover"))
            )


def _supplies(columns: Columns) -> Iterator[tuple[str, int]]:
    """Name and percent left, of what says how much is left; of a box for waste, the room in it."""
    for index, level in columns.get(_SUPPLY_LEVEL, {}).items():
        most = columns.get(_SUPPLY_MOST, {}).get(index)
        if isinstance(level, int) and isinstance(most, int) and most > 0 and level >= 0:
            name = _first(columns, index, _SUPPLY_WORDS) or f"supply {index.rpartition('.')[2]}"
            yield name, min(100, round(level * 100 / most))


def _alerts(columns: Columns) -> Iterator[Note]:
    for index, code in columns.get(ALERT_CODE, {}).items():
        severity = columns.get(ALERT_SEVERITY, {}).get(index)
        if severity in _SERIOUS and isinstance(code, int):
            note = alert_note(code)
            if note:
                yield note


def _first(columns: Columns, index: str, *names: str) -> str:
    """The first text that is there."""
    return next((found for name in names if (found := _words(columns.get(name, {}).get(index)))), "")


def _words(value: Value | None) -> str:
    """A text; empty: there is none, or it is of another kind."""
    return text(value).strip() if isinstance(value, bytes) else ""
