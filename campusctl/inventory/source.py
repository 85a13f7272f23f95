"""Which files the inventory has, and what stands in them."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from campusctl.errors import InventoryError, UnknownNameError
from campusctl.inventory import cache, lines, naming, spreadsheet
from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.issue import FileError, Issue
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.inventory import Naming
from campusctl.model.names import ROOM_ID, SCHOOL_ID
from campusctl.model.sentence import joined, sentence

CITY: Final = "inventory/city.yml"
PROFILES: Final = "inventory/profiles"
SCHOOLS: Final = "inventory/schools"

_WORTH_CACHING: Final = 500_000
"""Bytes; below it reading anew is as quick."""


def school_ids(root: Path) -> tuple[str, ...]:
    """Ids of all schools of the workspace, sorted."""
    try:
        entries = sorted(os.scandir(root / SCHOOLS), key=lambda entry: entry.name)
    except OSError:
        return ()
    return tuple(entry.name for entry in entries if _is_folder(entry) and not entry.name.startswith("."))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link that should lead to one; what is wrong with the link is said later."""
    return entry.is_symlink() or entry.is_dir()


def chosen(root: Path, schools: Sequence[str] | None) -> tuple[str, ...]:
    """The ids of the schools that are meant; None: all.

    Raises:
        UnknownNameError: There is no such school, or it is no id at all.
    """
    known = school_ids(root)
    if schools is None:
        return known
    found: dict[str, None] = {}
    wrong: list[UnknownNameError] = []
    for asked in schools:
        try:
            found[_known_id(root, asked, known)] = None
        except UnknownNameError as error:
            wrong.append(error)
    if wrong:
        # All of them at once: whoever mistypes one name of ten may have mistyped two.
        raise UnknownNameError(joined(error.what for error in wrong), joined(error.hint for error in wrong))
    return tuple(found)


def _known_id(root: Path, asked: str, known: Sequence[str]) -> str:
    if not re.fullmatch(SCHOOL_ID, asked) and asked not in known:
        near = _room_of(root, asked, known) or did_you_mean(asked, known)
        near = near or sentence("a school id is a-z, 0-9 and hyphens, such as {example}", example="schule-042")
        raise UnknownNameError(sentence("{name} is no school id", name=repr(asked)), near)
    if asked in known:
        return asked
    shorts = short_names(root, known)
    if asked in shorts:
        return shorts[asked]
    short, dash, _ = asked.partition("-")
    if dash and short in shorts:
        meant = sentence("it looks like a device of {school}", school=shorts[short])
        raise UnknownNameError(
            sentence("no school `{name}`", name=asked),
            sentence(
                "{meant}; plan, apply, drift and backup take: {school} --device {name}",
                meant=meant,
                school=shorts[short],
                name=asked,
            ),
        )
    near = did_you_mean(asked, known) or did_you_mean(asked, shorts)
    folders = sentence("schools are the folders of {folder}", folder=SCHOOLS)
    raise UnknownNameError(sentence("no school `{name}`", name=asked), near or folders)


def _room_of(root: Path, asked: str, known: Sequence[str]) -> str:
    """What to say instead of `schule-042/R101`; empty: it is no room of a school that is there."""
    name, _, room = asked.partition("/")
    school = name if name in known else short_names(root, known).get(name, "")
    room = room.rpartition("/")[2]
    return (
        sentence("plan, apply and drift take: {school} --room {room}", school=school, room=room)
        if school and re.fullmatch(ROOM_ID, room)
        else ""
    )


def short_names(root: Path, known: Sequence[str]) -> Mapping[str, str]:
    """School ids by their short names, as far as city.yml can be read."""
    try:
        spec = parse_yaml(CITY, decode(CITY, read_bytes(root, CITY)))
        scheme = Naming.model_validate(spec.get("naming", {}))
    except (FileError, ValueError, AttributeError):
        return {}
    numbers = ((naming.school_number(scheme, school), school) for school in known)
    return {naming.short_name(scheme, number): school for number, school in numbers if number is not None}


def room_names(root: Path, school: str) -> tuple[str, ...]:
    """The ids of a school's rooms, as far as its school.yml can be read; its devices are not looked at."""
    name = f"{SCHOOLS}/{school}/school.yml"
    try:
        said = parse_yaml(name, decode(name, read_bytes(root, name)))
        return tuple(str(room) for building in said["buildings"].values() for room in building["rooms"])
    except (FileError, KeyError, TypeError, AttributeError):
        return ()


