"""What counts as lost after a change: exact healths and edits in, exact checks out."""

import math
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine.checks import Expected, compare_health, failed, until_healthy
from campusctl.model.health import Budget, Cable, Check, DeclaredDevice, Health, Link, Neighbor, Power, Root
from campusctl.model.plan import EditView
from campusctl.model.setting import Edit, State

CORE = Neighbor(port="1/1/25", name="s042-c1-sw01.example", remote_port="A1", chassis="88:3a:30:42:00:01")
ROOT = Root(bridge="88:3a:30:42:00:01", priority=4096, port="1/1/25")
GOOD = Health(
    neighbors=(CORE, Neighbor(port="1/1/5", name="telefon")),
    links={
        "1/1/5": Link(up=True, speed_mbps=100),
        "1/1/25": Link(up=True, speed_mbps=10_000),
        "1/1/26": Link(up=True, speed_mbps=1000),
        "1/1/27": Link(up=True, speed_mbps=1000),
    },
    bundled={"1/1/26": True, "1/1/27": True},
    macs={"1/1/1": 1, "1/1/2": 1, "1/1/5": 2, "1/1/25": 40},
    devices={"00:0c:f1:07:00:01": "1/1/1", "20:4c:03:07:00:01": "1/1/5"},
    roots={"MST0": ROOT},
    power={"1/1/5": Power(delivering=True, watts=6.2), "1/1/6": Power(delivering=False)},
    budgets={"1": Budget(available_w=740, used_w=6)},
    gateway=True,
)
STATE = State({("port", "1/1/26", "lag"): "lag 1", ("port", "1/1/27", "lag"): "lag 1"})
BASE = Expected(
    state=STATE,
    uplinks=("1/1/25",),
    cables=(
        Cable(port="1/1/25", peer="s042-c1-sw01"),
        Cable(port="1/1/26", lag="lag 1", peer="s042-a1-sw02"),
        Cable(port="1/1/27", lag="lag 1", peer="s042-a1-sw02"),
    ),
    devices=(
        DeclaredDevice(name="s042-r1-dt01", port="1/1/1", mac="00:0c:f1:07:00:01"),
        DeclaredDevice(name="s042-r1-ap01", port="1/1/5", mac="20:4c:03:07:00:01", always_on=True),
    ),
)
NOTHING = dict.fromkeys(("neighbors", "links", "bundled", "macs", "roots", "power", "budgets", "gateway"))


def lost(after: Health, expected: Expected = BASE, before: Health = GOOD) -> dict[str, str]:
    """The failed checks, by name."""
    return {check.name: check.text for check in failed(compare_health(before, after, expected))}


def edit(*path: str, after: object = None) -> Edit:
    """One edit."""
    return Edit(path, None, after)  # type: ignore[arg-type] # any value will do


def but(**values: object) -> Health:
    """The good health, but for this."""
    return GOOD.model_copy(update=values)


def test_nothing_lost() -> None:
    """Every aspect has its check, and all are good."""
    checks = compare_health(GOOD, GOOD, BASE)
    assert {check.name: check.ok for check in checks} == dict.fromkeys(
        ("neighbors", "links", "lag", "gateway", "root", "macs", "power", "devices"), True
    )
    assert {check.name: check.text for check in checks}["devices"] == "2 of 2 devices seen as before"


@pytest.mark.parametrize(
    ("after", "name", "text"),
    [
        (but(neighbors=()), "neighbors", "s042-c1-sw01.example is no longer heard on port 1/1/25"),
        (but(links={**(GOOD.links or {}), "1/1/25": Link(up=False)}), "links", "port 1/1/25 was up and is down"),
        (
            but(links={**(GOOD.links or {}), "1/1/25": Link(up=True, speed_mbps=1000)}),
            "links",
            "port 1/1/25 had 10000 Mbit/s and has 1000",
        ),
        (but(links={**(GOOD.links or {}), "1/1/26": Link(up=False)}), "links", "port 1/1/26 was up and is down"),
        (but(bundled={"1/1/26": False, "1/1/27": True}), "lag", "port 1/1/26 carries nothing for its LAG any more"),
        (but(gateway=False), "gateway", "the gateway answered the switch, and does not any more"),
        (
            but(roots={"MST0": Root(bridge="02:00:00:00:00:ff")}),
            "root",
            "the root of MST0 was 88:3a:30:42:00:01 and is 02:00:00:00:00:ff",
        ),
        (but(roots={}), "root", "there was a spanning-tree root, and there is none any more"),
        (
            but(roots={"MST0": ROOT.model_copy(update={"port": "1/1/9"})}),
            "root",
            "the root of MST0 is reached over port 1/1/9, which is no uplink",
        ),
        (but(power={"1/1/5": Power(delivering=False)}), "power", "port 1/1/5 powered a device and does not any more"),
        (
            but(budgets={"1": Budget(available_w=370)}),
            "power",
            "the power budget of unit 1 was 740 W and is 370 W",
        ),
        (
            but(macs={"1/1/1": 1}),
            "macs",
            "40 addresses were learnt over the uplink 1/1/25, and 0 are now; 44 addresses were learnt, and 1 are now",
        ),
        (
            but(devices={"00:0c:f1:07:00:01": "1/1/1"}),
            "devices",
            "s042-r1-ap01 was seen on port 1/1/5 and is not any more",
        ),
    ],
)  # fmt: skip
def test_a_loss_fails_with_one_sentence(after: Health, name: str, text: str) -> None:
    """What was good and is not any more is named, and nothing else fails."""
    assert lost(after) == {name: text}


