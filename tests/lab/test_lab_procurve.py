"""The simulated ArubaOS-Switch against what its guides and recorded sessions say."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.lab.modes import Context
from campusctl.lab.procurve_cli import Cli, Store, load
from campusctl.lab.procurve_config import CONFIG_TABLES
from campusctl.lab.procurve_state import Config, factory, port_list, running_text

FIXED = [str(number) for number in range(1, 13)]
CHASSIS = [f"{slot}{number}" for slot in "AB" for number in range(1, 25)]
STACK = [f"{member}/{number}" for member in (1, 2) for number in [*range(1, 25), "A1", "A2"]]

REAL = """; JL256A Configuration Editor; Created on release #WC.16.10.0009
; Ver #14:67.6f.f8.1d.9b.3f.bf.bb.ef.7c.59.fc.6b.fb.9f.fc.ff.ff.37.ef:45
hostname "SW-1OG-01"
module 1 type jl256a
banner motd "Only for staff.\\nAll is logged."
include-credentials
password manager user-name "admin" sha1 "8db6741fec5628d6415719b59a9b0ddfd668c8a4"
trunk 11-12 trk1 lacp
dhcp-snooping
dhcp-snooping vlan 1-3
no dhcp-snooping option 82
logging 192.168.10.4
timesync ntp
ntp unicast
ntp server 192.168.176.12 iburst
ntp enable
no telnet-server
time daylight-time-rule western-europe
time timezone 60
web-management ssl
ip authorized-managers 192.168.176.0 255.255.255.0 access manager
ip access-list extended "mgmt"
     10 permit ip 10.0.0.0 0.0.0.255 0.0.0.0 255.255.255.255
     20 remark "the rest"
     30 deny ip 0.0.0.0 255.255.255.255 0.0.0.0 255.255.255.255
   exit
ip default-gateway 192.168.176.1
ip dns server-address priority 1 192.168.2.11
interface 1
   dhcp-snooping trust
   name "AP - 1. OG"
   exit
interface 3
   disable
   no power-over-ethernet
   exit
interface Trk1
   dhcp-snooping trust
   exit
snmp-server contact "IT" location "1OG"
snmp-server community "public" unrestricted
snmp-server host 192.168.176.16 community "public" trap-level critical
snmpv3 engineid "00:00:00:0b:00:00:04:09:73:b4:f2:ca"
something nobody knows 5
oobm
   ip address dhcp-bootp
   member 1
      ip address dhcp-bootp
      exit
   exit
vlan 1
   name "DEFAULT_VLAN"
   no untagged 1-2
   untagged 3-10
   tagged Trk1
   no ip address
   exit
vlan 10
   name "Gast"
   untagged 1-2,Trk1
   tagged 3,10
   ip address 192.168.176.35 255.255.255.0
   voice
   ip helper-address 192.168.2.26
   exit
spanning-tree
spanning-tree priority 4
spanning-tree 1 admin-edge-port
spanning-tree 1 bpdu-protection
spanning-tree Trk1 priority 4
primary-vlan 10
no tftp server
no autorun
device-profile name "default-ap-profile"
   tagged-vlan 20,30
   exit
