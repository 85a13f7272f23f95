"""A room by what a person types for it, and where the devices in it are plugged in."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from campusctl.errors import UnknownPlaceError
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city, school_ids
from campusctl.inventory.names_hint import nearest
from campusctl.inventory.resolve import DOWNLINK, UPLINK, resolver
from campusctl.inventory.source import room_names, short_names
from campusctl.inventory.topology import topology
from campusctl.model.intent import PortIntent, SwitchIntent
from campusctl.model.room import Plug


def find_room(root: Path, typed: str) -> tuple[City, School, str]:
    """The room a person means, with its school loaded.

    Args:
        root: The workspace.
        typed: `schule-042/R101`, `s042/r101`, `schule-042/A/1/R101`, `schule-042/Physik` by its title; `R101`, where
            one school has it; or the name of a device in the room.

    Returns:
        The city with this school only, the school, and the room's id.

    Raises:
        UnknownPlaceError: There is no such school, room or device, or more than one; knows what was probably meant.
        InventoryError: That school has problems.
    """
    first, _, rest = (part.strip() for part in typed.strip().rstrip("/").partition("/"))
    known = school_ids(root)
    shorts = {short.lower(): name for short, name in short_names(root, known).items()}
    by_name = {**{name.lower(): name for name in known}, **shorts}
    if first.lower() in by_name:
        city, school = _loaded(root, by_name[first.lower()])
        return city, school, _room(school, rest)
    if rest:
        raise UnknownPlaceError("school", first, nearest(first, known))
    short = first.lower().partition("-")[0]
    if short in shorts:
        return _room_of_device(root, shorts[short], first.lower())
    return _room_of_any_school(root, known, first)


def _loaded(root: Path, school: str) -> tuple[City, School]:
    city = load_city(root, [school])
    return city, city.schools[school]


def _room_of_device(root: Path, school_id: str, name: str) -> tuple[City, School, str]:
    city, school = _loaded(root, school_id)
    if name not in school.devices:
        raise UnknownPlaceError("place", name, nearest(name, school.devices))
    return city, school, school.devices[name].room


def _room_of_any_school(root: Path, known: Sequence[str], name: str) -> tuple[City, School, str]:
    """A room that is named without its school."""
    places = {f"{school}/{room}": room for school in known for room in room_names(root, school)}
    found = [place for place, room in places.items() if room.lower() == name.lower()]
    if len(found) > 1:
        raise UnknownPlaceError("several", name, tuple(found))
    if found:
        return find_room(root, found[0])
    alike = nearest(name, places.values())
    near = tuple(place for room in alike for place, its_room in places.items() if its_room == room)
    raise UnknownPlaceError("place", name, near[:_MOST] or nearest(name, known))


def _room(school: School, rest: str) -> str:
    """The id of a room, from `R101`, `A/1/R101` or its title.

    Raises:
        UnknownPlaceError: There is none.
    """
    if not rest:
        raise UnknownPlaceError("which", school.id, tuple(f"{school.id}/{one}" for one in school.rooms))
    wanted = rest.lower()
    for room, located in school.rooms.items():
        if wanted in (room.lower(), f"{located.building_id}/{located.room.floor}/{room}".lower()):
            return room
    titled = [room for room, located in school.rooms.items() if located.room.title.lower() == wanted]
    if len(titled) == 1:
        return titled[0]
    near = titled or nearest(rest.rpartition("/")[2], school.rooms)
    raise UnknownPlaceError("room", f"{school.id}/{rest}", tuple(f"{school.id}/{one}" for one in near[:_MOST]))


_MOST: Final = 5
"""So many places are offered at most."""


def plugs(city: City, school: School, devices: Collection[str]) -> Mapping[str, Plug]:
    """Where devices are plugged in; one whose port the inventory does not say is left out.

    Raises:
        InventoryError: The layers of a switch together make no sense.
    """
    found = {}
    for name in _switches_of(city, school, devices):
        intent = resolver(city, school).switch(school.devices[name])
        labels = {port.name: port.short for port in resolver(city, school).map_of(school.devices[name]).ports}
        for port in (*intent.ports, *intent.lags):
            if port.peer in devices and not port.lag:
                found[port.peer] = _plug(intent, port, labels.get(port.name, port.name))
    return found


def _plug(intent: SwitchIntent, port: PortIntent, label: str) -> Plug:
    return Plug(
        switch=intent.name,
        port=port.name,
        label=label,
        vlan=port.vlan,
        tagged=port.tagged,
        powered=port.poe is True,
        shut=port.shutdown,
    )


def _switches_of(city: City, school: School, devices: Collection[str]) -> Iterator[str]:
    """The switches that name one of these devices at a port."""
    for name, assignment in topology(city, school).assignments.items():
        if any(end.entry.device in devices for end in assignment.ends()):
            yield name


def link_ports(city: City, school: School, switch: str) -> frozenset[str]:
    """Ports and LAGs of a switch that lead to other switches: who is seen there is somewhere else."""
    intent = resolver(city, school).switch(school.devices[switch])
    ports = (*intent.ports, *intent.lags)
    return frozenset(port.name for port in ports if port.role in (UPLINK, DOWNLINK) or port.peer in school.switches)


def above(city: City, school: School, switch: str) -> tuple[str, ...]:
    """The switches on the way from a switch to the core, itself first; of two ways the first one."""
    links, way = topology(city, school).uplinks, [switch]
    while links.get(way[-1]) and links[way[-1]][0].parent not in way:
        way.append(links[way[-1]][0].parent)
    return tuple(way)


def label_of(city: City, school: School, switch: str, port: str) -> str:
    """A port as people say it: `6` for its canonical name; a LAG by its name."""
    ports = resolver(city, school).map_of(school.devices[switch]).ports
    return next((one.short for one in ports if one.name == port), port)
