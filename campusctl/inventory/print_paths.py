"""Where PCs print: at the school's print server, where that has a queue of the printer, else at the printer itself."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from campusctl.inventory.appliances import appliance, beside
from campusctl.inventory.city import City, School
from campusctl.inventory.resolve import settings_of
from campusctl.model.inventory import Device
from campusctl.model.pc_intent import Queue

_PASSES_ON: Final = ("everywhere", "raw")
"""Drivers of a PC's queue that leave it to the server what the printer wants to hear."""


class _Served(NamedTuple):
    """A queue of a print server."""

    name: str
    """Of the queue."""
    uri: str
    """Where others reach it."""


class _Servers(dict[str, tuple[_Served, ...]]):
    """Queues that others may use, by the printer that they lead to."""


def print_path(city: City, school: School, name: str, printer: Device, model: str) -> Queue:
    """Where a PC's queue leads to.

    Args:
        city: The city.
        school: The school.
        name: Of the PC's queue: the server's queue of the same name is taken first.
        printer: The printer; it has an address.
        model: Driver of the PC's queue; one that is made for the printer talks to the printer.

    Raises:
        InventoryError: Layers together make no sense.
    """
    key = ("print uri", school.id, printer.name)
    known = city.memo.get(key)
    if not isinstance(known, Queue):
        found = beside(city, school, printer)
        known = city.memo[key] = Queue(uri=found.print_uri, location=found.location)
    served = _served(city, school).get(printer.name, ()) if model in _PASSES_ON else ()
    uri = next((one.uri for one in served if one.name == name), next((one.uri for one in served), known.uri))
    return Queue(uri=uri, location=known.location)


def _served(city: City, school: School) -> _Servers:
    """What the school's print servers offer; made once for a City."""
    key = ("print servers", school.id)
    known = city.memo.get(key)
    if not isinstance(known, _Servers):
        known = city.memo[key] = _Servers()
        for printer, queue in _queues(city, school):
            known[printer] = (*known.get(printer, ()), queue)
    return known


def _queues(city: City, school: School) -> Iterator[tuple[str, _Served]]:
    for device in school.devices.values():
        found = appliance(city, device)
        if found is None or found.driver != "queues" or not device.address:
            continue
        said = settings_of(city, school, device).queues
        host = f"{device.address.partition('/')[0]}{f':{said.port}' if said.port else ''}"
        for name, queue in said.queues.items():
            if queue and queue.device and queue.accepting and queue.shared is not False:
                yield queue.device, _Served(name, f"ipp://{host}/printers/{name}")
