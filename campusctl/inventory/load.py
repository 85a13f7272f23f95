"""Files into a City: read behind the guard, checked against the models, all problems told at once."""

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from campusctl.errors import InventoryError, Problem, UnknownNameError
from campusctl.inventory import lines, naming
from campusctl.inventory.check import city_issues, cross_issues, expired_issues, notes, profile_issues
from campusctl.inventory.check_appliances import appliance_profile_issues, shared_policy_issues
from campusctl.inventory.check_calendar import city_calendar_issues
from campusctl.inventory.check_pc import pc_profile_issues
from campusctl.inventory.check_school import school_issues
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import MAX_DEVICES, FileError, Issue, too_many
from campusctl.inventory.mend import mended
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.public_holidays import unknown_place
from campusctl.inventory.source import CITY, SCHOOLS, Source, chosen, inventory_digest, inventory_files, school_ids
from campusctl.inventory.source import short_names as _short_names
from campusctl.inventory.translate import issues_of
from campusctl.model.frozen import Frozen
from campusctl.model.inventory import CityFile, Device, DevicesFile, Profile, SchoolFile
from campusctl.model.names import DeviceName
from campusctl.model.sentence import sentence

__all__ = [
    "Report",
    "check",
    "expired_exceptions",
    "inventory_digest",
    "inventory_files",
    "load_city",
    "load_for",
    "school_ids",
    "validate",
]

_FEW: Final = 8
_lately: Final[dict[object, City]] = {}
"""Small inventories that this process found right, by what it read: one command often asks several times."""

_PLACE_FIELDS: Final = ("name", "device_class", "file")
_DEVICE_FILE: Final = re.compile(r"devices(-[A-Za-z0-9_-]+)?\.(yml|csv)|devices/[A-Za-z0-9_-]+\.(yml|csv)")

Model = TypeVar("Model", bound=BaseModel)


