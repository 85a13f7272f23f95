"""What a workspace's playbooks, roles and plugins are, as one fingerprint."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from campusctl.errors import RenderError

_READ_BYTES: Final = 1_000_000
"""A larger file, such as a package that a role installs, is known by its size and time."""
_NOT_OURS: Final = frozenset({"__pycache__", ".git"})


def playbooks_digest(folder: Path) -> str:
    """A fingerprint of every file below a folder, 32 hex digits; empty when there is no such folder.

    Raises:
        RenderError: A file cannot be read.
    """
    if not folder.is_dir():
        return ""
    found = hashlib.blake2b(digest_size=16)
    for path in _files(folder):
        try:
            said = _said(path)
        except OSError as error:
            raise RenderError(f"{path}: {error.strerror}", "playbooks are a part of what a plan stands on") from error
        for part in (path.relative_to(folder).as_posix().encode(), said):
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
    return found.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - _NOT_OURS)
        yield from (Path(here, name) for name in sorted(files) if not name.endswith(".pyc"))


def _said(path: Path) -> bytes:
    if path.is_symlink() and not path.exists():
        return bytes(path.readlink())
    state = path.stat()
    return path.read_bytes() if state.st_size <= _READ_BYTES else f"{state.st_size} {state.st_mtime_ns}".encode()
