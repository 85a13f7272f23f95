"""What every simulated appliance has: an address, faults, a network that it is cut off from."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import ClassVar, Final

from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.faults import end_faults
from campusctl.lab.pcs.door import Door
from campusctl.lab.plugs import PLACES
from campusctl.lab.state import lab_address

COMMON: Final = {
    **PLACES,
    "factory": "is as it came out of its box, not as the inventory says",
    "stranger": "is another device: VALUE is its serial number",
    "deaf": "takes connections and says nothing",
    "lies": "says yes to every setting that contains VALUE, and does nothing",
    "refuses": "says no to every setting that contains VALUE",
    "drops": "closes the connection after VALUE requests, once",
}
"""Faults that every kind knows, for the help."""
_FROM_THE_BOX: Final = frozenset({"factory", "new"})
"""It has nothing of what the inventory says."""


class Appliance:
    """One simulated device; a kind of device is a subclass. Runs in the lab's event loop."""

    faults: ClassVar[Mapping[str, str]] = {}
    """Further faults of this kind, with what they do."""

    def __init__(self, spec: LabAppliance, online: Callable[[], bool] = lambda: True) -> None:
        """Prepare; nothing listens yet.

        Args:
            spec: What it is.
            online: Whether its port lets it reach the network right now.
        """
        self.spec, self._online = spec, online
        self.fault: dict[str, str] = {}
        """Faults by kind, with their values."""
        self._door = _Door(self._meet, self.tls)
        self.set_up(factory=False)
        self.set_faults(spec.faults)

    @property
    def serial(self) -> str:
        """Its serial number."""
        made_up = self.spec.name.upper().replace("-", "")
        own = f"NEW{made_up}" if "new" in self.fault else self.spec.serial or f"LAB{made_up}"
        return self.fault.get("stranger") or own

    @property
    def on(self) -> bool:
        """It answers at all."""
        return not self.fault.keys() & {"off", "unplugged", "no-address"} and self._online()

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or as out of the box."""
        raise NotImplementedError

    @classmethod
    def check(cls, name: str, faults: Iterable[str]) -> dict[str, str]:
        """Faults of a device of this kind, `KIND` or `KIND=VALUE` each, by kind with their values.

        Raises:
            CampusError: There is no such fault, or its value makes no sense.
        """
        return end_faults(name, faults, {**COMMON, **cls.faults})

    def set_faults(self, faults: tuple[str, ...]) -> None:
        """Have these faults from now on, and no others.

        Raises:
            CampusError: See `check`; nothing was changed.
        """
        found = self.check(self.spec.name, faults)
        if found.keys() & _FROM_THE_BOX and not self.fault.keys() & _FROM_THE_BOX:
            self.set_up(factory=True)
        elif "new" in self.fault and "new" not in found:
            # The one that was there before is back.
            self.set_up(factory=False)
        self.fault = found
        self.changed()

    def changed(self) -> None:
        """Faults or the network changed: the door follows."""
        self._door.set(dark=not self.on)

    def lies(self, setting: str) -> bool:
        """Whether it says yes to this setting and does nothing."""
        return self.fault.get("lies", "\0") in setting

    def refuses(self, setting: str) -> bool:
        """Whether it says no to this setting."""
        return self.fault.get("refuses", "\0") in setting

    def drops_now(self) -> bool:
        """Whether the connection is to be closed at this request; once."""
        left = int(self.fault.get("drops") or 0)
        if not left:
            return False
        self.fault["drops"] = str(left - 1)
        return left == 1

    async def start(self, port: int) -> None:
        """Listen at its address. A kind that speaks UDP as well starts that here, too."""
        await self._door.open(lab_address(self.spec.address), port)
        self.changed()

    async def stop(self) -> None:
        """Close every door."""
        self._door.close()

    async def tls(self, connection: socket.socket) -> ssl.SSLContext | None:
        """TLS of a connection that has just been made; None: it begins without."""
        del connection
        return None

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "deaf" in self.fault:
            await reader.read(-1)
        else:
            await self.conversation(reader, writer)

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One TCP connection, until it ends; the caller closes it."""
        raise NotImplementedError


class _Door:
    """A TCP port that can go dark: then nobody gets an answer to a SYN, as from a device without power.

    A city has thousands: until somebody comes, each is one socket and nothing else.
    """

    def __init__(
        self,
        serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object],
        tls: Callable[[socket.socket], Awaitable[ssl.SSLContext | None]],
    ) -> None:
        self._serve, self._tls = serve, tls
        self._door: Door | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> None:
        self._door = Door(host, port, self._welcome, silent=False)

    def set(self, *, dark: bool) -> None:
        if self._door is None:
            return
        if not dark:
            self._door.open()
            return
        self._door.silence()
        self._end_all()

    def close(self) -> None:
        self._end_all()
        if self._door:
            self._door.close()
            self._door = None

    def _end_all(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()

    def _welcome(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._keep(asyncio.get_running_loop().create_task(self._take(connection)))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        # With the callback it is the server's side, also of TLS that begins later.
        protocol = asyncio.StreamReaderProtocol(reader, self._one, loop=loop)
        # Whoever does not like a certificate hangs up.
        with suppress(OSError):
            await loop.connect_accepted_socket(lambda: protocol, connection, ssl=await self._tls(connection))

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._keep(task)
        try:
            await self._serve(reader, writer)  # type: ignore[misc]
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
