"""A simulated ArubaOS-Switch over time: saving, scheduled reboots, its console and its management view."""

import re
from ipaddress import IPv4Interface

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.lab.clock import HandClock
from campusctl.lab.procurve_console import console
from campusctl.lab.procurve_exec import ProcurveDevice
from campusctl.lab.surroundings import Neighbor, Station, Surroundings

STARTUP = """hostname "sw"
trunk 11-12 trk1 lacp
ip default-gateway 10.42.3.1
vlan 1
   name "DEFAULT_VLAN"
   untagged 3-10,Trk1
   no ip address
   exit
vlan 3
   name "MGMT"
   tagged Trk1
   ip address 10.42.3.11 255.255.255.0
   exit
vlan 10
   name "LAN"
   untagged 1-2
   no ip address
   exit
"""
BEGIN = 1501549914.0
"""2017-08-01 01:11:54 UTC, the time of the guide's examples."""
PORTS = tuple(str(number) for number in range(1, 13))
_ESCAPE = re.compile(r"\x1b(\[[?0-9;]*[A-Za-z]|E)")


def device(clock: HandClock | None = None, text: str = STARTUP) -> ProcurveDevice:
    """A small switch."""
    return ProcurveDevice(text, clock or HandClock(BEGIN), ports=PORTS)


def plain(text: str) -> str:
    """Terminal output as a person reads it."""
    return _ESCAPE.sub(lambda match: "\r\n" if match[0] == "\x1bE" else "", text)


def say(box: ProcurveDevice, *lines: str, user: str = "manager") -> str:
    """What a console without paging shows for these lines; a line in angle brackets is a single key."""
    screen = console(box, user=user)
    screen.open()
    screen.feed("\rno page\r")
    return plain(screen.feed("".join(line[1] if line.startswith("<") else f"{line}\r" for line in lines)))


def test_the_greeting_waits_for_a_key() -> None:
    """Banner, copyright, question; then the screen is cleared and the prompt painted, byte for byte."""
    screen = console(device(text=STARTUP + 'banner motd "Only for staff."\n'), source="10.0.0.5")
    greeting = screen.open()
    assert greeting.startswith("\x1b[2J")
    assert "Only for staff.\r\n" in greeting
    assert "(C) Copyright" in greeting
    assert greeting.endswith("\x1b[1;24r\x1b[24;1HPress any key to continue")
    shown = screen.feed("\r")
    assert "\x1b[1920;1920H\x1b[6n\x1b[1;1HYour previous successful login (as manager) was on " in shown
    assert shown.endswith(
        " from 10.0.0.5\r\n\x1b[1;24r\x1b[24;1H\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25h\x1b[24;1H\x1b[24;1Hsw# "
        "\x1b[24;1H\x1b[24;5H\x1b[24;1H\x1b[?25h\x1b[24;5H"
    )


def test_the_console_echoes_and_shows_prompts() -> None:
    """Errors carry the word; the next line control is ESC E."""
    screen = console(device())
    screen.open()
    screen.feed("\n")
    raw = screen.feed("conf\n")
    assert raw.startswith("conf\x1b[24;1H\x1b[24;9H\x1b[24;0H\x1bE")
    assert plain(raw) == "conf\r\nsw(config)# "
    assert plain(screen.feed("foo 1\n")) == "foo 1\r\nInvalid input: foo\r\nsw(config)# "


def test_long_answers_come_in_pages_unless_switched_off() -> None:
    """Space, Enter and Control-C, as the marker says."""
    screen = console(device(), rows=5)
    screen.open()
    screen.feed("\r")
    more = "-- MORE --, next page: Space, next line: Enter, quit: Control-C"
    assert plain(screen.feed("show running-config\r")).split("\r\n")[1:] == [
        "",
        "Running configuration:",
        "",
        "; JL256A Configuration Editor; Created on release #WC.16.10.0009",
        more,
    ]
    assert plain(screen.feed("q")) == ""
    assert plain(screen.feed("\r")).endswith(f":45\r\n{more}")
    assert plain(screen.feed("\x03")).endswith("\rsw# ")
    screen.feed("no page\r")
    assert "MORE" not in screen.feed("show running-config\r")


