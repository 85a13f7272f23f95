"""Jobs that are waited for as long as it makes sense, and no longer."""

import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from campusctl.workflow.in_time import beside, gathered


def test_words_come_from_every_job() -> None:
    """In the order in which they are said; the jobs are told to stop in the end."""
    stop = threading.Event()
    assert sorted(gathered(5, [lambda: iter([1, 2]), lambda: iter([3])], stop)) == [1, 2, 3]
    assert stop.is_set()


def test_who_is_late_is_told_to_stop_and_may_say_a_last_word() -> None:
    """A job that watches gets its last word in; what was said before is kept."""
    stop = threading.Event()

    def slow() -> Iterator[str]:
        yield "first"
        stop.wait(10)
        yield "stopped"

    assert gathered(0.05, [slow], stop) == ("first", "stopped")


def test_nobody_waits_for_one_who_does_not_listen() -> None:
    """A job that hangs costs its time and a moment."""
    hang, begun = threading.Event(), monotonic()

    def deaf() -> Iterator[str]:
        hang.wait(10)
        yield "too late"

    assert gathered(0.05, [deaf, lambda: iter(["quick"])], threading.Event()) == ("quick",)
    assert monotonic() - begun < 3
    hang.set()


def test_what_a_job_raises_is_raised() -> None:
    """A bug is not silence; an interruption neither."""

    def broken() -> Iterator[str]:
        yield "word"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gathered(5, [broken], threading.Event())


def test_a_job_beside_gives_its_value_or_raises() -> None:
    """When it is waited for."""

    def broken() -> int:
        raise ValueError("no")

    assert beside(lambda: 7)() == 7
    with pytest.raises(ValueError, match="no"):
        beside(broken)()
