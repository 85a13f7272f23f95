"""Time in the lab."""

import asyncio

from campusctl.lab.clock import HandClock, LoopClock


def test_a_hand_clock_stands_still_until_it_is_moved() -> None:
    """And then things happen in their order, each at its own time."""
    clock, seen = HandClock(time=100.0), []
    clock.after(20, lambda: seen.append(("late", clock.now())))
    clock.after(10, lambda: seen.append(("early", clock.now())))
    clock.advance(9.9)
    assert seen == []
    clock.advance(30)
    assert seen == [("early", 110.0), ("late", 120.0)]
    assert clock.now() == 139.9


def test_what_is_cancelled_does_not_happen() -> None:
    """A confirmed change is not taken back."""
    clock, seen = HandClock(), []
    clock.after(10, lambda: seen.append("revert")).cancel()
    clock.advance(60)
    assert seen == []


def test_what_happens_may_start_something_that_falls_due_in_the_same_move() -> None:
    """A reload that schedules the end of the boot."""
    clock, seen = HandClock(time=0.0), []
    clock.after(5, lambda: clock.after(5, lambda: seen.append(clock.now())))
    clock.advance(60)
    assert seen == [10.0]


def test_a_fast_clock_runs_a_minute_in_a_moment() -> None:
    """Timers and the time itself agree."""

    async def run() -> float:
        loop = asyncio.get_running_loop()
        clock, rang = LoopClock(loop, speed=6000.0), loop.create_future()
        begun = clock.now()
        clock.after(60, lambda: rang.set_result(clock.now() - begun))
        return await asyncio.wait_for(rang, 5)

    assert asyncio.run(run()) >= 59


def test_a_running_clock_can_be_moved_on() -> None:
    """What falls due happens at once and in order, what is left keeps its time, what is cancelled stays so."""

    async def run() -> list[tuple[str, float]]:
        clock, seen = LoopClock(asyncio.get_running_loop()), []
        begun = clock.now()

        def see(name: str) -> None:
            seen.append((name, round(clock.now() - begun)))

        clock.after(600, lambda: see("far"))
        clock.after(120, lambda: see("late"))
        clock.after(60, lambda: clock.after(30, lambda: see("of the early one")))
        clock.after(100, lambda: see("never")).cancel()
        clock.advance(200)
        see("now")
        clock.advance(400.5)
        return seen

    assert asyncio.run(run()) == [("of the early one", 90), ("late", 120), ("now", 200), ("far", 600)]


def test_a_timer_that_was_left_after_a_move_still_rings_by_itself() -> None:
    """Its waiting is shortened by what was skipped."""

    async def run() -> bool:
        loop = asyncio.get_running_loop()
        clock, rang = LoopClock(loop, speed=10.0), loop.create_future()
        clock.after(1000, lambda: rang.set_result(True))
        clock.advance(999.9)
        return await asyncio.wait_for(rang, 5)

    assert asyncio.run(run())
