"""A simulated Catalyst switch over time: saving, rollback and reload timers, its console, and Netmiko on it."""

import pytest
from netmiko import ConnectHandler

from campusctl.lab.clock import HandClock
from campusctl.lab.ios_console import IosConsole, console
from campusctl.lab.ios_exec import IosDevice
from campusctl.lab.ios_text import running_text
from campusctl.lab.server import LabThread
from campusctl.lab.spec import LabSpec, LabSwitch
from campusctl.lab.surroundings import Neighbor, Station, Surroundings

PORTS = tuple(f"GigabitEthernet1/0/{number}" for number in range(1, 5))
STARTUP = """hostname sw
username admin privilege 15 secret LabSecret
username guest secret GuestSecret
enable secret Enable1
archive
 path flash:backup
vtp mode transparent
vlan 3
 name MGMT
lldp run
interface GigabitEthernet1/0/1
 description uplink
 switchport trunk allowed vlan 1,3
 switchport mode trunk
interface GigabitEthernet1/0/2
 switchport access vlan 3
interface Vlan3
 ip address 10.42.3.11 255.255.255.0
ip default-gateway 10.42.3.1
line vty 0 4
 transport input ssh
"""


class Box:
    """A switch, its clock, what it told everybody, and how often it restarted."""

    def __init__(self, startup: str = STARTUP, around: Surroundings | None = None) -> None:
        self.clock = HandClock()
        self.device = IosDevice(startup, self.clock, ports=PORTS, around=around)
        self.told: list[str] = []
        self.restarts = 0
        self.device.notify = self.told.append
        self.device.restart = self._restarted

    def _restarted(self) -> None:
        self.restarts += 1

    def talk(self, *lines: str, user: str = "admin") -> str:
        """What a session shows."""
        session = console(self.device, user=user, source="10.0.0.10", rows=1000)
        session.open()
        return "".join(session.feed(line + "\r") for line in lines).replace("\r\n", "\n")

    def hostname(self) -> str:
        """Name in the running configuration."""
        return self.device.running.hostname


def test_only_what_is_saved_survives_a_reboot() -> None:
    """Running and startup are two texts."""
    box = Box()
    box.talk("configure terminal", "hostname one", "end", "write memory", "configure terminal", "hostname two")
    assert "hostname one\n" in box.device.startup
    assert box.hostname() == "two"
    box.device.reboot()
    assert box.hostname() == "one"
    assert box.restarts == 1


def test_saving_prints_what_ios_prints() -> None:
    """`write memory` says it is done; `copy` asks for the file."""
    box = Box()
    assert box.talk("wr") == "wr\nBuilding configuration...\n[OK]\nsw#"
    assert box.talk("copy run start", "") == (
        "copy run start\nDestination filename [startup-config]? \nBuilding configuration...\n[OK]\nsw#"
    )


def test_an_unconfirmed_change_is_taken_back() -> None:
    """After the minutes given the configuration is as it was, with a warning one minute before."""
    box = Box()
    shown = box.talk("configure terminal revert timer 5", "hostname changed", "end")
    assert shown == (
        "configure terminal revert timer 5\n"
        "Rollback Confirmed Change: Backing up current running config to flash:backup-1\n\n"
        "Enter configuration commands, one per line.  End with CNTL/Z.\n"
        "sw(config)#hostname changed\nchanged(config)#end\nchanged#"
    )
    box.clock.advance(4 * 60)
    assert box.told[0].startswith("Rollback Confirmed Change: Rollback will begin in one minute.\n")
    assert box.hostname() == "changed"
    box.clock.advance(60)
    assert box.hostname() == "sw"
    assert box.restarts == 0


def test_a_confirmed_change_stays() -> None:
    """`configure confirm` ends the timer; there is nothing to confirm twice."""
    box = Box()
    box.talk("configure terminal revert timer 5", "hostname changed", "end")
    assert box.talk("configure confirm", "configure confirm") == (
        "configure confirm\nchanged#configure confirm\n%No Rollback Confirmed Change pending\n\nchanged#"
    )
    box.clock.advance(3600)
    assert box.hostname() == "changed"


def test_revert_now_does_not_wait() -> None:
    """`configure revert now` takes the change back at once."""
    box = Box()
    box.talk("configure terminal revert timer 5", "hostname changed", "end", "configure revert now")
    assert box.hostname() == "sw"
    assert box.device.armed is None


