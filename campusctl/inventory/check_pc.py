"""Rules of PCs: who has an address, and whether the layers of a PC together make sense."""

import socket
from collections.abc import Iterator
from typing import Final, NamedTuple

from campusctl.errors import InventoryError
from campusctl.inventory.check_pc_parts import PARTS, Fault
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Issue
from campusctl.inventory.layers import said_at
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.resolve_pc import DIALECTS, DRIVER, Heard, heard, pc_dialect
from campusctl.inventory.sites import site_vlans
from campusctl.model.inventory import Device, Profile
from campusctl.model.sentence import N_, sentence

_ADDRESS_HINT: Final = N_("it is reached by its address; without `profile` it is left alone")


def pc_profile_issues(city: City, name: str, profile: Profile) -> Iterator[Issue]:
    """A PC's profile with the dialect of a switch, or the other way round."""
    kind = city.spec.classes.get(profile.device_class)
    if kind is None:
        return
    place, file = ("dialect",), f"inventory/profiles/{name}.yml"
    if kind.driver == DRIVER and profile.dialect not in ("", *DIALECTS):
        yield Issue(
            file,
            place,
            "",
            sentence("wrong dialect {dialect}", dialect=profile.dialect),
            sentence("of a PC it is linux or windows"),
        )
    elif kind.driver != DRIVER and profile.dialect in DIALECTS:
        hint = sentence("give a class `driver: pc` in inventory/city.yml")
        yield Issue(file, place, "", sentence("class {kind} is not one of PCs", kind=profile.device_class), hint)


def pc_issues(city: City, school: School) -> Iterator[Issue]:
    """What is wrong with a school's PCs."""
    told: set[int] = set()
    for device in school.devices.values():
        if not pc_dialect(city, device):
            continue
        place = ("devices", device.name)
        if device.address is None:
            what = sentence("a PC of profile {profile} needs `address`", profile=device.profile)
            yield Issue(device.file, place, device.name, what, sentence(_ADDRESS_HINT))
        try:
            found = heard(city, school, device)
        except InventoryError as error:
            yield from (Issue(device.file, place, item.where, item.what, item.hint) for item in error.problems)
            continue
        if id(found) not in told:
            told.add(id(found))
            yield from _heard_issues(city, school, found, city.profiles[str(device.profile)].dialect)
        yield from _address_issues(city, school, device)


def _heard_issues(city: City, school: School, found: Heard, dialect: str) -> Iterator[Issue]:
    """What is wrong with the values that several PCs share, each where it was said last."""
    key = ("pc faults", id(found), dialect)
    faults = city.memo.get(key)
    if not isinstance(faults, tuple):
        faults = city.memo[key] = tuple(fault for part in PARTS for fault in part(found.settings, dialect))
    for fault in (*faults, *_device_faults(school, found)):
        file, place = said_at(found.layers, fault.path)
        yield Issue(file, place, ".".join(map(str, fault.path)), fault.what, fault.hint)


def _device_faults(school: School, found: Heard) -> Iterator[Fault]:
    """Devices that a PC's settings name."""
    pc = found.settings.pc
    named: list[tuple[tuple[str, ...], str]] = [
        (("pc", "printing", "queues", name, "device"), queue.device)
        for name, queue in pc.printing.queues.items()
        if queue and queue.device
    ]
    if pc.wake.host and not pc.wake.host[0].isdigit():
        named.append((("pc", "wake", "host"), pc.wake.host))
    for path, name in named:
        device = school.devices.get(name)
        if device is None and not school.may_name(name):
            yield Fault(
                path,
                sentence("unknown device {device}", device=name),
                did_you_mean(name, school.devices) or sentence("it is none of {school}", school=school.id),
            )
        elif device is not None and device.address is None:
            yield Fault(
                path, sentence("{name} has no address", name=name), sentence("say it in {file}", file=device.file)
            )


class _RoomNet(NamedTuple):
    """The network that a room has of its own, for quick comparison."""

    room: str
    vlan: int
    network: int
    mask: int


def _address_issues(city: City, school: School, device: Device) -> Iterator[Issue]:
    """A PC of one room with an address of another room's own network."""
    if not device.address:
        return
    number = int.from_bytes(socket.inet_aton(device.address), "big")
    hits = [net for net in _room_nets(city, school, school.site_of(device)) if number & net.mask == net.network]
    if hits and device.room not in {net.room for net in hits}:
        what = sentence(
            "address {address} is of vlan {vlan}, the network of room {room}",
            address=device.address,
            vlan=hits[0].vlan,
            room=hits[0].room,
        )
        yield Issue(
            device.file, ("devices", device.name, "address"), device.name, what, sentence("one of the two is wrong")
        )


def _room_nets(city: City, school: School, site: int) -> tuple[_RoomNet, ...]:
    """The rooms of a site that have a network of their own."""
    key = ("room nets", school.id, site)
    known = city.memo.get(key)
    if not isinstance(known, tuple):
        vlans = site_vlans(city, school, site)
        known = city.memo[key] = tuple(
            _RoomNet(room_id, vlan, int(net.network_address), int(net.netmask))
            for room_id, located in school.rooms.items()
            for vlan in located.room.vlans.values()
            if vlan in vlans and (net := vlans[vlan].subnet)
        )
    return known
