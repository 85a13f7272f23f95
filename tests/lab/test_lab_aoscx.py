"""The simulated AOS-CX switch against what its guides and recorded sessions say."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.lab.aoscx_cli import Cli, Store, load
from campusctl.lab.aoscx_config import CONFIG_TABLES
from campusctl.lab.aoscx_state import Config, Port, running_text
from campusctl.lab.modes import Context

REAL = """!
!Version ArubaOS-CX GL.10.09.0010
!export-password: default
hostname spine-01
banner motd !
#######
This is a test banner
#######
!
user admin group administrators password ciphertext AQBapabc
no ip icmp redirect
vrf keepalive
ntp server 10.20.1.7
ntp enable
ssh server vrf default
access-list ip mgmt
    10 comment ALLOW SSH
    20 permit tcp 10.40.0.0/255.255.128.0 any eq ssh
    30 deny tcp any any eq ssh
apply access-list ip mgmt control-plane vrf default
vlan 1,20-22
vlan 2
    name test_vlan
    apply access-list ip mgmt in
spanning-tree
spanning-tree priority 0
interface mgmt
    shutdown
    ip dhcp
interface lag 1 multi-chassis
    no shutdown
    no routing
    vlan trunk native 1
    vlan trunk allowed 1-2
    lacp mode active
    lacp fallback
    spanning-tree port-type admin-edge
interface 1/1/1
    no shutdown
    mtu 9198
    lag 1
interface 1/1/2
    no shutdown
    no routing
    vlan access 2
    spanning-tree bpdu-guard
    aaa authentication port-access mac-auth
        enable
interface 1/1/3
    shutdown
    mtu 9198
    description vsx isl
    no routing
    vlan trunk native 1 tag
    vlan trunk allowed all
interface 1/1/4
    no shutdown
    vrf attach keepalive
    routing
    ip address 192.168.200.0/31
interface loopback 0
    ip address 10.22.0.2/32
interface vlan 2
    ip address 10.20.0.2/17
    active-gateway ip 10.20.0.1
vsx
    system-mac 02:00:00:00:01:00
    role primary
snmp-server vrf default
snmp-server community public
    access-level rw
snmpv3 user testuser auth md5 auth-pass ciphertext xxxxx priv des priv-pass ciphertext xxxxx
ip dns server-address 10.50.100.225
something nobody knows 5
ip prefix-list pl-cmn seq 10 permit 10.10.0.0/25 ge 25
ip route 0.0.0.0/0 10.20.0.1
router bgp 65533
    bgp router-id 10.22.0.2
    address-family ipv4 unicast
        neighbor 10.20.0.3 activate
    exit-address-family
