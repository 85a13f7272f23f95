"""From the files to what a switch shall be."""
# ruff: noqa: E501 - a row of a table is one line

from pathlib import Path

import pytest

from campusctl.errors import UnknownNameError
from campusctl.inventory import topology
from campusctl.inventory.city import City
from campusctl.inventory.explain import explain, resolve
from campusctl.inventory.lines import line_of
from campusctl.inventory.load import inventory_digest, load_city, load_for
from campusctl.inventory.resolve import switch_intent
from campusctl.model.intent import PortIntent, SwitchIntent, UserIntent, VlanIntent

SWITCHES = "inventory/schools/schule-042/devices.yml"


@pytest.fixture
def city(musterstadt: Path) -> City:
    """The example city."""
    return load_city(musterstadt)


def intent(city: City, name: str) -> SwitchIntent:
    """A switch of the example city."""
    return switch_intent(city, city.school_of(name).id, name)


def port(switch: SwitchIntent, name: str) -> PortIntent:
    """A port or LAG by its canonical name."""
    return next(item for item in (*switch.lags, *switch.ports) if item.name == name)


def rewrite(root: Path, file: str, old: str, new: str) -> City:
    """The city after a change of one file."""
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    return load_city(root)


def test_the_layers_make_a_switch(city: City) -> None:
    """Everything but the ports of one access switch, value by value."""
    switch = intent(city, "s042-a2-sw01")
    assert switch.model_dump(exclude={"ports"}) == SwitchIntent(
        name="s042-a2-sw01",
        school="schule-042",
        dialect="cisco_ios",
        model="C9200L-48P-4X",
        location="schule-042/A/1/A2",
        domain="schulen.musterstadt.example",
        timezone="Europe/Berlin",
        management_vlan=3,
        address="10.42.3.13/24",
        gateway="10.42.3.1",
        uplinks=("TenGigabitEthernet1/1/1",),
        vlans=tuple(
            VlanIntent(id=number, name=name)
            for number, name in {
                3: "MGMT",
                20: "LEHRER",
                30: "SCHUELER",
                40: "WLAN-LEHRER",
                50: "WLAN-SCHUELER",
                60: "MEDIEN",
                70: "DRUCKER",
                80: "GAST",
                999: "QUARANTAENE",
            }.items()
        ),
        ports=(),
        ntp=("10.255.0.11", "10.255.0.12"),
        dns=("10.255.0.53", "10.255.1.53"),
        syslog=("10.255.0.14",),
        snmp={
            "communities": (("snmp/ro", "ro"),),
            "contact": "netz@musterstadt.example",
            "location": "schule-042/A/1/A2",
            "hosts": ("10.255.0.15",),
        },
        users=(UserIntent(name="campus", secret="switch/login"),),
        login_user="campus",
        stp_mode="rapid-pvst",
        banner="Stadt Musterstadt - Schulnetz\nZugriff nur fuer Befugte. Zugriffe werden protokolliert.\n",
        extra=("archive", " path flash:campusctl"),
    ).model_dump(exclude={"ports"})


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ("s042-a2-sw01", PortIntent(name="GigabitEthernet1/0/1", role="pc", vlan=30, poe=False, stp_edge=True, bpduguard=True)),
        ("s042-a2-sw01", PortIntent(name="GigabitEthernet1/0/6", role="board", vlan=60, poe=False, stp_edge=True, bpduguard=True, description="s042-r101-dt01", peer="s042-r101-dt01")),
        ("s042-a2-sw01", PortIntent(name="GigabitEthernet1/0/7", role="board", vlan=60, poe=True, stp_edge=True, bpduguard=True, description="s042-r102-dt01", peer="s042-r102-dt01")),
        ("s042-a2-sw01", PortIntent(name="GigabitEthernet1/0/32", role="teacher", vlan=20, poe=False, stp_edge=True, bpduguard=True, description="s042-r110-pc01", peer="s042-r110-pc01")),
        ("s042-a2-sw01", PortIntent(name="GigabitEthernet1/0/40", role="ap", mode="trunk", vlan=3, tagged=(40, 50, 80), poe=True, stp_edge=True, description="s042-r101-ap01", peer="s042-r101-ap01")),
        ("s042-a2-sw01", PortIntent(name="GigabitEthernet1/0/48", role="unused", vlan=999, poe=False, stp_edge=True, bpduguard=True, shutdown=True)),
        ("s042-a2-sw01", PortIntent(name="TenGigabitEthernet1/1/1", role="uplink", mode="trunk", vlan=1, tagged=(3, 20, 30, 40, 50, 60, 70, 80, 999), description="uplink s042-a1-sw02", peer="s042-a1-sw02")),
        ("s042-a1-sw02", PortIntent(name="F2", role="downlink", mode="trunk", vlan=1, tagged=(3, 20, 30, 40, 50, 60, 70, 80, 999), description="s042-a2-sw01", peer="s042-a2-sw01")),
        ("s042-a1-sw02", PortIntent(name="A22", role="pc", vlan=30, poe=False, stp_edge=True, bpduguard=True)),
        ("s042-r201-sw01", PortIntent(name="30", role="pc-room", vlan=101, stp_edge=True, bpduguard=True)),
        ("s042-b1-sw01", PortIntent(name="lag 1", role="uplink", mode="trunk", vlan=1, tagged=(3, 30, 40, 50, 60, 70, 80, 999), description="uplink s042-a1-sw01", peer="s042-a1-sw01")),
        ("s042-b1-sw01", PortIntent(name="1/1/27", role="uplink", lag="lag 1", description="uplink s042-a1-sw01", peer="s042-a1-sw01")),
        ("s042-c1-sw01", PortIntent(name="12", role="verwaltung", vlan=200, poe=False, stp_edge=True, bpduguard=True, description="Sekretariat")),
        ("s101-r111-sw01", PortIntent(name="GigabitEthernet2/0/5", role="pc-room", vlan=102, poe=False, stp_edge=True, bpduguard=True)),
        ("s101-r111-sw01", PortIntent(name="TenGigabitEthernet2/1/1", role="uplink", lag="Port-channel1", description="uplink s101-a1-sw01", peer="s101-a1-sw01")),
        ("s101-cnc-sw01", PortIntent(name="GigabitEthernet1/0/1", role="building", vlan=10, poe=True, stp_edge=True, bpduguard=True)),
    ],
    ids=lambda value: value.name if isinstance(value, PortIntent) else value,
)  # fmt: skip
def test_a_role_makes_a_port(city: City, switch: str, expected: PortIntent) -> None:
    """Role, room, device, exception and topology, each where it has a say."""
    assert port(intent(city, switch), expected.name) == expected