class Report(NamedTuple):
    """What `validate` found."""

    problems: tuple[Problem, ...]
    """Everything that is wrong, in the order of files and lines."""
    notes: tuple[Problem, ...]
    """What is allowed and should not stay."""
    schools: int
    """Schools that were read."""
    devices: int
    """Their devices."""
    switches: int
    """The switches among them."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""

        def plain(problem: Problem) -> dict[str, Any]:
            return {name: getattr(problem, name) for name in ("file", "line", "where", "what", "hint")}

        return {
            "problems": [plain(problem) for problem in self.problems],
            "notes": [plain(problem) for problem in self.notes],
            "schools": self.schools,
            "devices": self.devices,
            "switches": self.switches,
        }


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


def load_as_it_is(root: Path, schools: Sequence[str] | None = None) -> City | None:
    """The inventory as far as it can be read, whatever is wrong with it; for who is about to mend it. None: not at all.

    Raises:
        UnknownNameError: There is no such school.
    """
    return _load(root, schools)[0]


def school_in_name(root: Path, device: str) -> str:
    """The school that a device's name says, whether or not there is such a device.

    Raises:
        UnknownNameError: The name is about no school; knows what was probably meant.
    """
    shorts = _short_names(root, school_ids(root))
    short = device.partition("-")[0]
    if short not in shorts:
        near = did_you_mean(short, shorts) or sentence(
            "a device's name begins with its school's, such as {example}", example=next(iter(shorts), "")
        )
        raise UnknownNameError(sentence("`{device}` is about no school", device=device), near)
    return shorts[short]


def load_for(root: Path, name: str) -> City:
    """The one school that a school's or a device's name is about.

    Raises:
        InventoryError: That school has problems.
        UnknownNameError: The name is about no school; knows what was probably meant.
    """
    known = school_ids(root)
    if name in known:
        return load_city(root, [name])
    shorts = _short_names(root, known)
    short = name.partition("-")[0]
    if short in shorts:
        return load_city(root, [shorts[short]])
    near = did_you_mean(name, known) or did_you_mean(short, shorts)
    hint = near or sentence("schools are the folders of {folder}", folder=SCHOOLS)
    raise UnknownNameError(sentence("no school or device `{name}`", name=name), hint)


def check(root: Path, schools: Sequence[str] | None = None) -> tuple[Problem, ...]:
    """Every problem of the inventory, expired exceptions among them, in the order of files and lines.

    Raises:
        UnknownNameError: There is no such school.
    """
    return validate(root, schools).problems


def validate(root: Path, schools: Sequence[str] | None = None) -> Report:
    """Everything there is to say about the inventory.

    Raises:
        UnknownNameError: There is no such school.
    """
    city, issues = _load(root, schools)
    if city is None:
        return Report(_problems(root, issues), (), 0, 0, 0)
    found = _problems(root, [*issues, *expired_issues(city, _today()), *unknown_place(city.spec.calendar)])
    told = () if issues else _problems(root, [*notes(city)])
    devices = sum(len(school.devices) for school in city.schools.values())
    switches = sum(len(school.switches) for school in city.schools.values())
    return Report(found, told, len(city.schools), devices, switches)


def expired_exceptions(root: Path, city: City) -> tuple[Problem, ...]:
    """Exceptions of the loaded schools that have ended; they stay in force until somebody decides."""
    return _problems(root, [*expired_issues(city, _today())])


def _today() -> date:
    return datetime.now(tz=UTC).astimezone().date()


def _problems(root: Path, issues: Sequence[Issue]) -> tuple[Problem, ...]:
    return tuple(sorted(set(lines.problems(root, issues))))


def _load(root: Path, schools: Sequence[str] | None) -> tuple[City | None, list[Issue]]:
    wanted = chosen(root, schools)
    with _no_garbage_collection():
        source = Source(root, wanted)
        if source.content in _lately:
            return replace(_lately[source.content]), []
        loader = _Loader(source)
        found = loader.model(CITY, CityFile)
        spec = found or _BARE_CITY
        profiles = dict(loader.profiles())
        city, bad = _with_sound_profiles(spec, profiles, broken=loader.broken_profiles)
        loader.issues += bad if found else ()
        loaded = {school: loader.school(spec, school) for school in wanted}
        city = replace(city, schools={name: school for name, school in loaded.items() if school})
        issues = [*loader.issues, *source.sheet_issues]
        if found is None:
            # Without the city's lists every rule but these would only echo.
            return None, [*issues, *cross_issues(city)]
        if not source.known_right:
            issues += [*city_issues(city), *city_calendar_issues(city), *cross_issues(city)]
            issues += shared_policy_issues(city)
            issues += (issue for school in city.schools.values() for issue in school_issues(city, school))
            if not issues:
                source.remember()
        if source.content and not issues:
            _lately[source.content] = city
            for old in list(_lately)[:-_FEW]:
                _lately.pop(old, None)
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


def _with_sound_profiles(
    spec: CityFile, profiles: Mapping[str, Profile], *, broken: frozenset[str]
) -> tuple[City, list[Issue]]:
    """A city without schools that knows only profiles that make sense, and what is wrong with the others."""
    city = City(spec, profiles, {})
    issues = {
        name: [
            *profile_issues(city, name, profile),
            *pc_profile_issues(city, name, profile),
            *appliance_profile_issues(city, name, profile),
        ]
        for name, profile in profiles.items()
    }
    bad = broken | {name for name, found in issues.items() if found}
    sound = {name: profile for name, profile in profiles.items() if name not in bad}
    return City(spec, sound, {}, bad), [issue for found in issues.values() for issue in found]


class _Read(NamedTuple):
    """What a devices file gave."""

    devices: Sequence[Device]
    """Those that make sense."""
    broken: frozenset[str]
    """Names of the others."""
    complete: bool
    """Every name of the file is known."""
    mended: tuple[Device, ...] = ()
    """The broken ones without what is wrong in them."""


_BARE_CITY: Final = CityFile(name="unknown", vlans={}, roles={}, classes={})
"""Stands in for a city.yml that cannot be read, so that the other files are looked at."""


class _Loader:
    """Makes models of files and remembers what is wrong with them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.issues: list[Issue] = []
        self.broken_profiles: frozenset[str] = frozenset()

    def model(self, name: str, model: type[Model]) -> Model | None:
        """One file as its model, or None with issues."""
        try:
            data = self._source.data(name)
            return model.model_validate({} if data is None else data)
        except FileError as error:
            self.issues += error.issues
        except ValidationError as error:
            self.issues += issues_of(name, model, error)
        return None

    def profiles(self) -> Iterator[tuple[str, Profile]]:
        """Every profile by the name of its file."""
        for name in self._source.profiles():
            if not name.endswith(".yml"):
                self.issues.append(_not_read(name, sentence("profiles end in .yml")))
                continue
            profile = self.model(name, Profile)
            if profile:
                yield Path(name).stem, profile
            else:
                self.broken_profiles |= {Path(name).stem}

    def school(self, city: CityFile, school: str) -> School | None:
        """One school with its devices, or None with issues."""
        folder = f"{SCHOOLS}/{school}"
        file = f"{folder}/school.yml"
        number = naming.school_number(city.naming, school)
        if number is None:
            hint = sentence("ids look like {scheme} (naming.school in city.yml)", scheme=city.naming.school)
            self.issues.append(Issue(folder, (), school, sentence("the folder's name is no school id"), hint))
        spec, sound = self._school_file(file)
        devices: dict[str, Device] = {}
        broken: set[str] = set()
        mended_ones: tuple[Device, ...] = ()
        complete = True
        for name in self._source.files_of(school):
            if name != file:
                read = self._devices(city, folder, name)
                self._add(devices, read.devices)
                broken |= read.broken
                mended_ones += read.mended
                complete = complete and read.complete
        short = naming.short_name(city.naming, number or 0)
        if spec is None:
            return None
        return School(school, short, number or 0, file, spec, devices, frozenset(broken), mended_ones, complete, sound)

    def _school_file(self, file: str) -> tuple[SchoolFile | None, bool]:
        """A school.yml, if need be without what is wrong in it; and whether it is as it stands."""
        found = self.model(file, SchoolFile)
        if found:
            return found, True
        try:
            data = self._source.data(file)
            SchoolFile.model_validate(data)
        except FileError:
            return None, False
        except ValidationError as error:
            return mended(SchoolFile, data, error), False
        return None, False

    def _add(self, devices: dict[str, Device], more: Sequence[Device]) -> None:
        for device in more:
            other = devices.setdefault(device.name, device)
            if other is not device:
                what = sentence("the name stands in {file} too", file=other.file)
                self.issues.append(
                    Issue(device.file, ("devices", device.name), device.name, what, sentence("names are unique"))
                )

    def _devices(self, city: CityFile, folder: str, name: str) -> _Read:
        short = name.removeprefix(f"{folder}/")
        if not _DEVICE_FILE.fullmatch(short):
            near = sentence("rename it to .yml") if short.endswith(".yaml") else did_you_mean(short, _SCHOOL_FILES)
            self.issues.append(_not_read(name, near))
            return _Read((), frozenset(), complete=False)
        try:
            raw = self._source.data(name)
            return _Read(_built(city, name, raw), frozenset(), complete=True)
        except FileError as error:
            self.issues += error.issues
        except ValidationError:
            return self._sound_ones(city, name, raw)
        return _Read((), frozenset(), complete=False)

    def _sound_ones(self, city: CityFile, name: str, raw: Any) -> _Read:  # noqa: ANN401 - see _built
        """The devices of a file that make sense, one by one, and issues for the others."""
        entries = raw.get("devices") if isinstance(raw, dict) else None
        if not isinstance(entries, dict) or len(raw) != 1:
            self._complain(name, raw)
            return _Read((), frozenset(), complete=False)
        found: list[Device] = []
        broken: set[str] = set()
        rest: list[Device] = []
        for key, entry in entries.items():
            try:
                found += _built(city, name, {"devices": {key: entry}})
            except ValidationError:
                broken.add(str(key))
                self._complain(name, {"devices": {key: entry}})
                rest += _mended(city, name, key, entry)
        return _Read(tuple(found), frozenset(broken), complete=True, mended=tuple(rest))

    def _complain(self, name: str, raw: Any) -> None:  # noqa: ANN401 - see _built
        try:
            DevicesFile.model_validate({} if raw is None else raw)
        except ValidationError as error:
            self.issues += issues_of(name, DevicesFile, error)


