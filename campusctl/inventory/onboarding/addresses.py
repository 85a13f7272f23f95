"""The next free address for a new device, where the addresses of its like are."""

from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from campusctl.inventory.city import School
from campusctl.inventory.onboarding.wanted import Refusal
from campusctl.inventory.sites import SiteVlan
from campusctl.model.inventory import Device
from campusctl.model.sentence import sentence

_ODD: Final = frozenset({0, 255})
"""Last bytes that some devices take for a network's or a broadcast address, whatever the mask says."""


def next_address(school: School, vlan: SiteVlan, letters: str, room: str) -> tuple[str, str] | Refusal:
    """The address behind those of the same class in the building, and why that one.

    Args:
        school: The school.
        vlan: Where the device's port leads.
        letters: Class letters.
        room: Room id.

    Returns:
        Address, and where it comes from in a few words; ("", why) where addresses are not ours.
    """
    if vlan.subnet is None:
        return "", sentence("the addresses of vlan {vlan} are not ours", vlan=vlan.id)
    subnet = vlan.subnet
    taken = {IPv4Address(one.address) for one in school.devices.values() if one.address}
    start, why = _start(school, subnet, letters, room)
    first, last = int(subnet.network_address) + 1, int(subnet.broadcast_address) - 1
    for number in (*range(start, last + 1), *range(first, start)):
        address = IPv4Address(number)
        if address not in taken and str(address) != vlan.gateway and number & 255 not in _ODD:
            return str(address), why
    what = sentence("no address is free in {subnet}, the subnet of vlan {vlan}", subnet=subnet, vlan=vlan.id)
    return Refusal(what, sentence("a larger subnet is needed"))


def _start(school: School, subnet: IPv4Network, letters: str, room: str) -> tuple[int, str]:
    """Where to begin, and why."""
    building = school.rooms[room].building_id
    like = [one for one in _within(school.devices.values(), subnet) if one.device_class == letters]
    here = [one for one in like if one.room in school.rooms and school.rooms[one.room].building_id == building]
    for devices in (here, like):
        if devices:
            last = max(devices, key=lambda one: int(IPv4Address(str(one.address))))
            return int(IPv4Address(str(last.address))) + 1, _behind(last.name, building if devices is here else "")
    offset = _convention(school)
    start = int(subnet.network_address) + offset
    if offset > 1 and IPv4Address(start) in subnet:
        return start, sentence("the school's ranges begin at .{offset}", offset=offset)
    return int(subnet.network_address) + 1, sentence("the first one that is free")


def _behind(last: str, building: str) -> str:
    if building:
        return sentence(
            "the next one after {device}, the last of its kind in building {building}", device=last, building=building
        )
    return sentence("the next one after {device}, the last of its kind at this school", device=last)


def _within(devices: Iterable[Device], subnet: IPv4Network) -> Iterator[Device]:
    return (one for one in devices if one.address and IPv4Address(one.address) in subnet)


def _convention(school: School) -> int:
    """The last byte at which most of the school's ranges begin, one range being a class in a /24; 1: none shows."""
    lowest: dict[tuple[str, int], int] = {}
    for one in school.devices.values():
        if one.address:
            number = int(IPv4Address(one.address))
            key = (one.device_class, number >> 8)
            lowest[key] = min(lowest.get(key, 255), number & 255)
    counted = Counter(lowest.values()).most_common()
    return counted[0][0] if counted and (len(counted) == 1 or counted[0][1] > counted[1][1]) else 1
