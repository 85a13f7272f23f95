"""The Linux PCs of an inventory, as the lab simulates them."""

import hashlib
from collections.abc import Mapping

from campusctl.inventory.city import City
from campusctl.inventory.resolve_pc import managed_pcs, pc_dialect, pc_settings
from campusctl.lab.pcs.spec import LabPc, PcFaults


def linux_pcs(city: City) -> Mapping[str, str]:
    """School of every PC that the inventory has an address and a Linux profile for, by device name."""
    return {
        device.name: school.id
        for school in city.schools.values()
        for device in managed_pcs(city, school)
        if pc_dialect(city, device) == "linux"
    }


def lab_pcs(city: City, faults: Mapping[str, PcFaults]) -> tuple[LabPc, ...]:
    """Every Linux PC of the schools.

    Raises:
        InventoryError: The settings of one make no sense.
    """
    return tuple(_pc(city, name, school, faults.get(name, PcFaults())) for name, school in linux_pcs(city).items())


def _pc(city: City, name: str, school: str, faults: PcFaults) -> LabPc:
    device = city.find_device(name)
    return LabPc(
        name=name,
        school=school,
        address=(device.address or "").partition("/")[0],
        mac=device.mac or _made_up(name),
        user=pc_settings(city, city.school(school), device).pc.login.user or "campus",
        faults=faults,
    )


def _made_up(name: str) -> str:
    """A locally administered address for a PC whose own is not known."""
    return "02:" + hashlib.sha256(name.encode()).digest()[:5].hex(":")
