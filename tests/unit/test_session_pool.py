"""The pool: results as they come, limits per group, and a quick end."""

import threading
from collections.abc import Callable

import pytest

from campusctl.drivers.switch.pool import run_pool

WAIT_S = 10.0


def test_every_item_gives_one_result() -> None:
    """In any order, none twice, also with more threads than items and none at all."""
    assert sorted(run_pool(range(500), lambda item: item * 2, size=50)) == [item * 2 for item in range(500)]
    assert list(run_pool((), str)) == []
    assert list(run_pool((1,), str, size=0)) == ["1"]


def test_a_slow_item_delays_nobody() -> None:
    """Results come in the order in which they are ready."""
    others = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            others.wait(WAIT_S)
        return item

    seen = []
    for item in run_pool(range(20), work, size=2):
        seen.append(item)
        if len(seen) == 19:
            others.set()
    assert seen[-1] == 0
    assert sorted(seen) == list(range(20))


def test_no_more_than_size_at_once() -> None:
    """Counted while they work."""
    most = _most_at_once(lambda work: list(run_pool(range(200), work, size=7)))
    assert 1 <= most <= 7


def test_one_writer_per_school() -> None:
    """Items of one group never work side by side; those of others go on in their place."""
    busy: dict[int, int] = {}
    together, lock = [], threading.Lock()
    met = threading.Barrier(2)

    def work(item: int) -> int:
        school = item % 2
        with lock:
            busy[school] = busy.get(school, 0) + 1
            together.append(busy[school])
        if item < 2:
            met.wait(WAIT_S)  # both schools are at work at the same time
        with lock:
            busy[school] -= 1
        return item

    items = [0, 2, 4, 6, 8, 1, 3, 5]
    assert sorted(run_pool(items, work, size=8, key=lambda item: item % 2, limit=1)) == sorted(items)
    assert max(together) == 1


def test_an_interrupt_hands_out_nothing_more() -> None:
    """Running work ends, told to; the rest is never started."""
    stop, started = threading.Event(), []

    def work(item: int) -> int:
        started.append(item)
        if item:
            assert stop.wait(WAIT_S)
        return item

    def consume() -> None:
        for _ in run_pool(range(100), work, size=4, stop=stop):
            raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        consume()
    assert len(started) <= 6
    assert threading.active_count() == before


def test_a_finished_run_is_not_stopped() -> None:
    """The event is for interrupted runs only."""
    stop = threading.Event()
    assert sorted(run_pool(range(10), lambda item: item, stop=stop)) == list(range(10))
    assert not stop.is_set()


def test_a_bug_in_the_work_is_raised_to_the_caller() -> None:
    """Not swallowed by a thread."""

    def work(item: int) -> float:
        return 1 / item

    with pytest.raises(ZeroDivisionError):
        list(run_pool([0], work))


def test_work_that_does_not_end_is_waited_for_in_bounds() -> None:
    """A session that hangs costs its bound, then the run is over."""
    never = threading.Event()

    def work(item: int) -> int:
        if item:
            never.wait(WAIT_S)
        return item

    def consume() -> None:
        for _ in run_pool([0, 1], work, size=2, stop_within_s=0.05):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()
    never.set()


def _most_at_once(run: Callable[[Callable[[int], int]], object]) -> int:
    now, most, lock = 0, 0, threading.Lock()

    def work(item: int) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        with lock:
            now -= 1
        return item

    run(work)
    return most
