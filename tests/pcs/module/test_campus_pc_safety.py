"""A PC in trouble: a full or read-only disk, killed in the middle, a second run, what an earlier run still owes."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pc_root
import pytest

from campusctl.child import child_environ

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian


def test_full_disk_is_that_files_trouble(pc: PcRoot) -> None:
    """What does not fit is not written, the old file stays whole, and the others are written."""
    pc.must("sh", "-c", "mkdir /mnt/full; mount -t tmpfs -o size=64k tmpfs /mnt/full; echo old > /mnt/full/x")
    document = {"files": {"/mnt/full/x": {"content": "y" * 200_000}, "/etc/other": {"content": "fine\n"}}}
    result = pc.converge(document, keep="full")
    assert (result["fault"]["kind"], result["fault"]["what"]) == (
        "rejected",
        "/mnt/full/x: the disk is full (1 of 2 changes are made)",
    )
    assert pc.must("sh", "-c", "cat /mnt/full/x; ls -A /mnt/full") == "old\nx\n"


def test_mounts_and_read_only_disks_are_told_in_words(pc: PcRoot) -> None:
    """A mount point is not removed, and a read-only disk is called that."""
    pc.must("sh", "-c", "mkdir -p /mnt/ro/deep; mount -t tmpfs -o ro tmpfs /mnt/ro")
    result = pc.converge({"files": {"/mnt/ro/x": {"content": "y"}}, "absent": {"/mnt/ro": True}})
    assert result["fault"]["kind"] == "malformed"
    file = pc.converge({"files": {"/mnt/ro/x": {"content": "y"}}})["fault"]["what"]
    assert file == "/mnt/ro/x: the file system is read-only (nothing is changed)"
    gone = pc.converge({"absent": {"/mnt/ro": True}})["fault"]["what"]
    assert gone == "/mnt/ro: /mnt/ro is mounted there (nothing is changed)"


def test_killed_run_is_made_good_by_the_next(pc: PcRoot) -> None:
    """Killed after a file was written and before it took effect: the next run knows what is owed, and does it."""
    unit = "[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/sh -c 'touch /run/reloaded'\n"
    files = {"/etc/systemd/system/owing.service": {"content": unit}}
    pc.converge({"files": files, "services": {"owing": {"running": True}}})
    files["/etc/owing.conf"] = {"content": "new\n", "run": "reload:owing"}
    # The file comes first, then a validator that hangs until the whole module is killed.
    files["/etc/zz.conf"] = {
        "content": "z",
        "validate": ["sh", "-c", "test -e /etc/owing.conf && sleep 60; true", "%s"],
    }
    asked = json.dumps({"document": {"format": 1, "os": "linux", "files": files}, "check": False})
    child = subprocess.Popen([*pc.enter, "python3", "-c", pc_root.CORE], stdin=subprocess.PIPE, env=child_environ())
    assert child.stdin
    child.stdin.write(asked.encode())
    child.stdin.close()
    while (
        pc.run("grep", "-q", "reload:owing", "/var/lib/campusctl/pending.json").returncode
        or pc.run("test", "-e", "/etc/owing.conf").returncode
    ):
        assert child.poll() is None
    pc.must("pkill", "-KILL", "-f", "campus_pc.converge")
    child.wait()
    pc.must("pkill", "-f", "^sleep 60$")
    del files["/etc/zz.conf"]
    found = pc.converge({"files": files}, check=True)["edits"]
    assert [(edit["path"], edit["before"], edit["after"]) for edit in found] == [
        (["run", "reload:owing"], "pending", "done")
    ]
    assert pc.converge({"files": files})["remaining"] == []
    assert pc.run("test", "-e", "/run/reloaded").returncode == 0
    assert pc.converge({"files": files}, check=True)["edits"] == []


def test_second_run_at_the_same_time_is_told_who_is_first(pc: PcRoot) -> None:
    """Two changes of one PC at once: the second waits, and then names the first."""
    hold = (
        "import fcntl, os, sys; os.makedirs('/var/lib/campusctl', exist_ok=True)\n"
        "f = open('/var/lib/campusctl/lock', 'w')\n"
        "fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [*pc.enter, "python3", "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environ()
    )
    assert holder.stdout
    try:
        assert holder.stdout.readline() == b"held\n"
        result = pc.converge({"files": {"/etc/second": {"content": "x"}}}, lock_wait_s=0.5)
        looked = pc.converge({"files": {"/etc/second": {"content": "x"}}}, check=True, lock_wait_s=0.5)
    finally:
        holder.communicate(b"")
    assert result["fault"]["kind"] == "locked"
    assert result["fault"]["what"].startswith("this PC is being changed by process ")
    assert [edit["path"] for edit in looked["edits"]] == [["file", "/etc/second"]]
    (note,) = looked["notes"]
    assert note.startswith("this PC is being changed by process ")
    assert note.endswith(", after 0.5 seconds still: what is read here may be half done")


def test_reading_waits_for_a_change_that_is_at_work(pc: PcRoot) -> None:
    """So what is planned right after a stopped run is what it leaves, and not what it was about to change."""
    files = {"/etc/slow": {"content": "x"}}
    code = (
        "import fcntl, os, sys, time; os.makedirs('/var/lib/campusctl', exist_ok=True)\n"
        "f = open('/var/lib/campusctl/lock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True)\n"
        "time.sleep(1.5); open('/etc/slow', 'w').write('x'); os.chmod('/etc/slow', 0o644)"
    )
    holder = subprocess.Popen([*pc.enter, "python3", "-c", code], stdout=subprocess.PIPE, env=child_environ())
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    looked = pc.converge({"files": files}, check=True)
    holder.communicate()
    assert (looked["edits"], looked["notes"]) == ([], [])


def test_failing_unit_is_told_and_the_rest_is_done(pc: PcRoot) -> None:
    """A unit that is not there or does not start is its own trouble; a file for a unit that is not there is a note."""
    document = {
        "services": {"nosuch": {"running": True}, "cron": {"running": True}},
        "files": {"/etc/for-nosuch": {"content": "x", "run": "restart:nosuch"}},
    }
    result = pc.converge(document)
    assert result["fault"]["what"] == "nosuch.service: there is no such unit (2 of 3 changes are made)"
    assert "nosuch is not on this PC, so it was not restarted" in result["notes"]
