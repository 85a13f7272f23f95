"""What a session says and hears at a healthy switch, over both transports."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import RULES, Peer
from sshd_script import ENABLE, Script

from campusctl.errors import CampusError
from campusctl.model.command import Command, CommandKind

Start = Callable[..., Peer]
GREETS = replace(RULES, greets=True, netmiko_type="hp_procurve", paging_off=("terminal width 511", "no page"))
AOSCX = replace(RULES, netmiko_type="aruba_aoscx", paging_off=("no page",))
PAGING = ["terminal width 511", "terminal length 0"]


def lines(*texts: str) -> list[Command]:
    """Ordinary commands."""
    return [Command(text=text) for text in texts]


def test_show_gives_the_reply_without_echo_and_prompt(peer: Start) -> None:
    """What the device prints between the command and the prompt, with plain line ends."""
    switch = peer(Script(running="hostname sw01\n!\nend\n"))
    with switch.session() as session:
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
        assert session.hostname == "sw01"
    assert switch.script.received[:2] == PAGING


def test_several_commands_get_a_reply_each(peer: Start) -> None:
    """One packet, one reply per command, an empty one included."""
    switch = peer(Script(replies={"show a": "one\ntwo\n", "show b": "", "show c": "three\n"}))
    with switch.session() as session:
        assert session.show_many(["show a", "show b", "show c"]) == ["one\ntwo\n", "", "three\n"]


@pytest.mark.parametrize(
    "script",
    [
        Script(any_key=True, vt100=True, space=" "),
        Script(any_key=True, prompt_before_key=True, vt100=True, space=" "),
        Script(vt100=True, space=" "),
        Script(any_key=True, enabled=False, enable_asks_user=True, space=" "),
        Script(account=True, space=" "),
    ],
    ids=["greeting", "prompt before greeting", "no greeting", "operator", "account"],
)
def test_a_switch_that_greets_is_waited_for(peer: Start, script: Script) -> None:
    """ArubaOS-Switch wants a key first, and draws with escape sequences; nothing typed is lost."""
    switch = peer(replace(script, received=[], running='; J9772A\nhostname "sw01"\n'))
    with switch.session(GREETS) as session:
        assert session.show("show running-config") == '; J9772A\nhostname "sw01"\n'
    paging = [line for line in switch.script.received if "page" in line or "width" in line]
    assert paging == ["terminal width 511", "no page"]


@pytest.mark.parametrize("script", [Script(any_key=True), Script(account=True)], ids=["greeting", "account"])
def test_a_greeting_nobody_expected_costs_time_only(peer: Start, script: Script) -> None:
    """Lines that a greeting swallowed are sent again."""
    switch = peer(replace(script, received=[], page=5, running="line\n" * 30))
    with switch.session() as session:
        assert session.show("show running-config") == "line\n" * 30
    assert switch.script.received.count("terminal length 0") == 2


@pytest.mark.parametrize("rules", [RULES, AOSCX, GREETS], ids=lambda rules: rules.netmiko_type)
def test_enable_mode_is_entered_with_the_secret(peer: Start, rules: object) -> None:
    """A login at `>` goes on to `#`."""
    switch = peer(Script(enabled=False, space=" "))
    with switch.session(rules) as session:
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    assert ENABLE in switch.script.received


def test_a_switch_that_still_pages_is_read_page_by_page(peer: Start) -> None:
    """Where paging cannot be switched off, the pager is answered and leaves no trace."""
    text = "".join(f"line {number}\n" for number in range(60))
    switch = peer(Script(page=24, running=text, refuse={"terminal length 0": "% Invalid input\n"}))
    with switch.session() as session:
        assert session.show("show running-config") == text


def test_slow_output_in_single_characters_is_complete(peer: Start) -> None:
    """Packets of three characters cut escape sequences, line ends and umlauts; the text is whole."""
    text = "".join(f"description Bücherei {number}\n" for number in range(40))
    switch = peer(Script(running=text, chunk=3, pause_s=0.0001, vt100=True, space=" "))
    with switch.session() as session:
        assert session.show("show running-config") == text


def test_a_line_like_the_prompt_is_not_the_end(peer: Start) -> None:
    """Inside a banner, at a packet's end, at full length: only the prompt at the very end counts."""
    text = "banner motd ^C\nsw01#\nsw01>\nsw01(config)#\n^C\ninterface Gi1/0/1\n description to sw01#\nend\n"
    switch = peer(Script(running=text, chunk=1, pause_s=0.0001))
    with switch.session() as session:
        assert session.show("show running-config") == text
        assert session.show_many(["show running-config", "show running-config"]) == [text, text]


def test_an_unsolicited_message_after_the_prompt_is_dropped(peer: Start) -> None:
    """A log line behind the prompt neither hides it nor gets into a reply."""
    rules = replace(RULES, noise=re.compile(r"\n?\*[^\n]*%SYS-5-CONFIG_I[^\n]*\n"))
    message = "\n*Mar  1 00:12:13.456: %SYS-5-CONFIG_I: Configured from console by admin\n"
    switch = peer(Script(after={"show a": message, "": message}, replies={"show a": "one\n"}))
    with switch.session(rules) as session:
        assert session.show("show a") == "one\n"
        assert session.show("show a") == "one\n"


def test_typeahead_thrown_away_costs_a_moment_only(peer: Start) -> None:
    """The spare line that proves the end may get lost: silence after the prompt will do."""
    switch = peer(Script(replies={"show a": "one\n"}, drops_typeahead="show a"))
    with switch.session() as session:
        assert session.show("show a") == "one\n"


