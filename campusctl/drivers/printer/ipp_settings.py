"""Which IPP attribute holds which setting. One table."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from campusctl.drivers.printer.ipp_message import Attribute
from campusctl.model.appliance import Shown
from campusctl.model.setting import Path


class Row(NamedTuple):
    """One setting."""

    path: Path
    """Vendor-neutral path."""
    attribute: str
    """Attribute that holds it."""
    tag: str
    """Name of its tag as pyipp has it; of a member, the member's."""
    supported: str = ""
    """Attribute that lists what it may be; empty: there is none."""
    words: Mapping[int, str] = {}
    """What the numbers mean; empty: the value stands as it is."""
    member: str = ""
    """Member of a collection; empty: the attribute is none."""
    prefix: str = ""
    """What stands before the value, such as `mailto:`."""

    @property
    def can_be_empty(self) -> bool:
        """There is a value that stands for none."""
        return self.tag in ("TEXT", "NAME") or bool(self.prefix)

    def value(self, printer: Mapping[str, Any]) -> Shown:
        """What a printer says; None: it says nothing."""
        found = printer.get(self.attribute)
        if self.member:
            found = found.get(self.member) if isinstance(found, Mapping) else None
        return self.shown(found)

    def shown(self, found: object) -> Shown:
        """A value in the words of the inventory."""
        if isinstance(found, list):
            found = found[0] if found else None
        if self.tag == "RESOLUTION" and isinstance(found, tuple):
            return resolution_text(found)
        if self.words and isinstance(found, int):
            return self.words.get(found, str(found))
        if isinstance(found, str):
            return None if found == _NO_URI else found.removeprefix(self.prefix) or None
        return found if isinstance(found, int) else None

    def choices(self, printer: Mapping[str, Any]) -> tuple[Shown, ...]:
        """What it may be; empty: the printer does not say, or anything."""
        found = printer.get(self.supported) if self.supported else None
        if found is None:
            return ()
        return tuple(self.shown(one) for one in (found if isinstance(found, list) else [found]))

    def operand(self, value: Shown) -> Attribute:
        """What is sent for a value; None only where there is one that stands for none."""
        name = self.member or self.attribute
        if value is None:
            return Attribute(name, self.tag, _NO_URI if self.prefix else "")
        if self.words:
            numbers = {word: number for number, word in self.words.items()}
            # What a backup says may be a number that has no word.
            return Attribute(name, self.tag, numbers[value] if value in numbers else int(str(value)))
        if self.tag == "RESOLUTION":
            return Attribute(name, self.tag, _resolution(str(value)))
        if isinstance(value, str):
            return Attribute(name, self.tag, self.prefix + value)
        assert isinstance(value, int)  # noqa: S101 - no setting of a printer is a list
        return Attribute(name, self.tag, value)


_NO_URI: Final = "data:,"
"""How a URI that must be there and says nothing is written (RFC 2397)."""
_QUALITY: Final = {3: "draft", 4: "normal", 5: "high"}
_ORIENTATION: Final = {3: "portrait", 4: "landscape", 5: "reverse-landscape", 6: "reverse-portrait", 7: "none"}

ROWS: Final = (
    Row(("name",), "printer-name", "NAME"),
    Row(("dns-sd-name",), "printer-dns-sd-name", "NAME"),
    Row(("location",), "printer-location", "TEXT"),
    Row(("info",), "printer-info", "TEXT"),
    Row(("organization",), "printer-organization", "TEXT"),
    Row(("organizational-unit",), "printer-organizational-unit", "TEXT"),
    Row(("geo-location",), "printer-geo-location", "URI"),
    Row(("contact", "name"), "printer-contact-col", "NAME", member="contact-name"),
    Row(("contact", "mail"), "printer-contact-col", "URI", member="contact-uri", prefix="mailto:"),
    Row(("media",), "media-default", "KEYWORD", "media-supported"),
    Row(("media-source",), "media-col-default", "KEYWORD", "media-source-supported", member="media-source"),
    Row(("media-type",), "media-col-default", "KEYWORD", "media-type-supported", member="media-type"),
    Row(("sides",), "sides-default", "KEYWORD", "sides-supported"),
    Row(("color-mode",), "print-color-mode-default", "KEYWORD", "print-color-mode-supported"),
    Row(("quality",), "print-quality-default", "ENUM", "print-quality-supported", _QUALITY),
    Row(("orientation",), "orientation-requested-default", "ENUM", "orientation-requested-supported", _ORIENTATION),
    Row(("resolution",), "printer-resolution-default", "RESOLUTION", "printer-resolution-supported"),
    Row(("copies",), "copies-default", "INTEGER"),
    Row(("output-bin",), "output-bin-default", "KEYWORD", "output-bin-supported"),
    Row(("scaling",), "print-scaling-default", "KEYWORD", "print-scaling-supported"),
)
"""In the order in which they are set."""

BY_PATH: Final = {row.path: row for row in ROWS}

_PER_INCH, _PER_CM = 3, 4


def resolution_text(found: Sequence[int]) -> str:
    """A resolution as people write it: `600dpi`, `1200x600dpi`."""
    across, along, unit = found
    numbers = str(across) if across == along else f"{across}x{along}"
    return f"{numbers}{'dpcm' if unit == _PER_CM else 'dpi'}"


def _resolution(text: str) -> tuple[int, int, int]:
    unit = _PER_CM if text.endswith("dpcm") else _PER_INCH
    across, _, along = text.removesuffix("dpi").removesuffix("dpcm").partition("x")
    return int(across), int(along or across), unit


_MEMBER_TAGS: Final = {
    "x-dimension": "INTEGER", "y-dimension": "INTEGER",
    "media-bottom-margin": "INTEGER", "media-left-margin": "INTEGER",
    "media-right-margin": "INTEGER", "media-top-margin": "INTEGER",
    "media-source": "KEYWORD", "media-type": "KEYWORD", "media-color": "KEYWORD",
    "contact-name": "NAME", "contact-uri": "URI",
}  # fmt: skip
"""Members of collections that are sent back as they were; others may be derived (`media-key`), and are left out."""

_MILLIMETRES: Final = re.compile(r"_([0-9]+(?:\.[0-9]+)?)x([0-9]+(?:\.[0-9]+)?)mm$")


def collection(name: str, before: object, members: Mapping[str, Attribute], media: str = "") -> Attribute:
    """A whole collection with some members changed: there is no other way to change one.

    Args:
        name: Attribute.
        before: What the printer said of it.
        members: What shall be otherwise, by name.
        media: Paper that it shall go with; empty: as it is.
    """
    kept = [member for member in _members(before) if member.name not in members]
    size = _MILLIMETRES.search(media)
    if size:
        numbers = [round(float(number) * 100) for number in size.groups()]
        pair = zip(("x-dimension", "y-dimension"), numbers, strict=True)
        sized = Attribute("media-size", "BEGIN_COLLECTION", tuple(Attribute(one, "INTEGER", at) for one, at in pair))
        kept = [sized, *(member for member in kept if member.name != "media-size")]
    return Attribute(name, "BEGIN_COLLECTION", (*kept, *members.values()))


def _members(before: object) -> list[Attribute]:
    found: list[Attribute] = []
    for name, value in before.items() if isinstance(before, Mapping) else ():
        if isinstance(value, Mapping):
            found.append(Attribute(name, "BEGIN_COLLECTION", tuple(_members(value))))
        elif name in _MEMBER_TAGS and value not in (None, ""):
            found.append(Attribute(name, _MEMBER_TAGS[name], value))
    return found
