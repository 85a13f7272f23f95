"""Which PCs answer at all: a TCP connection and a greeting, all at once, before Ansible waits for anybody."""

import asyncio
import errno
import threading
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from campusctl.drivers.pc.platforms.base import Trouble
from campusctl.model.outcome import FaultKind

AT_ONCE: Final = 500
"""Connections open at the same time; a process may have 1024 files open."""

CONNECT_S: Final = 1.5
GREETING_S: Final = 5.0
TRIES: Final = 2
_TICK_S: Final = 0.1


class Door(NamedTuple):
    """Where a PC should answer."""

    device: str
    """Name of the PC."""
    host: str
    """Address."""
    port: int
    """TCP port."""
    greeting: bytes = b""
    """What it says first; empty: it waits."""


def probe(
    doors: Iterable[Door], stop: threading.Event, *, connect_s: float = CONNECT_S, greeting_s: float = GREETING_S
) -> Mapping[str, Trouble | None]:
    """Who answers; None: it does, or the probe was stopped before anybody knew.

    Args:
        doors: The PCs.
        stop: When set, nobody is waited for any more.
        connect_s: How long a connection may take, in seconds; silence is asked once more.
        greeting_s: How long the greeting may take, in seconds.
    """
    return asyncio.run(_probe_all(tuple(doors), stop, connect_s, greeting_s))


async def _probe_all(
    doors: tuple[Door, ...], stop: threading.Event, connect_s: float, greeting_s: float
) -> dict[str, Trouble | None]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(door: Door) -> Trouble | None:
        async with room:
            return await _probe(door, connect_s, greeting_s)

    tasks = {door.device: asyncio.create_task(one(door)) for door in doors}
    waiting = set(tasks.values())
    while waiting and not stop.is_set():
        _, waiting = await asyncio.wait(waiting, timeout=_TICK_S)
    for task in waiting:
        task.cancel()
    return {device: task.result() if task.done() else None for device, task in tasks.items()}


async def _probe(door: Door, connect_s: float, greeting_s: float) -> Trouble | None:
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(connect_s):
                reader, writer = await asyncio.open_connection(door.host, door.port)
        except TimeoutError:
            continue
        except OSError as error:
            return _refused(door, error)
        try:
            return await _greeting(reader, door, greeting_s)
        finally:
            writer.transport.abort()
    return _off(door.port)


async def _greeting(reader: asyncio.StreamReader, door: Door, greeting_s: float) -> Trouble | None:
    if not door.greeting:
        return None
    try:
        async with asyncio.timeout(greeting_s):
            said = await reader.readexactly(len(door.greeting))
    except TimeoutError:
        return Trouble(FaultKind.TIMEOUT, f"it takes a connection on port {door.port} and says nothing", _HUNG)
    except (OSError, EOFError):
        return Trouble(FaultKind.UNREACHABLE, f"it hangs up on port {door.port} before it says a word", _BUSY)
    if said != door.greeting:
        return Trouble(FaultKind.MALFORMED, f"what answers on port {door.port} is not SSH", "is the port right?")
    return None


_HUNG: Final = "it may hang, or something on the way swallows the answer: look at the PC"
_BUSY: Final = "too many connections at once, or a rule on the PC that does not let us in"


def _refused(door: Door, error: OSError) -> Trouble:
    """A connection that failed at once, by the number the system gives for it."""
    number, port = error.errno, door.port
    if isinstance(error, ConnectionRefusedError):
        hint = "is openssh-server installed?" if door.greeting else "has it a listener of WinRM there?"
        return Trouble(FaultKind.UNREACHABLE, f"it is on, and nothing listens on port {port}", hint)
    if number in (errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EHOSTDOWN):
        return _off(port)
    if number == errno.ENETUNREACH:
        return Trouble(FaultKind.UNREACHABLE, "there is no way from here to its network", "is the VPN or line up?")
    why = error.strerror or "the name is unknown"
    return Trouble(FaultKind.UNREACHABLE, f"no connection to port {port}: {why}", "is the address right?")


def _off(port: int) -> Trouble:
    return Trouble(FaultKind.OFF, f"does not answer on port {port}: switched off, or not there")