def listed(root: Path, folder: str) -> list[str]:
    """The files of a folder that an inventory may have, sorted, those of its folder `devices` too."""
    found = []
    try:
        for entry in sorted(os.scandir(root / folder), key=lambda entry: entry.name):
            if entry.name == "devices" and entry.is_dir():
                found += listed(root, f"{folder}/devices")
            elif entry.name.endswith((".yml", ".yaml", ".csv")) and not entry.name.startswith("."):
                found.append(f"{folder}/{entry.name}")
    except OSError:
        return []
    return found


def inventory_files(root: Path, schools: Sequence[str] | None = None) -> tuple[str, ...]:
    """Every file the given schools stand on, relative to the workspace, in a fixed order.

    Raises:
        UnknownNameError: There is no such school.
    """
    of_schools = (name for school in chosen(root, schools) for name in school_files(root, school))
    return (CITY, *listed(root, PROFILES), *of_schools)


def school_files(root: Path, school: str) -> tuple[str, ...]:
    """The files of one school; its school.yml is among them, there or not."""
    folder = f"{SCHOOLS}/{school}"
    return tuple(dict.fromkeys((f"{folder}/school.yml", *listed(root, folder))))


def inventory_digest(root: Path, schools: Sequence[str] | None = None) -> str:
    """A fingerprint of the bytes of every file the given schools stand on, 32 hex digits.

    Raises:
        UnknownNameError: There is no such school.
        InventoryError: A file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    for name in inventory_files(root, schools):
        try:
            data = read_bytes(root, name)
        except FileError as error:
            raise InventoryError(tuple(lines.problem(root, issue) for issue in error.issues)) from error
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


class Source:
    """The files that were asked for, read once; a cache answers if they were found right before."""

    def __init__(self, root: Path, schools: Sequence[str]) -> None:
        self._root = root
        self._unreadable: dict[str, FileError] = {}
        self._contents: dict[str, bytes] = {}
        self._files = {school: school_files(root, school) for school in schools}
        for name in (CITY, *listed(root, PROFILES), *(name for names in self._files.values() for name in names)):
            try:
                self._contents[name] = read_bytes(root, name)
            except FileError as error:
                self._unreadable[name] = error
        large = sum(map(len, self._contents.values())) >= _WORTH_CACHING
        self.content = None if large or self._unreadable else (tuple(schools), tuple(self._contents.items()))
        """What was read, to be found again by whoever reads the same; None: it is too much, or not all of it."""
        self._key = self._cache_key(schools) if large else ""
        known = cache.load(root, self._key) if self._key else None
        if known is not None and known.keys() != self._contents.keys():
            known = None
        self.known_right = known is not None
        """The very same files were found right before, by the very same code."""
        self._data: dict[str, Any] = known or {}
        self.sheet_issues: list[Issue] = []
        """Rows of spreadsheets that make no sense."""

    def _cache_key(self, schools: Sequence[str]) -> str:
        if self._unreadable:
            return ""
        asked = ("schools", " ".join(schools).encode())
        return cache.key([asked, *self._contents.items()])

    def profiles(self) -> list[str]:
        """The files of the folder of profiles."""
        return [name for name in (*self._contents, *self._unreadable) if name.startswith(f"{PROFILES}/")]

    def files_of(self, school: str) -> tuple[str, ...]:
        """The files of one school."""
        return self._files[school]

    def data(self, name: str) -> Any:  # noqa: ANN401 - plain data; the models check it
        """The data of a file; a spreadsheet has the shape of a devices file.

        Raises:
            FileError: It cannot be read.
        """
        if name not in self._data:
            if name in self._unreadable:
                raise self._unreadable[name]
            text = decode(name, self._contents[name])
            self._data[name] = self._sheet(name, text) if name.endswith(".csv") else parse_yaml(name, text)
        return self._data[name]

    def _sheet(self, name: str, text: str) -> dict[str, Any]:
        sheet = spreadsheet.parse(name, text)
        self.sheet_issues += sheet.issues
        return {"devices": {row.name: row.entry for row in sheet.rows}}

    def remember(self) -> None:
        """Keep the data: all of it was found right."""
        if self._key and not self.known_right:
            cache.save(self._root, self._key, self._data)
