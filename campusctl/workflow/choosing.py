"""Which devices of the schools are meant, and what brings them to standard."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from campusctl.errors import UnknownNameError
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.inventory import Device
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

SWITCH: Final = "switch"
"""Driver of the switches, whatever city.yml says of their class."""
PC: Final = "pc"
"""Driver of PCs and notebooks."""
_FEW: Final = 30
"""So many names are listed in a hint."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which devices of the schools are meant; nothing said: all that something brings to standard."""

    device: str = ""
    """Only this one."""
    classes: tuple[str, ...] = ()
    """Only devices of these classes, such as `pc`."""
    rooms: tuple[str, ...] = ()
    """Only devices in these rooms."""
    drivers: tuple[str, ...] = ()
    """Only devices of these drivers."""

    def takes(self, city: City, device: Device) -> bool:
        """Whether a device is meant."""
        driver = driver_of(city, device)
        return (
            bool(driver)
            and self.device in ("", device.name)
            and (not self.classes or device.device_class in self.classes)
            and (not self.rooms or device.room in self.rooms)
            and (not self.drivers or driver in self.drivers)
        )


EVERYTHING: Final = Choice()
SWITCHES: Final = Choice(drivers=(SWITCH,))


def driver_of(city: City, device: Device) -> str:
    """Name of the driver that brings a device to standard; empty: nothing does."""
    if device.device_class == SWITCH_CLASS:
        return SWITCH
    kind = city.spec.classes.get(device.device_class)
    return (kind.driver if kind else None) or ""


def chosen_devices(city: City, choice: Choice) -> dict[str, tuple[School, tuple[str, ...]]]:
    """The devices that are meant, by school id; a school without any is left out.

    Raises:
        UnknownNameError: A device, class or room is unknown, or nothing brings the device to standard.
    """
    _refuse_unknown(city, choice)
    found = {}
    for school in city.schools.values():
        names = tuple(name for name, device in school.devices.items() if choice.takes(city, device))
        if names:
            found[school.id] = (school, names)
    return found


def _refuse_unknown(city: City, choice: Choice) -> None:
    """A name that nothing has would quietly mean nothing.

    Raises:
        UnknownNameError: Knows what was probably meant.
    """
    if choice.device and not driver_of(city, city.find_device(choice.device)):
        raise UnknownNameError(
            sentence("nothing brings {device} to standard", device=choice.device),
            sentence("its class names no `driver` in inventory/city.yml"),
        )
    _among(choice.classes, city.spec.classes, N_("no class of devices `{name}`"))
    for name in choice.classes:
        if name != SWITCH_CLASS and not city.spec.classes[name].driver:
            raise UnknownNameError(
                sentence("nothing brings devices of class {name} to standard", name=name),
                sentence("it names no `driver` in inventory/city.yml"),
            )
    _among(choice.rooms, {room for school in city.schools.values() for room in school.rooms}, N_("no room `{name}`"))


def _among(names: Collection[str], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            some = ", ".join(sorted(known)) if len(known) <= _FEW else sentence("campusctl show SCHOOL lists them")
            hint = did_you_mean(name, known) or sentence("there are: {names}", names=some)
            raise UnknownNameError(sentence(what, name=name), hint)
