"""The net: no value of the inventory leaves its line or its place in it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.model.secret import TOKEN
from campusctl.render import values
from campusctl.render.values import RefusedValueError, Vetted

HOSTILE = [
    "a\nno vlan 3",
    "a\r",
    "a\x0bb",
    "a\x0cb",
    "a\x1b[2J",
    "a\x00",
    "a\x03b",
    "a\tb",
    "a\x7f",
    "a\x85b",
    "a\u2028b",
    "a\u2029b",
    "a\u202eb",
    "a\u200bb",
    "漢字",
    "a\ud800",
    "help?",
    "<<secret:switch/enable>>",
    "<<secret:",
    "a<<b",
]
"""What no value may have, wherever it stands."""

FILTERS = [values.final, values.plain, values.text, values.word, values.quoted]


@pytest.mark.parametrize("filtered", FILTERS, ids=lambda found: found.__name__)
@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_hostile_value_is_refused_everywhere(filtered: object, value: str) -> None:
    """Control characters, question marks and secret tokens pass no filter."""
    with pytest.raises(RefusedValueError):
        filtered(value)


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"], ("a",), {"a": 1}, object()])
def test_only_text_and_numbers_are_printed(value: object) -> None:
    """A list, a truth value or None in a line is a template's mistake."""
    with pytest.raises(RefusedValueError):
        values.final(value)


def test_endless_value_is_refused() -> None:
    """Nobody types 64 KiB into one line."""
    with pytest.raises(RefusedValueError, match="too long"):
        values.final("x" * 65537)


def test_number_is_printed_as_it_is() -> None:
    """VLAN ids need no filter, and may have one."""
    assert values.word(30) == "30"
    assert values.final(30) == 30


def test_umlauts_are_spelt_out_and_spaces_made_single() -> None:
    """The value a switch stores is the value rendered, so that it is no drift afterwards."""
    assert values.text("  Gebäude  Süd, Größe \u2013 1. OG ") == "Gebaeude Sued, Groesse - 1. OG"


@pytest.mark.parametrize("value", ["", "   ", "! no", "; no", 'say "hi"', "path\\"])
def test_text_that_reads_as_something_else_is_refused(value: str) -> None:
    """Nothing, a comment, an open quote, an escape at the end."""
    with pytest.raises(RefusedValueError):
        values.text(value)


@pytest.mark.parametrize("value", ["", "two words", "-x", "!x", ";x", '"x"', "'x'", "a\\b", "`id`", "|tee", ">x"])
def test_word_takes_no_second_option(value: str) -> None:
    """`admin privilege 15` is not a user's name."""
    with pytest.raises(RefusedValueError):
        values.word(value)


@pytest.mark.parametrize("value", ["10.42.3.1", "GigabitEthernet1/0/1", "2001:db8::1", "s042-a1-sw01", "a_b.c", "Trk1"])
def test_ordinary_words_pass(value: str) -> None:
    """Addresses and names stay as they are."""
    assert values.word(value) == value


@pytest.mark.parametrize("value", ["", 'a"b', '"', "a\\", "a\\n"])
def test_quoted_text_cannot_end_its_quotes(value: str) -> None:
    """ArubaOS-Switch reads a backslash in quotes as an escape."""
    with pytest.raises(RefusedValueError):
        values.quoted(value)


def test_what_is_made_from_vetted_text_is_checked_again() -> None:
    """A filter's word counts for the text it saw only."""
    token = values.secret("switch/login")
    assert values.final(token) is token
    with pytest.raises(RefusedValueError):
        values.final(token + "x")
    with pytest.raises(RefusedValueError):
        values.final(token[:])


@pytest.mark.parametrize("ref", ["", "a b", "a>b", "a\nb", "ä", None, 7, "x" * 201])
def test_bad_secret_reference_is_refused(ref: object) -> None:
    """Only what the token's grammar knows."""
    with pytest.raises(RefusedValueError):
        values.secret(ref)