def test_the_timer_can_be_set_again_and_seen() -> None:
    """`configure revert timer` begins anew; `show archive config rollback timer` tells it."""
    box = Box()
    assert box.talk("show archive config rollback timer").startswith(
        "show archive config rollback timer\n%No Rollback Confirmed Change pending\n"
    )
    box.talk("configure terminal revert timer 2", "hostname changed", "end")
    box.clock.advance(60)
    box.talk("configure revert timer 10")
    assert "Timer value: 10 min\nUser: admin\n" in box.talk("show archive config rollback timer")
    box.clock.advance(9 * 60)
    assert box.hostname() == "changed"
    box.clock.advance(60)
    assert box.hostname() == "sw"


def test_without_an_archive_no_revert_is_armed() -> None:
    """Nothing is entered either: the session stays at the enable prompt."""
    box = Box("hostname sw\n")
    assert box.talk("configure terminal revert timer 5").endswith("\nsw#")
    assert box.device.armed is None


def test_a_reload_comes_unless_it_is_cancelled() -> None:
    """`reload in` asks to save and to go on; unsaved changes are lost with it."""
    box = Box()
    shown = box.talk("configure terminal", "hostname changed", "end", "reload in 5", "no", "")
    assert "\nSystem configuration has been modified. Save? [yes/no]: no\nReload scheduled for " in shown
    assert shown.endswith("Reload reason: Reload Command\nProceed with reload? [confirm]\nchanged#")
    assert "***\n*** --- SHUTDOWN ABORTED ---\n***\n" in box.talk("reload cancel")
    box.clock.advance(3600)
    assert box.hostname() == "changed"
    box.talk("reload in 5", "no", "")
    box.clock.advance(300)
    assert (box.hostname(), box.restarts) == ("sw", 1)
    assert "%No reload is scheduled\n" in box.talk("reload cancel")


def test_reload_asks_for_yes_or_no() -> None:
    """Another answer is asked again."""
    box = Box()
    shown = box.talk("configure terminal", "hostname changed", "end", "reload", "maybe", "yes", "")
    assert "% Please answer 'yes' or 'no'.\n" in shown
    assert (box.hostname(), box.restarts) == ("changed", 1)


def test_an_erased_startup_boots_an_empty_switch() -> None:
    """`write erase` and a reboot."""
    box = Box()
    box.talk("write erase", "")
    assert "startup-config is not present\n" in box.talk("show startup-config")
    box.device.reboot()
    assert box.hostname() == "Switch"


def test_a_user_without_rights_must_enable() -> None:
    """Privilege 1 begins at `>` and knows few commands; the secret is not shown."""
    box = Box()
    shown = box.talk("configure terminal", "enable", "Enable1", "show privilege", user="guest")
    assert "% Invalid input detected at '^' marker.\n" in shown
    assert shown.endswith("sw>enable\nPassword: \nsw#show privilege\nCurrent privilege level is 15\nsw#")
    assert box.talk("enable", "a", "b", "c", user="guest").endswith("Password: \n% Access denied\n\nsw>")


def session(rows: int = 24) -> IosConsole:
    """A session of an administrator."""
    return console(Box().device, rows=rows)


def test_long_output_stops_at_a_page() -> None:
    """Space turns the page, Enter a line, q ends; `terminal length 0` ends it all."""
    terminal = session(10)
    terminal.open()
    shown = terminal.feed("show run\r")
    assert shown.endswith(" --More-- ")
    assert shown.count("\r\n") == 10
    assert terminal.feed("\r").count("\r\n") == 1
    assert terminal.feed(" ").endswith(" --More-- ")
    assert terminal.feed("q").endswith("\rsw#")
    terminal.feed("terminal length 0\r")
    assert terminal.feed("show run\r").endswith("\r\nend\r\n\r\nsw#")


def test_control_z_leaves_and_control_c_forgets() -> None:
    """Ctrl-Z goes to the enable prompt; Backspace and Ctrl-C edit the line."""
    terminal = session()
    terminal.open()
    terminal.feed("conf t\r")
    assert terminal.feed("int gi1/0/2\r\x1a").endswith("^Z\r\nsw#")
    assert terminal.feed("show privx\x7f\r").endswith("privx\b \b\r\nCurrent privilege level is 15\r\nsw#")
    assert terminal.feed("reload\x03").endswith("^C\r\nsw#")


def test_a_line_has_an_end() -> None:
    """Keys beyond 254 characters ring the bell and are dropped."""
    terminal = session()
    terminal.open()
    assert terminal.feed("x" * 260) == "x" * 254 + "\x07" * 6


