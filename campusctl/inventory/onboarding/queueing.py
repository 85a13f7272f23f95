"""The print queue of a new printer, on the school's print server."""

import re
from typing import Any, Final, NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.onboarding.wanted import Question, Refusal
from campusctl.inventory.resolve import settings_of
from campusctl.model.inventory import Device
from campusctl.model.sentence import sentence

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
NO_NAME: Final = "-"
"""What somebody says who wants no queue."""


class Queue(NamedTuple):
    """A queue that is to be written into the inventory."""

    server: str
    """Name of the print server; empty: no queue."""
    name: str
    """Of the queue."""
    entry: dict[str, Any]
    """What stands there: the device, and words for people."""


NO_QUEUE: Final = Queue("", "", {})


def print_servers(city: City, school: School) -> tuple[Device, ...]:
    """The school's print servers that campusctl brings to standard."""
    driven = {letters for letters, spec in city.spec.classes.items() if spec.driver == "queues"}
    return tuple(device for device in school.devices.values() if device.device_class in driven)


def queue_of(city: City, school: School, printer: str, room: str, said: str) -> Queue | Refusal | Question:
    """The queue of a new printer, named like its room; no queue where the school has no print server.

    Args:
        city: The city.
        school: The school.
        printer: Name of the printer.
        room: Its room.
        said: Name of the queue as typed; `-`: no queue; empty: it is proposed.
    """
    servers = print_servers(city, school)
    if said == NO_NAME or (not servers and not said):
        return NO_QUEUE
    if not servers:
        return Refusal(sentence("{school} has no print server", school=school.id), sentence("leave --queue out"))
    known = {
        name: server.name
        for server in servers
        for name in settings_of(city, school, server).queues.model_dump()["queues"]
    }
    name = said or next((one for one in (room.lower(), printer) if one not in known), printer)
    if not _NAME.fullmatch(name):
        return Refusal(
            sentence("`{name}` is no name of a queue", name=name[:60]),
            sentence("a-z, 0-9, dots and hyphens, such as r204"),
        )
    if name in known:
        what = sentence("{server} has a queue {name} already", server=known[name], name=name)
        return Refusal(what, sentence("say another name: --queue NAME, or - for none"))
    title = school.rooms[room].room.title
    info = f"Drucker {title or room}" + (f" {room}" if title else "")
    return Queue(servers[0].name, name, {"device": printer, "info": info})
