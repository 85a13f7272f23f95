"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _runs()
    _devices()
    _findings()
    _locks()
    _secrets_set()
    _audit()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("finished", _TIME),
        sa.Column("exit_code", sa.Integer),
        *map(_text, ("note", "user", "host")),
        sa.Column("pid", sa.Integer, nullable=False),
        _text("boot_id"),
        sa.Column("process_start", sa.BigInteger, nullable=False, server_default="0"),
        *map(_text, ("command", "inventory_digest", "inventory_commit", "template_digest", "tool_version")),
        sa.Column("lab", sa.Boolean, nullable=False),
        *map(_text, ("reason", "parent")),
        sa.Column("scheduled", sa.Boolean, nullable=False),
    )
    op.create_index("runs_by_start", "runs", ["started"])
    op.create_index("runs_by_state", "runs", ["state"])
    op.create_table(
        "run_schools",
        sa.Column("run_id", sa.Text, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("school", sa.Text, primary_key=True),
    )
    op.create_index("run_schools_by_school", "run_schools", ["school"])


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("run_id", sa.Text, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("device", sa.Text, primary_key=True),
        _text("school"),
        sa.Column("state", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("assessment", "change", "before_text", "outcome", "fault")),
        sa.Column("began", _TIME),
        sa.Column("ended", _TIME),
    )
    op.create_index("devices_by_device", "devices", ["device"])
    op.create_index("devices_by_state", "devices", ["state"])
    op.create_table(
        "steps",
        sa.Column("number", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("first", "last", "total")),
        _text("text"),
        sa.ForeignKeyConstraint(["run_id", "device"], ["devices.run_id", "devices.device"], ondelete="CASCADE"),
    )
    op.create_index("steps_by_device", "steps", ["run_id", "device"])


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Text, primary_key=True),
        *map(_text, ("school", "devices", "path", "before", "after", "title", "device_class")),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("last_seen", _TIME, nullable=False),
        _text("last_run"),
        sa.Column("decided", _TIME),
        *map(_text, ("decided_by", "reason", "owner")),
        sa.Column("until", _TIME),
    )
    op.create_index("findings_by_school", "findings", ["school", "state"])


def _locks() -> None:
    op.create_table(
        "leases",
        sa.Column("school", sa.Text, primary_key=True),
        *map(_text, ("holder", "host")),
        sa.Column("pid", sa.Integer, nullable=False),
        _text("boot_id"),
        sa.Column("process_start", sa.BigInteger, nullable=False, server_default="0"),
        *map(_text, ("reason", "run_id")),
        sa.Column("acquired", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("school", sa.Text, primary_key=True),
        *map(_text, ("holder", "host")),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        _text("reason"),
    )


def _secrets_set() -> None:
    op.create_table(
        "secrets_set",
        sa.Column("number", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("device", sa.Text, nullable=False),
        *map(_text, ("path", "ref", "fingerprint", "run_id")),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("secrets_set_by_device", "secrets_set", ["device"])
    op.create_index("secrets_set_by_ref", "secrets_set", ["ref"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "actor", "host", "action", "subject", "detail")),
        sa.Column("pruned", sa.Integer),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("prev", "digest")),
    )
    for statement in _SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS:
        op.execute(sa.text(statement))


# What is written stays: an entry goes only when a later entry says that it was pruned.
_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    WHEN OLD.seq > (SELECT coalesce(max(pruned), 0) FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit trail has no gaps'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit) THEN
                RAISE EXCEPTION 'the audit trail has no gaps';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' THEN
            IF OLD.seq <= (SELECT coalesce(max(pruned), 0) FROM audit) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'the audit trail is append-only';
    END $$
    """,
    """
    CREATE TRIGGER audit_rows BEFORE INSERT OR UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_guard()
    """,
    """
    CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()
    """,
)
