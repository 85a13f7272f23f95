"""Devices added, changed, renamed and taken away, and what is plugged in where: as edits of the inventory's files.

Nothing is written here. Comments and order stay (`campusctl.inventory.edit`); a comment above an entry that goes stays
too, as nobody can know whether it was about that entry or about what follows.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from campusctl.errors import UnknownNameError
from campusctl.inventory.city import City, School
from campusctl.inventory.edit import EditError
from campusctl.inventory.edit_files import FileEdit
from campusctl.inventory.mentions import QUEUES, Mention, layers, mentions, queue_home
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.plugs import Plug, plug_at
from campusctl.inventory.resolve import UNUSED, resolver
from campusctl.inventory.spreadsheet import COLUMNS
from campusctl.model.inventory import Device, DeviceEntry, Port
from campusctl.model.sentence import sentence

if TYPE_CHECKING:
    from campusctl.inventory.issue import Place

_FIELDS: Final = tuple(DeviceEntry.model_fields)
"""Fields of an entry in the order in which the inventory writes them."""


def added(city: City, school: School, name: str, entry: Mapping[str, Any], file: str = "") -> tuple[FileEdit, ...]:
    """One more device, where its like are: in the file with the devices of its room and class.

    Args:
        city: With the school in it.
        school: Where it is.
        name: Its name.
        entry: Plain data of its entry, such as `{"profile": "board-75", "room": "R101"}`; what is None is left out.
        file: The file; empty: see above.

    Raises:
        EditError: The name is taken, or the school has no file that could hold it.
    """
    if name in school.devices:
        raise _taken(school, name)
    plain = {key: entry[key] for key in _FIELDS if entry.get(key) is not None}
    unknown = sorted(entry.keys() - set(_FIELDS))
    if unknown:
        raise EditError(sentence("a device has no `{field}`", field=unknown[0]), did_you_mean(unknown[0], _FIELDS))
    room = str(plain.get("room", ""))
    parts = city.parts(name)
    like = parts.device_class if parts else ""
    home = file or _home(school, like, room, sheet=set(plain) <= set(COLUMNS))
    behind = _neighbour([device for device in school.devices.values() if device.file == home], name, like)
    return (FileEdit(home, "set", ("devices", name), plain, behind=behind),)


def _home(school: School, like: str, room: str, *, sheet: bool) -> str:
    """The file with the nearest neighbours."""
    files: dict[str, list[Device]] = {}
    for device in school.devices.values():
        if sheet or not device.file.endswith(".csv"):
            files.setdefault(device.file, []).append(device)
    if not files:
        return f"{PurePosixPath(school.file).parent}/devices.yml"

    def nearness(file: str) -> tuple[int, int, int]:
        those = files[file]
        same = [device for device in those if device.device_class == like]
        return sum(device.room == room for device in same), len(same), sum(device.room == room for device in those)

    return max(files, key=nearness)


def _neighbour(devices: Sequence[Device], name: str, like: str) -> str:
    """The device behind which a new one belongs: the one of its class before it, else the last of its class."""
    same = [device.name for device in devices if device.device_class == like]
    before = [other for other in same if other < name]
    return (before or same or [""])[-1]


def changed(city: City, school: School, name: str, values: Mapping[str, Any]) -> tuple[FileEdit, ...]:
    """Other values in a device's entry; None takes one away.

    Args:
        city: With the school in it.
        school: Of the device.
        name: The device.
        values: Plain data by field, such as `{"serial": "X1", "notes": None}`.

    Raises:
        UnknownNameError: There is no such device.
    """
    del city
    device = _device(school, name)
    said = device.model_dump(mode="json", include=device.model_fields_set, exclude_unset=True)
    edits: list[FileEdit] = []
    for field in sorted(values, key=_FIELDS.index):
        value, place = values[field], ("devices", name, field)
        if value is None and field in said:
            edits.append(FileEdit(device.file, "remove", place))
        elif value is not None and said.get(field) != value:
            before = [other for other in _FIELDS[: _FIELDS.index(field)] if other in said or other in values]
            edits.append(FileEdit(device.file, "set", place, value, behind=before[-1] if before else ""))
    return tuple(edits)


def removed(city: City, school: School, name: str) -> tuple[FileEdit, ...]:
    """A device goes, and what the inventory says of it elsewhere.

    Its ports become unused, LAGs and exceptions of its own go, and print queues that lead to it are said to be absent,
    so that the PCs and print servers that have them lose them.

    Raises:
        UnknownNameError: There is no such device.
        EditError: A setting names it that is for a person to decide about; names it.
    """
    device = _device(school, name)
    found = mentions(city, school, name)
    other = [item for item in found if item.kind == "setting" and item.place[:2] != ("devices", name)]
    if other:
        what = sentence("{device} is named by {place}", device=name, place=other[0].words())
        raise EditError(what, sentence("say there what shall be instead, then try again"))
    return (
        *_without_ports(city, school, [item for item in found if item.kind in ("port", "lag")]),
        *_without_queues(city, school, name, [item for item in found if item.kind == "queue"]),
        *_without_exceptions(school, [item for item in found if item.kind == "exception"]),
        FileEdit(device.file, "remove", ("devices", name)),
    )


def _without_ports(city: City, school: School, those: Sequence[Mention]) -> Iterator[FileEdit]:
    """Ports become unused, LAGs go; what would be left empty goes as a whole."""
    going = {item.place[:4]: item for item in those}
    for place, item in going.items():
        holder = place[:3]
        if item.kind == "lag":
            yield from _members_unused(city, school, str(place[1]), str(place[3]))
        entries = getattr(school.devices[str(place[1])], str(place[2]))
        gone = {other[3] for other in going if other[:3] == holder}
        covered = item.kind == "port" and _covered(plug_at(city, school, str(place[1]), str(place[3])), school)
        if covered:
            yield FileEdit(item.file, "put", place, UNUSED)
        elif set(entries) == gone and not _any_covered(city, school, going, holder):
            if place[3] == min(gone, key=str):
                yield FileEdit(item.file, "remove", holder)
        else:
            yield FileEdit(item.file, "remove", place)


def _members_unused(city: City, school: School, switch: str, number: str) -> Iterator[FileEdit]:
    """Ports of a LAG that goes: those that a range holds as well would get its role."""
    device = school.devices[switch]
    for name in resolver(city, school).map_of(device).expand(device.lags[number].ports):
        plug = plug_at(city, school, switch, name)
        if _covered(plug, school):
            yield FileEdit(device.file, "put", ("devices", switch, "ports", plug.short), UNUSED)


def _any_covered(city: City, school: School, going: Mapping[tuple[Any, ...], Mention], holder: tuple[Any, ...]) -> bool:
    ports = [place for place in going if place[:3] == holder and holder[2] == "ports"]
    return any(_covered(plug_at(city, school, str(place[1]), str(place[3])), school) for place in ports)


def _without_queues(city: City, school: School, name: str, those: Sequence[Mention]) -> Iterator[FileEdit]:
    """PCs and print servers lose the queues that lead to a printer, and nobody's default queue is one of them."""
    gone: set[tuple[Place | None, str]] = set()
    for item in those:
        home = queue_home(item.place)
        gone.add((home, str(item.place[-2])))
        if item.place[:2] != ("devices", name):
            yield FileEdit(item.file, "put", item.place[:-1], QUEUES.get(home or ()))
    for file, place, settings in layers(city, school):
        for home, default in (
            (("pc", "printing"), settings.pc.printing.default),
            (("queues",), settings.queues.default),
        ):
            if (home, default) in gone and place[:2] != ("devices", name):
                yield FileEdit(file, "remove", (*place, *home, "default"))


