"""Which port a new device is plugged into: a free one of the switch that serves its room."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import City, School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.onboarding.wanted import Question, Refusal
from campusctl.inventory.portmap import PortError, block_range, port_map
from campusctl.inventory.resolve import UNUSED, resolver
from campusctl.inventory.topology import Topology, topology
from campusctl.model.sentence import sentence

_SHOWN: Final = 8
"""Free ports that are named in a hint."""


class Socket(NamedTuple):
    """One port of a switch."""

    switch: str
    """Switch name."""
    short: str
    """As the inventory calls it."""
    name: str
    """The dialect's canonical name."""
    why: str = ""
    """Why this one, in a few words."""


def named_socket(city: City, school: School, text: str, role: str) -> Socket | Refusal | Question:
    """The port that somebody named, `SWITCH:PORT`; a switch alone: its first free one.

    Args:
        city: The city.
        school: The school.
        text: As typed.
        role: Role that the port shall have.
    """
    switch, colon, port = text.partition(":")
    if text.isdecimal():
        return Refusal(sentence("port {port} of which switch?", port=text), sentence("say SWITCH:PORT"))
    if switch not in school.switches:
        like = sentence("a port is such as {switch}:7", switch=next(iter(school.switches), "SWITCH"))
        what = sentence("{school} has no switch `{switch}`", school=school.id, switch=switch)
        return Refusal(what, did_you_mean(switch, school.switches) or like)
    if not colon:
        return first_free(city, school, (switch,), links=role == "downlink") or _full(switch)
    ports = port_map(city.profiles[str(school.switches[switch].profile)], school.switches[switch])
    try:
        names = ports.expand(port.strip())
    except PortError as error:
        return Refusal(sentence("{switch}: {trouble}", switch=switch, trouble=error.what), error.hint)
    if len(names) != 1:
        return Refusal(
            sentence("{switch}: {port} is more than one port", switch=switch, port=port), sentence("name one")
        )
    short = ports.ports[ports.index[names[0].lower()]].short
    taken = why_taken(city, school, switch, names[0], role)
    if taken:
        free = ", ".join(one.short for one in _free(city, school, switch)[:_SHOWN])
        there = sentence("free there: {ports}", ports=free) if free else sentence("no port is free there")
        return Refusal(sentence("port {port} of {switch} {taken}", port=short, switch=switch, taken=taken), there)
    return Socket(switch, short, names[0], sentence("as you said"))


def why_taken(city: City, school: School, switch: str, name: str, role: str) -> str:
    """Why nothing new may be plugged into a port; empty: it is free, or for devices of this role that nobody names."""
    links = topology(city, school)
    peers = [link.child for link in links.downlinks.get(switch, ()) if link.parent_port == name]
    peers += [link.parent for link in links.uplinks.get(switch, ()) if link.child_port == name]
    if peers:
        return sentence("leads to {device}", device=peers[0])
    found = links.assignments[switch].ports.get(name)
    if found is None:
        return ""
    if found.lag:
        return sentence("belongs to {lag}", lag=found.lag)
    entry = found.entry
    peer = entry.device or entry.uplink or entry.downlink
    if peer:
        return sentence("is taken: {device} is plugged in there", device=peer)
    if entry.description:
        return sentence("is taken: {description}", description=entry.description)
    has = resolver(city, school).role_of(entry)
    return "" if has in (UNUSED, role) else sentence("is for the role {role}", role=has)


def first_free(city: City, school: School, switches: Iterable[str], *, links: bool = False) -> Socket | None:
    """The first unused port of the first of these switches that has one.

    Args:
        city: The city.
        school: The school.
        switches: Switch names, the likeliest first.
        links: For a link between switches: ports beside other links come first, else last.
    """
    for switch in switches:
        free = _free(city, school, switch, links=links)
        if free:
            return free[0]
    return None


def _full(switch: str) -> Refusal:
    return Refusal(
        sentence("{switch} has no unused port", switch=switch), sentence("name another one with --port SWITCH:PORT")
    )


