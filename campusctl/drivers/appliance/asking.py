"""One question, or one order, to a device that may refuse it, leave it without an answer, or hang up."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class RefusedError(Exception):
    """The device does not do, or does not tell, this one thing; the text says why. The others may go on."""


class SilentError(RefusedError):
    """It leaves this without an answer, and answers other things."""


async def persist(
    question: Callable[[], Awaitable[T]],
    again: Callable[[], Awaitable[None]],
    alive: Callable[[], Awaitable[object]],
) -> T:
    """An answer, from a device that may hang up after each one.

    Args:
        question: Asks; what is asked may be asked twice.
        again: Hangs up and connects anew, so that a late answer is not taken for the next one.
        alive: Asks what the device has answered before; what it says does not matter.

    Raises:
        SilentError: It did not answer; what is asked for may be done all the same.
        TimeoutError: It does not answer any more at all.
        EOFError, OSError: It hangs up again, or cannot be called again.
    """
    try:
        return await question()
    except TimeoutError:
        await again()
        # A refusal is an answer, too.
        with suppress(RefusedError):
            await alive()
        raise SilentError("it does not answer this") from None
    except (EOFError, ConnectionError):
        await again()
        return await question()
