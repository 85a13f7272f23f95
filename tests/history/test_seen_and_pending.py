"""When a device answered last, and which changes wait for a PC that is off; in both databases."""

from datetime import datetime, timedelta

from journal_rig import Journal
from journal_samples import assessment, begin, change, done, failed, fault, run

from campusctl.history.store import Store
from campusctl.model.journal import DeviceState
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.run import RunKind, RunState

OFF = "does not answer on port 22: switched off, or not there"


def off(device: str) -> Fault:
    """A PC that is switched off."""
    return Fault(device=device, kind=FaultKind.OFF, what=OFF)


def waits(device: str) -> Outcome:
    """A PC that was off when it was to be changed."""
    return Outcome(device=device, kind=OutcomeKind.SKIPPED, fault=off(device))


def applied(store: Store, run_id: str, *devices: str, lab: bool = False) -> None:
    """A run that found these PCs off."""
    store.begin_run(run(run_id, lab=lab))
    store.add_results(run_id, [off(device) for device in devices], dict.fromkeys(devices, "schule-042"))
    for device in devices:
        store.outcome(run_id, waits(device))
    store.finish_run(run_id, RunState.DONE, 0)


def waiting(store: Store, *, lab: bool = False) -> list[tuple[str, str, str]]:
    """What waits: school, device, run."""
    return [(row.school, row.device, row.run_id) for row in store.pending(lab=lab)]


def day(moment: datetime | None) -> str:
    """Its date; empty for never."""
    return f"{moment:%m-%d}" if moment else ""


def days(store: Store, school: str = "", *, lab: bool = False) -> dict[str, str]:
    """Last seen on which day."""
    return {device: day(row.at) for device, row in store.last_seen(school, lab=lab).items()}


def seen_at(store: Store, *, lab: bool = False) -> dict[str, tuple[str, datetime | None]]:
    """School and moment of every device."""
    return {name: (row.school, row.at) for name, row in store.last_seen(lab=lab).items()}


def test_a_pc_that_is_off_has_not_failed(store: Store) -> None:
    """While reading it is off; with a change that waits it is pending."""
    store.begin_run(run())
    store.add_results("0a1b2c3d", [off("a"), off("b"), fault("c")], {"a": "schule-042", "b": "schule-042"})
    store.outcome("0a1b2c3d", waits("b"))
    found = store.run("0a1b2c3d")
    assert [(row.device, row.school, row.state) for row in found.devices] == [
        ("a", "schule-042", DeviceState.OFF),
        ("b", "schule-042", DeviceState.PENDING),
        ("c", "", DeviceState.FAILED),
    ]
    assert found.counts == {DeviceState.OFF: 1, DeviceState.PENDING: 1, DeviceState.FAILED: 1}
    assert (found.devices[0].fault, found.devices[1].outcome) == (off("a"), waits("b"))


def test_skipped_for_another_reason_and_off_midway_are_not_pending(store: Store) -> None:
    """Held is skipped; a PC that was switched off while it was changed has failed."""
    store.begin_run(run())
    held = Outcome(device="a", kind=OutcomeKind.SKIPPED, fault=Fault(device="a", kind=FaultKind.HELD, what="x"))
    store.outcome("0a1b2c3d", held)
    store.outcome("0a1b2c3d", Outcome(device="b", kind=OutcomeKind.FAILED, fault=off("b")))
    store.outcome("0a1b2c3d", Outcome(device="c", kind=OutcomeKind.SKIPPED))
    states = [row.state for row in store.run("0a1b2c3d").devices]
    assert states == [DeviceState.SKIPPED, DeviceState.FAILED, DeviceState.SKIPPED]
    assert store.pending() == ()


