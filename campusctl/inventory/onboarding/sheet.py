"""New devices from a spreadsheet, as a supplier or a colleague wrote it."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from campusctl.inventory import spreadsheet
from campusctl.inventory.files import decode
from campusctl.inventory.issue import FileError
from campusctl.inventory.onboarding.headers import Header, header_of, no_header, wrong_with
from campusctl.inventory.onboarding.scanning import WORDS, Field, ScanError, read_scan, without_invisible
from campusctl.inventory.onboarding.wanted import Refusal, Wanted
from campusctl.model.sentence import sentence, sentences
from campusctl.words.language import N_

MAX_ROWS: Final = 500
"""Devices in one file."""

KIND_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "board": ("board", "tafel", "digitale tafel", "digital board", "display"),
    "printer": ("printer", "drucker"),
    "projector": ("projector", "beamer", "projektor"),
    "pc": ("pc", "rechner", "computer"),
    "switch": ("switch",),
}
"""Kinds, and what a row may call them."""

_KINDS: Final = {word: kind for kind, words in KIND_WORDS.items() for word in words}
_MERGED: Final[tuple[str, ...]] = ("kind", "school", "room", "profile", "device_class", "switch")
"""What a merged cell says once for several rows."""
_SCANNED: Final[tuple[Field, ...]] = ("serial", "mac", "asset")
_NOTHING: Final = frozenset({"-", "\u2013", "\u2014", "?", "n/a", "k.a.", "k. a."})
"""What people write where they know nothing."""
_ROUNDED: Final = re.compile(r"^\d(?:[.,]\d+)?E\+\d+$")
_HALF_NULL: Final = 0.3
"""Of the bytes of a UTF-16 text in German or English, at least so many are zero."""
_TWICE: Final = (
    ("serial", N_("the serial number {value} stands in line {line} too")),
    ("mac", N_("the MAC address {value} stands in line {line} too")),
    ("asset", N_("the asset tag {value} stands in line {line} too")),
    ("name", N_("the name {value} stands in line {line} too")),
    ("address", N_("the address {value} stands in line {line} too")),
    ("port", N_("the port {value} stands in line {line} too")),
)


class Sheet(NamedTuple):
    """What a file says."""

    rows: tuple[Wanted, ...]
    """New devices, in the order of the file."""
    refusals: tuple[Refusal, ...]
    """What is wrong, each with its line."""
    notes: tuple[str, ...]
    """What a person should know: columns that are not used, values of merged cells."""


def text_of(file: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a CSV file, and what a person should know of how it was read.

    UTF-8 with or without a byte order mark, UTF-16 likewise, else Windows-1252, of which Latin-1 is a part. Characters
    that nobody sees, which scanners and web pages leave, are dropped.

    Raises:
        FileError: It holds control characters, or is no text at all.
    """
    notes: tuple[str, ...] = ()
    if utf16 := _utf16(data):
        text = data.decode(utf16, errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            notes = (sentence("the file is not UTF-8: it was read as Windows-1252, so look at the umlauts"),)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = "\n".join(line if line.isascii() else without_invisible(f"|{line}|")[1:-1] for line in lines)
    return decode(file, seen.encode(errors="replace")), notes


def _utf16(data: bytes) -> str:
    """The codec of a UTF-16 text; empty: it is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:2000]
    for codec, at in (("utf-16-le", 1), ("utf-16-be", 0)):
        if start[at::2].count(0) > _HALF_NULL * len(start) and not start[1 - at :: 2].count(0):
            return codec
    return ""


def read_sheet(file: str, data: bytes, base: Wanted) -> Sheet:
    """The new devices of a CSV file; everything that is wrong with it at once.

    Args:
        file: Its name, for messages.
        data: Its bytes.
        base: What holds for all of them unless their rows say otherwise: perhaps the kind, perhaps the school.
    """
    try:
        text, notes = text_of(file, data)
        lines = spreadsheet.rows(file, text)
    except FileError as error:
        return Sheet((), tuple(Refusal(one.what, one.hint, one.line) for one in error.issues), ())
    header = header_of(lines)
    if header is None:
        return Sheet((), (no_header(),), ())
    refusals = [*wrong_with(header, base)]
    if header.unused:
        notes = (*notes, sentence("columns that are not used: {columns}", columns=", ".join(header.unused)))
    filled = [line for line in lines[header.at + 1 :] if any(spreadsheet.cell_value(cell) for cell in line.cells)]
    if len(filled) > MAX_ROWS:
        what = sentence("more than {most} devices: {number}", most=MAX_ROWS, number=len(filled))
        refusals.append(Refusal(what, sentence("onboard them school by school")))
    if refusals:
        return Sheet((), tuple(refusals), notes)
    return _Reading(header, base).sheet(filled, notes)


class _Reading:
    """The rows of one file, one after the other: what a merged cell said holds on."""

    def __init__(self, header: Header, base: Wanted) -> None:
        self._header, self._base = header, base
        self._above: dict[str, str] = {}
        self._merged: list[int] = []
        self._refusals: list[Refusal] = []

    def sheet(self, lines: Sequence[spreadsheet.Cells], notes: tuple[str, ...]) -> Sheet:
        """The devices of these lines."""
        rows = [wanted for line in lines if (wanted := self._wanted(line))]
        if self._merged:
            where = ", ".join(map(str, self._merged))
            told = sentences(
                "the room of the row above holds for line {lines} (merged cells)",
                "the room of the row above holds for lines {lines} (merged cells)",
                len(self._merged),
                lines=where,
            )
            notes = (*notes, told)
        refusals = [*self._refusals, *_twice(rows)]
        if not rows and not refusals:
            hint = sentence("a row needs a room and a serial number or a MAC address")
            refusals.append(Refusal(sentence("there is no device in it"), hint))
        return Sheet(tuple(rows), tuple(sorted(refusals, key=lambda one: one.line)), notes)

    def _wanted(self, line: spreadsheet.Cells) -> Wanted | None:
        """The device of a line; None: it is none."""
        cells = [" ".join(spreadsheet.cell_value(cell).split()) for cell in line.cells]
        if any(cells[self._header.width :]):
            what = sentence("{number} values for {columns} columns", number=len(cells), columns=self._header.width)
            self._refusals.append(Refusal(what, sentence("a value with the delimiter in it needs quotes"), line.line))
            return None
        values = {name: cells[at] for at, name in self._header.columns.items() if at < len(cells)}
        values = {name: value for name, value in values.items() if value}
        filled = self._filled(values)
        self._above = {**filled, **{name: value for name, value in values.items() if name in _MERGED}}
        if not values.keys() - set(_MERGED):
            # A row of a merged cell with nothing in it, or a heading between rooms.
            return None
        if "room" in filled:
            self._merged.append(line.line)
        wrong, wanted = _row({**filled, **values}, line.line, self._base)
        self._refusals += wrong
        return wanted

    def _filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """What merged cells above say of a row; a room belongs to its school, and model and switch to their room."""
        above = self._above
        names = ["kind", "school"]
        if values.get("school", above.get("school")) == above.get("school"):
            names += ["room"]
            if "room" not in values or values["room"] == above.get("room"):
                names += ["profile", "device_class", *(["switch"] if "port" in values else [])]
        return {name: above[name] for name in names if name not in values and name in above}


def _row(values: Mapping[str, str], line: int, base: Wanted) -> tuple[list[Refusal], Wanted]:
    refusals: list[Refusal] = []
    found = {name: value for name, value in values.items() if name not in (*_SCANNED, "switch")}
    if values.get("switch"):
        found["port"] = f"{values['switch']}:{values['port']}" if values.get("port") else values["switch"]
    for name in _SCANNED:
        value = values.get(name, "")
        if value.casefold() in _NOTHING:
            continue
        if _ROUNDED.match(value):
            hint = sentence("format the column as text, and type the value again")
            refusals.append(
                Refusal(sentence("`{value}` was rounded by a spreadsheet program", value=value), hint, line)
            )
        elif value:
            try:
                found[name] = getattr(read_scan(value, name), name) or _misplaced(value, name)
            except ScanError as error:
                refusals.append(Refusal(error.what, error.hint, line))
    said = found.pop("kind", "")
    kind = _KINDS.get(said.casefold(), "") or base.kind
    if not kind:
        unknown = sentence("`{said}` is no kind of device", said=said)
        what = unknown if said else sentence("the kind of device is missing")
        refusals.append(Refusal(what, sentence("it is one of {names}", names=", ".join(KIND_WORDS)), line))
    elif kind != (base.kind or kind):
        what = sentence("`{said}` is no {kind}", said=said, kind=base.kind)
        refusals.append(Refusal(what, sentence("campusctl onboard --csv FILE takes every kind"), line))
    refusals += _placeless(found, base, line)
    return refusals, replace(base, line=line, kind=kind, **found)


def _placeless(found: Mapping[str, str], base: Wanted, line: int) -> Iterator[Refusal]:
    if not (found.get("room") or base.room):
        yield Refusal(sentence("the room is missing"), sentence("every device stands in a room"), line)
    if not (found.get("school") or base.school):
        hint = sentence("name it in the row, or with --school")
        yield Refusal(sentence("the school is missing"), hint, line)


def _misplaced(value: str, name: Field) -> str:
    what = sentence("`{value}` holds no {field}", value=value, field=sentence(WORDS[name]))
    raise ScanError(what, sentence("is it in the right column?"))


def _twice(rows: Sequence[Wanted]) -> Iterator[Refusal]:
    for field, words in _TWICE:
        seen: dict[str, int] = {}
        for row in rows:
            value = str(getattr(row, field)).casefold()
            if not value or (field == "port" and ":" not in value):
                continue
            first = seen.setdefault(value, row.line)
            if first != row.line:
                what = sentence(words, value=getattr(row, field), line=first)
                yield Refusal(what, sentence("one of the two is wrong"), row.line)
