"""A device goes: its entry, its port, and what the inventory says of it elsewhere. Its history stays."""

from collections.abc import Iterator

from campusctl.inventory.address_book import host_of
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.device_edits import removed
from campusctl.inventory.mentions import mentions
from campusctl.inventory.plugs import plug_of
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device
from campusctl.workflow.desk import Desk
from campusctl.workflow.inventory_change import prepare
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal, found, over_ssh


def retire(desk: Desk, name: str) -> Proposal:
    """What taking a device out of service would do; nothing is written.

    Raises:
        UnknownNameError: There is no such device.
        LifecycleError: Others hang on it; names them.
        EditError: A setting names it that a person has to decide about.
        InventoryError: The inventory would be wrong then.
    """
    city, school, device = found(desk, name)
    _refuse_carrier(city, school, device)
    files = prepare(desk.root, removed(city, school, name))
    words = (("serial", device.serial), ("asset tag", device.asset))
    identity = ", ".join(f"{word} {value}" for word, value in words if value)
    return Proposal(
        kind=Kind.RETIRE,
        school=school.id,
        device=name,
        name="",
        files=files,
        summary=f"Retire {name} ({identity})" if identity else f"Retire {name}",
        notes=tuple(_notes(city, school, device)),
        before=host_of(city, school, device),
        forgets=over_ssh(city, device),
        facts={
            field: (str(getattr(device, field)), "")
            for field in ("serial", "mac", "asset", "address")
            if getattr(device, field)
        },
    )


def _refuse_carrier(city: City, school: School, device: Device) -> None:
    if device.device_class != SWITCH_CLASS:
        return
    below = [link.child for link in topology(city, school).downlinks.get(device.name, ())]
    plugged = [
        entry.device for entry in (*device.ports.values(), *device.lags.values()) if entry.device in school.devices
    ]
    others = list(dict.fromkeys((*below, *plugged)))
    if others:
        hang = "hangs" if len(others) == 1 else "hang"
        what = f"{device.name} cannot go: {', '.join(map(str, others))} {hang} on it"
        raise LifecycleError(what, "move or retire them first: campusctl move DEVICE --room R --port SWITCH:PORT")


def _notes(city: City, school: School, device: Device) -> Iterator[str]:
    plug = plug_of(city, school, device.name)
    if plug:
        yield f"{plug.words()} becomes unused"
        for number, item in enumerate(school.spec.exceptions):
            if item.device == plug.switch and item.path.startswith(f"ports.{plug.short}."):
                yield f"an exception still speaks of that port: exceptions.{number} ({item.path}) in {school.file}"
    for mention in mentions(city, school, device.name):
        if mention.kind == "queue" and mention.place[:2] != ("devices", device.name):
            yield f"print queue {mention.place[-2]} led to it and goes: {mention.words()}"
        if mention.kind == "exception":
            yield f"the exception about it goes: {school.spec.exceptions[int(mention.place[1])].path}"
    yield "its history is kept: campusctl history " + device.name
