"""A made-up city, school by school: buildings, rooms, devices, and which port each is plugged into.

Pure: numbers and a seed in, values out. Sizes are the estimates of a real city's school department; what a school has
varies by a tenth around them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """A type of school and what such a school has."""

    type: str
    """As in city.yml."""
    title: str
    """As schools are called."""
    share: int
    """How many of 155 schools are of this type."""
    buildings: int
    """Buildings."""
    switches: int
    """Switches, at least."""
    aps: int
    """Access points."""
    displays: int
    """Boards and projectors."""
    pcs: int
    """PCs."""
    printers: int
    """Printers."""
    seats: int
    """PCs in one PC room."""


KINDS: Final = (
    Kind("grundschule", "Grundschule", 88, 1, 3, 18, 14, 20, 4, 10),
    Kind("foerderschule", "Förderschule", 16, 1, 4, 22, 18, 30, 5, 10),
    Kind("gymnasium", "Gymnasium", 14, 3, 10, 55, 48, 120, 12, 26),
    Kind("realschule", "Realschule", 12, 2, 7, 40, 35, 80, 8, 24),
    Kind("gesamtschule", "Gesamtschule", 11, 3, 14, 85, 75, 170, 18, 26),
    Kind("berufskolleg", "Berufskolleg", 8, 4, 22, 100, 95, 650, 30, 28),
    Kind("sekundarschule", "Sekundarschule", 6, 2, 5, 28, 25, 60, 6, 20),
)
"""City of 155 schools; the sum is about 910 switches and 24,000 devices."""

SITES: Final = 254
"""Highest site number: it is the second part of an address."""

_BRANCH_EVERY: Final = 10
"""One school in ten has a branch at another site (170 sites for 155 schools)."""

_FLOORS: Final = 3
_TEACHERS: Final = "Lehrerzimmer"
_PC_ROOM_VLANS: Final = 20
_LINK_PORTS: Final = 2
_CORE_PORTS: Final = 24
_CHASSIS_FROM: Final = 20
_CHUNK: Final = 44
"""Devices on one access switch at most."""


@dataclass(frozen=True, slots=True)
class Model:
    """A switch that can be bought."""

    profile: str
    """Name of its profile."""
    ports: tuple[str, ...]
    """Short names of its ports, in order."""


@dataclass(slots=True)
class Room:
    """A room."""

    id: str
    """Unique in the school."""
    floor: int
    """Storey."""
    title: str
    """For people."""
    vlan: int | None = None
    """VLAN of a PC room's own network."""


@dataclass(slots=True)
class Building:
    """A building."""

    id: str
    """A letter."""
    site: int
    """Site number: the second part of its addresses."""
    rooms: list[Room] = field(default_factory=list)
    """Its rooms, floor by floor."""


@dataclass(slots=True)
class Thing:
    """A device that is no switch."""

    name: str
    """Device name."""
    room: Room
    """Where it stands."""
    role: str = ""
    """Role of its port, where its class does not say it."""
    address: str = ""
    """Fixed address; empty until the cables are known."""


@dataclass(slots=True)
class Switch:
    """A switch and what is plugged into it."""

    name: str
    """Device name."""
    room: Room
    """Where it stands."""
    address: str
    """Its address."""
    model: Model
    """What it is."""
    above: "Switch | None" = None
    """The switch towards the core; None: the core of its site."""
    uplink: tuple[str, ...] = ()
    """Ports towards the switch above; two form a LAG."""
    downlinks: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Switches below, and the ports towards them."""
    things: list[Thing] = field(default_factory=list)
    """What is plugged in, from the first port on."""
    offices: int = 0
    """Ports of the administration, after the things."""

    def take_link(self, size: int) -> tuple[str, ...]:
        """The last free ports, in order, for a link of that many."""
        used = len(self.uplink) + sum(len(ports) for _, ports in self.downlinks)
        end = len(self.model.ports) - used
        return self.model.ports[end - size : end]


@dataclass(slots=True)
class School:
    """One school."""

    number: int
    """From 1."""
    kind: Kind
    """Type and size."""
    title: str
    """Its name."""
    buildings: list[Building]
    """Its buildings."""
    switches: list[Switch]
    """Its switches, the cores first."""

    @property
    def things(self) -> Iterator[Thing]:
        """Every other device that stands in a room."""
        return (thing for switch in self.switches for thing in switch.things)

    @property
    def server(self) -> Thing:
        """The school server, which may be a print server; beside the first core, at its second port."""
        core = self.switches[0]
        name = _Placer(self.number).name(core.room, "ps")
        return Thing(name, core.room, "server", f"10.{self.number}.10.21")


def make_schools(count: int, seed: int, models: Sequence[Model]) -> Iterator[School]:
    """A city's schools, the same for the same arguments.

    Args:
        count: Schools, 1-230.
        seed: Any number.
        models: Switches to choose from.
    """
    kinds = _kinds(count)
    Random(f"{seed}/order").shuffle(kinds)  # noqa: S311 - made-up data, not a secret
    branches = 0
    for number, kind in enumerate(kinds, 1):
        random = Random(f"{seed}/{number}")  # noqa: S311 - likewise
        branch = 0
        if number % _BRANCH_EVERY == 0 and count + branches < SITES:
            branches += 1
            branch = count + branches
        yield _make_school(number, kind, branch, models, random)


def _kinds(count: int) -> list[Kind]:
    """Types in the city's proportions: whole parts first, then the largest remainders."""
    total = sum(kind.share for kind in KINDS)
    exact = [(kind, kind.share * count / total) for kind in KINDS]
    found = [kind for kind, share in exact for _ in range(int(share))]
    rest = sorted(exact, key=lambda item: (int(item[1]) - item[1], item[0].type))
    return found + [kind for kind, _ in rest[: count - len(found)]]


