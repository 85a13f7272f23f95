"""Where a value comes from: every layer that has a say about it, the last one wins."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.inventory.appliances import KINDS, appliance
from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.issue import Place
from campusctl.inventory.layers import CITY_FILE, Layer, merged, role_layers, room_place, settings_layers
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.portmap import PortError
from campusctl.inventory.resolve import UNUSED, Resolver, resolver
from campusctl.inventory.resolve_pc import heard, pc_dialect
from campusctl.inventory.sites import site_vlans, vlan_layers
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device, PortSettings, Settings


class Said(NamedTuple):
    """What one layer says about a value."""

    label: str
    """Who: `city`, `profile x`, `room R101`, `device`, `exception until 2026-12-31`, `default` …"""
    file: str
    """File relative to the workspace; empty for a default."""
    place: Place
    """Keys in that file down to the value."""
    value: Any
    """What it says."""


class Explained(NamedTuple):
    """One value and where it comes from."""

    path: str
    """As it may stand in an exception: `ntp.servers`, `ports.1/1/7.vlan`."""
    value: Any
    """The value that holds."""
    said: tuple[Said, ...]
    """In the order of the layers; the last one wins."""


class Resolved(NamedTuple):
    """A device's values, and every layer that has a say."""

    device: Device
    """The device."""
    school: School
    """Its school."""
    layers: tuple[Layer, ...]
    """In the order in which they are heard."""
    values: dict[str, Any]
    """The values that hold, as a tree."""
    hidden: frozenset[str]
    """First keys of what devices of its kind do not read; a path shows them all the same."""


_MISSING: Final = object()
_TREES: Final = frozenset({"vlans", "roles", "ports", "lags"})
_OF_PCS: Final = frozenset({"pc", "domain", "timezone", "ntp", "dns"})
"""Settings that a PC reads."""

_NOT_FACTS: Final = {"settings", "ports", "lags", "name", "file", "device_class"}


def resolve(city: City, device_name: str) -> Resolved:
    """Every value of a device with the layers it comes from.

    Raises:
        UnknownNameError: There is no such device.
    """
    device = city.find_device(device_name)
    school = city.school_of(device_name)
    layers = tuple(_layers(city, school, device))
    return Resolved(device, school, layers, merged(layers), _TREES | _not_read(city, device))


def _not_read(city: City, device: Device) -> frozenset[str]:
    """The settings that are nothing to a device: those of other classes, and to an appliance all but its own."""
    found = appliance(city, device)
    if found:
        return frozenset(Settings.model_fields) - {found.driver}
    if pc_dialect(city, device):
        return frozenset(Settings.model_fields) - _OF_PCS
    return frozenset(KINDS)


def _layers(city: City, school: School, device: Device) -> Iterator[Layer]:
    is_pc = bool(pc_dialect(city, device))
    yield Layer("default", "", (), (), Settings().model_dump(exclude=None if is_pc else {"pc"}))
    # A PC's layers end with what they say for the mode it is in.
    spoken = heard(city, school, device).layers if is_pc else tuple(_without_pc(settings_layers(city, school, device)))
    yield from _computed(city, school, device, merged(spoken))
    yield from spoken
    facts = device.model_dump(exclude_unset=True, exclude=_NOT_FACTS)
    yield Layer(f"device {device.name}", device.file, ("devices", device.name), (), facts)
    if device.device_class == SWITCH_CLASS:
        for vlan in city.vlan_keys:
            yield from vlan_layers(city, school, vlan)
        for role in city.spec.roles:
            yield from role_layers(city, school, device, role)
        yield from _port_layers(resolver(city, school), city, school, device)


def _without_pc(layers: Iterator[Layer]) -> Iterator[Layer]:
    """What is said about PCs is nothing to another device."""
    for layer in layers:
        if layer.prefix[:1] != ("pc",):
            values = layer.values
            kept = {key: item for key, item in values.items() if key != "pc"} if isinstance(values, dict) else values
            yield layer._replace(values=values if layer.prefix else kept)


def _computed(city: City, school: School, device: Device, spoken: dict[str, Any]) -> Iterator[Layer]:
    """What follows from the place of a device when nobody says otherwise."""
    place = room_place(school, device.room)
    location = school.location_of(device)
    yield Layer(f"place of {device.name}", school.file, place, ("snmp", "location"), location)
    vlan = site_vlans(city, school, school.site_of(device)).get(spoken.get("management_vlan", 1))
    if vlan and vlan.gateway:
        source = ("vlans", city.vlan_keys[vlan.id])
        yield Layer(f"subnet of vlan {vlan.id}", CITY_FILE, source, ("gateway",), vlan.gateway)


