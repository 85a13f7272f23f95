"""Alembic runs this: migrations go through the connection, and in the transaction, of whoever opens the database."""

from alembic import context

from campusctl.history.schema import metadata

# Batch mode: SQLite cannot alter a column, so Alembic copies the table.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
