"""The next free name of the city's scheme."""

from typing import Final

from campusctl.inventory.city import City, School
from campusctl.inventory.naming import NameParts, device_name
from campusctl.inventory.onboarding.wanted import Refusal

_MOST: Final = 999


def next_name(city: City, school: School, room: str, letters: str) -> str | Refusal:
    """`s042-r204-dt01`: the lowest number that no device of this room and class has.

    Args:
        city: The city.
        school: The school.
        room: Room id.
        letters: Class letters.
    """
    scheme, parts = city.spec.naming, NameParts(school.short, room, letters)
    names = (device_name(scheme, parts, number) for number in range(1, _MOST + 1))
    name = next((one for one in names if one not in school.devices), "")
    if not name:
        return Refusal(f"{room} has {_MOST} devices of class {letters}", "say a name: --name NAME")
    if len(name) > scheme.max_length:
        what = (
            f"the name of the scheme would be {name}, {len(name)} characters long, and {scheme.max_length} is the limit"
        )
        return Refusal(what, "say a shorter one: --name NAME; or give the room a shorter id")
    return name