https-server vrf default
"""


def read(text: str, ports: int = 4) -> Config:
    """A small switch with this stored configuration."""
    config = Config(ports={f"1/1/{number}": Port() for number in range(1, ports + 1)})
    load(config, CONFIG_TABLES, text)
    return config


def session(config: Config) -> Cli:
    """A session in the global context."""
    cli = Cli(Store(config), CONFIG_TABLES)
    cli.enter(Context("config"))
    return cli


def typed(config: Config, script: str) -> list[str]:
    """What a session answers to the lines of a script, empty answers left out."""
    cli = session(config)
    return [answer for line in script.strip().splitlines() if (answer := cli.run(line))]


def port(config: Config, name: str) -> list[str]:
    """The lines below a port."""
    text = running_text(config).split(f"interface {name}\n")[1]
    lines = []
    for line in text.splitlines():
        if not line.startswith(" "):
            break
        lines.append(line.strip())
    return lines


def test_a_stored_configuration_comes_back_as_it_was() -> None:
    """Sections, banner, nested contexts and lines this laboratory does not know survive loading, in the same order."""
    text = running_text(read(REAL))
    assert [line for line in text.splitlines() if not line.startswith("!Version")] == [
        line.replace("banner motd !", "banner motd ^") if line.startswith("banner") else line
        for line in REAL.replace("#######\n!\nuser", "#######\n^\nuser").splitlines()
        if not line.startswith("!Version")
    ]


def test_loading_what_was_printed_changes_nothing() -> None:
    """running_text is a fixed point."""
    once = running_text(read(REAL))
    assert running_text(read(once)) == once


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("vlan 10", "sw(config-vlan-10)# "),
        ("vlan 10,20-21", "sw(config-vlan-<10,20-21>)# "),
        ("interface 1/1/1", "sw(config-if)# "),
        ("interface 1/1/1-1/1/2", "sw(config-if-<1/1/1-1/1/2>)# "),
        ("interface lag 1", "sw(config-lag-if)# "),
        ("interface vlan 1", "sw(config-if-vlan)# "),
        ("access-list ip MGMT", "sw(config-acl-ip)# "),
        ("access-list ipv6 MGMT", "sw(config-acl-ipv6)# "),
        ("vrf keepalive", "sw(config-vrf)# "),
        ("interface mgmt", "sw(config-if-mgmt)# "),
        ("snmp-server community public", "sw(config-community)# "),
        ("hostname other", "other(config)# "),
    ],
)
def test_every_context_has_its_prompt(line: str, prompt: str) -> None:
    """The prompt names the context, and a new hostname shows at once."""
    cli = session(read("hostname sw\n"))
    assert (cli.run(line), cli.prompt()) == ("", prompt)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("vlann 10", "Invalid input: vlann"),
        ("vlan 10x", "Invalid input: 10x"),
        ("vlan 4095", "Invalid input: 4095"),
        ("vlan", "% Command incomplete."),
        ("interface lag", "% Command incomplete."),
        ("interface 1/1/99", "Invalid input: 1/1/99"),
        ("interface 1/1/1-2/1/2", "Invalid input: 1/1/1-2/1/2"),
        ("ex", "% Ambiguous command."),
        ("hostname -x", "Invalid input: -x"),
        ("no vlan 1", "Default VLAN 1 cannot be deleted."),
        ("ip route foo 10.0.0.1", "Invalid input: foo"),
        ("interface vlan 77", "VLAN 77 does not exist."),
        ("user nobody password plaintext x", "User nobody does not exist."),
    ],
)
def test_bad_lines_are_answered_and_change_nothing(line: str, answer: str) -> None:
    """Each kind of error has its words."""
    config = read(REAL)
    before = running_text(config)
    assert (session(config).run(line), running_text(config)) == (answer, before)


def test_a_vlan_must_exist_before_a_port_uses_it() -> None:
    """Access, native and allowed VLANs are all checked."""
    config = read("vlan 10\n")
    script = "interface 1/1/1\nvlan access 99\nvlan trunk native 98\nvlan trunk allowed 10,97"
    assert typed(config, script) == [f"VLAN {vlan} does not exist." for vlan in (99, 98, 97)]
    assert port(config, "1/1/1") == ["no shutdown", "no routing", "vlan access 1"]


def test_allowed_adds_and_no_allowed_takes_away() -> None:
    """A second list joins the first one; a range is a set."""
    config = read("vlan 10,20,30-32\n")
    typed(config, "interface 1/1/1\nvlan trunk allowed 10\nvlan trunk allowed 30-32\nno vlan trunk allowed 31")
    assert port(config, "1/1/1")[1:] == ["no routing", "vlan trunk native 1", "vlan trunk allowed 10,30,32"]


def test_a_first_list_narrows_a_trunk_that_allows_all() -> None:
    """A native VLAN makes a trunk of all VLANs ("automatically executes vlan trunk allowed all"); a list narrows it."""
    config = read("vlan 10,20\n")
    typed(config, "interface 1/1/1\nvlan trunk native 10 tag")
    assert port(config, "1/1/1")[2:] == ["vlan trunk native 10 tag", "vlan trunk allowed all"]
    typed(config, "interface 1/1/1\nvlan trunk allowed 20")
    assert port(config, "1/1/1")[2:] == ["vlan trunk native 10 tag", "vlan trunk allowed 20"]
    typed(config, "interface 1/1/1\nno vlan trunk allowed 20")
    assert port(config, "1/1/1")[2:] == ["vlan access 1"]


def test_access_ends_a_trunk() -> None:
    """Native VLAN and list are gone when the port is an access port."""
    config = read("vlan 10,20\n")
    typed(config, "interface 1/1/1\nvlan trunk native 10\nvlan trunk allowed 20\nvlan access 20")
    assert port(config, "1/1/1") == ["no shutdown", "no routing", "vlan access 20"]


def test_a_lag_starts_down_and_its_members_lose_their_vlans() -> None:
    """A member shows only its LAG; leaving it, the port is in VLAN 1 again."""
    config = read("vlan 10\n")
    answers = typed(
        config,
        "interface 1/1/1-1/1/2\nvlan access 10\ndescription to core\nlag 5\ninterface lag 5\ninterface 1/1/1-1/1/2\n"
        "lag 5\nvlan access 10",
    )
    assert answers == ["LAG 5 does not exist.", "Operation not allowed on an interface that is a member of a LAG."]
    assert port(config, "lag 5")[0] == "shutdown"
    assert port(config, "1/1/2") == ["no shutdown", "description to core", "lag 5"]
    typed(config, "interface 1/1/2\nno lag\nno interface lag 5")
    assert port(config, "1/1/1")[2:] == ["no routing", "vlan access 1"]
    assert "interface lag" not in running_text(config)


def test_deleting_a_vlan_moves_its_ports_to_vlan_1() -> None:
    """Access ports go to VLAN 1, trunks lose it, its interface goes with it."""
    config = read("vlan 10,20\ninterface vlan 10\n    ip address 10.0.0.1/24\n")
    typed(config, "interface 1/1/1\nvlan access 10\ninterface 1/1/2\nvlan trunk allowed 10,20\nno vlan 10")
    assert port(config, "1/1/1")[2] == "vlan access 1"
    assert port(config, "1/1/2")[3] == "vlan trunk allowed 20"
    assert "interface vlan" not in running_text(config)


def test_routing_and_switching_exclude_each_other() -> None:
    """A routed port has no VLANs; as a switched one it loses its address."""
    config = read("vlan 10\n")
    answers = typed(config, "interface 1/1/1\nrouting\nip address 10.0.0.1/31\nvlan access 10")
    assert answers == ["Operation not allowed on an interface with routing enabled."]
    assert port(config, "1/1/1") == ["no shutdown", "routing", "ip address 10.0.0.1/31"]
    typed(config, "interface 1/1/1\nno routing")
    assert port(config, "1/1/1") == ["no shutdown", "no routing", "vlan access 1"]


def test_a_global_line_below_an_interface_goes_up_to_the_global_context() -> None:
    """Contexts are left without `exit`, and the session stays in the interface after its own lines."""
    cli = session(read("hostname sw\n"))
    for line in ("interface 1/1/1", "no shutdown"):
        cli.run(line)
    assert cli.prompt() == "sw(config-if)# "
    cli.run("ntp server 10.0.0.1")
    assert cli.prompt() == "sw(config)# "
    for line in ("vrf keepalive", "rd 1:1", "exi"):
        cli.run(line)
    assert cli.prompt() == "sw(config)# "


def test_a_banner_is_typed_line_by_line_up_to_its_delimiter() -> None:
    """The guide's dialogue; the text keeps its empty lines."""
    config = read("hostname sw\n")
    cli = session(config)
    said = [cli.run("banner motd $"), cli.prompt(), cli.run("Welcome."), cli.run(""), cli.prompt(), cli.run("Bye.$")]
    assert said == [
        "Enter a new banner. Terminate the banner with the delimiter you have chosen.",
        "(banner-motd)# ",
        "",
        "",
        "(banner-motd)# ",
        "Banner updated successfully!",
    ]
    assert (cli.prompt(), config.banners) == ("sw(config)# ", {"motd": "Welcome.\n\nBye."})
    cli.run("no banner motd")
    assert config.banners == {}


