"""One conversation with a projector through aiopjlink, with its errors in our words."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from campusctl.drivers.appliance.asking import RefusedError, persist
from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.projector.words import REFUSALS
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence

T = TypeVar("T")


class NotNowError(RefusedError):
    """The projector says that this is not available in its present state (ERR3)."""


class Conversation:
    """A connection to a projector; called again where it hangs up."""

    def __init__(self, link: Link) -> None:
        """Nothing is contacted yet.

        Raises:
            MissingExtraError: The library is not installed.
        """
        try:
            from aiopjlink import projector  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

            from campusctl.drivers.projector.client import Projector  # noqa: PLC0415 - likewise
        except ImportError:
            raise MissingExtraError("boards", "the driver of projectors") from None
        self._library, self._has_password = projector, bool(link.login.password)
        self._pjlink = Projector(link, link.secret(link.login.password))

    async def open(self) -> None:
        """Connect, and hear the greeting.

        Raises:
            DeviceTroubleError, OSError, TimeoutError: It could not be done.
        """
        with self._our_words():
            await self._pjlink.open()

    async def close(self) -> None:
        """Hang up."""
        await self._pjlink.close()

    async def _again(self) -> None:
        await self.close()
        await self.open()

    async def ask(self, question: Callable[[Any], Awaitable[T]]) -> T:
        """An answer.

        Args:
            question: Given the library's projector.

        Raises:
            NotNowError: ERR3.
            RefusedError: ERR1, ERR2 or ERR4, a value that PJLink does not have, or silence.
            DeviceTroubleError, OSError, TimeoutError, EOFError: The conversation is over.
        """

        async def one() -> T:
            with self._our_words():
                return await question(self._pjlink)

        return await persist(one, self._again, self._power)

    async def _power(self) -> None:
        with self._our_words():
            await self._pjlink.transmit("POWR", "?", self._pjlink.C1)

    @contextmanager
    def _our_words(self) -> Iterator[None]:
        names = self._library
        try:
            yield
        except names.PJLinkERR3:
            raise NotNowError(sentence(REFUSALS["3"])) from None
        except (names.PJLinkERR1, names.PJLinkERR2, names.PJLinkERR4) as error:
            raise RefusedError(sentence(REFUSALS[type(error).__name__[-1]])) from None
        except names.PJLinkPassword:
            raise self._locked_out() from None
        except (names.PJLinkUnexpectedResponseParameter, ValueError):
            raise RefusedError(sentence("it answers something that PJLink does not know")) from None
        except names.PJLinkException as error:
            if isinstance(error.__cause__, TimeoutError):
                what = "it takes connections and says nothing"
                raise DeviceTroubleError(FaultKind.TIMEOUT, what, "is PJLink switched on in its menu?") from None
            what = "what answers does not speak PJLink as it should"
            hint = "is it the right address, and the right port?"
            raise DeviceTroubleError(FaultKind.MALFORMED, what, hint) from None

    def _locked_out(self) -> DeviceTroubleError:
        if self._has_password:
            return DeviceTroubleError(
                FaultKind.AUTH,
                "it refuses our password",
                "its menu has the PJLink password; the vault must say the same",
            )
        hint = "projector.login.password: the reference of a secret; campusctl secrets set puts it into the vault"
        return DeviceTroubleError(FaultKind.AUTH, "it asks for a password, and the inventory names none", hint)
