"""A broken device's successor takes over its name, address, port and settings."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from campusctl.errors import UnknownNameError
from campusctl.inventory.address_book import host_of
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.device_edits import changed
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.plugs import links_of
from campusctl.inventory.portmap import PortError, PortMap, port_map
from campusctl.inventory.resolve import resolver
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device, Profile
from campusctl.model.names import RULES, Label, Mac
from campusctl.workflow.desk import Desk
from campusctl.workflow.inventory_change import prepare
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal, found, over_ssh, refuse_known

FIELDS = ("serial", "mac", "asset")
"""What every machine has of its own."""


class Successor(NamedTuple):
    """What is known of the new machine; an empty text takes away what was said of the old one, None leaves it."""

    serial: str | None = None
    """Serial number."""
    mac: str | None = None
    """MAC address, in any common spelling."""
    asset: str | None = None
    """Asset tag."""
    profile: str | None = None
    """Profile, if it is another model."""


def swap(desk: Desk, name: str, new: Successor) -> Proposal:
    """What a swap would do; nothing is written.

    Raises:
        UnknownNameError: No such device or profile.
        LifecycleError: The new machine is one the city has already, its ports do not fit, or nothing is new.
        InventoryError: The inventory would be wrong then.
    """
    city, school, device = found(desk, name)
    values = {field: _checked(desk, name, field, said) for field in FIELDS if (said := getattr(new, field)) is not None}
    notes: list[str] = []
    if new.profile is not None and new.profile != device.profile:
        notes += _other_model(city, school, device, _profile(city, new.profile))
        values["profile"] = new.profile
    said_before = device.model_dump(mode="json", include={*FIELDS, "profile"})
    values = {field: value for field, value in values.items() if (value or None) != said_before[field]}
    if not values:
        raise LifecycleError(f"nothing would change: that is what the inventory says of {name}", "say what is new")
    files = prepare(desk.root, changed(city, school, name, {field: value or None for field, value in values.items()}))
    after = device.model_copy(update={field: value or None for field, value in values.items()})
    facts = {field: (str(said_before[field] or ""), value) for field, value in values.items()}
    kept = [field for field in FIELDS if said_before[field] and field not in values]
    notes += [f"{_WORDS[field]} {said_before[field]} stays: nobody said another one" for field in kept]
    if device.device_class == SWITCH_CLASS:
        notes.append(
            "the new switch must answer at the old address and know our account before campusctl can set it up"
        )
    return Proposal(
        kind=Kind.SWAP,
        school=school.id,
        device=name,
        name=name,
        files=files,
        summary=f"Swap {name}: {_arrows(facts)}",
        notes=tuple(notes),
        before=host_of(city, school, device),
        after=host_of(city, school, after),
        forgets=over_ssh(city, device),
        renews=True,
        facts=facts,
    )


_WORDS = {"serial": "serial", "mac": "MAC", "asset": "asset tag", "profile": "profile"}


def _arrows(facts: dict[str, tuple[str, str]]) -> str:
    return ", ".join(f"{_WORDS[field]} {old or 'none'} → {new or 'none'}" for field, (old, new) in facts.items())


def _checked(desk: Desk, name: str, field: str, said: str) -> str:
    """A serial, MAC or asset tag in the inventory's own spelling.

    Raises:
        LifecycleError: It is none, or the city has it already.
    """
    if not said:
        return ""
    kind = Mac if field == "mac" else Label
    try:
        value: str = TypeAdapter(kind).validate_python(said.strip())
    except ValidationError as error:
        pattern = error.errors()[0].get("ctx", {}).get("pattern", "")
        raise LifecycleError(f"{said!r} is no {_WORDS[field]}", RULES.get(pattern, "at most 60 characters")) from error
    refuse_known(desk, name, field, value)
    return value


def _profile(city: City, name: str) -> Profile:
    if name not in city.profiles:
        hint = did_you_mean(name, city.profiles) or "profiles are the files in inventory/profiles"
        raise UnknownNameError(f"no profile `{name}`", hint)
    return city.profiles[name]


def _other_model(city: City, school: School, device: Device, new: Profile) -> Iterator[str]:
    """What another model means.

    Raises:
        LifecycleError: Ports of the switch do not fit; names each.
    """
    old = city.profiles.get(device.profile or "")
    if new.device_class != device.device_class:
        what = f"the new profile is of class {new.device_class}, {device.name} of class {device.device_class}"
        raise LifecycleError(what, "retire the old device and onboard the new one")
    if old and old.dialect != new.dialect:
        yield f"it speaks {new.dialect or 'nothing campusctl knows'} instead of {old.dialect or 'nothing'}"
    settings = sorted({*(old.settings.model_fields_set if old else ()), *new.settings.model_fields_set})
    if settings:
        yield f"what the profile says of {', '.join(settings)} is now that of the new one"
    if device.device_class == SWITCH_CLASS:
        yield from _port_notes(city, school, device, new)


def _port_notes(city: City, school: School, device: Device, new: Profile) -> Iterator[str]:
    ports = port_map(new, device)
    wrong = [*_unfit(device, ports), *_unfit_ends(city, school, device, ports)]
    if wrong:
        what = f"the ports of {device.name} do not fit the new model:\n  " + "\n  ".join(wrong)
        raise LifecycleError(what, f"its ports are {ports.shown}; change the entries first, or choose another model")
    able = {port.name for port in ports.ports if port.poe}
    resolve = resolver(city, school)
    hungry: dict[str, str] = {}
    for item in topology(city, school).assignments[device.name].ports.values():
        if item.place[2:3] == ("ports",) and resolve.port_settings(device, item).poe:
            hungry[str(item.place[3])] = item.entry.device or f"the role {resolve.role_of(item.entry)}"
    for key, who in hungry.items():
        if not able.issuperset(ports.expand(key)):
            yield f"port {key} gives no power on the new model, and {who} wants it"


def _unfit(device: Device, ports: PortMap) -> Iterator[str]:
    """The switch's own entries that the new model has no port for."""
    entries = [(key, entry.device or entry.uplink or entry.downlink or entry.role or "", key)
               for key, entry in device.ports.items()]  # fmt: skip
    entries += [(f"LAG {number}", lag.uplink or lag.downlink or lag.device or "", lag.ports)
                for number, lag in device.lags.items()]  # fmt: skip
    for shown, peer, key in entries:
        try:
            ports.expand(key)
        except PortError as error:
            yield f"{shown}{f' ({peer})' if peer else ''}: {error}"


def _unfit_ends(city: City, school: School, device: Device, ports: PortMap) -> Iterator[str]:
    """Ports that only the switch at the other end names, with `to:`."""
    for plug in links_of(city, school, device.name):
        entry = plug.item.entry if plug.item else None
        if entry is None or entry.uplink != device.name or not entry.to or plug.lag:
            continue
        try:
            ports.expand(str(entry.to))
        except PortError as error:
            yield f"{entry.to} ({plug.switch} hangs on it): {error}"
