"""Runs as they are shown: lists, one with its devices, and those that nobody ended."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, exists, func, or_, select

from campusctl.errors import UnknownNameError
from campusctl.history.process import Process, is_alive, is_here
from campusctl.history.schema import devices, leases, run_schools, runs, steps, storable
from campusctl.model.frozen import Frozen
from campusctl.model.journal import CHANGING, DeviceRow, DeviceState, RunDetail, RunRow, StepRow
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change
from campusctl.model.run import RunInfo, RunKind, RunState
from campusctl.model.sentence import sentence

_LONGEST_RUN: Final = timedelta(days=1)
"""After so long a run of another host that holds no lease is taken for dead."""

_CHANGING: Final = tuple(sorted(str(kind) for kind in CHANGING))

Model = TypeVar("Model", bound=Frozen)


class Wanted(NamedTuple):
    """Which runs are asked for; what is empty does not matter."""

    school: str
    device: str
    kind: RunKind | None
    limit: int


def listed(connection: Connection, wanted: Wanted, now: datetime) -> tuple[RunRow, ...]:
    """Runs, newest first."""
    query = select(runs).order_by(runs.c.started.desc(), runs.c.id).limit(wanted.limit)
    if wanted.school:
        query = query.where(exists().where(run_schools.c.run_id == runs.c.id, run_schools.c.school == wanted.school))
    if wanted.device:
        query = query.where(exists().where(devices.c.run_id == runs.c.id, devices.c.device == wanted.device))
    if wanted.kind:
        query = query.where(runs.c.kind == str(wanted.kind))
    return _rows(connection, query, now)


def one(connection: Connection, named: str, now: datetime) -> RunDetail:
    """The run with this id, or the only one whose id begins so.

    Raises:
        UnknownNameError: There is none, or several.
    """
    # Not LIKE: SQLite's takes A for a.
    begins = func.substr(runs.c.id, 1, len(storable(named))) == storable(named)
    query = select(runs).where(begins).order_by(runs.c.started.desc()).limit(20)
    found = connection.execute(query).mappings().all()
    exact = [row for row in found if row["id"] == named]
    if not named or not found:
        raise UnknownNameError(sentence("no run {id}", id=named), _known(connection, named))
    if len(found) > 1 and not exact:
        ids = ", ".join(row["id"] for row in found)
        raise UnknownNameError(
            sentence("several runs begin with {id}", id=named), sentence("which one? {ids}", ids=ids)
        )
    return _details(connection, select(runs).where(runs.c.id == (exact or found)[0]["id"]), now)[0]


def _known(connection: Connection, named: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for who mistyped

    ids = connection.execute(select(runs.c.id).order_by(runs.c.started.desc()).limit(2000)).scalars().all()
    near = get_close_matches(named.lower(), ids, n=3, cutoff=0.6)
    if near:
        return sentence("did you mean {names}?", names=", ".join(near))
    return sentence("`campusctl history` lists the runs")


def unfinished(connection: Connection, now: datetime) -> tuple[RunDetail, ...]:
    """Runs that are over and left a device half-way, or were killed before they had begun with all."""
    query = select(runs).where(is_unfinished()).order_by(runs.c.started)
    return tuple(found for found in _details(connection, query, now) if not found.alive)


def at_work(connection: Connection, before: datetime, now: datetime) -> tuple[str, ...]:
    """Ids of runs that began so long ago and are at work all the same."""
    query = select(runs).where(runs.c.state == str(RunState.RUNNING), runs.c.started < before)
    return tuple(row.info.id for row in _rows(connection, query, now) if row.alive)


def is_unfinished() -> ColumnElement[bool]:
    """A run with a device whose change began, or would have begun but for its death, and that nobody settled since.

    Settled is a device that a later run brought to a good end: only that says what it is like.
    """
    half = or_(
        devices.c.state == str(DeviceState.BEGUN),
        and_(devices.c.state == str(DeviceState.PLANNED), runs.c.state == str(RunState.RUNNING)),
    )
    found = select(devices.c.device).where(devices.c.run_id == runs.c.id, half, ~_settled())
    return and_(runs.c.kind.in_(_CHANGING), found.correlate(runs).exists())


def _settled() -> ColumnElement[bool]:
    later, after = devices.alias(), runs.alias()
    afterwards = later.c.ended > func.coalesce(devices.c.began, runs.c.started)
    return (
        select(later.c.device)
        .join(after, after.c.id == later.c.run_id)
        .where(later.c.device == devices.c.device, later.c.state == str(DeviceState.DONE))
        # A run that resumes or reverts this one comes after it, whatever the clock says.
        .where(or_(afterwards, after.c.parent == runs.c.id), after.c.id != runs.c.id)
        .where(after.c.lab == runs.c.lab, after.c.kind.in_(_CHANGING))
        .correlate(devices, runs)
        .exists()
    )


def last_change(connection: Connection, device: str, now: datetime) -> tuple[RunRow, DeviceRow] | None:
    """The newest run that began to change a device, and what it did to it."""
    query = (
        select(runs)
        .join(devices, devices.c.run_id == runs.c.id)
        .where(devices.c.device == device, devices.c.began.is_not(None))
        .where(runs.c.kind.in_(_CHANGING))
        .order_by(devices.c.began.desc())
        .limit(1)
    )
    found = _rows(connection, query, now)
    if not found:
        return None
    rows = _device_rows(connection, [found[0].info.id], device)
    return found[0], rows[found[0].info.id][0]


def _rows(connection: Connection, query: Select[Any], now: datetime) -> tuple[RunRow, ...]:
    return tuple(RunRow(**fields) for fields in _fields(connection, query, now))


def _details(connection: Connection, query: Select[Any], now: datetime) -> tuple[RunDetail, ...]:
    found = _fields(connection, query, now)
    rows = _device_rows(connection, [fields["info"].id for fields in found])
    return tuple(RunDetail(**fields, devices=tuple(rows.get(fields["info"].id, ()))) for fields in found)


def _fields(connection: Connection, query: Select[Any], now: datetime) -> list[dict[str, Any]]:
    found = connection.execute(query).mappings().all()
    ids = [row["id"] for row in found]
    schools, counts = _schools(connection, ids), _counts(connection, ids)
    leased = set(connection.execute(select(leases.c.run_id).where(leases.c.expires > now)).scalars())
    return [
        {
            "info": _info(row, schools.get(row["id"], ())),
            "alive": _alive(row, now, leased=row["id"] in leased),
            "counts": counts.get(row["id"], {}),
            **{name: row[name] for name in ("state", "finished", "exit_code", "note")},
        }
        for row in found
    ]


def _info(row: RowMapping, schools: Sequence[str]) -> RunInfo:
    fields = {name: row[name] for name in RunInfo.model_fields if name != "schools"}
    return RunInfo(**fields, schools=tuple(schools))


def _schools(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = select(run_schools).where(run_schools.c.run_id.in_(ids)).order_by(run_schools.c.school)
    for run_id, school in connection.execute(query):
        found.setdefault(run_id, []).append(school)
    return found


def _counts(connection: Connection, ids: Sequence[str]) -> dict[str, dict[DeviceState, int]]:
    found: dict[str, dict[DeviceState, int]] = {}
    query = (
        select(devices.c.run_id, devices.c.state, func.count())
        .where(devices.c.run_id.in_(ids))
        .group_by(devices.c.run_id, devices.c.state)
    )
    for run_id, state, count in connection.execute(query):
        found.setdefault(run_id, {})[DeviceState(state)] = count
    return found


def _alive(row: RowMapping, now: datetime, *, leased: bool) -> bool:
    if row["state"] != RunState.RUNNING:
        return False
    process = Process(row["host"], row["pid"], row["boot_id"], row["process_start"])
    if is_here(process):
        return is_alive(process)
    changing = row["kind"] in CHANGING
    return leased or (not changing and row["started"] > now - _LONGEST_RUN)


def _device_rows(connection: Connection, ids: Sequence[str], device: str = "") -> dict[str, list[DeviceRow]]:
    chosen: ColumnElement[bool] = devices.c.run_id.in_(ids)
    if device:
        chosen = and_(chosen, devices.c.device == device)
    told = _steps(connection, ids, device)
    found: dict[str, list[DeviceRow]] = {}
    for row in connection.execute(select(devices).where(chosen).order_by(devices.c.device)).mappings():
        key = (row["run_id"], row["device"])
        found.setdefault(row["run_id"], []).append(_device(row, told.get(key, ())))
    return found


def _steps(connection: Connection, ids: Sequence[str], device: str) -> dict[tuple[str, str], list[StepRow]]:
    query = select(steps).where(steps.c.run_id.in_(ids)).order_by(steps.c.number)
    if device:
        query = query.where(steps.c.device == device)
    found: dict[tuple[str, str], list[StepRow]] = {}
    for row in connection.execute(query).mappings():
        fields = {name: row[name] for name in StepRow.model_fields}
        found.setdefault((row["run_id"], row["device"]), []).append(StepRow(**fields))
    return found


def _device(row: RowMapping, told: Iterable[StepRow]) -> DeviceRow:
    unreadable: list[str] = []

    def parsed(name: str, model: type[Model]) -> Model | None:
        if row[name] is None:
            return None
        try:
            return model.model_validate_json(row[name])
        except ValidationError:
            unreadable.append(name)
            return None

    change = parsed("change", Change)
    return DeviceRow(
        **{name: row[name] for name in ("device", "school", "state", "began", "ended")},
        change=change,
        assessment=parsed("assessment", Assessment) or (change.assessment if change else None),
        before_text=row["before_text"] or "",
        outcome=parsed("outcome", Outcome),
        fault=parsed("fault", Fault),
        steps=tuple(told),
        unreadable=tuple(unreadable),
    )


def names(connection: Connection) -> tuple[frozenset[str], frozenset[str]]:
    """Every school and every device that the journal knows."""
    schools, known = select(run_schools.c.school).distinct(), select(devices.c.device).distinct()
    return frozenset(connection.execute(schools).scalars()), frozenset(connection.execute(known).scalars())
