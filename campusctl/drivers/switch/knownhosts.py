"""known_hosts files as OpenSSH writes them: read strictly, changed line by line, replaced whole.

Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
"""

import base64
import binascii
import fcntl
import fnmatch
import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from campusctl.errors import WorkspaceError

SSH_PORT: Final = 22
_MAX_FILE: Final = 16 * 1024 * 1024
_AUTHORITY: Final = "@cert-authority"
_REVOKED: Final = "@revoked"
_BEFORE: Final = ".old"


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
    authority: bool = False
    """It signs host certificates, which nobody here understands; it makes no host known."""
    comment: str = ""
    """What stands behind the key: the switch's name, where campusctl wrote it."""

    def names(self, host: str) -> bool:
        """Whether the line is about this name (`host` or `[host]:port`)."""
        if self.hosts[0].startswith("|1|"):
            return _hash_matches(self.hosts[0], host)
        wanted = [pattern for pattern in self.hosts if fnmatch.fnmatchcase(host, _glob(pattern.removeprefix("!")))]
        return bool(wanted) and not any(pattern.startswith("!") for pattern in wanted)

    def without(self, host: str) -> "KnownKey | None":
        """The line without this name; None: nothing is left of it. A pattern gets the name as its exception."""
        left = tuple(pattern for pattern in self.hosts if pattern.lower() != host and not pattern.startswith("|1|"))
        rest = replace(self, hosts=left)
        if any(not pattern.startswith("!") for pattern in left) and rest.names(host):
            return replace(self, hosts=(*left, f"!{host}"))
        return rest if any(not pattern.startswith("!") for pattern in left) else None

    @property
    def line(self) -> str:
        """The line as it stands in the file."""
        mark = _REVOKED if self.revoked else _AUTHORITY if self.authority else ""
        return " ".join(
            word
            for word in (mark, ",".join(self.hosts), self.keytype, base64.b64encode(self.blob).decode(), self.comment)
            if word
        )


@dataclass(frozen=True)
class KnownHosts:
    """A known_hosts file: its keys, and its lines as they stand."""

    path: Path
    """Where `save` writes."""
    lines: tuple[str, ...] = ()
    """All lines, also comments."""
    keys: tuple[KnownKey | None, ...] = ()
    """What each line says; None for comments."""
    before: "KnownHosts | None" = None
    """The file from before there was one per school: asked about hosts that this one does not know."""

    @classmethod
    def load(cls, path: Path | str, before: "KnownHosts | None" = None) -> "KnownHosts":
        """Read the file; one that does not exist knows nobody.

        Args:
            path: The file.
            before: The file from before there was one per school.

        Raises:
            WorkspaceError: It cannot be read, with the line.
        """
        path = Path(path)
        lines = _lines(path)
        keys = tuple(_parse(path, number, line) for number, line in enumerate(lines, 1))
        return cls(path, lines, keys, before)

    def lookup(self, host: str, port: int = SSH_PORT) -> list[KnownKey]:
        """Every key known of a host, revoked ones included."""
        name = entry_name(host, port)
        exact, others = self._index
        own = [*exact.get(name, ()), *(key for key in others if key.names(name))]
        own = [key for key in own if not key.authority]
        older = self.before.lookup(host, port) if self.before else []
        # What this file knows counts more, but a key that was revoked anywhere stays so.
        known = any(not key.revoked for key in own)
        return own + [key for key in older if key.revoked or not known]

    def authority(self, host: str, port: int = SSH_PORT) -> str:
        """`file:line` of a certificate authority for this host; empty: there is none."""
        name = entry_name(host, port)
        for number, key in enumerate(self.keys, 1):
            if key is not None and key.authority and key.names(name):
                return f"{self.path}:{number}"
        return self.before.authority(host, port) if self.before else ""

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

    def types(self, host: str, port: int = SSH_PORT) -> tuple[str, ...]:
        """The key types to ask the host for."""
        return tuple({key.keytype: None for key in self.lookup(host, port) if not key.revoked})

    def add(self, host: str, port: int, keytype: str, blob: bytes, comment: str = "") -> "KnownHosts":
        """The same with one key more."""
        key = KnownKey((entry_name(host, port),), keytype, blob, comment=comment)
        return replace(self, lines=(*self.lines, key.line), keys=(*self.keys, key))

    def remove(self, host: str, port: int = SSH_PORT) -> "KnownHosts":
        """The same without this host's keys: its lines go, lines about others too lose its name; revoked ones stay."""
        name = entry_name(host, port)
        kept: list[tuple[str, KnownKey | None]] = []
        for line, key in zip(self.lines, self.keys, strict=True):
            if key is None or key.revoked or key.authority or not key.names(name):
                kept.append((line, key))
                continue
            rest = key.without(name)
            if rest is not None:
                kept.append((rest.line, rest))
        return replace(self, lines=tuple(line for line, _ in kept), keys=tuple(key for _, key in kept))

    def without(self, gone: "set[KnownKey]") -> "KnownHosts":
        """The same without these lines."""
        kept = [(line, key) for line, key in zip(self.lines, self.keys, strict=True) if key not in gone]
        return replace(self, lines=tuple(line for line, _ in kept), keys=tuple(key for _, key in kept))

    def save(self) -> None:
        """Write the file, readable by its owner only; whoever reads it sees the old or the new one, never half."""
        make_room(self.path)
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


