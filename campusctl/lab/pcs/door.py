"""A PC's TCP port as seen from the network: it answers, or there is silence, as with a PC that is switched off."""

import asyncio
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from campusctl.errors import CampusError

_TRIES: Final = 50


class Door:
    """Listens at one address in the running event loop."""

    def __init__(self, host: str, port: int, welcome: Callable[[socket.socket], None], *, silent: bool = True) -> None:
        """Take the address.

        Args:
            host: A loopback address.
            port: TCP port.
            welcome: Is given every connection, and closes it.
            silent: At first there is silence; else it is open at once.

        Raises:
            OSError: The address is taken.
        """
        self._welcome = welcome
        self._plug: socket.socket | None = None
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.setblocking(False)
        self._listener.bind((host, port))
        self._loop = asyncio.get_running_loop()
        self._open = False
        if silent:
            self.silence()
        else:
            self.open()

    def silence(self) -> None:
        """From now on nobody gets an answer, not even a refusal.

        Linux drops what arrives at a listener whose queue is full. So the queue holds one connection, our own.
        """
        if self._plug:
            return
        self._open = False
        self._loop.remove_reader(self._listener)
        self._listener.listen(0)
        for _ in range(_TRIES):
            self._turn_away()
            plug = socket.socket()
            plug.setblocking(False)
            plug.connect_ex(self._listener.getsockname())
            if select.select([], [plug], [], 0.2)[1]:
                self._plug = plug
                return
            # Somebody else was quicker and sits in the queue.
            plug.close()
        raise CampusError(f"{self._listener.getsockname()} cannot be silenced")

    def open(self) -> None:
        """From now on every connection is taken."""
        if self._open:
            return
        self._open = True
        if self._plug:
            self._plug.close()
            self._plug = None
            self._turn_away()
        self._listener.listen(200)
        self._loop.add_reader(self._listener, self._take)

    def close(self) -> None:
        """Give the address back."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        if self._plug:
            self._plug.close()

    def _turn_away(self) -> None:
        with suppress(BlockingIOError):
            while True:
                self._listener.accept()[0].close()

    def _take(self) -> None:
        with suppress(BlockingIOError, ConnectionError):
            while True:
                self._welcome(self._listener.accept()[0])
