"""A simulated Catalyst switch against what Cisco documents: modes, errors, and what each line does."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.lab.clock import HandClock
from campusctl.lab.ios_console import IosConsole, console
from campusctl.lab.ios_exec import TABLES, IosDevice
from campusctl.lab.ios_text import running_text

PORTS = tuple(f"GigabitEthernet1/0/{number}" for number in range(1, 7))
STARTUP = """hostname sw
username admin privilege 15 secret LabSecret
vtp mode transparent
vlan 3
 name MGMT
vlan 10
interface GigabitEthernet1/0/1
 switchport access vlan 10
 switchport mode access
interface Vlan3
 ip address 10.42.3.11 255.255.255.0
ip default-gateway 10.42.3.1
"""


def box(startup: str = STARTUP) -> IosDevice:
    """A switch with six ports."""
    return IosDevice(startup, HandClock(), ports=PORTS)


def talk(device: IosDevice, *lines: str) -> str:
    """What a session shows when these lines are typed in it."""
    session = console(device, rows=1000)
    session.open()
    return "".join(session.feed(line + "\r") for line in lines).replace("\r\n", "\n")


def configure(device: IosDevice, *lines: str) -> str:
    """What a session shows when these lines are typed in configuration mode, without the way there and back."""
    shown = talk(device, "configure terminal", *lines)
    return shown.split("End with CNTL/Z.\n", 1)[1]


def section(device: IosDevice, head: str) -> str:
    """One section of the running configuration."""
    found = re.search(rf"^{re.escape(head)}\n(?: .*\n)*", running_text(device.running), re.MULTILINE)
    return found[0] if found else ""


def interface(device: IosDevice, number: int) -> list[str]:
    """Lines of a physical port."""
    return [line.strip() for line in section(device, f"interface {PORTS[number - 1]}").splitlines()[1:]]


def test_modes_have_their_prompts() -> None:
    """The prompt tells the mode, `exit` goes one up, `end` all the way."""
    shown = talk(box(), "conf t", "int gi1/0/1", "exit", "vlan 10", "line vty 0 4", "ip access-list standard A", "end")
    assert shown == (
        "conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\n"
        "sw(config)#int gi1/0/1\nsw(config-if)#exit\nsw(config)#vlan 10\nsw(config-vlan)#line vty 0 4\n"
        "sw(config-line)#ip access-list standard A\nsw(config-std-nacl)#end\nsw#"
    )


def test_a_long_name_is_cut_in_configuration_prompts() -> None:
    """Twenty characters of the name stand before `(config)`."""
    assert talk(box("hostname abcdefghijklmnopqrstuvwxyz\n"), "conf t").endswith("\nabcdefghijklmnopqrst(config)#")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "interface GigabitEthernet9/9/9",
            f"{'':21}^\n% Invalid input detected at '^' marker.\n\n",
        ),
        ("foo bar", "           ^\n% Invalid input detected at '^' marker.\n\n"),
        ("vlan", "% Incomplete command.\n\n"),
        ("sn", '% Ambiguous command:  "sn"\n'),
        ("no vlan 1", "%Default VLAN 1 may not be deleted.\n"),
        ("no interface gi1/0/1", "% Removal of physical interfaces is not permitted\n"),
        ("hostname 1sw", "% Hostname contains one or more illegal characters.\n\n"),
    ],
)
def test_nonsense_is_rejected_as_ios_does(line: str, answer: str) -> None:
    """The marker stands below the offending word."""
    assert configure(box(), line) == f"sw(config)#{line}\n{answer}sw(config)#"


def test_an_allowed_list_replaces_and_its_no_means_all() -> None:
    """`allowed vlan LIST` replaces, `add`, `remove` and `except` change, any `no` is every VLAN."""
    device = box()
    configure(device, "int gi1/0/2", "switchport mode trunk", "switchport trunk allowed vlan 10,11")
    configure(device, "int gi1/0/2", "switchport trunk allowed vlan 20-22")
    assert interface(device, 2) == ["switchport trunk allowed vlan 20-22", "switchport mode trunk"]
    configure(device, "int gi1/0/2", "switchport trunk allowed vlan add 30", "switchport trunk allowed vlan remove 21")
    assert interface(device, 2) == ["switchport trunk allowed vlan 20,22,30", "switchport mode trunk"]
    configure(device, "int gi1/0/2", "no switchport trunk allowed vlan 20")
    assert interface(device, 2) == ["switchport mode trunk"]
    configure(device, "int gi1/0/2", "switchport trunk allowed vlan none")
    assert interface(device, 2) == ["switchport trunk allowed vlan none", "switchport mode trunk"]


def test_a_bad_allowed_list_changes_nothing() -> None:
    """A list with a number above 4094 is rejected whole."""
    device = box()
    shown = configure(device, "int gi1/0/2", "switchport trunk allowed vlan 10,5000")
    assert "Command rejected: Bad VLAN allowed list.\n" in shown
    assert interface(device, 2) == []


def test_a_wide_allowed_list_is_wrapped() -> None:
    """A list that is too long for a line goes on with `add`."""
    device = box()
    wanted = ",".join(str(number) for number in range(2, 80, 2))
    configure(device, "int gi1/0/2", f"switchport trunk allowed vlan {wanted}")
    first, second, *_ = interface(device, 2)
    assert first.startswith("switchport trunk allowed vlan 2,4,6,")
    assert second.startswith("switchport trunk allowed vlan add ")
    assert running_text(device.read(running_text(device.running))) == running_text(device.running)


def test_an_access_port_makes_its_vlan() -> None:
    """A missing VLAN is created, with a word about it."""
    device = box()
    shown = configure(device, "int gi1/0/2", "switchport access vlan 30")
    assert "% Access VLAN does not exist. Creating vlan 30\n" in shown
    assert 30 in device.running.vlans


def test_a_deleted_vlan_leaves_its_ports_dead() -> None:
    """The port keeps its line and carries nothing."""
    device = box()
    assert device.carriage(PORTS[0], 10) == "untagged"
    configure(device, "no vlan 10")
    assert interface(device, 1) == ["switchport access vlan 10", "switchport mode access"]
    assert device.carriage(PORTS[0], 10) == ""


def test_two_vlans_cannot_share_a_name() -> None:
    """The name of another VLAN is refused."""
    assert "VLAN #10 and #3 have an identical name: MGMT\n" in configure(box(), "vlan 10", "name MGMT")


def test_a_vtp_client_owns_no_vlan() -> None:
    """VLANs cannot be made, and the running configuration does not show them."""
    device = box("hostname sw\nvtp mode client\n")
    assert "VTP VLAN configuration not allowed when device is in CLIENT mode.\n" in configure(device, "vlan 20")
    assert "vlan 20" not in running_text(device.running)


def test_nameless_vlans_share_a_headline() -> None:
    """Neighbours without a name are printed as one list: two apart, three as a range."""
    device = box("vtp mode transparent\n")
    configure(device, "vlan 10-12,20,21", "exit", "vlan 15", "name X")
    text = running_text(device.running)
    assert "vlan 10-12\n!\nvlan 15\n name X\n!\nvlan 20,21\n!\n" in text


def test_a_channel_group_makes_its_port_channel() -> None:
    """The Port-channel takes the first member's settings, and members follow it."""
    device = box()
    shown = configure(
        device, "int range gi1/0/3 - 4", "switchport mode trunk", "channel-group 1 mode active", "int po1",
        "switchport trunk allowed vlan 3,10",
    )  # fmt: skip
    assert "Creating a port-channel interface Port-channel 1\n" in shown
    settings_ = ["switchport trunk allowed vlan 3,10", "switchport mode trunk"]
    assert interface(device, 3) == [*settings_, "channel-group 1 mode active"]
    assert section(device, "interface Port-channel1").splitlines()[1:] == [f" {line}" for line in settings_]
    assert device.carriage("Port-channel1", 3) == device.carriage(PORTS[2], 3) == "tagged"


