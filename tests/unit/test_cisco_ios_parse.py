"""What an IOS text means: equal texts give equal states, and no text at all makes the parser fail."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.compare import compare_texts
from campusctl.drivers.switch.dialects._ios_words import GLOBAL, LINE, PORT, SERVER, port_name, port_range, vlan_list
from campusctl.drivers.switch.dialects.cisco_ios import DIALECT
from campusctl.engine.diff import compare
from campusctl.model.secret import Match, Secret, SecretKind

CASES = Path(__file__).parents[1] / "cases"
TEXTS = [path.read_text() for path in (*sorted(CASES.glob("cisco_ios/*/*.cfg")), CASES / "render" / "cisco_ios.cfg")]

EQUAL = {
    "vlan list": ("vlan 10-12,20\n", "vlan 10\nvlan 11,12\nvlan 20\n name VLAN0020\n"),
    "wrapped vlan list": (
        "interface Po1\n switchport trunk allowed vlan 1-4\n switchport trunk allowed vlan add 7,9\n",
        "interface port-channel 1\n switchport trunk allowed vlan 1,2,3,4,7,9\n",
    ),
    "list by removal": (
        "interface Gi0/1\n switchport mode trunk\n switchport trunk allowed vlan remove 1\n",
        "interface Gi0/1\n switchport mode trunk\n switchport trunk allowed vlan 2-4094\n",
    ),
    "all is no list": (
        "interface Gi0/1\n switchport mode trunk\n switchport trunk allowed vlan all\n",
        "interface Gi0/1\n switchport mode trunk\n switchport trunk allowed vlan 1-4094\n",
    ),
    "a no means all": (
        "interface Gi0/1\n switchport mode trunk\n no switchport trunk allowed vlan\n",
        "interface Gi0/1\n switchport mode trunk\n",
    ),
    "a member makes its LAG": (
        "interface Gi0/1\n channel-group 7 mode active\n",
        "interface Gi0/1\n channel-group 7 mode active\ninterface Port-channel7\n",
    ),
    "priority lines": (
        "spanning-tree vlan 1-5 priority 4096\nspanning-tree vlan 6-10 priority 4096\n",
        "spanning-tree vlan 1-10 priority 4096\n",
    ),
    "default priority": ("spanning-tree vlan 1-10 priority 32768\n", ""),
    "name servers": ("ip name-server 10.1.1.1 10.1.1.2\n", "ip name-server 10.1.1.2\nip name-server 10.1.1.1\n"),
    "domain name": ("ip domain-name a.example\n", "ip domain name a.example\n"),
    "syslog host": ("logging 10.1.1.1\n", "logging host 10.1.1.1\n"),
    "time zone minutes": ("clock timezone CET 1 0\n", "clock timezone CET 1\n"),
    "accounting in lines": (
        "aaa accounting exec default\n action-type start-stop\n group tacacs+\n!\n",
        "aaa accounting exec default start-stop group tacacs+\n",
    ),
    "account in lines": (
        "username a privilege 15\nusername a secret 5 $1$abcd$tbZ1UyHYoVdYf5OVIJGT61\n",
        "username a privilege 15 secret 5 $1$abcd$tbZ1UyHYoVdYf5OVIJGT61\n",
    ),
    "acl twice is one": (
        "access-list 7 permit 10.1.1.1\nhostname a\naccess-list 7 permit any\n",
        "hostname a\nip access-list standard 7\n permit 10.1.1.1\n permit any\n",
    ),
    "acl numbers order": (
        "ip access-list extended A\n 20 permit ip any any\n 10 deny tcp any any eq 23\n",
        "ip access-list extended A\n deny tcp any any eq telnet\n permit ip any any\n",
    ),
    "banner on one line": ("banner motd ^CHallo^C\n", "banner motd x\nHallo\nx\n"),
    "whole text indented": ("hostname a\nvlan 10\n name b\n", "    hostname a\n    vlan 10\n      name b\n"),
    "no indentation": (
        "interface Gi0/1\n description a\n switchport mode access\n shutdown\nline vty 0 4\n login local\n",
        "interface Gi0/1\ndescription a\nswitchport mode access\nshutdown\nline vty 0 4\nlogin local\n",
    ),
    "tabs and line ends": ("vlan 10\n name a\n", "vlan 10\r\n\tname a\r\n"),
    "interface twice": (
        "interface Gi0/1\n description a\n!\ninterface Gi0/1\n shutdown\n",
        "interface Gi0/1\n description a\n shutdown\n",
    ),
    "exit of an address family": (
        "router bgp 1\n address-family ipv4\n  network 10.0.0.0\n exit-address-family\n",
        "router bgp 1\n address-family ipv4\n  network 10.0.0.0\n !\n",
    ),
    "vtp server keeps its vlans elsewhere": (
        """hostname a
