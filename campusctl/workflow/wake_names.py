"""Whom a wake is about: schools, rooms and devices as somebody types them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city, load_for
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.source import chosen
from campusctl.model.inventory import Device

PC_DRIVER: Final = "pc"
"""The driver of the classes whose devices are PCs, as city.yml says it."""


class Asked(NamedTuple):
    """The PCs that are meant."""

    city: City
    """With their schools loaded."""
    devices: tuple[Device, ...]
    """In the order of the files, each once."""


class _Wish(NamedTuple):
    """One name, taken apart: a school, or a room or device of one."""

    school: str
    part: str


def asked_pcs(root: Path, names: Sequence[str], school: str = "") -> Asked:
    """The PCs of schools, rooms and single ones.

    Args:
        root: The workspace.
        names: A school (`schule-042`, `s042`), a room (`schule-042/R201`), or a device.
        school: The school of names that are a room of it or a device; empty: the names say it.

    Raises:
        UnknownNameError: One of them is unknown, or it is no PC and has none.
        InventoryError: The inventory has problems.
    """
    wishes = [_Wish(school, name) if school else _wish(root, name) for name in names]
    city = load_city(root, list(dict.fromkeys(chosen(root, [wish.school for wish in wishes]))))
    meant = {device.name for wish in wishes for device in _meant(city, city.school(wish.school), wish.part)}
    return Asked(city, tuple(device for device in city.devices() if device.name in meant))


def _wish(root: Path, name: str) -> _Wish:
    school, slash, room = name.partition("/")
    if slash:
        return _Wish(school, room)
    try:
        return _Wish(chosen(root, [name])[0], "")
    except UnknownNameError as unknown:
        try:
            city = load_for(root, name)
        except UnknownNameError:
            raise unknown from None
    (found,) = city.schools.values()
    return _Wish(found.id, name)


def _meant(city: City, school: School, part: str) -> tuple[Device, ...]:
    if not part or part in school.rooms:
        pcs = tuple(device for device in pcs_of(city, school) if part in ("", device.room))
        if not pcs:
            where = f"{school.id}/{part}" if part else school.id
            raise UnknownNameError(f"there is no PC in {where}", f"campusctl show {school.id} lists the devices")
        return pcs
    device = school.devices.get(part)
    if device is None:
        near = did_you_mean(part, (*school.rooms, *school.devices))
        hint = near or f"campusctl show {school.id} lists the devices and their rooms"
        raise UnknownNameError(f"no room or device `{part}` in {school.id}", hint)
    if not is_pc(city, device):
        raise UnknownNameError(f"{part} is no PC", "only PCs and notebooks are woken")
    return (device,)


def pcs_of(city: City, school: School) -> Iterator[Device]:
    """The PCs and notebooks of a school, managed or not."""
    return (device for device in school.devices.values() if is_pc(city, device))


def is_pc(city: City, device: Device) -> bool:
    """Whether the driver of a device's class is the PCs'."""
    kind = city.spec.classes.get(device.device_class)
    return kind is not None and kind.driver == PC_DRIVER


def known_city(root: Path, schools: Sequence[str]) -> City | None:
    """These schools, as far as the inventory still has them; None when it has problems."""
    try:
        known = set(chosen(root, None))
        return load_city(root, [school for school in schools if school in known])
    except CampusError:
        return None
