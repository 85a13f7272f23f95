"""The order of a rollout, and what is not begun after something failed: values in, names out, no device anywhere."""

import pytest
from plans import Drill, change, made, plan, text, uplink, vlan

from campusctl.engine.rolling import report
from campusctl.engine.rollout import Rollout, RolloutOptions, distances, rollout, way_of
from campusctl.errors import UnknownNameError
from campusctl.model.outcome import FaultKind, OutcomeKind
from campusctl.model.plan import EditView, Pass

CHAIN = {"core": (), "middle": ("core",), "edge": ("middle",)}
ADD, PATH, REMOVE = vlan(31, Pass.ADD), uplink(), vlan(30, Pass.REMOVE)
REJECTED = FaultKind.REJECTED


def _chain(*parts: object, unread: tuple[str, ...] = ()) -> Rollout:
    """A school of three switches in a row, all with the same stages, listed from the edge."""
    changes = [change(name, "s", *parts) for name in reversed(CHAIN) if name not in unread]
    return rollout(plan(*changes, unread=unread), {"s": CHAIN}, RolloutOptions())


def _city(count: int, **options: object) -> Rollout:
    """Schools of one switch each."""
    names = [f"s{number}" for number in range(1, count + 1)]
    changes = [change(f"{name}-sw", name, text()) for name in names]
    return rollout(plan(*changes), {name: {f"{name}-sw": ()} for name in names}, RolloutOptions(**options))


# -- order -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "order"),
    [
        ((ADD,), ["core add", "middle add", "edge add"]),
        ((REMOVE,), ["edge remove", "middle remove", "core remove"]),
        ((PATH,), ["edge path", "middle path", "core path"]),
        ((ADD, REMOVE), ["core add", "middle add", "edge add", "edge remove", "middle remove", "core remove"]),
        ((ADD, PATH), ["core add", "middle add", "edge add+path", "middle path", "core path"]),
        (
            (ADD, PATH, REMOVE),
            [
                "core add", "middle add", "edge add+path", "middle path", "core path",
                "edge remove", "middle remove", "core remove",
            ],
        ),
    ],
)  # fmt: skip
def test_order_in_a_school(parts: tuple[object, ...], order: list[str]) -> None:
    """New things core → edge, the management path farthest first, removals edge → core; what follows goes in one."""
    drill = Drill()
    outcomes = drill.run(_chain(*parts))
    assert made(drill.log) == order
    assert {outcome.kind for outcome in outcomes.values()} == {OutcomeKind.OK}
    assert {outcome.edits for outcome in outcomes.values()} == {len(parts)}
    assert {outcome.sent for outcome in outcomes.values()} == {len(parts)}
    assert {outcome.notes for outcome in outcomes.values()} == {("made",)}
    assert all(outcome.saved for outcome in outcomes.values())


def test_stages_that_follow_one_another_are_one_step_but_for_removals() -> None:
    """One session, the revert armed before the first line; nothing goes before what is new was read back."""
    both = change("edge", "s", ADD, PATH)
    (step,) = rollout(plan(both), {"s": CHAIN}, RolloutOptions()).waves[0].work[0].steps
    assert step.change == both
    assert step.change.assessment.revert == "timer"
    drill = Drill()
    drill.run(rollout(plan(change("edge", "s", ADD, PATH, REMOVE)), {"s": CHAIN}, RolloutOptions()))
    assert drill.log == ["edge add+path", "|", "edge remove"]


def test_a_stage_is_told_what_later_stages_do() -> None:
    """Its own edits, commands and revert, and the paths that will still differ."""
    steps = _chain(ADD, PATH, REMOVE).waves[0].work[0].steps
    mine = [step.change.assessment for step in steps if step.device == "core"]
    assert [each.revert for each in mine] == ["", "timer", ""]
    assert [[command.text for command in each.commands] for each in mine] == [["add 1"], ["path 1"], ["remove 1"]]
    assert [each.later for each in mine] == [
        (("port", "1", "native_vlan"), ("vlan", "30")),
        (("vlan", "30"),),
        (),
    ]


def test_running_that_was_not_saved_is_the_first_stages_business() -> None:
    """Each stage saves, so the second one finds it saved."""
    both = change("core", "s", ADD, REMOVE)
    unsaved = both.model_copy(update={"assessment": both.assessment.model_copy(update={"startup_differs": True})})
    steps = rollout(plan(unsaved, change("edge", "s", ADD)), {"s": CHAIN}, RolloutOptions()).waves[0].work[0].steps
    mine = [step.change.assessment.startup_differs for step in steps if step.device == "core"]
    assert mine == [True, False]


