"""A broken device's successor takes over its name, address, port and settings."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from campusctl.errors import UnknownNameError
from campusctl.inventory.address_book import host_of
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.device_edits import changed
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.plugs import links_of
from campusctl.inventory.portmap import PortError, PortMap, port_map
from campusctl.inventory.resolve import resolver
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device, Profile
from campusctl.model.names import RULES, Label, Mac
from campusctl.model.sentence import joined, sentence
from campusctl.workflow.desk import Desk
from campusctl.workflow.inventory_change import overlay, prepare
from campusctl.workflow.lifecycle.proposal import (
    WORDS,
    Kind,
    LifecycleError,
    Proposal,
    found,
    over_ssh,
    refuse_known,
)
from campusctl.workflow.onboarding.day0 import day0_text

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
        what = sentence("nothing would change: that is what the inventory says of {device}", device=name)
        raise LifecycleError(what, sentence("say what is new"))
    files = prepare(desk.root, changed(city, school, name, {field: value or None for field, value in values.items()}))
    after = device.model_copy(update={field: value or None for field, value in values.items()})
    facts = {field: (str(said_before[field] or ""), value) for field, value in values.items()}
    kept = [field for field in FIELDS if said_before[field] and field not in values]
    notes += [
        sentence("{word} {value} stays: nobody said another one", word=WORDS[field], value=said_before[field])
        for field in kept
    ]
    if device.device_class == SWITCH_CLASS:
        notes.append(
            sentence("the new switch must answer at the old address and know our account before it can be set up")
        )
    return Proposal(
        kind=Kind.SWAP,
        school=school.id,
        device=name,
        name=name,
        files=files,
        summary=sentence("Swap {device}: {changes}", device=name, changes=_arrows(facts)),
        notes=tuple(notes),
        before=host_of(city, school, device),
        after=host_of(city, school, after),
        forgets=over_ssh(city, device),
        renews=True,
        first_lines=_first_lines(desk, school, name, files) if device.device_class == SWITCH_CLASS else "",
        facts=facts,
    )


def _first_lines(desk: Desk, school: School, name: str, files: Edited) -> str:
    with overlay(desk.root, files, [school.id]) as trial:
        return day0_text(trial, school.id, name)


def _arrows(facts: dict[str, tuple[str, str]]) -> str:
    none = sentence("none")
    arrows = (
        sentence("{word} {old} → {new}", word=WORDS[field], old=old or none, new=new or none)
        for field, (old, new) in facts.items()
    )
    return joined(arrows, ", ")


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
        what = sentence("{text} is no {word}", text=repr(said), word=WORDS[field])
        hint = sentence(RULES[pattern]) if pattern in RULES else sentence("at most 60 characters")
        raise LifecycleError(what, hint) from error
    refuse_known(desk, name, field, value)
    return value


def _profile(city: City, name: str) -> Profile:
    if name not in city.profiles:
        hint = did_you_mean(name, city.profiles) or sentence("profiles are the files in inventory/profiles")
        raise UnknownNameError(sentence("no profile `{name}`", name=name), hint)
    return city.profiles[name]


def _other_model(city: City, school: School, device: Device, new: Profile) -> Iterator[str]:
    """What another model means.

    Raises:
        LifecycleError: Ports of the switch do not fit; names each.
    """
    old = city.profiles.get(device.profile or "")
    if new.device_class != device.device_class:
        what = sentence(
            "the new profile is of class {new}, {device} of class {old}",
            new=new.device_class, device=device.name, old=device.device_class,
        )  # fmt: skip
        raise LifecycleError(what, sentence("retire the old device and onboard the new one"))
    if old and old.dialect != new.dialect:
        nothing = sentence("nothing that campusctl knows")
        yield sentence("it speaks {new} instead of {old}", new=new.dialect or nothing, old=old.dialect or nothing)
    settings = sorted({*(old.settings.model_fields_set if old else ()), *new.settings.model_fields_set})
    if settings:
        yield sentence("what the profile says of {settings} is now that of the new one", settings=", ".join(settings))
    if device.device_class == SWITCH_CLASS:
        yield from _port_notes(city, school, device, new)


def _port_notes(city: City, school: School, device: Device, new: Profile) -> Iterator[str]:
    ports = port_map(new, device)
    wrong = [*_unfit(device, ports), *_unfit_ends(city, school, device, ports)]
    if wrong:
        what = sentence(
            "the ports of {device} do not fit the new model:\n  {ports}",
            device=device.name, ports=joined(wrong, "\n  "),
        )  # fmt: skip
        raise LifecycleError(
            what,
            sentence("its ports are {ports}; change the entries first, or choose another model", ports=ports.shown),
        )
    able = {port.name for port in ports.ports if port.poe}
    resolve = resolver(city, school)
    hungry: dict[str, str] = {}
    for item in topology(city, school).assignments[device.name].ports.values():
        if item.place[2:3] == ("ports",) and resolve.port_settings(device, item).poe:
            hungry[str(item.place[3])] = item.entry.device or sentence(
                "the role {role}", role=resolve.role_of(item.entry)
            )
    for key, who in hungry.items():
        if not able.issuperset(ports.expand(key)):
            yield sentence("port {port} gives no power on the new model, and {who} wants it", port=key, who=who)


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
            yield joined((f"{shown}{f' ({peer})' if peer else ''}", error.what), ": ")


def _unfit_ends(city: City, school: School, device: Device, ports: PortMap) -> Iterator[str]:
    """Ports that only the switch at the other end names, with `to:`."""
    for plug in links_of(city, school, device.name):
        entry = plug.item.entry if plug.item else None
        if entry is None or entry.uplink != device.name or not entry.to or plug.lag:
            continue
        try:
            ports.expand(str(entry.to))
        except PortError as error:
            place = sentence("{port} ({switch} hangs on it)", port=str(entry.to), switch=plug.switch)
            yield joined((place, error.what), ": ")
