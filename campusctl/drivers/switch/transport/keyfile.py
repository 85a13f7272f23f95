"""Private key files: read once by the cryptography library, handed to either SSH library in memory."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from campusctl.drivers.switch.faults import SessionError
from campusctl.model.outcome import FaultKind

_MAX_FILE: Final = 64 * 1024
_HINT: Final = "the inventory names a key file in OpenSSH or PEM format, and the passphrase by reference"
_LOCK: Final = threading.Lock()

AnyKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A decrypted private key."""

    kind: str
    """`rsa`, `ecdsa` or `ed25519`."""
    text: bytes = field(repr=False)
    """OpenSSH format, not encrypted: stays in memory."""


def load(path: str, passphrase: Callable[[], str] | None) -> PrivateKey:
    """Read and decrypt a key file.

    Raises:
        SessionError: AUTH; it cannot be read, or the passphrase is missing or wrong.
    """
    file = Path(path).expanduser()
    try:
        stat = file.stat()
        if stat.st_size > _MAX_FILE:
            raise SessionError(FaultKind.AUTH, f"the key file {path} is too large to be one", _HINT)
        data = file.read_bytes()
    except OSError as error:
        raise SessionError(FaultKind.AUTH, f"the key file {path}: {error.strerror}", _HINT) from None
    with _LOCK:  # decrypting takes a tenth of a second on purpose: once is enough for a hundred sessions
        return _decrypt(path, data, passphrase() if passphrase else None)


@lru_cache(maxsize=16)
def _decrypt(path: str, data: bytes, passphrase: str | None) -> PrivateKey:
    try:
        key = _parse(data, passphrase)
    except TypeError:
        what = "needs a passphrase" if passphrase is None else "is not encrypted, but a passphrase is configured"
        raise SessionError(FaultKind.AUTH, f"the key file {path} {what}", _HINT) from None
    except (ValueError, UnsupportedAlgorithm):
        raise SessionError(
            FaultKind.AUTH, f"the key file {path} is no key, or the passphrase is wrong", _HINT
        ) from None
    text = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return PrivateKey(_kind(key), text)


def _parse(data: bytes, passphrase: str | None) -> AnyKey:
    read = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in data else load_pem_private_key
    key = read(data, passphrase.encode() if passphrase is not None else None)
    if not isinstance(key, AnyKey):
        raise ValueError  # noqa: TRY004 - a kind of key that no switch takes, told like any other unreadable file
    return key


def _kind(key: AnyKey) -> str:
    if isinstance(key, RSAPrivateKey):
        return "rsa"
    return "ecdsa" if isinstance(key, EllipticCurvePrivateKey) else "ed25519"
