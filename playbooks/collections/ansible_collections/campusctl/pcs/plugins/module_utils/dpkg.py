"""What dpkg knows, read from its own files, and who holds its locks."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import time
from typing import TYPE_CHECKING, NamedTuple

from .edits import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .machine import Machine

STATUS = "/var/lib/dpkg/status"
_LOCKS = (
    "/var/lib/dpkg/lock-frontend",
    "/var/lib/dpkg/lock",
    "/var/lib/apt/lists/lock",
    "/var/cache/apt/archives/lock",
)
_BROKEN = {"half-configured", "unpacked", "half-installed", "triggers-pending", "triggers-awaited"}
_FLOCK = "hhqqi"
"""struct flock with 64-bit offsets: type, whence, start, length, process."""
_POLL_S = 0.5


class Packages(NamedTuple):
    """The packages of a PC."""

    states: dict[str, str]
    """Of those that were asked for: `installed`, or how far they are; without those that are not there."""
    essential: set[str]
    """Those that Debian cannot be without."""
    broken: list[str]
    """Packages that an interrupted dpkg left half-way, whoever asked for them."""


def parse(status: str, wanted: Iterable[str]) -> Packages:
    """What dpkg's status file says about some packages, given as `name` or `name:architecture`."""
    names = set(wanted)
    plain = {name.partition(":")[0] for name in names}
    states: dict[str, str] = {}
    essential: set[str] = set()
    broken: list[str] = []
    for stanza in status.split("\n\n"):
        found = re.search(r"^Status: \S+ \S+ (\S+)", stanza, re.MULTILINE)
        title = re.match(r"\s*Package: (\S+)", stanza)
        if found is None or title is None:
            continue
        if found[1] in _BROKEN:
            broken.append(title[1])
        if "\nEssential: yes" in stanza:
            essential.add(title[1])
        if title[1] in plain:
            _add(states, names, title[1], stanza, found[1])
    return Packages(states, essential, sorted(broken))


def _add(states: dict[str, str], names: set[str], name: str, stanza: str, state: str) -> None:
    if state in ("not-installed", "config-files"):
        return
    architecture = re.search(r"^Architecture: (\S+)", stanza, re.MULTILINE)
    for known in (name, f"{name}:{architecture[1] if architecture else ''}"):
        if known in names and states.get(known) != "installed":
            states[known] = state


def read(wanted: Iterable[str]) -> Packages:
    """The same of this PC. Raises Trouble `rejected` where there is no dpkg."""
    try:
        with open(STATUS, encoding="utf-8", errors="replace") as file:
            return parse(file.read(), wanted)
    except OSError as error:
        raise Trouble(
            "rejected", f"{STATUS}: {error.strerror}", "only Debian and its relatives have packages"
        ) from None


def wait_for_locks(machine: Machine) -> None:
    """Come back when nobody holds dpkg's or apt's locks. Raises Trouble like `wait_for`."""
    wait_for(machine, _LOCKS, "packages are held by", machine.lock_wait_s)


def wait_for(machine: Machine, paths: Sequence[str], words: str, wait_s: float) -> None:
    """Come back when nobody holds a lock on these files.

    Raises:
        Trouble: `locked`: somebody still does after `wait_s`; says who.
    """
    end = time.monotonic() + wait_s
    while True:
        holder = next((found for found in map(_holder, paths) if found), "")
        if not holder:
            return
        if time.monotonic() >= end:
            waited = f"after {wait_s:g} seconds still"
            raise Trouble("locked", f"{words} {holder}, {waited}", "try again when it is done")
        time.sleep(min(_POLL_S, machine.left_s()))


def _holder(path: str) -> str:
    """Who has a lock on a file: process and command; empty: nobody."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, process = struct.unpack(_FLOCK, fcntl.fcntl(handle, fcntl.F_GETLK, asked))
    finally:
        os.close(handle)
    return "" if kind == fcntl.F_UNLCK else f"process {process} ({command_of(process)})"


def command_of(process: int) -> str:
    """What a process was started with, at most 120 characters."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            words = file.read(2000).decode("utf-8", "replace").split("\0")
    except OSError:
        return "unknown"
    return " ".join(word for word in words if word)[:120] or "unknown"
