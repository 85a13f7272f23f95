"""Whom simulated switches of every dialect reach by a ping, asked over real SSH."""

from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest
from small_lab import SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace, school_spec

from campusctl.inventory.load import load_city
from campusctl.lab.spec import Faults
from campusctl.lab.surroundings import Surroundings
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault
from campusctl.model.tables import Pings
from campusctl.workflow.pinging import ping_devices
from campusctl.workflow.switch_targets import reachable_switches

CORE, CX, IOS = (SWITCHES[name] for name in ("hp_procurve", "aruba_aoscx", "cisco_ios"))
BOARD, AP, NOBODY = "10.7.60.11", "10.7.3.101", "10.7.60.250"
"""A board at the core, an access point in the management VLAN, and an address that nobody has."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches, for all tests; each leaves them as it found them."""
    root = make_workspace(tmp_path_factory.mktemp("pings") / "ws")
    with lab_up(root, school_spec(root), timeout_s=4.0) as up:
        yield up


def pings(lab: SmallLab, switch: str, *addresses: str) -> dict[str, bool]:
    """Who answers."""
    city = load_city(lab.root, [SCHOOL])
    return dict(ping_devices(lab.desk, city, city.school(SCHOOL), {switch: addresses}, ignore))


@pytest.mark.parametrize("switch", [CORE, CX, IOS])
def test_every_dialect_tells_who_answers(lab: SmallLab, switch: str) -> None:
    """In its own network and by its gateway; each address once."""
    found = pings(lab, switch, BOARD, AP, NOBODY, BOARD)
    assert found == {BOARD: True, AP: True, NOBODY: False}


@pytest.mark.parametrize("fault", [{"off": ""}, {"no-address": ""}, {"unplugged": ""}, {"port": f"{IOS}:7"}])
def test_a_device_that_is_not_there_does_not_answer(lab: SmallLab, fault: dict[str, str]) -> None:
    """Off, without an address, without a cable, and in a port of another VLAN."""
    campus = lab.thread.server.campus
    campus.place("s007-r1-dt01", fault)
    try:
        assert pings(lab, CX, BOARD, AP) == {BOARD: False, AP: True}
    finally:
        campus.place("s007-r1-dt01", {})
    assert pings(lab, CX, BOARD) == {BOARD: True}


def test_another_network_is_reached_by_a_gateway_that_is_there() -> None:
    """A switch that has none, or whose router is gone, reaches its own network only; without an address nobody."""
    own = [IPv4Network("10.7.3.0/24")]
    around = Surroundings(hosts=frozenset({"10.7.3.1"}), reached={BOARD, AP}.__contains__)
    asked = (AP, BOARD, NOBODY)
    assert [around.answers(one, own, "10.7.3.1") for one in asked] == [True, True, False]
    assert [around.answers(one, own, "") for one in asked] == [True, False, False]
    assert [around.answers(one, own, "10.7.3.2") for one in asked] == [True, False, False]
    assert [around.answers(one, [], "") for one in asked] == [False, False, False]


def test_a_switch_that_cannot_tell_says_nothing(lab: SmallLab) -> None:
    """One that is dead, and one that the school does not have; what is no address is never sent."""
    lab.thread.station(CX).set_faults(Faults(dead=True))
    try:
        assert pings(lab, CX, BOARD) == {}
    finally:
        lab.thread.station(CX).set_faults(Faults())
    assert pings(lab, "", BOARD) == {}
    city = load_city(lab.root, [SCHOOL])
    targets = reachable_switches(lab.desk, city, city.school(SCHOOL), [CX, IOS])
    asked = {CX: ["10.7.60.11\nreload"], IOS: [AP]}
    found = {result.device: result for result in lab.desk.looker().ping(targets, asked, ignore)}
    assert isinstance(found[CX], Fault)
    assert found[IOS] == Pings(device=IOS, answers={AP: True})
