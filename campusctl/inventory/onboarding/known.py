"""Whether a serial number, MAC address, asset tag or address belongs to a device that the inventory knows already."""

from collections.abc import Iterator
from typing import Final

from campusctl.inventory.city import City
from campusctl.inventory.onboarding.wanted import Refusal, Wanted
from campusctl.model.inventory import Device

_WORDS: Final = {"serial": "serial number", "mac": "MAC address", "asset": "asset tag", "address": "address"}


def known_already(city: City, wanted: Wanted) -> Iterator[Refusal]:
    """What of a new device is another device's already.

    Args:
        city: All of it, as a device may come from another school.
        wanted: What is known of the new device.
    """
    told: set[str] = set()
    for field, words in _WORDS.items():
        value = getattr(wanted, field)
        other = _holder(city, field, value) if value else None
        if other and other.name not in told:
            told.add(other.name)
            yield Refusal(f"the {words} {value} is that of {other.name}, in {_place(city, other)}", _hint(field, other))


def _holder(city: City, field: str, value: str) -> Device | None:
    return next((one for one in city.devices() if (getattr(one, field) or "").casefold() == value.casefold()), None)


def _place(city: City, device: Device) -> str:
    return f"{city.school_of(device.name).id}/{device.room}"


def _hint(field: str, other: Device) -> str:
    if field == "address":
        return "leave --address out, and the next free one is proposed"
    return (
        f"it is in the inventory already: was it moved? campusctl move {other.name} --room ROOM; "
        f"does another device take its place? campusctl swap {other.name}"
    )
