"""Connections that keep what they are given: flushed to disk, and never waiting for ever."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event

from campusctl.errors import JournalError, MissingExtraError
from campusctl.history.database import WRITES, Database
from campusctl.history.place import Place
from campusctl.history.trouble import told

_BUSY_S: Final = 15
"""How long a statement waits for another program's lock, in seconds."""
_CONNECT_S: Final = 10
"""How long to wait for PostgreSQL, in seconds."""
_ALIVE: Final = {
    "connect_timeout": _CONNECT_S,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""libpq: a line that went dead is noticed within 25 s."""
_STATEMENT_S: Final = 60


def connect(place: Place) -> Database:
    """Open a database; SQLite's file is made, for its owner only.

    Raises:
        JournalError: It cannot be opened.
        MissingExtraError: PostgreSQL without its driver.
    """
    with told(place.shown):
        return _sqlite(place, place.file) if place.file else _postgresql(place)


def _sqlite(place: Place, file: Path) -> Database:
    os.close(os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with suppress(PermissionError):
        file.chmod(0o600)
    engine = create_engine(
        place.url, hide_parameters=True, connect_args={"timeout": _BUSY_S, "check_same_thread": False}
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    found = file.stat()
    return Database(place, engine, (found.st_dev, found.st_ino))


def _set_up_sqlite(raw: sqlite3.Connection, _record: object) -> None:
    # The library's own idea of when a transaction begins is switched off: see `_begin_sqlite`.
    raw.isolation_level = None
    raw.text_factory = _decoded
    for setting in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "secure_delete = ON",
        "journal_size_limit = 16777216",
    ):
        raw.execute(f"PRAGMA {setting}").close()


def _decoded(data: bytes) -> str:
    """Text that somebody spoiled is shown as far as it goes."""
    return data.decode("utf-8", "backslashreplace")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two readers that both want to become writers would block each other.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(place: Place) -> Database:
    options = {name: value for name, value in _ALIVE.items() if name not in place.url.query}
    try:
        engine = create_engine(
            place.url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=2,
            pool_timeout=_STATEMENT_S,
            connect_args={"application_name": "campusctl", "prepare_threshold": None, **options},
        )
    except ImportError:
        raise MissingExtraError("postgres", "a journal in PostgreSQL") from None
    event.listen(engine, "connect", _SetUpPostgresql(place.schema))
    return Database(place, engine)


class _SetUpPostgresql:
    """Tells each new session in which schema it works, and how much it may lose: nothing."""

    def __init__(self, schema: str) -> None:
        self._settings = {
            "search_path": f'"{schema}"',
            "lock_timeout": f"{_BUSY_S}s",
            "statement_timeout": f"{_STATEMENT_S}s",
            "idle_in_transaction_session_timeout": f"{_STATEMENT_S}s",
            "TimeZone": "UTC",
        }

    def __call__(self, raw: Any, _record: object) -> None:  # noqa: ANN401 - psycopg is an extra
        """Prepare one session."""
        before, raw.autocommit = raw.autocommit, True
        with raw.cursor() as cursor:
            for name, value in self._settings.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
            cursor.execute("SELECT set_config('synchronous_commit', 'on', false) "
                           "WHERE current_setting('synchronous_commit') = 'off'")  # fmt: skip
        raw.autocommit = before


def server_time(connection: Connection) -> Any:  # noqa: ANN401 - a datetime, as the driver gives it
    """The database's own clock, the one that all hosts share."""
    return connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()


def use_wal(engine: Engine) -> None:
    """Let readers read while somebody writes; SQLite remembers it in the file.

    Raises:
        JournalError: The disk cannot do it.
    """
    raw = engine.raw_connection()
    try:
        mode = raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone()
    finally:
        raw.close()
    if not mode or mode[0] != "wal":
        raise JournalError("the journal cannot use write-ahead logging here", "is the workspace on a network disk?")
