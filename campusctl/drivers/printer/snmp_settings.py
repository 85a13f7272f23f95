"""Which object of SNMPv2-MIB (RFC 3418) and Printer-MIB (RFC 3805) holds which setting. One table."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from campusctl.drivers.printer.snmp_agent import Value
from campusctl.model.appliance import Shown
from campusctl.model.setting import Path

SYSTEM: Final = "1.3.6.1.2.1.1"
PRINTER: Final = "1.3.6.1.2.1.43"
GENERAL: Final = f"{PRINTER}.5.1.1"
"""prtGeneralTable: a row for each printer of the agent, by its number in HOST-RESOURCES-MIB."""

_LANGUAGE: Final = f"{PRINTER}.7.1.1.2"
"""prtLocalizationLanguage."""


class Row(NamedTuple):
    """One setting."""

    path: Path
    """Vendor-neutral path."""
    name: str
    """The object's name."""
    oid: str
    """Object identifier; of a column, without its index."""
    read: "Callable[[Value], Shown]"
    """From what the agent says to the words of the inventory."""
    write: "Callable[[Shown], int | bytes]"
    """The other way round."""
    scalar: bool = False
    """It is no column."""

    def instance(self, device: str) -> str:
        """The object itself.

        Args:
            device: Number of the printer in HOST-RESOURCES-MIB.
        """
        return f"{self.oid}.0" if self.scalar else f"{self.oid}.{device}"


def text(value: Value) -> str:
    """A text as it came: UTF-8, or else Latin-1, up to the zeros that some agents fill it up with."""
    if not isinstance(value, bytes):
        return str(value)
    value = value.partition(b"\0")[0][:_LONGEST]
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


_LONGEST: Final = 1023
"""Bytes of a text; the Printer-MIB allows 255."""


def _written(value: Shown) -> bytes:
    return str(value or "").encode()


def _shown(value: Value) -> Shown:
    return text(value) or None


def _switch(on: int, off: int) -> "tuple[Callable[[Value], Shown], Callable[[Shown], int | bytes]]":
    """A setting that is on or off by number; anything else is neither."""
    return (lambda value: {on: True, off: False}.get(value) if isinstance(value, int) else None), (
        lambda value: on if value else off
    )


_SHEET: Final = _switch(3, 4)
"""PresentOnOff: on(3), off(4), notPresent(5)."""
_LOCK: Final = _switch(4, 3)
"""PrtConsoleDisableTC: enabled(3), disabled(4)."""

LANGUAGE: Final = ("panel", "language")

ROWS: Final = (
    Row(("system", "name"), "sysName", f"{SYSTEM}.5", _shown, _written, scalar=True),
    Row(("system", "location"), "sysLocation", f"{SYSTEM}.6", _shown, _written, scalar=True),
    Row(("system", "contact"), "sysContact", f"{SYSTEM}.4", _shown, _written, scalar=True),
    Row(LANGUAGE, "prtConsoleLocalization", f"{GENERAL}.10", str, lambda value: int(str(value))),
    Row(("panel", "locked"), "prtConsoleDisable", f"{GENERAL}.13", *_LOCK),
    Row(("startup-page",), "prtAuxiliarySheetStartupPage", f"{GENERAL}.14", *_SHEET),
    Row(("banner-page",), "prtAuxiliarySheetBannerPage", f"{GENERAL}.15", *_SHEET),
    Row(("mib-name",), "prtGeneralPrinterName", f"{GENERAL}.16", _shown, _written),
    Row(("operator",), "prtGeneralCurrentOperator", f"{GENERAL}.4", _shown, _written),
    Row(("service",), "prtGeneralServicePerson", f"{GENERAL}.5", _shown, _written),
)
"""In the order in which they are set."""

BY_PATH: Final = {row.path: row for row in ROWS}


def languages(columns: Mapping[str, Mapping[str, Value]], device: str) -> dict[str, str]:
    """Language by its number in prtLocalizationTable, such as `{"1": "en", "2": "de"}`."""
    rows = columns.get(_LANGUAGE, {})
    return {
        index.removeprefix(f"{device}."): text(value).casefold()
        for index, value in rows.items()
        if index.startswith(f"{device}.")
    }


LANGUAGE_COLUMN: Final = _LANGUAGE
