"""What an onboarding says while it waits, and several devices at their own pace."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from world import BOARD, PORT, SWITCH, Town, commit_all, git, plug, resumed

from campusctl.errors import LockedError
from campusctl.model.onboarding import OnboardingState, StepName
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.tables import PortNow, Tables
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.machine import carry_on


def test_it_says_what_it_sees_meanwhile(town: Town) -> None:
    """No link; plugged in elsewhere; then there."""
    found = town.effect()
    steps = iter([None, None, ("s042-a2-sw01", "GigabitEthernet1/0/9"), (SWITCH, PORT)])

    def hook(what: str) -> None:
        if what == "look":
            place = next(steps, (SWITCH, PORT))
            town.world.plugged = {BOARD.mac: place} if place else {}

    town.world.hook = hook
    assert carry_on(town.hands(wait_s=100.0), town.agreed(found), found.edited).state is OnboardingState.DONE
    said = [line.removeprefix("s042-r101-dt02: ") for line in town.world.said if line.startswith("s042-r101-dt02")]
    assert said[:3] == [
        "port 6 of s042-a2-sw01 has no link: is it plugged in there, and on?",
        "00:0c:f1:42:02:01 is at port 9 of s042-a2-sw01, not at port 6 of s042-a2-sw01: plug it in there",
        "00:0c:f1:42:02:01 is seen at port 6 of s042-a2-sw01",
    ]


def test_one_that_does_not_come_is_waited_for_later(town: Town) -> None:
    """The time is over: its lines and its port stay, the sentence is remembered, and it goes on when it is there."""
    found = town.effect()
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert onboarding.state is OnboardingState.OPEN
    assert onboarding.devices[0].next_step is StepName.APPEAR
    assert onboarding.devices[0].stopped == "port 6 of s042-a2-sw01 has no link: is it plugged in there, and on?"
    assert 20 <= town.world.now < 30
    plug(town)
    assert resumed(town, onboarding).state is OnboardingState.DONE


def test_another_device_at_the_port_is_told(town: Town) -> None:
    """The MAC address that is there, and the question whether the typed one is right."""
    found = town.effect()
    town.world.plugged["00:0c:f1:42:99:99"] = (SWITCH, PORT)
    onboarding = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    assert onboarding.devices[0].stopped == (
        "port 6 of s042-a2-sw01 shows another device, 00:0c:f1:42:99:99, and not 00:0c:f1:42:02:01: "
        "is the MAC address right?"
    )


ADDRESS = "10.42.60.13"
"""Of the board, by the rules."""


@pytest.mark.parametrize(
    ("answer", "more"), [(True, "answers a ping"), (False, "does not answer a ping yet"), (None, "")]
)
def test_a_ping_is_told_beside_what_the_switch_sees(town: Town, *, answer: bool | None, more: str) -> None:
    """It is there by its MAC address; many a device never answers one, so none is waited for."""
    found = town.effect()
    plug(town)
    town.world.pings = {} if answer is None else {ADDRESS: answer}
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert onboarding.state is OnboardingState.DONE
    note = next(done.note for done in onboarding.devices[0].done if done.step is StepName.APPEAR)
    seen = "00:0c:f1:42:02:01 is seen at port 6 of s042-a2-sw01"
    assert note == (f"{seen}; {ADDRESS} {more}" if more else seen)
    assert town.world.pinged == [{SWITCH: [ADDRESS]}]


def _blind(town: Town, change: Callable[[PortNow], PortNow | None]) -> Callable[..., Mapping[str, Tables | Fault]]:
    """A switch that sees less of the board's port."""

    def look(*words: object) -> Mapping[str, Tables | Fault]:
        found = dict(town.world.tables(*words))  # type: ignore[arg-type]
        own = found[SWITCH]
        assert isinstance(own, Tables)
        ports = {name: now for name, port in own.ports.items() if (now := change(port) if name == PORT else port)}
        found[SWITCH] = own.model_copy(update={"ports": ports, "learnt": None})
        return found

    return look


