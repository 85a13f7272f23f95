"""What all dialects share: the order of commands and their contexts, the naming of secrets."""

from collections.abc import Iterator

import pytest

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import compare_texts
from campusctl.drivers.switch.dialects.base import Commands, Dialect, Reading, Section, secret
from campusctl.model.command import Command, CommandKind, Translation
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import State


def _texts(commands: tuple[Command, ...]) -> list[str]:
    return [command.text for command in commands]


def test_phases_are_ordered_and_contexts_stay_together() -> None:
    """Lines of one context in one phase follow each other, whatever was added between them."""
    commands = Commands()
    commands.add(2, "no vlan 30")
    commands.add(1, "description a", "interface 1")
    commands.add(1, "description b", "interface 2")
    commands.add(1, "shutdown", "interface 1")
    assert _texts(commands.ordered()) == [
        "interface 1", "description a", "shutdown", "exit", "interface 2", "description b", "exit", "no vlan 30",
    ]  # fmt: skip


def test_nested_contexts_are_entered_and_left_one_by_one() -> None:
    """A shared outer context is not left in between."""
    commands = Commands()
    commands.add(1, "one", "router bgp 1", "address-family ipv4")
    commands.add(1, "two", "router bgp 1", "address-family ipv6")
    assert _texts(commands.ordered()) == [
        "router bgp 1", "address-family ipv4", "one", "exit", "address-family ipv6", "two", "exit", "exit",
    ]  # fmt: skip


def test_lines_that_must_go_alone_keep_their_kind() -> None:
    """A banner and a host name are marked for the session."""
    commands = Commands()
    commands.add_alone(9, "hostname b", CommandKind.HOSTNAME, ("hostname",))
    commands.add_alone(8, "banner motd ^C\nhi\n^C", CommandKind.BANNER, ("banner", "motd"))
    assert [command.kind for command in commands.ordered()] == [CommandKind.BANNER, CommandKind.HOSTNAME]


class _Words(Dialect):
    """Each line is `key value`; the value is a secret."""

    name = "words"

    def sections(self, text: str) -> Iterator[Section]:
        return ((line,) for line in text.splitlines())

    def read(self, section: Section) -> Reading:
        key, value = section[0].split()
        return Reading(items=(((key,), secret(value)),))

    def translate(self, before: State, after: State) -> Translation:
        return Translation()


def _secret(state: State, key: str) -> Secret:
    value = state.get(key)
    assert isinstance(value, Secret)
    return value


def test_secret_of_the_vault_is_named_by_its_reference_wherever_it_stands() -> None:
    """The token is replaced for the comparison; the device's equal text gets the same name."""
    vault = {"snmp/ro": "geheim"}
    intended = _Words().parse("a <<secret:snmp/ro>>", vault, "intended")
    running = _Words().parse("x other\na geheim", vault)
    assert _secret(intended, "a").ref == "snmp/ro"
    assert _secret(running, "a").ref == "snmp/ro"
    assert _secret(running, "x").ref == "device/1"


def test_secret_without_a_vault_keeps_its_reference() -> None:
    """Rendering offline compares only references."""
    found = _secret(_Words().parse("a <<secret:snmp/ro>>"), "a")
    assert (found.kind, found.ref) == (SecretKind.UNKNOWN, "snmp/ro")


@pytest.mark.parametrize("dialect", dialects.names())
def test_secret_in_a_line_that_nobody_parses_stays_a_reference(dialect: str) -> None:
    """It is compared in clear, and stands in the command as its reference only."""
    vault = {"odd/key": "kanarienvogel"}
    intended = "hostname a\nodd-server key <<secret:odd/key>>\n"
    found = compare_texts(dialects.get(dialect), "hostname a\n", intended, vault=vault)
    assert _texts(found.commands) == ["odd-server key <<secret:odd/key>>"]
    assert "kanarienvogel" not in repr(found)
    running = "hostname a\nodd-server key kanarienvogel\n"
    assert compare_texts(dialects.get(dialect), running, intended, vault=vault).edits == ()
