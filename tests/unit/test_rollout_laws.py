"""What holds for every rollout, whatever the city looks like and whatever fails."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from plans import Drill, Part, change, made, plan, text, uplink, vlan

from campusctl.engine.rolling import report
from campusctl.engine.rollout import Above, Rollout, RolloutOptions, rollout, way_of
from campusctl.model.outcome import FaultKind, OutcomeKind
from campusctl.model.plan import Change, Pass

VLANS = st.integers(30, 32)
KINDS = st.sampled_from(
    [FaultKind.REJECTED, FaultKind.UNREACHABLE, FaultKind.UNVERIFIED, FaultKind.MOVED, FaultKind.JOURNAL]
)


@st.composite
def _schools(draw: st.DrawFn) -> dict[str, Above]:
    """Up to five schools, each a random tree (or several) of up to six switches."""
    found: dict[str, Above] = {}
    for school in "abcde"[: draw(st.integers(1, 5))]:
        names = [f"{school}{number}" for number in range(draw(st.integers(1, 6)))]
        # Above a switch stand only such as come before it, so there is no circle.
        found[school] = {
            name: tuple(draw(st.sets(st.sampled_from(names[:at]), max_size=2))) if at else ()
            for at, name in enumerate(names)
        }
    return found


@st.composite
def _changes(draw: st.DrawFn, device: str, school: str) -> Change:
    """One to three stages."""
    kinds = sorted(draw(st.sets(st.sampled_from(Pass), min_size=1)), key=list(Pass).index)
    parts: dict[Pass, Part] = {
        Pass.ADD: draw(st.one_of(VLANS.map(lambda number: vlan(number, Pass.ADD)), st.builds(text))),
        Pass.PATH: draw(st.sampled_from([uplink(), uplink("")])),
        Pass.REMOVE: vlan(draw(VLANS) + 100, Pass.REMOVE),
    }
    return change(device, school, *(parts[kind] for kind in kinds))


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Rollout, dict[str, Change], Drill]:
    """A rollout, its changes by switch, and a driver with whatever goes wrong."""
    schools = draw(_schools())
    names = [(name, school) for school, above in schools.items() for name in above]
    changes, unread = [], []
    for name, school in draw(st.permutations(names)):
        fate = draw(st.integers(0, 9))
        if fate == 0:
            unread.append(name)
        elif fate > 1:
            changes.append(draw(_changes(name, school)))
    options = RolloutOptions(
        canary=tuple(draw(st.sets(st.sampled_from(sorted(schools)), max_size=1))),
        sizes=tuple(draw(st.lists(st.one_of(st.none(), st.integers(1, 3)), min_size=1, max_size=3))),
        max_failures=draw(st.integers(0, 3)),
    )
    found = rollout(plan(*changes, unread=unread, schools=tuple(schools)), schools, options)
    devices = [each.target.device for each in changes]
    places = devices + [f"{device} {kind}" for device in devices for kind in Pass]
    fails = draw(st.dictionaries(st.sampled_from(places), KINDS, max_size=3)) if places else {}
    stop_at = draw(st.sampled_from(["", *places]))
    return found, {each.target.device: each for each in changes}, Drill(fails=fails, stop_at=stop_at)


def _stages(log: list[str]) -> list[tuple[str, Pass]]:
    return [(device, Pass(kind)) for device, _, kinds in (line.partition(" ") for line in made(log))
            for kind in kinds.split("+")]  # fmt: skip


@settings(max_examples=40)
@given(_cases())
def test_every_switch_has_one_outcome_and_every_stage_is_made_once_at_most(
    case: tuple[Rollout, dict[str, Change], Drill],
) -> None:
    """And each stage of a switch after the one before it; a switch that is done is done as a whole."""
    found, changes, drill = case
    outcomes = drill.run(found)
    assert set(outcomes) == set(changes)
    stages = _stages(drill.log)
    assert max(Counter(stages).values(), default=0) <= 1
    for device, each in changes.items():
        mine = [kind for name, kind in stages if name == device]
        planned = [stage.kind for stage in each.assessment.stages]
        assert mine == planned[: len(mine)]
        outcome = outcomes[device]
        assert (outcome.kind is OutcomeKind.OK) == (outcome.fault is None)
        assert (outcome.kind is OutcomeKind.SKIPPED) == (not mine)
        if outcome.kind is OutcomeKind.OK:
            assert mine == planned
            assert (outcome.sent, outcome.edits) == (len(each.assessment.commands), len(each.assessment.edits))
    reports = report(found, outcomes.values())
    assert all(each.complete for each in reports)
    assert sum(len(each.done) + len(each.failed) + len(each.held) for each in reports) == len(changes)


@settings(max_examples=40)
@given(_cases())
def test_the_order_of_the_passes_holds(case: tuple[Rollout, dict[str, Change], Drill]) -> None:
    """On each way: new things nearer first, the rest farther first; and in a school one pass after the other."""
    found, changes, drill = case
    drill.run(found)
    stages = _stages(drill.log)
    for at, (device, kind) in enumerate(stages):
        above = way_of(device, found.above)
        for other, its in stages[at + 1 :]:
            if changes[other].target.school == changes[device].target.school:
                assert list(Pass).index(its) >= list(Pass).index(kind)
            if its is kind and other in above:
                assert kind is not Pass.ADD
            if its is kind and device in way_of(other, found.above):
                assert kind is Pass.ADD


@settings(max_examples=40)
@given(_cases())
def test_a_vlan_is_carried_before_it_is_used_and_as_long(case: tuple[Rollout, dict[str, Change], Drill]) -> None:
    """A stage that brings a VLAN was made only when all above have brought it; one that takes it, all beyond have."""
    found, changes, drill = case
    outcomes = drill.run(found)
    failed = {name: outcome for name, outcome in outcomes.items() if outcome.kind is not OutcomeKind.OK}
    stages = _stages(drill.log)
    where = {stage: at for at, stage in enumerate(stages)}

    def well(device: str, kind: Pass, before: int) -> bool:
        """Whether this stage was made before, and went well: another one of the switch followed, or it is done."""
        mine = [stage for stage in stages if stage[0] == device]
        last = (device, kind) == mine[-1] if mine else False
        at = where.get((device, kind), len(stages))
        return at < before and not (last and device in failed and failed[device].fault.kind is not FaultKind.HELD
                                    and failed[device].fault.kind is not FaultKind.INTERRUPTED)  # fmt: skip

    for at, (device, kind) in enumerate(stages):
        wanted = _vlans(changes[device], kind)
        for other, each in changes.items():
            leans = other in way_of(device, found.above) if kind is Pass.ADD else device in way_of(other, found.above)
            if kind is not Pass.PATH and leans and wanted & _vlans(each, kind):
                assert well(other, kind, at), (device, kind, other)


def _vlans(each: Change, kind: Pass) -> set[str]:
    """VLANs that one stage makes or deletes."""
    return {
        edit.path[1]
        for edit in each.assessment.edits
        if edit.path[0] == "vlan" and bool(edit.after) is (kind is Pass.ADD)
    }


@settings(max_examples=40)
@given(_cases())
def test_nothing_is_begun_after_the_end_was_called(case: tuple[Rollout, dict[str, Change], Drill]) -> None:
    """Neither after Ctrl-C, nor after a failed canary, nor when more have failed than may."""
    found, _, drill = case
    outcomes = drill.run(found)
    batches = "\n".join(drill.log).split("\n|\n")
    stop = next((at for at, batch in enumerate(batches) if drill.stop_at and drill.stop_at in batch.split("\n")), None)
    assert stop in (None, len(batches) - 1)
    failed: set[str] = set()
    over = False
    for each in report(found, outcomes.values()):
        assert not (over and each.begun)
        failed |= {*each.failed, *(each.unread if each.wave.canary else ())}
        over = over or len(failed) > found.max_failures or (each.wave.canary and bool(failed))
        over = over or any(outcomes[name].fault.kind is FaultKind.JOURNAL for name in each.failed)
