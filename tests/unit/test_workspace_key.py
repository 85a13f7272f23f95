"""The key of a workspace is made once, however many commands come first at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from campusctl.errors import WorkspaceError
from campusctl.workflow.desk import open_desk

MANY = 16


def test_commands_that_come_first_at_the_same_time_share_one_key(tmp_path: Path) -> None:
    """Nobody's fingerprints are made with a key that another command then wrote over."""
    start = Barrier(MANY)

    def key() -> bytes:
        start.wait()
        return open_desk(tmp_path, lab=False).key

    with ThreadPoolExecutor(MANY) as pool:
        keys = {job.result() for job in [pool.submit(key) for _ in range(MANY)]}

    assert keys == {(tmp_path / ".campusctl" / "key").read_bytes()}
    assert [len(one) for one in keys] == [32]


def test_a_key_that_a_crash_left_empty_is_made(tmp_path: Path) -> None:
    """Killed between the file and its bytes."""
    (tmp_path / ".campusctl").mkdir()
    (tmp_path / ".campusctl" / "key").touch()

    assert len(open_desk(tmp_path, lab=False).key) == 32


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    """It is somebody's, and stays."""
    (tmp_path / ".campusctl").mkdir()
    (tmp_path / ".campusctl" / "key").write_bytes(b"short")

    with pytest.raises(WorkspaceError, match="not a key"):
        open_desk(tmp_path, lab=False)
