"""Whether a new device is there: what its switch port shows, in words."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.portmap import port_map
from campusctl.inventory.topology import topology
from campusctl.model.onboarding import NewDevice, NewPort
from campusctl.model.outcome import Fault
from campusctl.model.tables import Tables


class Sight(NamedTuple):
    """What was seen of a new device."""

    there: bool
    """It is at its port."""
    what: str
    """One sentence."""


def sight(city: City, school: School, device: NewDevice, tables: Mapping[str, Tables | Fault]) -> Sight:
    """Whether a device is seen at its port.

    Args:
        city: With the school loaded.
        school: Of the device.
        device: The new device.
        tables: What the switches see, its own one among them.
    """
    port = device.port
    if port is None:
        return Sight(there=True, what="it has no port of its own")
    own = tables.get(port.switch)
    if not isinstance(own, Tables):
        why = own.what if own else "nobody asked it"
        return Sight(there=False, what=f"{port.switch} does not tell what it sees: {why}")
    at_port = [row.mac for row in own.at(port.name)]
    heard = [one.name for one in own.heard_at(port.name) if one.name]
    if device.mac and device.mac in at_port:
        return Sight(there=True, what=f"{device.mac} is seen at {_place(port)}")
    if device.kind == "switch" and any(name.partition(".")[0] == device.name for name in heard):
        return Sight(there=True, what=f"{device.name} is heard by LLDP at {_place(port)}")
    elsewhere = _elsewhere(city, school, device, tables)
    if elsewhere:
        return Sight(there=False, what=f"{device.mac} is at {elsewhere}, not at {_place(port)}: plug it in there")
    return _by_port(device, port, own, at_port)


def _by_port(device: NewDevice, port: NewPort, own: Tables, at_port: Collection[str]) -> Sight:
    now = own.ports.get(port.name)
    if now is None:
        return Sight(there=False, what=f"{port.switch} says nothing of port {port.port}")
    if now.enabled is False:
        return Sight(there=False, what=f"{_place(port)} is shut")
    if now.up is False:
        return Sight(there=False, what=f"{_place(port)} has no link: is it plugged in there, and on?")
    others = ", ".join(dict.fromkeys(at_port))
    if device.mac and others and device.kind != "switch":
        what = f"{_place(port)} shows another device, {others}, and not {device.mac}: is the MAC address right?"
        return Sight(there=False, what=what)
    if device.mac and own.learnt is not None and device.kind != "switch":
        return Sight(there=False, what=f"{_place(port)} has a link, and nothing has spoken there yet")
    if now.up is None:
        return Sight(there=False, what=f"{port.switch} does not say whether port {port.port} has a link")
    seen = f" and shows {others}" if others else ""
    return Sight(there=True, what=f"{_place(port)} has a link{seen}")


def _place(port: NewPort) -> str:
    return f"port {port.port} of {port.switch}"


def _elsewhere(city: City, school: School, device: NewDevice, tables: Mapping[str, Tables | Fault]) -> str:
    """Where else a device is plugged in; ports that lead to other switches show everything and say nothing."""
    if not device.mac:
        return ""
    links = topology(city, school)
    for name, seen in tables.items():
        if not isinstance(seen, Tables):
            continue
        ways = {link.child_port for link in links.uplinks.get(name, ())}
        ways |= {link.parent_port for link in links.downlinks.get(name, ())}
        for port in seen.ports_of(device.mac):
            known = school.switches.get(name)
            if (
                port not in ways
                and known
                and not (device.port and (name, port) == (device.port.switch, device.port.name))
            ):
                ports = port_map(city.profiles[str(known.profile)], known)
                short = ports.ports[ports.index[port.lower()]].short if port.lower() in ports.index else port
                return f"port {short} of {name}"
    return ""
