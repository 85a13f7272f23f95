"""The queues of print servers through which people print on the printers of a room."""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from campusctl.inventory.city import City, School
from campusctl.inventory.resolve import settings_of
from campusctl.workflow.choosing import driver_of

QUEUES: Final = "queues"
"""Driver of print servers."""


class Queued(NamedTuple):
    """A queue and its printer."""

    name: str
    """Name of the queue."""
    server: str
    """Device name of the print server."""
    printer: str
    """Device name of the printer; empty: it is none of ours."""


def queues_of(city: City, school: School, devices: Collection[str]) -> Iterator[Queued]:
    """The queues that the inventory has for these printers, and on these print servers.

    Raises:
        InventoryError: The layers of a print server together make no sense.
    """
    for server in school.devices.values():
        if driver_of(city, server) == QUEUES and server.address:
            for name, queue in settings_of(city, school, server).queues.queues.items():
                if queue and (queue.device in devices or server.name in devices):
                    yield Queued(name, server.name, queue.device or "")