@pytest.mark.parametrize(
    "after",
    [
        but(neighbors=(CORE,)),  # a telephone went away
        but(neighbors=(CORE.model_copy(update={"name": "s042-c1-sw99"}),)),  # renamed meanwhile, same chassis
        but(macs={"1/1/1": 1, "1/1/25": 36}),  # addresses age
        but(devices={"20:4c:03:07:00:01": "1/1/5"}),  # a board was switched off
        but(links={**(GOOD.links or {}), "1/1/5": Link(up=False)}),
        but(roots={"MST0": ROOT, "MST1": Root(bridge="02:00:00:00:00:ff")}),
        but(power={"1/1/5": Power(delivering=True), "1/1/6": Power(delivering=True)}),
        but(budgets={}),
    ],
)
def test_what_comes_and_goes_by_itself_is_no_loss(after: Health) -> None:
    """Telephones, boards, addresses, more power: a school goes on while a change is made."""
    assert lost(after) == {}


@pytest.mark.parametrize(
    ("after", "edits"),
    [
        (
            but(
                links={**(GOOD.links or {}), "1/1/25": Link(up=False)},
                neighbors=(),
                macs={"1/1/1": 1, "1/1/2": 1, "1/1/5": 2},
            ),
            [edit("port", "1/1/25", "shutdown", after=True)],
        ),
        (
            but(
                links={**(GOOD.links or {}), "1/1/26": Link(up=False), "1/1/27": Link(up=False)},
                bundled={"1/1/26": False, "1/1/27": False},
            ),
            [edit("port", "lag 1", "shutdown", after=True)],
        ),
        (but(bundled={"1/1/27": True}), [edit("port", "1/1/26", "lag", after=None)]),
        (but(bundled={"1/1/27": True}), [edit("port", "1/1/26", "lag", after="lag 2")]),
        (
            but(links={**(GOOD.links or {}), "1/1/25": Link(up=True, speed_mbps=1000)}),
            [edit("port", "1/1/25", "speed", after="1000-full")],
        ),
        (but(neighbors=()), [edit("lldp", "enabled", after=None)]),
        (but(neighbors=()), [edit("port", "1/1/25", "lldp_receive", after=False)]),
        (but(roots={"MST0": Root(bridge="02:00:00:00:00:ff")}), [edit("stp", "priority", after="4096")]),
        (but(roots={}), [edit("stp", "enabled", after=None)]),
        (
            but(power={"1/1/5": Power(delivering=False)}, devices={"00:0c:f1:07:00:01": "1/1/1"}),
            [edit("port", "1/1/5", "poe", after="off")],
        ),
        (but(power={"1/1/5": Power(delivering=False)}), [edit("port", "1/1/5", "shutdown", after=True)]),
        (but(devices={"00:0c:f1:07:00:01": "1/1/1"}), [edit("port", "1/1/5", "tagged", "40", after=None)]),
    ],
)
def test_what_the_change_takes_away_itself_is_no_loss(after: Health, edits: list[Edit]) -> None:
    """A port shut, power off, a VLAN moved: it was asked for. Masked edits of a stored plan say the same."""
    assert lost(after, replace(BASE, edits=edits)) == {}
    shown = [EditView(path=one.path, before=None, after=one.after) for one in edits]  # type: ignore[arg-type] # no secret
    assert lost(after, replace(BASE, edits=shown)) == {}


def test_a_change_of_power_that_leaves_it_on_must_leave_it_on() -> None:
    """Only `off` explains that a device has no power."""
    edits = [edit("port", "1/1/5", "poe", after="high")]
    assert set(lost(but(power={"1/1/5": Power(delivering=False)}), replace(BASE, edits=edits))) == {"power"}


