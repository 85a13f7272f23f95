"""The vault's password: from a file, from a program, or from a person. Never from an option."""

import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from campusctl.errors import SecretError
from campusctl.model.sentence import sentence
from campusctl.secrets.asking import ask_program
from campusctl.secrets.vault_text import VAULT_FILE

PASSWORD_FILE: Final = "CAMPUSCTL_VAULT_PASSWORD_FILE"  # noqa: S105 - the name of a variable

_MAX_PASSWORD: Final = 4096
_SCRIPT_TIMEOUT_S: Final = 30


def vault_password(environ: Mapping[str, str], ask: Callable[[], str] | None = None) -> bytes:
    """The vault's password: from the file or executable script that the environment names, or from a person.

    Raises:
        SecretError: There is none.
    """
    name = environ.get(PASSWORD_FILE, "")
    if not name and ask is not None:
        return _not_empty(ask().encode(), "what was typed")
    if not name:
        raise SecretError(
            sentence("{file} is encrypted and no password is known", file=VAULT_FILE),
            sentence("set {variable}", variable=PASSWORD_FILE),
        )
    path = Path(name).expanduser()
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise SecretError(f"{PASSWORD_FILE}: {path} is not a file")
        text = _run(path) if mode & 0o111 else _head(path)
    except OSError as error:
        raise SecretError(f"{PASSWORD_FILE}: {path}: {error.strerror}") from None
    return _not_empty(text.strip(b"\r\n"), str(path))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MAX_PASSWORD)


def _not_empty(password: bytes, origin: str) -> bytes:
    if not password:
        raise SecretError(f"the vault password from {origin} is empty")
    return password


def _run(script: Path) -> bytes:
    try:
        code, output = ask_program([str(script.resolve())], _SCRIPT_TIMEOUT_S)
    except TimeoutError:
        raise SecretError(f"{PASSWORD_FILE}: {script} took more than {_SCRIPT_TIMEOUT_S} s") from None
    if code:
        # What it wrote is not shown: it might be the password.
        raise SecretError(f"{PASSWORD_FILE}: {script} failed with exit code {code}")
    return output[:_MAX_PASSWORD]
