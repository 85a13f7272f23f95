"""The frames that panels of BenQ and ViewSonic speak over TCP: a length, an id, a letter, a command, a value, a CR.

    801s5040<CR>    set volume to 40, display 01          401+<CR>        done
    801gf000<CR>    what is the volume?                   801rf040<CR>    40
                                                          401-<CR>        this cannot be done, or is not known

The length counts every byte but the CR and is written as a character, 0x30 above its value; commands above 0x7f are
single bytes. Source: "RM6503/RM7503/RM8603 RS232 & LAN Protocol Installation Guide" (BenQ, 2022) and "LFD RS-232 & LAN
Protocol Specification" 3.3.2 (ViewSonic, 2020). No library speaks them, so this is our own.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.model.outcome import FaultKind
from campusctl.model.printable import printable

SET: Final = b"s"
GET: Final = b"g"
NO: Final = b"-"

_CR: Final = b"\r"
_LONGEST: Final = 64
"""Bytes of a frame; the longest that is published has 32."""
_SHORT: Final = 3
"""Bytes of the value of most frames."""
_MOST: Final = 32
"""Frames that are passed over while one is waited for."""
_SHOWN: Final = 24


class Frame(NamedTuple):
    """What a panel said."""

    kind: bytes
    """`r` an answer, `+` done, `-` refused, `p` a key of the remote control."""
    command: bytes
    """One byte; empty for `+` and `-`."""
    value: bytes
    """The rest."""


class Wire:
    """An open connection to one panel."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, display: int, make: str, timeout_s: float
    ) -> None:
        """Nothing is sent yet.

        Args:
            reader: From the panel.
            writer: To it.
            display: Its id, 1-98.
            make: Whose protocol it shall speak, for errors.
            timeout_s: For one answer, in seconds.
        """
        self._reader, self._writer, self._make, self._timeout_s = reader, writer, make, timeout_s
        self._id = f"{display:02d}".encode()

    async def ask(self, command: int, value: bytes = b"000") -> bytes | None:
        """What the panel says of something; None: its model does not know it.

        Args:
            command: Code of the command.
            value: What goes with the question.
        """
        await self._send(GET, command, value)
        found = await self._wait(lambda frame: frame.kind == NO or _answers(frame, command))
        return None if found.kind == NO else found.value

    async def tell(self, command: int, value: bytes) -> bool:
        """Set something; whether the panel said yes."""
        await self._send(SET, command, value)
        return (await self._wait(lambda frame: frame.kind in (b"+", NO))).kind != NO

    async def gather(self, command: int, end: int) -> list[bytes]:
        """Every answer to one question, however many frames it takes; none: its model does not know it.

        Args:
            command: Code of the question.
            end: Code of a question whose answer is one frame: asked behind several short ones, it marks their end.
        """
        first = await self.ask(command)
        if first is None or len(first) > _SHORT:
            return [] if first is None else [first]
        found = [first]
        await self._send(GET, end, b"000")

        def last(frame: Frame) -> bool:
            if _answers(frame, command):
                found.append(frame.value)
            return _answers(frame, end)

        await self._wait(last)
        return found

    async def _send(self, kind: bytes, command: int, value: bytes) -> None:
        body = self._id + kind + bytes([command]) + value
        self._writer.write(bytes([0x30 + len(body) + 1]) + body + _CR)
        await self._writer.drain()

    async def _wait(self, meant: Callable[[Frame], bool]) -> Frame:
        """The next frame that is meant. Others are passed over: a panel also tells what somebody changes at it."""
        async with asyncio.timeout(self._timeout_s):
            for _ in range(_MOST):
                frame = await self._next()
                if frame is not None and meant(frame):
                    return frame
        raise self._strange("it talks of other things than it is asked")

    async def _next(self) -> Frame | None:
        """One frame; None: another display's."""
        try:
            raw = (await self._reader.readuntil(_CR))[:-1]
        except asyncio.LimitOverrunError:
            raise self._strange(f"it does not speak {self._make}'s protocol: its answers do not end") from None
        # A line end that is not in the paper is no reason to give up.
        raw = raw.lstrip(b"\n")
        if len(raw) < 4 or not raw[1:3].isdigit() or raw[3:4] not in (b"+", NO, b"r", b"p"):
            shown = printable(raw[:_SHOWN].decode("ascii", "backslashreplace"))
            raise self._strange(f"it does not speak {self._make}'s protocol: it says {shown!r}")
        return Frame(raw[3:4], raw[4:5], raw[5:]) if raw[1:3] == self._id else None

    @staticmethod
    def _strange(what: str) -> DeviceTroubleError:
        return DeviceTroubleError(FaultKind.MALFORMED, what, "is it the right device, and the right `dialect`?")


def _answers(frame: Frame, command: int) -> bool:
    return frame.kind == b"r" and frame.command == bytes([command])


@asynccontextmanager
async def connected(link: Link, display: int, make: str) -> AsyncIterator[Wire]:
    """A connection, closed at the end.

    Args:
        link: The panel.
        display: Its id, 1-98.
        make: Whose protocol it shall speak, for errors.
    """
    async with asyncio.timeout(link.timeout_s):
        reader, writer = await asyncio.open_connection(link.host, link.port, limit=_LONGEST)
    try:
        yield Wire(reader, writer, display, make, link.timeout_s)
    finally:
        writer.close()
