"""What was made is taken away again, and what makes files take effect does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sample_pc import DOCUMENT, SECRETS

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian

_ETHTOOL = """#!/bin/sh
case "$1" in
  -s) echo "$4" > /run/wol ;;
  *) printf '\\tSupports Wake-on: pumbg\\n\\tWake-on: %s\\n' "$(cat /run/wol 2>/dev/null || echo d)" ;;
esac
"""


def test_everything_goes_again(fresh_pc: PcRoot) -> None:
    """A document that wants nothing of the sample takes it all away, in one run; a user's home stays."""
    fresh_pc.must("apt-get", "-q", "-y", "install", "campus-old")
    assert fresh_pc.converge(DOCUMENT, secrets=SECRETS)["remaining"] == []
    gone = {
        "packages": {"campus-one": "absent", "campus-two": "absent"},
        "groups": {"schueler": {"state": "absent"}},
        "users": {"lehrer": {"state": "absent"}, "schueler": {"state": "absent"}},
        "absent": {"/etc/motd": True, "/srv/tausch": True, "/etc/systemd/system/campus-off.timer": True},
        "lines": {"/etc/ssh/sshd_config": [{"name": "k", "match": "^ClientAliveInterval", "state": "absent"}]},
        "blocks": {"/etc/security/limits.conf": {"campus": {"state": "absent", "content": ""}}},
        "services": {
            "cups": {"enabled": False},
            "campus-sleep": {"enabled": False, "running": False},
            "apt-daily": {"masked": False},
        },
        "cron": {"campus shutdown": {"schedule": "@daily", "state": "absent"}},
        "printers": {"queues": {"r101-pr01": {"state": "absent"}}},
    }
    result = fresh_pc.converge(gone)
    assert (result.get("fault"), result["remaining"]) == (None, [])
    assert all(edit["done"] for edit in result["edits"])
    assert fresh_pc.converge(gone, check=True)["edits"] == []
    assert fresh_pc.run("test", "-d", "/home/lehrer").returncode == 0
    assert fresh_pc.must("crontab", "-l") == ""


def test_locked_user_is_opened_and_locked(pc: PcRoot) -> None:
    """`locked` closes and opens the password, and the right password is the right one all the while."""
    user = {"password": "<<secret:p>>", "locked": True}
    for locked in (True, False, True):
        wanted = {"users": {"gast": {**user, "locked": locked}}}
        assert pc.converge(wanted, secrets={"p": "Sesam-1"})["remaining"] == []
        assert pc.must("passwd", "-S", "gast").split()[1] == ("L" if locked else "P")
        assert pc.converge(wanted, secrets={"p": "Sesam-1"}, check=True)["edits"] == []


def test_runs_make_files_take_effect(pc: PcRoot) -> None:
    """A kernel setting stands, a unit is restarted once for two files, and what is not installed is a note."""
    unit = "[Service]\nExecStart=/bin/sh -c 'echo x >> /run/starts; exec sleep infinity'\n"
    start = {"/etc/systemd/system/counting.service": {"content": unit}}
    assert pc.converge({"files": start, "services": {"counting": {"running": True}}})["remaining"] == []
    files = {
        "/etc/sysctl.d/61-campus.conf": {"content": "net.ipv4.ip_default_ttl = 77\n", "run": "sysctl"},
        "/etc/a.conf": {"content": "a", "run": "restart:counting"},
        "/etc/b.conf": {"content": "b", "run": "restart:counting"},
        "/etc/dconf/db/local.d/x": {"content": "x", "run": "dconf"},
    }
    result = pc.converge({"files": files})
    assert (result.get("fault"), result["remaining"]) == (None, [])
    assert pc.must("cat", "/proc/sys/net/ipv4/ip_default_ttl") == "77\n"
    assert pc.must("cat", "/run/starts") == "x\nx\n"
    assert result["notes"] == ["dconf: dconf: No such file or directory"]


def test_wake_on_lan_is_set(pc: PcRoot) -> None:
    """An interface that can be woken is told to be; a PC without a wired interface is a note."""
    pc.must("tee", "/usr/local/sbin/ethtool", stdin=_ETHTOOL)
    pc.must("chmod", "755", "/usr/local/sbin/ethtool")
    for enabled in (True, False):
        result = pc.converge({"wol": {"interface": "lo", "enabled": enabled}})
        assert [(edit["path"], edit["after"]) for edit in result["edits"]] == [(["wol", "lo"], enabled)]
        assert result["remaining"] == []
    assert pc.converge({"wol": {"interface": "*"}})["notes"] == ["Wake-on-LAN: this PC has no wired interface"]


def test_exact_groups_take_others_away(pc: PcRoot) -> None:
    """Groups are only added, unless the document says that these are all."""
    pc.must("useradd", "-G", "games,audio", "spieler")
    assert pc.converge({"users": {"spieler": {"groups": ["video"]}}})["edits"][0]["after"] == [
        "audio",
        "games",
        "video",
    ]
    exact = {"users": {"spieler": {"groups": ["video"], "exact_groups": True}}}
    assert (pc.converge(exact)["remaining"], pc.must("id", "-Gn", "spieler")) == ([], "spieler video\n")
