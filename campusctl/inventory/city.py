"""The loaded inventory: what every later room is given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.inventory import naming
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.inventory import Building, CityFile, Device, Profile, Room, SchoolFile
from campusctl.model.sentence import sentence

SWITCH_CLASS: Final = "sw"
"""Class of the devices that are switches."""


class Located(NamedTuple):
    """A room and the building it is in."""

    building_id: str
    building: Building
    room: Room


@dataclass(frozen=True)
class School:
    """One school with its devices."""

    id: str
    """School id, the folder's name."""
    short: str
    """The school in device names."""
    number: int
    """The school's number; 0 if its id has none."""
    file: str
    """`inventory/schools/<id>/school.yml`."""
    spec: SchoolFile
    """What that file says."""
    devices: Mapping[str, Device]
    """Devices by name, in the order of the files."""
    broken: frozenset[str] = frozenset()
    """Names of devices that are there and could not be read."""
    mended: tuple[Device, ...] = ()
    """The broken ones without what is wrong in them, where that leaves something to look at."""
    complete: bool = True
    """Every devices file could be read, so that a name that is in none of them is unknown."""
    sound: bool = True
    """school.yml made sense as it stands."""

    def may_name(self, device: str) -> bool:
        """Whether a device may exist although nothing is known of it."""
        return not self.complete or device in self.broken

    @cached_property
    def rooms(self) -> Mapping[str, Located]:
        """Rooms by id."""
        return {
            room_id: Located(building_id, building, room)
            for building_id, building in self.spec.buildings.items()
            for room_id, room in building.rooms.items()
        }

    @cached_property
    def switches(self) -> Mapping[str, Device]:
        """The switches by name."""
        return {name: device for name, device in self.devices.items() if device.device_class == SWITCH_CLASS}

    def site_of(self, device: Device) -> int:
        """The number of the site a device is at."""
        located = self.rooms.get(device.room)
        if located and located.building.site is not None:
            return located.building.site
        return self.number if self.spec.site is None else self.spec.site

    def location_of(self, device: Device) -> str:
        """`school/building/floor/room`."""
        located = self.rooms[device.room]
        return f"{self.id}/{located.building_id}/{located.room.floor}/{device.room}"


@dataclass(frozen=True)
class City:
    """The city, or the part of it that was asked for."""

    spec: CityFile
    """What city.yml says."""
    profiles: Mapping[str, Profile]
    """Profiles by name."""
    schools: Mapping[str, School]
    """The loaded schools by id."""
    broken_profiles: frozenset[str] = frozenset()
    """Names of profiles that are there and make no sense."""

    @cached_property
    def _school_of(self) -> Mapping[str, School]:
        return {name: school for school in self.schools.values() for name in school.devices}

    def school(self, school_id: str) -> School:
        """A school by id or short name.

        Raises:
            UnknownNameError: There is none; knows what was probably meant.
        """
        for school in self.schools.values():
            if school_id in (school.id, school.short):
                return school
        raise UnknownNameError(sentence("no school `{name}`", name=school_id), did_you_mean(school_id, self.schools))

    def find_device(self, name: str) -> Device:
        """A device by name.

        Raises:
            UnknownNameError: There is none; knows what was probably meant.
        """
        return self.school_of(name).devices[name]

    def school_of(self, device_name: str) -> School:
        """The school a device is at.

        Raises:
            UnknownNameError: There is no such device.
        """
        school = self._school_of.get(device_name)
        if school is None:
            raise UnknownNameError(
                sentence("no device `{device}`", device=device_name), did_you_mean(device_name, self._school_of)
            )
        return school

    def devices(self) -> Iterator[Device]:
        """Every device of the loaded schools."""
        for school in self.schools.values():
            yield from school.devices.values()

    @cached_property
    def vlan_keys(self) -> Mapping[int, str]:
        """Key in city.yml of every VLAN, by id in ascending order."""
        return dict(sorted((vlan, key) for key in self.spec.vlans for vlan in vlan_ids(key)))

    @cached_property
    def memo(self) -> dict[object, object]:
        """What is computed once for this city: topologies and VLANs of sites. A cache, not a part of the value."""
        return {}

    def parts(self, name: str) -> naming.NameParts | None:
        """What a device's name says, if it follows the scheme."""
        return naming.name_parts(self.spec.naming, name)


def vlan_ids(key: str) -> range:
    """The VLAN ids of a key in city.yml: `30` or `101-120`."""
    first, _, last = key.partition("-")
    return range(int(first), int(last or first) + 1)