@pytest.mark.parametrize(("revert", "kind"), [("", Pass.ADD), ("timer", Pass.PATH)])
def test_a_change_without_stages_is_one(revert: str, kind: Pass) -> None:
    """As in a plan that names none; an armed revert says that it touches the path."""
    part = uplink(revert)
    found = rollout(plan(change("core", "s", part, staged=False)), {}, RolloutOptions())
    assert [step.kinds for step in found.waves[0].work[0].steps] == [(kind,)]


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ({}, {}),
        (CHAIN, {"core": 0, "middle": 1, "edge": 2}),
        ({"a": (), "b": ("a",), "c": ("a", "b")}, {"a": 0, "b": 1, "c": 2}),
        ({"b": ("elsewhere",)}, {"b": 1}),
    ],
)
def test_distance_is_the_longest_way(above: dict[str, tuple[str, ...]], expected: dict[str, int]) -> None:
    """A switch comes after everything above it."""
    assert distances(above) == expected


def test_a_circle_in_the_data_ends() -> None:
    """`validate` complains; the order is some order."""
    ring = {"a": ("b",), "b": ("a",), "c": ("b",)}
    assert set(distances(ring)) == set(ring)
    assert way_of("c", ring) == {"a", "b"}
    assert way_of("a", ring) == {"b"}


# -- waves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "sizes", "expected"),
    [
        (1, (1, 5, 25), [1]),
        (3, (1, 5, 25), [1, 2]),
        (40, (1, 5, 25), [1, 5, 25, 9]),
        (70, (1, 5, 25), [1, 5, 25, 25, 14]),
        (7, (3,), [3, 3, 1]),
        (7, (2, None), [2, 5]),
        (7, (None,), [7]),
        (2, (5,), [2]),
    ],
)
def test_schools_go_in_waves(count: int, sizes: tuple[int | None, ...], expected: list[int]) -> None:
    """In the order of the plan; the last size holds from there on."""
    found = _city(count, sizes=sizes)
    assert [len(wave.schools) for wave in found.waves] == expected
    assert [school for wave in found.waves for school in wave.schools] == [f"s{n}" for n in range(1, count + 1)]
    assert [wave.title for wave in found.waves][:1] == [f"wave 1 of {len(expected)}"]


def test_canaries_go_first_and_alone() -> None:
    """In the order in which they were named; the rest follows in waves of its own."""
    found = _city(5, canary=("s4", "s2", "s4"), sizes=(2,))
    assert [wave.schools for wave in found.waves] == [("s4", "s2"), ("s1", "s3"), ("s5",)]
    assert [wave.title for wave in found.waves] == ["wave 1 of 3 (canary s4, s2)", "wave 2 of 3", "wave 3 of 3"]


def test_a_canary_must_be_one_of_the_schools() -> None:
    """A slip is answered with the right name."""
    with pytest.raises(UnknownNameError, match="canary s44 is none of the schools") as wrong:
        _city(5, canary=("s44",))
    assert wrong.value.hint == "did you mean s4?"


def test_schools_with_nothing_to_do_are_in_no_wave() -> None:
    """Neither they nor a canary that is as it shall be."""
    found = rollout(
        plan(change("b-sw", "b", text()), change("a-sw", "a"), schools=("a", "b", "c")),
        {},
        RolloutOptions(canary=("a",)),
    )
    assert [(wave.schools, wave.canary) for wave in found.waves] == [(("b",), False)]
    assert rollout(plan(), {}, RolloutOptions()).waves == ()


def test_schools_of_a_wave_are_worked_on_side_by_side() -> None:
    """The next step of each, never two of one."""
    chains = {school: {f"{school}{name}": tuple(f"{school}{each}" for each in near) for name, near in CHAIN.items()}
              for school in "ab"}  # fmt: skip
    changes = [change(name, school, ADD) for school, names in chains.items() for name in names]
    drill = Drill()
    drill.run(rollout(plan(*changes), chains, RolloutOptions(sizes=(2,))))
    assert drill.log == [
        "bcore add", "acore add", "|", "bmiddle add", "amiddle add", "|", "bedge add", "aedge add",
    ]  # fmt: skip


# -- what is not begun -----------------------------------------------------------------------------------------------


def test_what_leans_on_a_switch_that_failed_is_held() -> None:
    """Without VLAN 31 on the core no port may come into it."""
    drill = Drill({"core": REJECTED})
    outcomes = drill.run(_chain(ADD, REMOVE))
    assert made(drill.log) == ["core add"]
    assert [outcome.kind for outcome in outcomes.values()] == ["failed", "skipped", "skipped"]
    fault = outcomes["edge"].fault
    assert fault
    assert fault.kind is FaultKind.HELD
    assert fault.what == "not begun: core, towards the core, failed and may not carry VLAN 31"
    assert fault.hint


