"""Host keys: an OpenSSH known_hosts file per workspace, checked before anything secret is sent.

Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
"""

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from campusctl.drivers.switch.faults import SessionError, translate
from campusctl.errors import WorkspaceError
from campusctl.model.outcome import FaultKind

_SSH_PORT: Final = 22
_MAX_FILE: Final = 16 * 1024 * 1024
_UNSUPPORTED: Final = "@cert-authority"
_REVOKED: Final = "@revoked"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One line of the file that names a key."""

    hosts: tuple[str, ...]
    """Patterns, `[host]:port`, or one hashed name."""
    keytype: str
    """Such as `ssh-ed25519`."""
    blob: bytes
    """The public key as it goes over the wire."""
    revoked: bool = False
    """This key must never be accepted."""

    def names(self, host: str) -> bool:
        """Whether the line is about this name (`host` or `[host]:port`)."""
        if self.hosts[0].startswith("|1|"):
            return _hash_matches(self.hosts[0], host)
        wanted = [pattern for pattern in self.hosts if fnmatch.fnmatchcase(host, _glob(pattern.removeprefix("!")))]
        return bool(wanted) and not any(pattern.startswith("!") for pattern in wanted)


@dataclass(frozen=True)
class KnownHosts:
    """A known_hosts file: its keys, and its lines as they stand."""

    path: Path
    """Where `save` writes."""
    lines: tuple[str, ...] = ()
    """All lines, also comments."""
    keys: tuple[KnownKey | None, ...] = ()
    """What each line says; None for comments and certificate authorities."""

    @classmethod
    def load(cls, path: Path | str) -> "KnownHosts":
        """Read the file; one that does not exist knows nobody.

        Raises:
            WorkspaceError: It cannot be read, with the line.
        """
        path = Path(path)
        try:
            if path.stat().st_size > _MAX_FILE:
                raise WorkspaceError(f"{path}: more than {_MAX_FILE} bytes", "is this a known_hosts file?")
            lines = tuple(path.read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise WorkspaceError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}", _RENEW) from None
        except UnicodeDecodeError:
            raise WorkspaceError(f"{path}: cannot be read: it is no text", _RENEW) from None
        return cls(path, lines, tuple(_parse(path, number, line) for number, line in enumerate(lines, 1)))

    def lookup(self, host: str, port: int = _SSH_PORT) -> list[KnownKey]:
        """Every key known of a host, revoked ones included."""
        name = entry_name(host, port)
        exact, others = self._index
        return [*exact.get(name, ()), *(key for key in others if key.names(name))]

    @cached_property
    def _index(self) -> tuple[dict[str, list[KnownKey]], list[KnownKey]]:
        """Keys by plain name, and those whose names must be tried: hashed, with wildcards or exceptions."""
        exact: dict[str, list[KnownKey]] = {}
        others = []
        for key in self.keys:
            if key is None:
                continue
            if any(char in name for name in key.hosts for char in "*?!|"):
                others.append(key)
                continue
            for name in key.hosts:
                exact.setdefault(name.lower(), []).append(key)
        return exact, others

    def types(self, host: str, port: int = _SSH_PORT) -> tuple[str, ...]:
        """The key types to ask the host for."""
        return tuple({key.keytype: None for key in self.lookup(host, port) if not key.revoked})

    def add(self, host: str, port: int, keytype: str, blob: bytes) -> "KnownHosts":
        """The same with one key more."""
        name = entry_name(host, port)
        line = f"{name} {keytype} {base64.b64encode(blob).decode()}"
        return replace(self, lines=(*self.lines, line), keys=(*self.keys, KnownKey((name,), keytype, blob)))

    def remove(self, host: str, port: int = _SSH_PORT) -> "KnownHosts":
        """The same without this host's keys; revoked ones, and lines that name other hosts too, stay."""
        name = entry_name(host, port)
        kept = [
            (line, key)
            for line, key in zip(self.lines, self.keys, strict=True)
            if key is None or key.revoked or len(key.hosts) > 1 or "*" in key.hosts[0] or not key.names(name)
        ]
        return replace(self, lines=tuple(line for line, _ in kept), keys=tuple(key for _, key in kept))

    def save(self) -> None:
        """Write the file, readable by its owner only; whoever reads it sees the old or the new one, never half."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".known_hosts-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in self.lines))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def entry_name(host: str, port: int) -> str:
    """How a host stands in the file."""
    return host.lower() if port == _SSH_PORT else f"[{host.lower()}]:{port}"


def fingerprint(blob: bytes) -> str:
    """As `ssh-keygen -l` shows it: `SHA256:` and base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def load(path: str) -> KnownHosts:
    """The file, read again only when it has changed.

    Raises:
        SessionError: HOST_KEY; without a readable file nobody can be trusted.
    """
    try:
        stat = Path(path).stat()
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except OSError:
        stamp = (0, 0, 0)
    try:
        return _load(path, stamp)
    except WorkspaceError as error:
        raise SessionError(FaultKind.HOST_KEY, error.what, error.hint) from None


