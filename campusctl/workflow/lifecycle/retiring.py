"""A device goes: its entry, its port, and what the inventory says of it elsewhere. Its history stays."""

from collections.abc import Iterator

from campusctl.inventory.address_book import host_of
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.device_edits import removed
from campusctl.inventory.mentions import mentions
from campusctl.inventory.plugs import plug_of
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device
from campusctl.model.sentence import joined, sentence, sentences
from campusctl.workflow.desk import Desk
from campusctl.workflow.inventory_change import prepare
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal, found, left_exceptions, over_ssh


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
    identity = [sentence("serial {value}", value=device.serial)] if device.serial else []
    identity += [sentence("asset tag {value}", value=device.asset)] if device.asset else []
    return Proposal(
        kind=Kind.RETIRE,
        school=school.id,
        device=name,
        name="",
        files=files,
        summary=sentence("Retire {device} ({identity})", device=name, identity=joined(identity, ", "))
        if identity
        else sentence("Retire {device}", device=name),
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
        what = sentences(
            "{device} cannot go: {others} hangs on it", "{device} cannot go: {others} hang on it", len(others),
            device=device.name, others=", ".join(map(str, others)),
        )  # fmt: skip
        raise LifecycleError(
            what, sentence("move or retire them first: campusctl move DEVICE --room R --port SWITCH:PORT")
        )


def _notes(city: City, school: School, device: Device) -> Iterator[str]:
    plug = plug_of(city, school, device.name)
    if plug:
        yield sentence("{port} becomes unused", port=plug.words())
        yield from left_exceptions(school, plug)
    for mention in mentions(city, school, device.name):
        if mention.kind == "queue" and mention.place[:2] != ("devices", device.name):
            yield sentence(
                "print queue {queue} led to it and goes: {place}", queue=mention.place[-2], place=mention.words()
            )
        if mention.kind == "exception":
            path = school.spec.exceptions[int(mention.place[1])].path
            yield sentence("the exception about it goes: {path}", path=path)
    yield sentence("its history is kept: {command}", command=f"campusctl history {device.name}")
