"""Retention: what is older than wanted goes, but for what nobody has finished."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, delete, exists, func, select

from campusctl.history import trail
from campusctl.history.reading import at_work, is_unfinished
from campusctl.history.schema import audit, claims, findings, runs, secrets_set
from campusctl.model.finding import FindingState
from campusctl.model.journal import PruneCount


def count(connection: Connection, before: datetime, now: datetime) -> PruneCount:
    """What a pruning would delete."""
    pruned = _number(connection, runs, _ended(before, at_work(connection, before, now)))
    oldest = connection.execute(select(func.min(audit.c.seq))).scalar() or 1
    return PruneCount(
        before=before,
        runs=pruned,
        findings=_number(connection, findings, _gone(before)),
        audit=max(trail.oldest_kept(connection, before) - oldest, 0),
        kept=_number(connection, runs, runs.c.started < before) - pruned,
    )


def _number(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(which)).scalar_one()


def prune(connection: Connection, before: datetime, said: trail.Said, now: datetime) -> PruneCount:
    """Delete it, and say so in the audit trail."""
    trail.lock(connection)
    counted = count(connection, before, now)
    connection.execute(delete(runs).where(_ended(before, at_work(connection, before, now))))
    connection.execute(delete(findings).where(_gone(before)))
    connection.execute(delete(claims).where(claims.c.until < before))
    _forget_secrets(connection, before)
    _prune_trail(connection, counted, said, now)
    return counted


def _ended(before: datetime, busy: Sequence[str]) -> ColumnElement[bool]:
    """Old runs that are over, with every one of their devices."""
    return and_(runs.c.started < before, ~is_unfinished(), runs.c.id.not_in(busy))


def _gone(before: datetime) -> ColumnElement[bool]:
    return and_(findings.c.state == str(FindingState.GONE), findings.c.last_seen < before)


def _forget_secrets(connection: Connection, before: datetime) -> None:
    """What was set last on a place stays: there is no other way to know it."""
    newer = secrets_set.alias()
    again = exists().where(
        newer.c.device == secrets_set.c.device,
        newer.c.path == secrets_set.c.path,
        newer.c.number > secrets_set.c.number,
    )
    connection.execute(delete(secrets_set).where(secrets_set.c.at < before, again))


def _prune_trail(connection: Connection, counted: PruneCount, said: trail.Said, now: datetime) -> None:
    """The entry comes first: it names the last entry that goes, and its digest, and so lets it go."""
    last = trail.oldest_kept(connection, counted.before) - 1
    anchor = trail.entry(connection, last)
    detail = {**counted.model_dump(mode="json"), "digest": anchor.digest if anchor else ""}
    trail.append(connection, said._replace(detail=detail, pruned=last if anchor else None), now)
    if anchor:
        connection.execute(delete(audit).where(audit.c.seq <= last))


def give_back(engine: Engine) -> None:
    """SQLite: rewrite the file, so that what was deleted is gone from the disk, too."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
