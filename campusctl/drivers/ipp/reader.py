"""Reads IPP answers (RFC 8010), from whoever sends them.

pyipp's own parser cannot read an empty group, raises on a number that its enumerations do not know (every maker has
operations of its own), drops letters that are not UTF-8, believes every length (a negative one never ends), keeps the
last one alone of an attribute that CUPS says twice, and does not tell what a refused attribute was refused for.
"""

from collections.abc import Mapping
from typing import Final

from pyipp.enums import IppTag

from campusctl.drivers.ipp.message import Answer, Attributes, Value

_HEADER: Final = 8
_FIRST_VALUE: Final = 0x10
"""Tags below are the beginnings of groups (RFC 8010, 3.5.1)."""
_LAST_OUT_OF_BAND: Final = 0x1F
"""Tags from 0x10 to here stand for a value that is not there (RFC 8010, 3.5.2)."""
_NUMBERS: Final = frozenset({IppTag.INTEGER, IppTag.ENUM})
_LANGUAGES: Final = frozenset({IppTag.TEXT_LANG, IppTag.NAME_LANG})
_ROWS: Final[Mapping[int, tuple[int, ...]]] = {IppTag.RESOLUTION: (4, 4, 1), IppTag.RANGE: (4, 4)}
"""Sizes of numbers that make one value."""

MOST: Final = 20_000
"""Values of an answer; a printer that says everything has a thousand, and a server as many for each queue."""
_DEEPEST: Final = 8
"""Collections within collections."""
_LONGEST: Final = 0x7FFF
"""Bytes of a value: lengths are signed."""
_LONGEST_TEXT: Final = 1023
"""Characters of a text (RFC 8011, 5.1.2)."""


class NoIppError(Exception):
    """This is no IPP answer, or not a whole one; the message says why."""


def answer(raw: bytes, most: int = MOST) -> Answer:
    """What was answered.

    Args:
        raw: The answer as it came.
        most: Values that it may have.

    Raises:
        NoIppError: It is none, or it is cut off.
    """
    if len(raw) <= _HEADER or raw[0] not in (1, 2):
        raise NoIppError("what it answers is not IPP")
    return _Reader(raw, most).answer()


class _Reader:
    def __init__(self, raw: bytes, most: int) -> None:
        self._raw, self._at, self._left = raw, _HEADER, most
        self._charset = ""

    def answer(self) -> Answer:
        groups: list[tuple[int, dict[str, list[Value]]]] = []
        refused: dict[str, int] = {}
        name = ""
        while (tag := self._take(1)[0]) != IppTag.END:
            if tag < _FIRST_VALUE:
                groups.append((tag, {}))
                name = ""
                continue
            if not groups:
                raise NoIppError("what it answers is not IPP")
            named, raw = self._pair()
            name = _ascii(named) or name
            group, values = groups[-1]
            found = self._value(tag, raw, _DEEPEST)
            if group == IppTag.UNSUPPORTED_GROUP:
                refused.setdefault(name, tag)
            elif name and tag != IppTag.UNSUPPORTED_VALUE:
                values.setdefault(name, []).extend(found)
        return Answer(
            status=int.from_bytes(self._raw[2:4], "big"),
            message=next((str(found) for _, group in groups for found in group.get("status-message", ())), ""),
            printers=tuple(_whole(values) for group, values in groups if group == IppTag.PRINTER and values),
            refused={name: tag for name, tag in refused.items() if name},
            data=self._raw[self._at :],
        )

    def _value(self, tag: int, raw: bytes, deep: int) -> tuple[Value, ...]:
        """One value; none, where it says so, or is no value of its kind."""
        if tag <= _LAST_OUT_OF_BAND:
            return ()
        if tag == IppTag.BEGIN_COLLECTION:
            return (self._members(deep - 1),)
        if tag in (IppTag.END_COLLECTION, IppTag.MEMBER_NAME):
            raise NoIppError("what it answers is not IPP")
        if tag in _NUMBERS:
            return (int.from_bytes(raw, "big", signed=True),) if 1 <= len(raw) <= 4 else ()
        if tag == IppTag.BOOLEAN:
            return (any(raw),) if raw else ()
        if tag in _ROWS:
            return _row(raw, _ROWS[tag])
        text = self._text(_without_language(raw) if tag in _LANGUAGES else raw)
        if tag == IppTag.CHARSET and not self._charset:
            self._charset = text.casefold()
        return (text,)

    def _members(self, deep: int) -> Attributes:
        """The members of a collection, up to its end (RFC 8010, 3.1.6)."""
        if deep < 0:
            raise NoIppError("what it answers is not IPP")
        found: dict[str, list[Value]] = {}
        name = ""
        while (tag := self._take(1)[0]) != IppTag.END_COLLECTION:
            if tag < _FIRST_VALUE:
                raise NoIppError("its answer is cut off")
            _, raw = self._pair()
            if tag == IppTag.MEMBER_NAME:
                name = _ascii(raw)
            else:
                found.setdefault(name, []).extend(self._value(tag, raw, deep))
        self._pair()
        return _whole(found)

    def _pair(self) -> tuple[bytes, bytes]:
        """The name and the value of what comes next."""
        self._left -= 1
        if self._left < 0:
            raise NoIppError("its answer has no end")
        return self._take(self._length()), self._take(self._length())

    def _length(self) -> int:
        size = int.from_bytes(self._take(2), "big")
        if size > _LONGEST:
            raise NoIppError("what it answers is not IPP")
        return size

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._raw):
            raise NoIppError("its answer is cut off")
        taken, self._at = self._raw[self._at : end], end
        return taken

    def _text(self, raw: bytes) -> str:
        """A text, whatever it came in: some printers say UTF-8 and mean Latin-1, and fill up with zeros."""
        raw = raw.partition(b"\0")[0]
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            # Of other charsets only those of one byte a letter are in use; one that nobody knows is read as Latin-1.
            text = raw.decode(self._charset if self._charset in _ONE_BYTE else "latin-1", "replace")
        return text[:_LONGEST_TEXT]


_ONE_BYTE: Final = frozenset({*(f"iso-8859-{part}" for part in (1, 2, 9, 15)), "windows-1250", "windows-1252"})


def _whole(found: Mapping[str, list[Value]]) -> Attributes:
    return {name: tuple(values) for name, values in found.items()}


def _ascii(raw: bytes) -> str:
    return raw.decode("ascii", "replace")


def _row(raw: bytes, sizes: tuple[int, ...]) -> tuple[Value, ...]:
    """Numbers that make one value, such as a resolution; nothing: they are not so long."""
    if len(raw) != sum(sizes):
        return ()
    starts = (sum(sizes[:at]) for at in range(len(sizes)))
    numbers = (int.from_bytes(raw[at : at + size], "big", signed=True) for at, size in zip(starts, sizes, strict=True))
    return (tuple(numbers),)


def _without_language(raw: bytes) -> bytes:
    """The text of a text with its language before it (RFC 8010, 3.9)."""
    language = int.from_bytes(raw[:2], "big")
    size = int.from_bytes(raw[2 + language : 4 + language], "big")
    return raw[4 + language : 4 + language + size]
