"""What hangs on which port of a switch, one cable at a time: other switches, and devices with a MAC address."""

from typing import Final

from campusctl.inventory.city import City, School
from campusctl.inventory.resolve import DOWNLINK, UPLINK
from campusctl.inventory.topology import topology
from campusctl.model.health import Cable, DeclaredDevice
from campusctl.model.intent import SwitchIntent

_LINKS: Final = (UPLINK, DOWNLINK)


def expected_cables(city: City, school: School, device: str) -> tuple[Cable, ...]:
    """Every cable between a switch and its neighbours; a LAG is as many as it has members here.

    A port whose role alone says that it is a link is one too, to a switch that nobody names.
    """
    links = topology(city, school)
    up = [(link.child_port, link.parent, link.parent_port) for link in links.uplinks.get(device, ())]
    down = [(link.parent_port, link.child, link.child_port) for link in links.downlinks.get(device, ())]
    named = tuple(
        Cable(
            port=port,
            lag=end if port != end else "",
            peer=peer,
            peer_ports=_ports(city, school, peer, far),
            peer_dialect=_dialect(city, school, peer),
        )
        for end, peer, far in (*up, *down)
        for port in _ports(city, school, device, end)
    )
    known = {cable.port for cable in named}
    ports = links.assignments[device].ports.values()
    nameless = (port for port in ports if port.entry.role in _LINKS and port.name not in known)
    return (*named, *(Cable(port=port.name, lag=port.lag, peer="") for port in nameless if not port.entry.device))


def _ports(city: City, school: School, device: str, end: str) -> tuple[str, ...]:
    """The ports of one end of a link: the members of a LAG, or the port itself."""
    assignment = topology(city, school).assignments[device]
    if end not in assignment.lags:
        return (end,)
    return tuple(name for name, port in assignment.ports.items() if port.lag == end)


def _dialect(city: City, school: School, device: str) -> str:
    profile = city.profiles.get(school.devices[device].profile or "")
    return (profile.dialect or "") if profile else ""


def declared_devices(city: City, intent: SwitchIntent) -> tuple[DeclaredDevice, ...]:
    """The end devices at the ports of a switch whose MAC address is known.

    What the port powers is never switched off; anything else may be at any time.
    """
    devices = ((port, city.find_device(port.peer)) for port in intent.ports if port.peer)
    return tuple(
        DeclaredDevice(name=device.name, port=port.name, mac=device.mac.lower(), always_on=port.poe is True)
        for port, device in devices
        if device.mac and device.name not in city.school(intent.school).switches
    )