def test_every_port_of_the_model_is_there_in_its_order(city: City) -> None:
    """A chassis has the ports of its filled slots, a stack those of each member."""
    assert [item.name for item in intent(city, "s101-w1-sw01").ports] == [
        *(f"A{number}" for number in range(1, 25)),
        *(f"F{number}" for number in range(1, 9)),
    ]
    assert [item.name for item in intent(city, "s101-r111-sw01").ports[47:54]] == [
        "GigabitEthernet1/0/48",
        *(f"TenGigabitEthernet1/1/{number}" for number in range(1, 5)),
        "GigabitEthernet2/0/1",
        "GigabitEthernet2/0/2",
    ]


def test_a_switch_has_the_vlans_that_its_ports_and_those_behind_it_need(city: City) -> None:
    """The office's VLAN is on the way from the core to the one port that has it, and nowhere else."""
    having = [name for name in city.schools["schule-042"].switches if 200 in [v.id for v in intent(city, name).vlans]]
    assert having == ["s042-a1-sw01", "s042-c1-sw01"]


def test_an_extra_vlan_reaches_the_core(musterstadt: Path) -> None:
    """What a layer asks for is carried on every link up to the core."""
    city = rewrite(
        musterstadt, SWITCHES, "settings:\n      legacy", "settings:\n      extra_vlans: [120]\n      legacy"
    )
    for name in ("s042-a2-sw02", "s042-a1-sw02", "s042-a1-sw01"):
        assert VlanIntent(id=120, name="PC-RAUM-120") in intent(city, name).vlans
    assert 120 in port(intent(city, "s042-a1-sw01"), "1/1/28").tagged
    assert 120 not in port(intent(city, "s042-a1-sw01"), "1/1/27").tagged


def test_an_other_site_of_a_school_has_its_own_addresses(city: City) -> None:
    """A building with its own `site`."""
    branch = intent(city, "s101-d1-sw01")
    assert (branch.address, branch.gateway, branch.uplinks) == ("10.171.3.11/24", "10.171.3.1", ())


def test_a_range_does_not_hide_the_other_end_of_a_link(musterstadt: Path) -> None:
    """`to:` names a port that a range of sockets holds: it is a link."""
    city = rewrite(musterstadt, SWITCHES, "A1-A22: pc", "A1-A22: pc\n      F2-F8: pc")
    assert port(intent(city, "s042-a1-sw02"), "F2").role == "downlink"
    assert port(intent(city, "s042-a1-sw02"), "F5").role == "pc"


def test_the_core_comes_first(city: City) -> None:
    """Order and distance follow the uplinks."""
    school = city.schools["schule-042"]
    order = topology.order(city, school)
    assert order[0] == "s042-a1-sw01"
    assert all(
        order.index(link.parent) < order.index(link.child)
        for links in topology.uplinks(city, school).values()
        for link in links
    )
    distance = topology.distance(city, school)
    assert (distance["s042-a1-sw01"], distance["s042-b1-sw01"], distance["s042-b2-sw01"]) == (0, 1, 2)
    assert topology.uplinks(city, school)["s042-b1-sw01"] == (
        topology.Link("s042-b1-sw01", "lag 1", "s042-a1-sw01", "lag 1"),
    )


