"""IPP messages as a simulated CUPS reads and writes them. Written from RFC 8010, apart from the driver."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Value: TypeAlias = bool | int | str | None
"""None: the attribute is to be deleted."""

OPERATION: Final = 0x01
END: Final = 0x03
PRINTER: Final = 0x04
UNSUPPORTED: Final = 0x05

DELETE: Final = 0x16
INTEGER: Final = 0x21
BOOLEAN: Final = 0x22
ENUM: Final = 0x23
TEXT: Final = 0x41
NAME: Final = 0x42
KEYWORD: Final = 0x44
URI: Final = 0x45
CHARSET: Final = 0x47
LANGUAGE: Final = 0x48

_HEAD: Final = 8
_FIRST_VALUE: Final = 0x10


class BadRequestError(Exception):
    """What came is no IPP."""


@dataclass(frozen=True)
class Request:
    """What a client asks."""

    operation: int
    """Operation id."""
    number: int
    """Request id; the reply has the same."""
    attributes: Mapping[str, tuple[Value, ...]]
    """Attributes of the operation."""
    printer: Mapping[str, tuple[Value, ...]]
    """Attributes of the printer, in the order in which they came."""
    data: bytes
    """What stands behind them."""


def parse(body: bytes) -> Request:
    """Read a request.

    Raises:
        BadRequestError: It is none.
    """
    groups: dict[int, dict[str, tuple[Value, ...]]] = {OPERATION: {}, PRINTER: {}}
    try:
        at, now, name = _HEAD, OPERATION, ""
        while (tag := body[at]) != END:
            at += 1
            if tag < _FIRST_VALUE:
                now = tag
                groups.setdefault(now, {})
                continue
            key, at = _piece(body, at)
            raw, at = _piece(body, at)
            name = key.decode() or name
            before = () if key else groups[now].get(name, ())
            groups[now][name] = (*before, _read(tag, raw))
    except (IndexError, UnicodeDecodeError) as error:
        raise BadRequestError from error
    return Request(
        operation=int.from_bytes(body[2:4], "big"),
        number=int.from_bytes(body[4:8], "big"),
        attributes=groups[OPERATION],
        printer=groups[PRINTER],
        data=body[at + 1 :],
    )


def _piece(body: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(body[at : at + 2], "big")
    end = at + 2 + size
    if end > len(body) - 1:
        raise IndexError
    return body[at + 2 : end], end


def _read(tag: int, raw: bytes) -> Value:
    if tag == DELETE:
        return None
    if tag in (INTEGER, ENUM):
        return int.from_bytes(raw, "big", signed=True)
    return raw != b"\0" if tag == BOOLEAN else raw.decode()


Attribute: TypeAlias = tuple[str, int, bool | int | str | tuple[str, ...]]
"""Name, tag of its value, value or values."""


def answer(  # noqa: PLR0913 - what a reply has
    request: Request,
    status: int,
    message: str = "",
    *,
    printers: Iterable[Iterable[Attribute]] = (),
    unsupported: Iterable[Attribute] = (),
    data: bytes = b"",
) -> bytes:
    """Write a reply.

    Args:
        request: What was asked.
        status: Status code.
        message: In words.
        printers: Attributes of each printer.
        unsupported: Attributes that are not taken.
        data: What stands behind them.
    """
    parts = [bytes([2, 0]), status.to_bytes(2, "big"), request.number.to_bytes(4, "big"), bytes([OPERATION])]
    parts += [
        _attribute("attributes-charset", CHARSET, "utf-8"),
        _attribute("attributes-natural-language", LANGUAGE, "en"),
    ]
    if message:
        parts.append(_attribute("status-message", TEXT, message))
    refused = [_attribute(*one) for one in unsupported]
    if refused:
        parts += [bytes([UNSUPPORTED]), *refused]
    for printer in printers:
        parts += [bytes([PRINTER]), *(_attribute(*one) for one in printer)]
    return b"".join([*parts, bytes([END]), data])


def _attribute(name: str, tag: int, value: bool | int | str | tuple[str, ...]) -> bytes:  # noqa: FBT001 - a value
    values = value if isinstance(value, tuple) else (value,)
    return b"".join(
        bytes([tag]) + _sized(b"" if number else name.encode()) + _sized(_written(tag, one))
        for number, one in enumerate(values)
    )


def _sized(raw: bytes) -> bytes:
    return len(raw).to_bytes(2, "big") + raw


def _written(tag: int, value: bool | int | str) -> bytes:  # noqa: FBT001 - a value
    if tag in (INTEGER, ENUM):
        return int(value).to_bytes(4, "big", signed=True)
    if tag == BOOLEAN:
        return bytes([bool(value)])
    return str(value).encode()
