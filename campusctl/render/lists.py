"""What templates need to know of lists of VLANs and ports, addresses, access lists and time zones."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Interface
from typing import Final, NamedTuple

from campusctl.model.intent import PortIntent, SwitchIntent
from campusctl.render.values import RefusedValueError, Vetted, word

_NUMBERED: Final = re.compile(r"(.*?)(\d+)")
_ADDRESS: Final = re.compile(r"any4?|host|\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?", re.IGNORECASE)
_PERMIT: Final = re.compile(r"permit\s+(?:host\s+)?(\d+(?:\.\d+){3})(?:/(\d+)|\s+(\d+(?:\.\d+){3}))?\s*", re.IGNORECASE)


class Zone(NamedTuple):
    """How switches say a time zone."""

    name: str
    """Abbreviation in winter."""
    summer: str
    """Abbreviation in summer; empty: no summer time."""
    minutes: int
    """East of UTC in winter."""
    begins: str
    """When summer time begins, in IOS words."""
    ends: str
    """When it ends, likewise."""


_CET: Final = Zone("CET", "CEST", 60, "last Sun Mar 2:00", "last Sun Oct 3:00")
_CENTRAL: Final = (
    "Amsterdam Berlin Brussels Budapest Copenhagen Luxembourg Madrid Oslo Paris Prague Rome Stockholm Vienna Warsaw"
    " Zurich"
)
ZONES: Final = {
    **{f"Europe/{city}": _CET for city in _CENTRAL.split()},
    "Europe/London": Zone("GMT", "BST", 0, "last Sun Mar 1:00", "last Sun Oct 2:00"),
    "Europe/Athens": Zone("EET", "EEST", 120, "last Sun Mar 3:00", "last Sun Oct 4:00"),
    "Europe/Helsinki": Zone("EET", "EEST", 120, "last Sun Mar 3:00", "last Sun Oct 4:00"),
    "UTC": Zone("UTC", "", 0, "", ""),
    "Etc/UTC": Zone("UTC", "", 0, "", ""),
}
"""IANA name to what a switch is told. Source: EU directive 2000/84/EC; summer time begins and ends at 01:00 UTC."""


def zone(name: str) -> Zone:
    """The time zone of that IANA name.

    Raises:
        RefusedValueError: No dialect has been taught to say it.
    """
    if name not in ZONES:
        raise RefusedValueError(f"the time zone {name!r} is unknown to the templates", f"Known: {', '.join(ZONES)}.")
    return ZONES[name]


class Membership(NamedTuple):
    """The ports of one VLAN, as port lists; empty when there are none."""

    untagged: Vetted
    """Ports whose untagged VLAN it is."""
    tagged: Vetted
    """Ports that carry it with a tag."""


def vlan_list(ids: Iterable[int], shortest: int = 2) -> Vetted:
    """`1,3,10-12` for VLAN ids in any order.

    Args:
        ids: VLAN ids; doubles count once.
        shortest: Neighbours that become a range; IOS prints `7,8` and begins with three.
    """
    spans = _spans(sorted({int(vlan) for vlan in ids}))
    return Vetted(",".join(_span(first, last, shortest) for first, last in spans))


def _span(first: int, last: int, shortest: int) -> str:
    if last - first + 1 >= max(shortest, 2):
        return f"{first}-{last}"
    return ",".join(map(str, range(first, last + 1)))


def port_list(names: Iterable[str]) -> Vetted:
    """`1-24,A1-A4,Trk1` for port names in device order; neighbours of one slot become a range."""
    return Vetted(",".join(_port_spans(tuple(names))))


def _port_spans(names: tuple[str, ...]) -> Iterator[str]:
    start = previous = ""
    for name in names:
        if previous and _follows(previous, name):
            previous = name
            continue
        if previous:
            yield start if start == previous else f"{start}-{previous}"
        start = previous = str(word(name))
    if previous:
        yield start if start == previous else f"{start}-{previous}"


def _follows(one: str, other: str) -> bool:
    (left, low), (right, high) = _split(one), _split(other)
    return left == right and low + 1 == high


@lru_cache(8192)
def _split(name: str) -> tuple[str, int]:
    """`("A", 7)` for `A7`; a name without a number stands alone."""
    match = _NUMBERED.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, -2)


def _spans(numbers: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for number in numbers:
        if previous is not None and start is not None and number != previous + 1:
            yield start, previous
            start = None
        start = number if start is None else start
        previous = number
    if start is not None and previous is not None:
        yield start, previous


def memberships(device: SwitchIntent) -> dict[int, Membership]:
    """Every VLAN's ports; members of a LAG are left out, as the LAG stands for them. VLAN 1 is always there."""
    vlans = [1, *(vlan.id for vlan in device.vlans)]
    untagged: dict[int, list[str]] = {vlan: [] for vlan in vlans}
    tagged: dict[int, list[str]] = {vlan: [] for vlan in vlans}
    for port in (*device.ports, *device.lags):
        if port.lag:
            continue
        untagged.setdefault(port.vlan, []).append(port.name)
        for vlan in carried(port):
            tagged.setdefault(vlan, []).append(port.name)
    unknown = sorted((untagged.keys() | tagged.keys()) - set(vlans))
    if unknown:
        raise RefusedValueError(f"VLAN {unknown[0]} is on a port, but the switch does not have it")
    return {vlan: Membership(port_list(untagged[vlan]), port_list(tagged[vlan])) for vlan in vlans}


