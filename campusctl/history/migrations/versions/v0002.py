"""When each device answered last."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table `seen`, and fill it with what the runs so far say."""
    seen = op.create_table(
        "seen",
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("lab", sa.Boolean, primary_key=True),
        sa.Column("school", sa.Text, nullable=False, server_default=""),
        sa.Column("at", _TIME),
        sa.Column("asked", _TIME, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("seen_by_school", "seen", ["school"])
    op.execute(seen.insert().from_select(["device", "lab", "school", "at", "asked", "run_id"], _known()))


def _known() -> "sa.Select[tuple[object, ...]]":
    """Of every device that was read or changed: the newest time, and the run."""
    devices = sa.table("devices", *map(sa.column, ("run_id", "device", "school", "state", "ended")))
    runs = sa.table("runs", sa.column("id"), sa.column("lab"))
    newest = sa.func.row_number().over(partition_by=(devices.c.device, runs.c.lab), order_by=devices.c.ended.desc())
    read = (
        sa.select(devices, runs.c.lab, newest.label("place"))
        .join(runs, runs.c.id == devices.c.run_id)
        .where(devices.c.state.in_(["read", "done"]), devices.c.ended.is_not(None))
        .subquery()
    )
    fields = (read.c.device, read.c.lab, read.c.school, read.c.ended, read.c.ended, read.c.run_id)
    return sa.select(*fields).where(read.c.place == 1)