_SCHOOL_FILES: Final = ("school.yml", "devices.yml", "devices.csv")


def _not_read(name: str, hint: str) -> Issue:
    return Issue(
        name,
        (),
        "",
        sentence("this file is not read"),
        hint or sentence("a school has school.yml, devices*.yml and devices*.csv"),
    )


def _built(city: CityFile, file: str, raw: Any) -> list[Device]:  # noqa: ANN401 - plain data; the models check it
    """The devices of a file.

    Raises:
        ValidationError: Of `DevicesFile`, whatever is wrong.
    """
    entries = raw.get("devices") if isinstance(raw, dict) and len(raw) == 1 else None
    if isinstance(entries, dict) and len(entries) > MAX_DEVICES:
        raise FileError(too_many(file))
    if not isinstance(entries, dict) or not all(map(_plain_entry, entries.values())):
        DevicesFile.model_validate({} if raw is None else raw)
        raise FileError(Issue(file, (), "", sentence("has no devices"), sentence("it is a map `devices:` of names")))
    placed = {name: {**entry, **_place(city, file, name)} for name, entry in entries.items()}
    return list(_Placed.model_validate({"devices": placed}).devices.values())


def _mended(city: CityFile, file: str, name: object, entry: Any) -> Iterator[Device]:  # noqa: ANN401 - see _built
    """A device that makes no sense without what is wrong in it, if that leaves one."""
    if not _plain_entry(entry):
        return
    placed = {"devices": {name: {**entry, **_place(city, file, name)}}}
    try:
        _Placed.model_validate(placed)
    except ValidationError as error:
        found = mended(_Placed, placed, error)
        yield from found.devices.values() if found else ()


def _plain_entry(entry: object) -> bool:
    return isinstance(entry, dict) and not any(name in entry for name in _PLACE_FIELDS)


def _place(city: CityFile, file: str, name: object) -> Mapping[str, Any]:
    parts = naming.name_parts(city.naming, name) if isinstance(name, str) else None
    return {"name": name, "file": file, "device_class": parts.device_class if parts else ""}


class _Placed(Frozen):
    """The devices of a file with their places."""

    devices: dict[DeviceName, Device]
    """Devices by name."""
