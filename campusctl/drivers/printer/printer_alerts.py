"""What the alert codes of the Printer-MIB mean, in plain words. One table."""

from typing import Final

from campusctl.drivers.printer.ipp_words import Note

ALERTS: Final = {
    3: Note("cover", "a cover is open"),
    5: Note("cover", "a cover is not closed properly"),
    8: Note("jam", "paper jam"),
    9: Note("part", "a part is missing"),
    10: Note("part", "a part is nearly worn out"),
    11: Note("part", "a part is worn out"),
    12: Note("supply", "a supply is nearly used up"),
    13: Note("supply", "a supply is used up"),
    14: Note("output", "an output tray is nearly full"),
    15: Note("output", "an output tray is full"),
    18: Note("cover", "a part is open"),
    21: Note("part", "a part is switched off"),
    22: Note("part", "a part is offline"),
    29: Note("failure", "a part failed, and may work again"),
    30: Note("failure", "a part failed for good"),
    33: Note("failure", "a motor failed"),
    34: Note("memory", "its memory is full"),
    501: Note("cover", "a door is open"),
    801: Note("paper", "a tray is missing"),
    802: Note("paper", "a tray has another size of paper than is set"),
    803: Note("paper", "a tray has another weight of paper than is set"),
    804: Note("paper", "a tray has another kind of paper than is set"),
    807: Note("paper", "little paper left"),
    808: Note("paper", "out of paper"),
    809: Note("paper", "waits for other paper"),
    810: Note("paper", "waits for paper by hand"),
    901: Note("output", "an output tray is missing"),
    902: Note("output", "an output tray is nearly full"),
    903: Note("output", "an output tray is full"),
    1001: Note("fuser", "the fuser is too cold"),
    1002: Note("fuser", "the fuser is too hot"),
    1101: Note("supply", "out of toner"),
    1102: Note("supply", "out of ink"),
    1104: Note("supply", "little toner left"),
    1105: Note("supply", "little ink left"),
    1107: Note("waste", "the waste toner box is nearly full"),
    1108: Note("waste", "the waste ink box is nearly full"),
    1109: Note("waste", "the waste toner box is full"),
    1110: Note("waste", "the waste ink box is full"),
    1111: Note("drum", "the drum is nearly worn out"),
    1112: Note("drum", "the drum is worn out"),
    1113: Note("supply", "little developer left"),
    1114: Note("supply", "out of developer"),
    1115: Note("supply", "a toner cartridge is missing"),
}
"""By prtAlertCode (IANA-PRINTER-MIB). A code that is not here is told by its number."""

_GOOD: Final = frozenset({4, 6, 7, 16, 19, 20, 23, 24, 25, 27, 28, 502, 503, 504, 505, 506, 507, 1005, 1801})
"""Codes of what is no trouble: something was closed, added, switched on."""


def alert_note(code: int) -> Note | None:
    """What an alert means; None: nothing is wrong."""
    if code in _GOOD:
        return None
    return ALERTS.get(code, Note(f"alert {code}", f"alert {code} of the Printer-MIB"))
