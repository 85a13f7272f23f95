"""The shipped templates: an intent in, the exact text of each dialect out."""

import time
from pathlib import Path

import pytest

from campusctl.errors import RenderError
from campusctl.model.intent import (
    AclIntent,
    PortIntent,
    SnmpIntent,
    SnmpUserIntent,
    SwitchIntent,
    UserIntent,
    VlanIntent,
)
from campusctl.render import Renderer

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "render"

NAMES = {
    "cisco_ios": ("GigabitEthernet1/0/{}", "Port-channel1", ("permit 10.42.3.0 0.0.0.255", "deny any")),
    "aruba_aoscx": ("1/1/{}", "lag 1", ("permit tcp 10.42.3.0/255.255.255.0 any eq ssh", "deny tcp any any eq ssh")),
    "hp_procurve": ("{}", "Trk1", ("permit 10.42.3.0 0.0.0.255",)),
}
"""Port name, LAG name and management access list of each dialect."""


def ports(dialect: str, last: int = 8) -> tuple[PortIntent, ...]:
    """Every kind of port once; the last two form the uplink."""
    name, lag, _ = NAMES[dialect]
    edge = {"stp_edge": True, "bpduguard": True}
    found = [
        PortIntent(name=name.format(1), role="pc", description="s042-r101-pc01", vlan=30, poe=False, **edge),
        PortIntent(name=name.format(2), role="board", description="s042-r101-dt01", vlan=60, poe=True, **edge),
        PortIntent(name=name.format(3), role="ap", mode="trunk", vlan=3, tagged=(40, 50), stp_edge=True),
        PortIntent(name=name.format(4), role="phone", vlan=30, voice_vlan=20, **edge),
        PortIntent(name=name.format(5), role="unused", vlan=999, shutdown=True, poe=False),
        PortIntent(name=name.format(6), role="unused", extra=("speed 100",) if dialect == "cisco_ios" else ()),
    ]
    found += [
        PortIntent(name=name.format(number), role="pc", vlan=30, description=f"s042-r102-pc{number:02}", **edge)
        for number in range(7, last - 1)
    ]
    members = [
        PortIntent(name=name.format(n), role="uplink", description="s042-a1-sw01", lag=lag) for n in (last - 1, last)
    ]
    return (*found, *members)


def device(dialect: str, **changes: object) -> SwitchIntent:
    """A switch that uses everything a template can say."""
    _, lag, entries = NAMES[dialect]
    vlans = {
        3: "Management",
        20: "Lehrkraefte",
        30: "Schueler",
        40: "WLAN-L",
        50: "WLAN-S",
        60: "Medien",
        999: "Quarantaene",
    }
    base = SwitchIntent(
        name="s042-a1-sw02",
        school="schule-042",
        dialect=dialect,
        model="C9200L-48P-4X",
        location="schule-042/A/1/R101",
        domain="schule-042.schulen.example",
        management_vlan=3,
        address="10.42.3.12/24",
        gateway="10.42.3.1",
        uplinks=(lag,),
        vlans=tuple(VlanIntent(id=vlan, name=name) for vlan, name in vlans.items()),
        ports=ports(dialect),
        lags=(PortIntent(name=lag, role="uplink", description="s042-a1-sw01", mode="trunk", tagged=(3, 20, 30)),),
        ntp=("10.42.10.1", "10.42.10.2"),
        dns=("10.42.10.1",),
        syslog=("10.42.10.3",),
        snmp=SnmpIntent(
            communities=(("snmp/ro", "ro"), ("snmp/rw", "rw")),
            contact="IT der Stadt, 0123 456",
            location="Gebäude A, 1. OG, R101",
            hosts=("10.42.10.4",),
        ),
        users=(
            UserIntent(name="campus", secret="switch/login"),
            UserIntent(name="lesen", secret="switch/read", admin=False),
        ),
        login_user="campus",
        stp_mode="rapid-pvst",
        stp_priority=4096,
        banner="Schulen der Stadt Musterstadt\nZugang nur für Befugte",
        acls=(AclIntent(name="MGMT", entries=entries),),
        management_acl="MGMT",
        extra=("loop-protect 1",) if dialect == "hp_procurve" else ("errdisable recovery interval 300",),
    )
    return base.model_copy(update=changes)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The templates that campusctl comes with."""
    return Renderer(ROOT / "templates")


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_full_configuration_is_exactly_this(renderer: Renderer, dialect: str) -> None:
    """Everything a switch needs to be managed, in the order and words of the device."""
    assert renderer.render(device(dialect)) == (CASES / f"{dialect}.cfg").read_text(encoding="ascii")


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_smallest_intent_is_exactly_this(renderer: Renderer, dialect: str) -> None:
    """What nobody asked for is not there."""
    _, lag, _ = NAMES[dialect]
    bare = SwitchIntent(
        name="s042-a1-sw02",
        school="schule-042",
        dialect=dialect,
        model="C9200L-48P-4X",
        location="schule-042/A/1/R101",
        timezone="UTC",
        management_vlan=1,
        address="10.42.3.12/24",
        gateway="10.42.3.1",
        vlans=(),
        ports=(
            PortIntent(name=NAMES[dialect][0].format(1), role="unused"),
            PortIntent(name=NAMES[dialect][0].format(2), role="unused", lag=lag),
        ),
        lag_protocol="static",
        lags=(PortIntent(name=lag, role="unused", shutdown=True),),
        lldp=False,
    )
    assert renderer.render(bare) == (CASES / f"{dialect}-bare.cfg").read_text(encoding="ascii")


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_snmp_version_3_only(renderer: Renderer, dialect: str) -> None:
    """Without a community traps go out under the user's name, and no community is invented."""
    users = (SnmpUserIntent(name="campus", auth="snmp/auth", priv="snmp/priv"),)
    text = renderer.render(device(dialect, snmp=SnmpIntent(users=users, hosts=("10.42.10.4",))))
    assert "community" not in text
    assert [line for line in text.splitlines() if "10.42.10.4" in line]
    assert text.count("<<secret:snmp/auth>>") == text.count("<<secret:snmp/priv>>") == 1


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_trap_receiver_without_community_or_user_is_refused(renderer: Renderer, dialect: str) -> None:
    """A receiver nobody may talk to is a mistake in the inventory, named with template and line."""
    lonely = device(dialect, snmp=SnmpIntent(hosts=("10.42.10.4",)))
    with pytest.raises(RenderError, match=r"templates/switch/\w+/\w+\.j2:\d+: s042-a1-sw02: .*trap receiver"):
        renderer.render(lonely)