end

VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/2
30   Schueler                         active    Gi1/0/1
                                                Gi1/0/5
1002 fddi-default                     act/unsup
""",
        "hostname a\nvlan 30\n name Schueler\n",
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_texts_that_mean_the_same_are_equal(name: str) -> None:
    """Forms, order, indentation and hidden defaults make no difference."""
    one, other = (DIALECT.parse(text).settings for text in EQUAL[name])
    assert one == other


DIFFERENT = {
    "access list order": (
        "access-list 7 deny any\naccess-list 7 permit any\n",
        "access-list 7 permit any\naccess-list 7 deny any\n",
    ),
    "secondary address": (
        "interface Vlan3\n ip address 10.1.1.1 255.255.255.0\n",
        "interface Vlan3\n ip address 10.1.1.1 255.255.255.0 secondary\n",
    ),
    "routed port": ("interface Gi0/1\n no switchport\n", "interface Gi0/1\n"),
    "nothing allowed": ("interface Gi0/1\n switchport trunk allowed vlan none\n", "interface Gi0/1\n"),
    "cdp off": ("no cdp run\n", "cdp run\n"),
    "a community's rights": ("snmp-server community a RO\n", "snmp-server community a RW\n"),
    "login without a password": ("line vty 0 4\n no login\n", "line vty 0 4\n login\n"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_texts_that_mean_something_else_differ(name: str) -> None:
    """What a device would do differently is an edit."""
    one, other = (DIALECT.parse(text) for text in DIFFERENT[name])
    assert compare(one, other).edits


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("gigabitethernet 1/0/1", "GigabitEthernet1/0/1"),
        ("Te1/1/4", "TenGigabitEthernet1/1/4"),
        ("Twe1/1/1", "TwentyFiveGigE1/1/1"),
        ("Tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("Fo1/1/1", "FortyGigabitEthernet1/1/1"),
        ("Hu1/0/25", "HundredGigE1/0/25"),
        ("Fa0/1", "FastEthernet0/1"),
        ("po1", "Port-channel1"),
        ("Vl30", "Vlan30"),
        ("Lo0", "Loopback0"),
        ("Gi0/0.10", "GigabitEthernet0/0.10"),
        ("Unheard1/2", "Unheard1/2"),
        ("no number", "no number"),
    ],
)
def test_interface_names_are_canonical(text: str, name: str) -> None:
    """Abbreviations, case and spaces as IOS takes them."""
    assert port_name(text) == name
    assert port_name(name) == name


def test_an_interface_range_is_its_ports() -> None:
    """Several ranges, with and without spaces."""
    names = port_range("Gi1/0/1 - 2 , Te1/1/3, Fa0/7-8")
    assert names == (
        "GigabitEthernet1/0/1",
        "GigabitEthernet1/0/2",
        "TenGigabitEthernet1/1/3",
        "FastEthernet0/7",
        "FastEthernet0/8",
    )


def test_vlan_lists_are_printed_as_ios_prints_them() -> None:
    """Two neighbours are no range."""
    assert vlan_list({1, 2, 4, 5, 6, 9}) == "1,2,4-6,9"


def test_hash_and_plaintext_are_the_same_secret() -> None:
    """A vault's plaintext is compared with what the device stored; what cannot be compared is said so."""
    running = (
        "username a privilege 15 secret 5 $1$abcd$IV2lfF0pdbUIYNeHWyX9a0\n"
        "line vty 0 4\n password 7 0822455D0A16\n"
        "enable secret 9 $9$aaaaaaaaaaaaaa$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
    )
    state = DIALECT.parse(running)
    stored = state.get("vty", "0 4", "password")
    assert isinstance(stored, Secret)
    assert stored.kind is SecretKind.CISCO7
    assert stored.match(Secret("cisco")) is Match.SAME
    other = DIALECT.parse(running.replace("bbbb", "cccc"))
    assert [path[0] for path in compare(state, other).unchecked] == ["enable"]


