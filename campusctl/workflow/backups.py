"""Backups: what a run has read is kept; what was kept is shown; what Oxidized kept becomes the baseline."""

import getpass
import socket
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from campusctl import workspace
from campusctl.backups.repository import Backups, Kept, Place
from campusctl.backups.versions import Version
from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.appliances import KINDS
from campusctl.inventory.load import load_city, load_for
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.zone import city_zone
from campusctl.lab.secrets import lab_dir
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, Target
from campusctl.model.run import Step
from campusctl.workflow.choosing import SWITCH, Choice
from campusctl.workflow.corridor import targets
from campusctl.workflow.desk import Desk

_FEW: Final = 4
"""Schools that a commit names; more are counted."""


class Collector:
    """Gathers the configurations that a run reads; the last one of each device counts. See `campusctl.ports.Record`."""

    def __init__(self) -> None:
        self._texts: dict[Place, str] = {}
        self._lock = threading.Lock()

    def step(self, step: Step) -> None:
        """Reading needs no journal."""

    def config(self, school: str, device: str, text: str) -> None:
        """Remember a text, secrets masked."""
        with self._lock:
            self._texts[school, device] = text

    @property
    def texts(self) -> Mapping[Place, str]:
        """By school and device, as far as they were read."""
        with self._lock:
            return dict(self._texts)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup did."""

    kept: Kept
    """What differed from the last backup."""
    read: tuple[Place, ...]
    """School and device of everything that was read, in order."""
    drivers: tuple[str, ...]
    """The driver of each of these."""
    faults: tuple[Fault, ...]
    """Devices that could not be read."""
    off: tuple[Fault, ...]
    """Devices that are switched off, which is no failure."""
    folder: Path
    """The repository's folder."""


def backups_of(desk: Desk) -> Backups:
    """The workspace's repository; simulated switches have one of their own, lest one is taken for a real one."""
    folder = lab_dir(desk.root) if desk.lab else workspace.state_dir(desk.root)
    return Backups(folder / "backups")


class Gathered(Protocol):
    """Whoever has configurations to keep."""

    @property
    def texts(self) -> Mapping[Place, str]:
        """By school and device, secrets masked."""
        ...


def keep(desk: Desk, gathered: Gathered, message: str) -> Kept:
    """Keep everything that a run has read, in one commit.

    Args:
        desk: The workspace.
        gathered: What was read.
        message: What the run did, such as `drift schule-042`; one line.

    Raises:
        BackupError: It could not be kept; the devices are as they are.
    """
    return backups_of(desk).keep(gathered.texts, message, author(), datetime.now(UTC))


def author() -> str:
    """Who runs this, as Git wants it: `name <name@host>`."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return f"{name} <{name}@{socket.gethostname()}>"


def backup(
    desk: Desk, schools: Sequence[str] | None, device: str | None, emit: Emit, ready: Callable[[int], None]
) -> BackupReport:
    """Read the devices of schools that have a configuration or settings, and keep these; writes nothing to any device.

    Args:
        desk: The workspace.
        schools: School ids; None: every school.
        device: Only this one; None: every switch, printer, print server, projector and board.
        emit: Told of every step.
        ready: Told how many devices will be read, before the first one is.

    Raises:
        BackupError: What was read could not be kept.
    """
    city = load_city(desk.root, schools)
    wanted = targets(desk, city, Choice(device=device or "", drivers=(SWITCH, *KINDS)))
    # Miss a switch's secret before the first one is contacted; an appliance without its own stops nobody.
    switches = (target for target in wanted if target.driver == SWITCH)
    desk.secrets.resolve(sorted({ref for target in switches for ref in target.secret_refs}))
    ready(len(wanted))
    collector = Collector()
    found: dict[str, Assessment | Fault] = {}
    try:
        found.update((result.device, result) for result in desk.driver(record=collector).assess(wanted, emit))
    finally:
        # Also what was read before Ctrl-C.
        kept = keep(desk, collector, f"backup {device or _named(tuple(city.schools))}")
    texts = collector.texts
    read = tuple(target for target in wanted if (target.school, target.device) in texts)
    places, drivers = tuple((one.school, one.device) for one in read), tuple(one.driver for one in read)
    unread = _faults(wanted, found, texts)
    off = tuple(fault for fault in unread if fault.kind is FaultKind.OFF)
    faults = tuple(fault for fault in unread if fault.kind is not FaultKind.OFF)
    return BackupReport(kept, places, drivers, faults, off, backups_of(desk).root)


def _named(schools: Sequence[str]) -> str:
    return ", ".join(schools) if len(schools) <= _FEW else f"{len(schools)} schools"


def _faults(
    wanted: Iterable[Target], found: Mapping[str, Assessment | Fault], texts: Mapping[Place, str]
) -> tuple[Fault, ...]:
    """What kept a device from being read; one that was read, and differs in a way we refuse, is no trouble here."""
    unread = (found[target.device] for target in wanted if (target.school, target.device) not in texts)
    return tuple(result for result in unread if isinstance(result, Fault))


def place_of(desk: Desk, name: str) -> Place:
    """School and device that a name means: `s042-a1-sw01`, or `schule-042/s042-a1-sw01`.

    Raises:
        UnknownNameError: Nothing was kept under that name; knows what was probably meant.
    """
    kept = backups_of(desk).devices()
    found = [place for place in kept if name in (place[1], "/".join(place))]
    if len(found) == 1:
        return found[0]
    if found:
        with suppress(CampusError):
            return load_for(desk.root, name).school_of(name).id, name
        raise UnknownNameError(
            f"several schools had a {name}", f"say {' or '.join('/'.join(place) for place in found)}"
        )
    raise UnknownNameError(f"no backup of `{name}`", _how_to_get(desk, name, [device for _, device in kept]))


def _how_to_get(desk: Desk, name: str, kept: Sequence[str]) -> str:
    """What helps somebody for whose device there is no backup."""
    with suppress(CampusError):
        school = load_for(desk.root, name).school_of(name)
        return f"campusctl backup {school.id} --device {name}"
    return did_you_mean(name, kept) or "campusctl backup SCHOOL makes some"


def log(desk: Desk, name: str, limit: int | None) -> tuple[Place, tuple[Version, ...]]:
    """Versions of a device's configuration, newest first.

    Raises:
        UnknownNameError: There are none.
    """
    place = place_of(desk, name)
    return place, backups_of(desk).log(*place, limit)


def show(desk: Desk, name: str, rev: str) -> tuple[Place, Version, str]:
    """A version of a device's configuration, secrets masked.

    Raises:
        UnknownNameError: There is none.
    """
    place, backups, city = place_of(desk, name), backups_of(desk), city_zone(desk.root)
    version = backups.at(*place, rev, zone=city)
    return place, version, backups.show(*place, version.commit)


def diff(desk: Desk, name: str, old: str, new: str) -> tuple[Place, str]:
    """What differs between two versions, as a unified diff.

    Raises:
        UnknownNameError: There is no such version.
    """
    place = place_of(desk, name)
    return place, backups_of(desk).diff(*place, old, new, zone=city_zone(desk.root))
