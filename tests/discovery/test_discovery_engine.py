"""What is seen against what the inventory says, case by case: pure values in, sentences out."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine.discovery import discover
from campusctl.engine.vendors import vendor_of
from campusctl.model.discovery import Found, FoundKind
from campusctl.model.tables import Heard, Learnt, PortNow, Tables
from campusctl.model.whereabouts import Expected, School, Side

PORTS = tuple(str(number) for number in range(1, 9))
CORE, EDGE = "s1-core-sw01", "s1-edge-sw01"
CORE_MAC, EDGE_MAC = "88:3a:30:00:00:01", "88:3a:30:00:00:02"
BOARD, AP, PC, ALIEN = "00:0c:f1:00:00:01", "20:4c:03:00:00:01", "c8:d9:d2:00:00:01", "9c:93:4e:00:00:09"


@dataclass
class Site:
    """A core whose port 8 leads to the edge's port 8; a board and an access point at the edge."""

    learnt: dict[str, list[Learnt]] = field(default_factory=lambda: {CORE: [], EDGE: []})
    heard: dict[str, list[Heard]] = field(default_factory=lambda: {CORE: [], EDGE: []})
    up: dict[str, set[str]] = field(default_factory=lambda: {CORE: {"8"}, EDGE: {"8"}})
    devices: list[Expected] = field(
        default_factory=lambda: [
            Expected("s1-r1-dt01", BOARD, EDGE, "1"),
            Expected("s1-r1-ap01", AP, EDGE, "2", always_on=True),
            Expected("s1-r1-pc01", PC),
        ]
    )
    links: frozenset[str] = frozenset({"8"})

    def at(self, switch: str, port: str, mac: str, vlan: int | None = 60) -> "Site":
        """An address at a port of a switch; the other one sees it on the way there."""
        self.learnt[switch].append(Learnt(mac=mac, port=port, vlan=vlan))
        other = EDGE if switch == CORE else CORE
        if port != "8":
            self.up[switch].add(port)
            self.learnt[other].append(Learnt(mac=mac, port="8", vlan=vlan))
        return self

    def both(self) -> "Site":
        """The two devices of the edge where they belong."""
        return self.at(EDGE, "1", BOARD).at(EDGE, "2", AP, 3)

    @property
    def school(self) -> School:
        """What the inventory says."""

        def side(name: str, mac: str) -> Side:
            return Side(name, mac, self.links, PORTS[2:7], {"2": frozenset({40, 50})}, {port: port for port in PORTS})

        names = frozenset({CORE, EDGE})
        return School(
            tuple(self.devices), {CORE: side(CORE, CORE_MAC), EDGE: side(EDGE, EDGE_MAC)},
            names | {one.device for one in self.devices}, names, frozenset({CORE_MAC, EDGE_MAC}),
        )  # fmt: skip

    @property
    def tables(self) -> dict[str, Tables]:
        """What the switches see."""
        return {
            name: Tables(
                device=name, learnt=tuple(self.learnt[name]), neighbors=tuple(self.heard[name]),
                ports={port: PortNow(up=port in self.up[name]) for port in PORTS},
            )
            for name in (CORE, EDGE)
        }  # fmt: skip

    def found(self) -> list[Found]:
        """What comes of it."""
        return list(discover(self.school, self.tables).found)

    def kinds(self) -> list[tuple[str, str, str]]:
        """Kind, and where."""
        return [(one.kind.value, one.switch, one.port) for one in self.found()]


def test_what_is_in_place_is_no_line() -> None:
    """An uplink is not taken for the place of a device; unused ports without a link are free."""
    found = discover(Site().both().school, Site().both().tables)
    assert (found.found, found.right, found.clients, found.unread) == ((), 2, 0, 0)
    assert found.free == {CORE: ("3", "4", "5", "6", "7"), EDGE: ("3", "4", "5", "6", "7")}


def test_an_unknown_device_is_told_with_its_maker() -> None:
    """At a used port and at an unused one."""
    site = Site().both().at(EDGE, "1", ALIEN).at(CORE, "3", "02:00:00:00:00:07")
    first, second = site.found()
    unknown = "a device the inventory does not know"
    at = "is at port 3 of s1-core-sw01, which shall be unused"
    assert first.text == f"{unknown} (made-up address, 02:00:00:00:00:07) {at}"
    several = "2 addresses are seen there: a small switch, a telephone or virtual machines"
    assert second.text == f"{unknown} ({vendor_of(ALIEN)}, {ALIEN}) is at port 1 of s1-edge-sw01; {several}"
    assert first.differs
    assert second.differs