def test_configure_enters_sends_and_leaves(peer: Start) -> None:
    """Commands in order between `configure terminal` and `end`, counted before they go out."""
    switch = peer()
    told: list[int] = []
    commands = [
        Command(text="interface Gi1/0/1", kind=CommandKind.ENTER),
        Command(text="description R101"),
        Command(text="exit", kind=CommandKind.EXIT),
        *lines(*(f"vlan {number}" for number in range(10, 40))),
    ]
    with switch.session() as session:
        assert session.configure(commands, told.append) == 33
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"
    sent = [command.text for command in commands]
    expected = ["configure terminal", *sent, "end", "show running-config", ""]
    assert switch.script.received[2 : 2 + len(expected)] == expected
    assert told == [10, 30, 33]


def test_a_long_hostname_is_known_where_the_device_cuts_it(peer: Start) -> None:
    """IOS cuts the name to 20 characters in configuration mode."""
    switch = peer(Script(name="s042-r101-switch-behind-the-stage", cut=20))
    with switch.session() as session:
        assert session.configure(lines("vlan 10"), lambda _: None) == 1
        assert session.hostname == "s042-r101-switch-behind-the-stage"


@pytest.mark.parametrize("name", ["s042-a1-sw02", "s042-a-name-longer-than-twenty"])
def test_after_a_new_hostname_the_session_goes_on(peer: Start, name: str) -> None:
    """The new prompt is learned; the next reply is not a stale one."""
    switch = peer(Script(cut=20, replies={"show clock": "12:00:00\n"}))
    with switch.session() as session:
        session.configure(
            [*lines("vlan 10"), Command(text=f"hostname {name}", kind=CommandKind.HOSTNAME)], lambda _: None
        )
        assert session.hostname == name
        assert session.show("show clock") == "12:00:00\n"


def test_a_banner_goes_on_its_own(peer: Start) -> None:
    """Its lines bring no prompts, and may look like one."""
    switch = peer()
    banner = Command(text="banner motd ^\nSchule 042\nsw01(config)#\n^", kind=CommandKind.BANNER)
    with switch.session() as session:
        assert session.configure([*lines("vlan 10"), banner, *lines("vlan 20")], lambda _: None) == 3
    assert switch.script.received[2:9] == [
        "configure terminal", "vlan 10", "banner motd ^", "Schule 042", "sw01(config)#", "^", "vlan 20",
    ]  # fmt: skip


@pytest.mark.parametrize(("keys", "answer"), [("y", "y"), ("y\n", "y"), ("y\n", "y\n"), ("\n", "\n")])
def test_a_command_that_asks_is_answered(peer: Start, keys: str, answer: str) -> None:
    """One key or a line, with the answer the command brings."""
    switch = peer(
        Script(asks={"no vlan 30": ("The following ports will be moved: 1-4\nDo you want to continue? [y/n]? ", keys)})
    )
    with switch.session() as session:
        command = Command(text="no vlan 30", answer=answer)
        assert session.configure([*lines("vlan 10"), command, *lines("vlan 20")], lambda _: None) == 3
    assert switch.script.received[2:] [:6] == [
        "configure terminal", "vlan 10", "no vlan 30", f"<{keys!r}>", "vlan 20", "end",
    ]  # fmt: skip


def test_save_answers_by_the_rules(peer: Start) -> None:
    """`copy` asks for a file name, and RETURN is what the rules say."""
    rules = replace(
        RULES,
        save="copy running-config startup-config",
        answers=((re.compile(r"Destination filename"), "\n"),),
    )
    switch = peer(
        Script(asks={"copy running-config startup-config": ("Destination filename [startup-config]? ", "\n")})
    )
    with switch.session(rules) as session:
        session.save()
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"


def test_secrets_are_filled_in_when_they_are_sent(peer: Start) -> None:
    """The device gets the plaintext, on_sent and the result only counts."""
    switch = peer()
    switch.secrets["snmp/ro"] = "canary-community"
    with switch.session() as session:
        assert session.configure(lines("snmp-server community <<secret:snmp/ro>> ro"), lambda _: None) == 1
    assert "snmp-server community canary-community ro" in switch.script.received


def test_an_armed_revert_replaces_the_way_in(peer: Start) -> None:
    """Lines that arm a revert and enter configuration mode are sent instead of the dialect's."""
    switch = peer()
    with switch.session() as session:
        session.configure(lines("vlan 10"), lambda _: None, enter=("show clock", "configure terminal"))
    assert switch.script.received[2:6] == ["show clock", "configure terminal", "vlan 10", "end"]


def test_no_commands_send_nothing(peer: Start) -> None:
    """Not even the way in."""
    switch = peer()
    with switch.session() as session:
        assert session.configure([], lambda _: None) == 0
    assert "configure terminal" not in switch.script.received


def test_netmikos_own_methods_work_on_the_event_driven_channel(peer: Start) -> None:
    """The driver is Netmiko's: its reads and its prompt search go through the same channel."""
    switch = peer(Script(replies={"show clock": "12:00:00\n"}))
    with switch.session() as session:
        netmiko = session._connection
        assert netmiko.find_prompt() == "sw01#"
        assert netmiko.check_config_mode() is False
        assert netmiko.send_command("show clock") == "12:00:00"
        assert netmiko.is_alive() is True


def test_an_unknown_transport_is_refused(peer: Start) -> None:
    """With the ones there are."""
    switch = peer()
    switch.transport = "telnet"
    with (
        pytest.raises(CampusError, match="unknown transport 'telnet'\nhint: there are: auto, libssh2, paramiko"),
        switch.session(),
    ):
        pass
