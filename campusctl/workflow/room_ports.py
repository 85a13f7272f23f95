"""What the switches of a school say of the devices in a room."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.rooms import above, label_of, link_ports
from campusctl.model.health import Neighbor
from campusctl.model.inventory import Device
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.room import Plug, Sighting
from campusctl.model.tables import PortNow, Tables


class AtSwitch(NamedTuple):
    """What switches say of one device."""

    switch_fault: FaultKind | None = None
    """Why its own switch could not be read."""
    dead_switch: str = ""
    """The switch nearest to the core that does not answer on the way to it."""
    port: PortNow | None = None
    """Its port as it is."""
    heard: tuple[str, ...] = ()
    """Addresses learnt there."""
    others: tuple[str, ...] = ()
    """Who else is there, by name where the inventory knows them."""
    elsewhere: Sighting | None = None
    """Where it was seen instead."""
    address_of: str = ""
    """Who has its address instead."""
    has_address: str = ""
    """The address that it has instead of its own."""


class Switches:
    """The tables of the switches of a school that were read, and the troubles of the others."""

    def __init__(self, city: City, school: School, found: Mapping[str, Tables | Fault]) -> None:
        """Take what was read.

        Args:
            city: With the school loaded.
            school: The school.
            found: By name of the switch.
        """
        self._city, self._school, self._found = city, school, found
        self._names = {device.mac: device.name for device in school.devices.values() if device.mac}

    def at(self, device: Device, plug: Plug | None) -> AtSwitch:
        """What they say of a device."""
        mac = device.mac or ""
        told = AtSwitch(
            elsewhere=self._elsewhere(mac, plug),
            address_of=self._address_of(device),
            has_address=self._has_address(device),
        )
        own = self._found.get(plug.switch) if plug else None
        if plug is None or own is None:
            return told
        if isinstance(own, Fault):
            return told._replace(switch_fault=own.kind, dead_switch=self._dead(plug.switch))
        heard = tuple(dict.fromkeys(row.mac for row in own.at(plug.port)))
        others = tuple(self._names.get(one, one) for one in heard if one != mac) if mac else ()
        return told._replace(port=own.ports.get(plug.port), heard=heard, others=others)

    def _tables(self) -> Iterator[Tables]:
        return (one for one in self._found.values() if isinstance(one, Tables))

    def _elsewhere(self, mac: str, plug: Plug | None) -> Sighting | None:
        """Where a device was seen that is not at its port; a port towards another switch is no place."""
        if not mac:
            return None
        for one in self._tables():
            links = link_ports(self._city, self._school, one.device) | _bridges(one, self._school)
            for port in one.ports_of(mac):
                if plug and (one.device, port) == (plug.switch, plug.port):
                    return None
                if port not in links:
                    return Sighting(switch=one.device, port=label_of(self._city, self._school, one.device, port))
        return None

    def _address_of(self, device: Device) -> str:
        """Who has a device's address, by the ARP tables."""
        if not (device.address and device.mac):
            return ""
        known = {row.mac for one in self._tables() for row in one.located or () if row.address == device.address}
        return "" if device.mac in known else next((self._names.get(mac, mac) for mac in sorted(known)), "")

    def _has_address(self, device: Device) -> str:
        """Which other address a device has, by the ARP tables; old rows stay for hours, so its own one wins."""
        found = {row.address for one in self._tables() for row in one.located or () if row.mac == device.mac}
        return "" if device.address in found or not device.mac else min(found, default="")

    def _dead(self, switch: str) -> str:
        """The switch nearest to the core, from this one upwards, that does not answer either."""
        dead = ""
        for name in above(self._city, self._school, switch):
            one = self._found.get(name)
            if isinstance(one, Fault) and one.kind in (FaultKind.UNREACHABLE, FaultKind.TIMEOUT):
                dead = name
            elif one is not None:
                break
        return dead


def _bridges(one: Tables, school: School) -> frozenset[str]:
    """Ports at which another switch of the school is heard."""
    return frozenset(heard.port for heard in one.neighbors or () if _name(heard) in school.switches)


def _name(heard: Neighbor) -> str:
    return heard.name.partition(".")[0].lower()


def serving(found: Mapping[str, Plug]) -> tuple[str, ...]:
    """The switches that devices are plugged into."""
    return tuple(dict.fromkeys(plug.switch for plug in found.values()))


def to_be_searched(city: City, school: School, found: Mapping[str, Tables | Fault], lost: Collection[str]) -> set[str]:
    """Switches that were not read yet and may know more: all, where a device is lost; else those above a dead one.

    Args:
        city: With the school loaded.
        school: The school.
        found: What was read, by switch.
        lost: MAC addresses of devices that are not where they shall be.
    """
    if lost:
        return set(school.switches) - set(found)
    dead = [name for name, one in found.items() if isinstance(one, Fault)]
    return {name for switch in dead for name in above(city, school, switch)} - set(found)
