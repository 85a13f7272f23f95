"""Reading and writing IPP messages, from RFC 8010, for the lab's printers and print servers."""

import struct
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

OPERATION, END, PRINTER, UNSUPPORTED = 0x01, 0x03, 0x04, 0x05
"""Beginnings of groups, and the end."""
UNKNOWN_ATTRIBUTE, NO_VALUE, NOT_SETTABLE, DELETE = 0x10, 0x13, 0x15, 0x16
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
RESOLUTION, COLLECTION, END_COLLECTION, MEMBER = 0x32, 0x34, 0x37, 0x4A
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48
"""Tags of values."""

Inner: TypeAlias = "int | bool | str | bytes | tuple[int, int, int] | Mapping[str, list[Value]]"


class Value(NamedTuple):
    """One value of an attribute."""

    tag: int
    """Its tag."""
    inner: Inner
    """The value itself."""


Group: TypeAlias = dict[str, list[Value]]

_NUMBERS: Final = {INTEGER: ">i", ENUM: ">i", BOOLEAN: ">?", RESOLUTION: ">iib"}


class Message(NamedTuple):
    """A request, or an answer."""

    version: tuple[int, int]
    """Of IPP."""
    code: int
    """Operation or status."""
    number: int
    """Of the request."""
    groups: tuple[tuple[int, Group], ...]
    """Groups of attributes with their tags, in their order."""
    data: bytes = b""
    """What stands behind them."""

    def group(self, tag: int) -> Group:
        """The first group of a kind; empty: there is none."""
        return next((group for kind, group in self.groups if kind == tag), {})


def read(data: bytes) -> Message:
    """A message.

    Raises:
        ValueError: It is none.
    """
    try:
        return _Reader(data).message()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("not an IPP message") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 8

    def message(self) -> Message:
        major, minor, code, number = struct.unpack_from(">bbHi", self._data)
        groups: list[tuple[int, Group]] = []
        last = ""
        while (tag := self._data[self._at]) != END:
            if tag < UNKNOWN_ATTRIBUTE:
                self._at += 1
                groups.append((tag, {}))
                continue
            name, value = self._attribute()
            last = name or last
            groups[-1][1].setdefault(last, []).append(value)
        return Message((major, minor), code, number, tuple(groups), self._data[self._at + 1 :])

    def _attribute(self) -> tuple[str, Value]:
        tag = self._data[self._at]
        self._at += 1
        name, raw = self._part().decode(), self._part()
        if tag == COLLECTION:
            return name, Value(tag, self._members())
        if tag in _NUMBERS:
            found = struct.unpack(_NUMBERS[tag], raw)
            return name, Value(tag, found if tag == RESOLUTION else found[0])
        return name, Value(tag, raw.decode())

    def _part(self) -> bytes:
        (size,) = struct.unpack_from(">H", self._data, self._at)
        part = self._data[self._at + 2 : self._at + 2 + size]
        if len(part) < size:
            raise IndexError
        self._at += 2 + size
        return part

    def _members(self) -> Group:
        found: Group = {}
        name = ""
        while True:
            _, value = self._attribute()
            if value.tag == END_COLLECTION:
                return found
            if value.tag == MEMBER:
                name = str(value.inner)
            else:
                found.setdefault(name, []).append(value)


Rows: TypeAlias = Mapping[str, list[Value]] | Iterable[tuple[str, list[Value]]]
"""Attributes of a group; pairs where one stands there twice, as CUPS says some."""


def write(
    version: tuple[int, int], code: int, number: int, groups: Iterable[tuple[int, Rows]], data: bytes = b""
) -> bytes:
    """A message as bytes; an empty group is left out."""
    parts = [struct.pack(">bbHi", *version, code, number)]
    for tag, group in groups:
        rows = [_attribute(name, values) for name, values in (group.items() if isinstance(group, Mapping) else group)]
        parts += [bytes([tag]), *rows] if rows else []
    return b"".join([*parts, bytes([END]), data])


def _attribute(name: str, values: Iterable[Value]) -> bytes:
    parts = []
    for value in values:
        parts.append(_value(name, value))
        name = ""
    return b"".join(parts)


def _value(name: str, value: Value) -> bytes:
    inner = value.inner
    if isinstance(inner, Mapping):
        members = (_sized(MEMBER, "", member.encode()) + _attribute("", values) for member, values in inner.items())
        return _sized(COLLECTION, name, b"") + b"".join(members) + _sized(END_COLLECTION, "", b"")
    if value.tag in _NUMBERS:
        numbers = inner if isinstance(inner, tuple) else (inner,)
        return _sized(value.tag, name, struct.pack(_NUMBERS[value.tag], *numbers))
    return _sized(value.tag, name, inner if isinstance(inner, bytes) else str(inner).encode())


def _sized(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + b"".join(struct.pack(">H", len(part)) + part for part in (name.encode(), value))
