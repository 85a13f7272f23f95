"""What nobody typed of a new device: seen on the wire or said by the device, it goes into the inventory if wanted."""

from dataclasses import replace
from pathlib import Path

import pytest
from world import BOARD, PORT, SCHOOL, SWITCH, Town, make

from campusctl.errors import CampusError
from campusctl.inventory.load import load_city
from campusctl.model.onboarding import OnboardingState, StepName
from campusctl.model.tables import Located, Tables
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.learning import learn
from campusctl.workflow.onboarding.machine import abandon, carry_on
from campusctl.workflow.onboarding.silence import why_silent

NAMELESS = replace(BOARD, mac="", serial="")
NAME = "s042-r101-dt02"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town of its own, with a board plugged in of which nobody knows a thing."""
    made = make(tmp_path / "town")
    made.world.plugged[BOARD.mac] = (SWITCH, PORT)
    return made


def known(town: Town) -> tuple[str | None, str | None]:
    """MAC address and serial number as the inventory has them."""
    device = load_city(town.root).find_device(NAME)
    return device.mac, device.serial


def test_the_mac_address_at_its_port_is_learnt(town: Town) -> None:
    """Asked about, written, and everything else goes on."""
    found, asked = town.effect(NAMELESS), []

    def yes(question: str) -> bool:
        asked.append(question)
        return True

    done = carry_on(town.hands(agree=yes), town.agreed(found), found.edited)
    assert done.state is OnboardingState.DONE
    assert asked == [f"{NAME} has the MAC address {BOARD.mac}. Write it into the inventory?"]
    assert known(town) == (BOARD.mac, None)
    assert done.devices[0].mac == BOARD.mac


def test_who_does_not_want_it_keeps_the_inventory_as_it_is(town: Town) -> None:
    """The device works all the same."""
    found = town.effect(NAMELESS)
    done = carry_on(town.hands(agree=lambda _question: False), town.agreed(found), found.edited)
    assert done.state is OnboardingState.DONE
    assert known(town) == (None, None)
    assert f"{NAME}: the MAC address {BOARD.mac} is not written into the inventory" in town.world.said


def test_what_was_learnt_goes_with_the_device(town: Town) -> None:
    """Given up, the inventory is as it was, byte for byte."""
    before = town.texts()
    found = town.effect(NAMELESS)

    def killed(what: str) -> None:
        if what == "papers":
            raise KeyboardInterrupt

    town.world.hook = killed
    with pytest.raises(KeyboardInterrupt):
        carry_on(town.hands(), town.agreed(found), found.edited)
    assert known(town) == (BOARD.mac, None)
    abandon(town.hands(), journal.open_ones(town.root)[0])
    assert town.texts() == before
    assert town.differs() == {}


def test_a_known_device_in_its_place_is_told(town: Town) -> None:
    """Whoever plugged the neighbour's board in there is told so, and nothing is learnt."""
    town.world.plugged = {"00:0c:f1:42:01:02": (SWITCH, PORT)}
    found = town.effect(NAMELESS)
    done = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    assert done.devices[0].next_step is StepName.APPEAR
    assert done.devices[0].stopped == (
        f"port 6 of {SWITCH} shows s042-r102-dt01, which the inventory has already: plug the new device in there"
    )


def test_of_several_none_is_learnt(town: Town) -> None:
    """Nobody guesses which one it is."""
    town.world.plugged["00:0c:f1:42:77:01"] = (SWITCH, PORT)
    found = town.effect(NAMELESS)
    assert carry_on(town.hands(), town.agreed(found), found.edited).state is OnboardingState.DONE
    assert known(town) == (None, None)


def test_another_schools_device_is_not_written_twice(town: Town) -> None:
    """The inventory of the whole city counts."""
    found = town.effect(NAMELESS)
    done = carry_on(town.hands(agree=lambda _question: False), town.agreed(found), found.edited)
    device = learn(town.hands(), town.root, done.devices[0], "mac", "C8-D9-D2-43-00-01")
    assert device == done.devices[0]
    assert town.world.said[-1] == (
        f"{NAME}: the MAC address c8:d9:d2:43:00:01 is not written into the inventory: s043-r101-pc01 has it, in R101"
    )