def test_nothing_goes_while_a_switch_farther_out_may_use_it() -> None:
    """The edge still has VLAN 30, so nobody on its way gives it up; what was new there stays."""
    drill = Drill({"edge remove": REJECTED})
    outcomes = drill.run(_chain(ADD, REMOVE))
    assert made(drill.log) == ["core add", "middle add", "edge add", "edge remove"]
    for name in ("core", "middle"):
        assert (outcomes[name].kind, outcomes[name].sent, outcomes[name].edits) == (OutcomeKind.FAILED, 1, 1)
        assert outcomes[name].saved
        fault = outcomes[name].fault
        assert fault
        assert (fault.kind, fault.sent) == (FaultKind.HELD, 1)
        assert fault.what.startswith("the rest of the change was not begun: ")
        assert "farther out, " in fault.what
        assert fault.what.endswith("may still use VLAN 30")


def test_a_removal_that_failed_holds_only_what_is_towards_the_core() -> None:
    """What was new stands, so nothing that came after it is in question."""
    drill = Drill({"middle remove": REJECTED})
    outcomes = drill.run(_chain(ADD, REMOVE))
    assert made(drill.log) == ["core add", "middle add", "edge add", "edge remove", "middle remove"]
    assert [outcomes[name].kind for name in CHAIN] == ["failed", "failed", "ok"]


def test_what_does_not_lean_on_it_goes_on() -> None:
    """A description needs no VLAN, and another VLAN is another matter."""
    drill = Drill({"core": REJECTED})
    changes = [change("core", "s", ADD), change("middle", "s", text()), change("edge", "s", vlan(40, Pass.ADD))]
    outcomes = drill.run(rollout(plan(*changes), {"s": CHAIN}, RolloutOptions()))
    assert made(drill.log) == ["core add", "middle add", "edge add"]
    assert [outcomes[name].kind for name in CHAIN] == ["failed", "ok", "ok"]


def test_a_neighbour_that_failed_does_not_stop_its_siblings() -> None:
    """Only what is on their way, or beyond them, counts."""
    star = {"core": (), "a": ("core",), "b": ("core",)}
    drill = Drill({"a add": REJECTED})
    changes = [change(name, "s", ADD, REMOVE) for name in star]
    outcomes = drill.run(rollout(plan(*changes), {"s": star}, RolloutOptions()))
    assert made(drill.log) == ["core add", "a add", "b add", "b remove"]
    assert {name: str(outcome.kind) for name, outcome in outcomes.items()} == {
        "a": "failed",
        "b": "ok",
        "core": "failed",
    }


def test_a_core_that_could_not_be_read_holds_only_new_vlans() -> None:
    """Whether it carries them nobody knows; what was there before may be used, and given up."""
    drill = Drill()
    move = EditView(path=("port", "7", "access_vlan"), before="20", after="30")
    changes = [
        change("middle", "s", REMOVE._replace(edits=(*REMOVE.edits, move))),
        change("edge", "s", ADD),
    ]
    outcomes = drill.run(rollout(plan(*changes, unread=["core"]), {"s": CHAIN}, RolloutOptions()))
    assert made(drill.log) == ["middle remove"]
    fault = outcomes["edge"].fault
    assert fault
    assert fault.what == "not begun: core, towards the core, could not be read and may not carry VLAN 31"


def test_an_edge_that_could_not_be_read_keeps_its_vlans() -> None:
    """It may be at work all the same, so only what is new is made."""
    drill = Drill()
    outcomes = drill.run(_chain(ADD, REMOVE, unread=("edge",)))
    assert made(drill.log) == ["core add", "middle add"]
    assert [outcomes[name].fault and outcomes[name].fault.kind for name in ("core", "middle")] == [FaultKind.HELD] * 2


@pytest.mark.parametrize("kind", [FaultKind.UNREACHABLE, FaultKind.TIMEOUT])
def test_a_switch_that_is_gone_stops_its_school(kind: FaultKind) -> None:
    """It was there when the plan was made: something is going wrong."""
    drill = Drill({"core": kind})
    outcomes = drill.run(_chain(text()))
    assert made(drill.log) == ["core add"]
    assert [outcome.fault and outcome.fault.what for outcome in outcomes.values()] == [
        "it failed",
        *["not begun: core does not answer any more"] * 2,
    ]


def test_a_management_path_that_failed_stops_its_school() -> None:
    """Also what leans on nothing of it."""
    drill = Drill({"edge path": REJECTED})
    outcomes = drill.run(_chain(PATH))
    assert made(drill.log) == ["edge path"]
    fault = outcomes["core"].fault
    assert fault
    assert fault.what == "not begun: edge failed with a change of its management path"


