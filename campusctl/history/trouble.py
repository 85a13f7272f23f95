"""Database errors in an operator's words. Nothing in them comes from a statement's values or from the URL."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from campusctl.errors import JournalError
from campusctl.model.printable import printable

_SQLITE: Final[Mapping[str, tuple[str, str]]] = {
    "SQLITE_FULL": ("is full", "make room on the disk; nothing was sent that is not written down"),
    "SQLITE_READONLY": ("cannot be written", "is it yours, and is the disk mounted for writing?"),
    "SQLITE_BUSY": ("is locked by another program", "end the program that has the file open, then try again"),
    "SQLITE_LOCKED": ("is locked by another program", "end the program that has the file open, then try again"),
    "SQLITE_CORRUPT": ("is damaged", "move it away (a new one is made), or put a copy back: see docs/history.md"),
    "SQLITE_NOTADB": ("is no database", "move it away (a new one is made), or put a copy back: see docs/history.md"),
    "SQLITE_CANTOPEN": ("cannot be opened", "does its folder exist, and is it yours?"),
    "SQLITE_IOERR": ("cannot be read or written: the disk reports an error", "is it full, or failing?"),
    "SQLITE_PERM": ("cannot be written", "is it yours?"),
    "SQLITE_TOOBIG": ("cannot take so large a value", ""),
    "SQLITE_NOMEM": ("has no memory left", ""),
}
"""By the name of SQLite's result code, or its beginning. Source: sqlite.org/rescode.html."""

_POSTGRESQL: Final[Mapping[str, tuple[str, str]]] = {
    "08": ("cannot be reached", "is the server up, and can it be reached from here?"),
    "57": ("was shut down, or stopped the statement", "is the server up?"),
    "5310": ("is full", "make room on the server; nothing was sent that is not written down"),
    "53": ("has no resources left", "look at the server's log"),
    "58": ("cannot read or write its files", "look at the server's log"),
    "XX": ("is damaged", "look at the server's log"),
    "28": ("refuses the login", "check user and password in CAMPUSCTL_DATABASE_URL or .campusctl/database-url"),
    "3D": ("does not exist", "make it: createdb NAME"),
    "42501": ("does not let us do this", "the user needs CREATE on the database, or must own the schema"),
    "42P01": ("lacks a table of the journal", "was it made by campusctl? see docs/history.md"),
    "25006": ("is read-only", "is it a standby server?"),
    "55": ("is locked by another session", "end it, then try again"),
    "40": ("could not do this beside other sessions", "try again"),
    "22": ("cannot take a value", ""),
    "54": ("cannot take so large a value", ""),
}
"""By SQLSTATE, or its beginning. Source: PostgreSQL, Appendix A."""

_UNREACHED: Final = "cannot be reached"
"""libpq says why: no such host, refused, timed out."""
_LOGIN: Final = ("authentication failed", "no password supplied", "no pg_hba.conf entry")


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn whatever a database does wrong into a JournalError that names the place.

    Raises:
        JournalError: Instead of every error of SQLAlchemy, a driver or the disk.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as wrong:
        # The cause would show statements in a traceback, so it is cut off.
        raise explained(place, wrong) from None
    except OSError as wrong:
        raise JournalError(f"{place}: {wrong.strerror or wrong}", "is it yours, and is there room?") from None
    except (ValidationError, ValueError, TypeError, KeyError, OverflowError) as wrong:
        hint = "`campusctl history verify` says whether the audit trail is whole"
        raise JournalError(f"{place} holds something unreadable ({type(wrong).__name__})", hint) from None


def explained(place: str, wrong: Exception) -> JournalError:
    """The words for a database's error."""
    cause = wrong.orig if isinstance(wrong, DBAPIError) and wrong.orig else wrong
    code = _code(cause)
    table = _SQLITE if isinstance(cause, sqlite3.Error) else _POSTGRESQL
    fits = [key for key in table if code and code.startswith(key)]
    if fits:
        what, hint = table[max(fits, key=len)]
        why = f": {_first_line(cause)}" if what == _UNREACHED else ""
        return JournalError(f"{place} {what}{why}", hint)
    if isinstance(wrong, IntegrityError):
        return JournalError(f"{place} refuses an entry that does not fit the others", "is the run known, and new?")
    return JournalError(f"{place}: {_first_line(cause)}", "look at the database, then try again")


def _code(cause: BaseException) -> str:
    if isinstance(cause, sqlite3.Error):
        return str(getattr(cause, "sqlite_errorname", "") or "")
    code = str(getattr(cause, "sqlstate", "") or "")
    if code or type(cause).__name__ != "OperationalError":
        return code
    # No connection, so no code: libpq tells in words.
    text = str(cause)
    if any(words in text for words in _LOGIN):
        return "28000"
    return "3D000" if 'database "' in text and "does not exist" in text else "08000"


def _first_line(cause: BaseException) -> str:
    text = str(cause).strip().partition("\n")[0] or type(cause).__name__
    return printable(text)[:300]
