"""The next free name of the city's scheme."""

from typing import Final

from campusctl.inventory.city import City, School
from campusctl.inventory.naming import NameParts, device_name
from campusctl.inventory.onboarding.wanted import Refusal
from campusctl.model.sentence import sentence

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
        what = sentence("{room} has {number} devices of class {letters}", room=room, number=_MOST, letters=letters)
        return Refusal(what, sentence("say a name: --name NAME"))
    if len(name) > scheme.max_length:
        what = sentence(
            "the name of the scheme would be {name}, {long} characters long, and {limit} is the limit",
            name=name, long=len(name), limit=scheme.max_length,
        )  # fmt: skip
        return Refusal(what, sentence("say a shorter one: --name NAME; or give the room a shorter id"))
    return name
