"""Line by line: what a simulated Catalyst keeps of a typed line, takes away with its `no`, and refuses."""

import pytest
from netutils import password

from campusctl.lab.clock import HandClock
from campusctl.lab.ios_acl import admits
from campusctl.lab.ios_console import console
from campusctl.lab.ios_exec import IosDevice
from campusctl.lab.ios_text import running_text
from campusctl.lab.network import CLIENT
from campusctl.lab.surroundings import Neighbor, Surroundings

PORTS = ("GigabitEthernet1/0/1", "GigabitEthernet1/0/2")
STARTUP = "hostname sw\nvtp mode transparent\naaa new-model\nlldp run\nvlan 10\n"
FACTORY = running_text(IosDevice(STARTUP, HandClock(), ports=PORTS).running).splitlines()


def device(text: str = "") -> IosDevice:
    """A switch with two ports."""
    return IosDevice(STARTUP + text, HandClock(), ports=PORTS)


def talk(box: IosDevice, *lines: str) -> str:
    """What a session shows."""
    session = console(box, rows=1000)
    session.open()
    return "".join(session.feed(line + "\r") for line in lines).replace("\r\n", "\n")


def added(box: IosDevice) -> list[str]:
    """Lines of the running configuration that the factory's has not."""
    return [line for line in running_text(box.running).splitlines() if line not in FACTORY]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("clock timezone CET 1",), ["clock timezone CET 1 0"]),
        (("clock summer-time CEST rec last Sun Mar 2:00 last Sun Oct 3:00",),
         ["clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00"]),
        (("ip domain name a.de",), ["ip domain-name a.de"]),
        (("no ip domain lookup",), ["no ip domain-lookup"]),
        (("no ip domain-lookup", "ip domain lookup"), []),
        (("ip name-server 10.1.1.1 10.1.1.2", "no ip name-server 10.1.1.1"), ["ip name-server 10.1.1.2"]),
        (("logging 10.1.1.1", "logging host 10.1.1.2", "no logging 10.1.1.1"), ["logging host 10.1.1.2"]),
        (("ip default-gateway 10.1.1.1", "no ip default-gateway"), []),
        (("snmp-server community abc ro 10",), ["snmp-server community abc RO 10"]),
        (("snmp-server community abc", "snmp-server community abc rw"), ["snmp-server community abc RW"]),
        (("snmp-server community abc view V ro", "no snmp-server community abc"), []),
        (("snmp-server host 10.1.1.1 traps version 2c abc",), ["snmp-server host 10.1.1.1 version 2c abc"]),
        (("snmp-server host 10.1.1.1 version 2c abc", "no snmp-server host 10.1.1.1 version 2c abc"), []),
        (("snmp-server location Raum 1", "snmp-server location Raum 2"), ["snmp-server location Raum 2"]),
        (("ntp server 10.1.1.1", "ntp server 10.1.1.2", "no ntp server 10.1.1.1"), ["ntp server 10.1.1.2"]),
        (("spanning-tree mode rapid-pvst",), ["spanning-tree mode rapid-pvst"]),
        (("spanning-tree mode mst", "no spanning-tree mode"), []),
        (("spanning-tree vlan 10 priority 4096", "spanning-tree vlan 10 priority 32768"), []),
        (("no spanning-tree vlan 10",), ["no spanning-tree vlan 10"]),
        (("no spanning-tree vlan 10", "spanning-tree vlan 10"), []),
        (("ip http server", "no ip http secure-server"), ["ip http server", "no ip http secure-server"]),
        (("ip route 0.0.0.0 0.0.0.0 10.1.1.1", "no ip route 0.0.0.0 0.0.0.0 10.1.1.1"), []),
        (("no lldp run",), []),
        (("vlan 20", "name X", "state suspend", "shutdown"), ["vlan 20", " name X", " state suspend"]),
        (("vlan 20", "name X", "no name", "no shutdown"), ["vlan 10,20"]),
        (("vlan 20", "no vlan 20"), []),
        (("no aaa new-model", "aaa new-model"), []),
        (("aaa authentication login default local",), ["aaa authentication login default local"]),
        (("username a privilege 15", "username a nopassword"), ["username a privilege 15 nopassword"]),
        (("username a password 7 0822455D0A16",), ["username a password 7 0822455D0A16"]),
        (("enable password abc", "no enable password"), []),
        (("enable secret 5 $1$abcd$abcdefghijklmnopqrstuv",), ["enable secret 5 $1$abcd$abcdefghijklmnopqrstuv"]),
        (("line con 0", "exec-timeout 5", "logging synchronous"), [" exec-timeout 5 0", " logging synchronous"]),
        (("line vty 5 15", "password geheim"), [" password geheim"]),
        (("line vty 0 4", "no exec-timeout"), [" exec-timeout 0 0"]),
        (("no line vty 10 15",), ["line vty 5 9"]),
        (("line vty 16 17",), ["line vty 16 17"]),
        (("archive", "path flash:a", "path flash:b", "maximum 3"), ["archive", " path flash:b", " maximum 3"]),
        (("archive", "path flash:a", "no path", "no archive"), []),
        (("radius server R", "address ipv4 10.1.1.1", "exit"), ["radius server R", " address ipv4 10.1.1.1"]),
        (("banner exec #a#", "no banner exec"), []),
        (("ip access-list standard A", "permit host 10.1.1.1 log", "deny any"),
         ["ip access-list standard A", " permit 10.1.1.1 log", " deny any"]),
        (("ip access-list standard A", "permit 10.0.0.0 255.255.255.255", "exit", "no ip access-list standard A"), []),
        (("ip access-list extended A", "permit udp host 10.1.1.1 range 1 9 10.2.2.2 0.0.0.255 eq 161"),
         ["ip access-list extended A", " permit udp host 10.1.1.1 range 1 9 10.2.2.0 0.0.0.255 eq snmp"]),
        (("int gi1/0/1", "switchport mode dynamic desirable"), [" switchport mode dynamic desirable"]),
        (("int gi1/0/1", "switchport mode dynamic auto"), []),
        (("int gi1/0/1", "no switchport", "ip address 10.1.1.1 255.255.255.0"),
         [" no switchport", " ip address 10.1.1.1 255.255.255.0"]),
        (("int gi1/0/1", "no switchport", "ip address dhcp", "switchport"), []),
        (("int gi1/0/1", "switchport voice vlan 10"), [" switchport voice vlan 10"]),
        (("int gi1/0/1", "switchport voice vlan 10", "switchport voice vlan none"), []),
        (("int gi1/0/1", "switchport trunk allowed vlan except 10"), [" switchport trunk allowed vlan 1-9,11-4094"]),
        (("int gi1/0/1", "switchport trunk allowed vlan 10", "switchport trunk allowed vlan all"), []),
        (("int gi1/0/1", "description a", "no description"), []),
        (("int gi1/0/1", "channel-group 1 mode on", "no channel-group"), ["interface Port-channel1"]),
        (("int vlan 10", "ip address 10.1.1.1 255.255.255.0", "ip address 10.1.2.1 255.255.255.0 secondary"),
         ["interface Vlan10", " ip address 10.1.2.1 255.255.255.0 secondary", " ip address 10.1.1.1 255.255.255.0"]),
        (("int vlan 10", "ip address dhcp", "no ip address", "no int vlan 10"), []),
        (("int loopback 0", "description x", "default int lo0"), ["interface Loopback0"]),
    ],
)  # fmt: skip
def test_a_line_leaves(typed: tuple[str, ...], kept: list[str]) -> None:
    """What the running configuration shows afterwards that it did not show before."""
    box = device()
    talk(box, "configure terminal", *typed, "end")
    assert added(box) == kept


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (("ip default-gateway x",), "% Invalid input"),
        (("ip name-server x",), "% Invalid input"),
        (("clock timezone CET",), "% Incomplete command."),
        (("clock timezone CET x",), "% Invalid input"),
        (("clock summer-time CEST",), "% Incomplete command."),
        (("snmp-server host 10.1.1.1",), "% Incomplete command."),
        (("snmp-server user u",), "% Incomplete command."),
        (("snmp-server user u G v9",), "% Invalid input"),
        (("snmp-server user u G v3 auth sha short priv aes 128 longenough",), "% Password must be at least 8"),
        (("no ip route 10.0.0.0 255.0.0.0 10.1.1.1",), "%No matching route to delete"),
        (("vlan 20,21", "name X"), "% Command is only allowed for a single VLAN."),
        (("vlan 1", "name X"), "Default VLAN 1 may not have its name changed."),
        (("vlan 5000",), "Command rejected: Bad VLAN list"),
        (("username a privilege 16",), "% Invalid input"),
        (("username a secret",), "% Incomplete command."),
        (("username a secret 7 0822455D0A16",), "% Invalid input"),
        (("username a secret 5 nohash",), "ERROR: The secret you entered is not a valid encrypted secret."),
        (("no aaa new-model", "aaa authentication login default local"), "% Invalid input"),
        (("no line vty 0 4",), "% Can't delete last 5 VTY lines"),
        (("line vty",), "% Incomplete command."),
        (("line vty 4 x",), "% Invalid input"),
        (("ip access-list standard 150",), "% Invalid input"),
        (("ip access-list standard A", "exit", "ip access-list extended A"), "% A named IP access list with this name"),
        (("ip access-list standard A", "permit"), "% Incomplete command."),
        (("ip access-list standard A", "permit 10.1.1.1 0.0.0.0 x"), "% Invalid input"),
        (("ip access-list standard A", "5 permit any", "5 deny 10.1.1.1"), "% Duplicate sequence number"),
        (("ip access-list standard A", "no 10"), "% Sequence number does not exist"),
        (("ip access-list standard A", "no permit any"), "% Specified entry does not exist"),
        (("ip access-list extended A", "permit foo any any"), "% Invalid input"),
        (("ip access-list extended A", "permit ip any"), "% Incomplete command."),
        (("ip access-list resequence X 10 10",), "% Access list does not exist"),
        (("access-list 200 permit any",), "% Invalid input"),
        (("int gi1/0/1", "switchport access vlan 4095"), "% Invalid input"),
        (("int gi1/0/1", "switchport trunk encapsulation dot1q"), "% Invalid input"),
        (("int gi1/0/1", "channel-group 99 mode on"), "% Invalid input"),
        (("int range gi1/0/2 - 1",), "% Invalid input"),
        (("int range gi1/0/1 - 2", "ip address 10.1.1.1 255.0.0.0"), "% IP addresses may not be configured on an"),
        (("int vlan 10", "ip address 10.1.1.1"), "% Incomplete command."),
        (("int vlan 10", "ip address 10.1.1.x 255.0.0.0"), "% Invalid input"),
        (("int vlan 10", "ip address 10.1.1.1 255.0.0.0", "no ip address 10.1.1.2 255.0.0.0"), "% Address not found"),
        (("no interface vlan 1",), "% Removal of Vlan1 is not permitted"),
        (("int vlan 10", "switchport mode access"), "% Invalid input"),
    ],
)
def test_a_line_is_refused(typed: tuple[str, ...], answer: str) -> None:
    """The last line gets this answer."""
    shown = talk(device(), "configure terminal", *typed)
    assert answer in shown.rsplit(typed[-1] + "\n", 1)[1]


