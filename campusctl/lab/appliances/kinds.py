"""Which simulator plays which dialect. A new one is a file and a line here."""

from collections.abc import Mapping
from typing import Final

from campusctl.lab.appliances.android import AndroidBoard
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.benq import BenqBoard
from campusctl.lab.appliances.cups import Cups
from campusctl.lab.appliances.pjlink import PjlinkProjector
from campusctl.lab.appliances.printer import LabPrinter
from campusctl.lab.appliances.samsung import SamsungDisplay
from campusctl.lab.appliances.viewsonic import ViewBoard

KINDS: Final[Mapping[str, type[Appliance]]] = {
    "android": AndroidBoard,
    "benq": BenqBoard,
    "cups": Cups,
    "ipp": LabPrinter,
    "pjlink": PjlinkProjector,
    "samsung_mdc": SamsungDisplay,
    "snmp": LabPrinter,
    "viewsonic": ViewBoard,
}
"""By name of the dialect."""
