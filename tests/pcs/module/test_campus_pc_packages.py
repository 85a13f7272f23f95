"""Packages on a real Debian with a source of its own: locks, unknown names, broken scripts, and what may not go."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from campusctl.child import child_environ

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian

_HOLD = """import fcntl, sys; handle = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(handle, fcntl.LOCK_EX); print("held", flush=True); sys.stdin.read()"""


def test_held_lock_is_waited_for_and_then_named(pc: PcRoot) -> None:
    """Somebody else has the package database: after the wait it is a fault that says who, and files are written."""
    document = {"packages": {"campus-one": "present"}, "files": {"/etc/held": {"content": "x"}}}
    holder = subprocess.Popen(
        [*pc.enter, "python3", "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environ()
    )
    assert holder.stdout
    try:
        assert holder.stdout.readline() == b"held\n"
        result = pc.converge(document, lock_wait_s=1.0)
    finally:
        holder.communicate(b"")
    assert result["fault"]["kind"] == "locked"
    assert "packages are held by process " in result["fault"]["what"]
    assert "(python3 -c import fcntl" in result["fault"]["what"]
    assert {edit["path"][0]: edit["done"] for edit in result["edits"]} == {"package": False, "file": True}
    assert pc.converge(document)["remaining"] == []


def test_unknown_package_does_not_stop_the_others(pc: PcRoot) -> None:
    """Apt does not know one of two: the other is installed, and the fault names the one."""
    wanted = {"packages": {"campus-two": "present", "campus-nosuch": "present", "foo.*bar": "present"}}
    assert pc.converge(wanted, check=True)["fault"]["kind"] == "malformed"
    del wanted["packages"]["foo.*bar"]
    assert "apt does not know campus-nosuch; `apt-get update` comes first" in pc.converge(wanted, check=True)["notes"]
    result = pc.converge(wanted)
    assert result["fault"]["what"] == "apt does not know campus-nosuch (1 of 2 changes are made)"
    assert {edit["path"][1]: edit["done"] for edit in result["edits"]} == {"campus-two": True, "campus-nosuch": False}


def test_interrupted_dpkg_is_finished_first(pc: PcRoot) -> None:
    """A package whose script failed is half-way: it is told, and the next run finishes it once it can be."""
    wanted = {"packages": {"campus-broken": "present"}}
    result = pc.converge(wanted)
    assert result["fault"]["kind"] == "rejected"
    assert result["remaining"][0]["before"] == "half-configured"
    assert any("left campus-broken half-way" in note for note in result["notes"])
    pc.must("touch", "/etc/mended")
    assert pc.converge(wanted)["remaining"] == []


def test_a_package_that_another_needs_is_not_taken_away(pc: PcRoot) -> None:
    """What would go beside, and must stay, is refused before anything is changed; what may go is told."""
    pc.must("apt-get", "-q", "-y", "install", "campus-two")
    both = {"packages": {"campus-one": "absent", "campus-two": "present"}, "files": {"/etc/never": {"content": "x"}}}
    for check in (True, False):
        result = pc.converge(both, check=check)
        assert result["fault"]["kind"] == "refused"
        assert result["fault"]["what"].startswith("campus-two would be removed, and must stay")
    clash = pc.converge({"packages": {"campus-clash": "present", "campus-two": "present"}})
    assert clash["fault"]["kind"] == "refused"
    alone = pc.converge({"packages": {"campus-one": "absent"}}, check=True)
    assert alone["notes"] == ["apt would also remove campus-two"]
    assert pc.run("test", "-e", "/etc/never").returncode == 1


def test_what_we_come_in_with_is_never_removed(pc: PcRoot) -> None:
    """Neither by name nor because something else goes: sudo, the SSH server, Python, what Debian needs."""
    for name in ("sudo", "openssh-server", "python3", "python3-minimal", "libc6", "bash", "openssl"):
        fault = pc.converge({"packages": {name: "absent"}}, check=True).get("fault", {"kind": "none"})
        assert (name, fault["kind"]) == (name, "none" if name == "openssl" else "refused")


def test_deadline_ends_apt_and_the_next_run_recovers(pc: PcRoot) -> None:
    """A script that hangs is ended at the deadline; dpkg is left half-way, and the next run says so."""
    result = pc.converge(
        {"packages": {"campus-slow": "present"}, "files": {"/etc/late": {"content": "x"}}}, deadline_s=8.0
    )
    assert result["fault"]["kind"] == "timeout"
    assert {edit["path"][0]: edit["done"] for edit in result["edits"]} == {"package": False, "file": False}
    assert pc.run("pgrep", "-f", "sleep 600").returncode == 1
    pc.must("sh", "-c", "printf '#!/bin/sh\\n' > /var/lib/dpkg/info/campus-slow.postinst")
    assert (
        pc.converge({"packages": {"campus-slow": "present"}, "files": {"/etc/late": {"content": "x"}}})["remaining"]
        == []
    )
