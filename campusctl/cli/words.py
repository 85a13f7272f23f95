"""Edits and numbers in words a campus manager reads."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from campusctl.engine.words import edit_words, without_parts

__all__ = ["counted", "counted_devices", "done_of", "edit_words", "without_parts"]

_DEVICES: Final = {
    "switch": ("switch", "switches"),
    "pc": ("PC", "PCs"),
    "printer": ("printer", "printers"),
    "projector": ("projector", "projectors"),
    "board": ("board", "boards"),
    "queues": ("print server", "print servers"),
}
"""What the devices of a driver are called: one, and many."""


def counted(number: int, noun: str) -> str:
    """`1 setting`, `2 settings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def done_of(done: int, drivers: Iterable[str]) -> str:
    """`2 of 3 switches done`, `3 of 3 done (1 switch and 2 PCs)`."""
    kinds = tuple(drivers)
    devices = counted_devices(kinds)
    return f"{done} of {devices} done" if len(set(kinds)) < 2 else f"{done} of {len(kinds)} done ({devices})"


def counted_devices(drivers: Iterable[str]) -> str:
    """`20 switches and 1 PC`, from the driver of each device."""
    found = Counter(_DEVICES.get(driver, ("device", "devices")) for driver in drivers)
    words = [f"{number} {one if number == 1 else many}" for (one, many), number in found.items()]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) or "0 devices"
