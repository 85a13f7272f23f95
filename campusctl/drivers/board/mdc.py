"""One conversation with a Samsung display through python-samsung-mdc, with its errors in our words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final, TypeVar

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.appliance.hanging_up import abort
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind

T = TypeVar("T")

_GOODBYE_S: Final = 1.0
_PIN: Final = "its menu has the PIN (Network, Secured Protocol); the vault must say the same"


class RefusedError(Exception):
    """The display says no (NAK), or answers what nobody can read; the text says why."""


def _client(link: Link) -> Any:  # noqa: ANN401 - the library has no types
    """The library's client.

    Raises:
        MissingExtraError: The library is not installed.
    """
    try:
        from campusctl.drivers.board.mdc_client import Display  # noqa: PLC0415 - slow, and an extra
    except ImportError:
        raise MissingExtraError("boards", "the driver of Samsung displays") from None
    pin = link.secret(link.login.enable) if link.options.get("tls") else None
    return Display((link.host, link.port), timeout=link.timeout_s, pin=pin)


@asynccontextmanager
async def display(link: Link) -> AsyncIterator[Any]:
    """Connect, and give the PIN where the display takes commands over TLS only.

    Args:
        link: `tls` of its options says whether it does; the second secret of its login is the PIN.

    Raises:
        DeviceTroubleError, OSError, TimeoutError: It could not be done.
    """
    client = _client(link)
    try:
        with _our_words(asked=""):
            await client.open()
        yield client
    finally:
        await _hang_up(client)


async def _hang_up(client: Any) -> None:  # noqa: ANN401 - the library has no types
    """Say goodbye; over TLS a display may keep us waiting for its own."""
    if not client.is_opened:
        return
    transport = client.writer.transport
    with suppress(OSError, TimeoutError, EOFError):
        async with asyncio.timeout(_GOODBYE_S):
            await client.close()
    abort(transport)


async def ask(question: Awaitable[T], about: str) -> T:
    """The values of an answer.

    Args:
        question: A command of the library, called.
        about: What it is about, in a word or two.

    Raises:
        RefusedError: The display says no, or its answer cannot be read.
        DeviceTroubleError, OSError, TimeoutError, EOFError: The conversation is over.
    """
    with _our_words(asked=about):
        return await question


@contextmanager
def _our_words(*, asked: str) -> Iterator[None]:
    from samsung_mdc import exceptions as names  # type: ignore[import-untyped]  # noqa: PLC0415 - see _client

    try:
        yield
    except names.NAKError:
        raise RefusedError(f"it refuses {asked}" if asked else "it refuses") from None
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
        raise RefusedError(f"MDC has no such value of {asked}") from None
    except names.MDCResponseError as error:
        if str(error.args[0]).startswith(("Error parsing", "Unparsed")):
            raise RefusedError(f"what it says of {asked} cannot be read") from None
        raise DeviceTroubleError(
            FaultKind.MALFORMED, "what answers does not speak MDC as it should", "is it the right address and port?"
        ) from None
