"""The pieces of a conversation: windows, secrets, questions, replies."""

import re

import pytest

from campusctl.drivers.switch.dialogue import Replies, Vault, echoed, question, tidy_end, windows
from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.transport.screen import Prompt
from campusctl.errors import SecretError
from campusctl.model.command import Command, CommandKind
from campusctl.model.outcome import FaultKind

NOISE = (("WARNING", re.compile(r"^WARNING .*\n?", re.MULTILINE)),)


def sizes(commands: list[Command], size: int) -> list[int]:
    """How many commands each packet has; together they are all, in order."""
    packets = list(windows(commands, size))
    assert [command for packet in packets for command in packet] == commands
    return [len(packet) for packet in packets]


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [(0, 20, []), (1, 20, [1]), (50, 20, [10, 20, 20]), (5, 1, [1] * 5), (5, 0, [1] * 5), (7, 3, [1, 3, 3])],
)
def test_the_first_packet_is_half_as_long(count: int, size: int, expected: list[int]) -> None:
    """Then `size` commands each."""
    assert sizes([Command(text=f"vlan {number}") for number in range(2, count + 2)], size) == expected


def test_what_must_go_alone_goes_alone() -> None:
    """Banners, hostnames, commands that ask; the rest fills up around them."""
    commands = [
        Command(text="vlan 2"),
        Command(text="no vlan 3", answer="y"),
        Command(text="vlan 4"),
        Command(text="vlan 5"),
        Command(text="banner motd ^\nx\n^", kind=CommandKind.BANNER),
        Command(text="hostname a", kind=CommandKind.HOSTNAME),
    ]
    assert sizes(commands, 20) == [1, 1, 2, 1, 1]


def test_long_lines_make_short_packets() -> None:
    """What a terminal takes in while it is busy is bounded."""
    assert sizes([Command(text="x" * 700) for _ in range(5)], 20) == [2, 2, 1]
    assert sizes([Command(text="x" * 5000)] * 2, 20) == [1, 1]


def test_secrets_are_filled_in_and_masked_afterwards() -> None:
    """Also single words of them, as a device may quote; texts without any are left alone."""
    vault = Vault({"snmp/ro": "correct horse", "short": "ab"}.__getitem__)
    assert vault.mask("correct horse") == "correct horse"
    assert vault.fill("community <<secret:snmp/ro>> <<secret:short>>") == "community correct horse ab"
    assert vault.mask("Invalid input: horse; correct horse; ab") == "Invalid input: ********; ********; ********"
    assert repr(vault) == "Vault(4 secrets used)"


def test_a_secret_that_cannot_be_typed_is_a_fault() -> None:
    """Only its reference is named; so is one that is missing."""
    vault = Vault({"a/b": "x\nreload"}.__getitem__)
    for ref, what in (("a/b", "the secret a/b has control characters in it"), ("c", "the secret c is not at hand")):
        with pytest.raises(SessionError) as caught:
            vault.reveal(ref)
        assert (caught.value.kind, caught.value.what) == (FaultKind.SECRET, what)


def test_a_sources_own_words_are_kept() -> None:
    """With its hint."""

    def source(ref: str) -> str:
        raise SecretError("the vault is closed", "open it")

    with pytest.raises(SessionError) as caught:
        Vault(source).reveal("a")
    assert (caught.value.what, caught.value.hint) == ("the vault is closed", "open it")


def test_a_message_behind_the_prompt_does_not_hide_it() -> None:
    """Nor one in front; anything else does."""
    prompt = Prompt("sw01")
    message = "WARNING confirm\n"
    assert tidy_end("one\nsw01#", prompt, NOISE) == "one\nsw01#"
    assert tidy_end(f"one\nsw01#\n{message}", prompt, NOISE) == "one\nsw01#"
    assert tidy_end(f"one\nsw01#\n{message}more\n", prompt, NOISE) is None
    assert tidy_end(f"one\nsw01#\n{message}", prompt, ()) is None


@pytest.mark.parametrize(
    "message",
    [
        "WARNING confirm\n",
        "*Mar  1 00:01:02.123: %SYS-5-CONFIG_I: Configured from console by admin\n",
        "Nov 24 2026 20:01:02.123 CET: %LINK-3-UPDOWN: Interface changed state to up\n",
        "%STACKMGR-SW1-4-SWITCH_ADDED: Switch 2 has been ADDED\n",
        "I 01/02/90 00:01:02 00077 ports: port 1 is now off-line\n",
        "2026-11-24T20:01:02.123456+00:00 sw01 intfd[687]: Event|403|LOG_INFO|AMM|1/1|Link is down\n",
    ],
)
def test_replies_come_without_messages(message: str) -> None:
    """Wherever they fell: the dialect's own, and log lines of every make."""
    replies = Replies(Prompt("sw01"), NOISE, ["show a", ""], 1)
    assert not replies.complete("show a\none\n")
    assert not replies.complete(f"show a\none\n{message}sw01#")
    assert replies.complete(f"show a\none\n{message}two\nsw01#\nsw01#\n{message}")
    assert (replies.found, replies.mode) == (["one\ntwo\n", ""], None)


def test_silence_ends_a_reply_whose_spare_line_got_lost() -> None:
    """But not one that has no prompt yet."""
    replies = Replies(Prompt("sw01"), (), ["show a", ""], 1)
    assert not replies.complete_if_quiet("show a\none\n")
    assert replies.complete_if_quiet("show a\none\nsw01(config)#")
    assert (replies.found, replies.mode) == (["one\n"], "(config)")


def test_a_question_is_answered_by_the_first_rule_that_knows_it() -> None:
    """Only while the device waits in the middle of a line."""
    rules = ((re.compile(r"Save\?"), "n"), (re.compile(r"\[y/n\]"), "y"))
    assert question("Save? [y/n] ", rules) == "n"
    assert question("Continue [y/n]? ", rules) == "y"
    assert question("Continue [y/n]?\n", rules) is None
    assert question("Password: ", rules) is None


def test_an_echo_needs_its_line_end() -> None:
    """Before that the device has not taken the line."""
    assert not echoed("configure terminal", "configure termin")
    assert not echoed("configure terminal", "configure terminal")
    assert echoed("configure terminal", "configure terminal\n")
    assert echoed("", "")
