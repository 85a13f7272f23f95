"""IPP requests and answers. pyipp writes and reads them; collections and resolutions, which it cannot, are ours."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from campusctl.drivers.printer.ipp_tidy import NoIppError, tidy

if TYPE_CHECKING:
    from pyipp.enums import IppTag

GET_PRINTER_ATTRIBUTES: Final = 0x000B
SET_PRINTER_ATTRIBUTES: Final = 0x0013
"""RFC 3380, 4.1."""

Members: TypeAlias = "tuple[Attribute, ...]"
Resolution: TypeAlias = tuple[int, int, int]
"""Dots across, dots along, and what for: 3 is an inch."""


class Attribute(NamedTuple):
    """One attribute, or a member of a collection."""

    name: str
    """As IANA's registry has it."""
    tag: str
    """Name of its tag as pyipp has it: `TEXT`, `KEYWORD`, `BEGIN_COLLECTION` …"""
    value: "str | int | bool | Resolution | Members | Sequence[str]"
    """Its value, or its values; the members of a collection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a printer answered."""

    status: int
    """Status code of IANA's registry."""
    printer: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of the printer by name: text, number, boolean, a list of them, or a mapping for a collection."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Attributes that it named as refused, with their tags."""


def request(
    operation: int, uri: str, version: tuple[int, int], asked: Sequence[str] = (), values: Iterable[Attribute] = ()
) -> bytes:
    """A request as bytes.

    Args:
        operation: What the printer shall do.
        uri: Of its print service.
        version: Of IPP.
        asked: Attributes that it shall tell.
        values: Attributes that it shall take.
    """
    described = [
        Attribute("attributes-charset", "CHARSET", "utf-8"),
        Attribute("attributes-natural-language", "LANGUAGE", "en"),
        Attribute("printer-uri", "URI", uri),
        Attribute("requesting-user-name", "NAME", "campusctl"),
    ]
    if asked:
        described.append(Attribute("requested-attributes", "KEYWORD", asked))
    operands = [_encoded(attribute) for attribute in values]
    parts = [struct.pack(">bbhi", *version, operation, 1), b"\x01", *map(_encoded, described)]
    return b"".join([*parts, *([b"\x04", *operands] if operands else []), b"\x03"])


def _encoded(attribute: Attribute) -> bytes:
    from pyipp.enums import IppTag  # noqa: PLC0415 - slow to import, and not always there
    from pyipp.serializer import construct_attribute  # noqa: PLC0415 - likewise

    name, tag, value = attribute
    if tag == "BEGIN_COLLECTION":
        assert isinstance(value, tuple)  # noqa: S101 - for the type checker
        return _named(IppTag.BEGIN_COLLECTION, name, b"") + _collection(IppTag, value)
    if tag == "RESOLUTION":
        assert isinstance(value, tuple)  # noqa: S101 - for the type checker
        return _named(IppTag.RESOLUTION, name, struct.pack(">iib", *value))
    return construct_attribute(name, list(value) if isinstance(value, tuple) else value, IppTag[tag])


def _collection(tags: "type[IppTag]", members: Iterable[Attribute]) -> bytes:
    """A collection's members and its end (RFC 8010, 3.1.6). pyipp writes none."""
    parts = []
    for member in members:
        parts.append(_named(tags.MEMBER_NAME, "", member.name.encode()))
        parts.append(_encoded(member._replace(name="")))
    return b"".join([*parts, _named(tags.END_COLLECTION, "", b"")])


def _named(tag: int, name: str, value: bytes) -> bytes:
    sized = (struct.pack(">h", len(part)) + part for part in (name.encode(), value))
    return bytes([tag]) + b"".join(sized)


def answer(raw: bytes) -> Answer:
    """What a printer answered.

    Raises:
        NoIppError: It is no IPP answer, or not a whole one.
    """
    from pyipp.parser import parse  # noqa: PLC0415 - slow to import, and not always there

    found = tidy(raw)
    if not found.data:
        return Answer(found.status, {}, found.refused)
    try:
        parsed = parse(found.data)
    except Exception as error:  # what a foreign device said must not end us
        raise NoIppError("what it answers is not IPP") from error
    return Answer(found.status, next(iter(parsed["printers"]), {}), found.refused)
