"""Writes a made-up city as a workspace: the standards campusctl comes with, and as many schools as asked for."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Final

from campusctl import workspace
from campusctl.errors import WorkspaceError
from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.portmap import block_range
from campusctl.lab.city_plan import SITES, Building, Model, School, Switch, Thing, make_schools
from campusctl.model.inventory import Profile

_PER_BRANCH: Final = 11
MAX_SCHOOLS: Final = SITES - SITES // _PER_BRANCH
"""So that every school and every branch has a site number of its own."""

_OUI: Final = {
    "sw": "88:3a:30",
    "ap": "20:4c:03",
    "dt": "00:0c:f1",
    "bm": "00:26:ab",
    "pr": "00:80:77",
    "pc": "c8:d9:d2",
    "ps": "52:54:00",
}
_LESSONS: Final = (
    ("07:45-08:30", "08:35-09:20", "09:40-10:25", "10:30-11:15", "11:30-12:15", "12:20-13:05", "13:45-14:30"),
    ("08:00-08:45", "08:50-09:35", "09:55-10:40", "10:45-11:30", "11:45-12:30", "12:35-13:20", "14:00-14:45"),
    ("08:10-09:10", "09:30-10:30", "10:35-11:35", "11:50-12:50", "13:30-14:30", "14:35-15:30"),
)
_SHEET_EVERY: Final = 3
"""Every third school keeps its PCs in a spreadsheet."""

_EXCEPTION_EVERY: Final = 7

_ANDROID: Final = "board-android-75"
_PC_PROFILE: Final = "pc-debian"
"""Every PC of the made-up city is one of these."""

_PROFILES: Final = {"ap": "ap-wifi6", "bm": "projector-wuxga", "pr": "printer-a4", "ps": "print-server-cups"}
_BOARDS: Final = {"board-75": 45, "board-benq-75": 25, "board-viewsonic-65": 20, _ANDROID: 10}
"""How often a school has bought these boards."""
_SAME_BOARDS: Final = 0.85
"""Share of a school's boards that are of one make."""
_SERVER_FROM: Final = 6
"""Printers from which on a school has a print server."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written."""

    schools: int
    """Schools."""
    sites: int
    """Sites, branches among them."""
    switches: int
    """Switches."""
    devices: int
    """All devices, switches among them."""


def generate(root: Path, schools: int, seed: int, *, appliances: bool = True) -> Summary:
    """Make a workspace with a whole city in it; the same text for the same numbers.

    Args:
        root: Folder of the new workspace: missing or empty.
        schools: How many, 1 to `MAX_SCHOOLS`.
        seed: Any number.
        appliances: Boards, projectors and printers say what they speak, and large schools have a print server.

    Raises:
        WorkspaceError: The folder is not empty, or the number is out of range.
    """
    if not 1 <= schools <= MAX_SCHOOLS:
        hint = "a site's number is the second part of its addresses"
        raise WorkspaceError(f"{schools} schools: it must be 1 to {MAX_SCHOOLS}", hint)
    if root.exists() and not root.is_dir():
        raise WorkspaceError(f"{root} is a file", "name a new folder")
    if root.is_dir() and any(root.iterdir()):
        raise WorkspaceError(f"{root} is not empty", "name a new folder")
    _copy_standards(workspace.defaults(), root)
    made = tuple(make_schools(schools, seed, _models(root)))
    profiles = [_Appliances(school, seed) if appliances else _Unknown() for school in made]
    for school, known in zip(made, profiles, strict=True):
        _write(root, school, known)
    return _summary(made, sum(known.server is not None for known in profiles))


def _summary(made: Sequence[School], servers: int) -> Summary:
    switches = sum(len(school.switches) for school in made)
    return Summary(
        schools=len(made),
        sites=len({building.site for school in made for building in school.buildings}),
        switches=switches,
        devices=switches + servers + sum(1 for school in made for _ in school.things),
    )


class _Unknown:
    """What the devices in the rooms speak: nobody says it; PCs have their profile."""

    server: Thing | None = None
    """The print server; None: the school has none."""
    printers: Sequence[Thing] = ()
    """The printers behind it."""

    def of(self, name: str) -> str:
        """The profile of a device; empty: none."""
        return _PC_PROFILE if name[-4:-2] == "pc" else ""


class _Appliances(_Unknown):
    """A school's makes of boards, and what its other devices are."""

    def __init__(self, school: School, seed: int) -> None:
        self._random = Random(f"{seed}/{school.number}/makes")  # noqa: S311 - made-up data, not a secret
        self._board = self._draw()
        self.printers = [thing for thing in school.things if thing.name[-4:-2] == "pr"]
        self.server = school.server if len(self.printers) >= _SERVER_FROM else None

    def of(self, name: str) -> str:
        """The profile of a device; asked for once, in the order of the devices."""
        if name[-4:-2] == "dt":
            return self._board if self._random.random() < _SAME_BOARDS else self._draw()
        return _PROFILES.get(name[-4:-2]) or super().of(name)

    def _draw(self) -> str:
        return self._random.choices(list(_BOARDS), list(_BOARDS.values()))[0]


