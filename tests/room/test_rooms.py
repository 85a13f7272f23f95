"""A room by what people type, where its devices are plugged in, and what the switches say of them."""

from functools import cache
from pathlib import Path

import pytest

from campusctl.errors import UnknownPlaceError
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city
from campusctl.inventory.rooms import above, find_room, link_ports, plugs
from campusctl.model.health import Neighbor
from campusctl.model.inventory import Device
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.room import Plug, Sighting
from campusctl.model.tables import Heard, Learnt, Located, PortNow, Tables
from campusctl.workflow.room_ports import Switches, to_be_searched

ROOT = Path(__file__).parents[2]
EDGE, CORE = "s042-a2-sw01", "s042-a1-sw02"
BOARD = "s042-r101-dt01"
MAC, STRANGER = "00:0c:f1:42:01:01", "02:00:00:00:00:99"
PORT = "GigabitEthernet1/0/6"
Found = dict[str, Tables | Fault]


@cache
def city() -> City:
    """The example city, with one school."""
    return load_city(ROOT, ["schule-042"])


def school() -> School:
    """The school."""
    return city().schools["schule-042"]


def board() -> Device:
    """A board with a port."""
    return school().devices[BOARD]


def plug() -> Plug:
    """Where it is plugged in."""
    return plugs(city(), school(), {BOARD})[BOARD]


@pytest.mark.parametrize(
    "typed",
    [
        "schule-042/R101",
        "s042/r101",
        "Schule-042/A/1/R101",
        " schule-042/R101/ ",
        "s042-r101-dt01",
        "S042-R101-DT01",
        "schule-042 / r101",
        "r101",
    ],
)
def test_a_room_in_every_spelling(typed: str) -> None:
    """School by id or short name, the whole place or the room alone, or a device in it."""
    _, found, room = find_room(ROOT, typed)
    assert (found.id, room) == ("schule-042", "R101")


@pytest.mark.parametrize(
    ("typed", "kind", "near"),
    [
        ("schule-024/R101", "school", "schule-042"),
        ("schule-042/R1011", "room", "schule-042/R101"),
        ("schule-042/B/1/R101", "room", "schule-042/R101"),
        ("s042-r101-td01", "place", BOARD),
        ("nonsense", "place", ""),
        ("AULAA", "place", "schule-042/AULA"),
        ("schule-042", "which", "schule-042/A1"),
        ("s042/", "which", "schule-042/A1"),
        ("a1", "several", "schule-042/A1"),
        ("schule-042/Klassenraum", "room", "schule-042/R101"),
    ],
)
def test_a_place_that_is_not_there_has_a_likely_one(typed: str, kind: str, near: str) -> None:
    """With what was probably meant first."""
    with pytest.raises(UnknownPlaceError) as wrong:
        find_room(ROOT, typed)
    assert (wrong.value.kind, next(iter(wrong.value.near), "")) == (kind, near)


def test_a_room_by_its_title() -> None:
    """As people call it, where no other room is called so."""
    _, _, room = find_room(ROOT, "schule-042/physik")
    assert room == "R301"


def test_where_devices_are_plugged_in() -> None:
    """With the VLANs and the power that the port shall have; one whose port nobody says is left out."""
    found = plugs(city(), school(), {BOARD, "s042-r101-ap01", "s042-r201-pc01"})
    assert found == {
        BOARD: Plug(switch=EDGE, port=PORT, label="6", vlan=60),
        "s042-r101-ap01": Plug(
            switch=EDGE, port="GigabitEthernet1/0/40", label="40", vlan=3, tagged=(40, 50, 80), powered=True
        ),
    }


def test_the_way_up_and_the_ports_that_lead_there() -> None:
    """A switch hangs on another one, and that one on the core."""
    assert above(city(), school(), EDGE)[-1] == "s042-a1-sw01"
    assert above(city(), school(), "s042-a1-sw01") == ("s042-a1-sw01",)
    assert "1/1/28" in link_ports(city(), school(), "s042-a1-sw01")
    assert PORT not in link_ports(city(), school(), EDGE)


def tables(switch: str, *learnt: tuple[str, str], **more: object) -> Tables:
    """What a switch says: addresses with their ports."""
    rows = tuple(Learnt(mac=mac, port=port) for mac, port in learnt)
    return Tables.model_validate({"device": switch, "learnt": rows, **more})