def test_a_device_at_another_port_is_told_with_both() -> None:
    """The port that it left is not free, as it is not unused."""
    site = Site().at(CORE, "4", BOARD).at(EDGE, "2", AP, 3)
    (found,) = site.found()
    assert found.text == "s1-r1-dt01 is at port 4 of s1-core-sw01, the inventory says 1 of s1-edge-sw01"
    assert (found.kind, found.expected_port, found.vlan) == (FoundKind.WRONG_PORT, "1", 60)


def test_a_device_without_a_port_in_the_inventory_may_be_anywhere() -> None:
    """It has no wrong port."""
    assert Site().both().at(EDGE, "5", PC).kinds() == []


def test_a_device_that_is_off_is_no_difference_and_an_access_point_is() -> None:
    """What takes its power from the port is never off."""
    assert [(one.device, one.differs, one.switch) for one in Site().found()] == [
        ("s1-r1-dt01", False, ""), ("s1-r1-ap01", True, ""),
    ]  # fmt: skip
    site = Site()
    site.up[EDGE].add("1")
    assert "its port has a link, and nothing speaks there" in site.found()[0].text


def test_another_device_at_the_port_of_a_missing_one() -> None:
    """The successor that nobody told the inventory of."""
    site = Site().at(EDGE, "2", AP, 3).at(EDGE, "1", ALIEN)
    assert site.kinds() == [("unknown", EDGE, "1"), ("replaced", EDGE, "1")]
    assert f"another device ({ALIEN}) is at its port 1 of s1-edge-sw01" in site.found()[1].text


def test_one_address_at_two_ports() -> None:
    """Two devices, or one that was moved just now; both places are named."""
    site = Site().both()
    site.learnt[CORE].append(Learnt(mac=BOARD, port="3", vlan=60))
    (found,) = site.found()
    assert found.kind is FoundKind.TWICE
    assert "is seen at port 3 of s1-core-sw01 and port 1 of s1-edge-sw01" in found.text


def test_clients_of_an_access_point_are_counted_and_not_listed() -> None:
    """Their addresses are nobody's business; a device of ours among them is still found."""
    site = Site().both().at(EDGE, "2", ALIEN, 40).at(EDGE, "2", "02:11:22:33:44:55", 50)
    found = discover(site.school, site.tables)
    assert (found.found, found.clients) == ((), 2)
    assert ALIEN not in str(found)


def test_an_address_without_a_vlan_at_an_access_point_is_not_listed() -> None:
    """The switch does not say whose it is, so it may be somebody's own."""
    site = Site().both().at(EDGE, "2", ALIEN, None)
    found = discover(site.school, site.tables)
    assert (found.found, found.clients) == ((), 1)


def test_an_access_point_that_calls_itself_otherwise_is_no_stranger() -> None:
    """It names itself by its other address, under the name it had in its box; a telephone at its port is one."""
    site = Site().both()
    site.heard[EDGE] += [
        Heard(port="2", name="instant", chassis=f"{AP[:-2]}f0", capabilities=("bridge", "wlan-ap")),
        Heard(port="2", name="SIP", chassis="00:04:f2:00:00:01", capabilities=("telephone",)),
    ]
    assert [one.says for one in site.found()] == ["SIP"]


def test_a_telephone_that_names_itself_by_its_network_address_is_told_once() -> None:
    """Its port says its MAC address; the PC behind it stays where it is."""
    site = Site().both().at(EDGE, "1", "00:04:f2:00:00:01", 30)
    site.heard[EDGE].append(
        Heard(port="1", name="SIP", chassis="10.1.30.7", remote_port="0004F2000001:P1", capabilities=("telephone",))
    )
    assert [(one.kind, one.port) for one in site.found()] == [(FoundKind.STRANGER, "1")]


@pytest.mark.parametrize("how", ["lldp", "address", "devices"])
def test_a_link_that_the_inventory_does_not_know_is_no_place(how: str) -> None:
    """It is recognised by LLDP, by the other switch's own address, or by devices that stand behind it."""
    site = Site(links=frozenset()).both()
    if how == "lldp":
        site.heard[CORE].append(Heard(port="8", name=f"{EDGE}.schulen.example", capabilities=("bridge",)))
        site.heard[EDGE].append(Heard(port="8", chassis=CORE_MAC, capabilities=("bridge",)))
    elif how == "address":
        site.learnt[CORE].append(Learnt(mac=EDGE_MAC, port="8", vlan=3))
        site.learnt[EDGE].append(Learnt(mac=CORE_MAC, port="8", vlan=3))
    assert site.kinds() == []


