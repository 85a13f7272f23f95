"""Whether cables are where the inventory says: neighbours in, sentences out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.engine.cabling import mismatches, same_switch, unseen
from campusctl.inventory.cabling import declared_devices, expected_cables
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.model.health import Cable, Neighbor

ME = "s042-a1-sw01"
KNOWN = (ME, "s042-c1-sw01", "s042-a1-sw02", "s042-b1-sw01")
UP = Cable(port="1/1/27", peer="s042-c1-sw01", peer_ports=("A1",), peer_dialect="hp_procurve")
CISCO = Cable(port="1/1/28", peer="s042-a1-sw02", peer_ports=("GigabitEthernet1/0/25",), peer_dialect="cisco_ios")
LAG = tuple(
    Cable(port=port, lag="lag 1", peer="s042-b1-sw01", peer_ports=("1/1/49", "1/1/50"), peer_dialect="aruba_aoscx")
    for port in ("1/1/25", "1/1/26")
)
HERE = (UP, CISCO, *LAG)


def at(port: str, name: str, remote: str = "", description: str = "") -> Neighbor:
    """A neighbour."""
    return Neighbor(port=port, name=name, remote_port=remote, remote_description=description)


RIGHT = (
    at("1/1/27", "s042-c1-sw01.schulen.example", "1", "A1"),
    at("1/1/28", "S042-A1-SW02", "Gi1/0/25"),
    at("1/1/25", "s042-b1-sw01", "1/1/50"),
    at("1/1/26", "s042-b1-sw01", "1/1/49"),
)


def wrong(*seen: Neighbor) -> list[str]:
    """The sentences."""
    return [one.text for one in mismatches(ME, HERE, seen, KNOWN, canonical_port)]


def instead(port: str, *others: Neighbor) -> tuple[Neighbor, ...]:
    """The right neighbours, but for those of one port."""
    return (*(one for one in RIGHT if one.port != port), *others)


def test_right_cables_say_nothing() -> None:
    """Domain, case, short port names, port numbers of ArubaOS-Switch, LAG members crossed over: all the same."""
    assert wrong(*RIGHT) == []
    assert unseen(HERE, RIGHT) == ()


@pytest.mark.parametrize(
    ("seen", "texts"),
    [
        (
            instead("1/1/27", at("1/1/27", "s042-b1-sw01", "1/1/5")),
            ["port 1/1/27 leads to s042-b1-sw01 (its 1/1/5), the inventory says s042-c1-sw01 there"],
        ),
        (
            instead("1/1/27", at("1/1/1", "s042-c1-sw01", "1")),
            ["s042-c1-sw01 is on port 1/1/1, the inventory says 1/1/27"],
        ),
        (
            (*RIGHT, at("1/1/1", "s042-c1-sw01", "2")),
            ["s042-c1-sw01 is also on port 1/1/1 (its 2), where the inventory has no link"],
        ),
        (
            instead("1/1/28", at("1/1/28", "s042-a1-sw02", "Gi1/0/26")),
            ["port 1/1/28 leads to s042-a1-sw02, its Gi1/0/26; the inventory says its GigabitEthernet1/0/25"],
        ),
        (
            instead("1/1/25", at("1/1/25", "s042-a1-sw02", "Gi1/0/1")),
            ["port 1/1/25 leads to s042-a1-sw02 (its Gi1/0/1), the inventory says s042-b1-sw01 there"],
        ),
        (
            instead("1/1/26", at("1/1/26", "s042-b1-sw01", "1/1/7")),
            ["port 1/1/26 leads to s042-b1-sw01, its 1/1/7; the inventory says its 1/1/49 or 1/1/50"],
        ),
        (
            (*RIGHT, at("1/1/3", ME, "1/1/4"), at("1/1/4", ME, "1/1/3")),
            [
                "port 1/1/3 leads back to this switch itself (its 1/1/4)",
                "port 1/1/4 leads back to this switch itself (its 1/1/3)",
            ],
        ),
        (
            instead("1/1/27", at("1/1/27", ME, "1/1/9")),
            ["port 1/1/27 leads to this switch itself (its 1/1/9), the inventory says s042-c1-sw01 there"],
        ),
        (
            instead("1/1/28", at("1/1/28", "hub-7", "g5")),
            ["port 1/1/28 leads to hub-7 (its g5), the inventory says s042-a1-sw02 there"],
        ),
    ],
)
def test_a_wrong_cable_is_named(seen: tuple[Neighbor, ...], texts: list[str]) -> None:
    """One sentence a cable, with both ends."""
    assert wrong(*seen) == texts


def test_two_cables_swapped_are_two_sentences() -> None:
    """Each port says what is there."""
    seen = (
        *RIGHT[2:],
        at("1/1/27", "s042-a1-sw02", "Gi1/0/25"),
        at("1/1/28", "s042-c1-sw01", "1"),
    )
    assert wrong(*seen) == [
        "port 1/1/27 leads to s042-a1-sw02 (its Gi1/0/25), the inventory says s042-c1-sw01 there",
        "port 1/1/28 leads to s042-c1-sw01 (its 1), the inventory says s042-a1-sw02 there",
    ]


@pytest.mark.parametrize(
    "seen",
    [
        (),
        RIGHT[1:],
        (*RIGHT, at("1/1/1", "s042-r1-ap01", "20:4c:03:07:00:01"), at("1/1/2", "SEP0004F2AA0001", "port 1")),
        (*RIGHT, at("1/1/3", "fritz.box", "lan1"), at("1/1/4", "")),
        (*RIGHT, at("1/1/5", "s099-c1-sw01", "1")),
        instead("1/1/27", at("1/1/27", "s042-c1-sw01", "88:3a:30:42:00:01")),
        instead("1/1/27", at("1/1/27", "s042-c1-sw01", "17")),
        instead("1/1/28", at("1/1/28", "s042-a1-sw02", "10125")),
        instead("1/1/28", at("1/1/28", "s042-a1-sw02", "GigabitEthernet1/0…")),
        instead("1/1/28", at("1/1/28", "s042-a1-sw02", "GigabitEthernet...")),
        instead("1/1/28", at("1/1/28", "s042-a1-sw02", "0c:d9:96:d2:40:19")),
        instead("1/1/28", at("1/1/28", "", "Gi1/0/25")),
        instead("1/1/28", at("1/1/28", "Switch", "Gi1/0/25")),
        instead("1/1/28", at("1/1/28", "s042-a1-sw02", "Gi1/0/25"), at("1/1/28", "telefon", "1")),
        instead("1/1/28", at("1/1/28", "telefon", "1"), at("1/1/28", "s042-a1-sw02", "Gi1/0/25")),
    ],
)
def test_what_is_absent_foreign_or_not_comparable_is_no_mismatch(seen: tuple[Neighbor, ...]) -> None:
    """LLDP off, access points, telephones, a router, interface numbers, MAC addresses, a switch without a name yet."""
    assert wrong(*seen) == []


def test_a_link_to_nobody_in_particular_takes_any_switch() -> None:
    """Where the inventory says `uplink` and no name, any switch may be, or none."""
    free = (*HERE, Cable(port="1/1/52", peer=""))
    seen = (*RIGHT[1:], at("1/1/52", "s042-c1-sw01", "2"))
    assert [one.text for one in mismatches(ME, free, (*RIGHT, seen[-1]), KNOWN, canonical_port)] == []
    assert unseen(free[-1:], RIGHT) == ()


def test_what_was_not_checked_is_a_note() -> None:
    """A cable whose other end says nothing, and a switch that tells nothing at all."""
    assert unseen(HERE, RIGHT[1:]) == ("nothing is heard of s042-c1-sw01 on port 1/1/27: the cable was not checked",)
    assert unseen(HERE, None) == ("the switch does not tell its LLDP neighbours: its cables were not checked",)
    assert unseen((), None) == ()


def test_a_number_is_compared_where_ports_are_numbers() -> None:
    """A 2930F calls its ports 1 to 28, and LLDP says the same."""
    cable = Cable(port="1/1/27", peer="s042-c1-sw01", peer_ports=("25",), peer_dialect="hp_procurve")

    def found(remote: str) -> int:
        return len(mismatches(ME, (cable,), [at("1/1/27", "s042-c1-sw01", remote)], KNOWN, canonical_port))

    assert (found("25"), found("26")) == (0, 1)


@pytest.mark.parametrize(
    ("seen", "name", "same"),
    [
        ("s042-c1-sw01", "s042-c1-sw01", True),
        ("S042-C1-SW01.schulen.example", "s042-c1-sw01", True),
        ("s042-c1-sw02", "s042-c1-sw01", False),
        ("s042-c1-sw0", "s042-c1-sw01", False),
        ("", "s042-c1-sw01", False),
        (".", "s042-c1-sw01", False),
        ("s042-c1-s...", "s042-c1-sw01", True),
        ("s042-hauptgebaeude-s", "s042-hauptgebaeude-sw01", True),
        ("s042-hauptgebaeude-sw02", "s042-hauptgebaeude-sw01", False),
        ("s042-c1-sw01.schul..", "s042-c1-sw01", True),
    ],
)
def test_names_compare_without_domain_case_and_what_a_table_cut(seen: str, name: str, same: bool) -> None:  # noqa: FBT001 - a table of cases
    """A name that a table cut is the name; another name never is."""
    assert same_switch(seen, name) is same


_NEIGHBORS = st.lists(
    st.builds(
        at,
        st.sampled_from(["1/1/1", "1/1/25", "1/1/26", "1/1/27", "1/1/28"]),
        st.sampled_from([*KNOWN, "telefon", "", "S042-C1-SW01.x", "s042..."]) | st.text(max_size=30),
        st.sampled_from(["1", "Gi1/0/25", "1/1/49", "A1", ""]) | st.text(max_size=20),
    ),
    max_size=8,
)


@given(_NEIGHBORS)
def test_any_neighbours_give_sentences(seen: list[Neighbor]) -> None:
    """Never an exception; no sentence twice; without the inventory's switches nothing is wrong anywhere else."""
    texts = wrong(*seen)
    assert len(set(texts)) == len(texts)
    foreign = [one for one in seen if one.port == "1/1/1" and not any(same_switch(one.name, name) for name in KNOWN)]
    assert wrong(*foreign) == []


