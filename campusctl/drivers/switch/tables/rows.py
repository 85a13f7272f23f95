"""Rows of tables to values that all dialects share."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address
from typing import Final, cast

from campusctl.drivers.switch.health.questions import Values
from campusctl.drivers.switch.health.values import mac, whole
from campusctl.model.health import Neighbor
from campusctl.model.tables import Heard, Learnt, Located

_MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_LONGEST: Final = 255
_LETTERS: Final = {
    "b": "bridge", "r": "router", "t": "telephone", "w": "wlan-ap", "s": "station", "p": "repeater", "c": "docsis",
    "o": "other",
}  # fmt: skip
"""Cisco's letters. Source: IEEE 802.1AB-2016, 8.5.8."""
_WORDS: Final = {
    "wlan": "wlan-ap", "wlan-access-point": "wlan-ap", "wlan access point": "wlan-ap", "station-only": "station",
    "station only": "station", "docsis-cable-device": "docsis", "docsis cable device": "docsis", "phone": "telephone",
}  # fmt: skip
"""Other makers' words for the same."""


def learnt(rows: Iterable[tuple[str, str, str]]) -> tuple[Learnt, ...]:
    """Rows of a MAC address table: address in any spelling, canonical port, VLAN as printed.

    Rows without a port are the switch's own, and a row without an address is none.
    """
    found = (Learnt(mac=mac(address), port=port, vlan=_vlan(vlan)) for address, port, vlan in rows if port)
    return tuple(dict.fromkeys(row for row in found if _MAC.fullmatch(row.mac)))


def _vlan(text: str) -> int | None:
    vlan = whole(text)
    return vlan if vlan is not None and 1 <= vlan <= 4094 else None


def located(rows: Iterable[tuple[str, str]]) -> tuple[Located, ...]:
    """Rows of an ARP table: address, and MAC in any spelling; what is incomplete is left out."""
    found = (Located(address=address, mac=mac(said)) for address, said in rows if _is_address(address))
    return tuple(dict.fromkeys(row for row in found if _MAC.fullmatch(row.mac)))


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def heard(known: Values, more: Mapping[str, tuple[str, str]]) -> Values:
    """`neighbors` with the description and the capabilities that go with each.

    Args:
        known: As the health reads them.
        more: Description and capabilities as printed, by port and chassis (see `key`).
    """
    found = cast("Sequence[Neighbor]", known.get("neighbors") or ())
    return {"neighbors": tuple(_heard(one, *more.get(key(one.port, one.chassis), ("", ""))) for one in found)}


def key(port: str, chassis: str) -> str:
    """What tells two neighbours at one port apart."""
    return f"{port} {mac(chassis)}"


def _heard(one: Neighbor, description: str, capabilities: str) -> Heard:
    return Heard(
        **one.model_dump(), description=description[:_LONGEST], capabilities=tuple(capabilities_of(capabilities))
    )


def capabilities_of(text: str) -> Iterator[str]:
    """`bridge`, `router`, `wlan-ap` … of `B,R`, `Bridge, WLAN Access Point` or `bridge, wlan-access-point`."""
    words = [word.strip().lower() for word in re.split(r"[,;]", text)]
    if len(words) == 1 and re.fullmatch(r"[a-z](?: [a-z])*", words[0]):
        words = words[0].split()
    yield from dict.fromkeys(_LETTERS.get(word) or _WORDS.get(word) or word[:40] for word in words if word)