def _copy_standards(source: Path, root: Path) -> None:
    """The city's own files and the templates; no school."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        source / "inventory", root / "inventory", ignore=lambda _, names: [n for n in names if n == "schools"]
    )
    shutil.copytree(source / "templates", root / "templates")


def _models(root: Path) -> list[Model]:
    """The switches there are profiles for, by name."""
    found = []
    for path in sorted((root / "inventory" / "profiles").glob("*.yml")):
        name = path.relative_to(root).as_posix()
        profile = Profile.model_validate(parse_yaml(name, decode(name, read_bytes(root, name))))
        if profile.device_class == "sw" and profile.dialect:
            found.append(Model(path.stem, tuple(_ports(profile))))
    return found


def _ports(profile: Profile) -> Iterator[str]:
    for key in profile.ports:
        slot, first, last = block_range(key)
        yield from (f"{slot}{number}" for number in range(first, last + 1))


# -- one school ----------------------------------------------------------------------------------------------------


def _write(root: Path, school: School, known: _Unknown) -> None:
    folder = root / "inventory" / "schools" / f"schule-{school.number:03}"
    folder.mkdir(parents=True)
    sheet = school.number % _SHEET_EVERY == 0
    tags = _Tags(school)
    (folder / "school.yml").write_text("".join(_school_lines(school)), encoding="utf-8")
    (folder / "devices.yml").write_text("".join(_device_lines(school, tags, known, sheet=sheet)), encoding="utf-8")
    if sheet:
        (folder / "devices.csv").write_text("".join(_sheet_lines(school, tags)), encoding="utf-8")


class _Tags:
    """Hardware addresses, serial numbers and asset tags, none of them twice in a city."""

    def __init__(self, school: School) -> None:
        self._number = school.number
        self._count = 0

    def next(self, name: str) -> tuple[str, str, str]:
        """MAC, serial number and asset tag of the next device."""
        self._count += 1
        high, low = divmod(self._count, 256)
        device_class = name[-4:-2]
        mac = f"{_OUI[device_class]}:{self._number:02x}:{high:02x}:{low:02x}"
        serial = f"{device_class.upper()}{self._number:03}{self._count:04}X"
        return mac, serial, f"M{self._number:03}-{self._count:04}"


def _school_lines(school: School) -> Iterator[str]:
    short = f"schule-{school.number:03}"
    yield "# yaml-language-server: $schema=../../schemas/school.schema.json\n"
    yield f"name: {school.title}\ntype: {school.kind.type}\n"
    street = f"{school.title.split(' ', 1)[1]} {school.number % 90 + 1}"
    yield f'address: {{street: {street}, postcode: "{12340 + school.number % 60}", town: Musterstadt}}\n'
    yield "contacts:\n"
    phone = f"0123 4{school.number:03}-0"
    yield f"  sekretariat: {{title: Sekretariat, mail: sekretariat@{short}.example, phone: {phone}}}\n"
    yield f"  medien: {{title: Medienbeauftragte, mail: medien@{short}.example}}\n"
    yield "lessons:\n"
    yield from (f"  - {lesson}\n" for lesson in _LESSONS[school.number % len(_LESSONS)])
    yield from _time_lines(school)
    yield from _exception_lines(school)
    yield "buildings:\n"
    for building in school.buildings:
        yield from _building_lines(building, branch=building.site != school.number)


def _time_lines(school: School) -> Iterator[str]:
    """A day off that each school sets itself, and an exam at those with a PC room."""
    yield f"days_off: [{('2027-05-07', '2027-05-28')[school.number % 2]}]\n"
    rooms = [room.id for building in school.buildings for room in building.rooms if room.vlan]
    if rooms:
        day = f"2027-04-{26 + school.number % 4}"
        yield f"exams:\n  - {{name: Klausur Informatik, date: {day}, times: 09:00-12:15, rooms: [{rooms[0]}]}}\n"


def _exception_lines(school: School) -> Iterator[str]:
    """One school in seven has something that differs from the standard."""
    boards = [
        (switch, at) for switch in school.switches for at, thing in enumerate(switch.things) if "-dt" in thing.name
    ]
    if school.number % _EXCEPTION_EVERY or not boards:
        return
    switch, at = boards[0]
    path = f"ports.{switch.model.ports[at]}.bpduguard"
    yield f"exceptions:\n  - path: {path}\n    device: {switch.name}\n    value: false\n"
    yield "    reason: The board has a small switch of its own until its firmware is replaced\n"
    yield '    owner: medien\n    until: "2036-07-31"\n'


def _building_lines(building: Building, *, branch: bool) -> Iterator[str]:
    yield f"  {building.id}:\n    title: {'Außenstelle' if branch else f'Gebäude {building.id}'}\n"
    if branch:
        yield f"    site: {building.site}\n"
    yield "    rooms:\n"
    for room in building.rooms:
        vlan = f", vlans: {{pc-room: {room.vlan}}}" if room.vlan else ""
        yield f'      {room.id}: {{floor: "{room.floor}", title: {room.title}{vlan}}}\n'


def _device_lines(school: School, tags: _Tags, known: _Unknown, *, sheet: bool) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../schemas/devices.schema.json\n"
    yield "devices:\n"
    for switch in school.switches:
        yield from _switch_lines(switch, tags, known.server if switch is school.switches[0] else None)
    for thing in school.things:
        if not (sheet and _is_pc(thing)):
            yield _thing_line(thing, tags, known.of(thing.name))
    if known.server:
        yield from _server_lines(known.server, known.printers, tags)


def _thing_line(thing: Thing, tags: _Tags, profile: str) -> str:
    mac, serial, asset = tags.next(thing.name)
    said = f"profile: {profile}, " if profile else ""
    # Its id at Google, which it has since it was enrolled.
    more = f", settings: {{board: {{android: {{device: {_google_id(serial)}}}}}}}" if profile == _ANDROID else ""
    place = f"{said}room: {thing.room.id}, address: {thing.address}"
    return f'  {thing.name}: {{{place}, mac: "{mac}", serial: {serial}, asset: {asset}{more}}}\n'


def _google_id(serial: str) -> str:
    """Sixteen digits that begin with a letter, so that YAML takes them for a text."""
    return f"f{blake2b(serial.encode(), digest_size=8).hexdigest()[1:]}"


def _server_lines(server: Thing, printers: Sequence[Thing], tags: _Tags) -> Iterator[str]:
    """A print server with a queue for every printer."""
    mac, serial, asset = tags.next(server.name)
    yield f"  {server.name}:\n    profile: {_PROFILES['ps']}\n    room: {server.room.id}\n"
    yield f'    address: {server.address}\n    mac: "{mac}"\n    serial: {serial}\n    asset: {asset}\n'
    yield "    settings:\n      queues:\n        queues:\n"
    for printer in printers:
        queue = printer.name.partition("-")[2]
        yield f"          {queue}: {{device: {printer.name}, info: Drucker {printer.room.title}}}\n"


def _is_pc(thing: Thing) -> bool:
    return thing.name[-4:-2] == "pc"


def _switch_lines(switch: Switch, tags: _Tags, server: Thing | None) -> Iterator[str]:
    mac, serial, asset = tags.next(switch.name)
    yield f"  {switch.name}:\n    profile: {switch.model.profile}\n    room: {switch.room.id}\n"
    yield f'    address: {switch.address}\n    mac: "{mac}"\n    serial: {serial}\n    asset: {asset}\n'
    if switch.above is None:
        yield "    core: true\n    settings: {stp: {priority: 4096}}\n"
    links = [("uplink", switch.above.name, switch.uplink)] if switch.above else []
    links += [("downlink", name, ports) for name, ports in switch.downlinks]
    yield from _port_lines(switch, [link for link in links if len(link[2]) == 1], server)
    lags = [link for link in links if len(link[2]) > 1]
    if lags:
        yield "    lags:\n"
    for number, (kind, name, ports) in enumerate(lags, 1):
        yield f'      "{number}": {{{kind}: {name}, ports: "{ports[0]}-{ports[-1]}"}}\n'


def _port_lines(switch: Switch, single: list[tuple[str, str, tuple[str, ...]]], server: Thing | None) -> Iterator[str]:
    entries = [f"{{device: {thing.name}{_role(thing)}}}" for thing in switch.things]
    entries += ["{role: verwaltung, confirmed: true}"] * switch.offices
    if switch.above is None:
        entries += ["router", f"{{{f'device: {server.name}' if server else 'role: server'}, description: Schulserver}}"]
    lines = [f'      "{port}": {entry}\n' for port, entry in zip(switch.model.ports, entries, strict=False)]
    lines += [f'      "{ports[0]}": {{{kind}: {name}}}\n' for kind, name, ports in single]
    if lines:
        yield "    ports:\n"
        yield from lines


def _role(thing: Thing) -> str:
    return f", role: {thing.role}" if thing.role else ""


def _sheet_lines(school: School, tags: _Tags) -> Iterator[str]:
    yield "name;profile;room;address;mac;serial;asset\n"
    for thing in school.things:
        if _is_pc(thing):
            yield ";".join([thing.name, _PC_PROFILE, thing.room.id, thing.address, *tags.next(thing.name)]) + "\n"
