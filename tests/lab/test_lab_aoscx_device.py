"""A simulated AOS-CX switch over time: saving, checkpoints, rebooting, its console and its management view."""

from ipaddress import IPv4Interface

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.lab.aoscx_console import console
from campusctl.lab.aoscx_exec import AosCxDevice
from campusctl.lab.clock import HandClock
from campusctl.lab.surroundings import Neighbor, Station, Surroundings

STARTUP = """hostname sw
vlan 3
    name MGMT
vlan 10
interface lag 1
    no shutdown
    vlan trunk native 1
    vlan trunk allowed 1,3
interface 1/1/3
    lag 1
interface 1/1/2
    vlan access 10
interface vlan 3
    ip address 10.42.3.11/24
ip route 0.0.0.0/0 10.42.3.1
"""
BEGIN = 1501549914.0
"""2017-08-01 01:11:54 UTC, the time of the guide's examples."""
PORTS = ("1/1/1", "1/1/2", "1/1/3", "1/1/4")


def device(clock: HandClock | None = None) -> AosCxDevice:
    """A small switch."""
    return AosCxDevice(STARTUP, clock or HandClock(BEGIN), ports=PORTS)


def say(box: AosCxDevice, *lines: str) -> str:
    """What a console without paging shows for these lines."""
    screen = console(box)
    screen.open()
    screen.feed("no page\r")
    return screen.feed("".join(f"{line}\r" for line in lines))


def test_the_console_echoes_and_shows_prompts() -> None:
    """Exactly what a terminal receives, backspace and Windows line ends included."""
    screen = console(device())
    assert screen.open() == "sw# "
    assert screen.feed("conf t\r") == "conf t\r\nsw(config)# "
    assert screen.feed("vlanx\x08 20\r\n") == "vlanx\b \b 20\r\nsw(config-vlan-20)# "
    assert screen.feed("foo\n") == "foo\r\nInvalid input: foo\r\nsw(config-vlan-20)# "
    assert screen.feed("abc\x15end\r") == "abc\b \b\b \b\b \bend\r\nsw# "
    assert screen.feed("abc\x03") == "abc^C\r\nsw# "
    assert (screen.feed("exit\r"), screen.closed) == ("exit\r\n", True)


def test_long_answers_come_in_pages_unless_switched_off() -> None:
    """Space, Enter and q, as the marker says; other keys are swallowed while it stands."""
    screen = console(device(), rows=5)
    screen.open()
    first = screen.feed("show running-config\r").split("\r\n")
    more = "-- MORE --, next page: Space, next line: Enter, quit: q"
    wipe = "\r" + " " * len(more) + "\r"
    assert first[1:] == [
        "Current configuration:",
        "!",
        "!Version ArubaOS-CX FL.10.10.1020",
        "!export-password: default",
        more,
    ]
    assert screen.feed("x") == ""
    assert screen.feed("\r") == f"{wipe}hostname sw\r\n{more}"
    assert screen.feed(" ") == f"{wipe}vlan 1,10\r\nvlan 3\r\n    name MGMT\r\ninterface lag 1\r\n{more}"
    assert screen.feed("q") == f"{wipe}sw# "
    screen.feed("no page\r")
    assert "MORE" not in screen.feed("show running-config\r")


def test_write_memory_saves_and_a_reboot_forgets_the_rest() -> None:
    """Running and startup configuration are two things."""
    box = device()
    assert say(box, "configure terminal", "vlan 20", "write memory").endswith(
        "Copying configuration: [Success]\r\nsw(config-vlan-20)# "
    )
    say(box, "conf t", "vlan 30")
    assert {20, 30} <= box.running.vlans.keys()
    box.reboot()
    assert 20 in box.running.vlans
    assert 30 not in box.running.vlans


def test_boot_system_asks_twice() -> None:
    """Saving, then going on; the session learns that the switch is going down."""
    box = device()
    downs: list[bool] = []
    box.restart = lambda: downs.append(True)
    shown = say(box, "conf t", "vlan 20", "end", "boot system", "n", "y")
    assert "Do you want to save the current configuration (y/n)? n\r\n" in shown
    assert "Continue (y/n)? y\r\nThe system is going down for reboot.\r\n" in shown
    assert (downs, 20 in box.running.vlans) == ([True], False)