def dead(switch: str, kind: FaultKind = FaultKind.UNREACHABLE) -> Fault:
    """A switch that could not be read."""
    return Fault(device=switch, kind=kind, what="")


def test_a_device_at_its_port() -> None:
    """With whoever else is there, by name where the inventory knows it."""
    other = "00:0c:f1:42:01:02"
    now = PortNow(up=True)
    found: Found = {EDGE: tables(EDGE, (MAC, PORT), (other, PORT), (STRANGER, PORT), ports={PORT: now})}
    at = Switches(city(), school(), found).at(board(), plug())
    assert (at.port, at.heard, at.others) == (now, (MAC, other, STRANGER), ("s042-r102-dt01", STRANGER))
    assert (at.elsewhere, at.switch_fault) == (None, None)


def test_a_device_at_another_port() -> None:
    """A port that leads to another switch is no place; neither is one at which another switch is heard."""
    found: Found = {"s042-a1-sw01": tables("s042-a1-sw01", (MAC, "1/1/28")), EDGE: tables(EDGE)}
    assert Switches(city(), school(), found).at(board(), plug()).elsewhere is None
    found[EDGE] = tables(EDGE, (MAC, "GigabitEthernet1/0/9"))
    assert Switches(city(), school(), found).at(board(), plug()).elsewhere == Sighting(switch=EDGE, port="9")
    heard = Heard(**Neighbor(port="GigabitEthernet1/0/9", name="s042-b1-sw01.schulen.example").model_dump())
    found[EDGE] = tables(EDGE, (MAC, "GigabitEthernet1/0/9"), neighbors=(heard,))
    assert Switches(city(), school(), found).at(board(), plug()).elsewhere is None


def test_another_device_at_its_address() -> None:
    """By the ARP table; its own row proves it right."""
    mine, other = Located(address="10.42.60.11", mac=MAC), Located(address="10.42.60.11", mac=STRANGER)
    assert Switches(city(), school(), {EDGE: tables(EDGE, located=(other,))}).at(board(), plug()).address_of == STRANGER
    assert Switches(city(), school(), {EDGE: tables(EDGE, located=(mine,))}).at(board(), plug()).address_of == ""
    moved = board().model_copy(update={"mac": None})
    assert Switches(city(), school(), {EDGE: tables(EDGE, located=(other,))}).at(moved, plug()).address_of == ""


def test_a_device_with_another_address() -> None:
    """By the ARP table; old rows stay for hours, so its own one proves it right."""
    mine, other = Located(address="10.42.60.11", mac=MAC), Located(address="10.42.60.99", mac=MAC)
    found = {EDGE: tables(EDGE, located=(other,))}
    assert Switches(city(), school(), found).at(board(), plug()).has_address == "10.42.60.99"
    found = {EDGE: tables(EDGE, located=(other, mine))}
    assert Switches(city(), school(), found).at(board(), plug()).has_address == ""


def test_the_dead_switch_nearest_to_the_core() -> None:
    """As far up as they are dead; one that refuses our login is not."""
    way = above(city(), school(), EDGE)
    everything: Found = {name: dead(name) for name in way}
    at = Switches(city(), school(), everything).at(board(), plug())
    assert (at.switch_fault, at.dead_switch) == (FaultKind.UNREACHABLE, way[-1])
    only: Found = {**{name: tables(name) for name in way}, EDGE: dead(EDGE)}
    assert Switches(city(), school(), only).at(board(), plug()).dead_switch == EDGE
    refused: Found = {EDGE: dead(EDGE, FaultKind.AUTH)}
    assert Switches(city(), school(), refused).at(board(), plug()).dead_switch == ""


def test_which_switches_are_read_afterwards() -> None:
    """All where a device is lost, those above where one is dead, none where all is well."""
    well: Found = {EDGE: tables(EDGE)}
    assert to_be_searched(city(), school(), well, ()) == set()
    assert to_be_searched(city(), school(), well, {MAC}) == set(school().switches) - {EDGE}
    assert to_be_searched(city(), school(), {EDGE: dead(EDGE)}, ()) == set(above(city(), school(), EDGE)) - {EDGE}
