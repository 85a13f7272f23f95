"""Work on many switches at once: threads, results as they come, nobody waits for a slow one."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from queue import SimpleQueue
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

STOP_WITHIN_S: Final = 30.0
"""How long running work may take to end after the run was interrupted."""


def run_pool(  # noqa: PLR0913 - each is one word to the caller
    items: Sequence[T],
    work: Callable[[T], R],
    size: int = 50,
    *,
    key: Callable[[T], Hashable] | None = None,
    limit: int = 0,
    stop: threading.Event | None = None,
    stop_within_s: float = STOP_WITHIN_S,
) -> Iterator[R]:
    """Do the work for each item, at most `size` at once; results in the order in which they are ready.

    Args:
        items: What to work on; started in this order, as far as `limit` allows.
        work: Called in a thread, once per item. What it raises is raised here, after running work has ended.
        size: Threads at most.
        key: Groups items, such as by school.
        limit: Items of one group at work at the same time; 0: any number.
        stop: Set as soon as the run is interrupted or given up, so that work may end early.
        stop_within_s: How long running work is waited for then.

    Raises:
        KeyboardInterrupt: The operator stopped the run. Nothing new was started from then on.
    """
    pool = _Pool(items, work, key or (lambda _item: None), limit if key else 0)
    threads = [
        threading.Thread(target=pool.serve, name=f"pool-{number}", daemon=True)
        for number in range(max(1, min(size, len(items))))
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in items:
            yield pool.next_result()
    finally:
        pool.close()
        if stop is not None and pool.unfinished:
            stop.set()
        end = time.monotonic() + stop_within_s
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


class _Pool(Generic[T, R]):
    """What the threads share: the items still to do, and who is busy."""

    def __init__(self, items: Sequence[T], work: Callable[[T], R], key: Callable[[T], Hashable], limit: int) -> None:
        self._work, self._key, self._limit = work, key, limit
        self._waiting = deque(items)
        self._busy: Counter[Hashable] = Counter()
        self._changed = threading.Condition()
        self._results: SimpleQueue[R | _Failure] = SimpleQueue()
        self._closed = False
        self.unfinished = len(items)

    def serve(self) -> None:
        """One thread: take items until there are none."""
        while (taken := self._take()) is not None:
            group, item = taken
            try:
                result: R | _Failure = self._work(item)
            except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it
                result = _Failure(error)
            self._give_back(group)
            self._results.put(result)

    def _take(self) -> tuple[Hashable, T] | None:
        """The first item whose group has room, in order; None when there is nothing left."""
        with self._changed:
            while self._waiting and not self._closed:
                for place, item in enumerate(self._waiting):
                    group = self._key(item)
                    if not self._limit or self._busy[group] < self._limit:
                        del self._waiting[place]
                        self._busy[group] += 1
                        return group, item
                self._changed.wait()
            return None

    def _give_back(self, group: Hashable) -> None:
        with self._changed:
            self._busy[group] -= 1
            self.unfinished -= 1
            self._changed.notify_all()

    def next_result(self) -> R:
        """The next result that is ready."""
        result = self._results.get()
        if isinstance(result, _Failure):
            raise result.error
        return result

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
