"""What every simulated appliance has: an address, faults, a network that it is cut off from."""

import asyncio
import socket
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from campusctl.errors import CampusError
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.state import lab_address

COMMON: Final = {
    "off": "is switched off: nothing answers",
    "factory": "is as it came out of its box, not as the inventory says",
    "stranger": "is another device: VALUE is its serial number",
    "deaf": "takes connections and says nothing",
    "lies": "says yes to every setting that contains VALUE, and does nothing",
    "refuses": "says no to every setting that contains VALUE",
    "drops": "closes the connection after VALUE requests, once",
}
"""Faults that every kind knows, for the help."""


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
        self._door = _Door(self._meet)
        self.set_up(factory=False)
        self.set_faults(spec.faults)

    @property
    def serial(self) -> str:
        """Its serial number."""
        return self.fault.get("stranger") or self.spec.serial or f"LAB{self.spec.name.upper().replace('-', '')}"

    @property
    def on(self) -> bool:
        """It answers at all."""
        return "off" not in self.fault and self._online()

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or as out of the box."""
        raise NotImplementedError

    def set_faults(self, faults: tuple[str, ...]) -> None:
        """Have these faults from now on, and no others.

        Raises:
            CampusError: There is no such fault.
        """
        found = {}
        for fault in faults:
            kind, _, value = fault.partition("=")
            if kind not in COMMON and kind not in self.faults:
                known = ", ".join((*COMMON, *self.faults))
                raise CampusError(f"{self.spec.name} has no fault {kind!r}", f"it has: {known}")
            found[kind] = value
        if "factory" in found and "factory" not in self.fault:
            self.set_up(factory=True)
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

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "deaf" in self.fault:
            await reader.read(-1)
        else:
            await self.conversation(reader, writer)

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One TCP connection, until it ends; the caller closes it."""
        raise NotImplementedError


class _Door:
    """A TCP port that can go dark: then nobody gets an answer to a SYN, as from a device without power."""

    def __init__(self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> None:
        self._serve = serve
        self._place = ("", 0)
        self._server: asyncio.Server | None = None
        self._dark: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changing: asyncio.Task[None] | None = None

    async def open(self, host: str, port: int) -> None:
        self._place = (host, port)
        await self._light()

    def set(self, *, dark: bool) -> None:
        if not self._place[1]:
            return
        if dark and self._server is not None:
            self._go_dark()
        elif not dark and self._server is None:
            self._changing = asyncio.get_running_loop().create_task(self._light())

    def close(self) -> None:
        if self._server:
            self._server.close()
        self._server = None
        for task in tuple(self._tasks):
            task.cancel()
        for one in self._dark:
            one.close()
        self._dark = []

    async def _light(self) -> None:
        self.close()
        self._server = await asyncio.start_server(self._one, *self._place, reuse_address=True, backlog=100)

    def _go_dark(self) -> None:
        self.close()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self._place)
        listener.listen(0)
        self._dark = [listener]
        # A queue of waiting connections that is full: the kernel drops what else comes.
        for _ in range(2):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(self._place)
            self._dark.append(one)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)  # type: ignore[misc]
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
