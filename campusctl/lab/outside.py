"""What hangs on a simulated switch, by the inventory: cables, end devices, and who answers a ping."""

from ipaddress import IPv4Address
from typing import Final, TypedDict

from campusctl.inventory.cabling import expected_cables
from campusctl.inventory.city import City, School
from campusctl.inventory.sites import site_vlans
from campusctl.lab.spec import LabEnd
from campusctl.lab.surroundings import mac_for
from campusctl.model.intent import PortIntent, SwitchIntent
from campusctl.model.inventory import Device

ROUTER: Final = "router"
"""Role of the port at which the gateway is."""


class Outside(TypedDict):
    """The fields of `LabSwitch` that say what is around it."""

    mac: str
    linked: tuple[str, ...]
    powered: tuple[str, ...]
    neighbors: tuple[tuple[str, str, str], ...]
    lag_of: dict[str, str]
    ends: tuple[LabEnd, ...]
    stations: tuple[tuple[str, str, int], ...]
    hosts: tuple[str, ...]


def outside(city: City, intent: SwitchIntent) -> Outside:
    """Everything around a switch."""
    school = city.school(intent.school)
    ends = [port for port in intent.ports if port.peer and port.peer not in school.switches]
    return Outside(
        mac=_mac(city, intent.name),
        linked=tuple(port.name for port in intent.ports if port.peer or port.lag or port.role == ROUTER),
        powered=tuple(port.name for port in ends if port.poe),
        neighbors=_cables(city, intent),
        lag_of={port.name: port.lag.replace("lag ", "lag") for port in intent.ports if port.lag},
        ends=tuple(_end(city, school, port) for port in ends),
        stations=tuple((port.name, mac_for(intent.gateway), intent.management_vlan) for port in _routers(intent)),
        hosts=(intent.address.partition("/")[0], *([intent.gateway] if _routers(intent) or not intent.uplinks else [])),
    )


def _end(city: City, school: School, port: PortIntent) -> LabEnd:
    device = city.find_device(port.peer)
    address = str(device.address or "").partition("/")[0]
    vlan = vlan_of(city, school, device) if address else None
    mac = _mac(city, device.name)
    return LabEnd(device.name, port.name, mac, vlan or port.vlan, address if vlan else "", port.poe is True)


def vlan_of(city: City, school: School, device: Device) -> int | None:
    """The VLAN whose subnet at the device's site has its address; None: no VLAN of ours."""
    address = IPv4Address(str(device.address).partition("/")[0])
    vlans = site_vlans(city, school, school.site_of(device)).values()
    return next((vlan.id for vlan in vlans if vlan.subnet and address in vlan.subnet), None)


def _mac(city: City, name: str) -> str:
    return (city.find_device(name).mac or mac_for(name)).lower()


def _routers(intent: SwitchIntent) -> tuple[PortIntent, ...]:
    return tuple(port for port in intent.ports if port.role == ROUTER)[:1]


def _cables(city: City, intent: SwitchIntent) -> tuple[tuple[str, str, str], ...]:
    """Our port, their name and their port; the members of two LAGs lead to each other in their order."""
    found: list[tuple[str, str, str]] = []
    taken: dict[tuple[str, str], int] = {}
    for cable in expected_cables(city, city.school(intent.school), intent.name):
        bundle = (cable.lag or cable.port, cable.peer)
        place = taken[bundle] = taken.get(bundle, -1) + 1
        if place < len(cable.peer_ports):
            found.append((cable.port, cable.peer, cable.peer_ports[place]))
    return tuple(found)
