"""A device stands in another room, or hangs on another port."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.inventory import naming
from campusctl.inventory.address_book import host_of
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.device_edits import changed, entry_data, port_freed, port_set, renamed
from campusctl.inventory.edit_files import FileEdit
from campusctl.inventory.free_places import free_address, free_name, vlan_for, vlan_of
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.plugs import Plug, entry_of, plug_at, plug_of, taken_by
from campusctl.model.inventory import Device
from campusctl.model.sentence import sentence
from campusctl.workflow.choosing import SWITCH, driver_of
from campusctl.workflow.desk import Desk
from campusctl.workflow.inventory_change import prepare
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal, found, left_exceptions

_OF_THE_SOCKET = ("device", "description", "room", "confirmed")
"""What a port says of its socket and not of what is plugged in: it stays behind."""


class MoveWish(NamedTuple):
    """Where a device shall stand."""

    room: str
    """Room id; empty: the room stays."""
    port: str = ""
    """`SWITCH:PORT`; empty: nobody knows the new port yet."""
    address: str = ""
    """Its address there; empty: the one it has if the VLAN is the same, else the next free one."""
    name: str = ""
    """Its name there; empty: by the scheme."""
    keep_name: bool = False
    """The name stays."""


def move(desk: Desk, device_name: str, wish: MoveWish) -> Proposal:
    """What a move would do; nothing is written.

    Raises:
        UnknownNameError: No such device, room, switch or port.
        LifecycleError: The port is taken, or nothing would change.
        InventoryError: The inventory would be wrong then.
    """
    city, school, device = found(desk, device_name)
    room = _room(school, wish.room) if wish.room else device.room
    old = plug_of(city, school, device.name)
    new = _new_plug(city, school, device, wish.port) or (old if device.device_class == SWITCH_CLASS else None)
    if room == device.room and (new is None or (old and (new.switch, new.port) == (old.switch, old.port))):
        raise LifecycleError(
            sentence("{device} is there already", device=device.name), sentence("say another --room, or another --port")
        )
    name = _name(city, school, device, room, wish)
    moved = device.model_copy(update={"name": name, "room": room})
    notes = list(_notes(city, device, moved, old, new))
    address, why = _address(city, device, moved, new, wish.address)
    notes += [why] if why else []
    values: dict[str, Any] = {"room": room, "address": address} if address else {"room": room}
    edits = [*changed(city, school, device.name, values)]
    edits += renamed(city, school, device.name, name) if name != device.name else ()
    edits += _port_edits(city, school, name, old, new) if device.device_class != SWITCH_CLASS else ()
    files = prepare(desk.root, edits)
    after = moved.model_copy(update={"address": address or device.address})
    return Proposal(
        kind=Kind.MOVE,
        school=school.id,
        device=device.name,
        name=name,
        files=files,
        summary=_summary(device, moved),
        notes=tuple(notes),
        before=host_of(city, school, device),
        after=host_of(city, school, after),
        forgets=bool(address and address != device.address),
        facts={
            field: (str(was or ""), str(will or ""))
            for field, was, will in (
                ("name", device.name, name),
                ("room", device.room, room),
                ("address", device.address, after.address),
                ("port", old.words() if old else "", new.words() if new else ""),
            )
            if was != will
        },
    )


def _summary(device: Device, moved: Device) -> str:
    if moved.room == device.room:
        return sentence("Move {device} to another port", device=device.name)
    if moved.name == device.name:
        return sentence("Move {device} from {old} to {new}", device=device.name, old=device.room, new=moved.room)
    return sentence(
        "Move {device} from {old} to {new} as {name}",
        device=device.name, old=device.room, new=moved.room, name=moved.name,
    )  # fmt: skip


def _room(school: School, room: str) -> str:
    """A room's id as the school writes it."""
    known = {name.lower(): name for name in school.rooms}
    if room.lower() not in known:
        hint = did_you_mean(room, school.rooms) or sentence("rooms are listed in {file}", file=school.file)
        raise UnknownNameError(sentence("no room `{room}` at {school}", room=room, school=school.id), hint)
    return known[room.lower()]


