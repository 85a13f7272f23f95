"""The driver of printers."""

from collections.abc import Mapping
from typing import ClassVar

from campusctl.drivers.appliance.base import Dialect
from campusctl.drivers.appliance.driver import ApplianceDriver
from campusctl.drivers.printer.dialects import IppDialect, SnmpDialect


class PrinterDriver(ApplianceDriver):
    """See `campusctl.ports.Driver`."""

    name = "printer"
    dialects: ClassVar[Mapping[str, Dialect]] = {"ipp": IppDialect(), "snmp": SnmpDialect()}