"""

OLD = """; J9850A Configuration Editor; Created on release #KB.15.15.0008
hostname "HP-5406Rzl2"
module A type j9534a
ip routing
snmp-server community "public" unrestricted
oobm
no ip address
exit
vlan 1
name "VLAN1"
no untagged A1
tagged A2-A24,B1-B24
no ip address
exit
vlan 2
name "VLAN2"
untagged A1
tagged A2-A6,A8-A10,A12-A24,B1-B24
ip address 10.30.60.1 255.255.255.0
exit
no autorun
"""


def read(text: str = "", ports: list[str] = FIXED) -> Config:
    """A small switch with this stored configuration."""
    config = factory(ports)
    load(config, CONFIG_TABLES, text)
    return config


def session(config: Config) -> Cli:
    """A session in the global context."""
    cli = Cli(Store(config), CONFIG_TABLES)
    cli.enter(Context("config"))
    cli.stack.pop()
    return cli


def typed(config: Config, script: str) -> list[str]:
    """What a session answers to the lines of a script, empty answers left out."""
    cli = session(config)
    return [answer for line in script.strip().splitlines() if (answer := cli.run(line))]


def vlan(config: Config, number: int) -> list[str]:
    """The lines below a VLAN."""
    return [
        line.strip() for line in running_text(config).split(f"\nvlan {number}\n")[1].split("   exit")[0].splitlines()
    ]


def test_a_stored_configuration_comes_back_as_it_was() -> None:
    """Sections, trunks, nested contexts and lines this laboratory does not know survive loading, in the same order."""
    assert running_text(read(REAL)) == REAL


def test_old_firmware_indents_nothing() -> None:
    """A configuration of letter slots with `exit` at column 0 is read the same."""
    config = read(OLD, CHASSIS)
    assert vlan(config, 2) == [
        'name "VLAN2"',
        "untagged A1",
        "tagged A2-A6,A8-A10,A12-A24,B1-B24",
        "ip address 10.30.60.1 255.255.255.0",
    ]
    assert vlan(config, 1)[1:3] == ["no untagged A1", "tagged A2-A24,B1-B24"]
    assert "oobm\n   no ip address\n   exit\n" in running_text(config)


def test_wrapped_lines_are_put_together() -> None:
    """A terminal of 80 columns breaks a password line; it is one line for the switch."""
    text = 'include-credentials\npassword manager user-name "admin" sha1\n "8db6741fec5628d6415719b59a9b0ddfd668c8a4"\n'
    assert read(text).accounts["manager"].sha1 == "8db6741fec5628d6415719b59a9b0ddfd668c8a4"


@pytest.mark.parametrize(
    ("names", "order", "text"),
    [
        (["1", "2", "3", "5"], FIXED, "1-3,5"),
        (["B1", "A24", "A23", "A1"], CHASSIS, "A1,A23-A24,B1"),
        (["1/24", "1/A1", "1/A2", "2/1", "Trk1"], [*STACK, "Trk1"], "1/24,1/A1-1/A2,2/1,Trk1"),
    ],
)
def test_ports_are_listed_in_ranges_of_one_slot(names: list[str], order: list[str], text: str) -> None:
    """Numbers, letter slots and stack members."""
    assert port_list(names, order) == text


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("vlan 10", "sw(vlan-10)# "),
        ("interface 3", "sw(eth-3)# "),
        ("interface 3-5,7", "sw(eth-3-5,7)# "),
        ('ip access-list extended "x"', "sw(config-ext-nacl)# "),
        ("ip access-list standard 5", "sw(config-std-nacl)# "),
        ('hostname "my sw"', "my sw(config)# "),
    ],
)
def test_every_context_has_its_prompt(line: str, prompt: str) -> None:
    """The prompt names the context, and a new hostname shows at once."""
    cli = session(read('hostname "sw"\n'))
    assert (cli.run(line), cli.prompt()) == ("", prompt)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("badcommand123", "Invalid input: badcommand123"),
        ("vlan", "Incomplete input: vlan"),
        ("sn", "Ambiguous input: sn"),
        ("interface bogus0/0", "Module not present for port or invalid port: bogus0/0"),
        ("vlan 10 untagged 1,77", "Module not present for port or invalid port: 77"),
        ("vlan 10 tagged Trk9", "Module not present for port or invalid port: Trk9"),
        ("vlan 4095", "Invalid input: 4095"),
        ("no vlan 1", "The default VLAN can not be removed."),
        ("no vlan 99", "Invalid input: 99"),
        ("trunk 1-2 foo lacp", "Invalid input: foo"),
        ("ip default-gateway 10.0.0", "Invalid input: 10.0.0"),
        (f"vlan 1 name {'x' * 33}", f"{'x' * 33}: too long. Allowed length is 32 characters."),
        ("management-vlan 77", "Invalid input: 77"),
    ],
)
def test_bad_lines_are_answered_and_change_nothing(line: str, answer: str) -> None:
    """Each kind of error has its words."""
    config = read("vlan 10\n   exit\n")
    before = running_text(config)
    assert (session(config).run(line), running_text(config)) == (answer, before)


def test_untagged_moves_a_port() -> None:
    """A port is untagged in one VLAN; VLAN 1 says who left it."""
    config = read()
    typed(config, "vlan 10\nuntagged 1-4\nvlan 20\nuntagged 2\ntagged 1")
    assert (vlan(config, 10)[1], vlan(config, 20)[1:3]) == ("untagged 1,3-4", ["untagged 2", "tagged 1"])
    assert vlan(config, 1)[1:3] == ["no untagged 1-4", "untagged 5-12"]


def test_a_port_without_a_vlan_goes_back_to_the_default_vlan() -> None:
    """Leaving the last VLAN is leaving for VLAN 1, and VLAN 1 lets nobody go into nothing."""
    config = read()
    assert typed(config, "vlan 10\nuntagged 1-2\ntagged 3\nno untagged 1\nvlan 1\nno untagged 1,3") == [
        "Invalid input: 1,3"
    ]
    assert vlan(config, 1)[1:3] == ["no untagged 2", "untagged 1,3-12"]
    typed(config, "vlan 1 tagged 3\nno vlan 10 tagged 3")
    assert vlan(config, 1)[1:4] == ["no untagged 2", "untagged 1,4-12", "tagged 3"]


def test_a_trunk_takes_its_ports_out_of_their_vlans() -> None:
    """A new trunk is untagged in VLAN 1, its ports are no members any more, and free again in VLAN 1 after it."""
    config = read()
    typed(config, "vlan 10 untagged 11-12\nspanning-tree 11 admin-edge-port\nspanning-tree\ntrunk 11-12 trk1 lacp")
    assert "trunk 11-12 trk1 lacp\n" in running_text(config)
    assert vlan(config, 1)[1] == "untagged 1-10,Trk1"
    assert "spanning-tree Trk1 priority 4\n" in running_text(config)
    assert typed(config, "vlan 10 untagged 11\nvlan 10\ntagged trk1\nuntagged Trk1") == [
        "Module not present for port or invalid port: 11"
    ]
    assert vlan(config, 10)[1] == "untagged Trk1"
    typed(config, "no trunk 11")
    assert vlan(config, 1)[1:3] == ["no untagged Trk1", "untagged 1-11"]
    typed(config, "no trunk 12")
    assert vlan(config, 1)[1] == "untagged 1-12"


def test_deleting_a_vlan_with_untagged_ports_asks() -> None:
    """The recorded dialogue: ports are named, and one key answers."""
    config = read("vlan 3\n   untagged 6-10\n   exit\nvlan 4\n   tagged 6\n   exit\n")
    cli = session(config)
    assert cli.run("no vlan 4") == ""
    assert cli.run("no vlan 3") == ""
    assert cli.prompt() == (
        "The following ports will be moved to the default VLAN:\n6-10\nDo you want to continue?\n[y/n] "
    )
    assert cli.one_key
    cli.run("n")
    assert 3 in config.vlans
    cli.run("no vlan 3")
    cli.run("x")
    assert cli.one_key
    cli.run("y")
    assert 3 not in config.vlans
    assert vlan(config, 1)[1] == "untagged 1-12"


def test_one_line_forms_do_not_enter_the_context() -> None:
    """`vlan 10 name`, `interface 1-2 …` and their `no` forms."""
    config = read('hostname "sw"\n')
    cli = session(config)
    for line in (
        'vlan 10 name "LAN"',
        "vlan 10 untagged 1",
        "no vlan 10 untagged 1",
        'interface 1-2 name "a b"',
        "interface 2 disable",
        "no interface 1 name",
        "interface 3 no power-over-ethernet",
        "no interface 4 power",
    ):
        assert cli.run(line) == ""
    assert cli.prompt() == "sw(config)# "
    text = running_text(config)
    assert 'interface 2\n   disable\n   name "a b"\n   exit\n' in text
    assert "interface 1\n" not in text
    assert "interface 4\n   no power-over-ethernet\n   exit\n" in text


def test_an_address_is_shown_with_its_mask() -> None:
    """Prefix or mask is the same; another network becomes a second address."""
    config = read()
    typed(config, "vlan 3\nip address 10.0.0.2/24\nip address 10.0.0.3 255.255.255.0\nip address 10.1.0.1/24")
    assert vlan(config, 3)[1:] == ["ip address 10.0.0.3 255.255.255.0", "ip address 10.1.0.1 255.255.255.0"]
    typed(config, "vlan 3\nno ip address 10.0.0.3 255.255.255.0")
    assert vlan(config, 3)[1:] == ["ip address 10.1.0.1 255.255.255.0"]
    typed(config, "vlan 3\nno ip address")
    assert vlan(config, 3)[1:] == ["no ip address"]


def test_passwords_show_only_with_include_credentials() -> None:
    """SHA-1 of the password, and only the word `password manager` without."""
    config = read()
    typed(config, 'password manager user-name "admin" plaintext "geheim"\nsnmpv3 user mon auth sha x1 priv aes y1')
    assert running_text(config).endswith("\npassword manager\n")
    assert 'snmpv3 user "mon"\n' in running_text(config)
    stored = running_text(config, secrets=True)
    assert 'password manager user-name "admin" sha1 "906072001efddf3e11e6d2b5782f4777fe038739"\n' in stored
    assert running_text(read(stored), secrets=True) == stored
    typed(config, "include-credentials")
    assert 'password manager user-name "admin" sha1' in running_text(config)


def test_a_password_can_be_asked_for() -> None:
    """Both entries must agree; what is typed is not echoed; taking it away needs a yes."""
    config = read()
    cli = session(config)
    cli.run("password manager")
    assert (cli.prompt(), cli.secret) == ("New password for manager: ", True)
    cli.run("one")
    assert (cli.prompt(), cli.run("two")) == ("Please retype new password for manager: ", "Password mismatch.")
    assert config.accounts == {}
    for line in ("password manager", "one", "one"):
        cli.run(line)
    assert "manager" in config.accounts
    cli.run("no password manager")
    assert cli.prompt() == "Password protection will be deleted, do you want to continue [y/n]? "
    cli.run("y")
    assert config.accounts == {}


def test_a_banner_has_a_delimiter_or_quotes() -> None:
    """Line by line, or in one line with escapes."""
    config = read()
    cli = session(config)
    assert cli.run("banner motd #") == "Enter TEXT message. End with the character '#'"
    assert [cli.prompt(), cli.run("Only for staff."), cli.run("Bye #")] == ["", "", ""]
    assert config.banner == "Only for staff.\nBye "
    cli.run('banner motd "a\\nb"')
    assert config.banner == "a\nb"
    assert 'banner motd "a\\nb"\n' in running_text(config)


def test_lines_are_normalised_as_the_switch_shows_them() -> None:
    """Quotes, masks, wildcard masks, hidden defaults and the joined contact and location."""
    config = read()
    typed(
        config,
        "snmp-server community public manager restricted\nsnmp-server community look operator unrestricted\n"
        "snmp-server community plain\nsnmp-server community full unrestricted\n"
        "snmp-server contact IT\nsnmp-server location 'x\n"
        "ip authorized-managers 10.1.1.1\nip route 0.0.0.0/0 10.0.0.1\nno telnet-server\nno lldp run\nlldp run\n"
        'ip access-list extended m\npermit ip host 10.1.1.1 any\ndeny tcp 10.0.0.0/24 any eq 22\nremark "x y"\n'
        "sntp server priority 1 10.0.0.1\nsntp server priority 1 10.0.0.2\nspanning-tree priority 4\n"
        "spanning-tree priority 8",
    )
    text = running_text(config)
    for line in (
        'snmp-server contact "IT" location "\'x"',
        'snmp-server community "public"',
        'snmp-server community "look" operator unrestricted',
        "ip authorized-managers 10.1.1.1 255.255.255.255 access manager",
        "ip route 0.0.0.0 0.0.0.0 10.0.0.1",
        "no telnet-server",
        "     10 permit ip 10.1.1.1 0.0.0.0 0.0.0.0 255.255.255.255",
        "     20 deny tcp 10.0.0.0 0.0.0.255 0.0.0.0 255.255.255.255 eq 22",
        '     30 remark "x y"',
        "sntp server priority 1 10.0.0.2",
    ):
        assert f"{line}\n" in text
    assert "lldp" not in text
    assert "spanning-tree" not in text
    assert "10.0.0.1 " not in text


@pytest.mark.parametrize("name", ["hp_procurve.cfg", "hp_procurve-bare.cfg"])
def test_rendered_configurations_are_a_fixed_point_once_loaded(name: str) -> None:
    """What our templates render can be a switch's stored configuration."""
    rendered = (Path(__file__).parents[1] / "cases" / "render" / name).read_text(encoding="utf-8")
    once = running_text(read(rendered), secrets=True)
    assert running_text(read(once), secrets=True) == once
    assert "\nvlan 1\n" in once


