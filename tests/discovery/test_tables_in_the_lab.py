"""What simulated switches of every dialect see, read over real SSH, and what of it follows the devices."""

from collections.abc import Iterator

import pytest
from small_lab import SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace, school_spec

from campusctl.inventory.load import load_city
from campusctl.lab.plugs import PLACES, Speech
from campusctl.lab.spec import Faults, LabEnd
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.tables import PowerState, Tables
from campusctl.workflow.tables import read_tables

CORE, CX, IOS = (SWITCHES[name] for name in ("hp_procurve", "aruba_aoscx", "cisco_ios"))
BOARD, AP = "00:0c:f1:07:00:01", "20:4c:03:07:00:01"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches, for all tests; each leaves them as it found them."""
    root = make_workspace(tmp_path_factory.mktemp("tables") / "ws")
    with lab_up(root, school_spec(root), timeout_s=4.0) as up:
        yield up


def look(lab: SmallLab, *names: str, timeout_s: float | None = None) -> dict[str, Tables | Fault]:
    """What the switches see."""
    city = load_city(lab.root, [SCHOOL])
    wanted = names or tuple(SWITCHES.values())
    return dict(read_tables(lab.desk, city, city.school(SCHOOL), wanted, ignore, timeout_s=timeout_s))


def see(lab: SmallLab, name: str) -> Tables:
    """What one switch sees."""
    found = look(lab, name)[name]
    assert isinstance(found, Tables), found
    return found


def enter(lab: SmallLab, name: str, *lines: str) -> None:
    """Somebody at the console enters lines in configuration mode."""
    lab.thread.station(name).enter(["configure terminal", *lines, "end"])


def test_every_dialect_tells_every_table(lab: SmallLab) -> None:
    """Addresses with their VLANs, neighbours, ARP, links, power, and the VLANs that ports run with; the core first."""
    found = look(lab)
    assert list(found) == [CORE, CX, IOS]
    core, cx, ios = (one for one in found.values() if isinstance(one, Tables))
    # The way to the third switch carries no boards.
    assert (core.ports_of(BOARD), cx.ports_of(BOARD), ios.ports_of(BOARD)) == (("7",), ("1/1/25",), ())
    assert ios.ports_of(AP) == ("GigabitEthernet1/0/25",)
    assert {row.vlan for one in (core, cx, ios) for row in one.learnt or () if row.mac == BOARD} == {60}
    assert [(one.port, one.name, one.capabilities) for one in core.neighbors or ()] == [
        ("25", CX, ("bridge",)), ("26", IOS, ("bridge",)),
    ]  # fmt: skip
    assert core.address_of(AP) == "10.7.3.101"
    assert cx.address_of("88:3a:30:07:00:01") == "10.7.3.11"
    assert ios.address_of(AP) == "10.7.3.101"
    board, ap, link, free = (core.ports[name] for name in ("7", "9", "25", "11"))
    assert (board.up, board.enabled, board.mode, board.vlan, board.speed_mbps) == (True, True, "access", 60, 1000)
    assert (ap.power, ap.mode, ap.vlan, ap.tagged) == (PowerState.DELIVERING, "trunk", 3, (40, 50, 80))
    assert (link.vlan, link.tagged[:3]) == (1, (3, 30, 40))
    assert (free.up, free.enabled, free.vlan, free.power) == (False, False, 999, PowerState.DISABLED)
    assert cx.ports["1/1/7"].description == "s007-r3-dt01"
    assert ios.ports["GigabitEthernet1/0/1"].vlan == 30
    assert all(one.vlans[:2] == (3, 30) for one in (cx, ios))


def test_a_dead_switch_hides_nobody(lab: SmallLab) -> None:
    """It is a fault, the others tell."""
    lab.thread.station(CX).set_faults(Faults(dead=True))
    found = look(lab, timeout_s=2.0)
    lab.thread.station(CX).set_faults(Faults())
    assert isinstance(found[CX], Fault)
    assert found[CX].kind is FaultKind.UNREACHABLE
    assert isinstance(found[CORE], Tables)
    assert isinstance(found[IOS], Tables)


def test_a_table_that_a_switch_refuses_is_not_known(lab: SmallLab) -> None:
    """The others are."""
    lab.thread.station(IOS).set_faults(Faults(refuse="mac"))
    found = see(lab, IOS)
    lab.thread.station(IOS).set_faults(Faults())
    assert found.learnt is None
    assert found.ports["GigabitEthernet1/0/25"].up


def test_a_switch_that_is_silent_in_the_middle_is_a_timeout(lab: SmallLab) -> None:
    """It costs its own time and no more."""
    lab.thread.station(IOS).set_faults(Faults(stall_after=3))
    found = look(lab, IOS, timeout_s=1.0)[IOS]
    lab.thread.station(IOS).set_faults(Faults())
    assert isinstance(found, Fault)
    assert found.kind in (FaultKind.TIMEOUT, FaultKind.UNREACHABLE)


@pytest.mark.parametrize(
    ("name", "port", "words"),
    [
        (CORE, "7", ("loop-protect", "bpdu-protection", "intrusion")),
        (CX, "1/1/7", ("Disabled by loop-protect", "Disabled by BPDU guard", "Security violation")),
        (IOS, "GigabitEthernet1/0/25", ("loopback", "bpduguard", "psecure-violation")),
    ],
)
def test_what_is_the_matter_with_a_port_is_read(name: str, port: str, words: tuple[str, ...], lab: SmallLab) -> None:
    """The switch has closed it, or has no power for it, or the link is slow: in the words of each dialect."""
    station = lab.thread.station(name)
    for ailment, word in zip(("loop", "guard", "intruder"), words, strict=True):
        station.set_faults(Faults(ails=f"{port}:{ailment}"))
        seen = see(lab, name).ports[port]
        assert (seen.up, seen.closed) == (False, word)
    for ailment, power in (("no-power", PowerState.DENIED), ("short", PowerState.FAULT)):
        station.set_faults(Faults(ails=f"{port}:{ailment}"))
        assert see(lab, name).ports[port].power in (power, PowerState.DELIVERING)
    station.set_faults(Faults(ails=f"{port}:half"))
    seen = see(lab, name).ports[port]
    assert (seen.up, seen.speed_mbps, seen.closed) == (True, 10, "")
    station.set_faults(Faults())


def test_a_device_is_seen_where_it_is(lab: SmallLab) -> None:
    """Off: no link and no address, anywhere. Moved: at the other port, and there only. Power goes with it."""
    campus = lab.thread.server.campus
    campus.place("s007-r1-dt01", {"off": ""})
    campus.place("s007-r1-ap01", {"port": f"{IOS}:7"})
    core, cx, ios = (see(lab, name) for name in (CORE, CX, IOS))
    assert (core.ports["7"].up, core.ports_of(BOARD), cx.ports_of(BOARD)) == (False, (), ())
    assert (core.ports["9"].up, core.ports["9"].power) == (False, PowerState.SEARCHING)
    # Port 7 is unused: it is shut, so nothing shines there.
    assert (ios.ports["GigabitEthernet1/0/7"].up, ios.ports_of(AP)) == (False, ())
    enter(lab, IOS, "interface Gi1/0/7", "switchport access vlan 30", "power inline auto", "no shutdown")
    core, ios = see(lab, CORE), see(lab, IOS)
    assert ios.ports_of(AP) == ("GigabitEthernet1/0/7",)
    assert core.ports_of(AP) == ("26",)
    assert [row.vlan for row in core.learnt or () if row.mac == AP] == [30]
    for name in ("s007-r1-dt01", "s007-r1-ap01"):
        campus.place(name, {})
    lab.thread.station(IOS).reset()
    assert see(lab, CORE).ports_of(BOARD) == ("7",)


def test_a_successor_shows_another_address(lab: SmallLab) -> None:
    """The old one is nowhere."""
    campus = lab.thread.server.campus
    campus.place("s007-r1-dt01", {"new": "000c.f107.9999"})
    found = see(lab, CORE)
    campus.place("s007-r1-dt01", {})
    assert (found.ports_of(BOARD), found.ports_of("00:0c:f1:07:99:99")) == ((), ("7",))


def test_a_new_device_says_what_it_is(lab: SmallLab) -> None:
    """A telephone in an unused port that somebody opened: its address, its LLDP."""
    campus = lab.thread.server.campus
    end = LabEnd("phone", "1/1/15", "0004f2aa0001", 0)
    campus.plugs.add(end, CX, Speech("IP telephone", ("bridge", "telephone")))
    campus.changed(CX)
    enter(lab, CX, "interface 1/1/15", "no shutdown", "vlan access 30")
    found = see(lab, CX)
    lab.thread.station(CX).reset()
    campus.plugs.remove("phone")
    assert found.ports_of("00:04:f2:aa:00:01") == ("1/1/15",)
    assert [(one.name, one.description, one.capabilities) for one in found.heard_at("1/1/15")] == [
        ("phone", "IP telephone", ("bridge", "telephone"))
    ]


CUTS = {
    "the port is shut": (CX, ("interface 1/1/7", "shutdown")),
    "the port is in another VLAN": (CX, ("interface 1/1/7", "vlan access 30")),
    "its VLAN is gone": (CX, ("no vlan 60",)),
    "the uplink does not carry its VLAN": (CX, ("interface 1/1/25", "no vlan trunk allowed 60")),
    "the core does not carry its VLAN": (CORE, ("vlan 60", "no tagged 25", "exit")),
    "the router's port does not carry its VLAN": (CORE, ("vlan 60", "no tagged 24", "exit")),
    "the cable between the switches is dark": (CORE, ("interface 25", "disable", "exit")),
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_device_is_reached_only_on_its_way(lab: SmallLab, cut: str) -> None:
    """Whatever cuts the way from its port to the router cuts the device; mended, it is there again."""
    campus, (switch, lines) = lab.thread.server.campus, CUTS[cut]
    told: list[str] = []
    campus.moved = told.append
    assert campus.online("s007-r3-dt01")
    enter(lab, switch, *lines)
    assert SCHOOL in told
    assert not campus.online("s007-r3-dt01")
    assert campus.online("s007-r1-ap01")
    lab.thread.station(switch).reset()
    assert campus.online("s007-r3-dt01")


def test_what_takes_its_power_from_a_port_is_off_without_it(lab: SmallLab) -> None:
    """A powered device is dark, one with a plug of its own is not."""
    campus = lab.thread.server.campus
    enter(lab, CX, "interface 1/1/9", "no power-over-ethernet", "interface 1/1/7", "no power-over-ethernet")
    assert (campus.online("s007-r3-ap01"), campus.online("s007-r3-dt01")) == (False, True)
    assert see(lab, CX).ports["1/1/9"].up is False
    lab.thread.station(CX).reset()


def test_nobody_knows_a_port_of_it(lab: SmallLab) -> None:
    """A device without a port in the inventory is reached."""
    assert lab.thread.server.campus.online("s007-r3-pc01")


def test_every_place_is_told_in_the_help() -> None:
    """What may be the matter with where a device is."""
    assert set(PLACES) == {"off", "no-address", "unplugged", "port", "new"}
