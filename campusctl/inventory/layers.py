"""Who has a say about a value, and how the layers meet: maps key by key, everything else the last one wins."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Place
from campusctl.model.inventory import Device, Exemption, Port, PortSettings, Role, Settings

CITY_FILE: Final = "inventory/city.yml"


class Layer(NamedTuple):
    """What one place in the files says about a part of a device's values."""

    label: str
    """Who speaks: `city`, `profile x`, `room R101`, `device`, `exception until 2026-12-31` …"""
    file: str
    """File relative to the workspace; empty for built-in defaults."""
    source: Place
    """Keys in that file down to `values`."""
    prefix: tuple[str, ...]
    """Where in the device's values it belongs."""
    values: Any
    """A map of values, or one value."""


def merged(layers: Iterable[Layer]) -> dict[str, Any]:
    """The values that hold when every layer has spoken, the first one first."""
    tree: dict[str, Any] = {}
    for layer in layers:
        nested = layer.values
        for key in reversed(layer.prefix):
            nested = {key: nested}
        _merge(tree, nested)
    return tree


def _merge(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        old = into.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            _merge(old, value)
        else:
            into[key] = _copied(value) if isinstance(value, dict) else value


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copied(value) if isinstance(value, dict) else value for key, value in values.items()}


def said_at(layers: tuple[Layer, ...], path: tuple[str, ...]) -> tuple[str, Place]:
    """The file and the keys in it where a value was said last; of one that nobody says, those of what is around it."""
    for size in range(len(path), 0, -1):
        for layer in reversed(layers):
            keys = path[:size]
            depth = len(layer.prefix)
            if keys[:depth] == layer.prefix and _has(layer.values, keys[depth:]):
                return layer.file, (*layer.source, *keys[depth:])
    return layers[0].file, layers[0].source


def _has(values: Any, keys: tuple[str, ...]) -> bool:  # noqa: ANN401 - any value of the tree
    for key in keys:
        if not isinstance(values, dict) or values.get(key) is None:
            return False
        values = values[key]
    return True


def settings_layers(city: City, school: School, device: Device) -> Iterator[Layer]:
    """Settings of a device from the city down to itself, then its exceptions. Layers that say nothing are left out."""
    yield from _settings(city, "city", CITY_FILE, ("settings",), city.spec.settings)
    profile = city.profiles.get(device.profile or "")
    if profile:
        file = f"inventory/profiles/{device.profile}.yml"
        yield from _settings(city, f"profile {device.profile}", file, ("settings",), profile.settings)
    kind = city.spec.school_types.get(school.spec.type)
    if kind:
        place: Place = ("school_types", school.spec.type, "settings")
        yield from _settings(city, f"type {school.spec.type}", CITY_FILE, place, kind.settings)
    yield from _settings(city, f"school {school.id}", school.file, ("settings",), school.spec.settings)
    located = school.rooms.get(device.room)
    if located:
        place = (*room_place(school, device.room), "settings")
        yield from _settings(city, f"room {device.room}", school.file, place, located.room.settings)
    yield from _settings(
        city, f"device {device.name}", device.file, ("devices", device.name, "settings"), device.settings
    )
    for number, exemption in exemptions(school, device):
        path = tuple(exemption.path.split("."))
        if path[0] in Settings.model_fields:
            yield exemption_layer(school, number, exemption, path)


def room_place(school: School, room: str) -> Place:
    """Keys in school.yml down to a room."""
    return ("buildings", school.rooms[room].building_id, "rooms", room)


def _settings(city: City, label: str, file: str, source: Place, settings: Settings) -> Iterator[Layer]:
    if settings.model_fields_set:
        yield Layer(label, file, source, (), _said(city, file, source, settings))


def _said(city: City, file: str, source: Place, settings: Settings) -> dict[str, Any]:
    """What a layer says, made once for a City: most devices of a school hear the same layers."""
    key = ("said", file, source)
    known = city.memo.get(key)
    if not isinstance(known, dict):
        known = city.memo[key] = settings.model_dump(exclude_unset=True)
    return known


def exemptions(school: School, device: Device) -> Iterator[tuple[int, Exemption]]:
    """A school's exceptions that are about a device, with their places in the file; the school's own before its own."""
    numbered = tuple(enumerate(school.spec.exceptions))
    yield from ((number, item) for number, item in numbered if item.device is None)
    yield from ((number, item) for number, item in numbered if item.device == device.name)


def exemption_layer(school: School, number: int, exemption: Exemption, prefix: tuple[str, ...]) -> Layer:
    """An exception as a layer at `prefix`."""
    value = tuple(exemption.value) if isinstance(exemption.value, list) else exemption.value
    return Layer(f"exception until {exemption.until}", school.file, ("exceptions", number, "value"), prefix, value)


def role_layers(city: City, school: School, device: Device, role: str) -> Iterator[Layer]:
    """What a role says at a device, below the prefix `roles/<role>`."""
    yield Layer(f"role {role}", CITY_FILE, ("roles", role), ("roles", role), _role_values(city.spec.roles[role]))
    for number, exemption in exemptions(school, device):
        path = tuple(exemption.path.split("."))
        if path[:2] == ("roles", role):
            yield exemption_layer(school, number, exemption, path)


def _role_values(role: Role) -> dict[str, Any]:
    return role.model_dump(exclude_unset=True, exclude={"title"})


_PORT_FIELDS: Final = frozenset(PortSettings.model_fields)


def port_key(entry: Port) -> tuple[object, ...]:
    """What an entry says about its port, as a key: equal for entries that say the same."""
    return tuple(sorted(port_values(entry).items()))


def port_values(entry: Port) -> dict[str, Any]:
    """What an entry itself says about its port."""
    said = entry.model_fields_set & _PORT_FIELDS
    return {name: getattr(entry, name) for name in said}
