"""The driver of boards."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from campusctl.drivers.appliance.base import Dialect
from campusctl.drivers.appliance.driver import ApplianceDriver
from campusctl.drivers.board.android import ANDROID
from campusctl.drivers.board.benq import BENQ
from campusctl.drivers.board.manual import MANUAL
from campusctl.drivers.board.samsung import SamsungMdc
from campusctl.drivers.board.viewsonic import VIEWSONIC


class BoardDriver(ApplianceDriver):
    """See `campusctl.ports.Driver`."""

    name = "board"
    dialects: ClassVar[Mapping[str, Dialect]] = MappingProxyType(
        {"samsung_mdc": SamsungMdc(), "benq": BENQ, "viewsonic": VIEWSONIC, "android": ANDROID, "manual": MANUAL}
    )