def test_a_serial_number_is_learnt_once(town: Town) -> None:
    """What no inventory would take is left; what it has by now is taken as it is."""
    found = town.effect(NAMELESS)
    done = carry_on(town.hands(), town.agreed(found), found.edited)
    hands = town.hands(agree=lambda _question: True)
    assert learn(hands, town.root, done.devices[0], "serial", "$(x) y") == done.devices[0]
    learnt = learn(hands, town.root, done.devices[0], "serial", "BD042-0201")
    assert learnt.serial == "BD042-0201"
    assert known(town) == (BOARD.mac, "BD042-0201")
    assert learn(town.hands(), town.root, done.devices[0], "serial", "bd042-0201").serial == "BD042-0201"
    assert learn(town.hands(), town.root, done.devices[0], "serial", "OTHER").serial == ""
    assert SCHOOL in load_city(town.root).schools


def located(town: Town, mac: str) -> None:
    """A switch's ARP table knows who has the address that is next."""
    tables = town.world.tables

    def look(*words: object) -> object:
        found = dict(tables(*words))  # type: ignore[arg-type]
        first = found[SWITCH]
        found[SWITCH] = first.model_copy(update={"located": (Located(address="10.42.60.13", mac=mac),)})
        return found

    town.world.tables = look  # type: ignore[method-assign, assignment]


def test_an_address_in_use_is_refused_before_anything(town: Town) -> None:
    """By the ARP table of a switch, with who has it."""
    before = town.texts()
    located(town, "00:0c:f1:42:99:99")
    with pytest.raises(CampusError, match=r"10\.42\.60\.13 is in use already, by 00:0c:f1:42:99:99 \(seen by"):
        town.effect()
    assert town.texts() == before


def test_the_new_device_may_have_its_address_already(town: Town) -> None:
    """Typed, or seen at its port."""
    located(town, BOARD.mac)
    assert town.effect().devices[0].entry["address"] == "10.42.60.13"
    assert town.effect(NAMELESS).devices[0].entry["address"] == "10.42.60.13"


def test_a_silent_device_that_has_another_address_is_told(town: Town) -> None:
    """By a switch's ARP table; and what the DHCP server may lack."""
    found = town.effect()
    other = "10.42.60.200"
    tables = Tables(device=SWITCH, located=(Located(address=other, mac=BOARD.mac),))
    hands = town.hands(look=lambda *_words: {SWITCH: tables})
    entry = f"does the DHCP server know its entry? campusctl export dnsmasq {SCHOOL}"
    assert why_silent(hands, town.desk, found.devices[0]) == (
        f"{SWITCH} sees it at the address {other}, not at 10.42.60.13; {entry}"
    )
    assert why_silent(town.hands(), town.desk, found.devices[0]) == entry
    lost = f"10.42.60.13 does not answer a ping either; {entry}"
    town.world.pings = {"10.42.60.13": False}
    assert why_silent(town.hands(), town.desk, found.devices[0]) == lost
    hands = town.hands(look=lambda *_words: {SWITCH: tables})
    assert why_silent(hands, town.desk, found.devices[0]) == (
        f"{SWITCH} sees it at the address {other}, not at 10.42.60.13; {lost}"
    )


def test_a_silent_device_that_answers_a_ping_has_its_address(town: Town) -> None:
    """So nobody is sent to the DHCP server."""
    device = town.effect().devices[0]
    town.world.pings = {"10.42.60.13": True}
    assert why_silent(town.hands(), town.desk, device) == "10.42.60.13 answers a ping; is network control on?"
    pc = device.model_copy(update={"kind": "pc"})
    assert why_silent(town.hands(), town.desk, pc) == "10.42.60.13 answers a ping; is SSH switched on there?"
