"""Whether a new device is there: what its switch port shows and a ping says, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.portmap import port_map
from campusctl.inventory.topology import topology
from campusctl.model.onboarding import NewDevice, NewPort
from campusctl.model.outcome import Fault
from campusctl.model.sentence import joined, sentence
from campusctl.model.tables import Tables
from campusctl.words.trouble import trouble


class Sight(NamedTuple):
    """What was seen of a new device."""

    there: bool | None
    """It is at its port; None: the switch cannot tell."""
    what: str
    """One sentence."""
    mac: str = ""
    """Its MAC address where nobody typed one: the only one at its port that the school does not know."""


def pinged(seen: Sight, device: NewDevice, pings: Mapping[str, bool]) -> Sight:
    """What was seen of a device, and whether its address answers a ping.

    Args:
        seen: What its switch says. Many a PC never answers a ping, so a device that is seen is there without; where the
            switch cannot tell, an answer is enough.
        device: The device.
        pings: Which addresses answer, as far as anybody can tell.
    """
    answers = pings.get(device.address)
    if answers:
        what = sentence("{address} answers a ping", address=device.address)
        return seen._replace(there=seen.there is not False, what=joined((seen.what, what)))
    if answers is False and seen.there:
        what = sentence("{address} does not answer a ping yet", address=device.address)
        return seen._replace(what=joined((seen.what, what)))
    return seen


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
        return Sight(there=True, what=sentence("it has no port of its own"))
    own = tables.get(port.switch)
    if not isinstance(own, Tables):
        why = trouble(own) if own else sentence("nobody asked it")
        told = sentence("{switch} does not tell what it sees: {why}", switch=port.switch, why=why)
        return Sight(there=None, what=told)
    if device.mac and device.mac in {row.mac for row in own.at(port.name)}:
        return Sight(there=True, what=sentence("{mac} is seen at {place}", mac=device.mac, place=place_of(port)))
    heard = [one.name for one in own.heard_at(port.name) if one.name]
    if device.kind == "switch" and any(name.partition(".")[0] == device.name for name in heard):
        what = sentence("{device} is heard by LLDP at {place}", device=device.name, place=place_of(port))
        return Sight(there=True, what=what)
    if elsewhere := _elsewhere(city, school, device, tables):
        what = sentence(
            "{mac} is at {seen}, not at {place}: plug it in there", mac=device.mac, seen=elsewhere, place=place_of(port)
        )
        return Sight(there=False, what=what)
    return _without_link(port, own) or _by_port(school, device, port, own)


def _without_link(port: NewPort, own: Tables) -> Sight | None:
    """Why nothing can be there; None: the port has a link, or the switch does not say."""
    now = own.ports.get(port.name)
    if now is None:
        what = sentence("{switch} says nothing of port {port}", switch=port.switch, port=port.port)
        return Sight(there=None, what=what)
    if now.enabled is False:
        what = sentence("{place} is shut", place=place_of(port))
    elif now.up is False:
        what = sentence("{place} has no link: is it plugged in there, and on?", place=place_of(port))
    else:
        return None
    return Sight(there=False, what=what)


def _by_port(school: School, device: NewDevice, port: NewPort, own: Tables) -> Sight:
    """What a port with a link says of a device whose MAC address it does not show, or nobody knows."""
    place, up = place_of(port), own.ports[port.name].up
    macs = tuple(dict.fromkeys(row.mac for row in own.at(port.name)))
    if device.kind != "switch":
        if device.mac and macs:
            what = sentence(
                "{place} shows another device, {others}, and not {mac}: is the MAC address right?",
                place=place, others=", ".join(macs), mac=device.mac,
            )  # fmt: skip
            return Sight(there=False, what=what)
        if own.learnt is not None and not macs and (device.mac or up):
            return Sight(
                there=False, what=sentence("{place} has a link, and nothing has spoken there yet", place=place)
            )
        if not device.mac and macs:
            return _nameless(school, device, place, macs)
    if up is None:
        what = sentence("{switch} does not say whether port {port} has a link", switch=port.switch, port=port.port)
        return Sight(there=None, what=what)
    if macs:
        what = sentence("{place} has a link and shows {others}", place=place, others=", ".join(macs))
        return Sight(there=True, what=what)
    return Sight(there=True, what=sentence("{place} has a link", place=place))


def _nameless(school: School, device: NewDevice, place: str, macs: Sequence[str]) -> Sight:
    """A device whose MAC address nobody typed: what is at its port is the device, unless the school knows it."""
    known = {one.mac: one.name for one in school.devices.values() if one.mac and one.name != device.name}
    new = [mac for mac in macs if mac not in known]
    if not new:
        what = sentence(
            "{place} shows {other}, which the inventory has already: plug the new device in there",
            place=place,
            other=", ".join(known[mac] for mac in macs),
        )
        return Sight(there=False, what=what)
    what = sentence("{place} has a link and shows {others}", place=place, others=", ".join(new))
    return Sight(there=True, what=what, mac=new[0] if len(new) == 1 else "")


def place_of(port: NewPort) -> str:
    """`port 18 of s042-a2-sw02`."""
    return _place(port.port, port.switch)


def _place(port: str, switch: str) -> str:
    return sentence("port {port} of {switch}", port=port, switch=switch)


def _elsewhere(city: City, school: School, device: NewDevice, tables: Mapping[str, Tables | Fault]) -> str:
    """Where else a device is plugged in; ports that lead to other switches show everything and say nothing."""
    if not device.mac:
        return ""
    links = topology(city, school)
    for name, seen in tables.items():
        switch = school.switches.get(name)
        if not isinstance(seen, Tables) or switch is None:
            continue
        ways = {link.child_port for link in links.uplinks.get(name, ())}
        ways |= {link.parent_port for link in links.downlinks.get(name, ())}
        if device.port and name == device.port.switch:
            ways.add(device.port.name)
        found = next((port for port in seen.ports_of(device.mac) if port not in ways), "")
        if found:
            ports = port_map(city.profiles[str(switch.profile)], switch)
            short = ports.ports[ports.index[found.lower()]].short if found.lower() in ports.index else found
            return _place(short, name)
    return ""
