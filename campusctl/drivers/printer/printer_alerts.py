"""What the alert codes of the Printer-MIB mean, in plain words. One table."""

from typing import Final

from campusctl.drivers.printer.ipp_words import Note
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

ALERTS: Final = {
    3: Note("cover", N_("a cover is open")),
    5: Note("cover", N_("a cover is not closed properly")),
    8: Note("jam", N_("paper jam")),
    9: Note("part", N_("a part is missing")),
    10: Note("part", N_("a part is nearly worn out")),
    11: Note("part", N_("a part is worn out")),
    12: Note("supply", N_("a supply is nearly used up")),
    13: Note("supply", N_("a supply is used up")),
    14: Note("output", N_("an output tray is nearly full")),
    15: Note("output", N_("an output tray is full")),
    18: Note("cover", N_("a part is open")),
    21: Note("part", N_("a part is switched off")),
    22: Note("part", N_("a part is offline")),
    29: Note("failure", N_("a part failed, and may work again")),
    30: Note("failure", N_("a part failed for good")),
    33: Note("failure", N_("a motor failed")),
    34: Note("memory", N_("its memory is full")),
    501: Note("cover", N_("a door is open")),
    801: Note("paper", N_("a tray is missing")),
    802: Note("paper", N_("a tray has another size of paper than is set")),
    803: Note("paper", N_("a tray has another weight of paper than is set")),
    804: Note("paper", N_("a tray has another kind of paper than is set")),
    807: Note("paper", N_("little paper left")),
    808: Note("paper", N_("out of paper")),
    809: Note("paper", N_("waits for other paper")),
    810: Note("paper", N_("waits for paper by hand")),
    901: Note("output", N_("an output tray is missing")),
    902: Note("output", N_("an output tray is nearly full")),
    903: Note("output", N_("an output tray is full")),
    1001: Note("fuser", N_("the fuser is too cold")),
    1002: Note("fuser", N_("the fuser is too hot")),
    1101: Note("supply", N_("out of toner")),
    1102: Note("supply", N_("out of ink")),
    1104: Note("supply", N_("little toner left")),
    1105: Note("supply", N_("little ink left")),
    1107: Note("waste", N_("the waste toner box is nearly full")),
    1108: Note("waste", N_("the waste ink box is nearly full")),
    1109: Note("waste", N_("the waste toner box is full")),
    1110: Note("waste", N_("the waste ink box is full")),
    1111: Note("drum", N_("the drum is nearly worn out")),
    1112: Note("drum", N_("the drum is worn out")),
    1113: Note("supply", N_("little developer left")),
    1114: Note("supply", N_("out of developer")),
    1115: Note("supply", N_("a toner cartridge is missing")),
}
"""By prtAlertCode (IANA-PRINTER-MIB). A code that is not here is told by its number."""

_GOOD: Final = frozenset({4, 6, 7, 16, 19, 20, 23, 24, 25, 27, 28, 502, 503, 504, 505, 506, 507, 1005, 1801})
"""Codes of what is no trouble: something was closed, added, switched on."""


def alert_note(code: int) -> Note | None:
    """What an alert means; None: nothing is wrong."""
    if code in _GOOD:
        return None
    known = ALERTS.get(code)
    return known.told if known else Note(f"alert {code}", sentence("alert {code} of the Printer-MIB", code=code))
