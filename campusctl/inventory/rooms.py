"""A room by what a person types for it, and where the devices in it are plugged in."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from campusctl.errors import UnknownPlaceError
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city, school_ids
from campusctl.inventory.names_hint import nearest
from campusctl.inventory.resolve import DOWNLINK, UPLINK, resolver
from campusctl.inventory.source import short_names
from campusctl.inventory.topology import topology
from campusctl.model.intent import PortIntent, SwitchIntent
from campusctl.model.room import Plug


def find_room(root: Path, typed: str) -> tuple[City, School, str]:
    """The room a person means, with its school loaded.

    Args:
        root: The workspace.
        typed: `schule-042/R101`, `s042/r101`, `schule-042/A/1/R101`, or the name of a device in the room.

    Returns:
        The city with this school only, the school, and the room's id.

    Raises:
        UnknownPlaceError: There is no such school, room or device; knows what was probably meant.
        InventoryError: That school has problems.
    """
    first, slash, rest = typed.strip().partition("/")
    known = school_ids(root)
    shorts = short_names(root, known)
    by_name = {**{name.lower(): name for name in known}, **{short.lower(): name for short, name in shorts.items()}}
    short = first.partition("-")[0]
    if not slash and first.lower() not in by_name and short in shorts:
        return _room_of_device(root, shorts[short], first)
    if first.lower() not in by_name:
        raise UnknownPlaceError("school" if slash else "place", first, nearest(first, known))
    city = load_city(root, [by_name[first.lower()]])
    school = next(iter(city.schools.values()))
    return city, school, _room(school, rest)


def _room_of_device(root: Path, school_id: str, name: str) -> tuple[City, School, str]:
    city = load_city(root, [school_id])
    school = next(iter(city.schools.values()))
    if name not in school.devices:
        raise UnknownPlaceError("place", name, nearest(name, school.devices))
    return city, school, school.devices[name].room


def _room(school: School, rest: str) -> str:
    """The id of a room, from `R101` or `A/1/R101`.

    Raises:
        UnknownPlaceError: There is none.
    """
    name = rest.rstrip("/").rpartition("/")[2]
    found = next((room for room in school.rooms if room.lower() == name.lower()), "")
    place = f"{school.rooms[found].building_id}/{school.rooms[found].room.floor}/{found}" if found else ""
    if not found or rest.rstrip("/").lower() not in (found.lower(), place.lower()):
        raise UnknownPlaceError(
            "room", f"{school.id}/{rest}", tuple(f"{school.id}/{one}" for one in _near(school, name))
        )
    return found


def _near(school: School, name: str) -> tuple[str, ...]:
    return nearest(name, school.rooms) if name else tuple(school.rooms)[:3]


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
