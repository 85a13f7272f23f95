"""Health and cables of simulated switches behind real SSH: what is read, what it costs, and what a change loses."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import pytest
from small_lab import REPO, SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace, record_lines, school_spec

from campusctl import workflow
from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.health import read_health
from campusctl.drivers.switch.session import Session, open_session
from campusctl.engine.checks import Expected, compare_health, failed
from campusctl.errors import CampusError
from campusctl.inventory.load import load_city
from campusctl.lab import fleet
from campusctl.lab.spec import Faults
from campusctl.model.health import Health, Link
from campusctl.model.plan import Assessment, Target
from campusctl.model.setting import State

CORE, CX, IOS = (SWITCHES[name] for name in ("hp_procurve", "aruba_aoscx", "cisco_ios"))
CORE_MAC = "88:3a:30:07:00:01"
DIALECTS = tuple(SWITCHES)


@dataclass
class Bench:
    """The school's lab, and how to read it."""

    lab: SmallLab
    schools: tuple[str, ...] = (SCHOOL,)

    @cached_property
    def targets(self) -> dict[str, Target]:
        """Every switch as the driver is told of it."""
        city = load_city(self.lab.root, self.schools)
        return {target.device: target for target in workflow.targets(self.lab.desk, city)}

    @contextmanager
    def session(self, name: str) -> Iterator[Session]:
        """A session with a switch."""
        target = self.targets[name]
        vault = self.lab.desk.secrets.resolve(target.secret_refs)
        with open_session(target.login, dialects.get(target.dialect).rules, vault.__getitem__) as session:
            yield session

    def health(self, name: str) -> Health:
        """How a switch is doing."""
        target = self.targets[name]
        with self.session(name) as session:
            state = dialects.get(target.dialect).parse(session.show("show running-config"))
            return read_health(session, target.dialect, state, [one.mac for one in target.devices])

    def lost(self, name: str, before: Health) -> dict[str, str]:
        """What a switch has lost since, by name of the check; nothing was meant to change."""
        target = self.targets[name]
        expected = Expected(uplinks=target.management.uplinks, cables=target.neighbors, devices=target.devices)
        return {check.name: check.text for check in failed(compare_health(before, self.health(name), expected))}

    @contextmanager
    def broken(self, name: str, **faults: str) -> Iterator[None]:
        """A switch with faults, for a while."""
        station = self.lab.thread.station(name)
        sound = station.spec
        station.spec = sound.model_copy(update={"faults": Faults(**faults)})
        station.mark()
        yield
        station.spec = sound

    def enter(self, name: str, *lines: str) -> None:
        """Somebody at the console enters lines in configuration mode."""
        self.lab.thread.station(name).enter(["configure terminal", *lines, "end"])

    def assessments(self) -> dict[str, Assessment]:
        """Every switch, assessed."""
        found = self.lab.desk.driver().assess(list(self.targets.values()), lambda _event: None)
        return {one.device: one for one in found if isinstance(one, Assessment)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The school's lab, for all tests; each leaves the switches as it found them."""
    root = make_workspace(tmp_path_factory.mktemp("health") / "ws")
    with lab_up(root, school_spec(root), timeout_s=6.0) as lab:
        yield Bench(lab)


def test_every_dialect_tells_everything(bench: Bench) -> None:
    """Neighbours, links, root, addresses, power and gateway, as the inventory has them; one packet a switch."""
    assert sum(one.cables != () or one.cable_notes != () for one in bench.assessments().values()) == 0
    core, cx, ios = (bench.health(name) for name in (CORE, CX, IOS))
    assert [(one.port, one.name) for one in core.neighbors or ()] == [("25", CX), ("26", IOS)]
    assert [(one.port, one.name, one.remote_port) for one in cx.neighbors or ()] == [("1/1/25", CORE, "25")]
    assert [(one.port, one.name, one.remote_port) for one in ios.neighbors or ()] == [
        ("GigabitEthernet1/0/25", CORE, "26")
    ]
    assert (core.roots or {})["CST"].port == ""
    assert {root.bridge for health in (core, cx, ios) for root in (health.roots or {}).values()} == {CORE_MAC}
    assert (cx.roots or {})["MST0"].port == "1/1/25"
    assert {root.port for root in (ios.roots or {}).values()} == {"GigabitEthernet1/0/25"}
    assert (cx.links or {})["1/1/25"] == Link(up=True, speed_mbps=1000)
    assert [port for port, power in (core.power or {}).items() if power.delivering] == ["9", "10"]
    assert core.devices == {one.mac: one.port for one in bench.targets[CORE].devices}
    assert [health.gateway for health in (core, cx, ios)] == [True, True, True]
    for health in (core, cx, ios):
        assert health.macs
        assert health.budgets
        assert health.bundled == {}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_health_is_one_packet_of_show_commands(bench: Bench, dialect: str) -> None:
    """Nothing but `show` and `ping`, and nothing that the lab's switches refuse."""
    name = SWITCHES[dialect]
    lines = record_lines(bench.lab.thread, name)
    with bench.session(name) as session:
        lines.clear()
        health = read_health(session, dialect, State({("gateway",): "10.7.3.1"}))
    asked = [line for line in lines if line not in ("", "exit", "logout", "y")]
    assert 8 <= len(asked) <= 9
    assert all(line.startswith(("show ", "ping 10.7.3.1 ")) for line in asked)
    assert all(value is not None for _, value in health)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refused_command_costs_its_own_aspect_only(bench: Bench, dialect: str) -> None:
    """A model without spanning tree or power tells the rest all the same."""
    words = {"cisco_ios": "spanning-tree", "aruba_aoscx": "power-over", "hp_procurve": "power-"}[dialect]
    with bench.broken(SWITCHES[dialect], refuse=words):
        health = bench.health(SWITCHES[dialect])
    silent = {name for name, value in health if value is None}
    assert silent == ({"roots"} if dialect == "cisco_ios" else {"power", "budgets"})


def test_without_a_gateway_it_is_not_asked_for(bench: Bench) -> None:
    """A switch without a default gateway, and a reading without its state."""
    with bench.session(IOS) as session:
        assert read_health(session, "cisco_ios").gateway is None
        assert read_health(session, "cisco_ios", State({("gateway",): "10.7.3.1 ; reload"})).gateway is None


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ("neighbors", {"neighbors"}),
        ("link", {"neighbors", "links", "macs"}),
        ("root", {"root"}),
        ("macs", {"macs", "devices"}),
        ("power", {"power"}),
        ("gateway", {"gateway"}),
    ],
)
def test_a_change_that_loses_something_is_found_out(bench: Bench, fault: str, names: set[str]) -> None:
    """The lab takes it away after any change, and gives it back with the configuration."""
    with bench.broken(CX, loses=fault):
        before = bench.health(CX)
        bench.enter(CX, "interface 1/1/4", "description TEST")
        assert set(bench.lost(CX, before)) == names
        bench.enter(CX, "interface 1/1/4", "no description")
        assert bench.lost(CX, before) == {}


