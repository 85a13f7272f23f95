"""What one run of the module knows: the document's secrets, what was looked at, notes, who we came in as."""

from __future__ import annotations

import grp
import hashlib
import json
import os
import pwd
import re
from typing import TYPE_CHECKING, Any

from .edits import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .keeping import Keeper
    from .machine import Machine

_TOKEN = re.compile(r"<<secret:([^<>\s]{1,200})>>")


class Pc:
    """One look at, or one change of, this PC."""

    def __init__(self, machine: Machine, secrets: Mapping[str, str], keeper: Keeper, user: str) -> None:
        """`user` is the account that we came in as; `secrets` maps references to values."""
        self.machine = machine
        self.keeper = keeper
        self.user = user
        self._noted: list[str] = []
        self._told: list[str] = []
        self._secrets = secrets
        self._seen: dict[str, Any] = {}

    def saw(self, path: tuple[str, ...], value: object) -> None:
        """Remember what was looked at; `value` is JSON."""
        self._seen["\0".join(path)] = value

    def note(self, sentence: str) -> None:
        """Tell a person something about what was looked at; another look may not say it any more."""
        self._noted.append(sentence)

    def tell(self, sentence: str) -> None:
        """Tell a person something about what was done, or will be."""
        self._told.append(sentence)

    @property
    def notes(self) -> list[str]:
        """Everything that was told, once."""
        return list(dict.fromkeys(self._noted + self._told))

    def digest(self, salt: str) -> str:
        """Keyed digest of everything that was looked at since the last `forget`."""
        text = json.dumps(self._seen, sort_keys=True).encode("ascii")
        key = hashlib.blake2b(salt.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        return hashlib.blake2b(text, key=key, digest_size=16).hexdigest()

    def forget(self) -> None:
        """Begin another look."""
        self._seen = {}
        self._noted = []

    def expand(self, text: str) -> str:
        """The text with its secrets in the clear.

        Raises:
            Trouble: `malformed`: a secret was not given.
        """
        return _TOKEN.sub(lambda found: self._secret(found[1]), text)

    def _secret(self, reference: str) -> str:
        try:
            return self._secrets[reference]
        except KeyError:
            raise Trouble("malformed", f"the secret {reference} was not given") from None


def secret(text: str) -> bool:
    """A text of the document has a secret in it."""
    return _TOKEN.search(text) is not None


def uid_of(name: str) -> int:
    """Number of a user that is given by name or number. Raises Trouble `rejected`."""
    if name.isdigit():
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Trouble("rejected", f"there is no user {name}", "the document's users come before its files") from None


def gid_of(name: str) -> int:
    """Number of a group that is given by name or number. Raises Trouble `rejected`."""
    if name.isdigit():
        return int(name)
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise Trouble("rejected", f"there is no group {name}", "the document's groups come before its files") from None


def user_name(uid: int) -> str:
    """Name of a user, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group_name(gid: int) -> str:
    """Name of a group, or its number where it has none."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def who_we_are() -> str:
    """The account that logged in: the one before sudo, else the one we run as."""
    return os.environ.get("SUDO_USER") or user_name(os.getuid())
