"""Where a device is plugged in, and what is at a port."""

from collections.abc import Iterator
from typing import NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import City, School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.portmap import PortError, PortMap
from campusctl.inventory.resolve import UNUSED, resolver
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device, Port
from campusctl.model.sentence import joined, sentence


class Plug(NamedTuple):
    """One port of a switch, or one LAG, and what the inventory says of it."""

    switch: str
    """Name of the switch."""
    port: str
    """Canonical name of the port or LAG."""
    short: str
    """As the inventory calls it: `7`, `A7`, `2/7`; of a LAG its number."""
    item: Assigned | None
    """Its entry; None: the inventory does not name it, it is unused."""
    ports: PortMap
    """The ports of the switch."""

    @property
    def lag(self) -> bool:
        """It is a LAG."""
        return self.item is not None and self.item.place[2:3] == ("lags",)

    @property
    def alone(self) -> bool:
        """The inventory has an entry for this one port; not only a range, or a LAG, that holds it."""
        return (
            self.item is not None
            and self.item.place[2:3] == ("ports",)
            and len(self.ports.expand(str(self.item.place[3]))) == 1
        )

    def words(self) -> str:
        """`s042-a2-sw01:6`, `s042-a2-sw01:LAG 1`."""
        return f"{self.switch}:{'LAG ' if self.lag else ''}{self.short}"


def plug_of(city: City, school: School, name: str) -> Plug | None:
    """Where a device is plugged in; None: no port names it. Of a switch it is the first port towards the core."""
    for switch, assignment in topology(city, school).assignments.items():
        for end in assignment.ends():
            if end.entry.device == name:
                return _plug(city, school, school.devices[switch], end)
    for link in topology(city, school).uplinks.get(name, ()):
        return plug_at(city, school, link.parent, link.parent_port)
    return None


def plug_at(city: City, school: School, switch: str, port: str) -> Plug:
    """What the inventory says of a port.

    Args:
        city: With the school in it.
        school: Of the switch.
        switch: Name of the switch.
        port: One port, by its short or its canonical name; a LAG by its canonical name.

    Raises:
        UnknownNameError: There is no such switch or port.
    """
    device = switch_of(school, switch)
    assignment = topology(city, school).assignments[device.name]
    if port in assignment.lags:
        return _plug(city, school, device, assignment.lags[port])
    try:
        names = resolver(city, school).map_of(device).expand(port)
    except PortError as error:
        raise UnknownNameError(joined((switch, error.what), ": "), error.hint) from error
    if len(names) != 1:
        what = sentence("{port} of {switch} is more than one port", port=port, switch=switch)
        raise UnknownNameError(what, sentence("name one port"))
    return _made(city, school, device, names[0], assignment.ports.get(names[0]))


def switch_of(school: School, name: str) -> Device:
    """A switch of a school.

    Raises:
        UnknownNameError: There is none; knows what was probably meant.
    """
    if name not in school.switches:
        known = did_you_mean(name, school.switches) or sentence(
            "switches of {school} are {names}", school=school.id, names=", ".join(school.switches)
        )
        raise UnknownNameError(sentence("no switch `{name}` at {school}", name=name, school=school.id), known)
    return school.switches[name]


def taken_by(plug: Plug) -> str:
    """Why nothing else may be plugged in at a port, in words; empty: it is free.

    Free is a port that is unused, or one of a range that says a role and nothing more.
    """
    item = plug.item
    if item is None:
        return ""
    entry = item.entry
    if item.lag or plug.lag:
        return sentence("it belongs to {lag}", lag=item.lag or item.name)
    peer = entry.device or entry.uplink or entry.downlink
    if peer:
        return sentence("{device} is plugged in there", device=peer)
    if plug.alone and entry.role not in (None, UNUSED):
        title = f" ({entry.description})" if entry.description else ""
        return sentence("it is set up as {role} of its own", role=f"{entry.role}{title}")
    return ""


def links_of(city: City, school: School, name: str) -> Iterator[Plug]:
    """Ports of the switches right above and below a switch that lead to it."""
    found = topology(city, school)
    for link in found.uplinks.get(name, ()):
        yield plug_at(city, school, link.parent, link.parent_port)
    for link in found.downlinks.get(name, ()):
        yield plug_at(city, school, link.child, link.child_port)


def entry_of(plug: Plug) -> Port:
    """What the inventory says of a port; nothing of one that it does not name."""
    return plug.item.entry if plug.item else Port()


def _plug(city: City, school: School, device: Device, end: Assigned) -> Plug:
    if end.place[2:3] == ("lags",):
        return Plug(device.name, end.name, str(end.place[3]), end, resolver(city, school).map_of(device))
    return _made(city, school, device, end.name, end)


def _made(city: City, school: School, device: Device, port: str, item: Assigned | None) -> Plug:
    ports = resolver(city, school).map_of(device)
    short = next((found.short for found in ports.ports if found.name == port), port)
    return Plug(device.name, port, short, item, ports)
