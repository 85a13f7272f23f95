"""The client of python-samsung-mdc, more patient and more careful. Imported when the first display is spoken to.

What the library does not do: wait for the whole of an answer that comes in pieces, look which display and which command
are answered (a late answer would be taken for the next one), pass over what a display tells by itself, bear a refusal
without a reason, and give up a TLS handshake that does not go on.
"""

import asyncio
from typing import Any, Final

from samsung_mdc import MDC  # type: ignore[import-untyped]
from samsung_mdc.connection import (  # type: ignore[import-untyped]
    ACK_CODE,
    HEADER_CODE,
    NAK_CODE,
    RESPONSE_CMD,
    get_checksum,
    pack_payload,
)
from samsung_mdc.exceptions import MDCReadTimeoutError, MDCResponseError, MDCTLSRequired  # type: ignore[import-untyped]

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.model.outcome import FaultKind

_SECURED: Final = b"MDCS"
"""What a display begins with that takes commands over TLS only."""

_RESTART: Final = "switch it off at the mains for a minute"


class BrokenAnswerError(MDCResponseError):  # type: ignore[misc] # the library has no types
    """What came is a frame, and no answer to what was asked; the text says why."""


class Display(MDC):  # type: ignore[misc] # likewise
    """One display."""

    def __init__(self, link: Link, pin: str | None) -> None:
        """Nothing is contacted yet."""
        self._pin, self._handshake_s = pin, link.timeout_s + link.answer_timeout_s
        super().__init__((link.host, link.port), timeout=link.answer_timeout_s, connect_timeout=link.connect_timeout_s)

    async def open(self) -> None:
        """Connect; see the library.

        Raises:
            TimeoutError: Nobody is there.
            DeviceTroubleError: It begins with TLS, and that comes to nothing.
        """
        await super().open()
        self._read_whole()
        if self._pin is not None:
            await self._secure(self._pin)

    async def _secure(self, pin: str) -> None:
        # The library puts TLS below a conversation that does not know of it: asyncio would complain, on a person's
        # terminal, when the display hangs up first.
        self.writer._protocol._over_ssl = True  # noqa: SLF001 - likewise
        try:
            async with asyncio.timeout(self._handshake_s):
                await self._start_tls(pin)
        except MDCReadTimeoutError:
            raise
        except TimeoutError:
            raise DeviceTroubleError(FaultKind.TIMEOUT, "it begins with TLS, and does not go on", _RESTART) from None
        except OSError:
            raise DeviceTroubleError(FaultKind.MALFORMED, "it begins with TLS, and breaks off", _RESTART) from None
        self._read_whole()

    def _read_whole(self) -> None:
        # The library takes what the first packet holds for the whole answer.
        self.reader.read = self.reader.readexactly

    async def send(self, cmd: Any, display_id: int, data: Any = b"") -> Any:  # noqa: ANN401 - as the library has it
        """Send a command; whether it was acknowledged, the command that is answered, and the values.

        Raises:
            MDCTLSRequired: It takes commands over TLS only.
            BrokenAnswerError: The answer is broken, or other commands are answered.
            MDCResponseError: What answers does not speak MDC.
            DeviceTroubleError: Another display answers.
            MDCReadTimeoutError: Nothing is answered.
        """
        command, part = (cmd, None) if isinstance(cmd, int) else cmd
        self.writer.write(pack_payload(cmd, display_id, data))
        await self.writer.drain()
        number, others = display_id, False
        try:
            async with asyncio.timeout(self.timeout):
                while True:
                    number, said, answered, values = await self._frame()
                    if number != display_id:
                        continue
                    if answered != command or (said == ACK_CODE and part is not None and values[:1] != bytes([part])):
                        others = True
                    elif said == NAK_CODE:
                        return False, (answered,), values or b"\0"
                    else:
                        return True, (answered, part), values[part is not None :]
        except TimeoutError:
            if number != display_id:
                what = f"the display that answers has the number {number}, and {display_id} is asked"
                raise DeviceTroubleError(FaultKind.MALFORMED, what, "`display_id` is its number") from None
            if others:
                raise BrokenAnswerError("it answers other commands") from None
            raise MDCReadTimeoutError("no answer", b"") from None

    async def _frame(self) -> tuple[int, int, int, bytes]:
        """The next frame: number of the display, `A` or `N`, command, values."""
        head = await self.reader.readexactly(4)
        if head == _SECURED:
            raise MDCTLSRequired(head)
        if head[0] != HEADER_CODE or head[1] != RESPONSE_CMD:
            raise MDCResponseError("Unexpected header", head)
        body = await self.reader.readexactly(head[3] + 1)
        if get_checksum(head[1:] + body[:-1]) != body[-1]:
            raise BrokenAnswerError("the checksum of its answer is wrong")
        if len(body) < 3 or body[0] not in (ACK_CODE, NAK_CODE):
            raise BrokenAnswerError("its answer is neither a yes nor a no")
        return head[2], body[0], body[1], body[2:-1]
