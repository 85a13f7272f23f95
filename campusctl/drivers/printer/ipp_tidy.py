"""An IPP answer, checked and brought into a form that pyipp's parser reads right.

pyipp 0.17 cannot read an empty group, raises on a number that its enumerations do not know (every maker has operations
of its own), drops letters that are not UTF-8, believes every length (a negative one never ends), and does not tell what
a refused attribute was refused for. This walks over the attributes once, without understanding their values.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_END, _UNSUPPORTED = 0x03, 0x05
_FIRST_VALUE: Final = 0x10
"""Tags below are the beginnings of groups."""
_LAST_OUT_OF_BAND: Final = 0x1F
_INTEGER, _BOOLEAN, _ENUM, _OCTETS, _DATE, _RESOLUTION = 0x21, 0x22, 0x23, 0x30, 0x31, 0x32
_BEGIN, _END_COLLECTION = 0x34, 0x37
_TEXT_LANG, _NAME_LANG, _TEXT, _NAME = 0x35, 0x36, 0x41, 0x42
_SIZES: Final = {_INTEGER: 4, _BOOLEAN: 1, _ENUM: 4, _RESOLUTION: 9}
_PLAIN: Final = {_ENUM: _INTEGER, _DATE: _OCTETS, _TEXT_LANG: _TEXT, _NAME_LANG: _NAME}
"""What stands in a tag's place: the same value, in a form that cannot be misread."""

_MOST: Final = 20_000
"""Attributes of an answer; a printer that says everything has some hundred."""
_DEEPEST: Final = 8
"""Collections within collections."""
_LONGEST: Final = 0x7FFF


class NoIppError(Exception):
    """This is no IPP answer, or not a whole one; the message says why."""


class Tidy(NamedTuple):
    """An answer, ready for pyipp's parser."""

    data: bytes
    """The message; empty when it holds no attributes at all."""
    status: int
    """Its status code."""
    refused: Mapping[str, int]
    """Attributes of the unsupported group: name and tag."""


class _Item(NamedTuple):
    tag: int
    name: bytes
    value: bytes


def tidy(raw: bytes) -> Tidy:
    """An IPP answer in a form that pyipp reads right.

    Args:
        raw: The answer as it came.

    Raises:
        NoIppError: It is none, or it is cut off.
    """
    if len(raw) < 9 or raw[0] not in (1, 2):
        raise NoIppError("what it answers is not IPP")
    walk = _Walk(raw)
    out = b"".join(walk.groups())
    return Tidy(raw[:8] + out + bytes([_END]) if out else b"", int.from_bytes(raw[2:4], "big"), walk.refused)


class _Walk:
    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 8
        self._charset = "utf-8"
        self._depth = 0
        self.refused: dict[str, int] = {}

    def groups(self) -> Iterator[bytes]:
        """Every attribute that has a value, as it shall be read, with the beginning of its group before the first."""
        count, group, begun, skipped = 0, 0, False, False
        while (found := self._next()) is not None:
            count += 1
            if count > _MOST:
                raise NoIppError("its answer has no end")
            if isinstance(found, int):
                group, begun, skipped = found, False, False
                continue
            if found.name and not self._depth:
                skipped = self._without_value(group, found)
            if skipped:
                continue
            if not begun:
                begun = True
                yield bytes([group])
            yield self._written(found)
        if self._depth:
            raise NoIppError("its answer is cut off")

    def _next(self) -> int | _Item | None:
        """The beginning of a group, or an attribute; None: the end."""
        tag = self._take(1)[0]
        if tag == _END:
            return None
        if tag < _FIRST_VALUE:
            return tag
        name = self._take(self._length())
        value = self._take(self._length())
        if len(value) != _SIZES.get(tag, len(value)):
            raise NoIppError("what it answers is not IPP")
        return _Item(tag, name, value)

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._raw):
            raise NoIppError("its answer is cut off")
        taken, self._at = self._raw[self._at : end], end
        return taken

    def _length(self) -> int:
        size = int.from_bytes(self._take(2), "big")
        if size > _LONGEST:
            raise NoIppError("what it answers is not IPP")
        return size

    def _without_value(self, group: int, item: _Item) -> bool:
        """Whether an attribute says that it has no value, or stands among those that were refused."""
        if group == _UNSUPPORTED:
            self.refused[item.name.decode("ascii", "replace")] = item.tag
            return True
        if item.name == b"attributes-charset":
            self._charset = item.value.decode("ascii", "replace").casefold()
        return item.tag <= _LAST_OUT_OF_BAND

    def _written(self, item: _Item) -> bytes:
        if item.tag == _BEGIN:
            self._depth += 1
        elif item.tag == _END_COLLECTION:
            self._depth -= 1
        if not 0 <= self._depth <= _DEEPEST:
            raise NoIppError("what it answers is not IPP")
        tag = _PLAIN.get(item.tag, item.tag)
        value = _text(item) if item.tag in (_TEXT_LANG, _NAME_LANG) else item.value
        if tag in (_TEXT, _NAME):
            value = _utf8(value, self._charset)
        sized = (len(part).to_bytes(2, "big") + part for part in (item.name, value))
        return bytes([tag]) + b"".join(sized)


def _text(item: _Item) -> bytes:
    """The text of a text with its language before it (RFC 8010, 3.9)."""
    language = int.from_bytes(item.value[:2], "big")
    size = int.from_bytes(item.value[2 + language : 4 + language], "big")
    return item.value[4 + language : 4 + language + size]


def _utf8(value: bytes, charset: str) -> bytes:
    """A text in UTF-8, whatever it came in: some printers say UTF-8 and mean Latin-1."""
    try:
        text = value.decode(charset)
    except (LookupError, ValueError):  # a charset nobody knows, or with a null in its name
        text = value.decode("latin-1")
    return text.encode()[:_LONGEST]