def test_a_member_that_differs_is_suspended() -> None:
    """A member configured unlike its Port-channel carries nothing; without any member the channel is down."""
    device = box()
    configure(device, "int gi1/0/3", "switchport mode trunk", "channel-group 1 mode active")
    configure(device, "int gi1/0/3", "switchport trunk allowed vlan 10")
    assert device.carriage(PORTS[2], 10) == ""
    assert device.carriage("Port-channel1", 10) == ""


def test_members_of_one_channel_speak_one_protocol() -> None:
    """LACP and static bundling do not mix, and a member does not change its group directly."""
    device = box()
    configure(device, "int gi1/0/3", "channel-group 1 mode active")
    assert "Command rejected" in configure(device, "int gi1/0/4", "channel-group 1 mode on")
    assert "Command rejected" in configure(device, "int gi1/0/3", "channel-group 2 mode active")


def test_removing_a_port_channel_shuts_its_members() -> None:
    """Else the links would make a loop."""
    device = box()
    configure(device, "int range gi1/0/3 - 4", "channel-group 1 mode on", "exit", "no interface port-channel 1")
    assert interface(device, 3) == interface(device, 4) == ["shutdown"]


def test_addresses_do_not_overlap() -> None:
    """A second interface in the same subnet is refused, and so is a mask with holes."""
    device = box()
    assert "% 10.42.3.0 overlaps with Vlan3\n" in configure(
        device, "int vlan 10", "ip address 10.42.3.12 255.255.255.0"
    )
    shown = configure(device, "int vlan 10", "ip address 10.42.4.12 255.255.0.255")
    assert "Bad mask 0xFFFF00FF for address 10.42.4.12\n" in shown
    assert "% IP addresses may not be configured on L2 links.\n" in configure(
        device, "int gi1/0/2", "ip address 10.9.0.1 255.255.255.0"
    )


