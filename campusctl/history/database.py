"""One database, opened: connections that are durable, and a door for writers that commits for all who wait."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from campusctl.errors import JournalError
from campusctl.history.place import Place
from campusctl.history.trouble import told

Result = TypeVar("Result")

WRITES: Final = "campusctl_writes"
"""Execution option of a connection that is going to write."""
_AGAIN: Final = ("40001", "40P01")
"""SQLSTATE of a transaction that lost against another one, and only has to be repeated."""
_TRIES: Final = 5


@dataclass(slots=True)
class _Job(Generic[Result]):
    """What one thread wants written."""

    work: Callable[[Connection], Result]
    value: Result | None = None
    error: BaseException | None = None
    done: bool = False


@dataclass(slots=True)
class Database:
    """One database, opened. Reads may go on side by side; writers form one queue."""

    place: Place
    """Where it is."""
    engine: Engine
    """SQLAlchemy's."""
    inode: tuple[int, int] = (0, 0)
    """Which file was opened (SQLite)."""
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _waiting: deque[_Job[Any]] = field(default_factory=deque)

    @property
    def is_sqlite(self) -> bool:
        """SQLite, not PostgreSQL."""
        return self.place.file is not None

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Look things up, in one transaction.

        Raises:
            JournalError: It failed.
        """
        with told(self.place.shown):
            self.same_file()
            with self.engine.connect() as connection, connection.begin():
                return work(connection)

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Write in one transaction; durable when it returns.

        Whoever has the turn commits for all who wait: a hundred threads cost a few flushes of the disk, not a hundred.

        Raises:
            JournalError: It failed, and nothing of it was written; if the line broke at the very end, nobody knows.
            CampusError: What the work itself raised; nothing of it was written.
        """
        job = _Job(work)
        self._waiting.append(job)
        with self._turn:
            if not job.done:
                self._commit_waiting()
        if job.error is not None:
            raise job.error
        return cast("Result", job.value)

    def close(self) -> None:
        """Let go of every connection."""
        with told(self.place.shown):
            self.engine.dispose()

    def _commit_waiting(self) -> None:
        jobs = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            if len(jobs) > 1 and self._committed(jobs):
                return
            for job in jobs:
                self._commit_alone(job)
        finally:
            # Also after Ctrl-C in here: the others must not wait for an answer that never comes.
            for job in jobs:
                if not job.done:
                    job.error, job.done = job.error or JournalError("interrupted while writing the journal"), True

    def _committed(self, jobs: list[_Job[Any]]) -> bool:
        """All of them in one transaction; False when one of them spoils it for the others."""
        try:
            with told(self.place.shown):
                return self._transacted(jobs)
        except JournalError as wrong:
            for job in jobs:
                job.error, job.done = wrong, True
        return True

    def _transacted(self, jobs: list[_Job[Any]]) -> bool:
        try:
            self._transact(jobs)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 - each is tried again alone, and raises there
            return False
        return True

    def _commit_alone(self, job: _Job[Any]) -> None:
        try:
            with told(self.place.shown):
                self._transact([job])
        except Exception as wrong:  # noqa: BLE001 - raised again where it belongs: in the thread that asked
            job.error, job.done = wrong, True

    def _transact(self, jobs: list[_Job[Any]]) -> None:
        for again in range(_TRIES):
            try:
                self.same_file()
                with self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
                    for job in jobs:
                        job.value = job.work(connection)
            except DBAPIError as wrong:
                if getattr(wrong.orig, "sqlstate", None) not in _AGAIN or again == _TRIES - 1:
                    raise
            else:
                break
        for job in jobs:
            job.done = True

    def same_file(self) -> None:
        """A file that was deleted under us still takes what is written, and loses it."""
        if self.place.file is None:
            return
        with suppress(FileNotFoundError):
            found = self.place.file.stat()
            if self.inode in ((0, 0), (found.st_dev, found.st_ino)):
                return
        raise JournalError(f"{self.place.shown} was deleted or replaced while it was in use", "start again")
