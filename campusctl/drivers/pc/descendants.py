"""Every process that came of a child of ours, also those that left its session and lost their parent; Linux only."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_PROC: Final = Path("/proc")


class Process(NamedTuple):
    """A process that cannot be taken for a later one with the same number."""

    pid: int
    """Its number."""
    start: int
    """When it began, in ticks since the boot."""
    parent: int = 0
    """Number of its parent."""
    gone: bool = False
    """It has ended, and nobody has asked how."""


def marked(variable: str, value: str, child: int) -> tuple[Process, ...]:
    """The living processes that have a variable in their environment, or descend from a child.

    Args:
        variable: Name of an environment variable that only our child was given.
        value: Its value.
        child: Process id of the child.
    """
    table = {process.pid: process for process in _processes() if not process.gone}
    needle = f"{variable}={value}".encode()
    found = {pid for pid in table if needle in _environment(pid)} | ({child} & table.keys())
    before: set[int] = set()
    while before != found:
        before = set(found)
        found |= {pid for pid, process in table.items() if process.parent in found}
    return tuple(table[pid] for pid in sorted(found) if pid != os.getpid())


def end(process: Process) -> None:
    """Kill it, unless it is another one by now."""
    now = _process(process.pid)
    if now is not None and now.start == process.start:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process.pid, signal.SIGKILL)


def alive(process: Process) -> bool:
    """Whether it still runs."""
    now = _process(process.pid)
    return now is not None and now.start == process.start and not now.gone


def _processes() -> Iterator[Process]:
    for entry in os.scandir(_PROC):
        if entry.name.isdigit() and (process := _process(int(entry.name))) is not None:
            yield process


def _process(pid: int) -> Process | None:
    try:
        text = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    fields = text[text.rfind(b")") + 2 :].split()
    return Process(pid, start=int(fields[19]), parent=int(fields[1]), gone=fields[0] in (b"Z", b"X"))


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