def before_of(path: Path | str) -> Path:
    """Where the file of the whole workspace is: in its place, or beside the folder that took it."""
    path = Path(path)
    # Unlike pathlib's, this one takes a folder that may not be looked into for no file.
    return path if os.path.isfile(path) else path.with_name(path.name + _BEFORE)  # noqa: PTH113 - see above


def make_room(path: Path) -> None:
    """Make a file's folder. The one file of earlier versions may have its name: it steps aside, and is still read.

    Raises:
        WorkspaceError: The folder cannot be made.
    """
    folder = path.parent
    try:
        if folder.is_file():
            aside = folder.with_name(folder.name + _BEFORE)
            if os.path.lexists(aside):
                raise WorkspaceError(f"{folder} is a file, and so is {aside}", f"join both in {aside.name}")
            # Somebody else may have done it just now.
            with suppress(FileNotFoundError):
                folder.rename(aside)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{folder}: cannot be made: {(error.strerror or str(error)).lower()}") from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Only one process at a time changes the known_hosts files of a folder.

    Raises:
        WorkspaceError: The folder cannot be made.
    """
    make_room(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def entry_name(host: str, port: int) -> str:
    """How a host stands in the file."""
    return host.lower() if port == SSH_PORT else f"[{host.lower()}]:{port}"


def fingerprint(blob: bytes) -> str:
    """As `ssh-keygen -l` shows it: `SHA256:` and base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def fingerprint_md5(blob: bytes) -> str:
    """As old consoles show it: `MD5:` and sixteen pairs of hex digits."""
    digits = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    return "MD5:" + ":".join(digits[at : at + 2] for at in range(0, 32, 2))


_RENEW: Final = "repair it, or move it away and look at every key again: campusctl trust SCHOOL"


def _lines(path: Path) -> tuple[str, ...]:
    """The lines of a file, without their ends."""
    try:
        if path.stat().st_size > _MAX_FILE:
            raise WorkspaceError(f"{path}: more than {_MAX_FILE} bytes", "is this a known_hosts file?")
        if not path.is_file():
            raise WorkspaceError(f"{path}: cannot be read: it is no file", _RENEW)
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise WorkspaceError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}", _RENEW) from None
    except UnicodeDecodeError:
        raise WorkspaceError(f"{path}: cannot be read: it is no text", _RENEW) from None
    lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
    return lines[:-1] if lines[-1] == "" else lines


def _parse(path: Path, number: int, line: str) -> KnownKey | None:
    words = line.split(None, 4 if line.lstrip().startswith("@") else 3)
    if not words or words[0].startswith("#"):
        return None
    mark = words.pop(0) if words[0].startswith("@") else ""
    if mark not in ("", _REVOKED, _AUTHORITY):
        raise WorkspaceError(f"{path}:{number}: an unknown mark", f"there are {_REVOKED} and {_AUTHORITY}")
    if len(words) < 3:
        raise WorkspaceError(f"{path}:{number}: not a known_hosts line", "it has: names, key type, key")
    try:
        blob = base64.b64decode(words[2], validate=True)
    except (binascii.Error, ValueError):
        raise WorkspaceError(f"{path}:{number}: the key is not base64", _RENEW) from None
    size = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + size] != words[1].encode():
        raise WorkspaceError(f"{path}:{number}: the key is not of the type that is said", _RENEW)
    comment = words[3].strip() if len(words) > 3 else ""
    return KnownKey(tuple(words[0].split(",")), words[1], blob, mark == _REVOKED, mark == _AUTHORITY, comment)


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
