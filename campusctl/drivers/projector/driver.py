"""The driver of projectors."""

from collections.abc import Mapping
from typing import ClassVar

from campusctl.drivers.appliance.base import Dialect
from campusctl.drivers.appliance.driver import ApplianceDriver
from campusctl.drivers.projector.pjlink import Pjlink


class ProjectorDriver(ApplianceDriver):
    """See `campusctl.ports.Driver`."""

    name = "projector"
    dialects: ClassVar[Mapping[str, Dialect]] = {"pjlink": Pjlink()}
