"""What a printer is and how it does, by IPP. Never what is printed, nor for whom."""

from typing import Final

from campusctl.drivers.ipp.message import Attributes, Value
from campusctl.drivers.printer import ipp_supplies
from campusctl.drivers.printer.ipp_supplies import supplies
from campusctl.drivers.printer.ipp_words import STATES, Note, reason_note
from campusctl.model.sentence import sentence

FACT_ATTRIBUTES: Final = (
    "printer-make-and-model",
    "printer-device-id",
    "printer-firmware-string-version",
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-impressions-completed",
    *ipp_supplies.ATTRIBUTES,
)
"""What is asked for. `printer-state-message` is not: makers put names of jobs into it."""


def facts_of(printer: Attributes) -> dict[str, str]:
    """What the printer is: `model`, `serial`, `firmware`, `state`, `pages`, `supplies`, as far as it says so."""
    device = _device_id(_text(printer, "printer-device-id"))
    state = _first(printer, "printer-state")
    told = {
        "model": _text(printer, "printer-make-and-model"),
        "serial": device.get("SN") or device.get("SERN") or device.get("SERIALNUMBER") or "",
        "firmware": _text(printer, "printer-firmware-string-version"),
        "state": STATES.get(state, "") if isinstance(state, int) else "",
        "pages": _number(_first(printer, "printer-impressions-completed")),
        "supplies": "; ".join(f"{supply.name} {supply.percent} %" for supply in supplies(printer)),
    }
    return {name: value for name, value in told.items() if value}


def notes_of(printer: Attributes, low: int) -> tuple[Note, ...]:
    """What is wrong with it.

    Args:
        printer: Its attributes.
        low: Percent at which toner is low.
    """
    reasons = printer.get("printer-state-reasons", ())
    found = [note for reason in reasons if isinstance(reason, str) and (note := reason_note(reason))]
    low_ones = (supply for supply in supplies(printer) if supply.is_low(low))
    found += [Note("supply", f"{supply.name} {supply.percent} %") for supply in low_ones]
    if _first(printer, "printer-is-accepting-jobs") is False:
        found.append(Note("accepting", sentence("takes no jobs")))
    return tuple(dict.fromkeys(found))


def _first(printer: Attributes, name: str) -> Value | None:
    return next(iter(printer.get(name, ())), None)


def _text(printer: Attributes, name: str) -> str:
    return ", ".join(one for one in printer.get(name, ()) if isinstance(one, str) and one)


def _number(found: object) -> str:
    return str(found) if type(found) is int and found >= 0 else ""


def _device_id(text: str) -> dict[str, str]:
    """IEEE 1284: `MFG:Kyocera;MDL:P3145dn;SN:VX1;`."""
    pairs = (part.partition(":") for part in text.split(";"))
    return {name.strip().upper(): value.strip() for name, _, value in pairs if value.strip()}
