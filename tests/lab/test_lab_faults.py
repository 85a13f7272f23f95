"""Every fault a switch can have, at every line of a change, in every dialect.

Copies of one switch, each broken at another line, are changed side by side. Whatever happens: no exception, exactly
one result each, nothing unconfirmed in startup, and a later plan and apply brings every one of them to standard.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_lab import DRIFT, SWITCHES, SmallLab, clone_targets, clones, lab_up, make_workspace, school_spec

from campusctl.drivers.switch.driver import SwitchDriver
from campusctl.lab.faults import KINDS, parse_faults, typed
from campusctl.lab.spec import Faults, LabSpec
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, Target

DIALECTS = tuple(SWITCHES)
LOST = {FaultKind.UNREACHABLE, FaultKind.TIMEOUT}
NEVER = 10_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace."""
    return make_workspace(tmp_path)


@contextmanager
def _herd(root: Path, dialect: str, faults: Mapping[str, Faults], **timeouts: float) -> Iterator[SmallLab]:
    """Copies of a drifted switch of this dialect."""
    spec = school_spec(root, drift=True)
    original = next(switch for switch in spec.switches if switch.dialect == dialect)
    herd = LabSpec(switches=clones(original, faults), speed=1000.0)
    with lab_up(root, herd, **({"timeout_s": 6.0, "read_timeout_s": 8.0} | timeouts)) as lab:
        yield lab


def _driver(lab: SmallLab) -> SwitchDriver:
    # Few at once: the lab and its client share one processor here, and a busy one looks like a silent switch.
    return SwitchDriver(lab.desk.secrets, lab.desk.key, pool_size=6)


def _targets(lab: SmallLab, dialect: str) -> dict[str, Target]:
    return {target.device: target for target in clone_targets(lab, SWITCHES[dialect])}


def _assess(lab: SmallLab, targets: Mapping[str, Target]) -> dict[str, Assessment | Fault]:
    results = list(_driver(lab).assess(list(targets.values()), ignore))
    assert sorted(result.device for result in results) == sorted(targets)
    return {result.device: result for result in results}


def _apply(lab: SmallLab, targets: Mapping[str, Target], found: Mapping[str, Assessment | Fault]) -> dict[str, Outcome]:
    changes = [
        Change(target=targets[name], assessment=seen) for name, seen in found.items() if isinstance(seen, Assessment)
    ]
    outcomes = list(_driver(lab).apply(changes, ignore))
    assert sorted(outcome.device for outcome in outcomes) == sorted(change.target.device for change in changes)
    return {outcome.device: outcome for outcome in outcomes}


def _stored(lab: SmallLab) -> dict[str, str]:
    return {name: lab.thread.station(name).switch.startup for name in lab.names}


def _hold_to_promises(lab: SmallLab, outcomes: Mapping[str, Outcome], startup: Mapping[str, str]) -> None:
    """What was not proven is not stored; who failed says why and what to do."""
    for name, outcome in outcomes.items():
        stored = lab.thread.station(name).switch.startup
        if outcome.kind is OutcomeKind.OK:
            assert outcome.saved
            assert "TEST" not in stored
        else:
            assert outcome.fault
            assert outcome.fault.kind is not FaultKind.INTERNAL, outcome.fault
            assert outcome.fault.what
            assert outcome.fault.hint
            # Either the old text, or, where the save itself was cut off, the new one; never a half.
            assert stored == startup[name] or "TEST" not in stored


def _converges(lab: SmallLab, dialect: str) -> None:
    """Once the fault is over, each switch becomes right."""
    for name in lab.names:
        station = lab.thread.station(name)
        station.spec = station.spec.model_copy(update={"faults": Faults()})
    targets = _targets(lab, dialect)
    found = _assess(lab, targets)
    outcomes = _apply(lab, targets, found)
    assert {name: outcome.fault for name, outcome in outcomes.items() if outcome.fault} == {}
    left = {name: seen for name, seen in _assess(lab, targets).items() if isinstance(seen, Fault) or seen.drifted}
    assert left == {}


def _lines_of_a_run(root: Path, dialect: str) -> int:
    """How many lines a switch is sent from the first plan to the proof."""
    with _herd(root, dialect, {"probe": Faults(drop_after=NEVER)}) as lab:
        targets = _targets(lab, dialect)
        found = _assess(lab, targets)
        assert isinstance(found["probe"], Assessment), found
        outcome = _apply(lab, targets, found)["probe"]
        assert outcome.kind is OutcomeKind.OK, outcome
        return lab.thread.station("probe")._lines


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_session_that_breaks_at_any_line(root: Path, dialect: str) -> None:
    """Before, within and after the change, and while it is saved: dropped, stalled and rebooted in turn.

    `make faults` breaks every line in every way.
    """
    lines = _lines_of_a_run(root, dialect)
    assert lines > 20
    kinds = ("drop_after", "stall_after", "reboot_after")
    faults = {f"at{line}": Faults.model_validate({kinds[line % 3]: line}) for line in range(1, lines + 1)}
    with _herd(root, dialect, faults) as lab:
        startup = _stored(lab)
        targets = _targets(lab, dialect)
        found = _assess(lab, targets)
        broken = [seen for seen in found.values() if isinstance(seen, Fault)]
        assert broken
        assert {seen.kind for seen in broken} <= LOST
        outcomes = _apply(lab, targets, found)
        failed = [outcome for outcome in outcomes.values() if outcome.fault]
        assert failed
        assert {outcome.fault.kind for outcome in failed if outcome.fault} <= LOST | {FaultKind.UNSAVED}
        _hold_to_promises(lab, outcomes, startup)
        _wait_for_boots(lab)
        _converges(lab, dialect)


