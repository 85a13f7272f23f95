"""Names and addresses that nothing has yet."""

from collections.abc import Mapping
from ipaddress import IPv4Address
from itertools import count
from typing import Any, Final

from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import City, School
from campusctl.inventory.naming import NameParts, device_name
from campusctl.inventory.plugs import Plug
from campusctl.inventory.resolve import Resolver
from campusctl.inventory.sites import site_vlans
from campusctl.model.inventory import Device, Port

_FIRST: Final = 11
"""Where devices begin in a subnet in which none of their class is yet: below are gateways and servers."""


def free_name(city: City, school: School, room: str, device_class: str, wish: int = 1) -> str:
    """A name by the scheme that no device of the school has: with the wished number, else the lowest free one.

    Args:
        city: Whose scheme it is.
        school: The school.
        room: Room id.
        device_class: Class letters.
        wish: The number that is tried first.
    """
    parts = NameParts(school.short, room, device_class)
    for number in (wish, *range(1, len(school.devices) + 2)):
        name = device_name(city.spec.naming, parts, number)
        if name not in school.devices and name not in school.broken:
            return name
    return device_name(city.spec.naming, parts, len(school.devices) + 2)


def free_address(city: City, school: School, site: int, vlan: int, device_class: str) -> str:
    """The next address in a VLAN's subnet: behind the highest one of the class there, else the first free one.

    Args:
        city: With the school in it.
        school: The school.
        site: Number of the site.
        vlan: VLAN id.
        device_class: Class letters.

    Returns:
        An IPv4 address; empty: the VLAN has no subnet of ours there, or the subnet is full.
    """
    found = site_vlans(city, school, site).get(vlan)
    if found is None or found.subnet is None:
        return ""
    net = found.subnet
    taken = {IPv4Address(device.address) for device in city.devices() if device.address}
    taken |= {IPv4Address(found.gateway), net.network_address, net.broadcast_address}
    mine = [
        IPv4Address(device.address)
        for device in school.devices.values()
        if device.address and device.device_class == device_class and IPv4Address(device.address) in net
    ]
    start = max(mine) + 1 if mine else net.network_address + min(_FIRST, net.num_addresses - 1)
    upwards = (start + step for step in count())
    for address in upwards:
        if address not in net:
            break
        if address not in taken:
            return str(address)
    return next((str(address) for address in net.hosts() if address not in taken), "")


def vlan_of(city: City, school: School, site: int, address: str) -> int:
    """The VLAN of a site whose subnet an address is in; 0: none."""
    found = site_vlans(city, school, site).values()
    return next((vlan.id for vlan in found if vlan.subnet and IPv4Address(address) in vlan.subnet), 0)


def vlan_for(city: City, school: School, device: Device, plug: Plug | None, said: Mapping[str, Any]) -> int:
    """The untagged VLAN a device gets: at a port, as that port's entry would be; without one by its class and room.

    Args:
        city: With the school in it, and the device in the school as it shall be.
        school: The school.
        device: As it shall be.
        plug: The port; None: nobody knows it.
        said: What the port's entry says besides the device, as plain data.
    """
    switch = school.devices[plug.switch] if plug else next(iter(school.switches.values()), device)
    entry = Port.model_validate({**said, "device": device.name})
    item = Assigned(plug.port if plug else "", ("devices", switch.name, "ports", "0"), entry)
    return Resolver(city, school).port_settings(switch, item).vlan or 1
