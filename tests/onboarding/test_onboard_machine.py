"""Onboarding, step by step; what is refused leaves everything as it was."""

from dataclasses import replace

import pytest
from world import BOARD, PORT, SCHOOL, SWITCH, Town, plug, untouched

from campusctl.errors import CampusError, LockedError
from campusctl.history.holding import held
from campusctl.model.onboarding import OnboardingState, StepName
from campusctl.model.run import RunKind
from campusctl.workflow import running
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.machine import carry_on


def test_the_whole_effect_is_shown_before_anything_is_done(town: Town) -> None:
    """Files, switch settings, DHCP entry; nothing is written anywhere."""
    before, states = town.texts(), {name: dict(state) for name, state in town.world.states.items()}
    found = town.effect()
    new = [line for line in found.edited.diff().splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert new == [
        "+      6: {device: s042-r101-dt02}",
        (
            "+  s042-r101-dt02: {profile: board-75, room: R101, address: 10.42.60.13, "
            'mac: "00:0c:f1:42:02:01", serial: BD042-0201, asset: M1}'
        ),
    ]
    assert list(found.paths) == [SWITCH]
    assert {path[:2] for path in found.paths[SWITCH]} == {("port", PORT)}
    assert found.news[0].dhcp == (
        "dhcp-host=00:0c:f1:42:02:01,10.42.60.13,s042-r101-dt02\n"
        "host-record=s042-r101-dt02.schulen.example,s042-r101-dt02,10.42.60.13"
    )
    assert town.texts() == before
    assert town.world.states == states
    assert journal.all_of(town.root) == ()


def test_from_the_box_to_working(town: Town) -> None:
    """Inventory, port, the board is seen, check, label and record; every step is told, and remembered."""
    found = town.effect()
    plug(town)
    done = carry_on(town.hands(), town.agreed(found), found.edited)
    assert done.state is OnboardingState.DONE
    assert [step.step for step in done.devices[0].done] == list(StepName)
    assert town.texts()["inventory/schools/schule-042/devices.yml"] == found.edited.after[found.edited.files[0]]
    assert town.differs() == {}
    assert town.world.states[SWITCH]["port", PORT, "access_vlan"] == "60"
    assert journal.load(town.root, done.id) == done
    assert [path.name for path in (town.root / "papers").iterdir()] == ["s042-r101-dt02-label.svg"]
    assert f"s042-r101-dt02: {BOARD.mac} is seen at port 6 of {SWITCH}" in town.world.said


def test_only_what_is_new_changes_on_a_switch(town: Town) -> None:
    """What somebody changed by hand elsewhere on the switch stays, as for any narrowed change."""
    town.world.states[SWITCH]["port", "GigabitEthernet1/0/9", "description"] = "von Hand"
    found = town.effect()
    plug(town)
    assert carry_on(town.hands(), town.agreed(found), found.edited).state is OnboardingState.DONE
    assert town.differs() == {SWITCH: (("port", "GigabitEthernet1/0/9", "description"),)}


def test_a_vlan_that_a_switch_lacks_is_brought_along_its_way(town: Town) -> None:
    """The first board behind a switch: the VLAN comes to it and to the links on the way, in the same plan."""
    found = town.effect(replace(BOARD, kind="printer", profile="", port="s042-a2-sw01:6"))
    assert set(found.paths) == {"s042-a1-sw01", "s042-a2-sw01"}
    assert ("vlan", "70") in found.paths["s042-a1-sw01"]


def test_a_switch_that_does_not_answer_refuses_it_before_anything(town: Town) -> None:
    """Its name, and why."""
    before = town.texts()
    town.world.dead.add(SWITCH)
    with pytest.raises(CampusError, match="s042-a2-sw01 cannot be read, so nothing was changed: it does not answer"):
        town.effect()
    untouched(town, before)


def test_a_school_that_somebody_else_has_refuses_it_before_anything(town: Town) -> None:
    """As with any change."""
    before = town.texts()
    with (
        running(town.desk, RunKind.APPLY, [SCHOOL]) as other,
        held(other.store, [SCHOOL], other.info),
        pytest.raises(LockedError),
    ):
        town.effect()
    untouched(town, before)


@pytest.mark.parametrize("how", ["dead", "locked"])
def test_a_refusal_at_the_port_takes_the_inventory_back(town: Town, how: str) -> None:
    """Between the yes and the port the switch died, or somebody took the school: the lines go again."""
    before = town.texts()
    found = town.effect()
    onboarding = town.agreed(found)
    if how == "dead":
        town.world.dead.add(SWITCH)
        with pytest.raises(CampusError, match="nothing was sent, and the inventory is as it was"):
            carry_on(town.hands(), onboarding, found.edited)
        town.world.dead.clear()
    else:
        with (
            running(town.desk, RunKind.APPLY, [SCHOOL]) as other,
            held(other.store, [SCHOOL], other.info),
            pytest.raises(CampusError, match="nothing was sent, and the inventory is as it was"),
        ):
            carry_on(town.hands(), onboarding, found.edited)
    untouched(town, before)
    assert journal.load(town.root, onboarding.id).state is OnboardingState.ABANDONED


def test_a_file_that_somebody_changed_meanwhile_refuses_it(town: Town) -> None:
    """What was agreed to is not what would be written."""
    found = town.effect()
    file = town.root / "inventory/schools/schule-042/devices.yml"
    file.write_text(file.read_text() + "# seen\n")
    before = town.texts()
    with pytest.raises(CampusError, match="was changed meanwhile, so nothing was written"):
        carry_on(town.hands(), town.agreed(found), found.edited)
    untouched(town, before)


def test_a_switch_that_changed_since_is_asked_about(town: Town) -> None:
    """Other commands than were agreed to are not sent without a yes."""
    before = town.texts()
    found = town.effect()
    town.world.states[SWITCH]["port", PORT, "bpduguard"] = True
    found = replace(found, paths={SWITCH: (*found.paths[SWITCH], ("port", PORT, "bpduguard"))})
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    with pytest.raises(CampusError, match="s042-a2-sw01 changed since you agreed, so nothing was sent"):
        carry_on(town.hands(agree=no), town.agreed(found), found.edited)
    assert "set port GigabitEthernet1/0/6 bpduguard None" in asked[0]
    assert town.texts() == before