def test_larger_aoscx_models_say_that_a_port_is_switched(renderer: Renderer) -> None:
    """A 6300 prints `no routing` in every port that is no LAG's member; a 6200 does not know the line."""
    assert renderer.render(device("aruba_aoscx", model="6300M")).count("\n    no routing\n") == 7
    assert "routing" not in renderer.render(device("aruba_aoscx", model="6200F"))


def test_procurve_has_one_manager(renderer: Renderer) -> None:
    """An account that cannot be made is said, not left out."""
    users = (UserIntent(name="campus", secret="switch/login"), UserIntent(name="stadt", secret="switch/other"))
    with pytest.raises(RenderError, match="one manager account, and the inventory has campus, stadt"):
        renderer.render(device("hp_procurve", users=users))


@pytest.mark.parametrize("dialect", sorted(NAMES))
@pytest.mark.parametrize(
    "changes",
    [
        {"name": "sw\nno vlan 3"},
        {"gateway": "10.42.3.1\nip route 0.0.0.0/0 10.0.0.1"},
        {"gateway": "10.42.3.1 255.0.0.0"},
        {"domain": "schulen.example ttl 5"},
        {"ntp": ("10.0.0.1 prefer",)},
        {"banner": 'a\n^C\n!\n"\nno aaa new-model'},
        {"users": (UserIntent(name='campus" privilege 15', secret="switch/login"),)},
        {"users": (UserIntent(name="campus", secret="a>> b"),)},
        {"extra": ("! manage: global",)},
        {"snmp": SnmpIntent(location="R101\nsnmp-server community public rw")},
        {"snmp": SnmpIntent(contact="<<secret:switch/login>>")},
        {"vlans": (VlanIntent(id=3, name="Management\nvlan 4"),)},
    ],
    ids=ascii,
)
def test_value_cannot_break_out_of_its_line(renderer: Renderer, dialect: str, changes: dict[str, object]) -> None:
    """Whatever a value holds, it is refused with the template's line and the device."""
    with pytest.raises(RenderError, match=r"templates/switch/\w+/\w+\.j2:\d+: "):
        renderer.render(device(dialect, **changes))


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_port_text_cannot_break_out_of_its_line(renderer: Renderer, dialect: str) -> None:
    """Descriptions come from many hands."""
    name = NAMES[dialect][0].format(1)
    for bad in ("x\n shutdown", "x?", 'x "', "\x03", "<<secret:switch/login>>"):
        port = PortIntent(name=name, role="pc", description=bad)
        with pytest.raises(RenderError):
            renderer.render(device(dialect, ports=(port, *ports(dialect)[1:])))


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_own_lines_of_a_workspace_come_in_by_site_template(tmp_path: Path, dialect: str) -> None:
    """`site.j2` beside the shipped templates is all it takes."""
    for path in (ROOT / "templates" / "switch" / dialect).iterdir():
        copy = tmp_path / "templates" / "switch" / dialect / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (copy.parent / "site.j2").write_text("! manage: global\nmls qos\n", encoding="ascii")
    text = Renderer(tmp_path / "templates").render(device(dialect))
    assert "\n! manage: global\nmls qos\n" in text


@pytest.mark.parametrize("dialect", sorted(NAMES))
def test_a_48_port_switch_is_rendered_quickly(renderer: Renderer, dialect: str) -> None:
    """The target is 1 ms; a busy machine is given ten times that before this fails."""
    large = device(dialect, ports=ports(dialect, 50))
    renderer.render(large)
    best = min(_seconds(renderer, large) for _ in range(20))
    assert best < 0.010


def _seconds(renderer: Renderer, intent: SwitchIntent) -> float:
    start = time.process_time()
    renderer.render(intent)
    return time.process_time() - start
