"""What nobody typed of a new device and the network or the device says: agreed to, it goes into the inventory."""

from pathlib import Path
from typing import Final, Literal, TypeAlias

from campusctl.errors import CampusError
from campusctl.inventory.city import City
from campusctl.inventory.edit_files import FileEdit
from campusctl.inventory.load import load_city
from campusctl.inventory.onboarding.known import holder
from campusctl.inventory.onboarding.scanning import ScanError, read_scan
from campusctl.model.onboarding import NewDevice
from campusctl.model.sentence import sentence
from campusctl.words.language import N_
from campusctl.workflow.inventory_change import keep, prepare
from campusctl.workflow.onboarding.hands import Hands

Learnt: TypeAlias = Literal["mac", "serial"]
"""What can be learnt."""

_ASK: Final = {
    "mac": N_("{device} has the MAC address {value}. Write it into the inventory?"),
    "serial": N_("{device} says that its serial number is {value}. Write it into the inventory?"),
}
_WRITTEN: Final = {
    "mac": N_("the MAC address {value} is in the inventory now; the DHCP server: campusctl export dnsmasq {school}"),
    "serial": N_("the serial number {value} is in the inventory now"),
}
_LEFT: Final = {
    "mac": N_("the MAC address {value} is not written into the inventory"),
    "serial": N_("the serial number {value} is not written into the inventory"),
}
_SUBJECT: Final = {"mac": "MAC address", "serial": "serial number"}


def learn(hands: Hands, root: Path, device: NewDevice, what: Learnt, value: str) -> NewDevice:
    """Let the inventory say what was seen of a device, if somebody agrees; trouble with that stops nothing.

    Can be done twice: what the inventory says by now is taken as it is.

    Args:
        hands: Of whoever started it.
        root: The workspace.
        device: The device, which the inventory has.
        what: MAC address or serial number.
        value: As it was seen.

    Returns:
        The device with it, or as it was.
    """
    try:
        value = getattr(read_scan(value, what), what)
    except ScanError:
        return device
    if not value or device.entry.get(what):
        return device
    try:
        city = load_city(root)
        said = getattr(city.find_device(device.name), what) or ""
        if said:
            return _with(device, what, said) if said.casefold() == value.casefold() else device
        return _asked(hands, root, city, device, what, value)
    except (CampusError, OSError) as wrong:
        _say(hands, device, sentence("{left}: {why}", left=sentence(_LEFT[what], value=value), why=_why(wrong)))
        return device


def _why(wrong: CampusError | OSError) -> str:
    return wrong.what if isinstance(wrong, CampusError) else str(wrong.strerror or wrong)


def _asked(  # noqa: PLR0913, PLR0917 - who asks, and what is written where
    hands: Hands, root: Path, city: City, device: NewDevice, what: Learnt, value: str
) -> NewDevice:
    other = holder(city, what, value)
    if other is not None:
        why = sentence("{device} has it, in {room}", device=other.name, room=other.room)
        _say(hands, device, sentence("{left}: {why}", left=sentence(_LEFT[what], value=value), why=why))
        return device
    if not hands.agree(sentence(_ASK[what], device=device.name, value=value)):
        _say(hands, device, sentence(_LEFT[what], value=value))
        return device
    edit = FileEdit(city.find_device(device.name).file, "set", ("devices", device.name, what), value)
    subject = f"Say the {_SUBJECT[what]} of {device.name}\n\n{device.name}: {value}, as it was seen"
    keep(prepare(root, [edit]), subject)
    _say(hands, device, sentence(_WRITTEN[what], value=value, school=device.school))
    return _with(device, what, value)


def _say(hands: Hands, device: NewDevice, what: str) -> None:
    hands.say(sentence("{device}: {what}", device=device.name, what=what))


def _with(device: NewDevice, what: Learnt, value: str) -> NewDevice:
    return device.model_copy(update={"entry": {**device.entry, what: value}})
