"""What a child process may know of our environment: everything but secrets."""

import os
import re
from collections.abc import Mapping
from typing import Final

_OURS: Final = re.compile(r"CAMPUSCTL_(SECRET_.*|VAULT_PASSWORD_FILE)|ANSIBLE_VAULT_.*", re.DOTALL)
_DATABASE: Final = frozenset({"CAMPUSCTL_DATABASE_URL", "PGPASSWORD"})
_MANAGERS: Final = re.compile(
    r"BW_(SESSION|PASSWORD|CLIENTID|CLIENTSECRET)|OP_(SESSION_.*|SERVICE_ACCOUNT_TOKEN|CONNECT_TOKEN)|BAO_TOKEN"
    r"|VAULT_TOKEN|GOPASS_AGE_PASSWORD",
    re.DOTALL,
)


def child_environ(
    environ: Mapping[str, str] | None = None, *, database: bool = False, password_manager: bool = False
) -> dict[str, str]:
    """The environment for a child process, without secrets. Every child that campusctl starts gets it.

    Args:
        environ: Ours; None: the process's own.
        database: The child opens the history: it keeps `CAMPUSCTL_DATABASE_URL` and `PGPASSWORD`.
        password_manager: The child fetches a secret: it keeps what unlocks `bw`, `op`, `vault` and `gopass`.
    """
    ours = os.environ if environ is None else environ
    return {name: value for name, value in ours.items() if not _hidden(name, database, password_manager)}


def _hidden(name: str, database: bool, password_manager: bool) -> bool:  # noqa: FBT001 - child_environ's own
    if name in _DATABASE:
        return not database
    if _MANAGERS.fullmatch(name):
        return not password_manager
    return _OURS.fullmatch(name) is not None
