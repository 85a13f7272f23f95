"""The next free name of the city's scheme."""

import re
from typing import Final

from campusctl.inventory.city import City, School
from campusctl.inventory.onboarding.wanted import Refusal

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_MOST: Final = 999


def next_name(city: City, school: School, room: str, letters: str) -> str | Refusal:
    """`s042-r204-dt01`: the lowest number that no device of this room and class has.

    Args:
        city: The city.
        school: The school.
        room: Room id.
        letters: Class letters.
    """
    longest = city.spec.naming.max_length
    name = ""
    for number in range(1, _MOST + 1):
        name = _filled(city.spec.naming.device, school.short, room, letters, number)
        if name not in school.devices and not any(name in other.devices for other in city.schools.values()):
            break
    if len(name) > longest:
        what = f"the name of the scheme would be {name}, {len(name)} characters long, and {longest} is the limit"
        return Refusal(what, "say a shorter one: --name NAME; or give the room a shorter id")
    return name


def _filled(scheme: str, short: str, room: str, letters: str, number: int) -> str:
    words = {"short": short, "room": room.lower(), "class": letters}

    def one(found: re.Match[str]) -> str:
        return words.get(found[1]) or str(number).zfill(len(found[1]))

    return _PLACEHOLDER.sub(one, scheme)
