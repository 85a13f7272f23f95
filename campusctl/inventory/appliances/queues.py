"""What is wanted of a print server."""

from collections.abc import Iterator
from typing import Final

from campusctl.inventory.city import School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.pc_fault import Fault
from campusctl.model.appliance import Document, Place, Shown
from campusctl.model.inventory import Settings
from campusctl.model.queues import QueueEntry, QueuesSettings
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

_FIELDS: Final = ("uri", "model", "info", "location", "shared", "accepting", "enabled", "error-policy")
"""What a queue that goes away takes with it, so that it can come back."""


def named_devices(settings: Settings) -> frozenset[str]:
    """Printers of the inventory that queues name."""
    return frozenset(queue.device for queue in settings.queues.queues.values() if queue and queue.device)


def document(place: Place, settings: Settings, dialect: str) -> Document:
    """The document of a print server: what goes first, then what comes or stays, then the default queue.

    Args:
        place: Where it stands, with the printers that its queues name.
        settings: What the layers say.
        dialect: What it speaks.
    """
    del dialect
    said = settings.queues
    goes = (row for name, queue in said.queues.items() if queue is None for row in gone(name))
    there = (row for name, queue in said.queues.items() if queue for row in _there(name, queue, place))
    last: tuple[tuple[Path, Shown], ...] = ((("default",), said.default),) if said.default else ()
    return Document(settings=(*goes, *there, *last), options=_options(said))


def gone(name: str) -> Iterator[tuple[Path, Shown]]:
    """What is wanted of a queue that shall not be there."""
    yield ("queue", name), None
    yield from ((("queue", name, field), None) for field in (*_FIELDS, "options"))


def _there(name: str, queue: QueueEntry, place: Place) -> Iterator[tuple[Path, Shown]]:
    printer = place.beside.get(queue.device or "")
    values: dict[str, Shown] = {
        "uri": printer.print_uri if printer else queue.uri,
        "model": queue.model,
        "info": queue.info or None,
        "location": queue.location or (printer.location if printer else None),
        "shared": queue.shared,
        "accepting": queue.accepting,
        "enabled": queue.enabled,
        "error-policy": queue.error_policy,
    }
    yield from ((("queue", name, field), values[field]) for field in _FIELDS if values[field] is not None)
    yield from ((("queue", name, "option", option), value) for option, value in queue.options.items())


def _options(said: QueuesSettings) -> dict[str, str | int | bool]:
    """How the server is reached."""
    reached = {"tls": said.tls, "certificate": said.certificate or "", "socket": said.socket or ""}
    return {name: value for name, value in reached.items() if value}


def faults(school: School, settings: Settings) -> Iterator[Fault]:
    """What makes no sense in the settings of a print server."""
    said = settings.queues
    for name, queue in said.queues.items():
        if queue:
            yield from _queue_faults(school, name, queue)
    there = [name for name, queue in said.queues.items() if queue]
    if said.default and said.default not in there:
        hint = did_you_mean(said.default, there) or sentence(
            "queues are {names}", names=", ".join(there) or sentence("none")
        )
        yield Fault(("queues", "default"), sentence("unknown queue {name}", name=said.default), hint)


def _queue_faults(school: School, name: str, queue: QueueEntry) -> Iterator[Fault]:
    path = ("queues", "queues", name)
    if bool(queue.device) == bool(queue.uri):
        yield Fault(
            path,
            sentence("queue {name} needs either `device`, a printer of the inventory, or `uri`", name=name),
            sentence("null alone means that it shall not be there"),
        )
    if queue.uri and queue.model == "everywhere" and not queue.uri.startswith(("ipp://", "ipps://")):
        hint = sentence("say `model: raw`, or a driver")
        yield Fault(
            (*path, "uri"), sentence("model everywhere needs a printer that speaks IPP: ipp:// or ipps://"), hint
        )
    device = school.devices.get(queue.device or "")
    if queue.device and device is None and not school.may_name(queue.device):
        near = did_you_mean(queue.device, school.devices) or sentence("it is none of {school}", school=school.id)
        yield Fault((*path, "device"), sentence("unknown device {device}", device=queue.device), near)
    elif device is not None and device.address is None:
        yield Fault(
            (*path, "device"),
            sentence("{name} has no address", name=device.name),
            sentence("say it in {file}", file=device.file),
        )
