"""What is written into the inventory for new devices, and how it is taken out again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from campusctl.inventory.city import City, School
from campusctl.inventory.device_edits import added, entry_data, port_set
from campusctl.inventory.edit_files import FileEdit
from campusctl.inventory.onboarding.wanted import Proposal
from campusctl.model.inventory import Device
from campusctl.model.onboarding import NewDevice, NewPort, NewQueue


def new_device(city: City, proposal: Proposal) -> NewDevice:
    """A proposal as it is remembered, with what stands at its port now."""
    school = city.school(proposal.wanted.school)
    port, queue = None, None
    if proposal.port:
        change = proposal.port
        before = _own_entry(city, school, change.switch, change.port)
        port = NewPort(
            switch=change.switch, port=change.port, name=change.name, entry=dict(change.entry), before=before
        )
    if proposal.queue:
        queue = NewQueue(server=proposal.queue[0], name=proposal.queue[1], entry=dict(proposal.queue[2]))
    return NewDevice(
        kind=proposal.wanted.kind,
        school=school.id,
        name=proposal.name,
        entry=dict(proposal.entry),
        port=port,
        queue=queue,
    )


def _own_entry(city: City, school: School, switch: str, port: str) -> dict[str, Any] | None:
    """What a port's own entry says; None: it has none, or only a range holds it."""
    del city
    device = school.switches[switch]
    found = next((entry for key, entry in device.ports.items() if key.casefold() == port.casefold()), None)
    return None if found is None else entry_data(found)


def edits_for(city: City, devices: Iterable[NewDevice]) -> tuple[FileEdit, ...]:
    """What is missing in the inventory for these devices; nothing: all of it is there.

    Made from what the inventory says now, so that a write that was cut off can be finished.
    """
    found: list[FileEdit] = []
    for device in devices:
        edits = tuple(_edits(city, city.school(device.school), device))
        found += edits
        city = _with_edits(city, device, edits)
    return tuple(found)


def _with_edits(city: City, device: NewDevice, edits: Iterable[FileEdit]) -> City:
    """The city with a device where its edit puts it, so that the next one of its kind stands behind it."""
    file = next((edit.file for edit in edits if edit.place == ("devices", device.name)), "")
    if not file:
        return city
    school = city.school(device.school)
    parts = city.parts(device.name)
    new = Device(**device.entry, name=device.name, device_class=parts.device_class if parts else "", file=file)
    return replace(
        city, schools={**city.schools, school.id: replace(school, devices={**school.devices, new.name: new})}
    )


def _edits(city: City, school: School, device: NewDevice) -> Iterator[FileEdit]:
    if device.name not in school.devices:
        yield from added(city, school, device.name, device.entry)
    if device.port and _own_entry(city, school, device.port.switch, device.port.port) != device.port.entry:
        yield from port_set(city, school, device.port.switch, device.port.port, device.port.entry)
    if device.queue:
        server = school.devices[device.queue.server]
        place = ("devices", server.name, "settings", "queues", "queues", device.queue.name)
        if not _has_queue(school, device.queue):
            yield FileEdit(server.file, "set", place, device.queue.entry)


def _has_queue(school: School, queue: NewQueue) -> bool:
    said = school.devices[queue.server].settings.queues.model_dump(exclude_unset=True)
    return queue.name in said.get("queues", {})


def edits_back(city: City, devices: Iterable[NewDevice]) -> tuple[FileEdit, ...]:
    """What takes these devices out of the inventory again; what is not there any more is left alone."""
    return tuple(edit for device in devices for edit in _back(city, city.school(device.school), device))


def _back(city: City, school: School, device: NewDevice) -> Iterator[FileEdit]:
    port = device.port
    if port and _own_entry(city, school, port.switch, port.port) == port.entry:
        yield from port_set(city, school, port.switch, port.port, port.before)
    if device.queue and _has_queue(school, device.queue):
        server = school.devices[device.queue.server]
        place = ("devices", server.name, "settings", "queues", "queues", device.queue.name)
        yield FileEdit(server.file, "remove", place)
    if device.name in school.devices:
        yield FileEdit(school.devices[device.name].file, "remove", ("devices", device.name))
