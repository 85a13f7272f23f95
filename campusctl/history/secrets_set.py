"""Which secret was set on which device when: for those that a device does not show in a form that can be compared."""

import json

from sqlalchemy import Connection, RowMapping, select

from campusctl.history.schema import secrets_set
from campusctl.model.journal import SecretSet


def remember(connection: Connection, said: SecretSet) -> None:
    """Write down that a secret was set."""
    connection.execute(secrets_set.insert().values({**said.model_dump(), "path": json.dumps(said.path)}))


def listed(connection: Connection, device: str, ref: str) -> tuple[SecretSet, ...]:
    """What was set, newest first."""
    query = select(secrets_set).order_by(secrets_set.c.number.desc())
    if device:
        query = query.where(secrets_set.c.device == device)
    if ref:
        query = query.where(secrets_set.c.ref == ref)
    return tuple(_row(row) for row in connection.execute(query).mappings())


def _row(row: RowMapping) -> SecretSet:
    fields = {name: row[name] for name in SecretSet.model_fields if name != "path"}
    return SecretSet(**fields, path=tuple(json.loads(row["path"])))