def test_the_management_vlan_cannot_be_deleted() -> None:
    """First it must be the management VLAN no more."""
    config = read('vlan 3\n   name "MGMT"\n   exit\nmanagement-vlan 3\n')
    assert typed(config, "no vlan 3\nno management-vlan\nno vlan 3") == ["VLAN 3 is in use and can not be removed."]
    assert list(config.vlans) == [1]


SPOKEN = (
    "no vlan interface trunk untagged tagged 1 1-3 11-12 trk1 Trk1 10 20 4095 all name disable enable x "
    "exit lacp ip address 10.0.0.1/24 10.0.0.1 255.255.255.0 default-gateway access-list extended permit "
    'any host " "a b" spanning-tree priority admin-edge-port snmp-server community contact location '
    "password manager plaintext banner motd # hostname management-vlan power-over-ethernet "
    "include-credentials y n voice authorized-managers | include oobm "
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
    """Whatever is typed, the switch answers, every port is in a VLAN, and what it prints can be loaded again."""
    config = read("vlan 10\n   untagged 1-3\n   exit\ntrunk 11-12 trk1 lacp\n")
    cli = session(config)
    for line in lines:
        assert isinstance(cli.run(line), str)
        members = [name for one in config.vlans.values() for name in one.untagged]
        assert len(members) == len(set(members))
        assert set(config.bridge_ports()) == {n for one in config.vlans.values() for n in one.untagged | one.tagged}
    text = running_text(config, secrets=True)
    assert running_text(read(text), secrets=True) == text
