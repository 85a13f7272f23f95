"""What the columns of a spreadsheet of new devices are called, in German and English, however they are spelled."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from campusctl.inventory import spreadsheet
from campusctl.inventory.onboarding.wanted import Refusal, Wanted
from campusctl.model.sentence import sentence

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("kind", "art", "geräteart", "gerätetyp", "device type"),
    "school": ("school", "schule", "schul-id", "standort"),
    "room": ("room", "raum", "raumnummer", "raum-nr.", "zimmer"),
    "serial": ("serial", "serial number", "serial no", "s/n", "sn", "seriennummer", "serien-nr.", "seriennr."),
    "mac": ("mac", "mac address", "mac-adresse", "lan mac", "lan-mac-adresse", "mac (lan)", "ethernet mac"),
    "asset": ("asset", "asset tag", "inventarnummer", "inventar-nr.", "inv.-nr."),
    "name": ("name", "gerätename", "device", "hostname"),
    "address": ("address", "ip", "ip-adresse", "ip address", "ipv4", "adresse"),
    "profile": ("profile", "profil"),
    "switch": ("switch",),
    "port": ("port", "switchport", "anschluss"),
    "device_class": ("class", "klasse"),
    "queue": ("queue", "warteschlange", "druckerwarteschlange"),
}
"""Columns by our name, and what a header may call them; case, blanks and marks do not matter."""

_WITHIN: Final = 10
"""Lines in which the header is looked for: a title may stand above it."""
_ALIKE: Final = 0.8
"""From here on a word is a slip of another one; `Prüfer` is none of `Drucker`."""
_OTHER_MACS: Final = ("wlan", "wifi", "wireless", "bt", "bluetooth")
_WORDY: Final = re.compile(r"[\W_]+")


def _plain(text: str) -> str:
    return _WORDY.sub("", text.casefold())


_NAMES: Final = {_plain(alias): name for name, aliases in COLUMNS.items() for alias in aliases}


class Header(NamedTuple):
    """The line that names the columns."""

    at: int
    """Its place among the rows, from 0."""
    line: int
    """Its line of the file, from 1."""
    columns: Mapping[int, str]
    """Our name of each column that has one, by its place."""
    width: int
    """So many columns have a name."""
    unused: tuple[str, ...]
    """Columns that nothing is made of."""
    twice: tuple[str, ...]
    """Our names that several columns have."""


def header_of(rows: Sequence[spreadsheet.Cells]) -> Header | None:
    """The first line that names columns: two of them, or one that stands alone in its line; None: there is none."""
    for at, row in enumerate(rows[:_WITHIN]):
        cells = [spreadsheet.cell_value(cell) for cell in row.cells]
        known = {place: _NAMES[_plain(cell)] for place, cell in enumerate(cells) if _plain(cell) in _NAMES}
        if len(set(known.values())) > 1 or (known and len([*filter(None, cells)]) == len(known)):
            unused = tuple(" ".join(cell.split()) for place, cell in enumerate(cells) if cell and place not in known)
            twice = tuple(name for name, number in Counter(known.values()).items() if number > 1)
            width = max(place for place, cell in enumerate(cells) if cell) + 1
            return Header(at, row.line, known, width, unused, twice)
    return None


def no_header() -> Refusal:
    """What is wrong with a file without a header."""
    names = ", ".join(f"{name} ({aliases[1]})" for name, aliases in COLUMNS.items() if len(aliases) > 1)
    return Refusal(sentence("no line names the columns"), sentence("they are {names}", names=names), 1)


def wrong_with(header: Header, base: Wanted) -> Iterator[Refusal]:
    """What is missing, stands there twice, or was probably meant otherwise."""
    named = set(header.columns.values())
    if "kind" not in named and not base.kind:
        hint = sentence("call it kind or Art, or say what they are: campusctl onboard board --csv FILE")
        yield Refusal(sentence("there is no column for the kind of device"), hint, header.line)
    if "room" not in named and not base.room:
        yield Refusal(sentence("there is no column for the room"), sentence("call it room or Raum"), header.line)
    if "school" not in named and not base.school:
        hint = sentence("call it school or Schule, or say --school")
        yield Refusal(sentence("there is no column for the school"), hint, header.line)
    for name in header.twice:
        what = sentence("several columns say the same: {column}", column=name)
        yield Refusal(what, sentence("keep one of them"), header.line)
    for word in header.unused:
        near = get_close_matches(_plain(word), [key for key, name in _NAMES.items() if name not in named], 1, _ALIKE)
        meant = dict.fromkeys(_NAMES[key] for key in near if not _plain(word).startswith(_OTHER_MACS))
        if meant:
            what = sentence("no column is called `{column}`", column=word)
            yield Refusal(what, sentence("did you mean {names}?", names=", ".join(meant)), header.line)