def test_an_older_switch_wants_an_encapsulation_first() -> None:
    """Where ISL is known, a port does not become a trunk on `auto`."""
    box = device("interface GigabitEthernet1/0/1\n switchport trunk encapsulation dot1q\n switchport mode trunk\n")
    shown = talk(box, "conf t", "int gi1/0/2", "switchport mode trunk", "switchport trunk encapsulation dot1q")
    assert 'Command rejected: An interface whose trunk encapsulation is "Auto"' in shown
    assert (
        " switchport trunk encapsulation dot1q\n"
        in running_text(box.running).split("interface GigabitEthernet1/0/2")[1]
    )


@pytest.mark.parametrize(
    ("entry", "admitted"),
    [
        ("permit tcp 10.0.0.0 0.255.255.255 any eq 22", True),
        ("permit tcp any host 10.42.3.11 range 20 30", True),
        ("permit tcp any any gt 22", False),
        ("permit tcp any any neq 23", True),
        ("permit tcp any any lt 23 log", True),
        ("permit tcp any any established", False),
        ("permit tcp any eq 22 any", False),
        ("permit udp any any", False),
        ("permit ip any host 10.42.3.12", False),
    ],
)
def test_an_extended_list_on_the_interface_decides_who_gets_in(entry: str, *, admitted: bool) -> None:
    """An `ip access-group` on the management interface sees SSH to our own address."""
    box = device("interface Vlan10\n ip address 10.42.3.11 255.255.255.0\n")
    talk(box, "conf t", "ip access-list extended E", entry, "int vlan 10", "ip access-group E in")
    assert box.manageable_from(CLIENT, 10) is admitted


