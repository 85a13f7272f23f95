"""Which IPP attribute holds which setting. One table."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeGuard

from pyipp.enums import IppTag

from campusctl.drivers.ipp.message import PER_CM, PER_INCH, Attribute, Attributes, Value, resolution_text
from campusctl.model.appliance import Shown
from campusctl.model.setting import Path


class Row(NamedTuple):
    """One setting."""

    path: Path
    """Vendor-neutral path."""
    attribute: str
    """Attribute that holds it."""
    tag: IppTag
    """Its tag; of a member, the member's."""
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
        return self.tag in (IppTag.TEXT, IppTag.NAME) or bool(self.prefix)

    def value(self, printer: Attributes) -> Shown:
        """What a printer says; None: it says nothing."""
        found = _first(printer, self.attribute)
        if self.member:
            found = _first(found, self.member) if isinstance(found, Mapping) else None
        return None if found is None else self.shown(found)

    def shown(self, found: Value) -> Shown:
        """A value in the words of the inventory; None: it is none, or of another kind."""
        if self.tag is IppTag.RESOLUTION:
            return resolution_text(found) if isinstance(found, tuple) and len(found) == 3 else None
        if self.tag in (IppTag.INTEGER, IppTag.ENUM):
            number = found if type(found) is int else None
            return number if number is None or not self.words else self.words.get(number, str(number))
        if not isinstance(found, str) or found == _NO_URI:
            return None
        return found.removeprefix(self.prefix) or None

    def choices(self, printer: Attributes) -> tuple[Shown, ...]:
        """What it may be; empty: the printer does not say, or anything."""
        return tuple(shown for one in printer.get(self.supported, ()) if (shown := self.shown(one)) is not None)

    def operand(self, value: Shown) -> Attribute:
        """What is sent for a value; None only where there is one that stands for none."""
        name = self.member or self.attribute
        if value is None:
            return Attribute(name, self.tag, _NO_URI if self.prefix else "")
        if self.words:
            numbers = {word: number for number, word in self.words.items()}
            # What a backup says may be a number that has no word.
            return Attribute(name, self.tag, numbers[value] if value in numbers else int(str(value)))
        if self.tag is IppTag.RESOLUTION:
            return Attribute(name, self.tag, _resolution(str(value)))
        if isinstance(value, str):
            return Attribute(name, self.tag, self.prefix + value)
        assert isinstance(value, int)  # noqa: S101 - no setting of a printer is a list
        return Attribute(name, self.tag, value)


def _first(found: Attributes, name: str) -> Value | None:
    return next(iter(found.get(name, ())), None)


_NO_URI: Final = "data:,"
"""How a URI that must be there and says nothing is written (RFC 2397)."""
_QUALITY: Final = {3: "draft", 4: "normal", 5: "high"}
_ORIENTATION: Final = {3: "portrait", 4: "landscape", 5: "reverse-landscape", 6: "reverse-portrait", 7: "none"}

ROWS: Final = (
    Row(("name",), "printer-name", IppTag.NAME),
    Row(("dns-sd-name",), "printer-dns-sd-name", IppTag.NAME),
    Row(("location",), "printer-location", IppTag.TEXT),
    Row(("info",), "printer-info", IppTag.TEXT),
    Row(("organization",), "printer-organization", IppTag.TEXT),
    Row(("organizational-unit",), "printer-organizational-unit", IppTag.TEXT),
    Row(("geo-location",), "printer-geo-location", IppTag.URI),
    Row(("contact", "name"), "printer-contact-col", IppTag.NAME, member="contact-name"),
    Row(("contact", "mail"), "printer-contact-col", IppTag.URI, member="contact-uri", prefix="mailto:"),
    Row(("media",), "media-default", IppTag.KEYWORD, "media-supported"),
    Row(("media-source",), "media-col-default", IppTag.KEYWORD, "media-source-supported", member="media-source"),
    Row(("media-type",), "media-col-default", IppTag.KEYWORD, "media-type-supported", member="media-type"),
    Row(("sides",), "sides-default", IppTag.KEYWORD, "sides-supported"),
    Row(("color-mode",), "print-color-mode-default", IppTag.KEYWORD, "print-color-mode-supported"),
    Row(("quality",), "print-quality-default", IppTag.ENUM, "print-quality-supported", _QUALITY),
    Row(
        ("orientation",), "orientation-requested-default", IppTag.ENUM, "orientation-requested-supported", _ORIENTATION
    ),
    Row(("resolution",), "printer-resolution-default", IppTag.RESOLUTION, "printer-resolution-supported"),
    Row(("copies",), "copies-default", IppTag.INTEGER),
    Row(("output-bin",), "output-bin-default", IppTag.KEYWORD, "output-bin-supported"),
    Row(("scaling",), "print-scaling-default", IppTag.KEYWORD, "print-scaling-supported"),
)
"""In the order in which they are set."""

BY_PATH: Final = {row.path: row for row in ROWS}


def _resolution(text: str) -> tuple[int, int, int]:
    unit = PER_CM if text.endswith("dpcm") else PER_INCH
    across, _, along = text.removesuffix("dpi").removesuffix("dpcm").partition("x")
    return int(across), int(along or across), unit


_MEMBER_TAGS: Final = {
    "x-dimension": IppTag.INTEGER, "y-dimension": IppTag.INTEGER,
    "media-bottom-margin": IppTag.INTEGER, "media-left-margin": IppTag.INTEGER,
    "media-right-margin": IppTag.INTEGER, "media-top-margin": IppTag.INTEGER,
    "media-source": IppTag.KEYWORD, "media-type": IppTag.KEYWORD, "media-color": IppTag.KEYWORD,
    "contact-name": IppTag.NAME, "contact-uri": IppTag.URI,
}  # fmt: skip
"""Members of collections that are sent back as they were; others may be derived (`media-key`), and are left out."""

_MILLIMETRES: Final = re.compile(r"_([0-9]+(?:\.[0-9]+)?)x([0-9]+(?:\.[0-9]+)?)mm$")


def collection(name: str, before: Value | None, members: Mapping[str, Attribute], media: str = "") -> Attribute:
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
        sized = Attribute(
            "media-size", IppTag.BEGIN_COLLECTION, tuple(Attribute(one, IppTag.INTEGER, at) for one, at in pair)
        )
        kept = [sized, *(member for member in kept if member.name != "media-size")]
    return Attribute(name, IppTag.BEGIN_COLLECTION, (*kept, *members.values()))


def _members(before: Value | None) -> list[Attribute]:
    found: list[Attribute] = []
    for name, values in before.items() if isinstance(before, Mapping) else ():
        value = next(iter(values), None)
        if isinstance(value, Mapping):
            found.append(Attribute(name, IppTag.BEGIN_COLLECTION, tuple(_members(value))))
        elif name in _MEMBER_TAGS and value not in (None, "") and _is(value, _MEMBER_TAGS[name]):
            found.append(Attribute(name, _MEMBER_TAGS[name], value))
    return found


def _is(value: Value, tag: IppTag) -> TypeGuard[str | int]:
    return type(value) is int if tag is IppTag.INTEGER else isinstance(value, str)
