"""Which process is which: a number alone is soon another process's."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_GONE: Final = "ZX"
"""States of a process that has ended and was not waited for."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process somewhere."""

    host: str
    """Name of its host."""
    pid: int
    """Its number there."""
    boot_id: str = ""
    """The host's boot and the namespace of the number; empty: unknown."""
    start: int = 0
    """When it started, in ticks since that boot; 0: unknown."""


def this_process() -> Process:
    """The process that asks."""
    return Process(socket.gethostname(), os.getpid(), _boot_id(), _stat(os.getpid())[1])


def known_process(host: str, pid: int) -> Process:
    """A process by its number; of this host, with everything that tells it from a later one."""
    if host != socket.gethostname():
        return Process(host, pid)
    return Process(host, pid, _boot_id(), _stat(pid)[1])


def is_here(process: Process) -> bool:
    """The process is, or was, on this host since it booted, so that `is_alive` can tell."""
    return process.host == socket.gethostname() and process.boot_id in ("", _boot_id())


def is_alive(process: Process) -> bool:
    """A process of this host is at work. Where `/proc` hides it, its number decides."""
    if process.pid <= 0:
        return False
    try:
        os.kill(process.pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    state, start = _stat(process.pid)
    return state not in _GONE and start in (0, process.start or start)


def _boot_id() -> str:
    """Boot and process namespace: containers of one host share the boot, and may share the host's name."""
    found = ""
    with suppress(OSError):
        found = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        found += "/" + Path(_PROC / "self/ns/pid").readlink().name.strip("pid:[]")
    return found


def _stat(pid: int) -> tuple[str, int]:
    """State letter and start of a process, `("?", 0)` when nobody tells. Source: proc(5), fields 3 and 22."""
    try:
        # The name in parentheses may itself have spaces and parentheses.
        fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
        return fields[0].decode("ascii"), int(fields[19])
    except (OSError, IndexError, ValueError):
        return "?", 0
