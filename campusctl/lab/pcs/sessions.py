"""The connections of one PC: each is handed to an sshd of the PC's own."""

import asyncio
import os
import signal
import socket
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from campusctl.child import child_environ
from campusctl.errors import CampusError
from campusctl.lab.pcs.machine import Machine
from campusctl.lab.pcs.spec import PcFaults

_ABORT: Final = struct.pack("ii", 1, 0)
"""A connection that is closed with this option ends with a reset."""
_LATE_S: Final = 0.5
_OTHER_KEY: Final = ("-h", "/run/campusctl-lab/other_key", "-o", "HostKeyAlgorithms=ssh-ed25519")


class _Session(NamedTuple):
    """One connection that is served."""

    process: "subprocess.Popen[bytes]"
    """What entered the PC and started the sshd."""
    connection: socket.socket
    """Kept open here too, so that nobody hears it end when the PC loses its power."""
    boot: int
    """The machine's process when it began."""


class Sessions:
    """In the running event loop. No byte passes through here: an sshd is given the connection itself."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._loop = asyncio.get_running_loop()
        self._running: dict[int, _Session] = {}
        self._frozen = False
        self._silent: list[socket.socket] = []
        """Connections to a PC that lost its power: nobody closes them."""

    def welcome(self, connection: socket.socket, faults: PcFaults) -> None:
        """Take a connection."""
        connection.setblocking(True)
        if faults.slow:
            self._loop.call_later(faults.slow, self._serve, connection, faults)
        else:
            self._serve(connection, faults)

    def _serve(self, connection: socket.socket, faults: PcFaults) -> None:
        key = _OTHER_KEY if faults.wrong_host_key else ()
        try:
            words = self._machine.inside("/usr/sbin/sshd", "-i", "-E", "/var/log/sshd.log", *key)
        except CampusError:
            self._silent.append(connection)
            return
        process = subprocess.Popen(  # noqa: S603 - fixed words
            words, stdin=connection.fileno(), stdout=connection.fileno(), stderr=subprocess.DEVNULL, env=child_environ()
        )
        handle = os.pidfd_open(process.pid)
        self._running[handle] = _Session(process, connection, self._machine.pid)
        self._loop.add_reader(handle, self._ended, handle)

    def _ended(self, handle: int) -> None:
        self._loop.remove_reader(handle)
        os.close(handle)
        ended = self._running.pop(handle)
        ended.process.wait()
        if ended.boot == self._machine.pid and not self._machine.died:
            ended.connection.close()
        else:
            self._silent.append(ended.connection)
            if self._machine.on:
                self.reset()

    def freeze(self) -> None:
        """Nothing is sent any more and nothing read: the cable is pulled."""
        self._frozen = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """The cable is plugged in again, or the power is back: then what an earlier boot began is over."""
        self._frozen = False
        for session in self._running.values():
            if session.boot != self._machine.pid:
                session.process.kill()
        self._go_on()
        # nsenter stops itself a moment after what it started: on a busy machine after it was told to go on.
        self._loop.call_later(_LATE_S, self._go_on)

    def _go_on(self) -> None:
        if not self._frozen:
            self._signal(signal.SIGCONT)

    def reset(self) -> None:
        """A PC that is on again knows nothing of its old connections, and says so."""
        for connection in self._silent:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            connection.close()
        self._silent.clear()

    def close(self) -> None:
        """End every connection; the PC is off already."""
        for handle, session in tuple(self._running.items()):
            session.process.kill()
            self._ended(handle)
        self.reset()

    def _signal(self, number: int) -> None:
        for process, _, _ in self._running.values():
            # nsenter stops itself when what it started is stopped, and would never go on by itself.
            for pid in (*_tree(process.pid), process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)


def _tree(pid: int) -> list[int]:
    """The sshd processes below a process; what a user runs is none of them."""
    found: list[int] = []
    for child in _children(pid):
        with suppress(OSError):
            if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").startswith("sshd"):
                found += [child, *_tree(child)]
    return found


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []
