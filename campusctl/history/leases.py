"""One writer per school: leases that die with their process, and claims of people on site."""

import secrets as random_source
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, delete, select, text, update

from campusctl.errors import LockedError
from campusctl.history.process import Process, is_alive, is_here
from campusctl.history.schema import claims, leases, storable
from campusctl.model.journal import Claim, Lease
from campusctl.model.printable import printable
from campusctl.model.sentence import joined, sentence


class Now(NamedTuple):
    """What time it is, and how people of this city tell it."""

    time: datetime
    zone: Callable[[], tzinfo]
    """Asked only when a time is told."""


LEASE: Final = timedelta(seconds=120)
"""How long a lease lasts without being renewed: the longest wait behind a host that died."""


class Wanted(NamedTuple):
    """Who wants to write to schools."""

    holder: str
    process: Process
    reason: str
    run_id: str
    scheduled: bool
    """Started by a timer, not by a person."""


def acquire(
    connection: Connection, schools: Iterable[str], wanted: Wanted, now: Now, ttl: timedelta
) -> tuple[Lease, ...]:
    """Take all of them, or none.

    Raises:
        LockedError: Somebody has one of them, or claims it; says who, since when, until when and why.
    """
    _lock(connection)
    return tuple(_take(connection, school, wanted, now, ttl) for school in sorted(set(schools)))


def _lock(connection: Connection) -> None:
    """Two hosts that want the same school come one after the other; SQLite's writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE leases, claims IN SHARE ROW EXCLUSIVE MODE"))


def _take(connection: Connection, school: str, wanted: Wanted, now: Now, ttl: timedelta) -> Lease:
    found = connection.execute(select(leases).where(leases.c.school == school)).mappings().first()
    if found and _valid(found, now.time):
        raise LockedError(_held_by(_lease(found, now.time), now), _lease_hint(found))
    for claim in claims_now(connection, now.time, school):
        _respect(claim, wanted, now)
    row = {
        "school": school,
        "holder": wanted.holder,
        "host": wanted.process.host,
        "pid": wanted.process.pid,
        "boot_id": wanted.process.boot_id,
        "process_start": wanted.process.start,
        "reason": wanted.reason,
        "run_id": wanted.run_id,
        "acquired": now.time,
        "expires": now.time + ttl,
        "token": random_source.token_hex(16),
    }
    connection.execute(delete(leases).where(leases.c.school == school))
    connection.execute(leases.insert().values(row))
    return _lease(row, now.time)


def _valid(row: RowMapping | dict[str, Any], now: datetime) -> bool:
    """Of this host: as long as its process lives. Of another one: until it expires."""
    process = Process(row["host"], row["pid"], row["boot_id"], row["process_start"])
    return is_alive(process) if is_here(process) else bool(row["expires"] > now)


def _held_by(lease: Lease, now: Now) -> str:
    since = _moment(lease.acquired, now)
    return sentence(
        "{school} is locked by {holder} on {host} (process {pid}) since {since}, until {until} unless renewed{why}",
        school=lease.school, holder=_plain(lease.holder), host=_plain(lease.host), pid=lease.pid, since=since,
        until=_moment(lease.expires, now), why=_plain(f": {lease.reason}") if lease.reason else "",
    )  # fmt: skip


def _lease_hint(row: RowMapping | dict[str, Any]) -> str:
    wait = sentence("wait for its end. A lock of a process that died goes by itself")
    if not row["run_id"]:
        return wait
    return joined((sentence("`campusctl history show {run}` says what it does", run=_plain(row["run_id"])), wait))


def _respect(claim: Claim, wanted: Wanted, now: Now) -> None:
    """A claim makes scheduled changes wait, also the claimer's own, and other people's changes."""
    if claim.holder == wanted.holder and not wanted.scheduled:
        return
    until = _moment(claim.until, now)
    holder, reason = _plain(claim.holder), _plain(claim.reason)
    what = sentence(
        "{school} is claimed by {holder} since {since} until {until}: {reason}",
        school=claim.school, holder=holder, since=_moment(claim.made, now), until=until, reason=reason,
    )  # fmt: skip
    hint = sentence(
        "ask {holder}, or end the claim: campusctl claim {school} --release --reason …",
        holder=holder,
        school=claim.school,
    )
    raise LockedError(what, hint)


def _moment(moment: datetime, now: Now) -> str:
    """In the city's time; with the day when it is not today's."""
    zone = now.zone()
    local = moment.astimezone(zone)
    return local.strftime("%H:%M" if local.date() == now.time.astimezone(zone).date() else "%Y-%m-%d %H:%M")


def _plain(shown: str) -> str:
    """What somebody typed, without what would move the cursor."""
    return printable(storable(shown))


def renew(connection: Connection, held: Sequence[Lease], now: datetime, ttl: timedelta) -> tuple[str, ...]:
    """Keep leases for longer.

    Returns:
        Schools that are lost: somebody else has, or had, them.
    """
    lost = []
    for lease in held:
        done = connection.execute(
            update(leases)
            .where(leases.c.school == lease.school, leases.c.token == lease.token)
            .values(expires=now + ttl)
        )
        if not done.rowcount:
            lost.append(lease.school)
    return tuple(lost)


def release(connection: Connection, held: Iterable[Lease]) -> None:
    """Give leases back; one that is not ours any more stays."""
    for lease in held:
        connection.execute(delete(leases).where(leases.c.school == lease.school, leases.c.token == lease.token))


def leases_now(connection: Connection, now: datetime) -> tuple[Lease, ...]:
    """Every lease, by school; those of dead processes are marked."""
    rows = connection.execute(select(leases).order_by(leases.c.school)).mappings()
    return tuple(_lease(row, now) for row in rows)


def _lease(row: RowMapping | dict[str, Any], now: datetime) -> Lease:
    names = ("school", "holder", "host", "pid", "reason", "run_id", "acquired", "expires", "token")
    return Lease(**{name: row[name] for name in names}, alive=_valid(row, now))


def claim(connection: Connection, made: Claim, now: Now) -> Claim:
    """Claim a school, or change one's own claim.

    Raises:
        LockedError: Somebody else claims it.
    """
    _lock(connection)
    for found in claims_now(connection, now.time, made.school):
        if found.holder != made.holder:
            until = _moment(found.until, now)
            what = f"{found.school} is already claimed by {found.holder} until {until}: {found.reason}"
            raise LockedError(_plain(what), "only one person claims a school at a time")
    connection.execute(delete(claims).where(claims.c.school == made.school))
    connection.execute(claims.insert().values(made.model_dump()))
    return made


def release_claim(connection: Connection, school: str, holder: str, reason: str, now: Now) -> Claim | None:
    """End a claim.

    Returns:
        The claim that was ended; None: there was none.

    Raises:
        LockedError: It is somebody else's, and no reason is given.
    """
    _lock(connection)
    found = next(iter(claims_now(connection, now.time, school)), None)
    if found and found.holder != holder and not reason:
        what = f"{school} is claimed by {found.holder} until {_moment(found.until, now)}: {found.reason}"
        raise LockedError(_plain(what), "to end somebody else's claim, say why: --release --reason …")
    connection.execute(delete(claims).where(claims.c.school == school))
    return found


def claims_now(connection: Connection, now: datetime, school: str = "") -> tuple[Claim, ...]:
    """Claims that have not ended, by school."""
    query = select(claims).where(claims.c.until > now).order_by(claims.c.school)
    if school:
        query = query.where(claims.c.school == school)
    return tuple(Claim(**row) for row in connection.execute(query).mappings())
