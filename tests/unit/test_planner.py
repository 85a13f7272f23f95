"""Plans: made in order, sealed, and refused once anything under them has moved."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine import planner
from campusctl.engine.planner import Ground, dump_plan, make_plan, parse_plan, refuse_stale
from campusctl.errors import PlanError
from campusctl.model.command import Command
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, DeviceLogin, Target

GROUND = Ground("inventory", "templates")
KEY = b"k" * 32


def _target(device: str) -> Target:
    login = DeviceLogin(host="10.7.3.11", user="campus", known_hosts="known_hosts")
    return Target(device=device, school="schule-007", dialect="cisco_ios", login=login, intended="hostname a\n")


def _seen(device: str, *commands: str, startup_differs: bool = False) -> Assessment:
    lines = tuple(Command(text=text) for text in commands)
    return Assessment(
        device=device, school="schule-007", dialect="cisco_ios", commands=lines, startup_differs=startup_differs
    )


def _plan(*results: Assessment | Fault) -> planner.Plan:
    targets = [_target(device) for device in ("core", "edge-a", "edge-b")]
    return make_plan(["schule-007"], targets, results, GROUND)


def test_changes_stand_in_the_order_of_the_targets() -> None:
    """Results come as they are ready; the plan goes core first."""
    plan = _plan(_seen("edge-b"), _seen("core"), _seen("edge-a"))
    assert [change.target.device for change in plan.changes] == ["core", "edge-a", "edge-b"]


def test_a_fault_is_listed_beside_the_changes() -> None:
    """And is nothing that can be applied."""
    fault = Fault(device="edge-a", kind=FaultKind.TIMEOUT, what="no answer")
    plan = _plan(_seen("core"), fault, _seen("edge-b"))
    assert [change.target.device for change in plan.changes] == ["core", "edge-b"]
    assert plan.faults == (fault,)


def test_pending_is_what_must_be_sent_or_saved() -> None:
    """A switch that is right and saved is in the plan, and not pending."""
    plan = _plan(_seen("core"), _seen("edge-a", "vlan 7"), _seen("edge-b", startup_differs=True))
    assert [change.target.device for change in plan.pending] == ["edge-a", "edge-b"]


def test_a_plan_survives_its_file() -> None:
    """What is read is what was written."""
    plan = _plan(_seen("core", "vlan 7", 'name "Küche"'))
    assert parse_plan(dump_plan(plan, KEY).encode(), KEY, "p") == plan


@given(st.data())
def test_no_changed_value_passes_the_seal(data: st.DataObject) -> None:
    """Whichever scalar of the document is changed, the plan is refused."""
    document = json.loads(dump_plan(_plan(_seen("core", "vlan 7")), KEY))
    places = list(_scalars(document["plan"], ()))
    place = data.draw(st.sampled_from(places))
    spot = document["plan"]
    for step in place[:-1]:
        spot = spot[step]
    spot[place[-1]] = data.draw(st.text().filter(lambda text: text != spot[place[-1]]))
    with pytest.raises(PlanError, match="changed after it was made"):
        parse_plan(json.dumps(document).encode(), KEY, "p")


def _scalars(value: object, place: tuple[object, ...]) -> "list[tuple[object, ...]]":
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in _scalars(part, (*place, key))]
    if isinstance(value, list):
        return [found for number, part in enumerate(value) for found in _scalars(part, (*place, number))]
    return [place]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_plan_or_refused(data: bytes) -> None:
    """Never another exception."""
    with pytest.raises(PlanError):
        parse_plan(data, KEY, "p")


def test_a_file_that_is_too_large_is_not_read() -> None:
    """Bounded time and memory."""
    with pytest.raises(PlanError, match="no plan of ours"):
        parse_plan(b" " * (64 * 1024 * 1024 + 1), KEY, "p")


def test_a_plan_that_still_stands_is_not_refused() -> None:
    """The good case, up to the last second."""
    plan = _plan(_seen("core"))
    refuse_stale(plan, GROUND, plan.expires - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("ground", "later", "version", "words"),
    [
        (Ground("other", "templates"), timedelta(0), None, "the inventory has changed"),
        (Ground("inventory", "other"), timedelta(0), None, "a template or playbook has changed"),
        (GROUND, planner.LIFETIME, None, "expired at"),
        (GROUND, timedelta(0), "99.0", "this is 99.0"),
    ],
)
def test_a_plan_whose_ground_moved_is_refused(
    monkeypatch: pytest.MonkeyPatch, ground: Ground, later: timedelta, version: str | None, words: str
) -> None:
    """With the reason, and how to make a new one."""
    plan = _plan(_seen("core"))
    if version:
        monkeypatch.setattr(planner, "__version__", version)
    with pytest.raises(PlanError, match=words) as caught:
        refuse_stale(plan, ground, plan.made + later)
    assert caught.value.hint == "make a new plan: campusctl plan schule-007"


def test_a_plan_lives_twelve_hours() -> None:
    """In UTC."""
    plan = _plan()
    assert plan.expires - plan.made == timedelta(hours=12)
    assert abs(plan.made - datetime.now(UTC)) < timedelta(minutes=1)
