"""What every driver promises, held against simulated switches behind real SSH; each dialect passes the same suite."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_lab import SWITCHES, SmallLab, lab_up, make_workspace, record_lines, school_spec

from campusctl.drivers.switch.driver import SwitchDriver
from campusctl.errors import SecretError
from campusctl.model.events import Event, EventKind, ignore
from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Assessment, Change

DIALECTS = tuple(SWITCHES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace."""
    return make_workspace(tmp_path)


@pytest.fixture
def lab(root: Path) -> Iterator[SmallLab]:
    """Three switches with drift."""
    with lab_up(root, school_spec(root, drift=True)) as up:
        yield up


def _changes(lab: SmallLab, **login: object) -> list[Change]:
    targets = {target.device: target for target in lab.targets(**login)}
    found = lab.desk.driver().assess(list(targets.values()), ignore)
    return [
        Change(target=targets[each.device], assessment=each)
        for each in sorted(found, key=lambda each: each.device)
        if isinstance(each, Assessment)
    ]


def test_assess_yields_one_result_per_device_and_writes_nothing(lab: SmallLab) -> None:
    """Both configurations stay as they are, and no line enters configuration mode."""
    before = lab.texts()
    lines = {name: record_lines(lab.thread, name) for name in lab.names}
    results = list(lab.desk.driver().assess(lab.targets(), ignore))
    assert sorted(result.device for result in results) == sorted(lab.names)
    assert all(isinstance(result, Assessment) and result.edits for result in results)
    assert lab.texts() == before
    for name in lab.names:
        assert lines[name]
        assert not [line for line in lines[name] if line.startswith(("conf", "wr", "copy", "checkpoint", "reload"))]


def test_apply_makes_every_device_right_and_a_second_plan_is_empty(lab: SmallLab) -> None:
    """One outcome per device, read back and saved; then there is nothing left to do, and running is startup."""
    outcomes = list(lab.desk.driver().apply(_changes(lab), ignore))
    assert sorted(outcome.device for outcome in outcomes) == sorted(lab.names)
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.OK}
    assert all(outcome.saved and outcome.sent for outcome in outcomes)
    for change in _changes(lab):
        assert (change.assessment.edits, change.assessment.commands) == ((), ())
        assert not change.assessment.startup_differs


def test_apply_of_an_empty_change_sends_nothing(root: Path) -> None:
    """A switch that is right is read and left alone."""
    with lab_up(root, school_spec(root)) as lab:
        changes, before = _changes(lab), lab.texts()
        outcomes = list(lab.desk.driver().apply(changes, ignore))
        assert {(outcome.kind, outcome.sent) for outcome in outcomes} == {(OutcomeKind.UNCHANGED, 0)}
        assert lab.texts() == before


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dead_device_is_a_fault_and_the_rest_is_done(root: Path, dialect: str) -> None:
    """Its own trouble, whichever dialect it speaks."""
    dead = SWITCHES[dialect]
    with lab_up(root, school_spec(root, drift=True, faults=[f"{dead}:dead"]), timeout_s=5.0) as lab:
        results = {result.device: result for result in lab.desk.driver().assess(lab.targets(), ignore)}
        fault = results.pop(dead)
        assert isinstance(fault, Fault)
        assert fault.kind is FaultKind.UNREACHABLE
        assert fault.hint
        assert all(isinstance(result, Assessment) for result in results.values())
        outcomes = {outcome.device: outcome for outcome in lab.desk.driver().apply(_changes(lab), ignore)}
        assert set(outcomes) == set(lab.names) - {dead}
        assert {outcome.kind for outcome in outcomes.values()} == {OutcomeKind.OK}


def test_every_device_is_started_and_finished_exactly_once(root: Path) -> None:
    """Also one that fails; nothing follows the last event of a device."""
    dead = SWITCHES["aruba_aoscx"]
    with lab_up(root, school_spec(root, drift=True, faults=[f"{dead}:dead"]), timeout_s=5.0) as lab:
        events: list[Event] = []
        list(lab.desk.driver().assess(lab.targets(), events.append))
        _hold_to_order(events, lab.names)
        events.clear()
        changes = _changes(lab)
        list(lab.desk.driver().apply(changes, events.append))
        _hold_to_order(events, [change.target.device for change in changes])
        last = [event for event in events if event.kind is EventKind.SENT]
        assert all(0 < event.done <= event.total for event in last)


def _hold_to_order(events: list[Event], devices: "tuple[str, ...] | list[str]") -> None:
    for kind in (EventKind.STARTED, EventKind.FINISHED):
        assert Counter(event.device for event in events if event.kind is kind) == Counter(devices)
    for device in devices:
        kinds = [event.kind for event in events if event.device == device]
        assert (kinds[0], kinds[-1]) == (EventKind.STARTED, EventKind.FINISHED)


def test_a_device_that_moved_since_is_refused_and_untouched(lab: SmallLab) -> None:
    """The fingerprint decides, before the first line."""
    changes = _changes(lab)
    for name in lab.names:
        lab.thread.station(name).enter(("configure terminal", "vlan 997", "end"))
    before = lab.texts()
    outcomes = list(lab.desk.driver().apply(changes, ignore))
    assert {outcome.fault and outcome.fault.kind for outcome in outcomes} == {FaultKind.MOVED}
    assert {outcome.sent for outcome in outcomes} == {0}
    assert lab.texts() == before