def test_addresses_of_moved_ports_do_not_count() -> None:
    """Moving a room's ports to another VLAN empties their table for a while."""
    before = but(macs={**{f"1/1/{port}": 1 for port in range(1, 21)}, "1/1/25": 3})
    after = but(macs={"1/1/25": 3})
    assert set(lost(after, before=before)) == {"macs"}
    edits = [edit("port", f"1/1/{port}", "access_vlan", after="60") for port in range(1, 21)]
    assert lost(after, replace(BASE, edits=edits), before) == {}


@pytest.mark.parametrize(
    ("path", "moves"),
    [
        (("port", "1/1/25", "tagged", "30"), {"VLAN0040"}),
        (("port", "lag 1", "tagged", "40"), {"VLAN0030"}),
        (("port", "1/1/25", "tagged", "all"), set()),
        (("port", "1/1/25", "native_vlan"), set()),
        (("port", "1/1/25", "description"), {"VLAN0030", "VLAN0040"}),
        (("port", "1/1/1", "tagged", "30"), {"VLAN0030", "VLAN0040"}),
        (("vlan", "40", "name"), {"VLAN0030"}),
        (("hostname",), {"VLAN0030", "VLAN0040"}),
    ],
)
def test_a_link_that_begins_to_carry_a_vlan_joins_its_trees(path: tuple[str, ...], moves: set[str]) -> None:
    """Per VLAN, a switch is its own root until a link carries the VLAN; other VLANs keep theirs."""
    before = but(roots={"VLAN0030": Root(bridge="own"), "VLAN0040": Root(bridge="own")})
    after = but(roots={"VLAN0030": ROOT, "VLAN0040": ROOT})
    found = lost(after, replace(BASE, edits=[edit(*path, after=True)]), before).get("root", "")
    assert {name for name in ("VLAN0030", "VLAN0040") if name in found} == moves


def test_an_uplink_that_loses_a_vlan_may_lose_addresses_but_not_all() -> None:
    """We talk to the switch over it: its gateway at least is learnt there."""
    moved = replace(BASE, edits=[edit("port", "1/1/25", "tagged", "30", after=None)])
    assert lost(but(macs={"1/1/25": 1}), moved) == {}
    assert set(lost(but(macs={"1/1/1": 1}), moved)) == {"macs"}


def test_addresses_may_move_from_one_uplink_to_the_other() -> None:
    """Spanning tree decides which of two uplinks carries; their sum counts."""
    both = replace(BASE, uplinks=("1/1/25", "lag 1"))
    assert lost(but(macs={"1/1/1": 1, "1/1/2": 1, "1/1/5": 2, "lag 1": 40}), both) == {}
    assert set(lost(but(macs={"1/1/1": 1, "1/1/2": 1, "1/1/5": 2}), both)) == {"macs"}


def test_many_devices_gone_at_once_are_a_loss() -> None:
    """One board may be switched off; most of a corridor is not by chance."""
    macs = [f"00:0c:f1:07:00:{number:02}" for number in range(6)]
    devices = tuple(DeclaredDevice(name=f"dt{n}", port=f"1/1/{n}", mac=mac) for n, mac in enumerate(macs))
    expected = Expected(devices=devices)
    before = Health(macs={}, devices={mac: f"1/1/{n}" for n, mac in enumerate(macs)})
    some = Health(macs={}, devices=dict.fromkeys(macs[:3], "1/1/1"))
    few = Health(macs={}, devices=dict.fromkeys(macs[:1], "1/1/1"))
    assert lost(some, expected, before) == {}
    assert "perhaps switched off" in compare_health(before, some, expected)[-1].text
    found = lost(few, expected, before)["devices"]
    assert found.startswith("dt1 was seen on port 1/1/1 and is not any more; ")
    assert found.endswith("; and 1 more")


def test_what_was_bad_before_is_no_loss() -> None:
    """A change is not blamed for what it found."""
    bad = Health(neighbors=(), links={"1/1/25": Link(up=False)}, bundled={"1/1/26": False}, macs={}, roots={},
                 power={"1/1/5": Power(delivering=False)}, gateway=False)  # fmt: skip
    checks = compare_health(bad, bad, BASE)
    assert failed(checks) == ()
    assert {check.name: check.text for check in checks}["gateway"] == "the gateway did not answer before either"


@pytest.mark.parametrize("pair", [(GOOD, but(**NOTHING)), (but(**NOTHING), GOOD), (Health(), Health())])
def test_what_nobody_knows_fails_nothing(pair: tuple[Health, Health]) -> None:
    """An aspect that a switch does not tell is `not known`, before or after."""
    checks = compare_health(*pair, BASE)
    assert {check.ok for check in checks} == {None}
    assert all(check.text.endswith("not known") for check in checks)