def test_a_question_mark_asks_for_help() -> None:
    """It shows what may come next, and is no part of the line."""
    terminal = session()
    terminal.open()
    assert terminal.feed("reload ?") == "reload ?\r\n  cancel\r\n  in\r\n\r\nsw#reload "
    terminal.feed("\x15conf t\rint gi1/0/2\r")
    terminal.feed("description what?ever\r")
    assert terminal.device.running.ports[PORTS[1]].description == "whatever"


def test_shows_what_filters_say() -> None:
    """`| include` keeps lines."""
    assert Box().talk("sh run | include ^hostname|gateway") == (
        "sh run | include ^hostname|gateway\nhostname sw\nip default-gateway 10.42.3.1\nsw#"
    )


@pytest.mark.parametrize(
    ("line", "address", "gateway"),
    [
        ("interface vlan 3", "10.42.3.11/24", "10.42.3.1"),
        ("no ip default-gateway", "10.42.3.11/24", ""),
        ("no interface vlan 3", "", "10.42.3.1"),
        ("no vlan 3", "", "10.42.3.1"),
        ("ip default-gateway 10.42.3.9", "10.42.3.11/24", "10.42.3.9"),
    ],
)
def test_the_way_to_the_switch_follows_its_lines(line: str, address: str, gateway: str) -> None:
    """Address and gateway are what the configuration says now."""
    box = Box()
    box.talk("configure terminal", line)
    found = box.device.addresses()
    assert (str(found.get(3, "")), box.device.gateway()) == (address, gateway)


@pytest.mark.parametrize(
    ("lines", "carried"),
    [
        (("shutdown",), ""),
        (("switchport trunk allowed vlan 1",), ""),
        (("switchport trunk native vlan 3",), "untagged"),
        (("switchport mode access",), ""),
        (("switchport mode access", "switchport access vlan 3"), "untagged"),
        (("no switchport",), ""),
        (("description x",), "tagged"),
    ],
)
def test_an_uplink_carries_what_its_lines_say(lines: tuple[str, ...], carried: str) -> None:
    """The management VLAN on the uplink after a change."""
    box = Box()
    box.talk("configure terminal", "interface gi1/0/1", *lines)
    assert box.device.carriage(PORTS[0], 3) == carried


def test_checks_see_what_is_around() -> None:
    """LLDP neighbours, learnt addresses, powered ports: on ports that are up."""
    around = Surroundings(
        linked={PORTS[0], PORTS[1]},
        powered={PORTS[1]},
        neighbors=[Neighbor(PORTS[0], "02:00:00:00:00:02", "1/1/49", "", "core")],
        macs=[Station(PORTS[1], "00:11:22:33:44:55", 3)],
    )
    box = Box(around=around)
    assert "core                Gi1/0/1        120        B               1/1/49\n" in box.talk("show lldp neighbors")
    assert "   3    0011.2233.4455    DYNAMIC     Gi1/0/2\n" in box.talk("show mac address-table")
    assert "Gi1/0/2   auto   on         15.4    Ieee PD" in box.talk("show power inline")
    assert "Gi1/0/1   uplink             connected    trunk " in box.talk("show interfaces status")
    assert "Gi1/0/1     1,3\n" in box.talk("show interfaces trunk")
    assert "Vlan3                  10.42.3.11      YES NVRAM  up                    up\n" in box.talk(
        "show ip int brief"
    )


def test_netmiko_reads_changes_and_saves() -> None:
    """Netmiko's own session preparation, configuration mode and saving work over real SSH."""
    switch = LabSwitch(
        name="sw", school="schule-042", dialect="cisco_ios", address="10.42.3.11", startup=STARTUP, ports=PORTS,
        uplinks=(PORTS[0],), management_vlan=3, linked=(PORTS[0],),
    )  # fmt: skip
    with LabThread(LabSpec(switches=(switch,))) as lab:
        host, port = lab.endpoint("sw")
        with ConnectHandler(
            device_type="cisco_ios", host=host, port=port, username="admin", password="LabSecret"
        ) as connection:
            before = connection.send_command("show running-config")
            connection.send_config_set(["interface gi1/0/2", "description new"], error_pattern="%")
            connection.save_config()
            after = connection.send_command("show startup-config")
    assert "description new" not in before
    assert " description new\n" in after


def test_a_cut_session_comes_back_with_the_rollback() -> None:
    """Shutting the uplink under an armed rollback: once it is due the way stands again."""
    box = Box()
    box.talk("configure terminal revert timer 1", "interface gi1/0/1", "shutdown")
    assert box.device.carriage(PORTS[0], 3) == ""
    box.clock.advance(60)
    assert box.device.carriage(PORTS[0], 3) == "tagged"
    assert " shutdown\n" not in running_text(box.device.running).split("interface Vlan1\n")[0]
