"""Files into a City: read behind the guard, checked against the models, all problems told at once."""

import gc
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from campusctl.errors import InventoryError, Problem, UnknownNameError
from campusctl.inventory import lines, naming, spreadsheet
from campusctl.inventory.check import city_issues, cross_issues, expired_issues
from campusctl.inventory.check_school import school_issues
from campusctl.inventory.city import City, School
from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.issue import FileError, Issue
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.translate import issues_of
from campusctl.model.frozen import Frozen
from campusctl.model.inventory import CityFile, Device, DevicesFile, Profile, SchoolFile
from campusctl.model.names import SCHOOL_ID, DeviceName

CITY: Final = "inventory/city.yml"
PROFILES: Final = "inventory/profiles"
SCHOOLS: Final = "inventory/schools"

_PLACE_FIELDS: Final = ("name", "device_class", "file")
_DEVICE_FILE: Final = re.compile(r"devices(-[a-z0-9-]+)?\.(yml|csv)")

Model = TypeVar("Model", bound=BaseModel)


def load_city(root: Path, schools: Sequence[str] | None = None) -> City:
    """The inventory, checked.

    Args:
        root: The workspace.
        schools: Ids (or short names) of the schools to load; None: all.

    Raises:
        InventoryError: There are problems; all of them are in it. An expired exception is none here.
        UnknownNameError: There is no such school.
    """
    city, issues = _load(root, schools)
    if issues or city is None:
        raise InventoryError(_problems(root, issues))
    return city


def check(root: Path, schools: Sequence[str] | None = None) -> tuple[Problem, ...]:
    """Every problem of the inventory, expired exceptions among them, in the order of files and lines.

    Raises:
        UnknownNameError: There is no such school.
    """
    city, issues = _load(root, schools)
    if city is not None:
        issues = [*issues, *expired_issues(city, datetime.now(tz=UTC).date())]
    return _problems(root, issues)


def school_ids(root: Path) -> tuple[str, ...]:
    """Ids of all schools of the workspace, sorted."""
    try:
        entries = sorted(os.scandir(root / SCHOOLS), key=lambda entry: entry.name)
    except OSError:
        return ()
    return tuple(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))


def inventory_files(root: Path, schools: Sequence[str] | None = None) -> tuple[str, ...]:
    """Every file the given schools stand on, relative to the workspace, in a fixed order.

    Raises:
        UnknownNameError: There is no such school.
    """
    chosen = _chosen(root, schools)
    return (
        CITY,
        *_listed(root, PROFILES),
        *(name for school in chosen for name in _listed(root, f"{SCHOOLS}/{school}")),
    )


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
            raise InventoryError(_problems(root, [error.issue])) from error
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _problems(root: Path, issues: Sequence[Issue]) -> tuple[Problem, ...]:
    return tuple(sorted({lines.problem(root, issue) for issue in issues}))


def _chosen(root: Path, schools: Sequence[str] | None) -> tuple[str, ...]:
    known = school_ids(root)
    if schools is None:
        return known
    return tuple(dict.fromkeys(_known_id(root, asked, known) for asked in schools))


def _known_id(root: Path, asked: str, known: Sequence[str]) -> str:
    if asked in known:
        return asked
    if not re.fullmatch(SCHOOL_ID, asked):
        raise UnknownNameError(f"`{asked}` is no school id", "a school id is a-z, 0-9 and hyphens, such as schule-042")
    for school in known:
        if asked == _short(root, school):
            return school
    hint = did_you_mean(asked, known) or f"schools are folders of {SCHOOLS}"
    raise UnknownNameError(f"no school `{asked}`", hint)


def _short(root: Path, school: str) -> str:
    try:
        names = CityFile.model_validate(_data(root, CITY)).naming
    except (FileError, ValidationError):
        return ""
    number = naming.school_number(names, school)
    return "" if number is None else naming.short_name(names, number)


def _load(root: Path, schools: Sequence[str] | None) -> tuple[City | None, list[Issue]]:
    chosen = _chosen(root, schools)
    with _no_garbage_collection():
        loader = _Loader(root)
        spec = loader.model(CITY, CityFile)
        profiles = dict(loader.profiles())
        if spec is None:
            return None, loader.issues
        loaded = {school: loader.school(spec, school) for school in chosen}
        city = City(spec, profiles, {name: school for name, school in loaded.items() if school})
        issues = [*loader.issues, *city_issues(city)]
        if not issues:
            # Cross-device rules on half-read files would only echo what is wrong already.
            issues = [*cross_issues(city)]
            issues += (issue for school in city.schools.values() for issue in school_issues(city, school))
    return city, issues


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Half the time of building 100,000 small values is the collector looking at them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _data(root: Path, name: str) -> Any:  # noqa: ANN401 - plain data; the models check it
    return parse_yaml(name, decode(name, read_bytes(root, name)))


