"""The driver of print servers."""

from collections.abc import Mapping
from typing import ClassVar

from campusctl.drivers.appliance.base import Dialect
from campusctl.drivers.appliance.driver import ApplianceDriver
from campusctl.drivers.queues.cups import Cups


class QueuesDriver(ApplianceDriver):
    """See `campusctl.ports.Driver`."""

    name = "queues"
    dialects: ClassVar[Mapping[str, Dialect]] = {"cups": Cups()}
