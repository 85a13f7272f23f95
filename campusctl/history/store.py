"""The journal: everything that is remembered, in SQLite or PostgreSQL. Safe to use from many threads."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from campusctl.history.connecting import connect
from campusctl.history.keeping_findings import KeepsFindings
from campusctl.history.keeping_locks import KeepsLocks
from campusctl.history.keeping_runs import KeepsRuns
from campusctl.history.migrating import up_to_date
from campusctl.history.place import find_place


def open_store(
    root: Path, environ: Mapping[str, str] = os.environ, clock: Callable[[], datetime] | None = None
) -> "Store":
    """The workspace's journal; made, or brought up to date, if need be.

    Args:
        root: The workspace.
        environ: May name a PostgreSQL in CAMPUSCTL_DATABASE_URL.
        clock: What time it is (aware); None: this host's clock, and for locks in PostgreSQL the server's.

    Raises:
        JournalError: It cannot be opened.
        MissingExtraError: PostgreSQL without its driver.
    """
    database = connect(find_place(root, environ))
    try:
        with up_to_date(database) as new:
            store = Store(database, root, clock)
            if new:
                store.begin()
    except BaseException:
        database.engine.dispose()
        raise
    return store


class Store(KeepsRuns, KeepsLocks, KeepsFindings):
    """Every method raises a JournalError when the database does not do its part; then nothing of it was written."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
