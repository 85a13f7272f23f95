"""What a job in a thread says, one thing after the other, and how it ended."""

from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class End:
    """A job is done; `error` is what it raised, if it did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def drain(job: Callable[[], Iterable[T]], said: SimpleQueue[T | End]) -> None:
    """Do a job; whatever happens, an `End` is the last thing it says."""
    try:
        for one in job():
            said.put(one)
    except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it
        said.put(End(error))
    else:
        said.put(End(None))
