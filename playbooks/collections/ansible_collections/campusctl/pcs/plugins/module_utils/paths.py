"""Files of this PC, reached part by part, so that no user of it can lead root astray with a link of his own."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import NamedTuple

from .edits import Trouble

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_HELD_BYTES = 8 * 1024 * 1024
"""A larger file is read for its digest only."""


class Node(NamedTuple):
    """What stands at a path."""

    kind: str
    """`none`, `file`, `link`, `directory` or `other` (a device, a pipe, a socket)."""
    mode: int = 0
    """Permission bits."""
    uid: int = 0
    """Owner's number."""
    gid: int = 0
    """Group's number."""
    data: bytes | None = None
    """A file's content; None where it is not a file, or one above 8 MiB."""
    digest: str = ""
    """SHA-256 of a file's content."""
    target: str = ""
    """Where a link leads."""

    @property
    def facts(self) -> list[object]:
        """Everything that a plan stands on."""
        return [self.kind, self.mode, self.uid, self.gid, self.digest, self.target]

    @property
    def private(self) -> bool:
        """Not everybody on the PC may read it: it may hold a secret."""
        return self.kind == "file" and not self.mode & stat.S_IROTH


def open_directory(path: str, *, create: bool = False) -> int:
    """A descriptor of a directory; links on the way are followed where only root can have made them.

    Raises:
        Trouble: `rejected`: a link on the way belongs to somebody else.
        FileNotFoundError: It is not there, and was not to be created.
        NotADirectoryError: Something else is in the way.
    """
    here = os.open("/", _DIRECTORY)
    for part in [part for part in path.split("/") if part]:
        try:
            there = _step(here, part, path, create=create)
        finally:
            os.close(here)
        here = there
    return here


def _step(here: int, part: str, path: str, *, create: bool) -> int:
    for _ in range(2):
        try:
            return os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
        except FileNotFoundError:
            if not create:
                raise
            os.mkdir(part, 0o755, dir_fd=here)
            os.chmod(part, 0o755, dir_fd=here)  # noqa: S103 - a directory of the system, whatever our umask is
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            return _follow(here, part, path)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def _follow(here: int, part: str, path: str) -> int:
    info = os.stat(part, dir_fd=here, follow_symlinks=False)
    holder = os.fstat(here)
    if not stat.S_ISLNK(info.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    if holder.st_uid != os.geteuid() or info.st_uid != os.geteuid() or holder.st_mode & 0o022:
        raise Trouble("rejected", f"{path}: the link {part} on the way to it is not root's own", "remove the link")
    return os.open(part, _DIRECTORY, dir_fd=here)


def open_parent(path: str, *, create: bool = False) -> tuple[int, str]:
    """A descriptor of a path's directory, and its last part. Raises like `open_directory`."""
    directory, name = os.path.split(path)
    return open_directory(directory, create=create), name


def read(path: str) -> Node:
    """What stands at a path.

    Raises:
        Trouble: `rejected`: a link on the way belongs to somebody else.
        OSError: It cannot be read.
    """
    try:
        here, name = open_parent(path)
    except (FileNotFoundError, NotADirectoryError):
        return Node("none")
    try:
        return _read_at(here, name)
    finally:
        os.close(here)


def _read_at(here: int, name: str) -> Node:
    try:
        info = os.stat(name, dir_fd=here, follow_symlinks=False)
    except FileNotFoundError:
        return Node("none")
    own = (stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid)
    if stat.S_ISLNK(info.st_mode):
        return Node("link", *own, target=os.readlink(name, dir_fd=here))
    if stat.S_ISREG(info.st_mode):
        data, digest = _content(here, name)
        return Node("file", *own, data=data, digest=digest)
    return Node("directory" if stat.S_ISDIR(info.st_mode) else "other", *own)


def _content(here: int, name: str) -> tuple[bytes | None, str]:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
    with os.fdopen(handle, "rb") as file:
        data = file.read(_HELD_BYTES + 1)
        total = hashlib.sha256(data)
        if len(data) <= _HELD_BYTES:
            return data, total.hexdigest()
        while True:
            more = file.read(1 << 20)
            if not more:
                return None, total.hexdigest()
            total.update(more)


def read_directory(path: str) -> Node:
    """Like `read`, but a link that root made is followed to the directory that it leads to."""
    node = read(path)
    if node.kind != "link":
        return node
    try:
        here = open_directory(path)
    except OSError:
        return node
    try:
        info = os.fstat(here)
        return Node("directory", stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid)
    finally:
        os.close(here)


def missing_parents(path: str) -> list[str]:
    """The directories above a path that are not there, outermost first."""
    missing: list[str] = []
    above = os.path.dirname(path)
    while above != "/" and not os.path.isdir(above) and not os.path.lexists(above):
        missing.insert(0, above)
        above = os.path.dirname(above)
    return missing


def mounts_below(path: str) -> list[str]:
    """Mount points at or below a path."""
    found: list[str] = []
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            point = line.split(" ")[4].replace("\\040", " ")
            if point == path or point.startswith(path.rstrip("/") + "/"):
                found.append(point)
    return found
