"""What was read and found right once need not be read again: plain data by the content it came from.

The key is a fingerprint of every byte that went in, of the code that judged it, and of the question. A file that is
missing, cut off, changed or of another version is no file; the folder may be deleted at any time.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

from campusctl import __version__, model
from campusctl.errors import WorkspaceError
from campusctl.workspace import state_dir

_KEEP: Final = 32
"""How many answers are kept; the oldest go first."""

_MAX_BYTES: Final = 200_000_000
_DIGEST_BYTES: Final = 32


def key(contents: Sequence[tuple[str, bytes]]) -> str:
    """A fingerprint of files and of the code that reads them, 40 hex digits."""
    digest = hashlib.blake2b(_code(), digest_size=20)
    for name, data in contents:
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


@lru_cache(1)
def _code() -> bytes:
    """A fingerprint of the version and of the code that decides what is right."""
    digest = hashlib.blake2b(__version__.encode())
    for package in (Path(__file__).parent, Path(str(model.__file__)).parent):
        for path in sorted((*package.glob("*.py"), *package.glob("*.txt"))):
            digest.update(path.read_bytes())
    return digest.digest()


def load(root: Path, name: str) -> dict[str, Any] | None:
    """The data kept under a key, or None."""
    try:
        handle = os.open(_path(root, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            data = file.read(_MAX_BYTES)
    except OSError:
        return None
    digest, packed = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.blake2b(packed, digest_size=_DIGEST_BYTES).digest() != digest:
        return None
    try:
        found = msgpack.unpackb(packed, strict_map_key=False)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def save(root: Path, name: str, data: dict[str, Any]) -> None:
    """Keep data under a key. A cache that cannot be written is no error."""
    try:
        folder = state_dir(root) / "cache"
        folder.mkdir(mode=0o700, exist_ok=True)
        packed = bytes(msgpack.packb(data))
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(hashlib.blake2b(packed, digest_size=_DIGEST_BYTES).digest() + packed)
        unfinished.replace(_path(root, name))
        _prune(folder)
    except (OSError, WorkspaceError, ValueError, OverflowError):
        return


def _path(root: Path, name: str) -> Path:
    return root / ".campusctl" / "cache" / f"inventory-{name}.msgpack"


def _prune(folder: Path) -> None:
    kept = sorted(folder.glob("inventory-*.msgpack"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEEP:]:
        path.unlink(missing_ok=True)