@lru_cache(maxsize=16)
def _load(path: str, _stamp: tuple[int, int, int]) -> KnownHosts:
    return KnownHosts.load(path)


def check(known: KnownHosts, host: str, port: int, keytype: str, blob: bytes) -> None:
    """Accept a host's key or say why not.

    Raises:
        SessionError: HOST_KEY; unknown, changed or revoked. Never worth a second try.
    """
    keys = known.lookup(host, port)
    name = entry_name(host, port)
    if any(key.revoked and key.blob == blob for key in keys):
        raise SessionError(
            FaultKind.HOST_KEY, f"{name} shows a revoked key {keytype} {fingerprint(blob)}", _REVOKED_HINT
        )
    valid = [key for key in keys if not key.revoked]
    if any(key.blob == blob for key in valid):
        return
    if not valid:
        raise SessionError(
            FaultKind.HOST_KEY,
            f"the host key of {name} is unknown: {keytype} {fingerprint(blob)}",
            "compare the fingerprint with the switch's console, then: campusctl trust SCHOOL",
        )
    old = next((key for key in valid if key.keytype == keytype), valid[0])
    raise SessionError(
        FaultKind.HOST_KEY,
        f"the host key of {name} has CHANGED: known is {old.keytype} {fingerprint(old.blob)}, "
        f"it now shows {keytype} {fingerprint(blob)}",
        "was the switch replaced? if nobody knows, do not log in; if so: campusctl trust SCHOOL --replace",
    )


_REVOKED_HINT: Final = "somebody marked this key as stolen or retired: give the switch a new one"


def scan(
    host: str, port: int, timeout_s: float, *, legacy: bool = False, prefer: tuple[str, ...] = ()
) -> tuple[str, bytes]:
    """The key a host shows, as (type, blob), by a key exchange without a log-in.

    Args:
        host: Address.
        port: TCP port.
        timeout_s: For TCP and for the handshake, each.
        legacy: Also offer old algorithms.
        prefer: Key types to ask for first: those already known.

    Raises:
        SessionError: UNREACHABLE or TIMEOUT.
    """
    from campusctl.drivers.switch.transport import select  # noqa: PLC0415 - loads the SSH libraries
    from campusctl.drivers.switch.transport.link import Endpoint, algorithms, key_type  # noqa: PLC0415 - likewise

    where = Endpoint(host, port, timeout_s, algorithms(legacy=legacy, known=prefer))
    fault: SessionError | None = None
    for name in select.names("auto"):
        try:
            blob = select.get(name).host_key(where)
            return key_type(blob), blob
        except Exception as error:  # noqa: BLE001 - every class of three libraries; the table names them all
            fault = translate(error, f"{host}:{port}")
            if not select.may_differ(error):
                break
    raise fault or SessionError(FaultKind.INTERNAL, "no SSH library is installed")


_RENEW: Final = "repair it, or move it away and look at every key again: campusctl trust SCHOOL"


def _parse(path: Path, number: int, line: str) -> KnownKey | None:
    words = line.split()
    if not words or words[0].startswith("#") or words[0] == _UNSUPPORTED:
        return None
    revoked = words[0] == _REVOKED
    words = words[1:] if revoked else words
    if len(words) < 3:
        raise WorkspaceError(f"{path}:{number}: not a known_hosts line", "it has: names, key type, key")
    try:
        blob = base64.b64decode(words[2], validate=True)
    except (binascii.Error, ValueError):
        raise WorkspaceError(f"{path}:{number}: the key is not base64", _RENEW) from None
    return KnownKey(tuple(words[0].split(",")), words[1], blob, revoked)


def _hash_matches(entry: str, host: str) -> bool:
    parts = entry.split("|")
    if len(parts) != 4:
        return False
    try:
        salt, digest = base64.b64decode(parts[2]), base64.b64decode(parts[3])
    except (binascii.Error, ValueError):
        return False
    # SHA-1 is the file format's choice; it hides names, nothing more.
    return hmac.compare_digest(hmac.digest(salt, host.encode(), "sha1"), digest)


def _glob(pattern: str) -> str:
    # In this file only * and ? are wildcards; [host]:port is literal.
    return pattern.lower().replace("[", "[[]")