def test_no_secret_stands_in_a_state_or_a_command() -> None:
    """Communities, keys and passwords are masks and tokens, also in lines that nobody knows."""
    text = (
        "username a secret geheim1\nsnmp-server community geheim2 RO\nsnmp-server host 10.1.1.1 version 2c geheim3\n"
        "enable secret geheim4\nline vty 0 4\n password geheim5\nntp authentication-key 1 md5 geheim6\n"
        "tacacs-server key geheim7\ntacacs server x\n key geheim8\nkey chain k\n key 1\n  key-string geheim9\n"
        "snmp-server user u g v3 auth sha geheim10 priv aes 128 geheim11\nppp chap password 0 geheim12\n"
    )
    state = DIALECT.parse(text)
    assert "geheim" not in repr(state)
    found = compare_texts(DIALECT, "hostname a\n", "hostname a\n" + text)
    assert "geheim" not in repr(found.commands)
    assert "geheim" not in repr(found.edits)
    sent = {secret.reveal() for secret in found.secrets.values()}
    assert {f"geheim{number}" for number in (*range(1, 9), 10, 11)} <= sent


def test_an_snmp_user_is_read_from_the_devices_own_list() -> None:
    """IOS keeps SNMPv3 users out of its configuration; their secrets exist and cannot be checked."""
    running = (
        "end\n\nUser name: leser\nEngine ID: 800000090300\nstorage-type: nonvolatile\t active\n"
        "Authentication Protocol: SHA\nPrivacy Protocol: AES128\nGroup-name: campus\n"
    )
    intended = "snmp-server user leser campus v3 auth sha <<secret:a>> priv aes 128 <<secret:b>>\n"
    found = compare_texts(DIALECT, running, intended)
    assert found.edits == ()
    assert [path[3] for path in found.unchecked] == ["auth", "priv"]


def test_manage_gives_the_template_a_section() -> None:
    """By context, in canonical names; `global` is everything at the top."""
    state = DIALECT.parse("! manage: global\n! manage: interface Gi1/0/1\n! manage: line vty 0 15\n")
    assert state.manages == {
        ("free",),
        ("free", "interface GigabitEthernet1/0/1"),
        ("free", "line vty 0 4"),
        ("free", "line vty 5 15"),
    }


ODD_WORDS = [
    "1-4094",
    "99999999999999999999",
    "^C",
    "10.0.0.1",
    "255.255.255.0",
    "Gi1/0/1",
    "-",
    ",",
    "@",
    "{",
    "!",
    "exit",
    "end",
    "\x00",
    "\x08",
    "é",
    "²",
    "secondary",
    "dhcp",
    "add",
    "except",
    "range",
    "<<secret:a/b>>",
    "--More--",
    "manage:",
    "line vty 0 4",
    ":",
]
WORDS = [*sorted({word for table in (GLOBAL, PORT, LINE, SERVER) for word in table.words()}), *ODD_WORDS]
odd_lines = st.lists(
    st.tuples(
        st.sampled_from(["", "", " ", "  ", "\t", "no ", " no "]), st.lists(st.sampled_from(WORDS), max_size=7)
    ).map(lambda parts: parts[0] + " ".join(parts[1])),
    max_size=25,
).map("\n".join)


@settings(deadline=None)
@example("hostname a\n", "line vty 0 4 :\n access-class ALT in\n")
@given(st.one_of(odd_lines, st.text(max_size=300)), st.one_of(odd_lines, st.text(max_size=300)))
def test_no_text_makes_it_fail(one: str, other: str) -> None:
    """Any two texts can be compared, and a text does not differ from itself."""
    compare_texts(DIALECT, one, other)
    found = compare(DIALECT.parse(one), DIALECT.parse(one))
    assert (found.edits, found.unmanaged) == ((), ())


@settings(deadline=None)
@given(st.sampled_from(TEXTS), st.integers(0, 5000), st.sampled_from(TEXTS), odd_lines)
def test_broken_configurations_are_read(text: str, cut: int, other: str, junk: str) -> None:
    """Cut off anywhere, or with junk in the middle."""
    broken = text[: cut % (len(text) + 1)] + "\n" + junk + "\n" + text[cut % (len(text) + 1) :]
    for command in compare_texts(DIALECT, broken, other).commands:
        assert not command.text.startswith(("no line", "no interface G", "default interface", "no ip default-gateway"))
    assert compare(DIALECT.parse(broken), DIALECT.parse(broken)).edits == ()


def test_a_banner_without_an_end_is_not_sent() -> None:
    """A device would take every following line as its text."""
    found = compare_texts(DIALECT, "hostname a\n", "hostname a\nbanner motd ^C\nvlan 10\n")
    assert [command.text for command in found.commands] == ["vlan 10", "exit"]
    assert [refused.command for refused in found.refused] == ["banner motd ^C"]
