"""Code of templates, kept in the user's own cache: compiling them takes longer than rendering a school.

Whoever can write there is the user, or root; a folder that others may write to is not used. The folder may be deleted
at any time, and what is damaged, of another Python, or made by another campusctl is no code.
"""

import hashlib
import marshal
import os
import stat
from contextlib import suppress
from functools import lru_cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Final

import jinja2
import platformdirs

_DIGEST_BYTES: Final = 32
_KEEP: Final = 500
"""How many files are kept; the oldest go first."""
_LARGEST: Final = 4_000_000


def key(*parts: str | None) -> str:
    """A fingerprint of a template and of what compiles it, 40 hex digits."""
    digest = hashlib.blake2b(_compiler(), digest_size=20)
    for part in parts:
        digest.update(f"{-1 if part is None else len(part)}\0{part}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@lru_cache(1)
def _compiler() -> bytes:
    """A fingerprint of Python, of Jinja, and of the code that says what a template may do."""
    digest = hashlib.blake2b(MAGIC_NUMBER + jinja2.__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def load(name: str) -> CodeType | None:
    """The code kept under a key, or None."""
    folder = _folder()
    if folder is None:
        return None
    try:
        with (folder / name).open("rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return None
    digest, packed = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if _digest(packed) != digest:
        return None
    found = marshal.loads(packed)  # noqa: S302 - the user's own, and whole
    return found if isinstance(found, CodeType) else None


def save(name: str, code: CodeType) -> None:
    """Keep code under a key. A cache that cannot be written is no error."""
    folder = _folder()
    if folder is None:
        return
    packed = marshal.dumps(code)
    unfinished = folder / f".{name}.{os.getpid()}"
    with suppress(OSError):
        unfinished.write_bytes(_digest(packed) + packed)
        unfinished.replace(folder / name)
        _prune(folder)


def _digest(packed: bytes) -> bytes:
    return hashlib.blake2b(packed, digest_size=_DIGEST_BYTES).digest()


def _folder() -> Path | None:
    """Where code is kept; None: nowhere, as it would not be the user's alone."""
    folder = platformdirs.user_cache_path("campusctl") / "templates"
    if not folder.is_absolute():
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return folder if own and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else None


def _prune(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEEP:]:
        path.unlink(missing_ok=True)
