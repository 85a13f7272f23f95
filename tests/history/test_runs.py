"""Runs, devices and steps: what is written is read back, in both databases."""

import json
from datetime import timedelta

import pytest
from journal_rig import Journal
from journal_samples import AT, STRANGE, assessment, begin, change, done, failed, fault, run, send

from campusctl.errors import JournalError, UnknownNameError
from campusctl.history.store import Store
from campusctl.model.journal import DeviceState
from campusctl.model.run import RunKind, RunState, Step, StepKind


def test_a_run_is_read_back_as_it_was_written(store: Store) -> None:
    """Every field of a run, its devices, their steps and outcomes."""
    store.begin_run(run(reason="Wartung", lab=True, scheduled=True, parent="99999999", process_start=2**40))
    store.add_results("0a1b2c3d", [assessment("a"), fault("b"), assessment("c")], {"b": "schule-007"})
    store.plan_devices("0a1b2c3d", [change("a")])
    store.step("0a1b2c3d", begin("a"))
    store.step("0a1b2c3d", send("a"))
    store.outcome("0a1b2c3d", done("a"))
    store.finish_run("0a1b2c3d", RunState.FAILED, 3, "one switch is off")
    found = store.run("0a1b2c3d")
    assert found.info == run(reason="Wartung", lab=True, scheduled=True, parent="99999999", process_start=2**40)
    assert (found.state, found.exit_code, found.note, found.alive) == (RunState.FAILED, 3, "one switch is off", False)
    assert found.counts == {DeviceState.DONE: 1, DeviceState.FAILED: 1, DeviceState.READ: 1}
    first, second, third = found.devices
    assert (first.device, first.state, first.school) == ("a", DeviceState.DONE, "schule-042")
    assert (first.change, first.assessment) == (change("a"), change("a").assessment)
    assert (first.before_text, first.outcome, first.fault) == ("hostname alt\n", done("a"), None)
    assert [(step.kind, step.first, step.last, step.total, step.text) for step in first.steps] == [
        (StepKind.BEGIN, 0, 0, 0, ""),
        (StepKind.SEND, 1, 2, 2, "interface 1\ndescription neu"),
    ]
    assert first.began is not None
    assert first.began < first.steps[1].at < first.ended
    assert (second.state, second.fault, second.school) == (DeviceState.FAILED, fault("b"), "schule-007")
    assert (third.state, third.assessment, third.change) == (DeviceState.READ, assessment("c"), None)


def test_times_are_utc_and_exact_to_the_microsecond(store: Store) -> None:
    """Both databases give back the moment that was given to them, whatever zone it was told in."""
    moment = AT.replace(microsecond=123456)
    store.begin_run(run(started=moment.astimezone().astimezone(tz=None)))
    assert store.run("0a1b2c3d").info.started == moment
    assert str(store.run("0a1b2c3d").info.started.tzinfo) == "UTC"


def test_strange_text_is_kept_and_harms_nothing(store: Store) -> None:
    """NUL, escape sequences, half surrogates and SQL are data; what no database holds is spelled out."""
    store.begin_run(run().model_copy(update={"command": STRANGE, "user": STRANGE, "reason": "ü" * 100_000}))
    store.step("0a1b2c3d", Step(device="a\x00", kind=StepKind.BEGIN, text="banner \x03\x00\x1b"))
    store.audit(STRANGE, STRANGE, STRANGE, STRANGE, {STRANGE: STRANGE})
    found = store.run("0a1b2c3d")
    assert found.info.command == "Grün 🏫 \\x00\x1b[2J'; DROP TABLE runs; -- \\ud800"
    assert found.info.reason == "ü" * 100_000
    assert found.devices[0].before_text == "banner \x03\\x00\x1b"
    assert json.loads(store.audit_entries()[-1].detail) == {STRANGE: STRANGE}
    assert store.verify().problems == ()


def test_huge_values_are_kept(store: Store) -> None:
    """A running configuration of ten megabytes."""
    store.begin_run(run())
    store.step("0a1b2c3d", begin("a", "x" * 10_000_000))
    assert len(store.run("0a1b2c3d").devices[0].before_text) == 10_000_000


def test_runs_are_listed_newest_first_and_by_school_device_and_kind(store: Store) -> None:
    """`school` and `device` are exact; `limit` cuts the oldest off."""
    for number in range(5):
        kind = RunKind.DRIFT if number % 2 else RunKind.APPLY
        store.begin_run(
            run(f"r{number}", started=AT + timedelta(minutes=number), kind=kind, schools=(f"s{number % 2}",))
        )
        store.add_results(f"r{number}", [assessment(f"d{number}"), assessment("all")], {})
    assert [row.info.id for row in store.runs()] == ["r4", "r3", "r2", "r1", "r0"]
    assert [row.info.id for row in store.runs(school="s1")] == ["r3", "r1"]
    assert [row.info.id for row in store.runs(device="d2")] == ["r2"]
    assert [row.info.id for row in store.runs(device="all", kind=RunKind.APPLY, limit=2)] == ["r4", "r2"]
    assert store.runs(school="s") == ()
    assert store.names() == (frozenset({"s0", "s1"}), frozenset({"all", "d0", "d1", "d2", "d3", "d4"}))