def test_the_inventory_knows_its_cables(musterstadt: Path) -> None:
    """Each link is seen from both ends, and a LAG is as many cables as it has members."""
    city = load_city(musterstadt, None)
    for school in city.schools.values():
        cables = {name: expected_cables(city, school, name) for name in school.switches}
        ends = {(name, cable.port, cable.peer) for name, found in cables.items() for cable in found}
        for name, found in cables.items():
            for cable in found:
                assert any((cable.peer, port, name) in ends for port in cable.peer_ports)
                assert cable.peer_dialect == city.profiles[school.devices[cable.peer].profile or ""].dialect
    core = expected_cables(city, city.school("schule-007"), "s007-v1-sw01")
    assert [(cable.port, cable.peer, cable.peer_ports) for cable in core] == [
        ("25", "s007-v2-sw01", ("25",)),
        ("26", "s007-ogs-sw01", ("GigabitEthernet1/0/25",)),
    ]


def test_a_lag_is_as_many_cables_as_it_has_members(musterstadt: Path) -> None:
    """Members carry the LAG's name, and lead to any member of the LAG at the other end."""
    city = load_city(musterstadt, None)
    found = [
        cable
        for school in city.schools.values()
        for name in school.switches
        for cable in expected_cables(city, school, name)
        if cable.lag
    ]
    assert found
    assert all(len(cable.peer_ports) > 1 and cable.port != cable.lag for cable in found)