def test_a_list_of_remarks_alone_lets_everybody_in() -> None:
    """A remark is no entry."""
    from ipaddress import IPv4Address  # noqa: PLC0415 - only here

    assert admits({10: "remark x"}, "standard", IPv4Address(CLIENT), None)


def test_numbers_of_an_access_list_fit_its_kind() -> None:
    """`show access-lists` tells sequence numbers."""
    box = device()
    talk(box, "conf t", "access-list 150 permit ip any any", "ip access-list standard A", "permit any")
    assert (
        "Extended IP access list 150\n    10 permit ip any any\nStandard IP access list A\n    10 permit any\n"
        in talk(box, "show ip access-lists")
    )


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("show version", "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3"),
        ("show vlan brief", "10   VLAN0010                         active    Gi1/0/2"),
        ("show spanning-tree", "Gi1/0/1             Desg FWD 4         128.1    P2p"),
        ("show etherchannel summary", "1      Po1(SU)         LACP       Gi1/0/1(P)"),
        ("show lldp neighbors detail", "System Name: core"),
        ("show vtp status", "VTP Operating Mode                : Transparent"),
        ("show ip ssh", "SSH Enabled - version 2.0"),
        ("show clock", "22:13:20.000 UTC Tue Nov 14 2023"),
        ("show running-config interface gi1/0/2", " switchport access vlan 10"),
        ("show reload", "No reload is scheduled."),
        ("ping 10.1.1.1", "% Unrecognized host or address, or protocol not running."),
    ],
)
def test_show_commands_tell_the_state(command: str, line: str) -> None:
    """One telling line of each."""
    text = "interface GigabitEthernet1/0/1\n channel-group 1 mode active\n"
    text += "interface GigabitEthernet1/0/2\n switchport access vlan 10\n"
    around = Surroundings(linked=set(PORTS), neighbors=[Neighbor(PORTS[0], "02:00:00:00:00:02", "1/1/1", "", "core")])
    box = IosDevice(STARTUP + text, HandClock(), ports=PORTS, around=around)
    if command == "show spanning-tree":
        talk(box, "conf t", "int gi1/0/1", "no channel-group")
    assert line in talk(box, command)