def test_a_failed_canary_ends_the_rollout() -> None:
    """Whatever the number of failures that was allowed."""
    drill = Drill({"s2-sw": REJECTED})
    found = _city(4, canary=("s2",), max_failures=10)
    outcomes = drill.run(found)
    assert made(drill.log) == ["s2-sw add"]
    assert len(outcomes) == 4
    fault = outcomes["s4-sw"].fault
    assert fault
    assert (outcomes["s4-sw"].kind, fault.kind) == (OutcomeKind.SKIPPED, FaultKind.HELD)
    assert fault.what == "not begun: wave 1 of 3 (canary s2) failed: s2-sw"


def test_a_canary_that_cannot_be_read_proves_nothing() -> None:
    """Neither as a whole nor in part."""
    changes = [change("b-sw", "b", text())]
    found = rollout(
        plan(*changes, unread=["a-sw"], schools=("a", "b")), {"a": {"a-sw": ()}, "b": {}}, RolloutOptions(canary=("a",))
    )
    drill = Drill()
    outcomes = drill.run(found)
    assert drill.log == []
    fault = outcomes["b-sw"].fault
    assert fault
    assert fault.what == "not begun: wave 1 of 2 (canary a) failed: a-sw"


@pytest.mark.parametrize(("allowed", "made_in_all"), [(0, 1), (1, 3), (2, 6), (9, 6)])
def test_more_failures_than_allowed_end_the_rollout_after_the_wave(allowed: int, made_in_all: int) -> None:
    """They are counted over all waves; a wave at work is brought to its end."""
    drill = Drill({"s1-sw": REJECTED, "s3-sw": REJECTED})
    outcomes = drill.run(_city(6, sizes=(1, 2, 3), max_failures=allowed))
    assert len(made(drill.log)) == made_in_all
    assert len(outcomes) == 6
    assert sum(outcome.kind is OutcomeKind.SKIPPED for outcome in outcomes.values()) == 6 - made_in_all


def test_without_a_record_nothing_more_is_begun_anywhere() -> None:
    """Not in the same wave, either."""
    changes = [change(name, school, text()) for school in "ab" for name in (f"{school}1", f"{school}2")]
    drill = Drill({"a1": FaultKind.JOURNAL})
    found = rollout(plan(*changes), {}, RolloutOptions(sizes=(2,), max_failures=9))
    outcomes = drill.run(found)
    assert made(drill.log) == ["b1 add", "a1 add"]
    fault = outcomes["b2"].fault
    assert fault
    assert fault.what == "not begun: a1 could not be recorded"


def test_a_stop_begins_nothing_new() -> None:
    """Ctrl-C after the core: its own rest, its school and the next wave are told, each once."""
    changes = [change(name, "s", ADD, REMOVE) for name in CHAIN]
    found = rollout(plan(*changes, change("z", "z", text())), {"s": CHAIN}, RolloutOptions())
    drill = Drill(stop_at="core add")
    outcomes = drill.run(found)
    assert made(drill.log) == ["core add"]
    assert {outcome.fault and outcome.fault.kind for outcome in outcomes.values()} == {FaultKind.INTERRUPTED}
    assert outcomes["core"].kind is OutcomeKind.FAILED
    assert {name: outcomes[name].fault.what for name in outcomes if outcomes[name].fault} == {
        "core": "the run was stopped; the rest of the change was not sent",
        "middle": "the run was stopped; nothing was sent to this switch",
        "edge": "the run was stopped; nothing was sent to this switch",
        "z": "the run was stopped; nothing was sent to this switch",
    }


def test_a_driver_that_forgets_a_switch_is_found_out() -> None:
    """A bug of ours, and the rest of the school goes on."""
    found = _chain(text())

    class Forgetful(Drill):
        def apply(self, changes: object) -> object:
            return (outcome for outcome in Drill.apply(self, changes) if outcome.device != "middle")

    outcomes = Forgetful().run(found)
    assert outcomes["middle"].fault
    assert outcomes["middle"].fault.kind is FaultKind.INTERNAL
    assert outcomes["edge"].kind is OutcomeKind.OK


def test_the_report_counts_each_switch_once() -> None:
    """What was done, what failed, and what was not begun, by wave."""
    found = _city(4, sizes=(2,), max_failures=0)
    outcomes = Drill({"s1-sw": REJECTED}).run(found)
    first, second = report(found, outcomes.values())
    assert (first.done, first.failed, first.held) == (("s2-sw",), ("s1-sw",), ())
    assert (second.done, second.failed, second.held) == ((), (), ("s3-sw", "s4-sw"))
    assert (first.complete, first.begun, second.complete, second.begun) == (True, True, True, False)
    assert not report(found, ())[0].complete