def test_an_unconfirmed_auto_checkpoint_restores_the_configuration() -> None:
    """The guide's example: the warning two minutes before, then the restoration."""
    clock, heard = HandClock(BEGIN), []
    box = device(clock)
    box.notify = heard.append
    shown = say(box, "checkpoint auto 20", "conf t", "interface lag 1", "shutdown")
    assert "Auto checkpoint mode expires in 20 minute(s)\r\n" in shown
    clock.advance(18 * 60 - 1)
    assert heard == []
    clock.advance(1)
    assert heard == ['WARNING  Please "checkpoint auto confirm" within 2 minutes']
    assert box.running.lags[1].shutdown
    clock.advance(120)
    assert heard[1:] == [
        "WARNING Restoring configuration. Do NOT add any new configuration.",
        "Restoration successful",
    ]
    assert not box.running.lags[1].shutdown


def test_a_confirmed_auto_checkpoint_stays() -> None:
    """Confirmation names the checkpoint after the time, and nothing happens at the old expiry."""
    clock = HandClock(BEGIN)
    box = device(clock)
    say(box, "checkpoint auto 5", "conf t", "vlan 99")
    clock.advance(240)
    assert "checkpoint AUTO20170801011554 created" in say(box, "checkpoint auto confirm")
    clock.advance(600)
    assert 99 in box.running.vlans
    assert say(box, "checkpoint auto confirm").endswith("Auto checkpoint mode is not running.\r\nsw# ")


@pytest.mark.parametrize("minutes", ["0", "61", "x"])
def test_an_auto_checkpoint_takes_1_to_60_minutes(minutes: str) -> None:
    """The guide's range."""
    assert say(device(), f"checkpoint auto {minutes}").endswith(f"Invalid input: {minutes}\r\nsw# ")


def test_a_reboot_ends_an_armed_rollback() -> None:
    """The startup configuration counts then."""
    clock = HandClock(BEGIN)
    box = device(clock)
    say(box, "checkpoint auto 5", "conf t", "vlan 99", "write memory")
    box.reboot()
    clock.advance(600)
    assert 99 in box.running.vlans


def test_checkpoints_are_kept_and_brought_back() -> None:
    """By copy and by rollback; the startup configuration is one too."""
    box = device()
    say(box, "copy running-config checkpoint before", "conf t", "hostname changed", "no vlan 10")
    assert say(box, "checkpoint rollback nowhere").endswith("Checkpoint nowhere doesn't exist\r\nchanged# ")
    assert say(box, "checkpoint rollback before").endswith("Success\r\nsw# ")
    assert 10 in box.running.vlans
    say(box, "conf t", "no vlan 10")
    assert say(box, "copy checkpoint before running-config").endswith("Copying configuration: [Success]\r\nsw# ")
    say(box, "conf t", "no vlan 10")
    say(box, "checkpoint rollback startup-config")
    assert 10 in box.running.vlans
    assert "before " in say(box, "show checkpoint")
    assert "before " not in say(box, "erase checkpoint before", "show checkpoint")


def test_an_unsolicited_warning_stands_in_the_middle_of_typing() -> None:
    """The prompt and what was typed come again after it."""
    screen = console(device())
    screen.open()
    screen.feed("show ver")
    assert screen.announce("WARNING") == "WARNING\r\nsw# show ver"


def test_output_can_be_filtered() -> None:
    """Include, exclude and begin with a regular expression."""
    assert say(device(), "show running-config | include ^vlan").endswith("\r\nvlan 1,10\r\nvlan 3\r\nsw# ")
    assert say(device(), 'show run | beg "ip route"').endswith("\r\nip route 0.0.0.0/0 10.42.3.1\r\nsw# ")
    assert say(device(), "show run | foo x").endswith("\r\nInvalid input: foo x\r\nsw# ")


def test_logins_are_checked_against_the_accounts() -> None:
    """Out of the box `admin` has no password; afterwards only what was set counts."""
    box = device()
    assert (box.allows("admin", ""), box.allows("admin", "x")) == (True, False)
    say(box, "conf t", "user campus group administrators password plaintext geheim")
    assert (box.allows("campus", "geheim"), box.allows("campus", "x"), box.allows("admin", "")) == (True, False, False)


