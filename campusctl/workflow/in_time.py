"""Several jobs at once, for as long as somebody waits for them."""

import threading
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final, TypeVar

from campusctl.workflow.draining import End, drain

T = TypeVar("T")

GRACE_S: Final = 1.0
"""How long jobs that were told to stop may take to say their last words, in seconds."""


def beside(job: Callable[[], T]) -> Callable[[], T]:
    """Begin a job in a thread of its own.

    Args:
        job: It has an end of its own.

    Returns:
        What waits for it: gives its value, or raises what it raised.
    """
    said: SimpleQueue[T | End] = SimpleQueue()
    threading.Thread(target=drain, args=(lambda: [job()], said), daemon=True).start()

    def wait() -> T:
        found = said.get()
        if isinstance(found, End):
            raise found.error or RuntimeError("a job ended without a value")
        return found

    return wait


def gathered(
    limit_s: float, jobs: Sequence[Callable[[], Iterable[T]]], stop: threading.Event, grace_s: float = GRACE_S
) -> tuple[T, ...]:
    """What jobs said in time, as it came.

    Args:
        limit_s: How long they are listened to, in seconds; then they are told to stop, and soon nobody waits any more.
        jobs: Each runs in a thread of its own.
        stop: What they watch; set when this returns.
        grace_s: How long they may take for their last words, in seconds; 0: they do not watch.

    Raises:
        BaseException: What a job raised.
    """
    said: SimpleQueue[T | End] = SimpleQueue()
    for job in jobs:
        threading.Thread(target=drain, args=(job, said), daemon=True).start()
    found: list[T] = []
    left, end = len(jobs), monotonic() + limit_s
    try:
        while left:
            one = _next(said, end)
            if isinstance(one, End):
                left -= 1
                if one.error:
                    raise one.error
            elif one is not None:
                found.append(one)
            elif stop.is_set():
                break
            else:
                stop.set()
                end = monotonic() + grace_s
    finally:
        stop.set()
    return tuple(found)


def _next(said: "SimpleQueue[T | End]", end: float) -> "T | End | None":
    """The next word; None when the time is over."""
    try:
        return said.get(timeout=max(0.0, end - monotonic()))
    except Empty:
        return None
