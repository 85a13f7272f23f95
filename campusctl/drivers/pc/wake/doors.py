"""Who is on: whose TCP port answers, all asked at once."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Final

_AT_ONCE: Final = 400
"""Open attempts; the usual limit for files is 1024."""


class Door(StrEnum):
    """What a TCP port says."""

    OPEN = "open"
    """Somebody listens."""
    REFUSED = "refused"
    """The machine is on, and nobody listens (yet)."""
    SILENT = "silent"
    """Nobody is there."""


async def look(doors: Mapping[str, tuple[str, int]], timeout_s: float) -> Mapping[str, Door]:
    """What each port says now.

    Args:
        doors: Host and port by name.
        timeout_s: How long an answer may take, in seconds.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_door(gate, host, port, timeout_s) for host, port in doors.values()))
    return dict(zip(doors, found, strict=True))


async def _door(gate: asyncio.Semaphore, host: str, port: int, timeout_s: float) -> Door:
    async with gate:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), timeout_s)
        except ConnectionRefusedError:
            return Door.REFUSED
        except (OSError, TimeoutError):
            return Door.SILENT
        # Nothing was said, so nothing is lost.
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
        return Door.OPEN