def test_passwords_are_exported_as_ciphertext() -> None:
    """Plain text is accepted and never shown; ciphertext is kept as it came."""
    config = read("")
    typed(
        config,
        "user campus group administrators password plaintext geheim\n"
        "user old group operators password ciphertext AQBx\n"
        "snmpv3 user mon auth sha auth-pass plaintext geheim1 priv aes priv-pass plaintext geheim2",
    )
    text = running_text(config)
    assert "geheim" not in text
    assert "user old group operators password ciphertext AQBx\n" in text
    assert text == running_text(read(text))


def test_the_last_administrator_stays() -> None:
    """A user can go, unless nobody could administer the switch afterwards."""
    config = read("user a group administrators password plaintext x\nuser b group operators password plaintext y\n")
    assert typed(config, "no user a\nno user b\nno user c") == [
        "The last administrator cannot be removed.",
        "User c does not exist.",
    ]
    assert list(config.users) == ["a"]


def test_access_list_entries_are_numbered_and_normalised() -> None:
    """Numbers go in tens, prefixes become masks, an entry is replaced or removed by its number."""
    config = read("")
    typed(
        config,
        "access-list ip X\npermit tcp 10.0.0.0/24 any eq 22\n15 comment two words\ndeny any any 10.1.1.1/32\n"
        "15 permit any any any\nno 10",
    )
    assert config.acls == {"ip X": {15: "permit any any any", 20: "deny any any 10.1.1.1"}}
    typed(config, "access-list ip X resequence 100 5\nno access-list ip Y")
    assert list(config.acls["ip X"]) == [100, 105]