def test_the_management_view_follows_the_configuration() -> None:
    """Carriage through the LAG of a port, our address, our gateway."""
    box = device()
    assert [box.carriage("1/1/3", vlan) for vlan in (1, 3, 10, 77)] == ["untagged", "tagged", "", ""]
    assert [box.carriage("lag 1", 3), box.carriage("1/1/2", 10), box.carriage("1/1/2", 3)] == ["tagged", "untagged", ""]
    assert (box.addresses(), box.gateway()) == ({3: IPv4Interface("10.42.3.11/24")}, "10.42.3.1")
    say(box, "conf t", "interface lag 1", "shutdown", "no ip route 0.0.0.0/0 10.42.3.1", "interface vlan 3", "shutdown")
    assert (box.carriage("1/1/3", 3), box.addresses(), box.gateway()) == ("", {}, "")


def test_a_lag_is_down_when_all_its_members_are() -> None:
    """A bundle without a working link carries nothing."""
    box = device()
    say(box, "conf t", "interface 1/1/3", "shutdown")
    assert box.carriage("lag 1", 3) == ""


@pytest.mark.parametrize(
    ("entries", "inside"),
    [
        (("permit tcp 10.0.0.0/24 any eq 22",), True),
        (("permit tcp 10.9.0.0/24 any eq ssh",), False),
        (("deny tcp any any eq 22", "permit any any any"), False),
        (("deny tcp any any eq 23", "deny udp any any", "permit tcp any 10.42.3.11 eq ssh"), True),
        (("permit tcp any any gt 1023",), False),
        (("permit tcp any range 1024 65535 any range 20 23",), True),
        (("comment permit any any any", "deny any 10.0.0.10 any"), False),
    ],
)
def test_the_control_plane_list_decides_who_gets_in(entries: tuple[str, ...], inside: bool) -> None:  # noqa: FBT001 - a table's column
    """First match wins, and a list ends with a silent deny; it must exist before it is applied."""
    box = device()
    apply = "apply access-list ip MGMT control-plane vrf default"
    assert say(box, "conf t", apply).endswith("Access-list MGMT does not exist.\r\nsw(config)# ")
    say(box, "conf t", "access-list ip MGMT", *entries, apply)
    assert box.manageable_from("10.0.0.10", 3) is inside


def test_without_ssh_nobody_gets_in() -> None:
    """`no ssh server vrf default` after it was listed."""
    box = device()
    assert box.manageable_from("10.0.0.10", 3)
    box = AosCxDevice(STARTUP + "ssh server vrf default\n", HandClock(BEGIN), ports=PORTS)
    assert box.manageable_from("10.0.0.10", 3)
    say(box, "conf t", "no ssh server vrf default")
    assert not box.manageable_from("10.0.0.10", 3)


def test_show_commands_tell_of_the_surroundings() -> None:
    """Neighbours and addresses are seen only where the link is up."""
    around = Surroundings(
        linked={"1/1/2", "1/1/3"},
        powered={"1/1/2"},
        neighbors=[Neighbor("1/1/3", "00:11:22:33:44:55", "1/1/52", "to edge", "s042-a1-sw01")],
        macs=[Station("1/1/2", "aa:bb:cc:dd:ee:ff", 1)],
    )
    box = AosCxDevice(STARTUP, HandClock(BEGIN), ports=PORTS, around=around)
    assert "1/1/3       00:11:22:33:44:55  1/1/52" in say(box, "show lldp neighbor-info")
    assert "aa:bb:cc:dd:ee:ff    10      dynamic                    1/1/2\r\n" in say(box, "show mac-address-table")
    assert "3     MGMT                              up      ok                      static     lag1\r\n" in say(
        box, "show vlan"
    )
    assert "Delivering" in say(box, "show power-over-ethernet")
    assert "1/1/1     1       access  1GbT            yes     down    Waiting for link" in say(box, "show int brief")
    gone = say(
        box, "conf t", "interface 1/1/2-1/1/3", "shutdown", "end", "show mac-address-table", "show lldp neighbor"
    )
    assert "Number of MAC addresses : 0" in gone
    assert "Total Neighbor Entries          : 0" in gone


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"show run\r\n ?qyn\x03\x08\x1b[A|", "conf t\r", "boot system\r", "no page\r"]), max_size=60
    )
)
def test_no_stream_of_keys_breaks_the_console(keys: list[str]) -> None:
    """Any key at any place is answered with text."""
    screen = console(device(), rows=4)
    screen.open()
    for key in keys:
        assert isinstance(screen.feed(key), str)
