"""The driver of printers."""

import threading
from collections.abc import Mapping
from importlib.util import find_spec
from typing import ClassVar

from campusctl.drivers.appliance.base import Dialect
from campusctl.drivers.appliance.driver import ApplianceDriver
from campusctl.drivers.printer.dialects import IppDialect, SnmpDialect
from campusctl.errors import MissingExtraError
from campusctl.ports import Record, SecretSource


class PrinterDriver(ApplianceDriver):
    """See `campusctl.ports.Driver`."""

    name = "printer"
    dialects: ClassVar[Mapping[str, Dialect]] = {"ipp": IppDialect(), "snmp": SnmpDialect()}

    def __init__(
        self,
        secrets: SecretSource,
        key: bytes,
        *,
        stop: threading.Event | None = None,
        record: Record | None = None,
    ) -> None:
        """Prepare; nothing is contacted yet. See `campusctl.ports.DriverMaker`.

        Raises:
            MissingExtraError: The extra [printers] is not installed.
        """
        if not (find_spec("pyipp") and find_spec("pysnmp")):
            raise MissingExtraError("printers", "the driver of printers")
        super().__init__(secrets, key, stop=stop, record=record)