def test_defaults_leave_no_line_and_single_settings_replace() -> None:
    """`no lldp` is a line and `lldp` is none; a server is one line whatever its options."""
    config = read("")
    typed(
        config,
        "no lldp\nlldp\nntp server 10.0.0.1\nntp server 10.0.0.1 iburst\nspanning-tree\nspanning-tree priority 4\n"
        "no spanning-tree\ninterface 1/1/1\nno power-over-ethernet\nspanning-tree port-type admin-edge\n"
        "interface 1/1/2\nno power-over-ethernet\npower-over-ethernet",
    )
    assert config.lines.items == ["ntp server 10.0.0.1 iburst", "spanning-tree priority 4"]
    assert port(config, "1/1/1")[3:] == ["no power-over-ethernet", "spanning-tree port-type admin-edge"]
    assert port(config, "1/1/2")[3:] == []


def test_spanning_tree_vlans_are_one_set() -> None:
    """Lists join and split; each VLAN has one priority."""
    config = read("vlan 10,20,30\n")
    typed(
        config,
        "spanning-tree vlan 1,10\nspanning-tree vlan 20\nspanning-tree vlan 1,10,20 priority 4\n"
        "spanning-tree vlan 10 priority 8\nno spanning-tree vlan 20 priority\nno spanning-tree vlan 1",
    )
    assert config.lines.items == ["spanning-tree vlan 10,20", "spanning-tree vlan 10 priority 8"]


@pytest.mark.parametrize("name", ["aruba_aoscx.cfg", "aruba_aoscx-bare.cfg"])
def test_rendered_configurations_are_a_fixed_point_once_loaded(name: str) -> None:
    """What our templates render can be a switch's stored configuration."""
    rendered = (Path(__file__).parents[1] / "cases" / "render" / name).read_text(encoding="utf-8")
    once = running_text(read(rendered, 52))
    assert running_text(read(once, 52)) == once
    assert set(port(read(rendered, 52), "1/1/1")) > {"no shutdown", "no routing"}


def test_an_address_of_a_vlan_is_replaced_or_removed() -> None:
    """One address; DHCP and an address exclude each other."""
    config = read("vlan 3\n")
    script = "interface vlan 3\nip address 10.0.0.1/24\nip address 10.0.0.2/24\nip address 10.0.0.9\nip address x/24"
    assert typed(config, script) == ["% Command incomplete.", "Invalid input: x/24"]
    assert config.svis[3].items == ["ip address 10.0.0.2/24"]
    typed(config, "interface vlan 3\nip dhcp")
    assert config.svis[3].items == ["ip dhcp"]


SPOKEN = (
    "no vlan interface lag access trunk allowed native all 1 10 20-30 1/1/1 1/1/1-1/1/3 4095 x mgmt "
    "description exit end ip address 10.0.0.1/24 10.0.0.1 dhcp route 0.0.0.0/0 access-list permit deny "
    'any user admin group password plaintext " ciphertext administrators spanning-tree priority lldp '
    "banner motd ^ ntp server hostname routing shutdown vrf tag snmp-server community name voice routing "
    "power-over-ethernet resequence comment | include interface "
)
WORDS = st.sampled_from(SPOKEN.split())
STREAMS = st.lists(
    st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
    | st.text(st.characters(exclude_characters="\n"), max_size=12),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(STREAMS)
def test_no_stream_of_commands_breaks_the_switch(lines: list[str]) -> None:
    """Whatever is typed, the switch answers, and what it then prints can be loaded again."""
    config = read("vlan 10,20-30\ninterface lag 1\ninterface vlan 10\n")
    cli = session(config)
    for line in lines:
        assert isinstance(cli.run(line), str)
        assert cli.prompt()
    text = running_text(config)
    assert running_text(read(text)) == text