def test_deleting_a_vlan_is_answered_with_one_key() -> None:
    """The ports are named above the question; Enter after the key is only an empty line."""
    shown = say(device(), "conf", "no vlan 10", "<y", "")
    assert shown.endswith(
        "no vlan 10\r\nThe following ports will be moved to the default VLAN:\r\n1-2\r\nDo you want to continue?\r\n"
        "[y/n] y\r\nsw(config)# \r\nsw(config)# "
    )


def test_write_memory_saves_and_a_reboot_forgets_the_rest() -> None:
    """Running and startup configuration are two things, and the switch knows whether they differ."""
    box = device()
    same, changed = "Running configuration is the same as the startup", "has been changed and needs to be saved."
    assert same in say(box, "show config status")
    assert changed in say(box, "conf", "vlan 20", "show config status")
    assert say(box, "write memory").endswith("write memory\r\nsw# ")
    say(box, "conf", "vlan 30")
    box.reboot()
    assert 20 in box.running.vlans
    assert 30 not in box.running.vlans


def test_a_password_survives_a_reboot_without_include_credentials() -> None:
    """What is stored is more than what is shown."""
    box = device()
    say(box, "conf", "password manager user-name admin plaintext geheim", "write memory")
    box.reboot()
    assert (box.allows("admin", "geheim"), box.allows("admin", "x"), box.allows("manager", "geheim")) == (
        True,
        False,
        False,
    )
    assert "sha1" not in say(box, "show running-config")


def test_reload_after_reboots_unless_taken_back() -> None:
    """The time is announced and asked for; `no reload` ends it."""
    clock = HandClock(BEGIN)
    box = device(clock)
    shown = say(box, "reload after 5", "<y", "conf", "interface 12", "disable")
    assert (
        "System will be rebooted at the scheduled time 08/01/2017 01:16:54. Do you want to continue [y/n]? y" in shown
    )
    clock.advance(299)
    assert box.running.ports["12"].disabled
    clock.advance(2)
    assert not box.running.ports["12"].disabled
    say(box, "reload after 1:00", "<y", "conf", "vlan 77", "no reload")
    clock.advance(7200)
    assert 77 in box.running.vlans


def test_reload_offers_to_save_first() -> None:
    """Unsaved changes are asked about before a reboot; n loses them."""
    box = device()
    shown = say(box, "conf", "vlan 20", "reload", "<y", "<n")
    assert "System will be rebooted from primary image. Do you want to continue [y/n]? y\r\n" in shown
    assert "Do you want to save current configuration [y/n/^C]? n\r\n" in shown
    assert 20 not in box.running.vlans
    say(box, "conf", "vlan 20", "reload", "<y", "<y")
    assert 20 in box.running.vlans


@pytest.mark.parametrize("time", ["0", "x", "1:2:3:4", ":5"])
def test_reload_after_takes_a_time(time: str) -> None:
    """[[DD:]HH:]MM, more than nothing."""
    assert say(device(), f"reload after {time}").endswith(f"Invalid input: {time}\r\nsw# ")


def test_logging_out_asks_twice_when_something_is_unsaved() -> None:
    """Out, and whether to save."""
    box = device()
    screen = console(box)
    screen.open()
    screen.feed("\rconf\rvlan 20\rend\r")
    assert plain(screen.feed("logout\ry")).endswith("Do you want to save current configuration [y/n/^C]? ")
    screen.feed("n")
    assert (screen.closed, box.unsaved) == (True, True)


def test_the_operator_needs_the_managers_password() -> None:
    """`enable` asks; the operator cannot read the configuration."""
    box = device(text=STARTUP + 'password manager plaintext "boss"\npassword operator user-name "look" plaintext "x"\n')
    assert say(box, "show running-config", user="look").endswith("Invalid input: running-config\r\nsw> ")
    assert say(box, "enable", "manager", "wrong", user="look").endswith("Password: *****\r\nInvalid password\r\nsw> ")
    assert say(box, "enable", "manager", "boss", user="look").endswith("Password: ****\r\nsw# ")


