"""The rules: what a new device is called, where it is plugged in, which address and profile it gets."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import FILES, town

from campusctl.inventory.city import City
from campusctl.inventory.onboarding.many import propose_all
from campusctl.inventory.onboarding.proposing import propose
from campusctl.inventory.onboarding.trial import with_device
from campusctl.inventory.onboarding.wanted import PortChange, Proposal, Question, Wanted
from campusctl.inventory.topology import topology

BOARD = Wanted(kind="board", school="schule-042", room="R101")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The town."""
    return town(tmp_path_factory.mktemp("town"))


def proposed(city: City, wanted: Wanted) -> Proposal:
    """The proposal, which there is."""
    answer = propose(city, wanted)
    assert answer.proposal, answer
    return answer.proposal


def test_a_board_is_named_plugged_in_and_addressed_like_its_neighbours(city: City) -> None:
    """The next number in the room, the first unused port of the room's switch, the address behind its like."""
    found = proposed(city, replace(BOARD, serial="BD042-0201", mac="00:0c:f1:42:02:01", asset="M1"))
    assert found.name == "s042-r101-dt02"
    assert found.entry == {
        "profile": "board-75",
        "room": "R101",
        "address": "10.42.60.13",
        "mac": "00:0c:f1:42:02:01",
        "serial": "BD042-0201",
        "asset": "M1",
    }
    assert found.port == PortChange("s042-a2-sw01", "6", "GigabitEthernet1/0/6", {"device": "s042-r101-dt02"})
    assert (found.role, found.vlan) == ("board", 60)
    assert found.why == {
        "port": "it serves R101",
        "address": "the next one after s042-r102-dt01, the last of its kind in building A",
        "name": "the scheme, next free number in R101",
        "profile": "the most used for its class",
    }


PLACES = {
    "its building has an address range of its own": ("board", "R301", "s042-r301-dt02", "10.42.60.22"),
    "none of its class in the building: behind the last of the school": (
        "projector",
        "R301",
        "s042-r301-bm01",
        "10.42.60.13",
    ),
    "none of its class at all: where the school's ranges begin": ("printer", "R101", "s042-r101-pr01", "10.42.70.11"),
    "a room with a VLAN of its own for PCs": ("pc", "R201", "s042-r201-pc01", "10.42.101.11"),
}


@pytest.mark.parametrize("case", PLACES)
def test_where_addresses_begin(city: City, case: str) -> None:
    """By what the school's devices show."""
    kind, room, name, address = PLACES[case]
    port = "s042-a1-sw01" if room != "R101" else ""
    found = proposed(
        city,
        Wanted(kind=kind, school="schule-042", room=room, port=port, profile="board-86" if kind == "board" else ""),
    )
    assert (found.name, found.address) == (name, address)


def test_a_pc_in_a_pc_room_gets_the_rooms_role(city: City) -> None:
    """The entry says so, as the class alone would give another VLAN."""
    found = proposed(city, Wanted(kind="pc", school="schule-042", room="R201", port="s042-a2-sw01:8"))
    assert found.port
    assert found.port.entry == {"device": "s042-r201-pc01", "role": "pc-room"}
    assert found.vlan == 101


def test_what_is_said_holds(city: City) -> None:
    """Every option overrides its rule."""
    wanted = replace(
        BOARD, name="s042-r101-dt09", address="10.42.60.99", profile="board-86", port="s042-a1-sw01:7", room="r101"
    )
    found = proposed(city, wanted)
    assert (found.name, found.address, found.entry["profile"]) == ("s042-r101-dt09", "10.42.60.99", "board-86")
    assert found.entry["room"] == "R101"
    assert found.port
    assert (found.port.switch, found.port.name) == ("s042-a1-sw01", "1/1/7")
    assert {found.why[field] for field in ("name", "address", "profile", "port")} == {"as you said"}


