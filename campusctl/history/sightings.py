"""When each device answered last, and which ones wait for being switched on. Real and simulated ones are kept apart."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, or_, select

from campusctl.history.schema import devices, runs, seen
from campusctl.model.journal import DeviceState, PendingRow, SightingRow
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment

_ANSWERED: Final = frozenset({FaultKind.AUTH, FaultKind.REJECTED, FaultKind.MALFORMED, FaultKind.UNVERIFIED})
"""Faults of a device that is on: it said something."""
_WELL: Final = frozenset({OutcomeKind.OK, OutcomeKind.UNCHANGED})


def add_results(
    connection: Connection,
    run_id: str,
    results: Iterable[Assessment | Fault],
    schools: Mapping[str, str],
    now: datetime,
) -> None:
    """Remember who answered now, and of whom nothing is known that they were asked for."""
    answered, off = [], []
    for result in results:
        if isinstance(result, Assessment):
            answered.append((result.device, result.school))
        elif result.kind in _ANSWERED:
            answered.append((result.device, schools.get(result.device, "")))
        elif result.kind is FaultKind.OFF:
            off.append((result.device, schools.get(result.device, "")))
    _add(connection, run_id, answered, now, answered=True)
    _add(connection, run_id, off, now, answered=False)


def add_outcome(connection: Connection, run_id: str, outcome: Outcome, now: datetime) -> None:
    """A device whose change went well has answered."""
    if outcome.kind in _WELL:
        mine = (devices.c.run_id == run_id) & (devices.c.device == outcome.device)
        school = connection.execute(select(devices.c.school).where(mine)).scalar() or ""
        _add(connection, run_id, [(outcome.device, school)], now, answered=True)


def _add(connection: Connection, run_id: str, names: list[tuple[str, str]], now: datetime, *, answered: bool) -> None:
    if not names:
        return
    lab = bool(connection.execute(select(runs.c.lab).where(runs.c.id == run_id)).scalar())
    insert: Any = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert
    statement = insert(seen)
    key = ["device", "lab"]
    if answered:
        new = statement.excluded
        # A clock that was set back takes nothing away.
        later = or_(seen.c.at.is_(None), seen.c.at <= new.at)
        school = func.coalesce(func.nullif(new.school, ""), seen.c.school)
        values = {"at": new.at, "run_id": new.run_id, "school": school}
        statement = statement.on_conflict_do_update(index_elements=key, set_=values, where=later)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=key)
    told = {"lab": lab, "at": now if answered else None, "asked": now, "run_id": run_id if answered else ""}
    connection.execute(statement, [{**told, "device": device, "school": school} for device, school in names])


def last_seen(
    connection: Connection, school: str, wanted: Collection[str] | None, *, lab: bool
) -> Mapping[str, SightingRow]:
    """When each device answered last; one that was never asked for is left out."""
    query = _sightings(lab=lab)
    if school:
        query = query.where(seen.c.school == school)
    found = {row["device"]: SightingRow(**row) for row in connection.execute(query).mappings()}
    # Chosen here: a database takes only so many values in one question.
    return found if wanted is None else {device: found[device] for device in sorted({*wanted} & found.keys())}


def _sightings(*, lab: bool) -> Select[Any]:
    columns = (seen.c.device, seen.c.school, seen.c.at, seen.c.asked)
    return select(*columns).where(seen.c.lab == lab).order_by(seen.c.device)


def silent(connection: Connection, since: datetime, *, lab: bool) -> tuple[SightingRow, ...]:
    """Devices that have not answered since a moment, or never."""
    query = _sightings(lab=lab).where(or_(seen.c.at.is_(None), seen.c.at < since))
    return tuple(SightingRow(**row) for row in connection.execute(query).mappings())


def pending(connection: Connection, *, lab: bool) -> tuple[PendingRow, ...]:
    """Devices that a run left pending and that have not answered since, with the first such run."""
    same = and_(seen.c.device == devices.c.device, seen.c.lab == runs.c.lab)
    school = func.coalesce(func.nullif(devices.c.school, ""), seen.c.school, "")
    query = (
        select(devices.c.device, school.label("school"), devices.c.run_id, devices.c.ended.label("since"))
        .join(runs, runs.c.id == devices.c.run_id)
        .outerjoin(seen, same)
        .where(devices.c.state == str(DeviceState.PENDING), runs.c.lab == lab)
        .where(or_(seen.c.at.is_(None), seen.c.at < devices.c.ended))
        .order_by(devices.c.ended)
    )
    found: dict[str, PendingRow] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["device"], PendingRow(**row))
    return tuple(sorted(found.values(), key=lambda row: (row.school, row.device)))
