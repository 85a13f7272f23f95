"""Brings a database's tables to what this campusctl needs. An up-to-date one costs one SELECT."""

import fcntl
import os
import secrets as random_source
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from campusctl.errors import JournalError
from campusctl.history.connecting import use_wal
from campusctl.history.database import WRITES, Database
from campusctl.history.schema import NEWEST, meta
from campusctl.history.trouble import told

_LOCK: Final = 0x63616D707573
"""Number of PostgreSQL's advisory lock while tables are made: `campus`."""


@contextmanager
def up_to_date(database: Database) -> Iterator[bool]:
    """Make or change the tables if need be; whoever did stays `alone` until the block ends.

    Yields:
        True when the database was empty, so that a new journal begins.

    Raises:
        JournalError: A newer campusctl made them, or they cannot be changed.
    """
    if _version(database) == NEWEST:
        yield False
        return
    with alone(database):
        if database.place.file:
            with told(database.place.shown):
                use_wal(database.engine)
        with rebuilding(database) as connection:
            new = _upgrade(connection, database)
        yield new


@contextmanager
def rebuilding(database: Database) -> Iterator[Connection]:
    """One transaction in which tables may be made, changed and replaced.

    SQLite: without foreign keys, or replacing a table would delete what points to it.
    Source: sqlite.org/lang_altertable.html.
    """
    with told(database.place.shown), database.engine.connect().execution_options(**{WRITES: True}) as connection:
        if database.is_sqlite:
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            if database.is_sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    # Below SQLAlchemy, which would begin a transaction first: within one the setting does nothing.
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA foreign_keys = {state}").close()


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """One opener of this host at a time (SQLite): until the tables are made and the new trail's first end is noted.

    SQLite cannot wait while it changes to write-ahead logging.
    """
    if database.place.file is None:
        yield
        return
    with _locked(database.place.file.with_suffix(".lock"), database.place.shown):
        yield


@contextmanager
def _locked(file: Path, shown: str) -> Iterator[None]:
    with told(shown):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _version(database: Database) -> str:
    """The migration that the tables are at; empty: there are none."""
    with told(database.place.shown):
        database.same_file()
        try:
            with database.engine.connect() as connection:
                return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
        except (OperationalError, ProgrammingError) as wrong:
            if _no_such_table(wrong):
                return ""
            raise


def _no_such_table(wrong: OperationalError | ProgrammingError) -> bool:
    # Source: PostgreSQL, Appendix A: 42P01 undefined_table.
    return getattr(wrong.orig, "sqlstate", None) == "42P01" or "no such table" in str(wrong.orig)


def _upgrade(connection: Connection, database: Database) -> bool:
    """Within the writer's transaction: all of it, or nothing."""
    if not database.is_sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        _need_unicode(connection, database.place.shown)
        _make_schema(connection, database.place.schema)
    # Somebody else may have been quicker.
    tables = inspect(connection).get_table_names(schema=database.place.schema or None)
    old = ""
    if "alembic_version" in tables:
        old = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    elif tables:
        what = f"{database.place.shown} has tables that are not campusctl's ({', '.join(sorted(tables)[:3])})"
        raise JournalError(what, "give campusctl a database or a schema of its own")
    if old == NEWEST:
        return False
    _run_migrations(connection, old, database.place.shown)
    if not old:
        connection.execute(meta.insert().values(name="journal", value=random_source.token_hex(8)))
    return not old


def _need_unicode(connection: Connection, shown: str) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise JournalError(f"{shown} has the encoding {encoding}", "make it with: createdb --encoding UTF8 NAME")


def _make_schema(connection: Connection, schema: str) -> None:
    """Asked for first: a user who may use a schema need not be allowed to make one."""
    found = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": schema}).scalar()
    if not found:
        # The name is checked where it is read: see place.py.
        connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')


def _run_migrations(connection: Connection, old: str, shown: str) -> None:
    from alembic import command  # noqa: PLC0415 - 200 ms, and only for a database that is not up to date
    from alembic.config import Config  # noqa: PLC0415 - likewise
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", "campusctl.history:migrations")
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if old and old not in known:
        what = f"{shown} was made by a newer campusctl (its tables are at {old}, this one knows {NEWEST})"
        raise JournalError(what, "use that version here, too")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
