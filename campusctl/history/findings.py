"""Findings from run to run: first seen, last seen, decided, gone, and back again."""

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, func, select, text, update

from campusctl.errors import UnknownNameError
from campusctl.history.schema import findings, runs, storable
from campusctl.model.finding import FindingRow, FindingSeen, FindingState

_JSON: Final = ("devices", "path", "before", "after")
_UNDECIDED: Final[dict[str, Any]] = {
    "state": str(FindingState.OPEN),
    "decided": None,
    "decided_by": "",
    "reason": "",
    "owner": "",
    "until": None,
}


def record(
    connection: Connection, run_id: str, seen: Iterable[FindingSeen], covered: Collection[str], now: datetime
) -> tuple[FindingRow, ...]:
    """Merge what a run has seen into what is remembered.

    Args:
        connection: Within a writer's transaction.
        run_id: The run.
        seen: What it found; the same id twice is one finding on the devices of both.
        covered: Names of the devices it has read, also those without findings.
        now: When.

    Returns:
        Every finding that this run has seen or that is gone since, by school and id.
    """
    _lock(connection)
    told = _merged(seen)
    read = frozenset(covered).union(*(found.devices for found in told.values())) if told else frozenset(covered)
    known = {row["id"]: row for row in connection.execute(select(findings)).mappings()}
    began = connection.execute(select(runs.c.started).where(runs.c.id == run_id)).scalar() or now
    look = _Look(run_id, began, now, read)
    changed = [_seen(found, known.get(found.id), look) for found in told.values()]
    changed += [row for row in (_unseen(row, read) for row in known.values() if row["id"] not in told) if row]
    for row in changed:
        _put(connection, row, known=row["id"] in known)
    return tuple(sorted((_row(row, now) for row in changed), key=lambda row: (row.school, row.id)))


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE findings IN SHARE ROW EXCLUSIVE MODE"))


def _merged(seen: Iterable[FindingSeen]) -> dict[str, FindingSeen]:
    told: dict[str, FindingSeen] = {}
    for found in seen:
        earlier = told.get(found.id)
        devices = {*found.devices, *(earlier.devices if earlier else ())}
        told[found.id] = found.model_copy(update={"devices": tuple(sorted(devices))})
    return told


class _Look(NamedTuple):
    """The run that has looked."""

    run_id: str
    began: datetime
    now: datetime
    read: Collection[str]
    """The devices that it has read."""


def _seen(found: FindingSeen, known: RowMapping | None, look: _Look) -> dict[str, Any]:
    """A finding that was seen: on these devices, and on those that it stood on and that were not read."""
    row = dict(known) if known else {**_UNDECIDED, "first_seen": look.now}
    standing = {*found.devices, *(name for name in _devices(known) if name not in look.read)}
    for name in ("id", "school", "title", "device_class"):
        row[name] = getattr(found, name)
    row |= {"path": json.dumps(found.path), "before": json.dumps(found.before), "after": json.dumps(found.after)}
    row |= {"devices": json.dumps(sorted(standing)), "last_seen": look.now, "last_run": look.run_id}
    return row | _UNDECIDED if known and _is_open_again(known, look) else row


def _devices(row: RowMapping | None) -> list[str]:
    if row is None or row["state"] == FindingState.GONE:
        return []
    return [str(name) for name in json.loads(row["devices"])]


def _is_open_again(row: RowMapping, look: _Look) -> bool:
    """What was decided does not hold any more, now that the finding is still, or again, there."""
    if row["state"] == FindingState.ACCEPTED:
        return bool(row["until"] and row["until"] <= look.now)
    if row["state"] in (FindingState.ADOPTED, FindingState.REVERTED):
        # A run that began before the decision has seen the world before it.
        return bool(row["decided"] is None or look.began >= row["decided"])
    return True


def _unseen(row: RowMapping, read: Collection[str]) -> dict[str, Any] | None:
    """A finding that was not seen: it does not stand on the devices that were read any more."""
    standing = _devices(row)
    left = [name for name in standing if name not in read]
    if row["state"] == FindingState.GONE or len(left) == len(standing):
        return None
    if left:
        return {**row, "devices": json.dumps(left)}
    return {**row, "state": str(FindingState.GONE)}


def _put(connection: Connection, row: dict[str, Any], *, known: bool) -> None:
    if known:
        connection.execute(update(findings).where(findings.c.id == row["id"]).values(row))
    else:
        connection.execute(findings.insert().values(row))


def listed(
    connection: Connection, school: str, states: Collection[FindingState] | None, now: datetime
) -> tuple[FindingRow, ...]:
    """Findings by school and id; an acceptance that has ended counts as open."""
    query = select(findings)
    if school:
        query = query.where(findings.c.school == school)
    found = (_row(row, now) for row in connection.execute(query).mappings())
    wanted = [row for row in found if states is None or row.state in states]
    return tuple(sorted(wanted, key=lambda row: (row.school, row.id)))


def one(connection: Connection, named: str, now: datetime) -> FindingRow:
    """The finding with this id, or the only one whose id begins so.

    Raises:
        UnknownNameError: There is none, or several.
    """
    begins = func.substr(findings.c.id, 1, len(storable(named))) == storable(named)
    found = connection.execute(select(findings).where(begins).limit(20)).mappings().all()
    exact = [row for row in found if row["id"] == named]
    if not named or not found:
        raise UnknownNameError(f"no finding {named}", _known(connection, named))
    if len(found) > 1 and not exact:
        raise UnknownNameError(
            f"several findings begin with {named}", f"which one? {', '.join(sorted(row['id'] for row in found))}"
        )
    return _row((exact or found)[0], now)


def _known(connection: Connection, named: str) -> str:
    from campusctl.inventory.names_hint import did_you_mean  # noqa: PLC0415 - only for who mistyped

    ids = connection.execute(select(findings.c.id)).scalars().all()
    return did_you_mean(named, ids) or "`campusctl findings` lists them"


def decide(connection: Connection, row: FindingRow) -> None:
    """Write down a decision."""
    names = ("state", "decided", "decided_by", "reason", "owner", "until")
    values = {name: getattr(row, name) for name in names}
    connection.execute(update(findings).where(findings.c.id == row.id).values({**values, "state": str(row.state)}))


def _row(row: RowMapping | dict[str, Any], now: datetime) -> FindingRow:
    fields = {name: json.loads(row[name]) if name in _JSON else row[name] for name in FindingRow.model_fields}
    for name in ("devices", "path", "before", "after"):
        if isinstance(fields[name], list):
            fields[name] = tuple(fields[name])
    found = FindingRow(**fields)
    ended = found.state is FindingState.ACCEPTED and found.until and found.until <= now.astimezone(UTC)
    return found.model_copy(update={"state": FindingState.OPEN}) if ended else found
