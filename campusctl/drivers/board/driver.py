"""The driver of boards."""

from collections.abc import Mapping
from typing import ClassVar

from campusctl.drivers.appliance.base import Dialect
from campusctl.drivers.appliance.driver import ApplianceDriver
from campusctl.drivers.board.samsung import SamsungMdc


class BoardDriver(ApplianceDriver):
    """See `campusctl.ports.Driver`."""

    name = "board"
    dialects: ClassVar[Mapping[str, Dialect]] = {"samsung_mdc": SamsungMdc()}
