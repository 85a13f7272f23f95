"""The naming scheme of city.yml as something names can be held against."""

import re
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from campusctl.model.inventory import Naming

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_PARTS: Final = {"short": r"[a-z0-9]+", "room": r"[a-z0-9]+", "class": r"[a-z]+"}


class NameParts(NamedTuple):
    """What a device's name says."""

    short: str
    """The school."""
    room: str
    """The room's id in lower case."""
    device_class: str
    """The class letters."""


def school_number(naming: Naming, school: str) -> int | None:
    """The number in a school's id, or None if it does not follow the scheme."""
    found = _pattern(naming.school).fullmatch(school)
    return int(found["number"]) if found and "number" in found.groupdict() else None


def short_name(naming: Naming, number: int) -> str:
    """The school in its devices' names."""
    return _PLACEHOLDER.sub(lambda found: str(number).zfill(len(found[1])), naming.short)


def name_parts(naming: Naming, device: str) -> NameParts | None:
    """The parts of a device's name, or None if it does not follow the scheme."""
    found = _pattern(naming.device).fullmatch(device)
    if not found:
        return None
    groups = found.groupdict()
    return NameParts(groups.get("short", ""), groups.get("room", ""), groups.get("class", ""))


def device_number(naming: Naming, device: str) -> int | None:
    """The number in a device's name, or None if it does not follow the scheme or the scheme has no number."""
    found = _pattern(naming.device).fullmatch(device)
    return int(found["number"]) if found and "number" in found.groupdict() else None


def device_name(naming: Naming, parts: NameParts, number: int) -> str:
    """A device's name by the scheme.

    Args:
        naming: The scheme.
        parts: School, room and class; the room's id in any case.
        number: From 1.
    """
    words = {"short": parts.short, "room": parts.room.lower(), "class": parts.device_class}

    def filled(found: re.Match[str]) -> str:
        word = found[1]
        return str(number).zfill(len(word)) if set(word) == {"n"} else words.get(word, "")

    return _PLACEHOLDER.sub(filled, naming.device)


@lru_cache(16)
def _pattern(template: str) -> re.Pattern[str]:
    """`s{nnn}` as a pattern; the same letter n times is a number of at least that many digits."""
    parts: list[str] = []
    at = 0
    named: set[str] = set()
    for found in _PLACEHOLDER.finditer(template):
        word = found[1]
        parts.append(re.escape(template[at : found.start()]))
        group = "number" if set(word) == {"n"} else word
        body = rf"[0-9]{{{len(word)},}}" if group == "number" else _PARTS.get(word, r"[a-z0-9]+")
        parts.append(f"(?P<{group}>{body})" if group not in named else body)
        named.add(group)
        at = found.end()
    return re.compile("".join(parts) + re.escape(template[at:]))


def person_in(name: str) -> str:
    """The part of a name that is a person's first or last name, or an empty text."""
    titled = titled_person(name)
    if titled:
        return titled
    parts = re.split(r"[^a-zäöüß]+", name.lower())
    return next((part for part in parts if part in _persons()), "")


def titled_person(text: str) -> str:
    """A `Frau Aydogan` in a text, or an empty text; halls are named after people, who are then not addressed so."""
    found = _TITLED.search(text)
    return found[0] if found else ""


_TITLED: Final = re.compile(r"\b(?:Frau|Herrn?|Mrs?\.|Ms\.) +[A-ZÄÖÜ][\w-]+")


@lru_cache(1)
def _persons() -> frozenset[str]:
    text = resources.files("campusctl.inventory").joinpath("person_names.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
