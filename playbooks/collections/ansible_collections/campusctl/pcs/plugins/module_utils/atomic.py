"""Changes of files that are whole or not at all: written beside, flushed, owned, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from typing import TYPE_CHECKING, NamedTuple

from .edits import Trouble
from .paths import open_directory, open_parent

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEMPORARY = re.compile(r"\..{0,200}\.campusctl-[0-9a-f]{8}", re.DOTALL)
_WORDS = {
    errno.ENOSPC: ("the disk is full", "make room on the PC"),
    errno.EDQUOT: ("the disk quota is used up", "make room on the PC"),
    errno.EROFS: ("the file system is read-only", "a damaged disk is mounted read-only: look at the kernel log"),
    errno.EPERM: ("it is not permitted, even to root", "`lsattr` shows whether the file is immutable"),
    errno.EACCES: ("it is not permitted", "the module has to run as root"),
    errno.EBUSY: ("it is in use, such as by a mount", "`findmnt` shows mounts"),
    errno.EIO: ("the disk reports an input/output error", "replace the disk"),
    errno.ENAMETOOLONG: ("the name is too long", ""),
    errno.EISDIR: ("a directory is in the way", "remove it by hand"),
    errno.ENOTDIR: ("something that is no directory is in the way", "remove it by hand"),
    errno.ELOOP: ("a link is in the way", "remove it by hand"),
}


class Owned(NamedTuple):
    """Whose a file is and who may do what with it."""

    mode: int
    """Permission bits."""
    uid: int
    """Owner's number."""
    gid: int
    """Group's number."""


def in_words(path: str, error: OSError) -> Trouble:
    """The Trouble that a failed system call means for a path; empty: for the PC as a whole."""
    what, hint = _WORDS.get(error.errno or 0, (error.strerror or type(error).__name__, ""))
    return Trouble("rejected", f"{path}: {what}" if path else what, hint)


def write(path: str, data: bytes, owned: Owned) -> None:
    """Put a whole file at a path; what was there, but a directory, is gone in the same moment. Raises OSError."""
    here, name = open_parent(path)
    temporary = _temporary(name)
    try:
        # The label of SELinux, where there is one, comes from the directory, as for any new file.
        handle = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=here
        )
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchown(file.fileno(), owned.uid, owned.gid)
            os.fchmod(file.fileno(), owned.mode)  # after the owner: chown takes set-uid away
            os.fsync(file.fileno())
        os.rename(temporary, name, src_dir_fd=here, dst_dir_fd=here)
        os.fsync(here)
    except BaseException:
        _forget(temporary, here)
        raise
    finally:
        os.close(here)


def link(path: str, target: str) -> None:
    """Put a symbolic link at a path, in place of what is there unless that is a directory. Raises OSError."""
    here, name = open_parent(path)
    temporary = _temporary(name)
    try:
        os.symlink(target, temporary, dir_fd=here)
        os.rename(temporary, name, src_dir_fd=here, dst_dir_fd=here)
        os.fsync(here)
    except BaseException:
        _forget(temporary, here)
        raise
    finally:
        os.close(here)


def own(path: str, owned: Owned) -> None:
    """Set mode, owner and group of a file or directory that stands, and of nothing that a link leads to."""
    here, name = open_parent(path)
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
    finally:
        os.close(here)
    _own_handle(handle, owned)


def own_directory(path: str, owned: Owned) -> None:
    """Set mode, owner and group of a directory; it is created, with those above it, where it is not there."""
    _own_handle(open_directory(path, create=True), owned)


def _own_handle(handle: int, owned: Owned) -> None:
    try:
        os.fchown(handle, owned.uid, owned.gid)
        os.fchmod(handle, owned.mode)
    finally:
        os.close(handle)


def remove(path: str) -> None:
    """Take a file, link or whole directory away; nothing there is fine. Raises OSError."""
    here, name = open_parent(path)
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(name, dir_fd=here)
        os.fsync(here)
    except FileNotFoundError:
        return
    finally:
        os.close(here)


def moved(path: str, into: str) -> bool:
    """Whether a directory could be renamed to `into`; False: that is another file system."""
    here, name = open_parent(path)
    try:
        os.rename(name, into, src_dir_fd=here)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    finally:
        os.close(here)
    return True


def sweep(directories: Iterable[str]) -> None:
    """Remove what a run that was killed left half-written. Only for one that has the lock."""
    for directory in directories:
        try:
            here = open_directory(directory)
        except (OSError, Trouble):
            continue
        for name in os.listdir(here):
            if _TEMPORARY.fullmatch(name):
                _forget(name, here)
        os.close(here)


def _temporary(name: str) -> str:
    return f".{os.fsdecode(os.fsencode(name)[:200])}.campusctl-{os.urandom(4).hex()}"


def _forget(name: str, here: int) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=here)
