"""The frames that panels of BenQ and ViewSonic speak over TCP: a length, an id, a letter, a command, a value, a CR.

    801s5040<CR>    set volume to 40, display 01          401+<CR>        done
    801gf000<CR>    what is the volume?                   801rf040<CR>    40
                                                          401-<CR>        this cannot be done, or is not known

The length counts every byte but the CR and is written as a character, 0x30 above its value; commands above 0x7f are
single bytes. Source: "RM6503/RM7503/RM8603 RS232 & LAN Protocol Installation Guide" (BenQ, 2022) and "LFD RS-232 & LAN
Protocol Specification" 3.3.2 (ViewSonic, 2020). No library speaks them, so this is our own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, TypeAlias

from campusctl.drivers.appliance.asking import RefusedError, SilentError, persist
from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.model.outcome import FaultKind
from campusctl.model.printable import printable
from campusctl.model.sentence import sentence

SET: Final = b"s"
GET: Final = b"g"
NO: Final = b"-"
POWER: Final = 0x6C
"""Code of the question that every panel answers, at any time."""

STANDBY: Final = "in standby: it answers, and tells nothing of its settings"

_CR: Final = b"\r"
_LONGEST: Final = 64
"""Bytes of a frame; the longest that is published has 32."""
_SHORT: Final = 3
"""Bytes of the value of most frames."""
_MOST: Final = 32
"""Frames that are passed over while one is waited for."""
_SHOWN: Final = 24


Connect: TypeAlias = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Frame(NamedTuple):
    """What a panel said."""

    display: bytes
    """Its id, two digits."""
    kind: bytes
    """`r` an answer, `+` done, `-` refused, `p` a key of the remote control."""
    command: bytes
    """One byte; empty for `+` and `-`."""
    value: bytes
    """The rest."""


class Wire:
    """A connection to one panel; called again where it hangs up."""

    def __init__(self, connect: Connect, display: int, make: str, timeout_s: float) -> None:
        """Nothing is contacted yet.

        Args:
            connect: Makes a connection.
            display: The panel's id, 1-98.
            make: Whose protocol it shall speak, for errors.
            timeout_s: For one answer, in seconds.
        """
        self._connect, self._make, self._timeout_s = connect, make, timeout_s
        self._id = f"{display:02d}".encode()
        self._known = False
        self.asleep = False
        """It is in standby: who then leaves a question without an answer is off."""

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await self._connect()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def _again(self) -> None:
        await self.close()
        await self.open()

    async def ask(self, command: int, value: bytes = b"000") -> bytes | None:
        """What the panel says of something; None: its model does not know it.

        Args:
            command: Code of the command.
            value: What goes with the question.
        """
        try:
            return await persist(lambda: self._ask(command, value), self._again, lambda: self._ask(POWER))
        except SilentError:
            if self.asleep:
                raise DeviceTroubleError(FaultKind.OFF, STANDBY) from None
            return None
        except TimeoutError:
            if self._known:
                raise
            what, hint = "it takes connections, and answers nothing", "is `display_id` its number?"
            raise DeviceTroubleError(FaultKind.TIMEOUT, what, hint) from None

    async def _ask(self, command: int, value: bytes = b"000") -> bytes | None:
        await self._send(GET, command, value)
        found = await self._wait(lambda frame: frame.kind == NO or _answers(frame, command))
        return None if found.kind == NO else found.value

    async def tell(self, command: int, value: bytes) -> None:
        """Set something.

        Raises:
            RefusedError: The panel says no, or nothing.
        """

        async def told() -> bool:
            await self._send(SET, command, value)
            return (await self._wait(lambda frame: frame.kind in (b"+", NO))).kind != NO

        if not await persist(told, self._again, lambda: self._ask(POWER)):
            raise RefusedError(
                sentence("it says no to {command} {value}", command=format(command, "02X"), value=value.decode("ascii"))
            )

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

        def last(frame: Frame) -> bool:
            if _answers(frame, command):
                found.append(frame.value)
            return frame.kind == NO or _answers(frame, end)

        try:
            await self._send(GET, end, b"000")
            await self._wait(last)
        except (TimeoutError, EOFError, ConnectionError):
            # It had nothing more to say.
            await self._again()
        return found

    async def _send(self, kind: bytes, command: int, value: bytes) -> None:
        body = self._id + kind + bytes([command]) + value
        self._writer.write(bytes([0x30 + len(body) + 1]) + body + _CR)
        await self._writer.drain()

    async def _wait(self, meant: Callable[[Frame], bool]) -> Frame:
        """The next frame that is meant. Others are passed over: a panel also tells what somebody changes at it."""
        others: set[str] = set()
        try:
            async with asyncio.timeout(self._timeout_s):
                for _ in range(_MOST):
                    frame = await self._next()
                    if frame.display != self._id:
                        others.add(frame.display.decode())
                        continue
                    self._known = True
                    if meant(frame):
                        return frame
        except TimeoutError:
            if not others or self._known:
                raise
            what = (
                f"the display that answers has the number {', '.join(sorted(others))}, and {self._id.decode()} is asked"
            )
            raise DeviceTroubleError(FaultKind.MALFORMED, what, "`display_id` is its number") from None
        raise self._strange("it talks of other things than it is asked")

    async def _next(self) -> Frame:
        """The next frame; empty lines, and line ends that are not in the paper, are passed over."""
        raw = b""
        while not raw:
            try:
                raw = (await self._reader.readuntil(_CR))[:-1].lstrip(b"\n\0 ")
            except asyncio.LimitOverrunError:
                raise self._strange(f"it does not speak {self._make}'s protocol: its answers do not end") from None
        if len(raw) < 4 or not raw[1:3].isdigit() or raw[3:4] not in (b"+", NO, b"r", b"p"):
            shown = printable(raw[:_SHOWN].decode("ascii", "backslashreplace"))
            raise self._strange(f"it does not speak {self._make}'s protocol: it says {shown!r}")
        return Frame(raw[1:3], raw[3:4], raw[4:5], raw[5:])

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

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(link.connect_timeout_s):
            return await asyncio.open_connection(link.host, link.port, limit=_LONGEST)

    wire = Wire(connect, display, make, link.answer_timeout_s)
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
