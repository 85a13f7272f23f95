"""Runs, their devices and steps: written before anything is done, and after."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Insert, select, update

from campusctl.errors import JournalError
from campusctl.history import sightings
from campusctl.history.schema import devices, run_schools, runs, steps
from campusctl.model.frozen import Frozen
from campusctl.model.journal import DeviceState
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change
from campusctl.model.run import RunInfo, RunState, Step, StepKind

_ENDS: Final = {
    OutcomeKind.OK: DeviceState.DONE,
    OutcomeKind.UNCHANGED: DeviceState.DONE,
    OutcomeKind.FAILED: DeviceState.FAILED,
    OutcomeKind.SKIPPED: DeviceState.SKIPPED,
}


def begin(connection: Connection, info: RunInfo) -> None:
    """Write down that a run begins."""
    fields = info.model_dump(exclude={"schools"})
    connection.execute(runs.insert().values({**fields, "kind": str(info.kind), "state": str(RunState.RUNNING)}))
    if info.schools:
        connection.execute(
            run_schools.insert(), [{"run_id": info.id, "school": school} for school in sorted(set(info.schools))]
        )


class Ending(NamedTuple):
    """How a run ended."""

    state: RunState
    exit_code: int
    note: str


def finish(connection: Connection, run_id: str, ending: Ending, now: datetime) -> None:
    """Write down how a run ended, or was settled later.

    Raises:
        JournalError: There is no such run.
    """
    values = {**ending._asdict(), "state": str(ending.state), "finished": now}
    done = connection.execute(update(runs).where(runs.c.id == run_id).values(values))
    if not done.rowcount:
        raise _unknown(run_id)


def _unknown(run_id: str) -> JournalError:
    return JournalError(f"the journal knows no run {run_id}", "was it pruned? `campusctl history` lists the runs")


def add_results(
    connection: Connection,
    run_id: str,
    results: Iterable[Assessment | Fault],
    schools: Mapping[str, str],
    now: datetime,
) -> None:
    """Write down what was read, of any number of devices, and which of them answered."""
    found = tuple(results)
    _upsert(
        connection, [_result(run_id, result, schools, now) for result in found],
        ("school", "state", "assessment", "fault", "ended"),
    )  # fmt: skip
    sightings.add_results(connection, run_id, found, schools, now)


def _result(run_id: str, result: Assessment | Fault, schools: Mapping[str, str], now: datetime) -> dict[str, Any]:
    row = {"run_id": run_id, "device": result.device, "assessment": None, "fault": None, "ended": now}
    if isinstance(result, Assessment):
        return {**row, "school": result.school, "state": str(DeviceState.READ), "assessment": _json(result)}
    school = schools.get(result.device, "")
    state = DeviceState.OFF if result.kind is FaultKind.OFF else DeviceState.FAILED
    return {**row, "school": school, "state": str(state), "fault": _json(result)}


def plan_devices(connection: Connection, run_id: str, changes: Iterable[Change]) -> None:
    """Write down what is going to be done."""
    rows = [
        {
            "run_id": run_id,
            "device": change.target.device,
            "school": change.target.school,
            "state": str(DeviceState.PLANNED),
            "change": _json(change),
            # It stands in the change.
            "assessment": None,
            "fault": None,
            "ended": None,
        }
        for change in changes
    ]
    _upsert(connection, rows, ("school", "state", "change", "assessment", "fault", "ended"))


def add_step(connection: Connection, run_id: str, step: Step, now: datetime) -> None:
    """Write down what is done next to a device."""
    begins = step.kind is StepKind.BEGIN
    row: dict[str, Any] = {"run_id": run_id, "device": step.device, "state": str(DeviceState.BEGUN), "school": ""}
    if begins:
        row |= {"before_text": step.text, "began": now}
    # Any step means that the device is at work, whoever forgot to say BEGIN.
    _upsert(connection, [row], ("state", "before_text", "began") if begins else ("state",))
    if not begins:
        # Also what only ends a revert that another run left armed is the newest that was done to the device.
        mine = (devices.c.run_id == run_id) & (devices.c.device == step.device)
        connection.execute(devices.update().where(mine, devices.c.began.is_(None)).values(began=now))
    said = {
        "run_id": run_id,
        "device": step.device,
        "at": now,
        "kind": str(step.kind),
        "text": "" if begins else step.text,
    }
    connection.execute(steps.insert(), {**said, "first": step.first, "last": step.last, "total": step.total})


def add_outcome(connection: Connection, run_id: str, outcome: Outcome, now: datetime) -> None:
    """Write down how the change of a device ended."""
    row = {
        "run_id": run_id,
        "device": outcome.device,
        "school": "",
        "state": str(_end(outcome)),
        "outcome": _json(outcome),
        "fault": _json(outcome.fault) if outcome.fault else None,
        "ended": now,
    }
    _upsert(connection, [row], ("state", "outcome", "fault", "ended"))
    sightings.add_outcome(connection, run_id, outcome, now)


def _end(outcome: Outcome) -> DeviceState:
    off = outcome.fault is not None and outcome.fault.kind is FaultKind.OFF
    return DeviceState.PENDING if off and outcome.kind is OutcomeKind.SKIPPED else _ENDS[outcome.kind]


def _upsert(connection: Connection, rows: list[dict[str, Any]], changed: tuple[str, ...]) -> None:
    """Insert devices, or change these columns where run and device are there already."""
    if rows:
        connection.execute(_upsert_statement(connection.dialect.name, changed), rows)


@cache
def _upsert_statement(dialect: str, changed: tuple[str, ...]) -> Insert:
    """Made once: building it costs more than running it. The other database's module is not imported (50 ms)."""
    insert: Any = import_module(f"sqlalchemy.dialects.{dialect}").insert
    statement = insert(devices)
    new = {name: statement.excluded[name] for name in changed}
    made: Insert = statement.on_conflict_do_update(index_elements=["run_id", "device"], set_=new)
    return made


def _json(value: Frozen) -> str:
    return value.model_dump_json(exclude_defaults=True)


def digest_of(connection: Connection, run_id: str) -> str | None:
    """SHA-256 over everything that is kept of a run but how it ended, which may be settled later.

    Returns:
        Hex digits; None: there is no such run.
    """
    later = {"state", "finished", "exit_code", "note"}
    run = connection.execute(select(*(column for column in runs.c if column.name not in later)).where(
        runs.c.id == run_id)).first()  # fmt: skip
    if run is None:
        return None
    digest = hashlib.sha256(_line(run))
    for table in (run_schools, devices, steps):
        query = select(table).where(table.c.run_id == run_id)
        # Sorted here: two databases, and two locales of one, sort otherwise.
        for line in sorted(_line(row) for row in connection.execute(query)):
            digest.update(line)
    return digest.hexdigest()


def _line(row: Iterable[Any]) -> bytes:
    return json.dumps(list(row), default=str).encode("ascii") + b"\n"
