"""The journal, opened: what every part of it needs, and the audit trail, in which every part writes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from campusctl.errors import CampusError
from campusctl.history import trail, verifying
from campusctl.history.connecting import server_time
from campusctl.history.database import Database
from campusctl.history.head import Head, HeadFile
from campusctl.history.migrating import alone
from campusctl.history.process import this_process
from campusctl.history.trouble import told
from campusctl.inventory.zone import city_zone
from campusctl.model.journal import AuditEntry, AuditReport
from campusctl.workspace import state_dir


class Opened:
    """An opened database, its clock, and the note of the trail's end."""

    def __init__(self, database: Database, root: Path, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._clock = clock
        self._zone = partial(city_zone, root)
        self.kind = "sqlite" if database.is_sqlite else "postgresql"
        self._head = HeadFile(state_dir(root) / "audit-head", database.place.mark)
        self.journal_id = database.read(verifying.journal_id)

    def begin(self) -> None:
        """Add the first entry of a new journal; whoever else writes already waits with looking for the trail's end."""
        said = trail.Said("", this_process().host, "journal.create", self.journal_id, {"kind": self.kind})
        self._advance(self._database.write(lambda connection: trail.append(connection, said, self._now())))

    def audit(self, actor: str, host: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Add an entry to the audit trail."""
        said = trail.Said(actor, host, action, subject, detail)
        self._note(self._database.write(lambda connection: trail.append(connection, said, self._now())))

    def audit_entries(self, limit: int = 50) -> tuple[AuditEntry, ...]:
        """The newest entries, oldest of them first."""
        return self._database.read(lambda connection: trail.entries(connection, limit))

    def verify(self) -> AuditReport:
        """Look for tampering in the audit trail, and in the runs that it vouches for."""
        with told(str(self._head.path)):
            noted = self._head.read()
        return self._database.read(
            lambda connection: verifying.verify(connection, noted, shared=not self._database.is_sqlite)
        )

    def _now(self) -> datetime:
        return (self._clock() if self._clock else datetime.now(UTC)).astimezone(UTC)

    def _shared_now(self, connection: Connection) -> datetime:
        """The time by which hosts judge each other's locks."""
        if self._clock or self._database.is_sqlite:
            return self._now()
        moment: datetime = server_time(connection)
        return moment.astimezone(UTC)

    def _ago(self, older_than: timedelta) -> datetime:
        try:
            return self._now() - older_than
        except OverflowError:
            raise CampusError("so long ago there was no campusctl", "try 400d") from None

    def _note(self, entry: AuditEntry | None) -> None:
        """Note the newest entry outside the database."""
        if entry is None:
            return
        lost = self._database.is_sqlite and entry.number > 1 and self._head_is_missing()
        self._advance(entry)
        if lost:
            host = this_process().host
            self.audit(
                "", host, "audit.head-missing", "", {"note": "the file audit-head was missing, and is made anew"}
            )

    def _head_is_missing(self) -> bool:
        """Not when somebody has just made the journal, and is about to write the note."""
        with told(str(self._head.path)):
            if self._head.read() is not None:
                return False
            with alone(self._database):
                return self._head.read() is None

    def _advance(self, entry: AuditEntry) -> None:
        with told(str(self._head.path)):
            self._head.advance(Head(self.journal_id, entry.number, entry.digest), self._is_there)

    def _is_there(self, noted: Head) -> bool:
        def work(connection: Connection) -> bool:
            found = trail.entry(connection, noted.number)
            return found.digest == noted.digest if found else noted.number <= trail.pruned_up_to(connection)

        return self._database.read(work)