def test_without_lldp_there_are_no_neighbours() -> None:
    """LLDP must run."""
    box = device()
    talk(box, "conf t", "no lldp run")
    assert "% LLDP is not enabled\n" in talk(box, "show lldp neighbors", "show lldp neighbors detail")


def test_startup_can_be_merged_back() -> None:
    """`copy startup-config running-config` merges; what startup does not mention stays."""
    box = device()
    talk(box, "conf t", "hostname other", "vlan 30", "end", "copy startup-config running-config", "")
    assert (box.running.hostname, sorted(box.running.vlans)) == ("sw", [1, 10, 30])


def test_plain_configure_asks_where_from() -> None:
    """Enter means the terminal."""
    shown = talk(device(), "configure", "")
    assert shown.startswith(
        "configure\nConfiguring from terminal, memory, or network [terminal]? \nEnter configuration"
    )


def test_sessions_end_with_exit() -> None:
    """At the enable prompt."""
    session = console(device())
    session.feed("exit\r")
    assert session.closed


@pytest.mark.parametrize("kind", ["5", "7", "9"])
def test_stored_secrets_of_every_type_log_in(kind: str) -> None:
    """A type 8 secret, or a broken one, lets nobody in."""
    made = {"5": password.encrypt_cisco_type5, "7": password.encrypt_cisco_type7, "9": password.encrypt_cisco_type9}
    word = "password" if kind == "7" else "secret"
    box = device(f"username a {word} {kind} {made[kind]('LabSecret')}\nusername b secret 9 $9$broken\n")
    assert box.allows("a", "LabSecret")
    assert not box.allows("a", "other")
    assert not box.allows("b", "LabSecret")
    assert not box.allows("nobody", "")


def test_a_boot_keeps_unknown_lines_where_they_stand() -> None:
    """In interfaces, VLANs, terminal lines."""
    text = "vlan 30\n new thing\ninterface GigabitEthernet1/0/1\n newer thing\nline con 0\n newest thing\n"
    printed = running_text(device(text).running)
    assert "vlan 30\n new thing\n" in printed
    assert "interface GigabitEthernet1/0/1\n newer thing\n" in printed
    assert "line con 0\n newest thing\n" in printed


def test_clear_passwords_of_lines_are_scrambled_too() -> None:
    """`service password-encryption` leaves nothing readable."""
    box = device()
    talk(box, "conf t", "line con 0", "password geheim", "username a password geheim", "service password-encryption")
    talk(box, "conf t", "username b password geheim", "line vty 0 4", "password geheim")
    text = running_text(box.running)
    assert "geheim" not in text
    assert text.count("password 7 ") == 4


def test_a_reload_that_waits_can_be_seen() -> None:
    """Hours and minutes; warnings come five minutes and one minute before."""
    clock = HandClock()
    box = IosDevice(STARTUP, clock, ports=PORTS)
    told: list[str] = []
    box.notify = told.append
    shown = talk(box, "reload in 1:10", "", "show reload")
    assert "(in 70 minutes) by admin on vty0 (10.0.0.10)\n" in shown
    assert "(in 70 minutes and 0 seconds)" in shown
    clock.advance(69 * 60)
    assert told == ["***\n*** --- SHUTDOWN in 0:05:00 ---\n***", "***\n*** --- SHUTDOWN in 0:01:00 ---\n***"]


def test_nothing_is_pending_twice() -> None:
    """A second revert timer is refused; without one there is nothing to revert or to set."""
    box = device("archive\n path flash:a\n")
    assert "%No Rollback Confirmed Change pending\n" in talk(box, "configure revert now")
    assert "%No Rollback Confirmed Change pending\n" in talk(box, "configure revert timer 5")
    talk(box, "configure terminal revert timer 5")
    assert "already pending" in talk(box, "configure terminal revert timer 5")
    assert "% Invalid input" in talk(box, "configure terminal revert timer 121")