def test_removing_an_account_asks_first() -> None:
    """Any other key than Enter or y keeps it."""
    device = box(STARTUP + "username eve secret x\n")
    question = (
        "This operation will remove all username related configurations with same name."
        "Do you want to continue? [confirm]"
    )
    assert configure(device, "no username eve", "n").startswith(f"sw(config)#no username eve\n{question}n\n")
    assert device.allows("eve", "x")
    configure(device, "no username eve", "")
    assert not device.allows("eve", "x")


def test_a_secret_is_hashed_with_a_new_salt() -> None:
    """The same secret set twice looks different and works both times."""
    device = box()
    before = device.running.users["admin"].text
    configure(device, "username admin privilege 15 secret LabSecret")
    after = device.running.users["admin"].text
    assert before != after
    assert before.startswith("$1$")
    assert device.allows("admin", "LabSecret")
    assert not device.allows("admin", "labsecret")


def test_password_and_secret_exclude_each_other() -> None:
    """One account has one of the two."""
    shown = configure(box(), "username admin password x")
    assert "ERROR: Can not have both a user password and a user secret.\n" in shown


def test_password_encryption_scrambles_what_is_there() -> None:
    """Clear passwords become type 7, and log in as before."""
    device = box("username bob password Geheim\nno service password-encryption\n")
    assert "username bob password 0 Geheim\n" in running_text(device.running)
    configure(device, "service password-encryption")
    assert re.search(r"^username bob password 7 [0-9A-F]+$", running_text(device.running), re.MULTILINE)
    assert device.allows("bob", "Geheim")


def test_a_banner_is_read_up_to_its_delimiter() -> None:
    """Lines inside are text whatever they say; there is no prompt between them."""
    device = box()
    shown = configure(device, "banner motd #", "no vlan 10", "#", "banner login %one line%")
    assert shown == (
        "sw(config)#banner motd #\nEnter TEXT message.  End with the character '#'.\nno vlan 10\n#\n"
        "sw(config)#banner login %one line%\nsw(config)#"
    )
    assert 10 in device.running.vlans
    assert "banner motd ^C\nno vlan 10\n^C\nbanner login ^Cone line^C\n" in running_text(device.running)


def test_a_typed_caret_is_the_delimiter() -> None:
    """`^C` typed as two characters ends at the next caret: the C stays, as in many a published configuration."""
    device = box()
    configure(device, "banner motd ^C", "hello", "^C")
    assert "banner motd ^CC\nhello\n^C\n" in running_text(device.running)


def test_a_stored_banner_may_be_indented() -> None:
    """Nothing inside a banner is a section."""
    text = "banner motd ^C\n  indented\nvlan 9\n^C\nvlan 8\n"
    device = box(text)
    assert device.running.banners == {"motd": "\n  indented\nvlan 9\n"}
    assert sorted(device.running.vlans) == [1, 8]


