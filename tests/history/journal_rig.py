"""A workspace with a journal in one of the two databases, and a clock that tests move."""

import itertools
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campusctl.history.store import Store, open_store

_NUMBERS = itertools.count()


@dataclass
class Clock:
    """A clock that stands until it is moved; what it gives out is always later, unless it is set back."""

    now: datetime = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        self.now += timedelta(microseconds=1)
        return self.now

    def move(self, **span: float) -> None:
        """Later, or earlier."""
        self.now += timedelta(**span)


@dataclass
class Journal:
    """A workspace with a journal that can be opened several times."""

    root: Path
    kind: str
    environ: dict[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    opened: list[Store] = field(default_factory=list)

    def open(self, *, real_clock: bool = False) -> Store:
        """Open it; closed at the end of the test."""
        store = open_store(self.root, self.environ, None if real_clock else self.clock)
        self.opened.append(store)
        return store

    def sql(self, *statements: str) -> None:
        """What somebody does to the database behind our back, with every trigger switched off."""
        database = (self.opened or [self.open()])[0]._database
        if self.kind == "postgresql":
            statements = ("ALTER TABLE audit DISABLE TRIGGER USER", *statements)
        else:
            drop = [
                f"DROP TRIGGER IF EXISTS {name}" for name in ("audit_no_update", "audit_no_delete", "audit_in_order")
            ]
            statements = (*drop, *statements)
        database.write(lambda connection: [connection.exec_driver_sql(line) for line in statements])


def make_journal(request: pytest.FixtureRequest, folder: Path, kind: str) -> Journal:
    """A workspace whose journal is in this kind of database."""
    root = folder / "ws"
    (root / "inventory").mkdir(parents=True)
    (root / "inventory" / "city.yml").write_text("name: Musterstadt\n")
    environ = {}
    if kind == "postgresql":
        server = request.getfixturevalue("server")
        environ["CAMPUSCTL_DATABASE_URL"] = server.url(f"t{os.getpid()}_{next(_NUMBERS)}")
    return Journal(root, kind, environ)