def _listed(root: Path, folder: str) -> list[str]:
    """The files of a folder, sorted, those of its folder `devices` too."""
    found = []
    try:
        for entry in sorted(os.scandir(root / folder), key=lambda entry: entry.name):
            if entry.name == "devices" and entry.is_dir():
                found += _listed(root, f"{folder}/devices")
            elif entry.name.endswith((".yml", ".yaml", ".csv")) and not entry.name.startswith("."):
                found.append(f"{folder}/{entry.name}")
    except OSError:
        return []
    return found


class _Loader:
    """Reads files and remembers what is wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.issues: list[Issue] = []

    def model(self, name: str, model: type[Model]) -> Model | None:
        """One file as its model, or None with issues."""
        try:
            return model.model_validate(_data(self.root, name))
        except FileError as error:
            self.issues.append(error.issue)
        except ValidationError as error:
            self.issues += issues_of(name, model, error)
        return None

    def profiles(self) -> Iterator[tuple[str, Profile]]:
        """Every profile by the name of its file."""
        for name in _listed(self.root, PROFILES):
            if not name.endswith(".yml"):
                self.issues.append(_not_read(name, "profiles end in .yml"))
                continue
            profile = self.model(name, Profile)
            if profile:
                yield Path(name).stem, profile

    def school(self, city: CityFile, school: str) -> School | None:
        """One school with its devices, or None with issues."""
        folder = f"{SCHOOLS}/{school}"
        file = f"{folder}/school.yml"
        number = naming.school_number(city.naming, school)
        if number is None:
            hint = f"ids look like {city.naming.school} (naming.school in city.yml)"
            self.issues.append(Issue(folder, (), school, "the folder's name is no school id", hint))
        spec = self.model(file, SchoolFile)
        short = naming.short_name(city.naming, number or 0)
        devices: dict[str, Device] = {}
        for name in _listed(self.root, folder):
            if name != file:
                self._add_devices(city, folder, name, devices)
        return School(school, short, number or 0, file, spec, devices) if spec else None

    def _add_devices(self, city: CityFile, folder: str, name: str, devices: dict[str, Device]) -> None:
        short = name.removeprefix(f"{folder}/")
        if not (_DEVICE_FILE.fullmatch(short) or re.fullmatch(r"devices/[A-Za-z0-9_-]+\.(yml|csv)", short)):
            self.issues.append(_not_read(name, did_you_mean(short, ("school.yml", "devices.yml", "devices.csv"))))
            return
        for device in self._devices(city, name):
            other = devices.setdefault(device.name, device)
            if other is not device:
                what = f"the name stands in {other.file} too"
                self.issues.append(Issue(name, ("devices", device.name), device.name, what, "names are unique"))

    def _devices(self, city: CityFile, name: str) -> Iterator[Device]:
        try:
            raw = self._sheet(name) if name.endswith(".csv") else _data(self.root, name)
            yield from _built(city, name, raw)
        except FileError as error:
            self.issues.append(error.issue)
        except ValidationError as error:
            self.issues += issues_of(name, DevicesFile, error)

    def _sheet(self, name: str) -> dict[str, Any]:
        sheet = spreadsheet.parse(name, decode(name, read_bytes(self.root, name)))
        self.issues += sheet.issues
        return {"devices": {row.name: row.entry for row in sheet.rows}}


def _not_read(name: str, hint: str) -> Issue:
    return Issue(
        name, (), "", "this file is not read", hint or "a school has school.yml, devices*.yml and devices*.csv"
    )


def _built(city: CityFile, file: str, raw: Any) -> list[Device]:  # noqa: ANN401 - plain data; the models check it
    """The devices of a file.

    Raises:
        ValidationError: Of `DevicesFile`, whatever is wrong.
    """
    entries = raw.get("devices") if isinstance(raw, dict) and len(raw) == 1 else None
    if not isinstance(entries, dict) or not all(map(_plain_entry, entries.values())):
        DevicesFile.model_validate(raw)
        raise FileError(Issue(file, (), "", "has no devices", "it is a map `devices:` of names"))
    placed = {name: {**entry, **_place(city, file, name)} for name, entry in entries.items()}
    return list(_Placed.model_validate({"devices": placed}).devices.values())


def _plain_entry(entry: object) -> bool:
    return isinstance(entry, dict) and not any(name in entry for name in _PLACE_FIELDS)


def _place(city: CityFile, file: str, name: object) -> Mapping[str, Any]:
    parts = naming.name_parts(city.naming, name) if isinstance(name, str) else None
    return {"name": name, "file": file, "device_class": parts.device_class if parts else ""}


class _Placed(Frozen):
    """The devices of a file with their places."""

    devices: dict[DeviceName, Device]
    """Devices by name."""
