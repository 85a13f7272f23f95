"""Whether a serial number, MAC address, asset tag or address belongs to a device that the inventory knows already."""

from collections.abc import Iterator
from typing import Final

from campusctl.inventory.city import City
from campusctl.inventory.onboarding.wanted import Refusal, Wanted
from campusctl.model.inventory import Device
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

_TAKEN: Final = {
    "serial": N_("the serial number {value} is that of {device}, in {place}"),
    "mac": N_("the MAC address {value} is that of {device}, in {place}"),
    "asset": N_("the asset tag {value} is that of {device}, in {place}"),
    "address": N_("the address {value} is that of {device}, in {place}"),
}


def known_already(city: City, wanted: Wanted) -> Iterator[Refusal]:
    """What of a new device is another device's already.

    Args:
        city: All of it, as a device may come from another school.
        wanted: What is known of the new device.
    """
    told: set[str] = set()
    for field, words in _TAKEN.items():
        value = getattr(wanted, field)
        other = holder(city, field, value) if value else None
        if other and other.name not in told:
            told.add(other.name)
            what = sentence(words, value=value, device=other.name, place=_place(city, other))
            yield Refusal(what, _hint(field, other))


def holder(city: City, field: str, value: str) -> Device | None:
    """The device that has a value in one of its fields, whatever the case; None: no one."""
    return next((one for one in city.devices() if (getattr(one, field) or "").casefold() == value.casefold()), None)


def _place(city: City, device: Device) -> str:
    return f"{city.school_of(device.name).id}/{device.room}"


def _hint(field: str, other: Device) -> str:
    if field == "address":
        return sentence("leave --address out, and the next free one is proposed")
    return sentence(
        "it is in the inventory already: was it moved? campusctl move {device} --room ROOM; does another device take"
        " its place? campusctl swap {device}",
        device=other.name,
    )
