"""The printers, projectors, boards and print servers of an inventory, as the lab simulates them."""

from collections.abc import Iterator, Mapping

from campusctl.inventory.appliances import appliances, document_of, login_of
from campusctl.inventory.city import City
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.surroundings import mac_for
from campusctl.model.appliance import Shown
from campusctl.model.secret import TOKEN
from campusctl.ports import SecretSource


def lab_appliances(city: City, faults: Mapping[str, tuple[str, ...]], known: SecretSource) -> tuple[LabAppliance, ...]:
    """Every appliance of the schools that the lab can play.

    Args:
        city: With the schools loaded.
        faults: By device name.
        known: What the devices know.

    Raises:
        InventoryError: The settings of one make no sense.
    """
    return tuple(_all(city, faults, known))


def _all(city: City, faults: Mapping[str, tuple[str, ...]], known: SecretSource) -> Iterator[LabAppliance]:
    for school in city.schools.values():
        for found in appliances(city, school):
            if found.dialect in KINDS and found.device.address:
                document, login = document_of(city, school, found), login_of(city, school, found).access
                refs = {"password": login.password, "pin": login.enable}
                yield LabAppliance(
                    name=found.device.name,
                    school=school.id,
                    kind=found.dialect,
                    address=str(found.device.address).partition("/")[0],
                    mac=(found.device.mac or mac_for(found.device.name)).lower(),
                    serial=found.device.serial or "",
                    model=city.profiles[str(found.device.profile)].model,
                    settings=tuple((path, _clear(value, known)) for path, value in document.settings),
                    options={
                        name: _told(value, known) if isinstance(value, str) else value
                        for name, value in document.options.items()
                    },
                    user=login.user,
                    secrets={name: known.resolve([ref])[ref] for name, ref in refs.items() if ref},
                    faults=faults.get(found.device.name, ()),
                )


def _clear(value: Shown, known: SecretSource) -> Shown:
    """A value with its secrets in it."""
    return _told(value, known) if isinstance(value, str) else value


def _told(text: str, known: SecretSource) -> str:
    return TOKEN.sub(lambda token: known.resolve([token[1]])[token[1]], text)