@pytest.mark.parametrize(
    ("name", "at", "context", "line", "undo", "names"),
    [
        (CX, CORE, "interface 25", "disable", "enable", {"neighbors", "links", "root", "macs", "gateway"}),
        (CORE, CX, "interface 1/1/25", "shutdown", "no shutdown", {"neighbors", "links"}),
        (IOS, CORE, "", "no lldp run", "lldp run", {"neighbors"}),
        (CORE, IOS, "interface Gi1/0/25", "no lldp transmit", "lldp transmit", {"neighbors"}),
        (CORE, CX, "", "spanning-tree priority 0", "no spanning-tree priority", {"root"}),
        (CX, CX, "interface 1/1/9", "no power-over-ethernet", "power-over-ethernet", {"power", "devices"}),
        (CORE, CORE, "interface 9", "no power-over-ethernet", "power-over-ethernet", {"power", "devices"}),
        (CX, CX, "", "no spanning-tree", "spanning-tree", {"root"}),
    ],
)
def test_each_end_of_a_cable_feels_the_other(  # noqa: PLR0917 - a table of cases
    bench: Bench, name: str, at: str, context: str, line: str, undo: str, names: set[str]
) -> None:
    """A port shut at the other end, LLDP off there, a better root: the switch at this end tells."""
    before = bench.health(name)
    bench.enter(at, *([context] if context else []), line)
    found = bench.lost(name, before)
    bench.enter(at, *([context] if context else []), undo)
    assert set(found) == names
    assert bench.lost(name, before) == {}


