"""Printers, projectors, boards and print servers of a school, and what is wanted of each."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from campusctl.inventory.appliances import board, printer, projector, queues
from campusctl.inventory.city import City, School
from campusctl.inventory.pc_fault import Fault
from campusctl.inventory.resolve import settings_of
from campusctl.model.appliance import ApplianceSettings, Beside, Document, Place
from campusctl.model.inventory import Device, Settings


class Kind(NamedTuple):
    """One device class of appliances."""

    dialects: tuple[str, ...]
    """What a profile may say as `dialect`."""
    settings: Callable[[Settings], ApplianceSettings]
    """Its part of the settings."""
    document: Callable[[Place, Settings, str], Document]
    """What is wanted of one, by its place, its settings and its dialect."""
    faults: Callable[[School, Settings], Iterable[Fault]] = lambda _school, _settings: ()
    """What makes no sense in its settings, with paths from the class's own key on."""
    named: Callable[[Settings], Collection[str]] = lambda _settings: ()
    """Other devices of the school that its settings name: its place shall know them."""
    without_address: frozenset[str] = frozenset()
    """Dialects whose devices nobody connects to."""


KINDS: Final[Mapping[str, Kind]] = {
    "queues": Kind(("cups",), lambda settings: settings.queues, queues.document, queues.faults, queues.named_devices),
    "printer": Kind(printer.DIALECTS, lambda settings: settings.printer, printer.document),
    "projector": Kind(("pjlink",), lambda settings: settings.projector, projector.document),
    "board": Kind(
        ("samsung_mdc", "benq", "viewsonic", board.ANDROID, board.MANUAL),
        lambda settings: settings.board,
        board.document,
        board.faults,
        without_address=board.WITHOUT_ADDRESS,
    ),
}
"""By name of the driver, in the order in which a school's devices are worked on. A new class is a line here."""


class Found(NamedTuple):
    """One appliance of the inventory."""

    device: Device
    """The device."""
    driver: str
    """Its driver."""
    dialect: str
    """Its dialect."""


def appliances(city: City, school: School) -> Iterator[Found]:
    """The appliances of a school that can be reached and whose dialect is known, in the order of the files."""
    for device in school.devices.values():
        found = appliance(city, device)
        if found and (device.address or not needs_address(found)):
            yield found


def needs_address(found: Found) -> bool:
    """Whether somebody has to connect to an appliance."""
    return found.dialect not in KINDS[found.driver].without_address


def appliance(city: City, device: Device) -> Found | None:
    """What an appliance is; None: it is none, or nobody says what it speaks."""
    of_class = city.spec.classes.get(device.device_class)
    profile = city.profiles.get(device.profile or "")
    driver = (of_class.driver if of_class else None) or ""
    if driver not in KINDS or profile is None or profile.dialect not in KINDS[driver].dialects:
        return None
    return Found(device, driver, profile.dialect)


def login_of(city: City, school: School, found: Found) -> ApplianceSettings:
    """How an appliance is logged in to, and at which port.

    Raises:
        InventoryError: Its layers together make no sense.
    """
    return KINDS[found.driver].settings(settings_of(city, school, found.device))


def document_of(city: City, school: School, found: Found) -> Document:
    """What is wanted of an appliance.

    Raises:
        InventoryError: Its layers together make no sense.
    """
    settings, kind = settings_of(city, school, found.device), KINDS[found.driver]
    return kind.document(_place(city, school, found.device, kind.named(settings)), settings, found.dialect)


def faults_of(city: City, school: School, found: Found) -> tuple[Fault, ...]:
    """What makes no sense in the settings of an appliance.

    Raises:
        InventoryError: Its layers together make no sense.
    """
    return tuple(KINDS[found.driver].faults(school, settings_of(city, school, found.device)))


def _place(city: City, school: School, device: Device, named: Collection[str]) -> Place:
    others = [school.devices[name] for name in named if name in school.devices]
    return Place(
        name=device.name,
        school=school.id,
        school_name=school.spec.name,
        city=city.spec.name,
        location=school.location_of(device),
        room_title=school.rooms[device.room].room.title,
        address=(device.address or "").partition("/")[0],
        serial=device.serial or "",
        asset=device.asset or "",
        beside={other.name: beside(city, school, other) for other in others if other.address},
    )


def beside(city: City, school: School, other: Device) -> Beside:
    """A device that others have to do with; of a printer with the place of its print service.

    Raises:
        InventoryError: Its layers together make no sense.
    """
    address, printer = str(other.address).partition("/")[0], settings_of(city, school, other).printer
    found = appliance(city, other)
    # The port of a printer that is asked by SNMP is another one than that of its print service.
    port = f":{printer.port}" if printer.port and found and found.dialect == "ipp" else ""
    uri = f"{'ipps' if printer.ipp.tls else 'ipp'}://{address}{port}{printer.ipp.path}"
    # A room that is not there is told elsewhere.
    location = school.location_of(other) if other.room in school.rooms else ""
    return Beside(address=address, location=location, print_uri=uri)
