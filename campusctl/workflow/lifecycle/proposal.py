"""What shall become of a device, before anything is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.elsewhere import files_with
from campusctl.inventory.load import load_city, load_for
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.plugs import Plug
from campusctl.model.address_book import Host
from campusctl.model.inventory import Device
from campusctl.model.sentence import sentence
from campusctl.workflow.desk import Desk


class LifecycleError(CampusError):
    """It cannot be done so; nothing was changed."""


WORDS: Final[Mapping[str, str]] = {
    "serial": sentence("serial"), "mac": sentence("MAC"), "asset": sentence("asset tag"),
    "profile": sentence("profile"),
}  # fmt: skip
"""What the fields of a device's identity are called."""


class Kind(StrEnum):
    """What becomes of a device."""

    SWAP = "swap"
    """Its successor takes over its name, address, port and settings."""
    RETIRE = "retire"
    """It goes."""
    MOVE = "move"
    """It stands in another room."""
    UNDO = "undo"
    """An earlier change is taken back."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What shall become of a device."""

    kind: Kind
    """What."""
    school: str
    """School id."""
    device: str
    """Its name now."""
    name: str
    """Its name then; empty: it goes."""
    files: Edited
    """The inventory as it shall be, found right."""
    summary: str
    """One sentence: the commit's subject, and what the history keeps."""
    notes: tuple[str, ...] = ()
    """What a person should know before agreeing, one sentence each."""
    before: Host | None = None
    """What DHCP and DNS know now; None: nothing."""
    after: Host | None = None
    """What they shall know; None: nothing."""
    forgets: bool = False
    """The host key under the old name goes: another machine has the address, or none."""
    renews: bool = False
    """The device itself is worked on although the inventory may say the same of it: it is another machine."""
    first_lines: str = ""
    """What must be typed at the console of a new switch before it can be reached, secrets as references; empty: of no
    other device."""
    facts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What changes of its identity, by field: before and after."""


def found(desk: Desk, name: str) -> tuple[City, School, Device]:
    """A device with its school and the city around it, as far as it is loaded.

    Raises:
        UnknownNameError: There is no such device; knows what was probably meant.
        InventoryError: The school has problems.
    """
    city = load_for(desk.root, name)
    if name in city.schools:
        raise UnknownNameError(sentence("`{name}` is a school", name=name), sentence("name a device"))
    (school,) = city.schools.values()
    if name not in school.devices:
        what = sentence("no device `{name}` at {school}", name=name, school=school.id)
        raise UnknownNameError(what, did_you_mean(name, school.devices))
    return city, school, school.devices[name]


def refuse_known(desk: Desk, device: str, field_name: str, value: str) -> None:
    """Refuse a serial, MAC or asset tag that another device of the city has.

    Raises:
        LifecycleError: Says whose it is.
    """
    word = WORDS[field_name]
    if not any(files_with(desk.root, [value])):
        return
    for other in load_city(desk.root).devices():
        same = str(getattr(other, field_name) or "").casefold() == value.casefold()
        if same and other.name == device:
            what = sentence("{word} {value} is that of {device} itself", word=word, value=value, device=device)
            raise LifecycleError(what, sentence("type that of the new device"))
        if same:
            what = sentence(
                "{word} {value} is that of {device}, see {file}",
                word=word, value=value, device=other.name, file=other.file,
            )  # fmt: skip
            raise LifecycleError(what, sentence("read the label again"))


def left_exceptions(school: School, plug: Plug) -> Iterator[str]:
    """What the inventory still says of a port that becomes unused; for a person to decide."""
    for number, item in enumerate(school.spec.exceptions):
        if item.device == plug.switch and item.path.startswith(f"ports.{plug.short}."):
            place = f"exceptions.{number} ({item.path})"
            yield sentence("an exception still speaks of that port: {place} in {file}", place=place, file=school.file)


def over_ssh(city: City, device: Device) -> bool:
    """Whether a device shows an SSH host key: switches and Linux PCs."""
    profile = city.profiles.get(device.profile or "")
    return device.device_class == SWITCH_CLASS or (profile is not None and profile.dialect == "linux")