_JUNK = (
    "1",
    "0",
    "99999999999",
    "x",
    "-",
    "1-2",
    "\u00b2",
    "10.1.1.1",
    "255.255.255.0",
    "gi1/0/1",
    "po1",
    "|",
    "^C",
    "#",
    "5 x",
)
_FORMS = [(mode, command.form) for mode, table in TABLES.items() for command in table]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_FORMS), st.lists(st.sampled_from(_JUNK), min_size=9, max_size=9)), max_size=12)
)
def test_no_parameter_breaks_a_command(lines: list[tuple[tuple[str, tuple[str, ...]], list[str]]]) -> None:
    """Every form with any words in place of its parameters gets an answer, typed and stored alike."""
    typed = [
        " ".join(next(junk) if word.startswith("<") else word.split("|")[0] for word in form)
        for (_, form), junk in ((line, iter(words)) for line, words in lines)
    ]
    device = box()
    modes = {"if": "interface gi1/0/1", "vlan": "vlan 10", "acl": "ip access-list standard A", "line": "line vty 0 4"}
    entered = [modes.get(mode, "end") for (mode, _), _ in lines]
    talk(device, *(line for pair in zip(entered, typed, strict=True) for line in ("conf t", *pair, "\x03")))
    box("\n".join(typed))
    assert running_text(device.running).endswith("\nend\n")


def test_access_list_entries_have_numbers_and_an_order() -> None:
    """Entries go to the end or to their number; a duplicate is ignored with a word."""
    device = box()
    shown = configure(
        device, "ip access-list extended X", "permit tcp any host 10.1.1.1 eq 22", "deny ip any any",
        "15 permit udp any any",
        "deny ip any any", "no 10", "no permit ip any any",
    )  # fmt: skip
    assert "% Duplicate deny statement ignored.\n" in shown
    assert device.running.acls["extended", "X"] == {15: "permit udp any any", 20: "deny ip any any"}
    configure(device, "ip access-list resequence X 100 5")
    assert device.running.acls["extended", "X"] == {100: "permit udp any any", 105: "deny ip any any"}


def test_access_list_entries_are_normalised() -> None:
    """Wildcards mask their address; a host of a standard list stands alone."""
    device = box()
    configure(device, "access-list 10 permit host 10.1.1.1", "access-list 10 permit 10.2.3.4 0.0.255.255")
    assert "access-list 10 permit 10.1.1.1\naccess-list 10 permit 10.2.0.0 0.0.255.255\n" in running_text(
        device.running
    )
    configure(device, "no access-list 10 permit 10.1.1.1")
    assert "access-list" not in running_text(device.running)


@pytest.mark.parametrize(
    ("entries", "admitted"),
    [
        ((), True),
        (("permit 10.0.0.0 0.255.255.255",), True),
        (("deny any", "permit 10.0.0.0 0.255.255.255"), False),
        (("permit 192.168.0.0 0.0.255.255",), False),
    ],
)
def test_an_access_class_decides_who_manages(entries: tuple[str, ...], *, admitted: bool) -> None:
    """First match wins, no match denies, an empty list lets everybody in."""
    device = box()
    configure(
        device, "ip access-list standard M", *entries, "line vty 0 15", "access-class M in", "transport input ssh"
    )
    assert device.manageable_from("10.0.0.10", 3) is admitted


def test_without_ssh_on_any_line_nobody_manages() -> None:
    """`transport input none` on every line."""
    device = box()
    configure(device, "line vty 0 15", "transport input none")
    assert not device.manageable_from("10.0.0.10", 3)
    assert not device.serves_ssh()


def test_terminal_lines_are_printed_in_their_ranges() -> None:
    """A setting of two lines splits their range."""
    device = box()
    configure(device, "line vty 0 15", "transport input ssh", "line vty 2 3", "exec-timeout 5")
    text = running_text(device.running)
    assert (
        "line vty 0 1\n transport input ssh\nline vty 2 3\n exec-timeout 5 0\n transport input ssh\n"
        "line vty 4\n transport input ssh\nline vty 5 15\n transport input ssh\n"
    ) in text


