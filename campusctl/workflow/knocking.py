"""Whether anything is at an address, without a log-in: a ping, and a knock at its doors."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from math import ceil
from typing import Final

from campusctl.child import child_environ

_AT_ONCE: Final = 64
"""Addresses that are asked at once."""
_SPARE_S: Final = 1.0
"""What `ping` may take beside waiting, in seconds."""


async def answers(host: str, port: int, wait_s: float) -> bool:
    """Whether a device says anything to a TCP connection; a refusal says that it is there.

    Args:
        host: Its address.
        port: TCP port.
        wait_s: How long to wait, in seconds.
    """
    try:
        async with asyncio.timeout(wait_s):
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    writer.transport.abort()
    return True


async def pinged(host: str, wait_s: float) -> bool | None:
    """Whether a device answers a ping, asked by the system's own `ping`, which has the right to.

    Args:
        host: Its address.
        wait_s: How long to wait, in seconds, in whole ones.

    Returns:
        None: nobody can tell, for want of `ping`, of a way, or of an address; one of this machine's own (127.0.0.1, a
        lab's) always answers, so it is not asked.
    """
    try:
        if ip_address(host).is_loopback:
            return None
    except ValueError:
        return None
    words = ("ping", "-q", "-c", "1", "-w", str(ceil(wait_s)), host)
    quiet = asyncio.subprocess.DEVNULL
    try:
        asking = await asyncio.create_subprocess_exec(
            *words, stdin=quiet, stdout=quiet, stderr=quiet, env=child_environ()
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(ceil(wait_s) + _SPARE_S):
            return {0: True, 1: False}.get(await asking.wait())
    except TimeoutError:
        return None
    finally:
        if asking.returncode is None:
            with suppress(ProcessLookupError):
                asking.kill()
            await asking.wait()


async def is_there(host: str, ports: Sequence[int], wait_s: float) -> bool:
    """Whether anything answers at an address: to a ping, or at one of its doors.

    Args:
        host: The address.
        ports: TCP ports.
        wait_s: How long to wait, in seconds.
    """
    asked = (pinged(host, wait_s), *(answers(host, port, wait_s) for port in ports))
    return any(await asyncio.gather(*asked))


def ping(hosts: Iterable[str], wait_s: float = 1.0) -> Mapping[str, bool]:
    """Which addresses answer a ping; those of which nobody can tell are left out.

    Args:
        hosts: Addresses.
        wait_s: How long to wait for each, in seconds.
    """
    return asyncio.run(_ping(tuple(dict.fromkeys(hosts)), wait_s))


async def _ping(hosts: Sequence[str], wait_s: float) -> Mapping[str, bool]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(host: str) -> bool | None:
        async with gate:
            return await pinged(host, wait_s)

    found = await asyncio.gather(*map(ask, hosts))
    return {host: there for host, there in zip(hosts, found, strict=True) if there is not None}
