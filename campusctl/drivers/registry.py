"""Finds a device class's driver by its entry point in `campusctl.drivers`."""

from importlib.metadata import entry_points
from typing import cast

from campusctl.errors import CampusError
from campusctl.ports import DriverMaker

GROUP = "campusctl.drivers"


def load_driver(name: str) -> DriverMaker:
    """The driver class of a device class, such as `switch`.

    Raises:
        CampusError: No installed package offers it.
    """
    found = tuple(entry_points(group=GROUP, name=name))
    if not found:
        raise CampusError(f"no driver for {name!r} is installed", "reinstall campusctl: its entry points are missing")
    return cast("DriverMaker", found[0].load())