def _port_layers(resolve_ports: Resolver, city: City, school: School, device: Device) -> Iterator[Layer]:
    assignment = topology(city, school).assignments[device.name]
    default = PortSettings().model_dump()
    for port in resolve_ports.map_of(device).ports:
        yield from _one_port(resolve_ports, device, assignment.ports.get(port.name), port.name, default)
    for name, item in assignment.lags.items():
        yield from _one_port(resolve_ports, device, item, name, default)


def _one_port(
    resolve_ports: Resolver, device: Device, item: Assigned | None, name: str, default: dict[str, Any]
) -> Iterator[Layer]:
    role = resolve_ports.role_of(item.entry) if item else UNUSED
    layers = tuple(resolve_ports.port_layers(device, item, name, role))
    prefix = layers[0].prefix
    yield Layer("default", "", (), prefix, {**default, "role": UNUSED})
    if item:
        yield Layer(f"device {device.name}", device.file, item.place, (*prefix, "role"), role)
        yield from _plugged(item, device, prefix)
    yield from layers


def _plugged(item: Assigned, device: Device, prefix: tuple[str, ...]) -> Iterator[Layer]:
    """The description that follows from what a port leads to, when nobody says another."""
    for key in ("device", "uplink", "downlink"):
        peer = getattr(item.entry, key)
        if peer:
            text = f"uplink {peer}" if key == "uplink" else peer
            yield Layer(f"plugged in: {key}", device.file, (*item.place, key), (*prefix, "description"), text)


def explain(city: City, resolved: Resolved, path: str) -> tuple[Explained, ...]:
    """The value at a path, or every value below it; an empty path: all settings.

    Raises:
        UnknownNameError: There is no such path; knows what was probably meant.
    """
    keys = _canonical(city, resolved, _keys(resolved.values, path)) if path else ()
    value = _at(resolved.values, keys)
    if value is _MISSING:
        raise UnknownNameError(f"{resolved.device.name} has no `{path}`", _hint(resolved, keys))
    leaves = _leaves(value, keys) if keys else _setting_leaves(resolved)
    return tuple(Explained(".".join(leaf), _at(resolved.values, leaf), _said(resolved, leaf)) for leaf in leaves)


def _keys(values: Any, path: str) -> tuple[str, ...]:  # noqa: ANN401 - any value of the tree
    """The keys of a path; a key of a map may have dots in it, such as that of a file."""
    parts = tuple(path.split("."))
    return next(_splits(values, parts), parts)


def _splits(values: Any, parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - any value of the tree
    """Every way to read the parts of a path as keys that are there."""
    if not parts:
        yield ()
    for size in range(1, len(parts) + 1) if isinstance(values, dict) else ():
        key = ".".join(parts[:size])
        if key in values:
            yield from ((key, *rest) for rest in _splits(values[key], parts[size:]))


def _setting_leaves(resolved: Resolved) -> Iterator[tuple[str, ...]]:
    for name, value in resolved.values.items():
        if name not in resolved.hidden:
            yield from _leaves(value, (name,))


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - any value of the tree
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    else:
        yield path


def _canonical(city: City, resolved: Resolved, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The path with a port in its canonical name: `ports.7.vlan` is `ports.1/1/7.vlan`."""
    profile = city.profiles.get(resolved.device.profile or "")
    if len(keys) < 2 or resolved.device.device_class != SWITCH_CLASS or profile is None:
        return keys
    if keys[0] == "lags" and keys[1].isdigit():
        return ("lags", profile.lag.replace("{n}", keys[1]), *keys[2:])
    if keys[0] == "ports":
        try:
            names = resolver(city, resolved.school).map_of(resolved.device).expand(keys[1])
        except PortError as error:
            raise UnknownNameError(f"{resolved.device.name}: {error}", error.hint) from error
        return ("ports", names[0], *keys[2:])
    return keys


def _at(values: Any, keys: tuple[str, ...]) -> Any:  # noqa: ANN401 - any value of the tree
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return _MISSING
        values = values[key]
    return values


def _said(resolved: Resolved, leaf: tuple[str, ...]) -> tuple[Said, ...]:
    found = []
    for layer in resolved.layers:
        size = len(layer.prefix)
        if leaf[:size] == layer.prefix:
            value = _at(layer.values, leaf[size:])
            if value is not _MISSING and not (layer.label == "default" and value is None):
                found.append(Said(layer.label, layer.file, (*layer.source, *leaf[size:]), value))
    return tuple(found)


def _hint(resolved: Resolved, keys: tuple[str, ...]) -> str:
    siblings = _at(resolved.values, keys[:-1])
    if isinstance(siblings, dict):
        near = did_you_mean(keys[-1], siblings)
        return near or f"known here are {', '.join(list(siblings)[:30])}"
    everything = {".".join(leaf) for leaf in _setting_leaves(resolved)}
    return did_you_mean(".".join(keys), everything) or (
        f"paths begin with {', '.join(key for key in resolved.values if key not in resolved.hidden - _TREES)}"
    )