def test_whoever_answers_has_been_seen(journal: Journal) -> None:
    """Read, changed, or refused with words of its own; silence is none, and neither is a bug of ours."""
    store = journal.open()
    store.begin_run(run(kind=RunKind.DRIFT))
    kinds = [kind for kind in FaultKind if kind is not FaultKind.OFF]
    faults = [Fault(device=f"x-{kind.replace('_', '-')}", kind=kind, what="x") for kind in kinds]
    store.add_results("0a1b2c3d", [assessment("a"), off("b"), *faults], {"b": "schule-042"})
    store.plan_devices("0a1b2c3d", [change("c"), change("d"), change("e")])
    store.outcome("0a1b2c3d", done("c"))
    store.outcome("0a1b2c3d", Outcome(device="d", kind=OutcomeKind.UNCHANGED))
    store.outcome("0a1b2c3d", failed("e"))
    assert days(store) == {
        "a": "11-26", "b": "", "c": "11-26", "d": "11-26",
        "x-auth": "11-26", "x-malformed": "11-26", "x-rejected": "11-26", "x-unverified": "11-26",
    }  # fmt: skip


def test_the_newest_sighting_counts(journal: Journal) -> None:
    """Being off takes nothing away, and neither does a clock that was set back."""
    store = journal.open()
    for run_id, results in (("aaaa", [assessment("a")]), ("bbbb", [assessment("a")]), ("cccc", [off("a")])):
        store.begin_run(run(run_id, kind=RunKind.DRIFT))
        store.add_results(run_id, results, {"a": "schule-042"})
        journal.clock.move(days=1)
    assert days(store) == {"a": "11-27"}
    journal.clock.move(days=-20)
    store.begin_run(run("dddd", kind=RunKind.DRIFT))
    store.add_results("dddd", [assessment("a")], {})
    assert days(store) == {"a": "11-27"}


def test_a_pc_that_was_never_on_is_known_since_it_was_asked_for(store: Store) -> None:
    """And is seen for the first time when it answers; one that nobody asked for is not there at all."""
    store.begin_run(run(kind=RunKind.DRIFT))
    store.add_results("0a1b2c3d", [off("a")], {"a": "schule-042"})
    (row,) = store.last_seen(devices=["a", "b"]).values()
    assert (row.device, row.at, day(row.asked)) == ("a", None, "11-26")
    store.add_results("0a1b2c3d", [assessment("a")], {})
    assert days(store) == {"a": "11-26"}


def test_it_is_asked_by_school_by_device_and_for_the_lab_apart(store: Store) -> None:
    """What the lab's PCs do says nothing about the real ones."""
    store.begin_run(run("aaaa", kind=RunKind.DRIFT))
    store.begin_run(run("bbbb", kind=RunKind.DRIFT, lab=True))
    store.add_results("aaaa", [assessment("a"), assessment("b", "schule-007")], {})
    store.add_results("bbbb", [off("a"), assessment("c")], {"a": "schule-042"})
    assert days(store) == {"a": "11-26", "b": "11-26"}
    assert days(store, "schule-007") == {"b": "11-26"}
    assert days(store, lab=True) == {"a": "", "c": "11-26"}
    assert [*store.last_seen(devices=["c", "b"])] == ["b"]
    assert store.last_seen("schule-007", ["a"]) == {}


def test_a_change_waits_until_a_later_run_finds_the_pc_on(journal: Journal) -> None:
    """With the first run that found it off, until a run reads or changes it; being off once more changes nothing."""
    store = journal.open()
    applied(store, "aaaa", "c", "a", "b")
    journal.clock.move(days=1)
    applied(store, "bbbb", "a", "b", "d")
    assert waiting(store) == [
        ("schule-042", "a", "aaaa"), ("schule-042", "b", "aaaa"), ("schule-042", "c", "aaaa"),
        ("schule-042", "d", "bbbb"),
    ]  # fmt: skip
    assert [f"{row.since:%m-%d}" for row in store.pending()] == ["11-26", "11-26", "11-26", "11-27"]
    store.begin_run(run("cccc", kind=RunKind.DRIFT))
    store.add_results("cccc", [assessment("a"), off("b"), fault("c")], dict.fromkeys("bc", "schule-042"))
    assert waiting(store) == [
        ("schule-042", "b", "aaaa"), ("schule-042", "c", "aaaa"), ("schule-042", "d", "bbbb")
    ]  # fmt: skip
    store.begin_run(run("dddd"))
    store.plan_devices("dddd", [change("d")])
    store.step("dddd", begin("d"))
    store.outcome("dddd", done("d"))
    assert waiting(store) == [("schule-042", "b", "aaaa"), ("schule-042", "c", "aaaa")]
    journal.clock.move(days=1)
    applied(store, "eeee", "a")
    assert waiting(store)[0] == ("schule-042", "a", "eeee")


