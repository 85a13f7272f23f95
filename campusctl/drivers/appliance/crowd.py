"""Many devices at once from a generator that is not asynchronous: results as they come, ended when told to."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from queue import SimpleQueue
from typing import Any, Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE: Final = 64
"""Devices worked on at the same time."""

_TICK_S: Final = 0.05


def each(
    items: Sequence[T], work: Callable[[T], Coroutine[Any, Any, R]], stop: threading.Event, stopped: Callable[[T], R]
) -> Iterator[R]:
    """One result for each item, in the order in which they are ready.

    Args:
        items: What is worked on.
        work: Makes the result; never raises but for our own bugs. It may be cancelled at any point where it waits.
        stop: When set, work is cancelled.
        stopped: The result of what was cancelled, or not begun.
    """
    if not items:
        return
    results: SimpleQueue[R | None] = SimpleQueue()
    halt = threading.Event()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(_all(items, work, lambda: stop.is_set() or halt.is_set(), stopped, results))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            failed.append(error)
        finally:
            results.put(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while (result := results.get()) is not None:
            yield result
    finally:
        halt.set()
        thread.join()
    if failed:
        raise failed[0]


async def _all(
    items: Sequence[T],
    work: Callable[[T], Coroutine[Any, Any, R]],
    ended: Callable[[], bool],
    stopped: Callable[[T], R],
    results: "SimpleQueue[R | None]",
) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> None:
        try:
            async with places:
                result = await work(item)
        except asyncio.CancelledError:
            result = stopped(item)
        results.put(result)

    tasks = [asyncio.ensure_future(one(item)) for item in items]
    waiting = set(tasks)
    while waiting:
        _, waiting = await asyncio.wait(waiting, timeout=_TICK_S)
        if ended():
            for task in waiting:
                task.cancel()
            break
    # A task that is cancelled before it has begun says nothing for itself.
    for item, outcome in zip(items, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
        if isinstance(outcome, asyncio.CancelledError):
            results.put(stopped(item))
        elif isinstance(outcome, BaseException):
            raise outcome