def test_what_is_only_unsaved_is_saved_and_nothing_else_is_sent(root: Path) -> None:
    """Startup that is not running is drift, too."""
    with lab_up(root, school_spec(root)) as lab:
        running = {name: text for name, (text, _) in lab.texts().items()}
        for name in lab.names:
            switch = lab.thread.station(name).switch
            switch.startup = switch.startup.replace("schule-007/", "keller/")
        changes = _changes(lab)
        assert [change.assessment.edits for change in changes] == [()] * 3
        assert all(change.assessment.startup_differs for change in changes)
        lines = {name: record_lines(lab.thread, name) for name in lab.names}
        outcomes = list(lab.desk.driver().apply(changes, ignore))
        assert {(outcome.kind, outcome.sent, outcome.saved) for outcome in outcomes} == {(OutcomeKind.OK, 0, True)}
        for name, (text, startup) in lab.texts().items():
            assert not [line for line in lines[name] if line.startswith("conf")]
            assert text == running[name]
            assert "keller/" not in startup


def test_a_missing_secret_is_a_fault_without_contact(lab: SmallLab) -> None:
    """Nobody connects without knowing what to say."""

    class Empty:
        def resolve(self, refs: "list[str]") -> dict[str, str]:
            raise SecretError(f"no secret {refs[0]}")

    driver = SwitchDriver(Empty(), b"k" * 32)
    lines = {name: record_lines(lab.thread, name) for name in lab.names}
    results = list(driver.assess(lab.targets(), ignore))
    assert {result.kind for result in results if isinstance(result, Fault)} == {FaultKind.SECRET}
    assert len(results) == len(lab.names)
    assert not any(lines.values())


def test_no_result_holds_a_secret(lab: SmallLab) -> None:
    """Neither what is seen, nor what is done, nor what goes wrong."""
    secrets, changes = lab.secrets(), _changes(lab)
    said = [change.model_dump_json() for change in changes]
    events: list[Event] = []
    said += [outcome.model_dump_json() for outcome in lab.desk.driver().apply(changes, events.append)]
    said += [event.model_dump_json() for event in events]
    said += [result.model_dump_json() for result in lab.desk.driver().assess(lab.targets(password="wrong/one"), ignore)]
    assert len(secrets) >= 2
    assert not [secret for secret in secrets for text in said if secret in text]


MANY = {
    "hp_procurve": [line for port in range(1, 21) for line in (f"interface {port}", 'name "TEST"', "exit")],
    "aruba_aoscx": [line for port in range(1, 21) for line in (f"interface 1/1/{port}", "description TEST", "exit")],
    "cisco_ios": [
        line for port in range(1, 21) for line in (f"interface GigabitEthernet1/0/{port}", "description TEST", "exit")
    ],
}
"""More lines than fit one packet."""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stop_ends_the_switch_at_work_safely_and_skips_the_rest(root: Path, dialect: str) -> None:
    """Between two packets: out of configuration mode, unsaved, and told; who was not begun is untouched."""
    spec = school_spec(root)
    drift = {name: ("configure terminal", *MANY[each], "end") for each, name in SWITCHES.items()}
    switches = tuple(switch.model_copy(update={"drift": drift[switch.name]}) for switch in spec.switches)
    with lab_up(root, spec.model_copy(update={"switches": switches})) as lab:
        stop, name = threading.Event(), SWITCHES[dialect]
        changes = sorted(_changes(lab), key=lambda change: change.target.device != name)
        before = lab.texts()

        def emit(event: Event) -> None:
            if event.kind is EventKind.SENT:
                stop.set()

        outcomes = {outcome.device: outcome for outcome in lab.desk.driver(stop).apply(changes, emit)}
        assert set(outcomes) == set(lab.names)
        assert {outcome.fault and outcome.fault.kind for outcome in outcomes.values()} == {FaultKind.INTERRUPTED}
        stopped = outcomes.pop(name)
        assert stopped.kind is OutcomeKind.FAILED
        assert 0 < stopped.sent < len(changes[0].assessment.commands)
        assert stopped.fault
        assert "nothing was saved" in stopped.fault.what
        assert {(outcome.kind, outcome.sent) for outcome in outcomes.values()} == {(OutcomeKind.SKIPPED, 0)}
        after = lab.texts()
        assert after[name][1] == before[name][1]
        assert before[name][0].count("TEST") > after[name][0].count("TEST") > 0
        assert {other: after[other] for other in outcomes} == {other: before[other] for other in outcomes}
        done = list(lab.desk.driver().apply(_changes(lab), ignore))
        assert {outcome.kind for outcome in done} == {OutcomeKind.OK}


COMMUNITY = {"hp_procurve": "snmp-server community", "aruba_aoscx": "snmp-server community",
             "cisco_ios": "snmp-server community"}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refused_line_with_a_secret_in_it_is_told_without_the_secret(root: Path, dialect: str) -> None:
    """The switch repeats the whole line; nobody else does."""
    name = SWITCHES[dialect]
    spec = school_spec(root, faults=[f"{name}:refuse={COMMUNITY[dialect]}"])
    with lab_up(root, spec) as lab:
        secrets = lab.secrets()
        community = next(
            secret
            for line in lab.texts()[name][1].splitlines()
            if line.strip().startswith(COMMUNITY[dialect])
            for secret in secrets
            if secret in line
        )
        lab.thread.station(name).enter(("configure terminal", f"no {COMMUNITY[dialect]} {community}", "end"))
        (change,) = (change for change in _changes(lab) if change.assessment.commands)
        assert change.target.device == name
        (outcome,) = lab.desk.driver().apply([change], ignore)
        assert outcome.fault
        assert outcome.fault.kind is FaultKind.REJECTED
        assert COMMUNITY[dialect] in outcome.fault.what
        said = change.model_dump_json() + outcome.model_dump_json()
        assert not [secret for secret in secrets if secret in said]
