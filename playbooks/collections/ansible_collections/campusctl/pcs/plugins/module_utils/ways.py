"""The ways in: what a document may not do, because nobody could log in to this PC and become root afterwards."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from .edits import Trouble
from .paths import read

if TYPE_CHECKING:
    from .pc import Pc

_TREES = (
    *("/etc/ssh", "/etc/sudoers.d", "/etc/pam.d", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/bin", "/sbin"),
    *("/lib", "/lib64", "/boot", "/root", "/home", "/var/lib/dpkg", "/var/lib/apt", "/var/lib/campusctl", "/dev"),
    *("/proc", "/sys", "/run"),
)
"""Neither these nor what is above them may go or change hands."""
_FILES = re.compile(
    r"/etc/(passwd|shadow|group|gshadow|ssh/ssh_host_.*|pam\.d/(sshd|sudo|su|common-.*))"
    r"|(/usr)?/s?bin/(python3[0-9.]*|sudo|sshd|sh|dash|bash|visudo|systemctl|dpkg|apt-get)"
    r"|/(proc|sys|dev|var/lib/dpkg|var/lib/campusctl)/.*",
    re.DOTALL,
)
"""What only packages and our own commands may change."""
_NEEDED = re.compile(r"(ssh|sshd)(\.service|\.socket)?")
_NETWORK = re.compile(r"(NetworkManager|systemd-networkd|networking|dbus|systemd-logind)(\.service|\.socket)?")
_CHAINS = re.compile(r"\bchain\s+\S+\s*\{((?:[^{}]|\{[^{}]*\})*)\}", re.DOTALL)
_DROPS = re.compile(r"\bpolicy\s+drop\b|(?:^|;)\s*(?:counter\s+)?(?:drop|reject)\b", re.MULTILINE)
_ACCEPTS = re.compile(r"^[^#\n]*\btcp\s+dport\s+(\{[^}]*\}|\S+)[^#\n]*\baccept\b", re.MULTILINE)


def refused(path: str, what: str) -> Trouble:
    """The refusal of a change at a path."""
    return Trouble("refused", f"{path}: {what}", "campusctl would lock itself out; take it out of the document")


def check_removal(pc: Pc, path: str) -> None:
    """Raises Trouble `refused` where a path may not go, nor be another thing than it is."""
    for place in _places(path):
        if _FILES.fullmatch(place) or any(_above(place, tree) for tree in (*_TREES, *_home(pc))):
            raise refused(path, "the way in or the system itself is there")
        if place.startswith(f"{_home(pc)[0]}/.ssh/") or re.fullmatch(r"/etc/(ssh/sshd_config|sudoers)", place):
            raise refused(path, "the way in is there")
    if path.startswith("/etc/sudoers.d/") and _names_us(pc, _text(path)):
        raise refused(path, f"it lets {pc.user} become root")


def check_directory(pc: Pc, path: str) -> None:
    """Raises Trouble `refused` for a directory whose mode or owner may not change."""
    if any(_above(path, tree) for tree in (*_TREES, *_home(pc))):
        raise refused(path, "the way in or the system itself is there")


def check_content(pc: Pc, path: str, data: bytes, *, firewall: bool) -> None:
    """Raises Trouble `refused` for a content that would take the way in away."""
    text = data.decode("utf-8", "replace")
    if any(_FILES.fullmatch(place) for place in _places(path)):
        raise refused(path, "only packages and the document's users change it")
    if is_sudoers(path) and _names_us(pc, _text(path)) and not _names_us(pc, text):
        raise refused(path, f"it lets {pc.user} become root, and would not any more")
    if path in (f"{_home(pc)[0]}/.ssh/authorized_keys", f"{_home(pc)[0]}/.ssh/authorized_keys2"):
        keys = _keys(_text(path))
        if keys and not keys & _keys(text):
            raise refused(path, "none of the keys that are there would stay")
    if firewall and _drops_input(text) and not _lets_ssh_in(text):
        raise refused(path, "the input chain drops, and no rule accepts tcp dport 22 (ssh)")


def check_unit(name: str, *, active: bool, masked: bool, running: bool | None, enabled: bool | None) -> None:
    """Raises Trouble `refused` for a unit that has to go on; the flags are what the document wants."""
    off = masked or running is False or enabled is False
    if off and _NEEDED.fullmatch(name):
        raise Trouble("refused", f"service {name}: campusctl logs in through it", "take it out of the document")
    if active and (masked or running is False) and _NETWORK.fullmatch(name):
        raise Trouble(
            "refused", f"service {name}: the PC's network or its logins need it", "change it by hand, beside the PC"
        )


def sudo_works(pc: Pc) -> bool | None:
    """Whether we become root without a password, tried; None: we are root, or have a password for it."""
    if pc.user == "root":
        return None
    done = pc.machine.run(["runuser", "-u", pc.user, "--", "sudo", "-n", "true"])
    return True if not done.code else None if done.code == 127 or "password is required" in done.err else False


def is_sudoers(path: str) -> bool:
    """Sudo reads this file."""
    return path == "/etc/sudoers" or path.startswith("/etc/sudoers.d/")


def is_sshd(path: str) -> bool:
    """The SSH server reads this file."""
    return path == "/etc/ssh/sshd_config" or path.startswith("/etc/ssh/sshd_config.d/")


def check_sshd(pc: Pc, now: str, then: str) -> None:
    """Raises Trouble `refused` when the SSH server would not let us in as it does; both are what `sshd -T` prints."""
    before, after = _settings(now), _settings(then)
    if not before.get("port", set()) & after.get("port", set()):
        raise refused("sshd_config", "the SSH server would listen on other ports only")
    for name, value in (
        ("pubkeyauthentication", "no"),
        ("permitrootlogin", "no") if pc.user == "root" else ("usepam", "no"),
    ):
        if after.get(name) == {value} and before.get(name) != {value}:
            raise refused("sshd_config", f"{name} would be {value}")
    groups = _groups(pc)
    for users, words, inside in (
        ("allowusers", {pc.user}, True),
        ("allowgroups", groups, True),
        ("denyusers", {pc.user}, False),
        ("denygroups", groups, False),
    ):
        patterns = {pattern for line in after.get(users, set()) for pattern in line.split()}
        found = any(fnmatchcase(word, pattern.partition("@")[0]) for word in words for pattern in patterns)
        if patterns and found is not inside and before.get(users) != after.get(users):
            raise refused("sshd_config", f"{users} would keep {pc.user} out")


def _settings(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        name, _, value = line.strip().partition(" ")
        found.setdefault(name, set()).add(value.strip())
    return found


def _groups(pc: Pc) -> set[str]:
    with open("/etc/group", encoding="utf-8", errors="replace") as file:
        rows = [line.rstrip("\n").split(":") for line in file]
    with open("/etc/passwd", encoding="utf-8", errors="replace") as file:
        own = next((line.split(":")[3] for line in file if line.split(":")[0] == pc.user), "")
    return {row[0] for row in rows if len(row) == 4 and (row[2] == own or pc.user in row[3].split(","))}


def _home(pc: Pc) -> list[str]:
    known = os.path.expanduser(f"~{pc.user}")
    home = known if known.startswith("/") else f"/home/{pc.user}"
    return [home, f"{home}/.ssh"]


def _places(path: str) -> tuple[str, str]:
    """A path as it is written, and as it is without links on the way."""
    return path, os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _above(path: str, other: str) -> bool:
    return other == path or other.startswith(path.rstrip("/") + "/")


def _text(path: str) -> str:
    return (read(path).data or b"").decode("utf-8", "replace")


def _names_us(pc: Pc, text: str) -> bool:
    ours = {pc.user, "ALL", *(f"%{group}" for group in _groups(pc))}
    words = (re.split(r"[\s=]+", line.strip())[0] for line in text.splitlines() if "=" in line)
    return any(word in ours for word in words)


def _keys(text: str) -> set[str]:
    return {
        word
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
        for word in re.findall(r"AAAA\S{30,}", line)
    }


def _drops_input(text: str) -> bool:
    plain = re.sub(r"#.*", "", text)
    return any("hook input" in " ".join(body.split()) and _DROPS.search(body) for body in _CHAINS.findall(plain))


def _lets_ssh_in(text: str) -> bool:
    for ports in _ACCEPTS.findall(text):
        for port in re.split(r"[\s,{}]+", ports):
            low, _, high = port.partition("-")
            if port == "ssh" or (low.isdigit() and int(low) <= 22 <= int(high if high.isdigit() else low)):
                return True
    return False
