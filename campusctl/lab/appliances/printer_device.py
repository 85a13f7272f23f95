"""What a simulated printer is: attributes of IPP (RFC 8011, PWG 5100) and objects of the Printer-MIB (RFC 3805)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from campusctl.lab.appliances.ipp import (
    BOOLEAN,
    COLLECTION,
    ENUM,
    INTEGER,
    KEYWORD,
    NAME,
    RESOLUTION,
    TEXT,
    URI,
    Group,
    Value,
)
from campusctl.model.appliance import Shown

Oid: TypeAlias = tuple[int, ...]

MIB: Final = (1, 3, 6, 1, 2, 1)
PRINTER: Final = (*MIB, 43)
_GENERAL: Final = (*PRINTER, 5, 1, 1)

_QUALITY: Final = {"draft": 3, "normal": 4, "high": 5}
_ORIENTATION: Final = {"portrait": 3, "landscape": 4, "reverse-landscape": 5, "reverse-portrait": 6}

ATTRIBUTES: Final = {
    ("name",): ("printer-name", NAME),
    ("dns-sd-name",): ("printer-dns-sd-name", NAME),
    ("location",): ("printer-location", TEXT),
    ("info",): ("printer-info", TEXT),
    ("organization",): ("printer-organization", TEXT),
    ("organizational-unit",): ("printer-organizational-unit", TEXT),
    ("geo-location",): ("printer-geo-location", URI),
    ("media",): ("media-default", KEYWORD),
    ("sides",): ("sides-default", KEYWORD),
    ("color-mode",): ("print-color-mode-default", KEYWORD),
    ("quality",): ("print-quality-default", ENUM),
    ("orientation",): ("orientation-requested-default", ENUM),
    ("resolution",): ("printer-resolution-default", RESOLUTION),
    ("copies",): ("copies-default", INTEGER),
    ("output-bin",): ("output-bin-default", KEYWORD),
    ("scaling",): ("print-scaling-default", KEYWORD),
}
"""Where the words of the inventory stand in IPP."""
COLLECTIONS: Final = {
    ("contact", "name"): ("printer-contact-col", "contact-name", NAME),
    ("contact", "mail"): ("printer-contact-col", "contact-uri", URI),
    ("media-source",): ("media-col-default", "media-source", KEYWORD),
    ("media-type",): ("media-col-default", "media-type", KEYWORD),
}
OBJECTS: Final[Mapping[tuple[str, ...], Oid]] = {
    ("system", "name"): (*MIB, 1, 5, 0),
    ("system", "location"): (*MIB, 1, 6, 0),
    ("system", "contact"): (*MIB, 1, 4, 0),
    ("panel", "language"): (*_GENERAL, 10, 1),
    ("panel", "locked"): (*_GENERAL, 13, 1),
    ("startup-page",): (*_GENERAL, 14, 1),
    ("banner-page",): (*_GENERAL, 15, 1),
    ("mib-name",): (*_GENERAL, 16, 1),
    ("operator",): (*_GENERAL, 4, 1),
    ("service",): (*_GENERAL, 5, 1),
}
"""Where they stand in SNMPv2-MIB and Printer-MIB: all of them may be written."""
NAMES: Final = {
    (*MIB, 1, 5, 0): "sysName", (*MIB, 1, 6, 0): "sysLocation", (*MIB, 1, 4, 0): "sysContact",
    (*_GENERAL, 10, 1): "prtConsoleLocalization", (*_GENERAL, 13, 1): "prtConsoleDisable",
    (*_GENERAL, 14, 1): "prtAuxiliarySheetStartupPage", (*_GENERAL, 15, 1): "prtAuxiliarySheetBannerPage",
    (*_GENERAL, 16, 1): "prtGeneralPrinterName", (*_GENERAL, 4, 1): "prtGeneralCurrentOperator",
    (*_GENERAL, 5, 1): "prtGeneralServicePerson",
}  # fmt: skip

_LANGUAGES: Final = ("en", "de", "fr", "tr")
_ON, _OFF = 3, 4
_PAGES: Final = 48211
_FIRMWARE: Final = "LAB-2.1"


def text(tag: int, *values: str) -> list[Value]:
    """Values of one tag."""
    return [Value(tag, value) for value in values]


class Health(NamedTuple):
    """How a printer does."""

    paper_out: bool
    """Its first tray is empty."""
    toner_low: bool
    """Black toner is at 4 %."""
    door_open: bool
    """Its front door is open."""

    @property
    def toner(self) -> int:
        """Black toner, in percent."""
        return 4 if self.toner_low else 72


def factory(model: str) -> Group:
    """Attributes that somebody may set, as out of the box."""
    size = {"x-dimension": [Value(INTEGER, 21000)], "y-dimension": [Value(INTEGER, 29700)]}
    paper = {
        "media-size": [Value(COLLECTION, size)],
        "media-source": text(KEYWORD, "auto"),
        "media-type": text(KEYWORD, "stationery"),
    }
    return {
        "printer-name": text(NAME, model.replace(" ", "_") or "printer"),
        "printer-dns-sd-name": text(NAME, model or "printer"),
        "printer-location": text(TEXT, ""),
        "printer-info": text(TEXT, model),
        "printer-organization": text(TEXT, ""),
        "printer-organizational-unit": text(TEXT, ""),
        "printer-geo-location": [],
        "printer-contact-col": [],
        "media-default": text(KEYWORD, "iso_a4_210x297mm"),
        "media-col-default": [Value(COLLECTION, paper)],
        "sides-default": text(KEYWORD, "one-sided"),
        "print-color-mode-default": text(KEYWORD, "auto"),
        "print-quality-default": [Value(ENUM, 4)],
        "orientation-requested-default": [Value(ENUM, 3)],
        "printer-resolution-default": [Value(RESOLUTION, (600, 600, 3))],
        "copies-default": [Value(INTEGER, 1)],
        "output-bin-default": text(KEYWORD, "face-down"),
        "print-scaling-default": text(KEYWORD, "auto"),
    }


def objects(model: str) -> dict[Oid, int | str]:
    """Objects that somebody may set, as out of the box."""
    return {
        (*MIB, 1, 4, 0): "", (*MIB, 1, 5, 0): model, (*MIB, 1, 6, 0): "",
        (*_GENERAL, 4, 1): "", (*_GENERAL, 5, 1): "", (*_GENERAL, 10, 1): 1, (*_GENERAL, 13, 1): 3,
        (*_GENERAL, 14, 1): _ON, (*_GENERAL, 15, 1): _OFF, (*_GENERAL, 16, 1): model,
    }  # fmt: skip


def told(settings: Iterable[tuple[tuple[str, ...], Shown]], attributes: Group, mib: dict[Oid, int | str]) -> None:
    """Make a printer as the inventory says.

    Args:
        settings: What it says.
        attributes: Changed.
        mib: Changed.
    """
    for path, value in settings:
        if value is None:
            continue
        if path in ATTRIBUTES:
            name, tag = ATTRIBUTES[path]
            attributes[name] = [Value(tag, _inner(tag, str(value)))]
        elif path in COLLECTIONS:
            name, member, tag = COLLECTIONS[path]
            before = attributes[name][0].inner if attributes[name] else {}
            assert isinstance(before, Mapping)  # noqa: S101 - for the type checker
            word = f"mailto:{value}" if member == "contact-uri" else str(value)
            attributes[name] = [Value(COLLECTION, {**before, member: text(tag, word)})]
        elif path in OBJECTS:
            mib[OBJECTS[path]] = _object(path, value)


def _inner(tag: int, value: str) -> int | str | tuple[int, int, int]:
    if tag == ENUM:
        return {**_QUALITY, **_ORIENTATION}[value]
    if tag == INTEGER:
        return int(value)
    if tag == RESOLUTION:
        across, _, along = value.removesuffix("dpi").partition("x")
        return int(across), int(along or across), 3
    return value


def _object(path: tuple[str, ...], value: Shown) -> int | str:
    if path == ("panel", "language"):
        return _LANGUAGES.index(str(value)) + 1 if value in _LANGUAGES else 1
    if path == ("panel", "locked"):
        return 4 if value else 3
    if isinstance(value, bool):
        return _ON if value else _OFF
    return str(value)


def choices() -> Group:
    """What its settings may be."""
    return {
        "media-supported": text(
            KEYWORD, "iso_a3_297x420mm", "iso_a4_210x297mm", "iso_a5_148x210mm", "iso_a6_105x148mm", "iso_c5_162x229mm"
        ),
        "media-source-supported": text(KEYWORD, "auto", "manual", "tray-1", "tray-2"),
        "media-type-supported": text(KEYWORD, "auto", "stationery", "stationery-recycled", "cardstock", "labels"),
        "sides-supported": text(KEYWORD, "one-sided", "two-sided-long-edge", "two-sided-short-edge"),
        "print-color-mode-supported": text(KEYWORD, "auto", "monochrome", "color"),
        "print-quality-supported": [Value(ENUM, number) for number in (3, 4, 5)],
        "orientation-requested-supported": [Value(ENUM, number) for number in (3, 4, 5, 6)],
        "printer-resolution-supported": [Value(RESOLUTION, (dots, dots, 3)) for dots in (300, 600, 1200)],
        "output-bin-supported": text(KEYWORD, "face-down", "face-up"),
        "print-scaling-supported": text(KEYWORD, "auto", "auto-fit", "fill", "fit", "none"),
    }


def described(serial: str, model: str, health: Health) -> Group:
    """What it is and how it does, by IPP."""
    stopped = health.paper_out or health.door_open
    flags = {
        "media-empty-error": health.paper_out,
        "toner-low-warning": health.toner_low,
        "door-open-error": health.door_open,
    }
    reasons = [reason for reason, holds in flags.items() if holds] or ["none"]
    return {
        "charset-configured": text(0x47, "utf-8"),
        "printer-make-and-model": text(TEXT, model),
        "printer-device-id": text(TEXT, f"MFG:Lab;MDL:{model};SN:{serial};"),
        "printer-firmware-string-version": text(TEXT, _FIRMWARE),
        "printer-state": [Value(ENUM, 5 if stopped else 3)],
        "printer-state-reasons": text(KEYWORD, *reasons),
        "printer-is-accepting-jobs": [Value(BOOLEAN, inner=True)],
        "printer-impressions-completed": [Value(INTEGER, _PAGES)],
        "marker-names": text(NAME, "Black Toner", "Waste Toner Box"),
        "marker-types": text(KEYWORD, "toner", "waste-toner"),
        "marker-levels": [Value(INTEGER, health.toner), Value(INTEGER, 30)],
        "marker-low-levels": [Value(INTEGER, 10), Value(INTEGER, 0)],
        "marker-high-levels": [Value(INTEGER, 100), Value(INTEGER, 90)],
    }


def tables(serial: str, model: str, health: Health) -> Iterator[tuple[Oid, int | str]]:
    """What it is and how it does, by SNMP."""
    host = (*MIB, 25, 3)
    stopped = health.paper_out or health.door_open
    yield (*MIB, 1, 1, 0), f"{model}, firmware {_FIRMWARE}"
    yield (*host, 2, 1, 3, 1), model
    yield (*host, 5, 1, 1, 1), 1 if stopped else 3
    yield (*_GENERAL, 1, 1), 0
    yield (*_GENERAL, 17, 1), serial
    yield from _rows((*PRINTER, 6, 1, 1), {2: ["Front Door"], 3: [3 if health.door_open else 4]})
    yield from _rows((*PRINTER, 7, 1, 1), {2: list(_LANGUAGES), 3: ["US", "DE", "FR", "TR"]})
    levels = [0 if health.paper_out else 220, 310]
    trays: dict[int, list[int] | list[str]] = {9: [250, 500], 10: levels, 13: ["Tray 1", "Tray 2"]}
    yield from _rows((*PRINTER, 8, 2, 1), trays)
    yield from _rows((*PRINTER, 10, 2, 1), {4: [_PAGES]})
    supplies: dict[int, list[int] | list[str]] = {
        6: ["Black Toner", "Waste Toner Box"], 8: [100, 100], 9: [health.toner, 70],
    }  # fmt: skip
    yield from _rows((*PRINTER, 11, 1, 1), supplies)
    alerts = [(3, 808)] * health.paper_out + [(4, 1104)] * health.toner_low + [(3, 3)] * health.door_open
    severities, codes = [severity for severity, _ in alerts], [code for _, code in alerts]
    yield from _rows((*PRINTER, 18, 1, 1), {2: severities, 7: codes})


def _rows(table: Oid, columns: Mapping[int, Sequence[int | str]]) -> Iterator[tuple[Oid, int | str]]:
    """A table whose rows belong to printer 1."""
    for column, values in columns.items():
        for number, value in enumerate(values, 1):
            yield (*table, column, 1, number), value
