"""Method `host`: a Linux host in the PCs' VLAN sends the packets as broadcasts to its own LANs.

Over the system's ssh client, with a key and a known host, or not at all: nobody is there to type a password.
"""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from campusctl.child import child_environ
from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.drivers.pc.wake.packet import PORT, plain_mac
from campusctl.drivers.pc.wake.sender_program import NO_LAN, PROGRAM
from campusctl.model.plan import DeviceLogin
from campusctl.model.printable import printable

_AT_ONCE: Final = 8
"""Hosts that are asked side by side."""
_WORK_S: Final = 20.0
"""What a host may take beyond connecting, in seconds."""
_LONGEST: Final = 1000
"""MAC addresses in one command line."""

_WORDS: Final = (
    ("REMOTE HOST IDENTIFICATION", "its host key has changed: was it set up anew?"),
    ("Host key verification failed", "its host key is not known"),
    ("Permission denied", "it refuses our key"),
    ("Connection refused", "it is on, and no ssh server answers"),
    ("timed out", "it does not answer"),
    ("No route to host", "it does not answer"),
    ("Network is unreachable", "it does not answer"),
)
"""What ssh says, and what that means. The first one that is in its words counts."""


async def send(orders: Sequence[WakeOrder]) -> Mapping[str, str]:
    """Let each host wake the PCs that it is to wake; returns why not, by device."""
    groups: dict[DeviceLogin, list[WakeOrder]] = {}
    for order in orders:
        if order.sender:
            groups.setdefault(order.sender, []).append(order)
    gate = asyncio.Semaphore(_AT_ONCE)
    jobs = [
        _through(gate, login, group[at : at + _LONGEST])
        for login, group in groups.items()
        for at in range(0, len(group), _LONGEST)
    ]
    return {device: why for found in await asyncio.gather(*jobs) for device, why in found.items()}


async def _through(gate: asyncio.Semaphore, login: DeviceLogin, orders: Sequence[WakeOrder]) -> Mapping[str, str]:
    async with gate:
        why = await _asked(login, [order.mac for order in orders])
    words = f"no packet was sent, for the host {login.host} is to send it: {why}" if why else ""
    return {order.device: words for order in orders} if words else {}


async def _asked(login: DeviceLogin, macs: Sequence[str]) -> str:
    """Run the program there; returns what went wrong, in words."""
    try:
        child = await asyncio.create_subprocess_exec(
            *ssh_command(login, macs), stdin=PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=PIPE, env=child_environ()
        )
    except OSError as wrong:
        return f"ssh cannot be started here: {wrong.strerror or wrong}"
    try:
        _, said = await asyncio.wait_for(child.communicate(PROGRAM), login.timeout_s + _WORK_S)
    except TimeoutError:
        return "it did not finish in time"
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return _meaning(child.returncode or 0, said.decode(errors="replace"))


def ssh_command(login: DeviceLogin, macs: Sequence[str]) -> list[str]:
    """The command line; strict about the host's key, without a password, an agent or anything forwarded.

    Raises:
        ValueError: A MAC address is none.
    """
    known = " ".join(_quoted(path) for path in (login.known_hosts, login.known_hosts_before) if path)
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "yes",
        "UserKnownHostsFile": known,
        "GlobalKnownHostsFile": "/dev/null",
        "UpdateHostKeys": "no",
        "ConnectTimeout": str(max(1, round(login.timeout_s))),
        "ConnectionAttempts": "1",
        "ControlMaster": "no",
        "ControlPath": "none",
        "ClearAllForwardings": "yes",
        "ForwardAgent": "no",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    key = ["-o", "IdentitiesOnly=yes", "-i", login.key_file] if login.key_file else []
    user = ["-l", login.user] if login.user else []
    # ssh hands its last words to a shell on the host: a fixed program, a number and MAC addresses, checked.
    asked = ["python3", "-", str(PORT), *(plain_mac(mac) for mac in macs)]
    return ["ssh", "-T", *words, *key, "-p", str(login.port), *user, "--", login.host, *asked]


def _quoted(path: str) -> str:
    """A path as ssh reads it in an option: `%` begins a token, a blank ends a path."""
    plain = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"'


def _meaning(code: int, said: str) -> str:
    if code == 0:
        return ""
    if code == NO_LAN:
        return "it has no network interface that can broadcast"
    if code == 127:
        return "it has no python3"
    known = next((words for part, words in _WORDS if part in said), "")
    lines = [line for line in said.splitlines() if line.strip()]
    return known or (printable(lines[-1].strip())[:200] if lines else f"it ended with code {code}")