class _Order(NamedTuple):
    """What a school's cabling needs to know."""

    number: int
    kind: Kind
    models: Sequence[Model]
    random: Random


def _make_school(number: int, kind: Kind, branch: int, models: Sequence[Model], random: Random) -> School:
    buildings = [Building(letter, number) for letter in "ABCDEF"[: kind.buildings]]
    if branch:
        buildings.append(Building("ABCDEF"[kind.buildings], branch))
    things = _furnish(number, kind, buildings, random)
    buildings = [building for building in buildings if things[building.id]]
    switches: list[Switch] = []
    for site in dict.fromkeys(building.site for building in buildings):
        here = [building for building in buildings if building.site == site]
        switches += _cable(_Order(number, kind, models, random), here, things)
    switches.sort(key=lambda switch: switch.above is not None)
    return School(number, kind, _title(number, kind), buildings, switches)


# -- rooms and what stands in them ---------------------------------------------------------------------------------


def _around(base: int, random: Random) -> int:
    return max(1, round(base * random.uniform(0.9, 1.1)))


def _furnish(number: int, kind: Kind, buildings: list[Building], random: Random) -> dict[str, list[Thing]]:
    """Rooms for every building; returns the devices by building, in the order of the rooms."""
    displays, pcs = _around(kind.displays, random), _around(kind.pcs, random)
    pc_rooms = min(_PC_ROOM_VLANS, max(1, round(pcs * 0.7 / kind.seats)))
    wanted = ["class"] * displays + ["office", "teachers", "library"]
    for place in sorted(random.sample(range(len(wanted)), pc_rooms)):
        wanted.insert(place, "pcs")
    rooms = _build(wanted, buildings)
    placed = _Placer(number)
    _place_pcs(placed, rooms, pcs, kind.seats)
    for use, _, room in rooms:
        if use == "class":
            placed.add(room, "bm" if random.random() < 0.25 else "dt")
    for use, count in (("ap", _around(kind.aps, random)), ("pr", _around(kind.printers, random))):
        for index in range(count):
            placed.add(rooms[index * len(rooms) // count][2], use)
    return {building.id: [t for room in building.rooms for t in placed.in_room[room.id]] for building in buildings}


def _build(wanted: list[str], buildings: list[Building]) -> list[tuple[str, Building, Room]]:
    """The rooms in order, spread over buildings and floors, each floor with a room for switches."""
    found = []
    titles = {"class": "Klassenraum", "pcs": "PC-Raum", "office": "Sekretariat", "teachers": _TEACHERS}
    per_floor = ceil(len(wanted) / (len(buildings) * _FLOORS))
    vlan = 101
    for index, use in enumerate(wanted):
        level, place = divmod(index, per_floor)
        building = buildings[level // _FLOORS]
        floor = level % _FLOORS
        if place == 0:
            building.rooms.append(Room(f"{building.id}{floor}", floor, "Technikraum"))
        room = Room(f"{building.id}{floor}{place + 1:02}", floor, titles.get(use, "Bibliothek"))
        if use == "pcs":
            room.vlan = vlan
            vlan += 1
        building.rooms.append(room)
        found.append((use, building, room))
    return found


class _Placer:
    """Names devices and puts them into rooms."""

    def __init__(self, number: int) -> None:
        self.short = f"s{number:03}"
        self.in_room: dict[str, list[Thing]] = defaultdict(list)
        self._counts: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, room: Room, device_class: str, role: str = "") -> None:
        self.in_room[room.id].append(Thing(self.name(room, device_class), room, role))

    def name(self, room: Room, device_class: str) -> str:
        self._counts[room.id, device_class] += 1
        return f"{self.short}-{room.id.lower()}-{device_class}{self._counts[room.id, device_class]:02}"


def _place_pcs(placed: _Placer, rooms: list[tuple[str, Building, Room]], pcs: int, seats: int) -> None:
    """PC rooms first, what is left goes one by one into the other rooms."""
    labs = [room for use, _, room in rooms if use == "pcs"]
    others = [room for use, _, room in rooms if use not in ("pcs", "office")]
    in_labs = min(pcs, len(labs) * seats) if pcs < 4 * len(others) else pcs - 2 * len(others)
    for index in range(in_labs):
        placed.add(labs[index * len(labs) // in_labs], "pc", "pc-room")
    for index in range(pcs - in_labs):
        room = others[index % len(others)]
        placed.add(room, "pc", "teacher" if room.title == _TEACHERS else "")


# -- switches ------------------------------------------------------------------------------------------------------


def _cable(order: _Order, buildings: list[Building], things: dict[str, list[Thing]]) -> list[Switch]:
    """The switches of one site, everything plugged in: core, a distribution switch in other buildings, access."""
    core_model = _core(order)
    total = sum(len(found) for found in things.values())
    place = _Numbering(order.number, buildings[0].site)
    core = place.switch(buildings[0].rooms[0], core_model)
    switches = [core]
    for building in buildings:
        mine = things[building.id]
        share = max(1, round((order.kind.switches - 1) * len(mine) / total))
        head = core
        if building is not buildings[0] and share > 2:
            head = place.switch(building.rooms[0], core_model)
            _link(head, core, _LINK_PORTS)
            switches.append(head)
            share -= 1
        for chunk in _chunks(mine, max(share, ceil(len(mine) / _CHUNK))):
            model = _fitting(order.models, len(chunk) + _LINK_PORTS + 1, order.random)
            switch = place.switch(_cabinet(building, chunk), model)
            switch.things = chunk
            _link(switch, head, 1 if order.kind.buildings == 1 and order.random.random() < 0.4 else _LINK_PORTS)
            switches.append(switch)
    place.addresses(switches)
    switches[-1].offices = 1
    return switches


def _core(order: _Order) -> Model:
    """A chassis for the largest schools, else one of the small models."""
    if order.kind.switches > _CHASSIS_FROM:
        return max(order.models, key=lambda model: len(model.ports))
    return _fitting(order.models, _CORE_PORTS, order.random)


def _chunks(things: list[Thing], count: int) -> list[list[Thing]]:
    size = ceil(len(things) / count) or 1
    return [things[at : at + size] for at in range(0, len(things), size)]


def _fitting(models: Sequence[Model], ports: int, random: Random) -> Model:
    """A model with that many ports; the smallest sizes are preferred, makes are mixed."""
    fits = [model for model in models if len(model.ports) >= ports]
    smallest = min(len(model.ports) for model in fits)
    return random.choice([model for model in fits if len(model.ports) <= smallest + 4])


def _cabinet(building: Building, chunk: list[Thing]) -> Room:
    """The room for switches on the floor where most of it hangs."""
    floor = chunk[0].room.floor
    return next(room for room in building.rooms if room.title == "Technikraum" and room.floor == floor)


def _link(switch: Switch, above: Switch, size: int) -> None:
    switch.above = above
    switch.uplink = switch.take_link(size)
    above.downlinks.append((switch.name, above.take_link(size)))


class _Numbering:
    """Names and addresses of one site."""

    def __init__(self, number: int, site: int) -> None:
        self._placer = _Placer(number)
        self._site = site
        self._count = 0

    def switch(self, room: Room, model: Model) -> Switch:
        self._count += 1
        return Switch(self._placer.name(room, "sw"), room, f"10.{self._site}.3.{10 + self._count}", model)

    def addresses(self, switches: list[Switch]) -> None:
        """Fixed addresses for what is reached by address: access points, displays, printers, PCs."""
        pools = {"ap": (3, 100), "dt": (60, 10), "bm": (60, 10), "pr": (70, 10)}
        counts: dict[int, int] = defaultdict(int)
        for thing in (thing for switch in switches for thing in switch.things):
            net, start = pools.get(thing.name[-4:-2]) or (_pc_net(thing), 10)
            counts[net] += 1
            # The larger nets are two or more of 256 addresses.
            more, last = divmod(start + counts[net], 256)
            thing.address = f"10.{self._site}.{net + more}.{last}"


def _pc_net(thing: Thing) -> int:
    """The VLAN of a PC, which is the third part of its address too: its room's own, the teachers', the pupils'."""
    if thing.role == "pc-room" and thing.room.vlan:
        return thing.room.vlan
    return 20 if thing.role == "teacher" else 30


# -- names ---------------------------------------------------------------------------------------------------------

_TREES: Final = ("Linden", "Birken", "Eichen", "Buchen", "Ahorn", "Kastanien", "Erlen", "Tannen", "Rosen", "Ulmen")
_GROUNDS: Final = ("Wiesen", "Berg", "Tal", "Bach", "See", "Garten", "Feld", "Wald", "Quellen", "Stein")
_SPOTS: Final = ("Mühlen", "Kirch", "Markt", "Schul", "Sonnen", "Hafen", "Brücken", "Burg", "Park", "Turm")
_PLACES: Final = (*_TREES, *_GROUNDS, *_SPOTS)
_WAYS: Final = ("straße", "weg", "allee", "platz", "ring", "hof", "gasse", "ufer")


def _title(number: int, kind: Kind) -> str:
    """`Gymnasium Lindenstraße`; different for every number up to 240."""
    place = _PLACES[(number * 7) % len(_PLACES)]
    return f"{kind.title} {place}{_WAYS[number // len(_PLACES) % len(_WAYS)]}"