def _new_plug(city: City, school: School, device: Device, port: str) -> Plug | None:
    if not port:
        return None
    if device.device_class == SWITCH_CLASS:
        raise LifecycleError(
            sentence("{device} is a switch, and its uplink is a link with two ends", device=device.name),
            sentence("change `uplink` and `to` in its entry by hand, then campusctl plan"),
        )
    switch, colon, short = port.partition(":")
    if not colon or not short:
        what = sentence("{text} names no port", text=repr(port))
        raise LifecycleError(what, sentence("a port is SWITCH:PORT, such as {example}", example="s042-a2-sw01:7"))
    plug = plug_at(city, school, switch, short)
    if plug.item and plug.item.entry.device == device.name:
        return plug
    taken = taken_by(plug)
    if taken:
        raise LifecycleError(
            sentence("port {port} is not free: {why}", port=plug.words(), why=taken),
            sentence("campusctl show {switch} lists its ports", switch=switch),
        )
    return plug


def _name(city: City, school: School, device: Device, room: str, wish: MoveWish) -> str:
    scheme = city.spec.naming
    if wish.name:
        return wish.name
    if wish.keep_name and "{room}" in scheme.device and room != device.room:
        raise LifecycleError(
            sentence("the name cannot stay: the city's names say the room ({scheme})", scheme=scheme.device),
            sentence("leave --keep-name out; or change naming.device in inventory/city.yml"),
        )
    if wish.keep_name or room == device.room or "{room}" not in scheme.device:
        return device.name
    return free_name(city, school, room, device.device_class, naming.device_number(scheme, device.name) or 1)


def _address(city: City, device: Device, moved: Device, new: Plug | None, wish: str) -> tuple[str, str]:
    """The address to write, and why; empty: it stays as it is."""
    if wish or not device.address or device.device_class == SWITCH_CLASS:
        return wish, ""
    school = city.school_of(device.name)
    others = {key: item for key, item in school.devices.items() if key != device.name}
    then = replace(school, devices={**others, moved.name: moved})
    there = replace(city, schools={**city.schools, school.id: then})
    vlan = vlan_for(there, then, moved, new, _carried(plug_of(city, school, device.name)))
    site = then.site_of(moved)
    if vlan_of(city, school, site, device.address) == vlan:
        return "", sentence("address {address} stays: the VLAN is the same ({vlan})", address=device.address, vlan=vlan)
    address = free_address(city, school, site, vlan, device.device_class)
    if not address:
        what = sentence("there is no free address in VLAN {vlan} of site {site}", vlan=vlan, site=site)
        raise LifecycleError(what, sentence("say one: --address A"))
    return address, sentence(
        "address {old} becomes {new}: the device is in VLAN {vlan} of site {site} then",
        old=device.address, new=address, vlan=vlan, site=site,
    )  # fmt: skip


def _port_edits(city: City, school: School, name: str, old: Plug | None, new: Plug | None) -> Iterator[FileEdit]:
    if old and not old.lag and (new is None or (new.switch, new.port) != (old.switch, old.port)):
        yield from port_freed(city, school, old.switch, old.port)
    if new and (old is None or (new.switch, new.port) != (old.switch, old.port)):
        yield from port_set(city, school, new.switch, new.port, {"device": name, **_carried(old)})


def _carried(old: Plug | None) -> dict[str, Any]:
    """What the old port said of the device, and the new one shall say too."""
    return entry_data(entry_of(old), without=_OF_THE_SOCKET) if old else {}


def _notes(city: City, device: Device, moved: Device, old: Plug | None, new: Plug | None) -> Iterator[str]:
    school = city.school_of(device.name)
    if moved.name != device.name:
        yield sentence(
            "it is called {name} from now on; its history up to now stays under {old}", name=moved.name, old=device.name
        )
    if old and old.lag:
        what = sentence("{device} hangs on {lag}, a LAG with several cables", device=device.name, lag=old.words())
        raise LifecycleError(what, sentence("change the LAG's entry under `lags` by hand, then campusctl plan"))
    if old and device.device_class != SWITCH_CLASS and (new is None or new.words() != old.words()):
        yield sentence("{port} becomes unused", port=old.words())
        if entry_of(old).description:
            yield sentence("the description of that port stays behind: {text}", text=entry_of(old).description)
        yield from left_exceptions(school, old)
    if driver_of(city, device) not in ("", SWITCH) and (moved.name != device.name or old != new):
        then = f"campusctl apply {school.id} --device {moved.name}"
        yield sentence("its own settings follow when it is plugged in there: {command}", command=then)
    if device.device_class == SWITCH_CLASS:
        yield sentence("its links stay as the inventory says them: look at `uplink` and `to` if its cables change")
    elif new is None:
        then = f"campusctl move {moved.name} --port SWITCH:PORT"
        yield sentence("nobody knows its new port yet: {command} says it later", command=then)
