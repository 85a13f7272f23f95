"""The client of aiopjlink, more patient with what projectors say. Imported when the first one is spoken to.

What the library does not bear, and projectors do: LF behind CR, spaces around `=`, an answer of class 1 to a question
of class 2, an answer that comes late or twice, `PJLINK ERRA` later than at the greeting, and a projector that hangs up
after each command: the digest goes with the first one, as the specification has it, not with a question of its own.
"""

import asyncio
import hashlib
import re
from contextlib import suppress
from typing import Any, Final

from aiopjlink.projector import (  # type: ignore[import-untyped]
    PJLink,
    PJLinkERR1,
    PJLinkERR2,
    PJLinkERR3,
    PJLinkERR4,
    PJLinkPassword,
    PJLinkProtocolError,
    PJLinkUnexpectedResponseParameter,
)

from campusctl.drivers.appliance.base import Link

_ERRORS: Final = {"ERR1": PJLinkERR1, "ERR2": PJLinkERR2, "ERR3": PJLinkERR3, "ERR4": PJLinkERR4}
_LINE: Final = re.compile(rb"[\r\n\0 ]*([^\r\n]*[^\r\n\0 ])[\0 ]*[\r\n]")
_GREETING: Final = re.compile(r"PJLINK\s+(?:0\b.*|1\s+(?P<salt>\S+))", re.IGNORECASE)
_NO_ENTRY: Final = re.compile(r"(PJLINK\s+|%.{5}\s*=\s*)?ERRA", re.IGNORECASE)
_ANSWER: Final = re.compile(r"%.(?P<command>.{4})\s*=\s*(?P<value>.*)")
_BARE: Final = re.compile(r"ERR[1-4]", re.IGNORECASE)
_LONGEST: Final = 4096
"""Bytes of a line; the specification allows 136."""


class Projector(PJLink):  # type: ignore[misc] # the library has no types
    """One projector."""

    def __init__(self, link: Link, password: str) -> None:
        """Nothing is contacted yet."""
        # Bytes as they are: the library gives up the connection at the first one that is not UTF-8.
        super().__init__(link.host, link.port, password or None, link.answer_timeout_s, encoding="latin-1")
        self._link, self._rest, self._digest = link, b"", b""

    async def open(self) -> None:
        """Connect, and hear the greeting.

        Raises:
            PJLinkPassword: It asks for a password, and there is none.
            PJLinkProtocolError: It does not greet as a projector does.
            TimeoutError: It cannot be reached, or (PJLinkProtocolError behind it) does not greet.
        """
        async with asyncio.timeout(self._link.connect_timeout_s):
            self._reader, self._writer = await asyncio.open_connection(self._address, self._port)
        self._rest = b""
        try:
            async with asyncio.timeout(self._link.timeout_s):
                greeting = await self._read_next()
        except TimeoutError as error:
            raise PJLinkProtocolError("no greeting") from error
        if _NO_ENTRY.fullmatch(greeting):
            raise PJLinkPassword(greeting)
        found = _GREETING.fullmatch(greeting)
        if found is None:
            raise PJLinkProtocolError(greeting)
        if found["salt"] and self._password is None:
            raise PJLinkPassword(greeting)
        digest = hashlib.md5(f"{found['salt']}{self._password}".encode()).hexdigest()  # noqa: S324 - PJLink has no other
        self._digest = digest.encode() if found["salt"] else b""

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            with suppress(OSError):
                await self.__aexit__(None, None, None)

    async def _read_next(self) -> str:
        """The next line that is not empty, without its end."""
        while not (found := _LINE.match(self._rest)):
            more = await self._reader.read(_LONGEST)
            if not more:
                raise EOFError
            self._rest += more
            if len(self._rest) > _LONGEST and not _LINE.match(self._rest):
                raise PJLinkProtocolError("a line that does not end")
        self._rest = self._rest[found.end() :]
        return found[1].decode("latin-1")

    async def transmit(self, command: str, param: str, pjclass: Any) -> str:  # noqa: ANN401 - as the library has it
        """The value of the answer to a command; see the library."""
        self._rest = b""
        self._writer.write(self._digest + self._format_command(command, param, pjclass).encode())
        self._digest = b""
        await self._writer.drain()
        stray = ""
        try:
            async with asyncio.timeout(self._timeout):
                while (value := _value(line := await self._read_next(), command)) is None or _other(value, param):
                    stray = line
        except TimeoutError as error:
            if stray:
                raise PJLinkUnexpectedResponseParameter(stray) from None
            raise TimeoutError from error
        if value.upper() in _ERRORS:
            raise _ERRORS[value.upper()](line)
        return value


def _value(line: str, command: str) -> str | None:
    """What a line answers to a command; None: it is the answer to another one.

    Raises:
        PJLinkPassword: The projector lets nobody in.
        PJLinkProtocolError: It is no answer of a projector.
    """
    if _NO_ENTRY.fullmatch(line):
        raise PJLinkPassword(line)
    if _BARE.fullmatch(line):
        return line
    found = _ANSWER.fullmatch(line)
    if found is None:
        raise PJLinkProtocolError(line)
    return found["value"].strip() if found["command"].upper() == command else None


def _other(value: str, param: str) -> bool:
    """Whether it answers an order where a question was asked, or the reverse."""
    done = value.upper() == "OK"
    return done if param.startswith("?") else not (done or value.upper() in _ERRORS)
