"""The way in to a switch: what cuts it, what campusctl refuses, and what the switch takes back by itself."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_lab import SWITCHES, SmallLab, lab_up, make_workspace, record_lines, school_spec

from campusctl.model.outcome import FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Plan

DIALECTS = tuple(SWITCHES)
TIMED = ("aruba_aoscx", "cisco_ios")
"""Dialects whose switches can go back by a timer; ArubaOS-Switch can only restart."""
ARMED = {"aruba_aoscx": "checkpoint", "cisco_ios": "archive", "hp_procurve": "reload"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace."""
    return make_workspace(tmp_path)


@contextmanager
def _lab(root: Path, *, speed: float = 1.0, timeout_s: float = 6.0) -> Iterator[SmallLab]:
    """The school as the inventory says now; what the inventory says next is the test's."""
    with lab_up(root, school_spec(root, speed=speed), timeout_s=timeout_s) as lab:
        yield lab


def _edit(root: Path, pattern: str, replacement: str) -> None:
    """Change the city's file."""
    file = root / "inventory" / "city.yml"
    text, count = re.subn(pattern, replacement, file.read_text(), count=1)
    assert count == 1
    file.write_text(text)


def _move_gateway(root: Path) -> None:
    """A gateway that does not answer: the way in is cut."""
    _edit(root, r'(3: +\{.*subnet: "10\.\{site\}\.3\.0/24")\}', r'\1, gateway: "10.{site}.3.254"}')


def _move_native(root: Path) -> None:
    """Another VLAN goes untagged over the uplinks; the management VLAN still goes tagged."""
    _edit(root, r"(uplink: +\{.*)tagged: all\}", r"\1vlan: 30, tagged: all}")


def _plan(lab: SmallLab, device: str) -> Plan:
    return lab.plan(device)


def _apply(lab: SmallLab, plan: Plan) -> Outcome:
    (outcome,) = lab.apply(plan)
    return outcome


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_touches_the_way_in_is_refused_when_no_revert_may_be_armed(root: Path, dialect: str) -> None:
    """Named with its line and the reason; nothing is sent, and it stays visible as a difference."""
    with _lab(root) as lab:
        _move_gateway(root)
        _edit(root, r"  revert: timer", "  revert: none")
        plan = _plan(lab, SWITCHES[dialect])
        (change,) = plan.changes
        assert change.assessment.commands == ()
        assert any("10.7.3.254" in refused.command for refused in change.assessment.refused)
        assert all("management path" in refused.reason for refused in change.assessment.refused)
        assert change.assessment.drifted
        assert plan.pending == ()


def test_arubaos_switch_arms_its_restart_only_when_the_inventory_says_so(root: Path) -> None:
    """A restart is an outage: `revert: timer` is not enough."""
    with _lab(root) as lab:
        _move_native(root)
        _move_gateway(root)
        (change,) = _plan(lab, SWITCHES["hp_procurve"]).changes
        assert change.assessment.refused
        assert change.assessment.revert == ""
        _edit(root, r"  revert: timer", "  revert: reboot")
        (change,) = _plan(lab, SWITCHES["hp_procurve"]).changes
        assert change.assessment.refused == ()
        assert change.assessment.revert == "reload"


@pytest.mark.parametrize("dialect", TIMED)
def test_a_touched_way_in_is_armed_then_confirmed_from_a_new_session_and_saved(root: Path, dialect: str) -> None:
    """The switch hears the arming line first and the confirmation last, in another session."""
    name = SWITCHES[dialect]
    with _lab(root) as lab:
        _move_native(root)
        plan = _plan(lab, name)
        assert plan.changes[0].assessment.revert == ARMED[dialect]
        lines = record_lines(lab.thread, name)
        outcome = _apply(lab, plan)
        assert (outcome.kind, outcome.saved) == (OutcomeKind.OK, True), outcome
        assert "confirmed from a new session" in outcome.notes[0]
        arm, confirm = {
            "aruba_aoscx": ("checkpoint auto 5", "checkpoint auto confirm"),
            "cisco_ios": ("configure terminal revert timer 5", "configure confirm"),
        }[dialect]
        first = next(place for place, line in enumerate(lines) if "native" in line)
        assert lines.index(arm) < first < lines.index(confirm)
        assert "show running-config" in lines[first : lines.index(confirm)]
        assert lines.index(confirm) < lines.index("write memory")
        assert _plan(lab, name).pending == ()


