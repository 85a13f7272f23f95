"""Where the inventory names a device, apart from the device's own entry."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Place
from campusctl.inventory.layers import CITY_FILE, room_place
from campusctl.model.inventory import Device, Settings

_ENDS = ("device", "uplink", "downlink")
"""Fields of a port that name what is at its other end."""
QUEUES: Final[Mapping[Place, Any]] = {("pc", "printing"): {"state": "absent"}, ("queues",): None}
"""Where print queues are said below `settings`, of PCs and of print servers: keys down to `queues` and `default`, and
what a queue says that shall not be there any more."""


class Mention(NamedTuple):
    """One place that names a device."""

    kind: Literal["port", "lag", "exception", "queue", "setting"]
    """A port or a LAG of a switch, an exception about it, a print queue of PCs, any other setting."""
    file: str
    """File relative to the workspace."""
    place: Place
    """Keys in that file down to the name."""

    def words(self) -> str:
        """For people: `s042-a2-sw01: ports.6`, `inventory/schools/schule-042/school.yml: settings.pc…`."""
        if self.place[:1] == ("devices",):
            return f"{self.place[1]}: {'.'.join(map(str, self.place[2:]))}"
        return f"{self.file}: {'.'.join(map(str, self.place))}"


def mentions(city: City, school: School, name: str) -> tuple[Mention, ...]:
    """Every place that names a device of a school: ports, LAGs, exceptions, print queues, other settings.

    A sentence that holds the name, such as a description, is none: only what is the name and nothing else.
    """
    return (*port_mentions(school, name), *_exceptions(school, name), *_settings(city, school, name))


def port_mentions(school: School, name: str) -> Iterator[Mention]:
    """Ports and LAGs that lead to a device."""
    for device in school.switches.values():
        yield from _ports_of(device, name)


def _ports_of(device: Device, name: str) -> Iterator[Mention]:
    for key, entry in device.ports.items():
        for end in _ENDS:
            if getattr(entry, end) == name:
                yield Mention("port", device.file, ("devices", device.name, "ports", key, end))
    for number, lag in device.lags.items():
        for end in _ENDS:
            if getattr(lag, end) == name:
                yield Mention("lag", device.file, ("devices", device.name, "lags", number, end))


def _exceptions(school: School, name: str) -> Iterator[Mention]:
    for number, item in enumerate(school.spec.exceptions):
        if item.device == name:
            yield Mention("exception", school.file, ("exceptions", number, "device"))
        for place in _equal(item.value, name):
            yield Mention("setting", school.file, ("exceptions", number, "value", *place))


def _settings(city: City, school: School, name: str) -> Iterator[Mention]:
    for file, place, settings in layers(city, school):
        # Most layers of a school say little, and a device's settings are mostly none.
        if settings.model_fields_set:
            said = settings.model_dump(mode="json", exclude_unset=True, by_alias=True)
            for inner in _equal(said, name):
                yield Mention("setting" if queue_home(inner) is None else "queue", file, (*place, *inner))


def layers(city: City, school: School) -> Iterator[tuple[str, Place, Settings]]:
    """Every `settings:` that a device of the school may hear: file, keys down to it, and what it says."""
    yield CITY_FILE, ("settings",), city.spec.settings
    kind = city.spec.school_types.get(school.spec.type)
    if kind:
        yield CITY_FILE, ("school_types", school.spec.type, "settings"), kind.settings
    used = dict.fromkeys(device.profile for device in school.devices.values() if device.profile in city.profiles)
    for profile in used:
        yield f"inventory/profiles/{profile}.yml", ("settings",), city.profiles[str(profile)].settings
    yield school.file, ("settings",), school.spec.settings
    for room, located in school.rooms.items():
        yield school.file, (*room_place(school, room), "settings"), located.room.settings
    for device in school.devices.values():
        yield device.file, ("devices", device.name, "settings"), device.settings


def queue_home(place: Place) -> Place | None:
    """Which of `QUEUES` a place belongs to that names the printer of a queue, `….queues.<name>.device`; None: none."""
    for home in QUEUES:
        if place[-1] == "device" and place[-3 - len(home) : -2] == (*home, "queues"):
            return home
    return None


def _equal(data: Any, name: str) -> Iterator[Place]:  # noqa: ANN401 - plain data
    """Keys down to every text that is the name."""
    if data == name:
        yield ()
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list | tuple) else ()
    for key, item in items:
        for inner in _equal(item, name):
            yield (key, *inner)
