"""The made-up city before it is written: sizes, names, cables."""

from collections import Counter

import pytest

from campusctl.lab.city_plan import KINDS, Model, School, Switch, make_schools

MODELS = [
    Model("chassis", tuple(f"{slot}{n}" for slot in "ABCDE" for n in range(1, 25))),
    Model("cx-24", tuple(str(n) for n in range(1, 29))),
    Model("ios-24", tuple(str(n) for n in range(1, 29))),
    Model("cx-48", tuple(str(n) for n in range(1, 53))),
    Model("hp-48", tuple(str(n) for n in range(1, 53))),
]


@pytest.fixture(scope="module")
def city() -> list[School]:
    """155 schools."""
    return list(make_schools(155, 1, MODELS))


def used(switch: Switch) -> list[str]:
    """Every port in use, with repetitions if there are any."""
    ports = list(switch.uplink) + [port for _, ports in switch.downlinks for port in ports]
    return ports + list(switch.model.ports[: len(switch.things) + switch.offices + 2 * (switch.above is None)])


def test_city_has_the_size_of_a_real_one(city: list[School]) -> None:
    """About 910 switches and 24,000 devices, as the estimate for 155 schools says."""
    switches = sum(len(school.switches) for school in city)
    devices = switches + sum(1 for school in city for _ in school.things)
    assert 880 <= switches <= 1000
    assert 23_000 <= devices <= 25_000
    assert Counter(school.kind.type for school in city) == {kind.type: kind.share for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_school_has_about_what_its_type_has(city: list[School], kind: object) -> None:
    """The mean of each class lies within a tenth and rounding."""
    schools = [school for school in city if school.kind is kind]
    counts = Counter(thing.name[-4:-2] for school in schools for thing in school.things)
    for wanted, found in ((kind.aps, counts["ap"]), (kind.pcs, counts["pc"]), (kind.printers, counts["pr"])):
        assert abs(found / len(schools) - wanted) <= 0.1 * wanted + 0.5
    assert abs((counts["dt"] + counts["bm"]) / len(schools) - kind.displays) <= 0.1 * kind.displays + 0.5


def test_no_port_is_used_twice(city: list[School]) -> None:
    """Links sit at the end of a switch, devices at its beginning, and they do not meet."""
    for school in city:
        for switch in school.switches:
            ports = used(switch)
            assert len(set(ports)) == len(ports), switch.name
            assert set(ports) <= set(switch.model.ports), switch.name


def test_links_have_two_ends_of_the_same_width(city: list[School]) -> None:
    """What is an uplink here is a downlink there, and every site has one core."""
    for school in city:
        for switch in school.switches:
            if switch.above:
                assert [len(ports) for name, ports in switch.above.downlinks if name == switch.name] == [
                    len(switch.uplink)
                ]
        sites = {building.site for building in school.buildings}
        assert len([switch for switch in school.switches if switch.above is None]) == len(sites)


def test_names_and_addresses_are_unique_and_short(city: list[School]) -> None:
    """15 characters, one name and one address each, in the address space of the site."""
    names = [found.name for school in city for found in (*school.switches, *school.things)]
    addresses = [found.address for school in city for found in (*school.switches, *school.things) if found.address]
    assert max(map(len, names)) <= 15
    assert len(set(names)) == len(names)
    assert len(set(addresses)) == len(addresses)
    assert all(0 < int(part) < 255 for address in addresses for part in (address.split(".")[1], address.split(".")[3]))


def test_sites_are_unique(city: list[School]) -> None:
    """170 sites for 155 schools, none of them two schools'."""
    sites = [site for school in city for site in {building.site for building in school.buildings}]
    assert len(set(sites)) == len(sites) == 170


def test_same_seed_same_city() -> None:
    """And another one for another seed."""
    first, again, other = (repr(list(make_schools(9, seed, MODELS))) for seed in (7, 7, 8))
    assert first == again != other


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50, 232])
def test_smaller_and_larger_cities(count: int) -> None:
    """Any number of schools gets its types in proportion and a name of its own."""
    found = list(make_schools(count, 3, MODELS))
    assert len(found) == count
    assert len({school.title for school in found}) == count
    assert max(building.site for school in found for building in school.buildings) <= 254
