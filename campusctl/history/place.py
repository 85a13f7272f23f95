"""Where the journal lives: SQLite in the workspace, or the PostgreSQL that a URL names. The URL is never shown."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url

from campusctl.errors import JournalError
from campusctl.workspace import CITY_FILE, state_dir

VARIABLE: Final = "CAMPUSCTL_DATABASE_URL"
URL_FILE: Final = "database-url"
_FORM: Final = "postgresql://USER:PASSWORD@HOST/DATABASE"
_SCHEMA: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_CITY_NAME: Final = re.compile(r"""(?m)^name:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#"'][^#\n]*))""")


@dataclass(frozen=True, slots=True)
class Place:
    """A database, and how people call it."""

    url: URL = field(repr=False)
    """Where to connect; may hold a password."""
    shown: str
    """For messages; never a password."""
    file: Path | None = None
    """SQLite's file; None: PostgreSQL."""
    schema: str = ""
    """PostgreSQL's schema, so that cities share a database and never a table."""

    @property
    def mark(self) -> str:
        """A word for this place, the same in every run: another place is another journal."""
        url = self.url
        where = str(self.file) if self.file else repr((url.host, url.port, url.database, self.schema, _socket(url)))
        return f"{url.get_backend_name()}-{blake2b(where.encode(), digest_size=6).hexdigest()}"


def _socket(url: URL) -> str:
    return str(url.query.get("host", ""))


def find_place(root: Path, environ: Mapping[str, str]) -> Place:
    """Where this workspace's journal lives.

    Args:
        root: The workspace.
        environ: May name another database in CAMPUSCTL_DATABASE_URL; so may the file `.campusctl/database-url`.

    Raises:
        JournalError: The URL is none, names a database of another kind, or others may read its file.
        WorkspaceError: The workspace cannot be written.
    """
    folder = state_dir(root)
    text, source = environ.get(VARIABLE, "").strip(), VARIABLE
    if not text:
        text, source = _from_file(folder / URL_FILE), f".campusctl/{URL_FILE}"
    if not text:
        return _sqlite(folder / "history.db")
    url = _parsed(text, source)
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise JournalError(f"{source} names no file", "sqlite:////absolute/path/history.db")
        return _sqlite(Path(root, url.database))
    return _postgresql(url, root, source)


def _sqlite(file: Path) -> Place:
    return Place(URL.create("sqlite", database=str(file)), f"the journal {file}", file)


def _from_file(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as wrong:
        why = getattr(wrong, "strerror", None) or "it is no text"
        raise JournalError(f"{file} cannot be read: {why}", f"it holds one line: {_FORM}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise JournalError(f"{file} may hold a password, and others may read it", f"chmod 600 {file}")
    return text


def _parsed(text: str, source: str) -> URL:
    try:
        url = make_url(text)
        kind = url.get_backend_name()
    except Exception:  # noqa: BLE001 - whatever it says could quote the password
        raise JournalError(f"{source} holds no database URL", _FORM) from None
    if kind not in ("postgresql", "postgres", "sqlite"):
        raise JournalError(f"{source} names a database of a kind that is not supported", f"PostgreSQL: {_FORM}")
    return url


def _postgresql(url: URL, root: Path, source: str) -> Place:
    if not url.database:
        raise JournalError(f"{source} names no database", _FORM)
    query = dict(url.query)
    schema = query.pop("schema", None) or _city_schema(root)
    if not isinstance(schema, str) or not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise JournalError(f"{source}: schema is no plain name", "a-z, 0-9 and _, such as schema=campus")
    where = url.host or query.get("host") or "a local socket"
    shown = f"the journal in PostgreSQL (database {url.database} on {where})"
    plain = "".join(char if char.isprintable() else "?" for char in shown)
    return Place(url.set(drivername="postgresql+psycopg", query=query), plain, schema=schema)


def _city_schema(root: Path) -> str:
    """The city's own schema: clones of one city's inventory share it, two cities on one server do not.

    The name is read without the inventory's rules, so that a mistake there does not hide the journal.
    """
    try:
        text = (root / CITY_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError as wrong:
        raise JournalError(f"{CITY_FILE} cannot be read: {wrong.strerror}", _SCHEMA_HINT) from None
    found = _CITY_NAME.search(text)
    if not found:
        raise JournalError(f"{CITY_FILE} has no name, so the city's journal cannot be told", _SCHEMA_HINT)
    name = next(part for part in found.groups() if part).strip()
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
    mark = "" if plain == name.lower() else f"_{blake2b(name.encode(), digest_size=3).hexdigest()}"
    return f"campusctl_{plain}{mark}"


_SCHEMA_HINT: Final = "or name the schema in the URL: …/DATABASE?schema=campus"
