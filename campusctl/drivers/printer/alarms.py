"""What a printer complains of, as the words of IPP's `printer-state-reasons`, whichever protocol says it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from campusctl.drivers.ipp.message import Attributes
from campusctl.drivers.printer.ipp_words import Note, reason_note
from campusctl.drivers.printer.printer_mib import ALERT_CODE, ALERT_SEVERITY, CRITICAL, Columns

_ALERTS: Final[Mapping[int, str]] = {
    3: "cover-open", 5: "interlock-open", 8: "media-jam", 13: "marker-supply-empty", 15: "output-area-full",
    18: "cover-open", 501: "door-open", 801: "input-tray-missing", 807: "media-low", 808: "media-empty",
    809: "media-needed", 810: "media-needed", 901: "output-tray-missing", 903: "output-area-full",
    1002: "fuser-over-temp", 1101: "toner-empty", 1102: "marker-supply-empty", 1104: "toner-low",
    1105: "marker-supply-low", 1109: "marker-waste-full", 1110: "marker-waste-full",
}  # fmt: skip
"""By prtAlertCode (IANA-PRINTER-MIB); what has no word here stops nobody from printing, or says so otherwise."""

_MILDER: Final[Mapping[str, str]] = {
    "media-empty": "media-low", "media-needed": "media-low", "toner-empty": "toner-low",
    "marker-supply-empty": "marker-supply-low",
}  # fmt: skip
"""What it comes to where the printer prints on, such as from another tray (RFC 8011, 5.4.12: `-warning`, `-report`)."""

_SUPPLY: Final = "supply"


def by_ipp(printer: Attributes) -> Iterator[str]:
    """The words in a printer's state; what is no trouble is left out.

    Args:
        printer: Its attributes.
    """
    for reason in printer.get("printer-state-reasons", ()):
        if isinstance(reason, str) and reason_note(reason):
            word = reason.removesuffix("-error")
            mild = word.removesuffix("-warning").removesuffix("-report")
            yield word if mild == word else _MILDER.get(mild, mild)


def by_mib(columns: Columns) -> Iterator[str]:
    """The same of its alerts; one that is not critical does not stop it.

    Args:
        columns: See `printer_mib.COLUMNS`.
    """
    for index, code in columns.get(ALERT_CODE, {}).items():
        word = _ALERTS.get(code) if isinstance(code, int) else None
        if word:
            critical = columns.get(ALERT_SEVERITY, {}).get(index) == CRITICAL
            yield word if critical else _MILDER.get(word, word)


def joined(words: Iterable[str], notes: Iterable[Note]) -> str:
    """The fact `alarms`: the words with blanks between, each once; a supply that only its level tells of among them."""
    found = tuple(dict.fromkeys(words))
    told = any("toner" in word or "supply" in word for word in found)
    low = any(note.kind == _SUPPLY for note in notes) and not told
    return " ".join((*found, *(("marker-supply-low",) if low else ())))