def test_the_management_view_follows_the_configuration() -> None:
    """Carriage through a trunk's port, our address, our gateway, who may manage."""
    box = device()
    assert [box.carriage("12", vlan) for vlan in (1, 3, 10, 77)] == ["untagged", "tagged", "", ""]
    assert [box.carriage("Trk1", 3), box.carriage("1", 10)] == ["tagged", "untagged"]
    assert (box.addresses(), box.gateway()) == ({3: IPv4Interface("10.42.3.11/24")}, "10.42.3.1")
    assert box.manageable_from("10.0.0.5", 3)
    say(box, "conf", "interface 12 disable", "ip authorized-managers 10.42.0.0 255.255.0.0", "management-vlan 3")
    assert (box.carriage("12", 3), box.carriage("11", 3)) == ("", "tagged")
    allowed = [
        box.manageable_from(source, vlan) for source, vlan in (("10.42.9.9", 3), ("10.0.0.5", 3), ("10.42.9.9", 10))
    ]
    assert allowed == [True, False, False]
    say(box, "conf", "ip routing", "ip route 0.0.0.0/0 10.42.3.254")
    assert box.gateway() == "10.42.3.254"


def test_a_trunk_is_down_when_all_its_ports_are() -> None:
    """A bundle without a working link carries nothing; without SSH nobody gets in."""
    box = device()
    say(box, "conf", "interface 11-12 disable")
    assert (box.carriage("Trk1", 3), box.manageable_from("10.0.0.5", 3)) == ("", True)
    say(box, "conf", "no ip ssh")
    assert not box.manageable_from("10.0.0.5", 3)


def test_enabling_snmpv3_asks_for_an_initial_user() -> None:
    """The guide's dialogue, the first time only."""
    box = device()
    shown = say(box, "conf", "snmpv3 enable", "password1", "password2", "<n")
    assert shown.endswith(
        "snmpv3 enable\r\nSNMPv3 Initialization process.\r\nCreating user 'initial'\r\nAuthentication Protocol: MD5\r\n"
        "Enter authentication password: *********\r\nPrivacy protocol is DES\r\nEnter privacy password: *********\r\n"
        "User 'initial' is created\r\nWould you like to create a user that uses SHA? [y/n] n\r\n"
        "User creation is done.  SNMPv3 is now functional.\r\nsw(config)# "
    )
    assert say(box, "conf", "no snmpv3 enable", "snmpv3 enable").endswith("snmpv3 enable\r\nsw(config)# ")


def test_show_commands_tell_of_the_surroundings() -> None:
    """Neighbours and addresses are seen only where the link is up."""
    around = Surroundings(
        linked={"1", "12"},
        powered={"1"},
        neighbors=[Neighbor("12", "00:11:22:33:44:55", "1/1/52", "to edge", "s042-a1-sw01")],
        macs=[Station("1", "aa:bb:cc:dd:ee:ff", 99)],
    )
    box = ProcurveDevice(STARTUP, HandClock(BEGIN), ports=PORTS, around=around)
    assert "  12        | 00 11 22 33 44 55         1/1/52             to edge" in say(
        box, "show lldp info remote-device"
    )
    assert "  aabbcc-ddeeff 1                               10\r\n" in say(box, "show mac-address")
    assert "  3       MGMT                             | Port-based No    No   \r\n" in say(box, "show vlans")
    assert "  1                Untagged Learn        Up" in say(box, "show vlans 10")
    assert "Delivering" in say(box, "show power-over-ethernet brief")
    assert "  12-Trk1      100/1000T  | No        Yes     Up" in say(box, "show interfaces brief")
    assert "  Trk1   1000T" in say(box, "conf", "spanning-tree", "show spanning-tree")
    gone = say(box, "conf", "interface 1,12 disable", "end", "show mac-address", "show lldp info remote-device")
    assert "aabbcc" not in gone
    assert "s042" not in gone


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"show run\r\n ?qyn\x03\x08\x1b[A|", "conf\r", "reload\r", "logout\r", "enable\r"]),
        max_size=60,
    )
)
def test_no_stream_of_keys_breaks_the_console(keys: list[str]) -> None:
    """Any key at any place is answered with text."""
    screen = console(device(), rows=4)
    screen.open()
    for key in keys:
        assert isinstance(screen.feed(key), str)
