"""Lines out of a pipe, as they come."""

import os
from collections.abc import Iterator
from typing import Final

_PART: Final = 1 << 18


class LinePipe:
    """The reading end of a pipe that carries lines. Reads without waiting."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.ended = False
        """The other end was closed by everybody who had it."""
        self._parts: list[bytes] = []

    def lines(self) -> Iterator[bytes]:
        """The lines that are whole by now; a last one without an end is left out."""
        while not self.ended:
            try:
                part = os.read(self.fd, _PART)
            except BlockingIOError:
                return
            if not part:
                self.ended = True
                return
            *whole, rest = part.split(b"\n")
            if whole:
                yield b"".join([*self._parts, whole[0]])
                yield from whole[1:]
                self._parts = []
            if rest:
                self._parts.append(rest)
