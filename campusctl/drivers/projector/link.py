"""One conversation with a projector through aiopjlink, with its errors in our words."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.projector.words import REFUSALS, clean
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind

T = TypeVar("T")

_LONGEST: Final = 160
"""Of a text that a projector says: the specification allows 128 bytes."""


class NotNowError(Exception):
    """The projector says that this is not available in its present state (ERR3)."""


class RefusedError(Exception):
    """The projector refuses (ERR1, ERR2, ERR4), or answers what nobody can read; the text says why."""


def no_power(error: Exception) -> DeviceTroubleError:
    """A projector that does not even say whether it is on."""
    return DeviceTroubleError(
        FaultKind.MALFORMED, f"asked whether it is on, it answers: {error}", "switch it off at the mains for a minute"
    )


def library() -> Any:  # noqa: ANN401 - a module without types
    """Aiopjlink, imported when the first projector is spoken to.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        from aiopjlink import projector  # type: ignore[import-untyped]  # noqa: PLC0415 - see above
    except ImportError:
        raise MissingExtraError("boards", "the driver of projectors") from None
    return projector


class Conversation:
    """An open connection; opened again after an answer that did not come, lest a late one is taken for the next."""

    def __init__(self, link: Link) -> None:
        """Prepare; nothing is contacted yet."""
        self._link, self._library = link, library()
        self.pjlink: Any = None

    async def open(self) -> None:
        """Connect and log in.

        Raises:
            DeviceTroubleError, OSError, TimeoutError: It could not be done.
        """
        link = self._link
        # Bytes as they are: the library gives up the connection at the first one that is not UTF-8.
        pjlink = self._library.PJLink(
            address=link.host, port=link.port, password=link.secret(link.login.password) or None,
            timeout=link.timeout_s, encoding="latin-1",
        )  # fmt: skip
        try:
            with self._our_words():
                self.pjlink = await pjlink.__aenter__()
        except (RefusedError, NotNowError) as error:
            # Logging in asks for the power.
            raise no_power(error) from None
        finally:
            if self.pjlink is None and pjlink._writer is not None:  # noqa: SLF001 - what fails to log in stays open
                pjlink._writer.close()  # noqa: SLF001 - likewise

    async def close(self) -> None:
        """Hang up."""
        if self.pjlink is not None:
            with suppress(OSError):
                await self.pjlink.__aexit__(None, None, None)
        self.pjlink = None

    async def open_again(self) -> None:
        """Hang up and connect anew; see `open`."""
        await self.close()
        await self.open()

    async def ask(self, question: Awaitable[T]) -> T:
        """An answer.

        Raises:
            NotNowError: ERR3.
            RefusedError: ERR1, ERR2 or ERR4, or a value that PJLink does not have.
            DeviceTroubleError, OSError, TimeoutError, EOFError: The conversation is over.
        """
        with self._our_words():
            return await question

    async def text(self, question: Awaitable[str]) -> str:
        """An answer that is text for people, cut where it is longer than the specification allows; see `ask`."""
        said = clean(await self.ask(question))
        return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"

    @contextmanager
    def _our_words(self) -> Iterator[None]:
        names = self._library
        try:
            yield
        except names.PJLinkERR3:
            raise NotNowError(REFUSALS["3"]) from None
        except (names.PJLinkERR1, names.PJLinkERR2, names.PJLinkERR4) as error:
            raise RefusedError(REFUSALS[type(error).__name__[-1]]) from None
        except names.PJLinkNoConnection as error:
            # The library hides what the system said behind its own word.
            raise error.__context__ or TimeoutError from None
        except names.PJLinkConnectionClosed:
            raise EOFError from None
        except names.PJLinkPassword:
            raise self._locked_out() from None
        except (names.PJLinkUnexpectedResponseParameter, ValueError):
            raise RefusedError("it answers something that PJLink does not know") from None
        except (names.PJLinkException, IndexError, asyncio.LimitOverrunError) as error:
            if isinstance(error.__context__, TimeoutError):
                what = "it takes connections and says nothing"
                raise DeviceTroubleError(FaultKind.TIMEOUT, what, "is PJLink switched on in its menu?") from None
            what = "what answers does not speak PJLink as it should"
            raise DeviceTroubleError(
                FaultKind.MALFORMED, what, "is it the right address, and the right port?"
            ) from None

    def _locked_out(self) -> DeviceTroubleError:
        if self._link.login.password:
            return DeviceTroubleError(
                FaultKind.AUTH,
                "it refuses our password",
                "its menu has the PJLink password; the vault must say the same",
            )
        hint = "projector.login.password: the reference of a secret; campusctl secrets set puts it into the vault"
        return DeviceTroubleError(FaultKind.AUTH, "it asks for a password, and the inventory names none", hint)