def test_the_lab_s_changes_wait_apart(store: Store) -> None:
    """A simulated PC that is read says nothing about the real one of its name."""
    applied(store, "aaaa", "a")
    applied(store, "bbbb", "b", lab=True)
    store.begin_run(run("cccc", kind=RunKind.DRIFT, lab=True))
    store.add_results("cccc", [assessment("a")], {})
    assert waiting(store) == [("schule-042", "a", "aaaa")]
    assert waiting(store, lab=True) == [("schule-042", "b", "bbbb")]


def test_a_run_with_pending_pcs_is_not_unfinished(store: Store) -> None:
    """Nothing is half done."""
    applied(store, "aaaa", "a")
    assert store.unfinished() == ()
    assert store.verify().problems == ()


def test_pruning_does_not_forget_who_was_seen(journal: Journal) -> None:
    """The runs go, the last sighting stays."""
    store = journal.open()
    store.begin_run(run(kind=RunKind.DRIFT))
    store.add_results("0a1b2c3d", [assessment("a"), off("b")], {"b": "schule-042"})
    store.finish_run("0a1b2c3d", RunState.DONE, 0)
    journal.clock.move(days=500)
    assert store.prune(timedelta(days=400)).runs == 1
    assert days(store) == {"a": "11-26", "b": ""}


def test_a_journal_from_before_knows_whom_its_runs_have_read(journal: Journal) -> None:
    """The migration fills the table from the runs that are there: the newest time of each device."""
    store = journal.open()
    for run_id in ("aaaa", "bbbb"):
        store.begin_run(run(run_id, kind=RunKind.DRIFT))
        store.add_results(run_id, [assessment("a"), fault("b")], {"b": "schule-042"})
        journal.clock.move(days=1)
    store.begin_run(run("cccc", kind=RunKind.DRIFT, lab=True))
    store.add_results("cccc", [assessment("a"), assessment("c")], {})
    before = (seen_at(store), seen_at(store, lab=True))
    journal.sql("DROP TABLE seen", "UPDATE alembic_version SET version_num = '0001'")
    again = journal.open()
    assert (seen_at(again), seen_at(again, lab=True)) == before
    assert days(again) == {"a": "11-27"}
    assert days(again, lab=True) == {"a": "11-28", "c": "11-28"}
    again.add_results("cccc", [assessment("d")], {})
    assert [*again.last_seen(lab=True)] == ["a", "c", "d"]


def test_who_has_been_silent_since_a_moment(journal: Journal) -> None:
    """With school and last sighting; who answered since is left out."""
    store = journal.open()
    store.begin_run(run(kind=RunKind.DRIFT))
    store.add_results("0a1b2c3d", [assessment("a"), off("b"), assessment("c")], {"b": "schule-042"})
    journal.clock.move(days=2)
    store.add_results("0a1b2c3d", [assessment("c")], {})
    found = store.silent(journal.clock.now - timedelta(days=1))
    assert [(row.device, row.school, day(row.at)) for row in found] == [
        ("a", "schule-042", "11-26"), ("b", "schule-042", "")
    ]  # fmt: skip
    assert store.silent(journal.clock.now, lab=True) == ()
