"""PCs that are off: whose change waits, who has not been seen for too long, and the words for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from campusctl.engine.presence import Absence, absence, absence_words, is_holiday
from campusctl.inventory.city import City
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve_pc import pc_settings
from campusctl.model.journal import PendingRow, SightingRow
from campusctl.model.outcome import Fault
from campusctl.words.language import N_
from campusctl.workflow.desk import Desk
from campusctl.workflow.running import Running
from campusctl.workflow.wake_names import is_pc, known_city
from campusctl.workflow.windows import calendar_of

if TYPE_CHECKING:
    from campusctl.history.store import Store

_NIGHT: Final = timedelta(days=1)
"""Nobody is overdue before that, so that of the others nothing must be looked up."""


@dataclass(frozen=True, slots=True)
class OverduePc:
    """A PC that has not answered for too long."""

    device: str
    """Device name."""
    school: str
    """School id."""
    seen: datetime | None
    """When it answered last (UTC); None: never."""
    days: int
    """Days since then, or since it was asked for first."""
    school_days: int
    """Those of them that were no holiday."""


class Absent(NamedTuple):
    """The PCs that are off and of interest."""

    pending: tuple[PendingRow, ...]
    """Their changes wait; by school and name."""
    overdue: tuple[OverduePc, ...]
    """They have not answered for too long; by school, in the order of the files."""
    note: str = ""
    """Why some may be missing or too many, one sentence of the catalogues; empty: none."""


def absent_pcs(desk: Desk, store: "Store") -> Absent:
    """Which changes wait for a PC that is off, and which PCs were not seen for too long. No device is contacted.

    A device that the inventory does not have any more is left out.

    Raises:
        JournalError: The history cannot be read.
    """
    waiting = store.pending(lab=desk.lab)
    silent = store.silent(desk.clock() - _NIGHT, lab=desk.lab)
    schools = sorted({*(row.school for row in waiting), *(row.school for row in silent)} - {""})
    if not schools:
        return Absent(waiting, ())
    city = known_city(desk.root, schools)
    if city is None:
        return Absent(waiting, (), N_("the inventory has problems, so PCs that are overdue are not listed"))
    known = {device.name for device in city.devices()}
    seen = {row.device: row for row in silent}
    late = tuple(_overdue(desk, city, seen))
    return Absent(tuple(row for row in waiting if row.device in known), late)


def _overdue(desk: Desk, city: City, seen: Mapping[str, SightingRow]) -> Iterator[OverduePc]:
    names = [device.name for device in city.devices() if device.name in seen and is_pc(city, device)]
    for name, found in absences(desk, city, {name: seen[name] for name in names}).items():
        if found.overdue:
            yield OverduePc(name, city.school_of(name).id, found.seen, found.days, found.school_days)


def absences(desk: Desk, city: City, seen: Mapping[str, SightingRow | None]) -> Mapping[str, Absence]:
    """How long PCs have not answered, and whether that is longer than the inventory allows (`pc.overdue_days`).

    Args:
        desk: The workspace.
        city: With the PCs' schools loaded.
        seen: When each answered last; None: it was never asked for before.
    """
    now, found = desk.clock(), {}
    calendars = {school.id: calendar_of(desk.root, city, school) for school in city.schools.values()}
    # Hundreds of PCs ask for the same days.
    holidays = {school: lru_cache(400)(partial(is_holiday, calendar)) for school, calendar in calendars.items()}
    for name, row in seen.items():
        school = city.school_of(name)
        limit = pc_settings(city, school, school.devices[name]).pc.overdue_days
        at, asked = (row.at, row.asked) if row else (None, None)
        found[name] = absence(at, limit, now, holidays[school.id], calendars[school.id].zone, asked=asked)
    return found


def off_since(run: Running, faults: Sequence[Fault], schools: Mapping[str, str]) -> dict[str, Fault]:
    """Faults of PCs that are off, each saying since when: `off (seen last 2026-11-12)`, `overdue: never seen`.

    Args:
        run: The run that met them; what cannot be looked up in its history stays as it is.
        faults: Of PCs that are off.
        schools: School by device.
    """
    seen = run.last_seen([fault.device for fault in faults]) if faults else None
    if seen is None:
        return {}
    city = load_city(run.desk.root, sorted({schools[fault.device] for fault in faults}))
    # A plan may be about an inventory that is not written yet: what has a new name there was never asked for.
    known = {name for school in city.schools.values() for name in school.devices}
    faults = [fault for fault in faults if fault.device in known]
    found = absences(run.desk, city, {fault.device: seen.get(fault.device) for fault in faults})
    words = {name: absence_words(told) for name, told in found.items()}
    return {fault.device: fault.model_copy(update={"what": words[fault.device]}) for fault in faults}
