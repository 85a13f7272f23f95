"""The tables. A change here needs a migration: a test compares the two in both databases."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

NEWEST: Final = "0002"
"""The newest migration, so that an up-to-date database is recognised without importing Alembic."""

metadata: Final = MetaData()

# SQLite counts by itself only in a column that is called INTEGER.
_COUNTER: Final = BigInteger().with_variant(Integer, "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """A moment: `timestamptz` in PostgreSQL, UTC text in SQLite; always aware and UTC in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a naive time is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AnyText(TypeDecorator[str]):
    """Text of any origin: what no database can hold (NUL, halves of surrogate pairs) is spelled out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    r"""A text as both databases can hold it: NUL becomes `\x00`, half a surrogate pair `\ud83d`."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def _text(name: str, **options: Any) -> Column[str]:  # noqa: ANN401 - passed on to Column
    return Column(name, AnyText, nullable=False, server_default="", **options)


meta: Final = Table(
    "meta", metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip
"""Facts about this database: `journal`, a random id made with it."""

runs: Final = Table(
    "runs", metadata,
    Column("id", AnyText, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime),
    Column("exit_code", Integer),
    _text("note"),
    _text("user"),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("boot_id"),
    Column("process_start", BigInteger, nullable=False, server_default="0"),
    _text("command"),
    _text("inventory_digest"),
    _text("inventory_commit"),
    _text("template_digest"),
    _text("tool_version"),
    Column("lab", Boolean, nullable=False),
    _text("reason"),
    _text("parent"),
    Column("scheduled", Boolean, nullable=False),
    Index("runs_by_start", "started"),
    Index("runs_by_state", "state"),
)  # fmt: skip

run_schools: Final = Table(
    "run_schools", metadata,
    Column("run_id", AnyText, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("school", AnyText, primary_key=True),
    Index("run_schools_by_school", "school"),
)  # fmt: skip

devices: Final = Table(
    "devices", metadata,
    Column("run_id", AnyText, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("device", AnyText, primary_key=True),
    _text("school"),
    Column("state", Text, nullable=False),
    Column("assessment", AnyText),
    Column("change", AnyText),
    Column("before_text", AnyText),
    Column("outcome", AnyText),
    Column("fault", AnyText),
    Column("began", UtcTime),
    Column("ended", UtcTime),
    Index("devices_by_device", "device"),
    Index("devices_by_state", "state"),
)  # fmt: skip
"""One row per run and device; assessment, change, outcome and fault are JSON."""

steps: Final = Table(
    "steps", metadata,
    Column("number", _COUNTER, primary_key=True, autoincrement=True),
    Column("run_id", AnyText, nullable=False),
    Column("device", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    _text("text"),
    ForeignKeyConstraint(["run_id", "device"], ["devices.run_id", "devices.device"], ondelete="CASCADE"),
    Index("steps_by_device", "run_id", "device"),
)  # fmt: skip

findings: Final = Table(
    "findings", metadata,
    Column("id", AnyText, primary_key=True),
    _text("school"),
    _text("devices"),
    _text("path"),
    _text("before"),
    _text("after"),
    _text("title"),
    _text("device_class"),
    Column("state", Text, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    _text("last_run"),
    Column("decided", UtcTime),
    _text("decided_by"),
    _text("reason"),
    _text("owner"),
    Column("until", UtcTime),
    Index("findings_by_school", "school", "state"),
)  # fmt: skip
"""Devices, path, before and after are JSON."""

leases: Final = Table(
    "leases", metadata,
    Column("school", AnyText, primary_key=True),
    _text("holder"),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("boot_id"),
    Column("process_start", BigInteger, nullable=False, server_default="0"),
    _text("reason"),
    _text("run_id"),
    Column("acquired", UtcTime, nullable=False),
    Column("expires", UtcTime, nullable=False),
    Column("token", Text, nullable=False),
)  # fmt: skip

claims: Final = Table(
    "claims", metadata,
    Column("school", AnyText, primary_key=True),
    _text("holder"),
    _text("host"),
    Column("made", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    _text("reason"),
)  # fmt: skip

secrets_set: Final = Table(
    "secrets_set", metadata,
    Column("number", _COUNTER, primary_key=True, autoincrement=True),
    Column("device", AnyText, nullable=False),
    _text("path"),
    _text("ref"),
    _text("fingerprint"),
    _text("run_id"),
    Column("at", UtcTime, nullable=False),
    Index("secrets_set_by_device", "device"),
    Index("secrets_set_by_ref", "ref"),
)  # fmt: skip

seen: Final = Table(
    "seen", metadata,
    Column("device", AnyText, primary_key=True),
    Column("lab", Boolean, primary_key=True),
    _text("school"),
    Column("at", UtcTime),
    Column("asked", UtcTime, nullable=False),
    _text("run_id"),
    Index("seen_by_school", "school"),
)  # fmt: skip
"""When each device answered last, real and simulated ones apart; `at` is empty for one that is asked in vain since
`asked`. Runs are pruned, this is not."""

audit: Final = Table(
    "audit", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("pruned", Integer),
    Column("prev", Text, nullable=False),
    Column("digest", Text, nullable=False),
)  # fmt: skip
"""Append-only; `pruned` is set in the entry of a pruning: entries up to that number may be deleted."""