def _without_exceptions(school: School, those: Sequence[Mention]) -> Iterator[FileEdit]:
    numbers = sorted((int(item.place[1]) for item in those), reverse=True)
    if numbers and len(numbers) == len(school.spec.exceptions):
        yield FileEdit(school.file, "remove", ("exceptions",))
        return
    for number in numbers:
        yield FileEdit(school.file, "remove", ("exceptions", number))


def renamed(city: City, school: School, old: str, new: str) -> tuple[FileEdit, ...]:
    """Another name for a device, wherever the inventory names it; where its entry stands does not change.

    Raises:
        UnknownNameError: There is no such device.
        EditError: The new name is taken.
    """
    device = _device(school, old)
    if new in school.devices:
        raise _taken(school, new)
    said = (FileEdit(item.file, "set", item.place, new, old=old) for item in mentions(city, school, old))
    return (*said, FileEdit(device.file, "rename", ("devices", old), new))


def port_set(
    city: City, school: School, switch: str, port: str, entry: Mapping[str, Any] | None
) -> tuple[FileEdit, ...]:
    """What a port says: an entry of its own, which overrides a range that holds the port.

    Args:
        city: With the school in it.
        school: Of the switch.
        switch: Name of the switch.
        port: One port, by its short or its canonical name.
        entry: Plain data of the entry, such as `{"device": "s042-r101-dt01"}`; None: it has none of its own any more,
            so that a range that holds the port holds for it again, and without one it is unused.

    Raises:
        UnknownNameError: There is no such switch or port.
        EditError: The port belongs to a LAG.
    """
    plug = plug_at(city, school, switch, port)
    if plug.lag or (plug.item and plug.item.lag):
        what = sentence("{port} belongs to a LAG", port=plug.words())
        raise EditError(what, sentence("change the LAG's entry under `lags` by hand"))
    device = school.devices[switch]
    own = _own_key(plug, device)
    if entry is None:
        if own is None:
            return ()
        place = ("devices", switch, "ports") if len(device.ports) == 1 else ("devices", switch, "ports", own)
        return (FileEdit(device.file, "remove", place),)
    value = entry["role"] if entry.keys() == {"role"} else dict(entry)
    return (FileEdit(device.file, "put", ("devices", switch, "ports", own or plug.short), value),)