def test_a_port_that_is_a_link_by_its_role_alone_is_a_cable(musterstadt: Path) -> None:
    """The inventory may say that a port leads to some switch, and not to which."""
    devices = musterstadt / "inventory" / "schools" / "schule-007" / "devices.yml"
    devices.write_text(devices.read_text().replace("      24: router\n", "      23: downlink\n      24: router\n", 1))
    city = load_city(musterstadt, ["schule-007"])
    found = expected_cables(city, city.school("schule-007"), "s007-v1-sw01")
    assert [(cable.port, cable.peer) for cable in found] == [
        ("25", "s007-v2-sw01"),
        ("26", "s007-ogs-sw01"),
        ("23", ""),
    ]


def test_end_devices_are_looked_for_by_their_address(musterstadt: Path) -> None:
    """Devices with a MAC address at the switch's ports; what the port powers is always on."""
    city = load_city(musterstadt, ["schule-007"])
    found = declared_devices(city, switch_intent(city, "schule-007", "s007-v1-sw01"))
    assert [(one.name, one.port, one.mac, one.always_on) for one in found] == [
        ("s007-r1-dt01", "7", "00:0c:f1:07:00:01", False),
        ("s007-r2-dt01", "8", "00:0c:f1:07:00:02", False),
        ("s007-r1-ap01", "9", "20:4c:03:07:00:01", True),
        ("s007-ogs-ap01", "10", "20:4c:03:07:00:03", True),
    ]
