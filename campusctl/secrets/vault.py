"""Secrets in a file that ansible-vault encrypts: opened once, kept in memory, never shown."""

import os
import stat
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from campusctl.errors import SecretError
from campusctl.model.sentence import sentence
from campusctl.secrets.password import PASSWORD_FILE
from campusctl.secrets.vault_text import VAULT_FILE, flatten

_MAX_FILE: Final = 4 * 1024 * 1024


class VaultSource:
    """A file encrypted by ansible-vault: a YAML mapping, nested keys joined with `/`.

    See `campusctl.secrets.source.Source`.
    """

    name = "vault"

    def __init__(self, path: Path, password: Callable[[], bytes]) -> None:
        """Prepare; nothing is read before the first secret is wanted.

        Args:
            path: The vault file.
            password: Gives the vault's password when it is needed.
        """
        self._path = path
        self._password = password
        self._values: Mapping[str, str] | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"VaultSource({str(self._path)!r})"

    def find(self, refs: Sequence[str]) -> Mapping[str, str]:
        """What the vault has of them."""
        values = self._open() if refs else {}
        return {ref: values[ref] for ref in refs if ref in values}

    def refs(self) -> tuple[str, ...]:
        """Every reference there is."""
        return tuple(self._open())

    def lacks(self, ref: str) -> tuple[str, str]:
        """It is not in the file; knows what was probably meant."""
        close = get_close_matches(ref, self._open(), 1)
        command = f"campusctl secrets set {ref}"
        hint = sentence("did you mean {ref}? else: {command}", ref=close[0], command=command) if close else command
        return sentence("is not in {file}", file=self._path), hint

    def _open(self) -> Mapping[str, str]:
        with self._lock:
            if self._values is None:
                self._values = flatten(self._path, decrypt(self._path, read_vault(self._path), self._password()))
        return self._values


def read_vault(path: Path) -> bytes:
    """The file as it is, encrypted.

    Raises:
        SecretError: It is missing, too large, no regular file, or not encrypted.
    """
    try:
        # Non-blocking, or a named pipe in its place would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SecretError(f"{path} is no regular file", _CREATE)
            data = file.read(_MAX_FILE + 1)
    except OSError as error:
        raise SecretError(f"{path}: {error.strerror}", _CREATE) from None
    if len(data) > _MAX_FILE:
        raise SecretError(f"{path}: more than {_MAX_FILE} bytes", "is this a vault file?")
    if not data.startswith(b"$ANSIBLE_VAULT;"):
        raise SecretError(f"{path} is not encrypted", f"ansible-vault encrypt {VAULT_FILE}")
    return data


_CREATE: Final = f"ansible-vault create {VAULT_FILE}"


def decrypt(path: Path, data: bytes, password: bytes) -> bytes:
    """The text inside.

    Args:
        path: The file, for the message.
        data: Its bytes.
        password: The vault's.

    Raises:
        SecretError: Wrong password, or a damaged file.
    """
    secret, library = _ansible()
    # Ansible's library takes 200 ms to import; only who opens a vault pays.
    from ansible.errors import AnsibleError  # noqa: PLC0415 - see above

    try:
        return bytes(library([("default", secret(password))]).decrypt(data))
    except (AnsibleError, ValueError):
        # Ansible's own text is not passed on: it may quote the file.
        raise SecretError(
            sentence("{file}: wrong vault password, or the file is damaged", file=path),
            sentence("check {variable}", variable=PASSWORD_FILE),
        ) from None


def _ansible() -> tuple[Any, Any]:
    """Ansible's `VaultSecret` and `VaultLib`; neither is typed."""
    # It makes a folder for temporary files when it is imported, by default in a home that need not be writable.
    os.environ.setdefault("ANSIBLE_LOCAL_TEMP", tempfile.gettempdir())
    from ansible.parsing.vault import VaultLib, VaultSecret  # noqa: PLC0415 - see decrypt

    return VaultSecret, VaultLib


def encrypt(text: bytes, password: bytes, label: str) -> bytes:
    """A vault file with this text, under a vault id label; empty: none."""
    secret, library = _ansible()
    key = secret(password)
    return bytes(library([("default", key)]).encrypt(text, key, vault_id=label or None))


def label_of(data: bytes) -> str:
    """The vault id label in a file's first line; empty: it has none."""
    parts = data.partition(b"\n")[0].decode(errors="replace").strip().split(";")
    return parts[3] if len(parts) > 3 else ""