def port_freed(city: City, school: School, switch: str, port: str) -> tuple[FileEdit, ...]:
    """A port that nothing is plugged into any more: unused, also where a range that holds it says a role.

    Raises:
        UnknownNameError, EditError: As `port_set`.
    """
    plug = plug_at(city, school, switch, port)
    return port_set(city, school, switch, port, {"role": UNUSED} if _covered(plug, school) else None)


def entry_data(entry: Port, without: Sequence[str] = ()) -> dict[str, Any]:
    """What a port's entry says, as plain data, some fields left out."""
    return entry.model_dump(mode="json", exclude_unset=True, exclude=set(without))


def _own_key(plug: Plug, device: Device) -> str | None:
    """The key of a port's own entry, as the file has it; None: it has none, or only a range holds it."""
    if plug.item is None or plug.item.place[2:3] != ("ports",):
        return None
    key = str(plug.item.place[3])
    return key if key in device.ports and plug.alone else None


def _covered(plug: Plug, school: School) -> bool:
    """Whether a range of the switch holds a port, whatever its own entry says."""
    ranges = (plug.ports.expand(key) for key in school.devices[plug.switch].ports)
    return any(plug.port in names for names in ranges if len(names) > 1)


def _taken(school: School, name: str) -> EditError:
    what = sentence("{device} is there already, in {file}", device=name, file=school.devices[name].file)
    return EditError(what, sentence("choose another name"))


def _device(school: School, name: str) -> Device:
    if name not in school.devices:
        what = sentence("no device `{name}` at {school}", name=name, school=school.id)
        raise UnknownNameError(what, did_you_mean(name, school.devices))
    return school.devices[name]