def _free(city: City, school: School, switch: str, *, links: bool = False) -> list[Socket]:
    """Unused ports, in their order.

    A profile's blocks of ports tell sockets from fibres: an end device goes into a block that has end devices or
    sockets already, else into the largest one; a link goes beside other links first.
    """
    device = school.switches[switch]
    profile = city.profiles[str(device.profile)]
    found = topology(city, school)
    linked = {link.child_port for link in found.uplinks.get(switch, ())}
    linked |= {link.parent_port for link in found.downlinks.get(switch, ())}
    linked |= {name for name, port in found.assignments[switch].ports.items() if port.lag or _is_link(port)}
    ports = port_map(profile, device).ports
    block = _blocks(tuple(profile.ports), [port.short for port in ports])
    resolve = resolver(city, school)

    def unused(name: str) -> bool:
        item = found.assignments[switch].ports.get(name)
        named = item is not None and (item.entry.device or item.entry.description or item.lag)
        return not named and name not in linked and (item is None or resolve.role_of(item.entry) == UNUSED)

    free = [Socket(switch, port.short, port.name) for port in ports if unused(port.name)]
    if links:
        crowded = {block[port.short] for port in ports if port.name in linked}
        return sorted(free, key=lambda one: block[one.short] not in crowded)
    used = {block[port.short] for port in ports if port.name not in linked and not unused(port.name)}
    sockets = used or {max(block.values(), key=list(block.values()).count, default=-1)}
    return [one for one in free if block[one.short] in sockets]


def _is_link(port: Assigned) -> bool:
    return bool(port.entry.uplink or port.entry.downlink) or port.entry.role in ("uplink", "downlink")


def _blocks(keys: Iterable[str], shorts: Iterable[str]) -> Mapping[str, int]:
    """The number of the profile's block of ports that each port belongs to; members of a stack share them."""
    ranges = [block_range(key) for key in keys]

    def block(short: str) -> int:
        plain = short.rpartition("/")[2]
        slot = plain.rstrip("0123456789")
        number = int(plain[len(slot) :])
        return next((at for at, (name, low, high) in enumerate(ranges) if name == slot and low <= number <= high), -1)

    return {short: block(short) for short in shorts}


class Serving(NamedTuple):
    """The switches that serve a room."""

    switches: tuple[str, ...] = ()
    """Their names, the likeliest first."""
    why: str = ""
    """Why these, in a few words."""
    sure: bool = False
    """The room itself says so: the first one is right."""


def serving(city: City, school: School, room: str) -> Serving:
    """The switches that serve a room, the likeliest first, and why.

    Those with most devices of the room; else one that stands in it; else those that serve its floor of the building;
    else those of the building.
    """
    links = topology(city, school)
    rooms = [(name, found) for name in links.order for found in _rooms_at(school, links, name)]
    located = school.rooms[room]
    floor = {
        other for other, at in school.rooms.items()
        if (at.building_id, at.room.floor) == (located.building_id, located.room.floor)
    }  # fmt: skip
    building = {other for other, at in school.rooms.items() if at.building_id == located.building_id}
    stands = tuple(name for name, device in school.switches.items() if device.room == room)
    at_floor = tuple(name for name in links.order if school.switches[name].room in floor)
    of_floor = sentence(
        "it serves floor {floor} of building {building}", floor=located.room.floor, building=located.building_id
    )
    ways = (
        Serving(_most(rooms, {room}), sentence("it serves {room}", room=room), sure=True),
        Serving(stands, sentence("it stands in {room}", room=room), sure=True),
        Serving(_most(rooms, floor), of_floor),
        Serving(at_floor, sentence("it stands on the same floor")),
        Serving(_most(rooms, building), sentence("it serves building {building}", building=located.building_id)),
    )
    return next((way for way in ways if way.switches), Serving())


def _rooms_at(school: School, links: Topology, switch: str) -> Iterator[str]:
    """The room of each port that says one, by its entry or by its device."""
    for end in links.assignments[switch].ends():
        plugged = school.devices.get(end.entry.device or "")
        room = end.entry.room or (plugged.room if plugged else "")
        if room:
            yield room


def _most(rooms: Iterable[tuple[str, str]], wanted: set[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(name for name, room in rooms if room in wanted).most_common())


def free_socket(city: City, school: School, room: str) -> Socket | Question:
    """A free port of the switch that serves a room, or the question which one."""
    switches, why, sure = serving(city, school, room)
    alike = len(switches) > 1 and not sure
    if not switches or alike:
        choices = switches or tuple(topology(city, school).order)
        what = sentence("nobody knows which switch serves {room}", room=room)
        return Question("port", what, tuple(name for name in choices if _free(city, school, name)))
    found = first_free(city, school, switches)
    if found is None:
        what = sentence("{switch} serves {room} and has no unused port", switch=switches[0], room=room)
        others = (name for name in topology(city, school).order if _free(city, school, name))
        return Question("port", what, tuple(others))
    because = why if found.switch == switches[0] else sentence("{switch} is full", switch=switches[0])
    return found._replace(why=because)