@pytest.mark.parametrize(
    ("change", "sees", "enough"),
    [
        (lambda _now: None, f"{SWITCH} says nothing of port 6", True),
        (lambda now: now.model_copy(update={"up": None}), f"{SWITCH} does not say whether port 6 has a link", True),
        (
            lambda now: now.model_copy(update={"up": False}),
            f"port 6 of {SWITCH} has no link: is it plugged in there, and on?",
            False,
        ),
        (lambda now: now.model_copy(update={"enabled": False}), f"port 6 of {SWITCH} is shut", False),
    ],
)
def test_a_ping_is_enough_only_where_the_switch_cannot_tell(
    town: Town, *, change: Callable[[PortNow], PortNow | None], sees: str, enough: bool
) -> None:
    """Whatever answers while the port has no link is another device."""
    found = town.effect()
    hands = town.hands(look=_blind(town, change), wait_s=0)
    waiting = carry_on(hands, town.agreed(found), found.edited)
    assert waiting.devices[0].stopped == sees
    town.world.pings = {ADDRESS: False}
    assert carry_on(hands, waiting).devices[0].stopped == sees
    town.world.pings = {ADDRESS: True}
    then = carry_on(hands, waiting)
    assert (then.devices[0].next_step is not StepName.APPEAR) is enough
    assert (f"s042-r101-dt02: {sees}; {ADDRESS} answers a ping" in town.world.said) is enough
    assert enough or then.devices[0].stopped == sees


def test_a_silent_switch_is_not_asked_to_ping(town: Town) -> None:
    """It would cost its time once more; this machine pings, and its answer is enough."""
    found = town.effect()
    dead = Fault(device=SWITCH, kind=FaultKind.UNREACHABLE, what="it does not answer")
    town.world.pings = {ADDRESS: True}
    onboarding = carry_on(town.hands(look=lambda *_words: {SWITCH: dead}, wait_s=0), town.agreed(found), found.edited)
    assert onboarding.devices[0].next_step is not StepName.APPEAR
    assert town.world.pinged == [{"": [ADDRESS]}]


def test_a_switch_that_rejects_a_command_stops_there(town: Town) -> None:
    """Something was sent: nothing is taken back by itself, and it can be taken up or given up."""
    found = town.effect()
    plug(town)
    town.world.refuses.add(SWITCH)
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert onboarding.state is OnboardingState.OPEN
    assert onboarding.devices[0].next_step is StepName.PORT
    assert onboarding.devices[0].stopped.startswith("s042-a2-sw01: Invalid input; campusctl resume ")
    town.world.refuses.clear()
    assert resumed(town, onboarding).state is OnboardingState.DONE


def test_two_processes_do_not_work_at_one(town: Town) -> None:
    """The second one is told."""
    found = town.effect()
    onboarding = town.agreed(found)
    journal.save(town.root, onboarding)
    with journal.held(town.root, onboarding.id), pytest.raises(LockedError, match="by another process"):
        carry_on(town.hands(), onboarding)


def test_several_at_once_are_one_change_and_each_goes_at_its_own_pace(town: Town) -> None:
    """One commit, one run for the ports; who is there works, who is not is waited for."""
    commit_all(town)
    other = replace(
        BOARD,
        room="R102",
        serial="BD042-0202",
        mac="00:0c:f1:42:02:02",
        asset="M2",
        port=f"{SWITCH}:8",
        address="10.42.60.14",
    )
    found = town.effect(BOARD, other)
    plug(town)
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert [device.next_step for device in onboarding.devices] == [None, StepName.APPEAR]
    assert git(town, "log", "--format=%s", "-1") == "Onboard 2 devices at schule-042\n"
    town.world.plugged[other.mac] = (SWITCH, "GigabitEthernet1/0/8")
    assert resumed(town, onboarding).state is OnboardingState.DONE
    assert town.differs() == {}
