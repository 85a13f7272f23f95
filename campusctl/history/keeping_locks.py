"""The part of the journal that knows who may write to which school."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from campusctl.history import leases, trail
from campusctl.history.leases import Now
from campusctl.history.opened import Opened
from campusctl.history.process import known_process, this_process
from campusctl.model.journal import AuditEntry, Claim, Lease


class KeepsLocks(Opened):
    """Leases of processes, and claims of people."""

    def acquire(  # noqa: PLR0913 - a lease says all of this
        self,
        school: str,
        *,
        holder: str,
        host: str,
        pid: int,
        reason: str,
        run_id: str,
        ttl: timedelta = leases.LEASE,
        scheduled: bool = False,
    ) -> Lease:
        """Become the one writer of a school.

        Raises:
            LockedError: Somebody else is, or claims it; says who, since when, until when and why.
        """
        wanted = leases.Wanted(holder, known_process(host, pid), reason, run_id, scheduled)
        return self.acquire_all((school,), wanted, ttl)[0]

    def acquire_all(
        self, schools: Iterable[str], wanted: leases.Wanted, ttl: timedelta = leases.LEASE
    ) -> tuple[Lease, ...]:
        """Become the one writer of several schools, or of none.

        Raises:
            LockedError: See `acquire`.
        """
        names = tuple(schools)
        return self._database.write(
            lambda connection: leases.acquire(connection, names, wanted, self._told_now(connection), ttl)
        )

    def renew(self, held: Iterable[Lease], ttl: timedelta = leases.LEASE) -> tuple[str, ...]:
        """Keep leases; returns the schools that are lost."""
        wanted = tuple(held)
        return self._database.write(
            lambda connection: leases.renew(connection, wanted, self._shared_now(connection), ttl)
        )

    def release(self, held: Iterable[Lease]) -> None:
        """Give leases back."""
        wanted = tuple(held)
        self._database.write(lambda connection: leases.release(connection, wanted))

    def leases(self) -> tuple[Lease, ...]:
        """Every lease; those of dead processes are marked."""
        return self._database.read(lambda connection: leases.leases_now(connection, self._shared_now(connection)))

    def claim(self, school: str, *, holder: str, until: datetime, reason: str, host: str = "") -> Claim:
        """Suspend scheduled changes of a school, and other people's; audited.

        Raises:
            LockedError: Somebody else claims it.
        """
        where = host or this_process().host

        def work(connection: Connection) -> tuple[Claim, AuditEntry]:
            now = self._told_now(connection)
            made = Claim(school=school, holder=holder, host=where, made=now.time, until=until, reason=reason)
            leases.claim(connection, made, now)
            detail = {"until": until.astimezone(UTC).isoformat(), "reason": reason}
            return made, trail.append(connection, trail.Said(holder, where, "claim", school, detail), self._now())

        made, entry = self._database.write(work)
        self._note(entry)
        return made

    def release_claim(self, school: str, *, holder: str, reason: str = "", host: str = "") -> Claim | None:
        """End a claim; audited. Returns it, or None when there is none.

        Raises:
            LockedError: It is somebody else's, and no reason is given.
        """
        where = host or this_process().host

        def work(connection: Connection) -> tuple[Claim | None, AuditEntry | None]:
            ended = leases.release_claim(connection, school, holder, reason, self._told_now(connection))
            if ended is None:
                return None, None
            detail = {"claimed_by": ended.holder, "reason": reason}
            said = trail.Said(holder, where, "claim.release", school, detail)
            return ended, trail.append(connection, said, self._now())

        ended, entry = self._database.write(work)
        self._note(entry)
        return ended

    def claims(self, now: datetime | None = None) -> tuple[Claim, ...]:
        """Claims that have not ended."""
        return self._database.read(
            lambda connection: leases.claims_now(connection, now or self._shared_now(connection))
        )

    def _told_now(self, connection: Connection) -> Now:
        return Now(self._shared_now(connection), self._zone)
