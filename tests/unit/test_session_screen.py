"""From packets to lines, and prompts told from their likes. Exact text in, exact text out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.switch.transport.screen import Prompt, Screen, last_line, overstrike, without_echo

RAW = (
    "\x1b[24;1H\x1b[2Ksw01# \x1b[24;1Hshow run\x1b[24;0H\x1bE"
    '\x1b[1;31mhostname "sw01"\x1b[0m\r\n\x00name "Bücher"\r\r\nexit\n\rsw01# '
)
CLEAN = 'sw01# show run\nhostname "sw01"\nname "Bücher"\nexit\nsw01# '


def test_a_terminals_packet_becomes_lines() -> None:
    """Escape sequences, next line, CR LF in all their forms, NUL."""
    assert Screen().feed(RAW) == CLEAN


@given(st.lists(st.integers(min_value=1, max_value=len(RAW) - 1), max_size=12))
def test_where_packets_are_cut_does_not_matter(cuts: list[int]) -> None:
    """A sequence or a line end that comes in two packets is still one."""
    screen = Screen()
    places = [0, *sorted(set(cuts)), len(RAW)]
    assert "".join(screen.feed(RAW[a:b]) for a, b in pairwise(places)) == CLEAN


@given(st.text(max_size=60))
def test_no_packet_is_too_strange(text: str) -> None:
    """Whatever comes: text comes out, nothing raises."""
    assert isinstance(overstrike(Screen().feed(text)), str)


def test_backspaces_are_carried_out() -> None:
    """A pager erases itself with them."""
    assert overstrike(" --More-- " + "\b" * 9 + " " * 8 + "\b" * 9 + "vlan 10\nend") == "vlan 10\nend"
    assert overstrike("abc\bd") == "abd"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("\nsw01#", "sw01"),
        ("motd\nsw01> ", "sw01"),
        ("\nHP-2530-24G# ", "HP-2530-24G"),
        ("\nHP Switch 5406zl(config)# ", "HP Switch 5406zl"),
        ("s042-a1-sw01(config-if)#", "s042-a1-sw01"),
        ("sw01#show run", None),
        ("Password: ", None),
        ("\n#", None),
        ("", None),
        ("\nsw\x0101#", None),
        ("\nsw\ufffd01#", None),
        ("\n" + "x" * 100 + "#", None),
    ],
)
def test_a_prompt_is_learned_from_the_last_line(text: str, host: str | None) -> None:
    """Names with blanks too; garbage never."""
    found = Prompt.learn(text)
    assert (found.host if found else None) == host


@pytest.mark.parametrize(
    ("name", "text", "matches"),
    [
        ("sw01", "x\nsw01#", True),
        ("sw01", "x\nsw01(config-if)# ", True),
        ("sw01", "x\nsw01>", True),
        ("sw01", "x\nsw012#", False),
        ("sw01", "x\n description to sw01#", False),
        ("sw01", "x\nsw01#\n", False),
        ("sw01", "x\nsw0#", False),
        ("s042-r101-switch-behind", "x\ns042-r101-switch-beh(config)#", True),
        ("s042-r101-switch-behind", "x\ns042-r101-switc(config)#", False),
        ("s042-r101-switch-behind", "x\ns042-r101-switch-behind(config-service-pro)#", True),
        ("s.42", "x\ns042#", False),
    ],
)
def test_only_the_exact_name_as_the_whole_last_line_is_the_prompt(name: str, text: str, matches: bool) -> None:  # noqa: FBT001 - a table
    """A name that IOS cuts in configuration mode is known by its first 16 characters or more."""
    assert (Prompt(name).at_end(text) is not None) is matches


@pytest.mark.parametrize(
    ("text", "commands", "replies"),
    [
        ("show a\none\nsw01#", ["show a"], ["one\n"]),
        ("show a\none\nsw01#show b\nsw01#", ["show a", "show b"], ["one\n", ""]),
        ("show a\none\nsw01#\nsw01#", ["show a", ""], ["one\n", ""]),
        ("show a\none\nsw01#", ["show a", ""], None),
        ("show a\nsw01#\nsw01>\nsw01#\nsw01#", ["show a", ""], ["sw01#\nsw01>\n", ""]),
        ("show a\nsw01#\nsw01>", ["show a", ""], None),
        ("sw01#show a\none\nsw01#show b\ntwo\nsw01#", ["show a", "show b"], ["one\n", "two\n"]),
        ("\nsw01#show a\none\nsw01#", ["show a"], ["one\n"]),
        ("show a\nsw01# is the prompt\nsw01#show b\nsw01#", ["show a", "show b"], ["sw01# is the prompt\n", ""]),
        ("show a\none\nsw01#shw b\ntwo\nsw01#", ["show a", "show b"], ["one\n", "two\n"]),
    ],
)
def test_replies_are_told_apart_by_the_next_echo(text: str, commands: list[str], replies: list[str] | None) -> None:
    """None as long as one is missing."""
    assert Prompt("sw01").split(text, commands) == replies


@pytest.mark.parametrize(
    ("text", "command", "reply"),
    [
        ("show a\none\n", "show a", "one\n"),
        ("interface 1/1/1\ndescr\niption x\n% Invalid\n", "interface 1/1/1description x", "% Invalid\n"),
        ("show$\none\n", "show a long command", "one\n"),
        ("\none\n", "", "one\n"),
        ("show  a\b\none\n", "show a", "one\n"),
        ("show a", "show a", ""),
    ],
)
def test_an_echo_is_cut_off_also_when_it_was_wrapped(text: str, command: str, reply: str) -> None:
    """A narrow terminal breaks it over lines, another shortens it."""
    assert without_echo(text, command) == reply


def test_the_last_line_is_what_stands_there() -> None:
    """Backspaces carried out."""
    assert last_line("one\ntwo\bx") == "twx"
