"""What would lock us out is refused in the plan already, whole: nothing of the document is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pc_root
import pytest

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA other\n"
_DROP = "table inet filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n  %s\n }\n}\n"
_REJECT = _DROP.replace("policy drop;", "") % "tcp dport { 80, 443 } accept\n  drop"

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "our user": ({"users": {"campus": {"state": "absent"}}}, "user campus: campusctl logs in through it"),
    "our shell": (
        {"users": {"campus": {"shell": "/usr/sbin/nologin"}}},
        "user campus: campusctl comes in through it, and shell would change",
    ),
    "our groups": (
        {"users": {"campus": {"groups": ["games"], "exact_groups": True}}},
        "user campus: campusctl comes in through it, and groups would change",
    ),
    "root": (
        {"users": {"root": {"locked": True}}},
        "user root: campusctl comes in through it, and locked would change",
    ),
    "a user of the system": ({"users": {"daemon": {"state": "absent"}}}, "user daemon belongs to the system"),
    "our group": ({"groups": {"campus": {"state": "absent"}}}, "group campus: campusctl logs in through it"),
    "a group of the system": ({"groups": {"lpadmin": {"state": "absent"}}}, "group lpadmin belongs to the system"),
    "ssh stopped": ({"services": {"ssh": {"running": False}}}, "service ssh: campusctl logs in through it"),
    "ssh masked": ({"services": {"ssh.service": {"masked": True}}}, "service ssh.service: campusctl logs in"),
    "our home": ({"absent": {"/home/campus": True}}, "/home/campus: the way in or the system itself is there"),
    "all homes": ({"absent": {"/home": True}}, "/home: the way in or the system itself is there"),
    "our keys": (
        {"absent": {"/home/campus/.ssh/authorized_keys": True}},
        "/home/campus/.ssh/authorized_keys: the way in",
    ),
    "other keys": (
        {"files": {"/home/campus/.ssh/authorized_keys": {"content": _KEY, "owner": "campus", "group": "campus"}}},
        "/home/campus/.ssh/authorized_keys: none of the keys that are there would stay",
    ),
    "our home's mode": (
        {"directories": {"/home/campus": {"mode": "0777", "owner": "campus"}}},
        "/home/campus: the way in",
    ),
    "our sudo rule": ({"absent": {"/etc/sudoers.d/campus": True}}, "/etc/sudoers.d/campus: it lets campus become root"),
    "our sudo rule replaced": (
        {"files": {"/etc/sudoers.d/campus": {"content": "# nothing\n", "mode": "0440"}}},
        "/etc/sudoers.d/campus: it lets campus become root, and would not any more",
    ),
    "python": ({"absent": {"/usr/bin/python3": True}}, "/usr/bin/python3: the way in or the system itself"),
    "python by its link": ({"links": {"/bin/python3": "/bin/true"}}, "/bin/python3: the way in or the system itself"),
    "ssh's folder": ({"absent": {"/etc/ssh": True}}, "/etc/ssh: the way in or the system itself is there"),
    "passwd": ({"files": {"/etc/passwd": {"content": "x\n"}}}, "/etc/passwd: only packages"),
    "everything": ({"absent": {"/etc": True}}, "/etc: the way in or the system itself is there"),
    "sshd for others only": (
        {"lines": {"/etc/ssh/sshd_config": [{"name": "a", "match": "^AllowUsers", "line": "AllowUsers other"}]}},
        "sshd_config: allowusers would keep campus out",
    ),
    "sshd on another port": (
        {"lines": {"/etc/ssh/sshd_config": [{"name": "a", "match": "^#?Port", "line": "Port 2222"}]}},
        "sshd_config: the SSH server would listen on other ports only",
    ),
    "sshd without keys, in a drop-in": (
        {"files": {"/etc/ssh/sshd_config.d/x.conf": {"content": "PubkeyAuthentication no\n"}}},
        "sshd_config: pubkeyauthentication would be no",
    ),
    "firewall without a policy": (
        {"files": {"/etc/nftables.conf": {"content": _REJECT, "run": "nft"}}},
        "/etc/nftables.conf: the input chain drops, and no rule accepts tcp dport 22 (ssh)",
    ),
    "firewall": (
        {"files": {"/etc/nftables.conf": {"content": _DROP % "tcp dport 80 accept", "run": "nft"}}},
        "/etc/nftables.conf: the input chain drops, and no rule accepts tcp dport 22 (ssh)",
    ),
}


@pytest.fixture(scope="module")
def ours(pc: PcRoot) -> PcRoot:
    """A PC that we log in to as `campus`."""
    pc_root.let_in(pc)
    pc.must("usermod", "-a", "-G", "adm", "campus")
    return pc


@pytest.mark.parametrize("name", REFUSED)
def test_refused_before_anything_is_changed(ours: PcRoot, name: str) -> None:
    """The fault says what and why; apply does nothing else of the document either."""
    ours.must("rm", "-f", "/srv/never")
    document, words = REFUSED[name]
    document = {"files": {}, **document}
    document["files"] = {"/srv/never": {"content": "x"}, **document["files"]}
    fault = ours.converge(document)["fault"]
    assert (fault["kind"], words in fault["what"]) == ("refused", True), fault
    assert ours.run("test", "-e", "/srv/never").returncode == 1


def test_what_is_no_danger_is_taken(ours: PcRoot) -> None:
    """More rights, another key beside ours, another shell for somebody else, a firewall with an open door."""
    keys = ours.must("cat", "/home/campus/.ssh/authorized_keys") + _KEY
    document = {
        "users": {"campus": {"title": "Campus", "groups": ["games"]}},
        "files": {
            "/home/campus/.ssh/authorized_keys": {
                "content": keys,
                "owner": "campus",
                "group": "campus",
                "mode": "0600",
            },
            "/etc/sudoers.d/campus": {"content": "campus ALL=(ALL:ALL) NOPASSWD: ALL\n", "mode": "0440"},
            "/etc/nftables.conf": {"content": _DROP % "tcp dport { 22, 80 } accept", "run": "nft"},
            "/etc/ssh/sshd_config.d/x.conf": {"content": "AllowUsers campus\nPasswordAuthentication no\n"},
        },
        "services": {"ssh": {"enabled": True}},
    }
    result = ours.converge(document)
    assert (result.get("fault"), result["remaining"]) == (None, [])
    assert "policy drop" in ours.must("nft", "list", "ruleset")


def test_sudo_is_tried_after_its_rules_changed(ours: PcRoot) -> None:
    """A rule that every check takes and that asks us for a password all the same is taken back at once."""
    rules = {"/etc/sudoers.d/zz": {"content": "ALL ALL=(ALL) PASSWD: ALL\n", "mode": "0440"}}
    fault = ours.converge({"files": rules})["fault"]
    words = "/etc/sudoers.d/zz: campus could not become root any more; the file is as it was (nothing is changed)"
    assert (fault["kind"], fault["what"]) == ("refused", words)
    assert ours.run("runuser", "-u", "campus", "--", "sudo", "-n", "true").returncode == 0
    assert ours.run("test", "-e", "/etc/sudoers.d/zz").returncode == 1


def test_sudo_rule_by_another_name_is_put_back(ours: PcRoot) -> None:
    """A file that lets us become root without naming us is removed, missed at once, and put back with its mode."""
    ours.must("sh", "-c", "mv /etc/sudoers.d/campus /var/tmp/; echo 'User_Alias US = campus' > /etc/sudoers.d/other")
    ours.must("sh", "-c", "echo 'US ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers.d/other; chmod 440 /etc/sudoers.d/other")
    fault = ours.converge({"absent": {"/etc/sudoers.d/other": True}})["fault"]
    assert fault["what"].startswith("/etc/sudoers.d/other: campus could not become root any more")
    assert ours.must("stat", "-c", "%a", "/etc/sudoers.d/other") == "440\n"
    ours.must("sh", "-c", "mv /var/tmp/campus /etc/sudoers.d/; rm /etc/sudoers.d/other")


def test_broken_sudoers_and_sshd_config_are_never_put_in_place(ours: PcRoot) -> None:
    """What visudo or sshd do not take fails alone, and the file stays as it was."""
    document = {
        "files": {"/etc/sudoers.d/bad": {"content": "campus ALL=(\n"}, "/etc/fine": {"content": "x"}},
        "lines": {"/etc/ssh/sshd_config": [{"name": "x", "line": "NoSuchWord yes"}]},
    }
    result = ours.converge(document)
    assert result["fault"]["what"].startswith("/etc/sudoers.d/bad: visudo does not take it: ")
    assert any(note.startswith("/etc/ssh/sshd_config: sshd does not take it: ") for note in result["notes"])
    assert {edit["path"][1]: edit["done"] for edit in result["edits"]} == {
        "/etc/sudoers.d/bad": False,
        "/etc/fine": True,
        "/etc/ssh/sshd_config": False,
    }
    assert ours.run("sudo", "-n", "-u", "campus", "sudo", "-n", "true").returncode == 0
