"""Edits and numbers in words a campus manager reads."""

from collections import Counter
from collections.abc import Iterable

from campusctl.engine.words import edit_words, without_parts
from campusctl.words.language import ENGLISH, Translator
from campusctl.words.status import counted_kind

__all__ = ["counted", "counted_devices", "done_of", "edit_words", "without_parts"]


def counted(number: int, noun: str) -> str:
    """`1 setting`, `2 settings`; for what is said in English only."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def done_of(done: int, drivers: Iterable[str], tr: Translator) -> str:
    """`2 of 3 switches done`, `3 of 3 done (1 switch and 2 PCs)`."""
    kinds = tuple(drivers)
    devices = counted_devices(kinds, tr)
    if len(set(kinds)) < 2:
        return tr("{done} of {devices} done", done=done, devices=devices)
    return tr("{done} of {number} done ({devices})", done=done, number=len(kinds), devices=devices)


def counted_devices(drivers: Iterable[str], tr: Translator = ENGLISH) -> str:
    """`20 switches and 1 PC`, from the driver of each device."""
    *words, last = [counted_kind(driver, number, tr) for driver, number in Counter(drivers).items()] or [
        counted_kind("", 0, tr)
    ]
    return tr("{names} and {last}", names=", ".join(words), last=last) if words else last