def test_snmpv3_users_are_never_printed() -> None:
    """They are in the private configuration, and in `show snmp user`."""
    device = box()
    configure(
        device, "snmp-server group G v3 priv", "snmp-server user u G v3 auth sha Password1 priv aes 128 Password2"
    )
    assert "snmp-server user" not in running_text(device.running)
    assert "User name: u\n" in talk(device, "show snmp user")
    device.save()
    device.reboot()
    assert "User name: u\n" in talk(device, "show snmp user")


def test_bridge_priorities_come_in_steps() -> None:
    """Other numbers than multiples of 4096 are refused."""
    device = box()
    assert "% Bridge Priority must be in increments of 4096.\n" in configure(
        device, "spanning-tree vlan 1-9 priority 5000"
    )
    configure(device, "spanning-tree vlan 1-9 priority 4096", "no spanning-tree vlan 3 priority")
    assert "spanning-tree vlan 1-2,4-9 priority 4096\n" in running_text(device.running)


def test_what_is_so_anyway_is_not_printed() -> None:
    """Defaults are hidden; what is on by default shows its `no`."""
    device = box()
    configure(
        device, "int gi1/0/2", "no shutdown", "power inline auto", "spanning-tree portfast edge", "no lldp transmit"
    )
    assert interface(device, 2) == ["no lldp transmit", "spanning-tree portfast"]
    configure(device, "int gi1/0/2", "lldp transmit", "no spanning-tree portfast", "power inline never")
    assert interface(device, 2) == ["power inline never"]


def test_a_default_interface_is_empty_again() -> None:
    """`default interface` takes every line away."""
    device = box()
    assert "Interface GigabitEthernet1/0/1 set to default configuration\n" in configure(device, "default int gi1/0/1")
    assert interface(device, 1) == []


def test_unknown_lines_of_a_stored_configuration_are_kept() -> None:
    """Word for word, in their section, certificates too."""
    text = (
        "hostname sw\ncrypto pki certificate chain TP-1\n certificate self-signed 01\n  3082024B 308201B4\n  \tquit\n"
        "some new feature on\nsome new section X\n line of it\n  deeper line\n"
    )
    printed = running_text(box(text).running)
    for part in text.split("\n", 1)[1].splitlines():
        assert part in printed.splitlines()


WORDS = st.sampled_from(
    [
        "switchport mode trunk", "switchport mode access", "no switchport mode", "switchport access vlan 10",
        "switchport access vlan 3", "switchport trunk native vlan 3", "switchport trunk allowed vlan 3,10-12",
        "switchport trunk allowed vlan add 2000-2002", "switchport trunk allowed vlan remove 10", "shutdown",
        "no shutdown", "description x y", "no description", "spanning-tree portfast", "no spanning-tree portfast",
        "spanning-tree bpduguard enable", "power inline never", "power inline auto", "switchport voice vlan 20",
        "no switchport trunk allowed vlan", "channel-group 1 mode active", "no channel-group", "no lldp transmit",
        "storm-control broadcast level 1.00", "no storm-control broadcast level", "vlan 10-14", "no vlan 12",
        "interface GigabitEthernet1/0/2", "interface range GigabitEthernet1/0/3 - 5", "interface Port-channel1",
        "ip access-list standard A", "permit 10.0.0.0 0.0.0.255", "deny any", "no permit 10.0.0.0 0.0.0.255",
        "ntp server 10.0.0.1", "no ntp server 10.0.0.1", "line vty 0 4", "exec-timeout 5 0", "no exec-timeout",
        "logging host 10.0.0.2", "snmp-server location A 1", "no snmp-server location",
        "aaa new-model", "banner motd #a#",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_any_running_configuration_boots_into_itself(lines: list[str]) -> None:
    """Whatever was typed: the text a switch prints, read at boot, prints the same text."""
    device = box()
    configure(device, *lines)
    text = running_text(device.running)
    assert running_text(device.read(text)) == text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_no_key_breaks_a_session(keys: str) -> None:
    """Any input gives some output and a prompt in the end."""
    session: IosConsole = console(box(), rows=24)
    session.open()
    session.feed(keys)
    session.feed("\x03q\x03\r")
    assert session.closed or session.cli.prompt().endswith("#")
