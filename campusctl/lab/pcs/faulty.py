"""A PC of the lab as the network has it: its machine, its door, its connections, and what is wrong with it."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Final

from campusctl.errors import CampusError
from campusctl.lab.pcs.door import Door
from campusctl.lab.pcs.machine import Machine
from campusctl.lab.pcs.sessions import Sessions
from campusctl.lab.pcs.spec import PcFaults

_INSIDE: Final = ("wrong_sudo", "no_python", "apt_lock", "killed_after", "killed_at", "clock_wrong")
"""Faults that are made on the PC itself, by fault.sh."""
_FILL: Final = (
    'n=$(($(stat -f -c "%f * %S" .))); fallocate -l "$n" ballast || dd if=/dev/zero of=ballast bs=65536; exit 0'
)


class Station:
    """One PC in the running event loop."""

    def __init__(self, machine: Machine, host: str, port: int) -> None:
        """Plug a PC in; nobody answers before `connect`.

        Args:
            machine: The PC.
            host: Its loopback address.
            port: TCP port.
        """
        self.machine = machine
        self.faults = machine.spec.faults
        self._sessions = Sessions(machine)
        self._door = Door(host, port, self._welcome)
        self._made: PcFaults = PcFaults()
        """What is wrong with it already."""
        self._waking: asyncio.Future[None] | None = None
        self._turn = threading.Lock()
        """A magic packet and an order may come at the same moment."""
        self._watched = 0
        """The process whose end is waited for."""
        self.online: Callable[[], bool] = _yes
        """Whether its port lets it reach the network right now."""
        self._let = True
        self.seen: Callable[[Mapping[str, str]], None] = _nobody
        """Told what is the matter with where it is; see `campusctl.lab.plugs.PLACES`."""

    def boot(self) -> None:
        """Switch it on, unless it shall be off, and break it as ordered. Blocks; may run in another thread.

        Raises:
            CampusError: It did not come up, or cannot be broken in that way here.
        """
        self.check(self.faults)
        with self._turn:
            if not self.faults.off:
                self.machine.boot()
                self._break()

    def connect(self) -> None:
        """Answer the network, if it is on and its cable is plugged in."""
        self._watch()
        there = self.machine.on and not self.faults.pulled
        self.seen(({} if there else {"off": ""}) | ({"port": self.faults.port} if self.faults.port else {}))
        self._let = self.online()
        if there and self._let:
            self._sessions.reset()
            self._sessions.thaw()
            self._door.open()
        else:
            self._door.silence()
            self._sessions.freeze()

    def follow(self) -> None:
        """The network may have changed: the door follows, and open sessions stall or go on."""
        lets = self.online()
        if not self.machine.on or self.faults.pulled or lets is self._let:
            return
        self._let = lets
        if lets:
            self._sessions.thaw()
            self._door.open()
        else:
            self._door.silence()
            self._sessions.freeze()

    def set_faults(self, faults: PcFaults) -> None:
        """Break it in these ways and in no other; switching on takes a moment.

        Raises:
            CampusError: It cannot be broken in that way here; nothing was changed.
        """
        self.check(faults)
        self._obey(faults)
        self.connect()

    def check(self, faults: PcFaults) -> None:
        """Change nothing.

        Raises:
            CampusError: It cannot be broken in that way here.
        """
        if faults.disk_full and not self.machine.in_memory:
            name = self.machine.spec.name
            raise CampusError(f"{name} has no disk of its own that could be full", "that needs Linux 6.6 or later")

    def _obey(self, faults: PcFaults) -> None:
        with self._turn:
            self.faults = faults
            if faults.off:
                self._door.silence()
                self.machine.cut()
            else:
                self.machine.boot()
                self._break()

    def _watch(self) -> None:
        """Notice when it switches itself off."""
        if not self.machine.pid or self.machine.pid == self._watched:
            return
        self._watched = self.machine.pid
        handle = os.pidfd_open(self._watched)
        asyncio.get_running_loop().add_reader(handle, self._ended, handle)

    def _ended(self, handle: int) -> None:
        asyncio.get_running_loop().remove_reader(handle)
        os.close(handle)
        if self.machine.died:
            self.set_faults(self.faults.model_copy(update={"off": True}))

    def wake(self) -> None:
        """A magic packet came: switch it on, if it is off."""
        if self.machine.on or (self._waking and not self._waking.done()):
            return
        self.faults = self.faults.model_copy(update={"off": False})
        loop = asyncio.get_running_loop()
        self._waking = loop.run_in_executor(None, self.boot)
        self._waking.add_done_callback(self._woken)

    def _woken(self, done: "asyncio.Future[None]") -> None:
        if not done.exception():
            self.connect()

    def close(self) -> None:
        """Switch it off for good."""
        self.machine.cut()
        self._sessions.close()
        self._door.close()

    def _welcome(self, connection: socket.socket) -> None:
        self._sessions.welcome(connection, self.faults)

    def _break(self) -> None:
        """Make and mend what differs from what is wrong already; processes that make a fault are gone after a boot."""
        before, now = self._made.model_dump(), self.faults.model_dump()
        # A full disk last, and mended first: the others write.
        if before["disk_full"]:
            self.machine.disk("rm", "-f", "ballast")
        for kind in _INSIDE:
            if now[kind]:
                self._change(kind, "on", str(now[kind]))
            elif before[kind]:
                self._change(kind, "off")
        if now["disk_full"]:
            self.machine.disk("sh", "-c", _FILL)
        self._made = self.faults

    def _change(self, *words: str) -> None:
        done = self.machine.run("/run/campusctl-lab/fault.sh", *words)
        if done.returncode:
            raise CampusError(f"{self.machine.spec.name}: {' '.join(words)}: {done.stderr.strip() or 'not done'}")


def _yes() -> bool:
    return True


def _nobody(_faults: Mapping[str, str]) -> None:
    """Nobody wants to know."""
