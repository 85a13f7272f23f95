"""New devices from a spreadsheet, as a supplier or a colleague wrote it."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from campusctl.inventory import spreadsheet
from campusctl.inventory.files import decode
from campusctl.inventory.issue import FileError
from campusctl.inventory.onboarding.scanning import Field, ScanError, read_scan
from campusctl.inventory.onboarding.wanted import Refusal, Wanted

MAX_ROWS: Final = 500
"""Devices in one file."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("kind", "art", "geräteart", "device type"),
    "school": ("school", "schule", "schul-id", "standort"),
    "room": ("room", "raum", "raumnummer", "raum-nr."),
    "serial": ("serial", "serial number", "serial no", "s/n", "sn", "seriennummer", "serien-nr.", "seriennr."),
    "mac": ("mac", "mac address", "mac-adresse", "mac adresse", "lan mac", "mac (lan)", "ethernet mac"),
    "asset": ("asset", "asset tag", "inventarnummer", "inventar-nr.", "inventarnr.", "inv.-nr."),
    "name": ("name", "gerätename", "device", "hostname"),
    "address": ("address", "ip", "ip-adresse", "ip address", "adresse"),
    "profile": ("profile", "profil"),
    "switch": ("switch",),
    "port": ("port", "switchport", "switch port", "anschluss"),
    "device_class": ("class", "klasse"),
    "queue": ("queue", "warteschlange", "druckerwarteschlange"),
}
"""Columns by our name, and what a header may call them."""

KIND_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "board": ("board", "tafel", "digitale tafel", "digital board", "display"),
    "printer": ("printer", "drucker"),
    "projector": ("projector", "beamer", "projektor"),
    "pc": ("pc", "rechner", "computer"),
    "switch": ("switch",),
}
"""Kinds, and what a row may call them."""

_KINDS: Final = {word: kind for kind, words in KIND_WORDS.items() for word in words}
_NAMES: Final = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
_MERGED: Final[tuple[str, ...]] = ("kind", "school", "room", "profile", "device_class", "switch")
"""What a merged cell says once for several rows."""
_SCANNED: Final[tuple[Field, ...]] = ("serial", "mac", "asset")
_HEADER_WITHIN: Final = 10
"""Lines in which the header is looked for: a title may stand above it."""
_ROUNDED: Final = re.compile(r"^\d[.,]\d+E\+\d+$")


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

    UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252, of which Latin-1 is a part.

    Raises:
        FileError: It holds control characters, or is no text at all.
    """
    notes: tuple[str, ...] = ()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            notes = ("the file is not UTF-8: it was read as Windows-1252, so look at the umlauts",)
    return decode(file, text.replace("\r\n", "\n").replace("\r", "\n").encode()), notes


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
    header = next((at for at, row in enumerate(lines[:_HEADER_WITHIN]) if len(_columns(row.cells)) > 1), None)
    if header is None:
        names = ", ".join(f"{name} ({aliases[1]})" for name, aliases in COLUMNS.items() if len(aliases) > 1)
        return Sheet((), (Refusal("no line names the columns", f"they are {names}", 1),), ())
    columns = _columns(lines[header].cells)
    refusals = [*_missing(columns, lines[header].line, base)]
    unused = [
        plain
        for at, cell in enumerate(lines[header].cells)
        if at not in columns and (plain := spreadsheet.cell_value(cell))
    ]
    if unused:
        notes = (*notes, f"columns that are not used: {', '.join(unused)}")
    if len(lines) - header - 1 > MAX_ROWS:
        refusals.append(Refusal(f"more than {MAX_ROWS} devices", "onboard them school by school"))
    if refusals:
        return Sheet((), tuple(refusals), notes)
    return _sheet(lines[header + 1 :], columns, base, notes)


def _columns(cells: Sequence[str]) -> dict[int, str]:
    """Our name of each column that has one, by its place."""
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        name = _NAMES.get(re.sub(r"\s+", " ", spreadsheet.cell_value(cell).lower()))
        if name and name not in found.values():
            found[at] = name
    return found


def _missing(columns: Mapping[int, str], line: int, base: Wanted) -> Iterator[Refusal]:
    named = set(columns.values())
    if "kind" not in named and not base.kind:
        hint = "call it kind or Art, or say what they are: campusctl onboard board --csv FILE"
        yield Refusal("there is no column for the kind of device", hint, line)
    if "room" not in named and not base.room:
        yield Refusal("there is no column for the room", "call it room or Raum", line)
    if "school" not in named and not base.school:
        yield Refusal("there is no column for the school", "call it school or Schule, or say --school", line)


def _sheet(
    lines: Sequence[spreadsheet.Cells], columns: Mapping[int, str], base: Wanted, notes: tuple[str, ...]
) -> Sheet:
    rows: list[Wanted] = []
    refusals: list[Refusal] = []
    above: dict[str, str] = {}
    merged: list[int] = []
    for line in lines:
        values = {name: spreadsheet.cell_value(line.cells[at]) for at, name in columns.items() if at < len(line.cells)}
        values = {name: value for name, value in values.items() if value}
        if not values.keys() - set(_MERGED):
            # A row of a merged cell with nothing in it, or a heading between rooms.
            above.update(values)
            continue
        filled: dict[str, str] = {name: above[name] for name in _MERGED if name not in values and name in above}
        if "room" in filled:
            merged.append(line.line)
        above.update({name: value for name, value in values.items() if name in _MERGED})
        wrong, wanted = _row({**filled, **values}, line.line, base)
        refusals += wrong
        rows.append(wanted)
    if merged:
        where = ", ".join(map(str, merged))
        notes = (*notes, f"the room of the row above holds for line{'s' * (len(merged) > 1)} {where} (merged cells)")
    refusals += _twice(rows)
    if not rows and not refusals:
        refusals.append(Refusal("there is no device in it", "a row needs a room and a serial number or a MAC address"))
    return Sheet(tuple(rows), tuple(sorted(refusals, key=lambda one: one.line)), notes)


def _row(values: Mapping[str, str], line: int, base: Wanted) -> tuple[list[Refusal], Wanted]:
    refusals: list[Refusal] = []
    found = {name: value for name, value in values.items() if name not in (*_SCANNED, "switch")}
    if values.get("switch"):
        found["port"] = f"{values['switch']}:{values['port']}" if values.get("port") else values["switch"]
    for name in _SCANNED:
        value = values.get(name, "")
        if _ROUNDED.match(value):
            hint = "format the column as text, and type the value again"
            refusals.append(Refusal(f"`{value}` was rounded by a spreadsheet program", hint, line))
        elif value:
            try:
                found[name] = getattr(read_scan(value, name), name) or _nothing(value, name)
            except ScanError as error:
                refusals.append(Refusal(error.what, error.hint, line))
    said = found.pop("kind", "")
    kind = _KINDS.get(said.casefold(), "") or base.kind
    if not kind:
        what = f"`{said}` is no kind of device" if said else "the kind of device is missing"
        refusals.append(Refusal(what, f"it is one of {', '.join(KIND_WORDS)}", line))
    elif kind != (base.kind or kind):
        refusals.append(Refusal(f"`{said}` is no {base.kind}", "campusctl onboard --csv FILE takes every kind", line))
    refusals += _placeless(found, base, line)
    return refusals, replace(base, line=line, kind=kind, **found)


def _placeless(found: Mapping[str, str], base: Wanted, line: int) -> Iterator[Refusal]:
    if not (found.get("room") or base.room):
        yield Refusal("the room is missing", "every device stands in a room", line)
    if not (found.get("school") or base.school):
        yield Refusal("the school is missing", "name it in the row, or with --school", line)


def _nothing(value: str, name: str) -> str:
    raise ScanError(f"`{value}` holds no {name}", "is it in the right column?")


def _twice(rows: Sequence[Wanted]) -> Iterator[Refusal]:
    for field, words in (("serial", "serial number"), ("mac", "MAC address"), ("asset", "asset tag"),
                         ("name", "name"), ("address", "address"), ("port", "port")):  # fmt: skip
        seen: dict[str, int] = {}
        for row in rows:
            value = str(getattr(row, field)).casefold()
            if not value or (field == "port" and ":" not in value):
                continue
            first = seen.setdefault(value, row.line)
            if first != row.line:
                what = f"the {words} {getattr(row, field)} stands in line {first} too"
                yield Refusal(what, "one of the two is wrong", row.line)
