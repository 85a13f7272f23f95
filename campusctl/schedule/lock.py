"""One scheduled run of a workspace at a time, whoever starts it: systemd, cron, or a person."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from campusctl.schedule.order import ScheduleError
from campusctl.workspace import state_dir

_FILE: Final = "scheduled.lock"
_HELD: Final = frozenset({errno.EAGAIN, errno.EACCES})


@contextmanager
def only_run(root: Path) -> Iterator[bool]:
    """Whether this is the only scheduled run of the workspace; it stays the only one within the block.

    The kernel lets go of the lock when the process ends, however it ends.

    Raises:
        ScheduleError: The lock cannot be used.
    """
    path = state_dir(root) / _FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ScheduleError(f"{path}: {error.strerror}", "delete it") from error
    try:
        yield _locked(handle, path)
    finally:
        os.close(handle)


def _locked(handle: int, path: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise ScheduleError(f"{path}: {error.strerror}", "is the workspace on a network drive?") from error
    return True
