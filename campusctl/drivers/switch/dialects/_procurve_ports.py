"""Port names and port lists of ArubaOS-Switch: `1-24,A1-A4,1/1-1/48,Trk1` in every spelling, to names and back."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

_PORT: Final = re.compile(r"(?:(\d{1,2})/)?([A-Za-z]|trk|dyn)?(\d{1,3})", re.IGNORECASE)
_SHORT_END: Final = re.compile(r"\d{1,3}")
_MOST_PORTS: Final = 4096
_MOST_RANGES: Final = 4094
_LONGEST_LIST: Final = 150


class _Port(NamedTuple):
    member: int
    """Stack member; 0: not a stack."""
    group: str
    """Slot letter, `Trk` or `Dyn`; empty: none."""
    number: int

    @property
    def name(self) -> str:
        number = "" if self.group == "Mesh" else self.number
        return f"{f'{self.member}/' if self.member else ''}{self.group}{number}"

    @property
    def order(self) -> tuple[bool, int, int, str, int]:
        return (len(self.group) > 1, self.member, len(self.group), self.group, self.number)


_MESH: Final = _Port(0, "Mesh", 0)
"""All meshed ports of old chassis: a VLAN has them as one."""


@lru_cache(8192)
def _port(text: str) -> _Port | None:
    if text.lower() == "mesh":
        return _MESH
    match = _PORT.fullmatch(text)
    if match is None:
        return None
    group = match[2] or ""
    group = group.capitalize() if len(group) > 1 else group.upper()
    return _Port(int(match[1] or 0), group, int(match[3]))


def port_name(text: str) -> str | None:
    """The canonical name of one port or trunk: `trk1` gives `Trk1`, `a7` gives `A7`; None: not a port."""
    port = _port(text)
    return port.name if port else None


def port_key(name: str) -> tuple[bool, int, int, str, int]:
    """Sort key of a port name, in the order in which the device lists ports."""
    port = _port(name)
    return port.order if port else (True, 0, 99, name, 0)


@lru_cache(4096)
def expand(text: str) -> tuple[str, ...]:
    """The ports of a list, in the order of the text; () when it is no port list or an absurdly long one.

    `1-3,A1-A2`, `A1-2` (the slot counts for both ends), `1/1-1/3` and `Trk1-Trk3` are ranges; a range over two
    slots or two members is none.
    """
    found: dict[str, None] = {}
    named = 0
    for part in text.split(","):
        ports = _range(part)
        named += len(ports or ())
        if ports is None or named > _MOST_PORTS:
            return ()
        found.update(dict.fromkeys(ports))
    return tuple(found)


def _range(part: str) -> list[str] | None:
    first, dash, last = part.partition("-")
    start = _port(first)
    if start is None:
        return None
    if not dash:
        return [start.name]
    end = start._replace(number=int(last)) if _SHORT_END.fullmatch(last) else _port(last)
    if end is None or end[:2] != start[:2] or end.number < start.number:
        return None
    return [start._replace(number=number).name for number in range(start.number, end.number + 1)]


def compress(names: Iterable[str]) -> tuple[str, ...]:
    """Port names as lists the device accepts, each at most about 150 characters: usually one."""
    lists: list[str] = []
    for part in _parts(sorted(set(names), key=port_key)):
        if lists and len(lists[-1]) + len(part) < _LONGEST_LIST:
            lists[-1] += "," + part
        else:
            lists.append(part)
    return tuple(lists)


def _parts(names: list[str]) -> Iterator[str]:
    start = end = 0
    while start < len(names):
        while end + 1 < len(names) and _follows(names[end], names[end + 1]):
            end += 1
        yield names[start] if start == end else f"{names[start]}-{names[end]}"
        start = end = end + 1


def _follows(left: str, right: str) -> bool:
    one, other = _port(left), _port(right)
    return one is not None and other is not None and one._replace(number=one.number + 1) == other


@lru_cache(1024)
def vlan_list(text: str) -> tuple[str, ...]:
    """The VLAN ids of `1-3,10` or `1 2 3`; () when it is no list of ids in 1-4094."""
    found: dict[str, None] = {}
    for number, part in enumerate(text.replace(" ", ",").split(",")):
        first, _, last = part.partition("-")
        if not _is_vlan(first) or (last and not _is_vlan(last)) or number > _MOST_RANGES:
            return ()
        found.update(dict.fromkeys(map(str, range(int(first), int(last or first) + 1))))
        if len(found) == _MOST_RANGES:
            break
    return tuple(found)


def _is_vlan(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 4094


def vlan_id(text: str) -> str | None:
    """A VLAN id without leading zeros, or None."""
    return str(int(text)) if _is_vlan(text) else None
