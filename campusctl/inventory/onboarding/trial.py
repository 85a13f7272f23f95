"""The city as it would be with a new device in it, before a file is touched."""

from dataclasses import replace
from typing import Any

from campusctl.inventory.city import City
from campusctl.inventory.onboarding.wanted import Proposal
from campusctl.model.inventory import Device, DeviceEntry, Port


def with_device(city: City, proposal: Proposal) -> City:
    """The city with one more device, so that the next one gets another name, address and port.

    Args:
        city: As it is.
        proposal: The new device; its values are right.
    """
    school = city.school(proposal.wanted.school)
    devices = dict(school.devices)
    if proposal.port:
        switch = devices[proposal.port.switch]
        ports = {**switch.ports, proposal.port.port: Port.model_validate(dict(proposal.port.entry))}
        devices[switch.name] = switch.model_copy(update={"ports": ports})
    parts = city.parts(proposal.name)
    entry: dict[str, Any] = DeviceEntry.model_validate(dict(proposal.entry)).model_dump(exclude_unset=True)
    devices[proposal.name] = Device(
        **entry, name=proposal.name, device_class=parts.device_class if parts else "", file=school.file
    )
    if proposal.queue:
        server, name, queue = proposal.queue
        devices[server] = _with_queue(devices[server], name, dict(queue))
    return replace(city, schools={**city.schools, school.id: replace(school, devices=devices)})


def _with_queue(server: Device, name: str, queue: dict[str, Any]) -> Device:
    said = server.settings.model_dump(exclude_unset=True)
    queues = said.setdefault("queues", {}).setdefault("queues", {})
    queues[name] = queue
    return server.model_copy(update={"settings": type(server.settings).model_validate(said)})