def test_strangers_by_lldp_are_named_by_what_they_do() -> None:
    """A telephone, a switch; our own access point and what only answers are none."""
    site = Site().both()
    site.heard[EDGE] += [
        Heard(port="3", name="SIP-T42", chassis="00:04:f2:00:00:01", description="Yealink",
              capabilities=("bridge", "telephone")),
        Heard(port="4", name="netgear", chassis="9c:93:4e:00:00:01", capabilities=("bridge",)),
        Heard(port="2", name="s1-r1-ap01", chassis=AP, capabilities=("bridge", "wlan-ap")),
        Heard(port="5", name="somebody", chassis="00:00:00:00:00:05", capabilities=("station",)),
    ]  # fmt: skip
    found = site.found()
    assert [(one.text, one.says) for one in found] == [
        ("a telephone the inventory does not know that calls itself SIP-T42 is at port 3 of s1-edge-sw01",
         "SIP-T42, Yealink"),
        ("a switch the inventory does not know that calls itself netgear is at port 4 of s1-edge-sw01", "netgear"),
    ]  # fmt: skip


def test_a_stranger_is_not_told_twice() -> None:
    """Its address was learnt as well."""
    site = Site().both().at(EDGE, "3", "00:04:f2:00:00:01", 30)
    site.heard[EDGE].append(Heard(port="3", name="SIP", chassis="00:04:f2:00:00:01", capabilities=("telephone",)))
    assert [(one.kind, one.vlan) for one in site.found()] == [(FoundKind.STRANGER, 30)]


def test_a_link_at_an_unused_port_that_says_nothing() -> None:
    """Something is plugged in there."""
    site = Site().both()
    site.up[EDGE].add("6")
    (found,) = site.found()
    assert (found.kind, found.port) == (FoundKind.SILENT, "6")


def test_a_switch_that_was_not_read_hides_its_own_devices_only() -> None:
    """Nothing is said of them, also when the core sees them on the way there."""
    site = Site().both().at(CORE, "3", ALIEN)
    found = discover(site.school, {CORE: site.tables[CORE]})
    assert [(one.kind, one.port) for one in found.found] == [(FoundKind.UNKNOWN, "3")]
    assert (found.right, found.unread) == (0, 2)


def test_tables_that_a_switch_does_not_tell_are_no_empty_ones() -> None:
    """Whoever does not tell its addresses says nothing of its devices."""
    site = Site()
    silent = site.tables[EDGE].model_copy(update={"learnt": None})
    found = discover(site.school, {CORE: site.tables[CORE], EDGE: silent})
    assert (found.found, found.unread) == ((), 2)


_ROWS = st.lists(
    st.builds(
        Learnt,
        mac=st.sampled_from([BOARD, AP, PC, ALIEN, CORE_MAC, EDGE_MAC, "02:00:00:00:00:07"]),
        port=st.sampled_from([*PORTS, "Trk1", "?"]),
        vlan=st.sampled_from([None, 3, 40, 60]),
    ),
    max_size=12,
)
_NEIGHBOURS = st.lists(
    st.builds(
        Heard,
        port=st.sampled_from(PORTS),
        name=st.sampled_from(["", CORE, EDGE, "s1-r1-ap01", "x"]),
        chassis=st.sampled_from(["", CORE_MAC, AP, ALIEN, "no mac"]),
        capabilities=st.sampled_from([(), ("bridge",), ("telephone",)]),
    ),
    max_size=5,
)


@given(_ROWS, _ROWS, _NEIGHBOURS, _NEIGHBOURS)
def test_no_table_makes_it_raise_or_contradict_itself(
    core: list[Learnt], edge: list[Learnt], near: list[Heard], far: list[Heard]
) -> None:
    """A device is not both in place and missing, and nothing unknown is called one of ours."""
    site = Site(learnt={CORE: core, EDGE: edge}, heard={CORE: near, EDGE: far})
    found = discover(site.school, site.tables)
    missing = {one.device for one in found.found if one.kind in (FoundKind.NOT_SEEN, FoundKind.REPLACED)}
    placed = {one.device for one in found.found if one.kind in (FoundKind.WRONG_PORT, FoundKind.TWICE)}
    assert not missing & placed
    assert found.right + len(missing) <= len(site.devices)
    assert all(one.mac not in (BOARD, AP, PC) for one in found.found if one.kind is FoundKind.UNKNOWN)


@pytest.mark.parametrize(
    ("mac", "maker"),
    [
        ("00:00:0c:12:34:56", "Cisco Systems"),
        ("02:00:00:00:00:07", "made-up address"),
        ("fc:ff:ff:00:00:01", "unknown maker fc:ff:ff"),
    ],
)
def test_makers(mac: str, maker: str) -> None:
    """By the first half of the address, or what can be said without."""
    assert vendor_of(mac).startswith(maker)
