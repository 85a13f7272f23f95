"""IPP messages as a print server takes and gives them. Source: RFC 8010; CUPS Implementation of IPP.

pyipp names operations and tags and writes attributes. Replies are read here: of an attribute that stands in one twice,
as defaults of CUPS do, pyipp keeps the last alone, and a length below zero sends it round in circles for ever.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from campusctl.errors import MissingExtraError

try:
    from pyipp.enums import IppOperation, IppTag
    from pyipp.serializer import construct_attribute
except ImportError:  # pragma: no cover - the tests' environment has every extra
    raise MissingExtraError("printers", "work on print queues") from None

OK_BELOW: Final = 0x0100
"""Status codes below it are the successful ones."""

_VERSION: Final = b"\x02\x00"
_HEADER: Final = struct.Struct(">2sHi")
_LONGEST: Final = 1000
"""Characters of a text that are looked at."""


class Attribute(NamedTuple):
    """One attribute of a request."""

    name: str
    """Its name."""
    tag: IppTag
    """The kind of its value; DELETE_ATTR takes it away."""
    value: bool | int | str
    """Its value."""


class MalformedReplyError(Exception):
    """What came is no IPP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    """Status code, RFC 8011, appendix B."""
    message: str
    """The server's own words; may be empty."""
    printers: tuple[Mapping[str, tuple[Any, ...]], ...] = ()
    """Attributes of each printer, in order; every attribute has a tuple of values."""
    unsupported: tuple[str, ...] = ()
    """Names of attributes that the server does not take."""
    data: bytes = field(default=b"", repr=False)
    """What stands behind the attributes."""

    @property
    def ok(self) -> bool:
        """It says yes."""
        return self.status < OK_BELOW


def request(  # noqa: PLR0913 - what a request has
    operation: IppOperation,
    target: str,
    user: str,
    *,
    wanted: Sequence[str] = (),
    changes: Sequence[Attribute] = (),
    more: Sequence[Attribute] = (),
    data: bytes = b"",
) -> bytes:
    """A request.

    Args:
        operation: What the server shall do.
        target: URI of the printer it is about; empty: of none.
        user: Who asks.
        wanted: Attributes that the reply shall have.
        changes: Attributes of the printer.
        more: Further attributes of the operation.
        data: What stands behind the attributes.
    """
    head = [
        Attribute("attributes-charset", IppTag.CHARSET, "utf-8"),
        Attribute("attributes-natural-language", IppTag.LANGUAGE, "en"),
        *([Attribute("printer-uri", IppTag.URI, target)] if target else []),
        Attribute("requesting-user-name", IppTag.NAME, user),
        *more,
    ]
    parts = [_HEADER.pack(_VERSION, operation.value, 1), bytes([IppTag.OPERATION.value])]
    parts += [construct_attribute(name, value, tag) for name, tag, value in head]
    if wanted:
        parts.append(construct_attribute("requested-attributes", list(wanted), IppTag.KEYWORD))
    if changes:
        parts.append(bytes([IppTag.PRINTER.value]))
        parts += [construct_attribute(name, value, tag) for name, tag, value in changes]
    return b"".join([*parts, bytes([IppTag.END.value]), data])


def reply(data: bytes) -> Reply:
    """Read a reply.

    Raises:
        MalformedReplyError: It is none.
    """
    try:
        _, status, _ = _HEADER.unpack_from(data)
        groups, end = _groups(data, _HEADER.size)
    except (struct.error, IndexError) as error:
        raise MalformedReplyError(type(error).__name__) from error
    found = [(tag, group) for tag, group in groups if group]
    message = next((group["status-message"][0] for _, group in found if "status-message" in group), "")
    return Reply(
        status=status,
        message=str(message),
        printers=tuple(group for tag, group in found if tag == IppTag.PRINTER),
        unsupported=tuple(name for tag, group in found if tag == IppTag.UNSUPPORTED_GROUP for name in group),
        data=data[end:],
    )


def _groups(data: bytes, at: int) -> tuple[list[tuple[int, dict[str, tuple[Any, ...]]]], int]:
    """Every group's tag and attributes, and where the data begins. An attribute that comes twice has all its values."""
    groups: list[tuple[int, dict[str, tuple[Any, ...]]]] = []
    name = ""
    while (tag := data[at]) != IppTag.END:
        at += 1
        if tag <= _LAST_GROUP:
            groups.append((tag, {}))
            name = ""
            continue
        (named,) = _LENGTH.unpack_from(data, at)
        (size,) = _LENGTH.unpack_from(data, at + 2 + named)
        start = at + 4 + named
        at = start + size
        if at >= len(data) or not groups:
            raise IndexError
        group = groups[-1][1]
        if named:
            name = data[start - 2 - named : start - 2].decode(errors="replace")
        if name:
            group[name] = (*group.get(name, ()), _value(tag, data[start:at]))
    return groups, at + 1


def _value(tag: int, raw: bytes) -> bool | int | str:
    """One value; the parts of a collection are values on their own, and what nobody asks for stays text."""
    if tag in (IppTag.INTEGER, IppTag.ENUM) and len(raw) == 4:
        return int.from_bytes(raw, "big", signed=True)
    if tag == IppTag.BOOLEAN and len(raw) == 1:
        return raw != b"\0"
    return raw.decode(errors="replace")[:_LONGEST]


_LENGTH: Final = struct.Struct(">H")
_LAST_GROUP: Final = 0x0F
"""Tags of groups end here, RFC 8010, 3.5.1."""