REFUSED = {
    "room": (replace(BOARD, room="R104"), "schule-042 has no room `R104`", "did you mean R102, R101?"),
    "serial": (
        replace(BOARD, serial="bd042-0102"),
        "the serial number bd042-0102 is that of s042-r102-dt01, in schule-042/R102",
        (
            "it is in the inventory already: was it moved? campusctl move s042-r102-dt01 --room ROOM; "
            "does another device take its place? campusctl swap s042-r102-dt01"
        ),
    ),
    "mac of another school": (
        replace(BOARD, mac="c8:d9:d2:43:00:01"),
        "the MAC address c8:d9:d2:43:00:01 is that of s043-r101-pc01, in schule-043/R101",
        None,
    ),
    "asset": (
        replace(BOARD, asset="m043-0001"),
        "the asset tag m043-0001 is that of s043-r101-pc01, in schule-043/R101",
        None,
    ),
    "name": (replace(BOARD, name="s042-r102-dt01"), "there is a device s042-r102-dt01 already", "leave --name out"),
    "name that is none": (
        replace(BOARD, name="S042-Föö"),
        "`S042-Föö` is no name for a device",
        "a device name: a-z, 0-9 and hyphens, such as s042-r101-dt01",
    ),
    "profile of another class": (replace(BOARD, profile="edge-24"), "the profile edge-24 is of another class", None),
    "profile": (
        replace(BOARD, profile="board-57"),
        "there is no profile `board-57`",
        "did you mean board-75, board-86?",
    ),
    "port taken": (
        replace(BOARD, port="s042-a2-sw01:5"),
        "port 5 of s042-a2-sw01 is taken: s042-r101-dt01 is plugged in there",
        "free there: 6, 8, 9, 10, 11, 12, 13, 14",
    ),
    "port of a link": (replace(BOARD, port="s042-a2-sw01:25"), "port 25 of s042-a2-sw01 leads to s042-a1-sw01", None),
    "port of another role": (replace(BOARD, port="s042-a2-sw01:1"), "port 1 of s042-a2-sw01 is for the role pc", None),
    "port with a description": (replace(BOARD, port="s042-a1-sw01:1"), "port 1 of s042-a1-sw01 is taken: kaputt", None),
    "port that is not there": (
        replace(BOARD, port="s042-a2-sw01:77"),
        "s042-a2-sw01: there is no port 77",
        "its ports are 1-24, 25-28",
    ),
    "switch": (replace(BOARD, port="s042-a9-sw01:7"), "schule-042 has no switch `s042-a9-sw01`", None),
    "address of the gateway": (
        replace(BOARD, address="10.42.60.1"),
        "10.42.60.1 is the gateway of vlan 60",
        "choose another one",
    ),
    "address of another VLAN": (
        replace(BOARD, address="10.42.70.9"),
        "10.42.70.9 is outside 10.42.60.0/23, the subnet of vlan 60",
        None,
    ),
    "address in use": (
        replace(BOARD, address="10.42.60.11"),
        "the address 10.42.60.11 is that of s042-r101-dt01, in schule-042/R101",
        None,
    ),
    "role": (replace(BOARD, role="bord"), "there is no role `bord`", "did you mean board?"),
    "class": (replace(BOARD, device_class="pc"), "class pc is no board", None),
    "name too long": (
        replace(BOARD, room="LANGRAUM", port="s042-a2-sw01"),
        "the name of the scheme would be s042-langraum-dt01, 18 characters long, and 15 is the limit",
        None,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(city: City, case: str) -> None:
    """A sentence, and what to do about it; no proposal."""
    wanted, what, hint = REFUSED[case]
    answer = propose(city, wanted)
    assert answer.proposal is None
    assert answer.refusals[0].what == what
    if hint is not None:
        assert answer.refusals[0].hint == hint


def test_everything_that_is_wrong_is_told_at_once(city: City) -> None:
    """Not one thing after the other."""
    answer = propose(city, replace(BOARD, serial="BD042-0102", profile="x", port="nix:1"))
    assert len(answer.refusals) == 3


def test_a_full_switch_is_asked_about(city: City) -> None:
    """Every port of the switch that serves R301 has its use; others are offered."""
    answer = propose(city, replace(BOARD, room="R301"))
    what = "s042-b1-sw01 serves R301 and has no unused port"
    assert answer.questions == (Question("port", what, ("s042-a1-sw01", "s042-a2-sw01")),)


def test_a_room_that_nobody_serves_is_asked_about(city: City) -> None:
    """Where there is no switch nothing can be offered."""
    answer = propose(city, replace(BOARD, school="schule-043"))
    assert answer.questions == (Question("port", "nobody knows which switch serves R101"),)


def test_a_room_without_devices_is_served_like_its_building(city: City) -> None:
    """By the one switch that serves the building's other rooms."""
    found = proposed(city, replace(BOARD, room="R201"))
    assert found.port
    assert found.port.switch == "s042-a2-sw01"
    assert found.why["port"] == "it serves building A"


def test_profiles_that_are_used_alike_are_asked_about(tmp_path: Path) -> None:
    """Nobody guesses between two."""
    text = FILES["inventory/schools/schule-042/devices.yml"].replace("board-75, room: R102", "board-86, room: R102")
    text = text.replace("  s042-r301-dt01: {profile: board-86", "  s042-r301-dt01: {profile: board-75")
    text = text.replace("board-75, room: R301", "board-75, room: R301")
    text += "  s042-r302-dt01: {profile: board-86, room: R302}\n"
    answer = propose(town(tmp_path, schools_schule_042_devices=text), BOARD)
    assert answer.questions == (
        Question("profile", "board-75, board-86 are used alike here", ("board-75", "board-86")),
    )


def test_a_full_subnet_is_refused(city: City) -> None:
    """Five PCs fit into a /29 with its gateway; the sixth does not."""
    rows = [Wanted(kind="pc", school="schule-042", room="R101", port="s042-a1-sw01", line=line) for line in range(1, 7)]
    answers = propose_all(city, rows)
    assert [(one.line, one.what) for one in answers.refusals] == [
        (6, "no address is free in 10.42.30.0/29, the subnet of vlan 30")
    ]


def test_a_switch_hangs_on_its_like(city: City) -> None:
    """The parent of the building, a port among its links, its own port as its like use it."""
    found = proposed(
        city, Wanted(kind="switch", school="schule-042", room="R302", profile="edge-24", port="s042-a1-sw01")
    )
    assert found.name == "s042-r302-sw01"
    assert found.address == "10.42.3.22"
    assert found.port == PortChange("s042-a1-sw01", "25", "1/1/25", {"downlink": "s042-r302-sw01"})
    assert found.entry["ports"] == {"25": {"uplink": "s042-a1-sw01"}}


def all_names(city: City) -> Iterator[str]:
    """Every device name."""
    return (device.name for device in city.devices())


@given(st.lists(st.sampled_from(["R101", "R102", "r101", "A2"]), min_size=1, max_size=8), st.data())
def test_proposals_never_collide(city: City, rooms: list[str], data: st.DataObject) -> None:
    """However many devices come: every name, address and port is its own, in its subnet and unused before."""
    kinds = [data.draw(st.sampled_from(["board", "projector", "printer"])) for _ in rooms]
    here = city
    nets = {60: IPv4Network("10.42.60.0/23"), 70: IPv4Network("10.42.70.0/24")}
    for kind, room in zip(kinds, rooms, strict=True):
        wanted = Wanted(kind=kind, school="schule-042", room=room, profile="board-75" if kind == "board" else "")
        answer = propose(here, replace(wanted, port="" if room.upper() != "A2" else "s042-a2-sw01"))
        found = answer.proposal
        assert found
        assert found.port
        school = here.school("schule-042")
        assert found.name not in set(all_names(here))
        assert found.address not in {device.address for device in school.devices.values()}
        assert IPv4Address(found.address) in nets[found.vlan]
        before = topology(here, school).assignments[found.port.switch].ports.get(found.port.name)
        assert before is None or not before.entry.device
        here = with_device(here, found)
