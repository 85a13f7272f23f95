"""The journal in both databases: every test here runs on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journal_rig import Journal, make_journal
from postgres import PACKAGE, Postgres, binaries

from campusctl.history.store import Store


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """One PostgreSQL for all tests of a worker."""
    programs = binaries()
    if programs is None:
        pytest.skip(PACKAGE)
    found = Postgres(programs)
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """A journal of its own in each of the two databases."""
    found = make_journal(request, tmp_path, request.param)
    yield found
    for store in found.opened:
        store.close()


@pytest.fixture
def store(journal: Journal) -> Store:
    """A journal, opened."""
    return journal.open()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Callable[[], Journal]]:
    """A journal in SQLite, for what only files can suffer."""
    made: list[Journal] = []

    def make() -> Journal:
        root = tmp_path / f"ws{len(made)}"
        (root / "inventory").mkdir(parents=True)
        made.append(Journal(root, "sqlite"))
        return made[-1]

    yield make
    for journal in made:
        for store in journal.opened:
            store.close()