def test_secret_becomes_its_token() -> None:
    """The value itself is never rendered."""
    assert values.secret("snmp/ro") == "<<secret:snmp/ro>>"


@pytest.mark.parametrize(
    "value",
    [
        "! manage: global",
        " ; x",
        "# x",
        "exit",
        "END",
        "end ",
        "quit",
        "no banner motd",
        "banner motd ^C",
        "do reload",
        "reload in 5",
        "",
        " ",
        "a\nb",
        "radius?",
        "key <<secret:a b>>",
        "key <<secret:",
    ],
    ids=ascii,
)
def test_extra_line_that_leaves_its_place_is_refused(value: str) -> None:
    """An extra line is one ordinary line: no comment, no section's end, no banner."""
    with pytest.raises(RefusedValueError):
        values.line(value)


def test_extra_line_stays_verbatim_and_may_name_a_secret() -> None:
    """Inner spaces and the indentation below another extra line are the operator's."""
    assert values.line("radius-server key <<secret:radius/key>>") == "radius-server key <<secret:radius/key>>"
    assert values.line(" network  10.0.0.0") == " network  10.0.0.0"
    assert values.line("endpoint tracker") == "endpoint tracker"


@pytest.mark.parametrize("value", ["interface GigabitEthernet1/0/2", "line vty 0 4", "router ospf 1", "exit"])
def test_port_line_cannot_enter_another_section(value: str) -> None:
    """A port's extra lines are about that port."""
    with pytest.raises(RefusedValueError):
        values.port_line(value)


def test_banner_stands_between_delimiters_on_their_own_lines() -> None:
    """Several lines, indentation kept, trailing spaces gone."""
    assert values.banner("Schule\n  Zugang nur für Befugte  \n") == "^C\nSchule\n  Zugang nur fuer Befugte\n^C"
    assert values.banner("Schule", "!") == "!\nSchule\n!"


@pytest.mark.parametrize("value", ["a ^C b", "^C\nno aaa new-model", "a\rb", "a\x03", "", "\n", "a?", "<<secret:x>>"])
def test_banner_cannot_end_early(value: str) -> None:
    """The IOS delimiter, as printed and as the control character."""
    with pytest.raises(RefusedValueError):
        values.banner(value)


@pytest.mark.parametrize("value", ["!", "a\nb!c"])
def test_aoscx_banner_cannot_end_early(value: str) -> None:
    """The delimiter counts anywhere in a line."""
    with pytest.raises(RefusedValueError):
        values.banner(value, "!")


def test_quoted_banner_is_one_line() -> None:
    """ArubaOS-Switch prints line ends as backslash n, so no other backslash may stand there."""
    assert values.banner_quoted("a\nb") == '"a\\nb"'
    for bad in ('a"b', "a\\nb", "a\\"):
        with pytest.raises(RefusedValueError):
            values.banner_quoted(bad)


def test_long_banner_is_refused() -> None:
    """A banner is a notice, not a load."""
    for bad in ("x\n" * 41, "x" * 2001):
        with pytest.raises(RefusedValueError):
            values.banner(bad)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_whatever_passes_is_one_printable_line(value: str) -> None:
    """For any text: refused, or one line of printable ASCII that holds no token and asks no question."""
    for filtered in FILTERS:
        try:
            found = str(filtered(value))
        except RefusedValueError:
            continue
        assert re.fullmatch(r"[ -~]*", found)
        assert "?" not in found
        assert not TOKEN.search(found)
        if filtered is not values.quoted:
            assert filtered(found) == found


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from('ab ^C!"\\n\n'), max_size=40))
def test_a_banner_is_always_one_banner(value: str) -> None:
    """Between its delimiters stands no delimiter, whatever the text."""
    try:
        found = values.banner(value)
    except RefusedValueError:
        return
    assert isinstance(found, Vetted)
    assert found.startswith("^C\n")
    assert found.endswith("\n^C")
    assert found.count("^C") == 2
