"""IPP messages as they are asked and as they are understood. pyipp names operations and tags, and writes values.

Collections and resolutions, which pyipp cannot write, are ours; answers are read in `campusctl.drivers.ipp.reader`.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias, Union

from pyipp.enums import IppOperation, IppTag
from pyipp.serializer import construct_attribute

GET_PRINTER_ATTRIBUTES: Final = IppOperation.GET_PRINTER_ATTRIBUTES
SET_PRINTER_ATTRIBUTES: Final = IppOperation.SET_PRINTER_ATTRIBUTES
"""RFC 3380, 4.1."""

Value: TypeAlias = Union[bool, int, str, tuple[int, ...], "Attributes"]
"""A value as Python has it: a resolution has three numbers, a range two; a collection has members."""
Attributes: TypeAlias = Mapping[str, tuple[Value, ...]]
"""Values by name; an attribute that says that it has none has ()."""

Members: TypeAlias = "tuple[Attribute, ...]"
Resolution: TypeAlias = tuple[int, int, int]
"""Dots across, dots along, and what for: 3 is an inch, 4 a centimetre."""

_OK_BELOW: Final = 0x0100
"""Every status below it is a success (RFC 8011, 4.1.6)."""


class Attribute(NamedTuple):
    """One attribute of a request, or a member of a collection."""

    name: str
    """As IANA's registry has it."""
    tag: IppTag
    """The kind of its value; DELETE_ATTR takes it away."""
    value: "bool | int | str | Resolution | Members | Sequence[str]"
    """Its value, or its values; the members of a collection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a printer or a server answered."""

    status: int
    """Status code (RFC 8011, appendix B)."""
    message: str = ""
    """Its own words; may be empty."""
    printers: tuple[Attributes, ...] = ()
    """Attributes of each printer, in order."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Attributes that it named as refused, with their tags."""
    data: bytes = field(default=b"", repr=False)
    """What stands behind the attributes."""

    @property
    def ok(self) -> bool:
        """It says yes."""
        return self.status < _OK_BELOW

    @property
    def printer(self) -> Attributes:
        """Attributes of the first printer."""
        return self.printers[0] if self.printers else {}


def request(  # noqa: PLR0913 - what a request has
    operation: IppOperation,
    target: str,
    user: str,
    *,
    version: tuple[int, int] = (2, 0),
    wanted: Sequence[str] = (),
    changes: Iterable[Attribute] = (),
    more: Sequence[Attribute] = (),
    data: bytes = b"",
) -> bytes:
    """A request as bytes.

    Args:
        operation: What shall be done.
        target: URI of the printer it is about; empty: of none.
        user: Who asks.
        version: Of IPP.
        wanted: Attributes that shall be told.
        changes: Attributes of the printer that shall be set.
        more: Further attributes of the operation.
        data: What stands behind the attributes.
    """
    head = [
        Attribute("attributes-charset", IppTag.CHARSET, "utf-8"),
        Attribute("attributes-natural-language", IppTag.LANGUAGE, "en"),
        *([Attribute("printer-uri", IppTag.URI, target)] if target else []),
        Attribute("requesting-user-name", IppTag.NAME, user),
        *more,
        *([Attribute("requested-attributes", IppTag.KEYWORD, wanted)] if wanted else []),
    ]
    parts = [struct.pack(">bbhi", *version, operation, 1), bytes([IppTag.OPERATION]), *map(_encoded, head)]
    operands = [_encoded(attribute) for attribute in changes]
    return b"".join([*parts, *([bytes([IppTag.PRINTER]), *operands] if operands else []), bytes([IppTag.END]), data])


def resolution_text(found: Sequence[int]) -> str:
    """A resolution as people write it: `600dpi`, `1200x600dpi`."""
    across, along, unit = found
    numbers = str(across) if across == along else f"{across}x{along}"
    return f"{numbers}{'dpcm' if unit == PER_CM else 'dpi'}"


PER_INCH, PER_CM = 3, 4
"""Units of a resolution."""


def _encoded(attribute: Attribute) -> bytes:
    name, tag, value = attribute
    if tag is IppTag.BEGIN_COLLECTION:
        assert isinstance(value, tuple)  # noqa: S101 - for the type checker
        return _sized(IppTag.BEGIN_COLLECTION, name, b"") + _collection(value)
    if tag is IppTag.RESOLUTION:
        assert isinstance(value, tuple)  # noqa: S101 - for the type checker
        return _sized(IppTag.RESOLUTION, name, struct.pack(">iib", *value))
    return construct_attribute(name, list(value) if isinstance(value, tuple) else value, tag)


def _collection(members: Iterable[Attribute]) -> bytes:
    """A collection's members and its end (RFC 8010, 3.1.6)."""
    parts = []
    for member in members:
        parts.append(_sized(IppTag.MEMBER_NAME, "", member.name.encode()))
        parts.append(_encoded(member._replace(name="")))
    return b"".join([*parts, _sized(IppTag.END_COLLECTION, "", b"")])


def _sized(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + b"".join(struct.pack(">h", len(part)) + part for part in (name.encode(), value))
