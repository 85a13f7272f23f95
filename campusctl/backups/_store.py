"""The Git repository as files: made at once, locked between processes, mended after one that died."""

import fcntl
import os
import shutil
import struct
import tempfile
import time
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campusctl.errors import BackupError

if TYPE_CHECKING:
    from dulwich.repo import Repo

BRANCH: Final = b"refs/heads/main"
_WRITING: Final = "campusctl-writing"
"""In `.git` while a commit is under way: whoever finds it there knows that a process died."""
_DAMAGE: Final = (KeyError, ValueError, AssertionError, EOFError, zlib.error, struct.error)
"""What the library raises when files are not what they should be, besides its own errors."""
_WAIT_S: Final = 60.0
"""How long another campusctl is waited for."""
_STALE_S: Final = 2.0
"""Git holds a lock of this small repository for milliseconds; an older one is nobody's."""
_POLL_S: Final = 0.05


@contextmanager
def locked(root: Path, *, write: bool) -> Iterator[None]:
    """Keep other processes out: readers together, a writer alone.

    Raises:
        BackupError: Another one has written for a minute.
    """
    try:
        if write:
            root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(f"{root}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if write:
            raise _refused(root, error) from error
        # Who may only read has nobody to keep out: commits are atomic.
        yield
        return
    try:
        _acquire(descriptor, fcntl.LOCK_EX if write else fcntl.LOCK_SH, root)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, kind: int, root: Path) -> None:
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise BackupError(
                    f"another campusctl has been writing to {root} for {_WAIT_S:.0f} s", "wait for it, or look for it"
                ) from None
            time.sleep(_POLL_S)
        else:
            return


@contextmanager
def opened(root: Path) -> "Iterator[Repo]":
    """The repository, for the length of a block; its libraries' errors become ours.

    Raises:
        BackupError: It is not there, damaged, or cannot be read or written.
    """
    from dulwich.errors import FileFormatException, NotGitRepository  # noqa: PLC0415 - slow to import
    from dulwich.file import FileLocked  # noqa: PLC0415 - likewise
    from dulwich.repo import Repo  # noqa: PLC0415 - likewise

    try:
        _refuse_links(root)
        with Repo(str(root)) as repo:
            repo.object_store.fsync_object_files = True
            yield repo
    except OSError as error:
        _let_go(error)
        raise _refused(root, error) from error
    except FileLocked as error:
        raise BackupError(f"another program writes to {root}", "wait for it to end, then try again") from error
    except (NotGitRepository, FileFormatException, *_DAMAGE) as error:
        raise BackupError(
            f"{root} is damaged: {type(error).__name__}",
            "`git fsck` in it says more; move it aside, and the next run begins a new one",
        ) from error


def _let_go(error: OSError) -> None:
    """Close the files that could not be written to their end: their destructors would print what went wrong again."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            # Closing a full file fails as often as there is something to be written.
            for _ in range(3 if type(value).__module__ == "dulwich.file" else 0):
                with suppress(OSError):
                    value.abort()


def exists(root: Path) -> bool:
    """Whether anything was ever kept."""
    return (root / ".git").exists()


def make(root: Path) -> None:
    """Make the repository unless it is there; to be called with the lock held. All of it appears at once.

    Raises:
        BackupError: It cannot be made, or something else has its name.
    """
    from dulwich.config import StackedConfig  # noqa: PLC0415 - slow to import
    from dulwich.repo import Repo  # noqa: PLC0415 - likewise

    if exists(root):
        return
    new = ""
    try:
        _refuse_links(root)
        for left in root.parent.glob(f".{root.name}-new-*"):
            shutil.rmtree(left, ignore_errors=True)
        new = tempfile.mkdtemp(prefix=f".{root.name}-new-", dir=root.parent)
        Repo.init(new, default_branch=b"main", config=StackedConfig([])).close()
        Path(new).rename(root)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise _refused(root, error) from error


def _refuse_links(root: Path) -> None:
    """A link would lead out of the workspace."""
    for path in (root, root / ".git"):
        if path.is_symlink():
            raise BackupError(f"{path} is a symbolic link", "put the folder itself there; links are not followed")


def _refused(root: Path, error: OSError) -> BackupError:
    where = f" ({error.filename})" if error.filename else ""
    return BackupError(
        f"cannot use the backups in {root}: {error.strerror or error}{where}",
        "is the disk full, and is the folder yours? what is kept already is safe",
    )


@contextmanager
def writing(git: Path) -> Iterator[bool]:
    """Mark a commit as under way, and clean up after one whose process died; the write lock is held.

    Yields:
        Whether a process died: the files beside `.git` may then be of another state.
    """
    mark = git / _WRITING
    died = mark.exists()
    _free(git, all_of_them=died)
    mark.touch(mode=0o600)
    yield died
    # Left there by an exception: then, too, the next one has to look.
    mark.unlink()


def _free(git: Path, *, all_of_them: bool) -> None:
    """Take away the locks of dead processes: no other campusctl is here, and Git's own are younger than this."""
    if all_of_them:
        for lock in git.rglob("*.lock"):
            lock.unlink(missing_ok=True)
        for left in (git / "objects" / "pack").glob("tmp_*"):
            left.unlink(missing_ok=True)
    for lock in (git / "index.lock", git / "HEAD.lock", git / "packed-refs.lock", *(git / "refs").rglob("*.lock")):
        with suppress(FileNotFoundError):
            while (age := time.time() - lock.lstat().st_mtime) < _STALE_S:
                time.sleep(min(_POLL_S, max(_STALE_S - age, 0)))
            lock.unlink()