def test_explain_names_every_layer(musterstadt: Path, city: City) -> None:
    """The city, the profile, the device: the last one wins."""
    (found,) = explain(city, resolve(city, "s042-a1-sw01"), "stp.priority")
    assert found.value == 4096
    assert [(said.label, said.file, said.place) for said in found.said] == [
        ("device s042-a1-sw01", SWITCHES, ("devices", "s042-a1-sw01", "settings", "stp", "priority")),
    ]
    (found,) = explain(city, resolve(city, "s042-a2-sw01"), "stp.mode")
    assert [(said.label, said.value) for said in found.said] == [
        ("default", "rstp"),
        ("city", "rstp"),
        ("profile cisco-c9200l-48p", "rapid-pvst"),
    ]


def test_explain_follows_a_port_to_its_role_and_exception(city: City) -> None:
    """A role's value, and the exception that overrides it."""
    (found,) = explain(city, resolve(city, "s042-a2-sw01"), "ports.7.poe")
    assert found.path == "ports.GigabitEthernet1/0/7.poe"
    assert [(said.label, said.value) for said in found.said] == [
        ("role board", False),
        ("exception until 2027-07-31", True),
    ]
    (found,) = explain(city, resolve(city, "s101-cnc-sw01"), "ports.3.vlan")
    assert [(said.label, said.value) for said in found.said] == [
        ("role building", 90),
        ("exception until 2027-06-30", 10),
    ]


@pytest.mark.parametrize(
    ("device", "path"),
    [(device, path) for device in ("s042-a2-sw01", "s042-b1-sw01", "s101-r111-sw01", "s042-c1-sw01") for path in ("ports", "lags")],
)  # fmt: skip
def test_explain_says_what_the_switch_gets(city: City, device: str, path: str) -> None:
    """Every port's VLAN, PoE and shutdown in the intent is the value that `explain` gives."""
    switch = intent(city, device)
    told = {item.path: item.value for item in explain(city, resolve(city, device), path)} if path == "ports" else {}
    for item in switch.ports if told else ():
        if item.lag or item.role == "downlink":
            continue
        assert (told[f"ports.{item.name}.vlan"] or 1) == item.vlan
        assert told[f"ports.{item.name}.shutdown"] is item.shutdown
        assert item.poe in (None, told[f"ports.{item.name}.poe"])


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("ntp.server", "did you mean servers?"),
        ("npt", "did you mean ntp"),
        ("ports.99.vlan", "its ports are 1-48, 49-52"),
        ("ports.7.vlann", "did you mean vlan"),
    ],
)
def test_explain_knows_what_was_meant(city: City, path: str, hint: str) -> None:
    """A mistyped path is refused with the nearest one."""
    with pytest.raises(UnknownNameError) as caught:
        explain(city, resolve(city, "s042-a2-sw01"), path)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("s042-r101-dt02", "did you mean s042-r101-dt01"),
        ("s024-r101-dt01", "did you mean s042"),
        ("schule-04", "did you mean schule-042"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_right_one(musterstadt: Path, name: str, hint: str) -> None:
    """Schools and devices."""
    with pytest.raises(UnknownNameError) as caught:
        load_for(musterstadt, name).find_device(name)
    assert caught.value.hint.startswith(hint)


def test_the_digest_is_about_the_bytes_of_the_files(musterstadt: Path) -> None:
    """A school's digest changes with its own files, the profiles and the city, and with nothing else."""
    before = inventory_digest(musterstadt, ["schule-007"])
    (musterstadt / SWITCHES).write_text("devices: {}\n")
    assert inventory_digest(musterstadt, ["schule-007"]) == before
    profile = musterstadt / "inventory/profiles/board-75.yml"
    profile.write_text(profile.read_text() + "# \n")
    assert inventory_digest(musterstadt, ["schule-007"]) != before
    assert len(before) == 32


def test_a_description_that_follows_from_the_plug_is_explained(musterstadt: Path) -> None:
    """The value is the one the switch gets, and the line is that of the plugged-in device."""
    city = load_city(musterstadt, ["schule-007"])
    found = resolve(city, "s007-v1-sw01")
    (board,) = explain(city, found, "ports.7.description")
    (link,) = explain(city, resolve(city, "s007-v2-sw01"), "ports.25.description")
    assert board.value == "s007-r1-dt01"
    assert link.value == "uplink s007-v1-sw01"
    said = board.said[-1]
    file = "inventory/schools/schule-007/devices.yml"
    line = (musterstadt / file).read_text(encoding="utf-8").split("\n").index("      7: {device: s007-r1-dt01}") + 1
    assert (said.file, line_of(musterstadt, said.file, said.place)) == (file, line)