_PORTS = st.sampled_from(["1/1/1", "1/1/25", "1/1/26", "1/1/27", "lag 1"])
_TEXT = st.text(max_size=20)
_HEALTHS = st.builds(
    Health,
    neighbors=st.none() | st.lists(st.builds(Neighbor, port=_PORTS, name=_TEXT, chassis=_TEXT), max_size=4).map(tuple),
    links=st.none() | st.dictionaries(_PORTS, st.builds(Link, up=st.booleans(), speed_mbps=st.integers(1, 10**5))),
    bundled=st.none() | st.dictionaries(_PORTS, st.booleans()),
    macs=st.none() | st.dictionaries(_PORTS, st.integers(0, 500)),
    devices=st.dictionaries(st.sampled_from(["00:0c:f1:07:00:01", "20:4c:03:07:00:01"]), _PORTS),
    roots=st.none() | st.dictionaries(st.sampled_from(["MST0", "CST"]), st.builds(Root, bridge=_TEXT, port=_PORTS)),
    power=st.none() | st.dictionaries(_PORTS, st.builds(Power, delivering=st.booleans())),
    budgets=st.none() | st.dictionaries(st.just("1"), st.builds(Budget, available_w=st.floats(0, 2000))),
    gateway=st.none() | st.booleans(),
)  # fmt: skip
_EDITS = st.lists(
    st.builds(
        Edit,
        st.one_of(
            st.tuples(st.just("port"), _PORTS, st.sampled_from(["shutdown", "poe", "lag", "speed", "access_vlan"])),
            st.tuples(st.sampled_from(["stp", "lldp", "vlan"]), st.sampled_from(["enabled", "30"])),
            st.tuples(st.sampled_from(["gateway", "hostname"])),
        ),
        st.none(),
        st.sampled_from([None, True, "off", "30"]),
    ),
    max_size=4,
)


@given(_HEALTHS, _EDITS)
def test_the_same_health_twice_is_no_loss(health: Health, edits: list[Edit]) -> None:
    """Whatever a switch tells, and whatever the change was."""
    assert failed(compare_health(health, health, replace(BASE, edits=edits))) == ()


@given(_HEALTHS, _HEALTHS, _EDITS)
def test_every_aspect_gets_a_verdict(before: Health, after: Health, edits: list[Edit]) -> None:
    """Any two healths can be compared; a plan that does more never makes a loss out of none."""
    checks = compare_health(before, after, replace(BASE, edits=edits))
    assert len({check.name for check in checks}) == len(checks) == 8
    assert all(check.text for check in checks)


@dataclass
class Clock:
    """Time that passes only when somebody sleeps."""

    seconds: float = 100.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Seconds."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.seconds += seconds


def _settled(readings: list[Health], deadline_s: float, clock: Clock) -> tuple[Check, ...]:
    left = iter(readings)
    return until_healthy(
        lambda: next(left),
        lambda health: compare_health(GOOD, health, BASE),
        deadline_s,
        now=clock.now,
        sleep=clock.sleep,
    )


def test_what_is_good_at_once_costs_no_time() -> None:
    """One reading, no sleep."""
    clock = Clock()
    assert failed(_settled([GOOD], 30, clock)) == ()
    assert clock.slept == []


def test_what_becomes_good_in_time_is_good() -> None:
    """Spanning tree takes its time: readings go on until nothing is lost."""
    clock = Clock()
    assert failed(_settled([but(gateway=False), but(roots={}), GOOD], 30, clock)) == ()
    assert clock.slept == [2.0, 2.0]


def test_what_stays_bad_ends_with_the_last_reading() -> None:
    """The deadline is kept, and the checks of the last reading are what counts."""
    clock = Clock()
    found = _settled([but(gateway=False)] * 3 + [but(roots={})], 5, clock)
    assert {check.name for check in failed(found)} == {"root"}
    assert clock.slept == [2.0, 2.0, 1.0]


def test_a_stopped_clock_ends_the_waiting() -> None:
    """Who stops a run makes the time infinite; then the first reading is the last, from the start or in between."""
    bad = but(gateway=False)
    for times in ([math.inf, math.inf], [0.0, math.inf]):
        clock = iter(times)
        found = until_healthy(
            lambda: bad, lambda health: compare_health(GOOD, health, BASE), 30, now=clock.__next__, sleep=pytest.fail
        )
        assert {check.name for check in failed(found)} == {"gateway"}


def test_without_time_there_is_one_reading() -> None:
    """A deadline of nothing still reads once."""
    assert {check.name for check in failed(_settled([but(gateway=False)], 0, Clock()))} == {"gateway"}