def test_a_wrong_cable_is_found_while_reading(bench: Bench) -> None:
    """The assessment names the cable, from both ends."""
    with (
        bench.broken(CX, miscabled=f"1/1/25:{IOS}:Gi1/0/26"),
        bench.broken(CORE, miscabled=f"3:{IOS}:25;26:{CX}:1/1/26"),
    ):
        found = bench.assessments()
    assert found[CX].cables == (f"port 1/1/25 leads to {IOS} (its Gi1/0/26), the inventory says {CORE} there",)
    assert found[CORE].cables == (
        f"port 26 leads to {CX} (its 1/1/26), the inventory says {IOS} there",
        f"{IOS} is on port 3, the inventory says 26",
    )
    assert found[IOS].cables == ()


def test_a_switch_that_refuses_lldp_is_read_all_the_same(bench: Bench) -> None:
    """Its cables are a note, its configuration is compared."""
    bench.enter(CORE, "no lldp run")
    with bench.broken(CX, refuse="show lldp"):
        found = bench.assessments()
    bench.enter(CORE, "lldp run")
    assert found[CX].cables == ()
    assert found[CX].cable_notes == ("the switch does not tell its LLDP neighbours: its cables were not checked",)
    assert found[CX].edits == ()
    assert found[IOS].cable_notes == (
        f"nothing is heard of {CORE} on port GigabitEthernet1/0/25: the cable was not checked",
    )


def test_a_fault_at_a_port_that_is_not_there_is_refused(bench: Bench) -> None:
    """A mistyped port would strike nobody."""
    root = bench.lab.root
    with pytest.raises(CampusError, match="has no port '1/1/99'"):
        school_spec(root, faults=[f"{CX}:miscabled=1/1/99:{IOS}:1"])
    with pytest.raises(CampusError, match="nothing to lose is called 'hope'"):
        school_spec(root, faults=[f"{CX}:loses=hope"])
    with pytest.raises(CampusError, match="not PORT:PEER:PEERPORT"):
        school_spec(root, faults=[f"{CX}:miscabled=1/1/1"])


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Two schools with LAGs, stacks and slots; their switches start when they are needed."""
    root = tmp_path_factory.mktemp("big")
    shutil.copytree(REPO / "inventory", root / "inventory")
    shutil.copytree(REPO / "templates", root / "templates")
    schools = ("schule-042", "schule-101")
    with lab_up(root, fleet.build_spec(root, schools), timeout_s=6.0) as lab:
        yield Bench(lab, schools)


@pytest.mark.parametrize(
    ("near", "member", "far", "context", "line"),
    [
        ("s042-b1-sw01", "1/1/27", "s042-a1-sw01", "interface 1/1/25", "shutdown"),
        ("s101-r111-sw01", "TenGigabitEthernet1/1/1", "s101-a1-sw01", "interface 1/1/27", "shutdown"),
        ("s101-a1-sw01", "1/1/25", "s101-w1-sw01", "interface F1", "disable"),
        ("s101-a1-sw01", "1/1/27", "s101-r111-sw01", "interface TenGigabitEthernet1/1/1", "shutdown"),
    ],
)
def test_a_member_that_the_other_end_shuts_is_lost_in_every_dialect(  # noqa: PLR0917 - a table of cases
    big: Bench, near: str, member: str, far: str, context: str, line: str
) -> None:
    """Its neighbour, its link and its part in the LAG; what the LAG carries stays, and with it the way in."""
    before = big.health(near)
    assert (before.bundled or {})[member]
    big.enter(far, context, line)
    found = big.lost(near, before)
    big.enter(far, context, {"shutdown": "no shutdown", "disable": "enable"}[line])
    assert set(found) == {"neighbors", "links", "lag"}
    assert found["links"] == f"port {member} was up and is down"
    assert big.lost(near, before) == {}


def test_the_example_schools_are_cabled_as_they_say(big: Bench) -> None:
    """LAG members, stack members, slots: every cable of two schools is found where the inventory has it."""
    found = big.assessments()
    assert len(found) == len(big.targets) > 15
    assert [(one.device, one.cables, one.cable_notes) for one in found.values() if one.cables or one.cable_notes] == []
