"""What a killed run left is known, until somebody has settled it."""

from datetime import timedelta

from journal_rig import Journal
from journal_samples import AT, begin, change, done, failed, run

from campusctl.history.process import this_process
from campusctl.history.store import Store
from campusctl.model.run import RunKind, RunState

HERE = this_process()


def started(store: Store, run_id: str = "aaaa", **more: object) -> None:
    """A run that began to change one of its two devices."""
    store.begin_run(run(run_id, **more))
    store.plan_devices(run_id, [change("a"), change("b")])
    store.step(run_id, begin("a"))


def here(*, alive: bool) -> dict[str, object]:
    """Fields of a run of this host."""
    return {"host": HERE.host, "pid": HERE.pid, "boot_id": HERE.boot_id, "process_start": HERE.start + (not alive)}


def ids(store: Store) -> list[str]:
    """The unfinished runs."""
    return [found.info.id for found in store.unfinished()]


def test_a_run_whose_process_is_at_work_is_not_unfinished(store: Store) -> None:
    """Here: the process lives."""
    started(store, **here(alive=True))
    assert ids(store) == []
    assert [row.alive for row in store.runs()] == [True]


def test_a_run_whose_process_is_dead_is_unfinished(store: Store) -> None:
    """With its devices as far as they came."""
    started(store, **here(alive=False))
    (found,) = store.unfinished()
    assert [(row.device, row.state) for row in found.devices] == [("a", "begun"), ("b", "planned")]
    assert [row.device for row in found.open_devices] == ["a"]


def test_a_run_of_another_host_is_at_work_as_long_as_its_lease_lasts(journal: Journal) -> None:
    """Nobody here can look at its process."""
    store = journal.open()
    started(store)
    assert ids(store) == ["aaaa"]
    store.acquire(
        "schule-042", holder="meier", host="desk-7", pid=1, reason="", run_id="aaaa", ttl=timedelta(minutes=2)
    )
    assert ids(store) == []
    journal.clock.move(minutes=3)
    assert ids(store) == ["aaaa"]


def test_a_reading_run_of_another_host_is_given_a_day(journal: Journal) -> None:
    """It takes no lease; and it never leaves anything that is unfinished."""
    store = journal.open()
    store.begin_run(run("aaaa", kind=RunKind.DRIFT))
    assert [row.alive for row in store.runs()] == [True]
    journal.clock.move(hours=25)
    assert [row.alive for row in store.runs()] == [False]
    assert ids(store) == []
    journal.clock.move(days=500)
    assert store.prune(timedelta(days=400)).runs == 1


def test_a_run_killed_before_it_began_with_a_device_is_unfinished(store: Store) -> None:
    """It did not do what it was to do; one that was stopped by its operator has said so."""
    store.begin_run(run("aaaa"))
    store.plan_devices("aaaa", [change("a"), change("b")])
    assert ids(store) == ["aaaa"]
    store.finish_run("aaaa", RunState.INTERRUPTED, 130)
    assert ids(store) == []


def test_a_run_killed_after_its_last_device_left_nothing(store: Store) -> None:
    """Whatever ended well or badly is known."""
    started(store)
    store.outcome("aaaa", done("a"))
    assert ids(store) == ["aaaa"]
    store.outcome("aaaa", failed("b"))
    assert ids(store) == []


def test_a_resuming_run_settles_whatever_the_clock_says(journal: Journal) -> None:
    """It was set back in between."""
    store = journal.open()
    started(store)
    journal.clock.move(hours=-5)
    store.begin_run(run("bbbb", kind=RunKind.RESUME, parent="aaaa", started=journal.clock()))
    for name in ("a", "b"):
        store.step("bbbb", begin(name))
        store.outcome("bbbb", done(name))
    assert ids(store) == []


def test_a_device_without_an_end_keeps_an_ended_run_unfinished(store: Store) -> None:
    """The outcome could not be written, or the run was stopped: only reading the device tells."""
    started(store)
    store.finish_run("aaaa", RunState.INTERRUPTED, 130)
    assert ids(store) == ["aaaa"]
    store.outcome("aaaa", failed("a"))
    assert ids(store) == []


def test_a_later_change_that_ended_well_settles_a_device(journal: Journal) -> None:
    """One that failed, an earlier one and a simulated one do not."""
    store = journal.open()
    store.begin_run(run("early"))
    store.step("early", begin("a"))
    store.outcome("early", done("a"))
    store.finish_run("early", RunState.DONE, 0)
    started(store)
    store.finish_run("aaaa", RunState.INTERRUPTED, 130)
    for name, outcome, more in (("fails", failed("a"), {}), ("lab", done("a"), {"lab": True})):
        store.begin_run(run(name, started=AT + timedelta(hours=1), kind=RunKind.RESUME, parent="aaaa", **more))
        store.step(name, begin("a"))
        store.outcome(name, outcome)
        store.finish_run(name, RunState.DONE, 0)
    assert ids(store) == ["aaaa"]
    store.begin_run(run("works", started=AT + timedelta(hours=2)))
    store.step("works", begin("a"))
    store.outcome("works", done("a"))
    store.finish_run("works", RunState.DONE, 0)
    assert ids(store) == []


def test_pruning_never_takes_a_run_that_is_at_work(journal: Journal) -> None:
    """However long it has been waiting for an answer."""
    store = journal.open()
    store.begin_run(run("aaaa", **here(alive=True)))
    store.begin_run(run("bbbb", **here(alive=False)))
    journal.clock.move(days=500)
    assert store.prune(timedelta(days=400)).runs == 1
    assert [row.info.id for row in store.runs()] == ["aaaa"]


def test_pruning_never_takes_what_is_unfinished(journal: Journal) -> None:
    """Neither a run without an end nor one with such a device; and says how many stay."""
    store = journal.open()
    started(store, "aaaa")
    started(store, "bbbb")
    store.finish_run("bbbb", RunState.INTERRUPTED, 130)
    store.begin_run(run("cccc"))
    store.finish_run("cccc", RunState.DONE, 0)
    journal.clock.move(days=500)
    store.begin_run(run("dddd", started=journal.clock()))
    assert (store.count_old(timedelta(days=400)).runs, store.count_old(timedelta(days=400)).kept) == (1, 2)
    assert store.prune(timedelta(days=400)).runs == 1
    assert [row.info.id for row in store.runs()] == ["dddd", "aaaa", "bbbb"]
    assert [row.device for row in store.run("aaaa").devices] == ["a", "b"]