def test_a_run_is_found_by_a_beginning_that_only_it_has(store: Store) -> None:
    """Else the candidates are named; wildcards are plain characters."""
    for name in ("ab12", "ab34", "ab1"):
        store.begin_run(run(name))
    assert store.run("ab12").info.id == "ab12"
    assert store.run("ab3").info.id == "ab34"
    assert store.run("ab1").info.id == "ab1"
    with pytest.raises(UnknownNameError, match="several runs begin with ab\nhint: which one"):
        store.run("ab")
    with pytest.raises(UnknownNameError, match="no run ab43\nhint: did you mean ab34"):
        store.run("ab43")
    for name in ("%", "a_", "AB12", "", "\x00", "x" * 10_000):
        with pytest.raises(UnknownNameError):
            store.run(name)


def test_a_step_of_an_unknown_run_is_refused(store: Store) -> None:
    """Nothing may be sent on behalf of a run that nobody wrote down; and no run begins twice."""
    with pytest.raises(JournalError, match="refuses an entry that does not fit"):
        store.step("ffffffff", begin("a"))
    with pytest.raises(JournalError, match="knows no run ffffffff"):
        store.finish_run("ffffffff", RunState.DONE, 0)
    store.begin_run(run())
    with pytest.raises(JournalError, match="refuses an entry that does not fit"):
        store.begin_run(run())


def test_a_step_without_begin_still_marks_the_device_as_begun(store: Store) -> None:
    """Whatever was sent, the device is known afterwards."""
    store.begin_run(run())
    store.plan_device("0a1b2c3d", change("a"))
    store.step("0a1b2c3d", send("a"))
    store.step("0a1b2c3d", send("z"))
    assert [(row.device, row.state) for row in store.run("0").devices] == [("a", "begun"), ("z", "begun")]
    assert [row.device for row in store.run("0").open_devices] == ["a", "z"]


def test_the_last_change_is_that_of_the_newest_run_that_began_one(store: Store) -> None:
    """Plans that were not begun and drift checks do not count."""
    assert store.last_change("a") is None
    for number, name in enumerate(("r1", "r2", "r3")):
        store.begin_run(run(name, started=AT + timedelta(minutes=number)))
        store.plan_device(name, change("a"))
    store.step("r1", begin("a", "one"))
    store.step("r2", begin("a", "two"))
    store.outcome("r2", failed("a"))
    store.begin_run(run("r4", kind=RunKind.DRIFT))
    store.add_results("r4", [assessment("a")], {})
    found = store.last_change("a")
    assert found is not None
    assert (found[0].info.id, found[1].before_text, found[1].fault) == ("r2", "two", fault("a"))


def test_ending_what_another_run_left_armed_is_the_last_change(store: Store) -> None:
    """Otherwise it would count as armed for ever, though nothing else had to be done."""
    store.begin_run(run("r1"))
    store.plan_device("r1", change("a"))
    store.step("r1", begin("a", "one"))
    store.step("r1", Step(device="a", kind=StepKind.ARM, text="reload"))
    store.outcome("r1", failed("a"))
    store.begin_run(run("r2", kind=RunKind.RESUME, started=AT + timedelta(minutes=1)))
    store.plan_device("r2", change("a"))
    store.step("r2", Step(device="a", kind=StepKind.UNDO, text="reload"))
    found = store.last_change("a")
    assert found is not None
    assert (found[0].info.id, [step.kind for step in found[1].steps]) == ("r2", [StepKind.UNDO])


def test_what_another_version_wrote_is_left_out_and_named(journal: Journal) -> None:
    """A change that cannot be read does not hide the run."""
    store = journal.open()
    store.begin_run(run(kind=RunKind.DRIFT))
    store.plan_device("0a1b2c3d", change("a"))
    journal.sql("""UPDATE devices SET change = '{"from": "the future"}', outcome = 'no json'""")
    (row,) = store.run("0a1b2c3d").devices
    assert (row.unreadable, row.change, row.outcome) == (("change", "outcome"), None, None)


def test_a_city_is_written_in_one_go(store: Store) -> None:
    """A thousand devices: results, plans, and reading them back."""
    names = [f"d{number:04}" for number in range(1000)]
    store.begin_run(run())
    store.add_results("0a1b2c3d", [assessment(name) for name in names], {})
    store.plan_devices("0a1b2c3d", [change(name) for name in names])
    assert [row.device for row in store.run("0a1b2c3d").devices] == names