@pytest.mark.parametrize("lost", ["neighbors", "gateway"])
@pytest.mark.parametrize("dialect", TIMED)
def test_an_armed_change_after_which_something_is_lost_is_undone(root: Path, dialect: str, lost: str) -> None:
    """Every setting came out as planned, but a check fails: not confirmed, put back, nothing saved."""
    name = SWITCHES[dialect]
    spec = school_spec(root, faults=[f"{name}:loses={lost}"])
    with lab_up(root, spec, timeout_s=6.0, settle_s=0.1) as lab:
        before = lab.texts()[name]
        _move_native(root)
        lines = record_lines(lab.thread, name)
        outcome = _apply(lab, _plan(lab, name))
        assert outcome.fault
        assert outcome.fault.kind is FaultKind.CHECKS, outcome
        assert "the switch was put back, nothing was saved" in outcome.fault.what
        assert "write memory" not in lines
        assert "configure confirm" not in lines
        assert lab.texts()[name] == before


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_switch_that_was_cut_off_goes_back_by_itself(root: Path, dialect: str) -> None:
    """Nothing is confirmed, nothing is saved, the operator is told; later the switch is what it was."""
    name = SWITCHES[dialect]
    with _lab(root, speed=100, timeout_s=1.5) as lab:
        startup = lab.texts()[name][1]
        _move_gateway(root)
        _edit(root, r"  revert: timer", "  revert: reboot")
        plan = _plan(lab, name)
        assert plan.changes[0].assessment.revert == ARMED[dialect]
        lines = record_lines(lab.thread, name)
        outcome = _apply(lab, plan)
        assert outcome.kind is OutcomeKind.FAILED
        assert outcome.fault
        assert outcome.fault.kind in (FaultKind.UNREACHABLE, FaultKind.TIMEOUT)
        assert "not confirmed" in outcome.fault.what
        assert "within 5 minutes" in outcome.fault.hint
        assert "write memory" not in lines
        assert _until(lambda: lab.thread.station(name).answers())
        assert lab.texts()[name][1] == startup
        again = _plan(lab, name)
        assert again.faults == ()
        (change,) = again.changes
        assert [edit.path for edit in change.assessment.edits] == [("gateway",)]


@pytest.mark.parametrize("dialect", TIMED)
def test_what_did_not_come_out_is_put_back_at_once(root: Path, dialect: str) -> None:
    """The switch took a line and did nothing: not as planned, so everything goes back, before any timer."""
    name = SWITCHES[dialect]
    spec = school_spec(root, faults=[f"{name}:ignore=native"])
    with lab_up(root, spec) as lab:
        before = lab.texts()[name]
        _move_native(root)
        lines = record_lines(lab.thread, name)
        outcome = _apply(lab, _plan(lab, name))
        assert outcome.fault
        assert outcome.fault.kind is FaultKind.UNVERIFIED
        assert "the switch was put back" in outcome.fault.what
        assert lab.texts()[name] == before
        if dialect == "aruba_aoscx":
            # Its timer is disarmed, too: else it would take back what the next apply does.
            assert lines.index("checkpoint rollback startup-config") < lines.index("checkpoint auto confirm")


@pytest.mark.parametrize("dialect", TIMED)
def test_a_refused_line_under_an_armed_revert_is_named_and_put_back(root: Path, dialect: str) -> None:
    """The refusal is what the operator reads, not the way back."""
    name = SWITCHES[dialect]
    with lab_up(root, school_spec(root, faults=[f"{name}:refuse=native"])) as lab:
        before = lab.texts()[name]
        _move_native(root)
        outcome = _apply(lab, _plan(lab, name))
        assert outcome.fault
        assert outcome.fault.kind is FaultKind.REJECTED
        assert "native" in outcome.fault.what
        assert "the switch was put back" in outcome.fault.what
        assert lab.texts()[name] == before


@pytest.mark.parametrize(
    ("lines", "stands"),
    [
        ({"aruba_aoscx": ("interface 1/1/25", "shutdown"), "hp_procurve": ("interface 25", "disable"),
          "cisco_ios": ("interface Gi1/0/25", "shutdown")}, False),
        ({"aruba_aoscx": ("interface vlan 3", "shutdown"), "hp_procurve": ("vlan 3", "no ip address"),
          "cisco_ios": ("interface Vlan3", "shutdown")}, False),
        ({"aruba_aoscx": ("no vlan 3",), "cisco_ios": ("no vlan 3",)}, False),
        ({"aruba_aoscx": ("interface 1/1/3", "shutdown"), "hp_procurve": ("interface 3", "disable"),
          "cisco_ios": ("interface Gi1/0/3", "shutdown")}, True),
        ({"aruba_aoscx": ("no vlan 101",), "hp_procurve": ("no vlan 101",), "cisco_ios": ("no vlan 101",)}, True),
    ],
)  # fmt: skip
def test_the_lab_knows_when_the_way_in_is_cut(root: Path, lines: dict[str, tuple[str, ...]], *, stands: bool) -> None:
    """By a shut uplink, a lost address, a lost VLAN; not by what others use."""
    with _lab(root) as lab:
        for dialect, entered in lines.items():
            if dialect == "hp_procurve":
                # The core has two links downwards and its session arrives from the router: it has no uplink to shut.
                continue
            station = lab.thread.station(SWITCHES[dialect])
            assert station.answers()
            station.enter(("configure terminal", *entered, "end"))
            assert station.answers() is stands, (dialect, entered)


def _until(done: Callable[[], bool], seconds: float = 8.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.02)
    return False
