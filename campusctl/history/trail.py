"""The audit trail: each entry carries the digest of the one before, so that nothing in it changes unseen."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, Row, RowMapping, func, select, text

from campusctl.history.schema import audit, storable
from campusctl.model.journal import AuditEntry, AuditProblem

Fields: TypeAlias = RowMapping | Mapping[str, Any]

GENESIS: Final = "0" * 64
"""What the first entry carries in place of a digest before it."""
PRUNE: Final = "history.prune"
"""The action that stands for what was deleted."""


class Said(NamedTuple):
    """What an entry says, before it has its number."""

    actor: str
    host: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    pruned: int | None = None
    """Entries up to this number may go."""


def append(connection: Connection, said: Said, at: datetime) -> AuditEntry:
    """Write one entry behind the newest; no other writer comes between."""
    lock(connection)
    last = newest(connection)
    number, before = (last.number + 1, last.digest) if last else (1, GENESIS)
    row = {
        "seq": number,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        **{name: storable(getattr(said, name)) for name in ("actor", "host", "action", "subject")},
        "detail": json.dumps(said.detail, sort_keys=True, separators=(",", ":"), default=str),
        "pruned": said.pruned,
        "prev": before,
    }
    row["digest"] = digest_of(row)
    connection.execute(audit.insert().values(row))
    return _entry(row)


def lock(connection: Connection) -> None:
    """Keep other hosts' entries out until the transaction ends; SQLite's writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))


def newest(connection: Connection) -> AuditEntry | None:
    """The last entry."""
    row = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(1)).first()
    return _entry(row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for it


def entry(connection: Connection, number: int) -> AuditEntry | None:
    """One entry."""
    row = connection.execute(select(audit).where(audit.c.seq == number)).first()
    return _entry(row._mapping) if row else None  # noqa: SLF001 - see newest


def entries(connection: Connection, limit: int) -> tuple[AuditEntry, ...]:
    """The newest entries, oldest of them first."""
    rows = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(limit)).all()
    return tuple(_entry(row._mapping) for row in reversed(rows))  # noqa: SLF001 - see newest


def _entry(row: Fields) -> AuditEntry:
    names = ("at", "actor", "host", "action", "subject", "detail", "digest")
    return AuditEntry(number=row["seq"], **{name: str(row[name]) for name in names})


def digest_of(row: Fields) -> str:
    """SHA-256 over every field of an entry and the digest of the one before, as ASCII JSON in this order."""
    fields = ("seq", "at", "actor", "host", "action", "subject", "detail", "pruned", "prev")
    form = json.dumps([row[name] for name in fields], separators=(",", ":"), default=repr)
    return hashlib.sha256(form.encode("ascii")).hexdigest()


class Walked(NamedTuple):
    """The trail, walked from end to end."""

    first: int
    last: int
    pruned: int
    digest: str
    """Of the last entry."""
    problems: tuple[AuditProblem, ...]


def walk(connection: Connection) -> Walked:
    """Check every entry against the one before it."""
    anchors = _anchors(connection)
    problems: list[AuditProblem] = []
    first, last, before, last_sound = 0, 0, GENESIS, False
    for row in _rows(connection):
        number = row["seq"]
        if not first:
            first = number
            problems.extend(_beginning(row, anchors))
        elif number != last + 1:
            problems.append(missing(last + 1, number - 1))
        sound = digest_of(row) == row["digest"]
        if not sound:
            problems.append(AuditProblem(number=number, what="was changed: its digest does not fit what it says"))
        elif number == last + 1 and row["prev"] != before and last_sound:
            problems.append(AuditProblem(number=last, what=f"was changed after entry {number} was written behind it"))
        last_sound = sound
        last, before = number, row["digest"]
    return Walked(first, last, max(anchors, default=0), before if last else "", tuple(problems))


def _rows(connection: Connection) -> Iterator[RowMapping]:
    found: Iterable[Row[Any]] = connection.execute(
        select(audit).order_by(audit.c.seq).execution_options(yield_per=1000)
    )
    return (row._mapping for row in found)  # noqa: SLF001 - see newest


def missing(start: int, end: int) -> AuditProblem:
    """A gap in the trail."""
    what = "is missing" if start == end else f"and all up to entry {end} are missing"
    return AuditProblem(number=start, what=what)


def _anchors(connection: Connection) -> dict[int, str]:
    """What prunings left: number of the last entry deleted, to its digest."""
    found: dict[int, str] = {}
    for row in connection.execute(select(audit.c.pruned, audit.c.detail).where(audit.c.action == PRUNE)):
        if isinstance(row.pruned, int):
            found[row.pruned] = str(detail_of(row.detail).get("digest", ""))
    return found


def detail_of(form: str) -> dict[str, Any]:
    """The detail of an entry as plain data; empty when it is spoiled."""
    try:
        found = json.loads(form)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _beginning(row: RowMapping, anchors: Mapping[int, str]) -> Iterator[AuditProblem]:
    """The oldest entry is the first one, or stands right behind what a later entry says was pruned."""
    number = row["seq"]
    expected = GENESIS if number == 1 else anchors.get(number - 1)
    if expected is None:
        yield missing(max((anchor for anchor in anchors if anchor < number), default=0) + 1, number - 1)
    elif row["prev"] != expected:
        yield AuditProblem(number=number, what="does not stand behind the entry that was there before it")


def oldest_kept(connection: Connection, before: datetime) -> int:
    """Number of the first entry that is not older than `before`; everything in front of it may be pruned.

    The newest entry always stays. A clock that went back only makes more entries stay.
    """
    limit = before.astimezone(UTC).isoformat(timespec="microseconds")
    young = connection.execute(select(func.min(audit.c.seq)).where(audit.c.at >= limit)).scalar()
    last = connection.execute(select(func.max(audit.c.seq))).scalar()
    return int(young or last or 1)


def pruned_up_to(connection: Connection) -> int:
    """The newest entry that a pruning let go; 0: none."""
    return int(connection.execute(select(func.max(audit.c.pruned))).scalar() or 0)