def carried(port: PortIntent) -> tuple[int, ...]:
    """The VLANs a port carries with a tag, ascending: a trunk's, and the voice VLAN of any port."""
    tagged = set(port.tagged) if port.mode == "trunk" else set()
    if port.voice_vlan is not None:
        tagged.add(port.voice_vlan)
    return tuple(sorted(tagged - {port.vlan}))


def voice_vlans(device: SwitchIntent) -> frozenset[int]:
    """The VLANs some port uses for telephones."""
    return frozenset(port.voice_vlan for port in device.ports if port.voice_vlan is not None)


def ip_part(value: str) -> Vetted:
    """`10.42.3.11` of `10.42.3.11/24`."""
    return Vetted(_interface(value).ip)


def netmask(value: str) -> Vetted:
    """`255.255.255.0` of `10.42.3.11/24`."""
    return Vetted(_interface(value).netmask)


def prefix(value: str) -> Vetted:
    """`10.42.3.11/24`, checked."""
    return Vetted(_interface(value))


def _interface(value: str) -> IPv4Interface:
    try:
        return IPv4Interface(value)
    except ValueError as wrong:
        raise RefusedValueError(f"{value!r} is not an IPv4 address with a prefix length") from wrong


def acl_kind(entries: Iterable[str]) -> Vetted:
    """`standard` when every entry names just a source, else `extended`."""
    rules = [words for words in (entry.split() for entry in entries) if words and words[0].lower() != "remark"]
    standard = all(len(words) > 1 and _ADDRESS.fullmatch(words[1]) for words in rules)
    return Vetted("standard" if standard else "extended")


def managers(device: SwitchIntent) -> tuple[Vetted, ...]:
    """`ADDRESS MASK` of each station the management access list permits, for ArubaOS-Switch's authorized managers.

    Raises:
        RefusedValueError: The list is missing, or an entry says more than `permit` and a source.
    """
    found = [acl for acl in device.acls if acl.name == device.management_acl]
    if not found:
        raise RefusedValueError(f"the management access list {device.management_acl!r} is not among the access lists")
    return tuple(_manager(entry) for entry in found[0].entries if not _is_final_deny(entry))


def _manager(entry: str) -> Vetted:
    match = _PERMIT.fullmatch(entry)
    if not match:
        raise RefusedValueError(
            f"{entry!r} cannot be said as an authorized manager",
            "On ArubaOS-Switch a management access list has entries such as `permit 10.0.0.0 0.0.255.255` only.",
        )
    address, length, wildcard = match[1], match[2] or "32", match[3]
    network = IPv4Interface(f"{address}/{wildcard}" if wildcard else f"{address}/{length}")
    return Vetted(f"{network.ip} {network.netmask}")


def _is_final_deny(entry: str) -> bool:
    return entry.split()[:2] == ["deny", "any"]