def _wait_for_boots(lab: SmallLab) -> None:
    """The lab's clock is fast: a boot takes 20 ms."""
    end = time.monotonic() + 5
    while time.monotonic() < end and not all(lab.thread.station(name).answers() for name in lab.names):
        time.sleep(0.01)


def _touched(dialect: str) -> tuple[str, ...]:
    """A part of each line that brings the switch back."""
    return {
        "hp_procurve": ("no name", "no vlan 998", "no logging", "interface 3"),
        "aruba_aoscx": ("description", "no vlan 998", "no logging", "interface 1/1/3"),
        "cisco_ios": ("description", "no vlan 998", "no logging", "interface Gi"),
    }[dialect]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_line_that_is_refused_is_named_and_nothing_is_saved(root: Path, dialect: str) -> None:
    """What the switch says no to is quoted."""
    faults = {f"line{place}": Faults(refuse=text) for place, text in enumerate(_touched(dialect))}
    with _herd(root, dialect, faults) as lab:
        startup = _stored(lab)
        targets = _targets(lab, dialect)
        outcomes = _apply(lab, targets, _assess(lab, targets))
        _hold_to_promises(lab, outcomes, startup)
        for place, text in enumerate(_touched(dialect)):
            fault = outcomes[f"line{place}"].fault
            assert fault
            assert fault.kind is FaultKind.REJECTED
            assert text in fault.what
            assert "Invalid input" in fault.what
            assert _stored(lab)[f"line{place}"] == startup[f"line{place}"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_line_that_is_taken_and_does_nothing_is_found_by_reading_back(root: Path, dialect: str) -> None:
    """Replies prove nothing."""
    texts = [text for text in _touched(dialect) if not text.startswith("interface")]
    faults = {f"line{place}": Faults(ignore=text) for place, text in enumerate(texts)}
    with _herd(root, dialect, faults) as lab:
        startup = _stored(lab)
        targets = _targets(lab, dialect)
        outcomes = _apply(lab, targets, _assess(lab, targets))
        _hold_to_promises(lab, outcomes, startup)
        assert {outcome.fault and outcome.fault.kind for outcome in outcomes.values()} == {FaultKind.UNVERIFIED}
        assert _stored(lab) == startup


@pytest.mark.parametrize("dialect", DIALECTS)
def test_other_faults_are_told_apart_and_do_not_stop_the_rest(root: Path, dialect: str) -> None:
    """Each has its kind; what is only slow or noisy is done all the same."""
    writer = "configure terminal;vlan 997;end"
    faults = {
        "dead": Faults(dead=True),
        "key": Faults(wrong_host_key=True),
        "password": Faults(wrong_password=True),
        "garbage": Faults(garbage_prompt=True),
        "slow": Faults(slow=0.05),
        "flash": Faults(save_fails=True),
        "moved": Faults(second_writer=writer),
        "good": Faults(),
    }
    with _herd(root, dialect, faults, timeout_s=1.5) as lab:
        startup = _stored(lab)
        targets = _targets(lab, dialect)
        found = _assess(lab, targets)
        kinds = {name: seen.kind for name, seen in found.items() if isinstance(seen, Fault)}
        assert kinds == {"dead": FaultKind.UNREACHABLE, "key": FaultKind.HOST_KEY, "password": FaultKind.AUTH}
        assert all(seen.hint for seen in found.values() if isinstance(seen, Fault))
        outcomes = _apply(lab, targets, found)
        _hold_to_promises(lab, outcomes, startup)
        failed = {name: outcome.fault.kind for name, outcome in outcomes.items() if outcome.fault}
        assert failed == {"flash": FaultKind.UNSAVED, "moved": FaultKind.MOVED}
        assert outcomes["moved"].sent == 0
        assert {outcomes[name].kind for name in ("garbage", "slow", "good")} == {OutcomeKind.OK}


def test_every_fault_of_the_help_can_be_asked_for() -> None:
    """The help lists exactly the kinds that exist, each with or without a value."""
    assert {kind.replace("-", "_") for kind in KINDS} == set(Faults.model_fields)
    values = {"slow": "=1.5", "refuse": "=vlan", "ignore": "=vlan", "second-writer": "=vlan 7",
              "writer-after": "=3;vlan 7;exit", "loses": "=root", "ails": "=7:loop",
              "miscabled": "=25:s007-v2-sw01:25"}  # fmt: skip
    values |= {kind: "=3" for kind in KINDS if kind.endswith("-after") and kind != "writer-after"}
    for kind in KINDS:
        said = f"{kind}{values.get(kind, '')}"
        found = parse_faults("s007-v1-sw01", [said])
        assert found != Faults()
        assert typed(found) == (said,)


def test_drift_of_the_tests_is_drift() -> None:
    """One entry a dialect, so that no dialect passes for want of it."""
    assert set(DRIFT) == set(DIALECTS)
