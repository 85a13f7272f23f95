"""One conversation with a Samsung display through python-samsung-mdc, with its errors in our words."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from campusctl.drivers.appliance.asking import RefusedError, persist
from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.appliance.hanging_up import abort
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence

_GOODBYE_S: Final = 1.0
_PIN: Final = "its menu has the PIN (Network, Secured Protocol); the vault must say the same"


class NoAnswerError(RefusedError):
    """What came is no answer to what was asked."""


class Conversation:
    """A connection to a display; called again where it hangs up."""

    def __init__(self, link: Link) -> None:
        """Nothing is contacted yet.

        Args:
            link: `tls` of its options says whether the display takes commands over TLS only; the second secret of its
                login is the PIN.

        Raises:
            MissingExtraError: The library is not installed.
        """
        try:
            from samsung_mdc import exceptions  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

            from campusctl.drivers.board.mdc_client import BrokenAnswerError, Display  # noqa: PLC0415 - likewise
        except ImportError:
            raise MissingExtraError("boards", "the driver of Samsung displays") from None
        self._names, self._broken, self._id = exceptions, BrokenAnswerError, int(link.options.get("display_id", 0))
        self._display = Display(link, link.secret(link.login.enable) if link.options.get("tls") else None)

    async def open(self) -> None:
        """Connect, and give the PIN where the display takes commands over TLS only.

        Raises:
            DeviceTroubleError, OSError, TimeoutError: It could not be done.
        """
        with self._our_words(""):
            await self._display.open()

    async def close(self) -> None:
        """Say goodbye; over TLS a display may keep us waiting for its own."""
        if not self._display.is_opened:
            return
        transport = self._display.writer.transport
        with suppress(OSError, TimeoutError, EOFError):
            async with asyncio.timeout(_GOODBYE_S):
                await self._display.close()
        abort(transport)

    async def _again(self) -> None:
        await self.close()
        await self.open()

    async def ask(self, command: str, *arguments: object) -> tuple[Any, ...]:
        """The values of a command's answer; without arguments it is a question.

        Args:
            command: The library's name of it.
            arguments: Its values.

        Raises:
            RefusedError: The display says no, its answer cannot be read, or there is none.
            DeviceTroubleError, OSError, TimeoutError, EOFError: The conversation is over.
        """
        return await persist(lambda: self._one(command, *arguments), self._again, lambda: self._one("power"))

    async def text(self, command: int) -> str:
        """The answer to a question by its code, as text; what is no UTF-8 is spelled out. See `ask`."""

        async def one() -> str:
            with self._our_words("name"):
                acknowledged, _, values = await self._display.send(command, self._id)
                if not acknowledged:
                    raise RefusedError(sentence("it says no (NAK)"))
                return str(values.decode("utf-8", "backslashreplace")).rstrip("\0 ")

        return await persist(one, self._again, lambda: self._one("power"))

    async def _one(self, command: str, *arguments: object) -> tuple[Any, ...]:
        with self._our_words(command.replace("_", " ")):
            found: tuple[Any, ...] = await getattr(self._display, command)(self._id, *arguments)
            return found

    @contextmanager
    def _our_words(self, asked: str) -> Iterator[None]:
        names = self._names
        try:
            yield
        except names.NAKError:
            raise RefusedError(sentence("it says no (NAK)")) from None
        except names.MDCTLSAuthFailed as error:
            blocked = error.code == 2
            what = "it takes no PIN any more: too many wrong ones" if blocked else "it refuses our PIN"
            hint = "switch Secured Protocol off and on in its menu, and set the PIN again" if blocked else _PIN
            raise DeviceTroubleError(FaultKind.AUTH, what, hint) from None
        except names.MDCTLSRequired:
            hint = "board: {tls: true, pin: REFERENCE} in the inventory"
            raise DeviceTroubleError(FaultKind.AUTH, "it takes commands over TLS only, behind its PIN", hint) from None
        except names.MDCReadTimeoutError:
            if asked:
                raise
            what = "it takes connections and says nothing"
            raise DeviceTroubleError(FaultKind.TIMEOUT, what, "it may speak without TLS: board.tls") from None
        except ValueError:
            raise RefusedError(sentence("MDC has no such value of {asked}", asked=asked)) from None
        except self._broken as error:
            raise NoAnswerError(str(error)) from None
        except names.MDCResponseError as error:
            if str(error.args[0]).startswith(("Error parsing", "Unparsed")):
                raise RefusedError(sentence("what it says of {asked} cannot be read", asked=asked)) from None
            raise DeviceTroubleError(
                FaultKind.MALFORMED, "what answers does not speak MDC as it should", "is it the right address and port?"
            ) from None
