"""PCs in a rollout: after the switches of their school, all at once, and what they have to do with failures."""

from plans import Drill, change, plan, text, uplink

from campusctl.engine.rolling import report
from campusctl.engine.rollout import Rollout, RolloutOptions, rollout
from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Change

CHAIN = {"core": (), "edge": ("core",)}


def _pc(name: str, school: str = "s") -> Change:
    found = change(name, school, text(), staged=False)
    return found.model_copy(update={
        "target": found.target.model_copy(update={"driver": "pc"}),
        "assessment": found.assessment.model_copy(update={"driver": "pc"}),
    })  # fmt: skip


def _rollout(*changes: Change, **options: object) -> Rollout:
    return rollout(plan(*changes), {"s": CHAIN}, RolloutOptions(**options))


def test_pcs_go_together_after_the_switches() -> None:
    """Whatever the order of the plan."""
    drill = Drill()
    found = _rollout(_pc("pc1"), change("edge", "s", text()), _pc("pc2"), change("core", "s", text()))
    outcomes = drill.run(found)
    assert drill.log == ["core add", "|", "edge add", "|", "pc2 whole", "pc1 whole"]
    assert found.steps == 4
    assert found.waves[0].devices == ("core", "edge", "pc1", "pc2")
    assert {outcome.kind for outcome in outcomes.values()} == {OutcomeKind.OK}


def test_a_pc_that_fails_stops_no_other_of_its_school() -> None:
    """But no further wave is begun."""
    drill = Drill(fails={"pc1": FaultKind.REJECTED})
    found = _rollout(_pc("pc1"), _pc("pc2"), _pc("pc3", "t"), sizes=(1,))
    outcomes = drill.run(found)
    assert outcomes["pc1"].fault.kind is FaultKind.REJECTED
    assert outcomes["pc2"].kind is OutcomeKind.OK
    assert outcomes["pc3"].fault.kind is FaultKind.HELD
    assert "pc1" in outcomes["pc3"].fault.what


def test_a_pc_that_was_switched_off_meanwhile_is_no_failure() -> None:
    """The next wave goes on."""
    drill = Drill(fails={"pc1": FaultKind.OFF})
    found = _rollout(_pc("pc1"), _pc("pc3", "t"), sizes=(1,))
    outcomes = drill.run(found)
    assert outcomes["pc3"].kind is OutcomeKind.OK
    first, _ = report(found, outcomes.values())
    assert (first.failed, first.held) == ((), ("pc1",))


def test_pcs_behind_a_switch_that_was_lost_are_not_begun() -> None:
    """The way to them may be gone."""
    drill = Drill(fails={"core path": FaultKind.UNREACHABLE})
    outcomes = drill.run(_rollout(change("core", "s", uplink()), _pc("pc1")))
    assert outcomes["pc1"].fault.kind is FaultKind.HELD
    assert outcomes["pc1"].fault.what == "not begun: core does not answer any more"


def test_a_stop_holds_pcs() -> None:
    """Ctrl-C after the first switch."""
    drill = Drill(stop_at="core add")
    outcomes = drill.run(_rollout(change("core", "s", text()), _pc("pc1")))
    assert outcomes["core"].kind is OutcomeKind.OK
    assert outcomes["pc1"].fault.kind is FaultKind.INTERRUPTED


def test_pcs_that_are_off_hold_no_canary() -> None:
    """A dark switch does, a PC in a cupboard does not."""
    off = Fault(device="pc9", kind=FaultKind.OFF, what="does not answer", driver="pc")
    made_of = plan(change("core", "s", text()), _pc("pc3", "t")).model_copy(update={"faults": (off,)})
    drill = Drill()
    outcomes = drill.run(rollout(made_of, {"s": CHAIN, "t": {}}, RolloutOptions(canary=("s",))))
    assert outcomes["pc3"].kind is OutcomeKind.OK
