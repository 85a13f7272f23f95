"""IPP messages: exact bytes out, exact values in, and nothing that a stranger sends hangs or breaks us."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyipp.enums import IppOperation, IppTag

from campusctl.drivers.ipp.message import Answer, Attribute, request
from campusctl.drivers.ipp.reader import NoIppError
from campusctl.drivers.ipp.reader import answer as reply

_OPERATION = b"\x01G\x00\x12attributes-charset\x00\x05utf-8H\x00\x1battributes-natural-language\x00\x02en"


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + len(name).to_bytes(2, "big") + name.encode() + len(value).to_bytes(2, "big") + value


def test_a_request_is_exactly_these_bytes() -> None:
    """Charset, language, printer and user first, then the printer's own group; a deletion has its tag and no value."""
    found = request(
        IppOperation.CUPS_ADD_MODIFY_PRINTER, "ipp://localhost/printers/a", "campus",
        changes=(
            Attribute("sides-default", IppTag.KEYWORD, "one-sided"),
            Attribute("x-default", IppTag.DELETE_ATTR, ""),
        ),
    )  # fmt: skip
    assert found == (
        b"\x02\x00\x40\x03\x00\x00\x00\x01"
        + _OPERATION
        + _attribute(0x45, "printer-uri", b"ipp://localhost/printers/a")
        + _attribute(0x42, "requesting-user-name", b"campus")
        + b"\x04"
        + _attribute(0x44, "sides-default", b"one-sided")
        + _attribute(0x16, "x-default", b"")
        + b"\x03"
    )


def test_a_reply_gives_each_printer_its_attributes() -> None:
    """Several values stay together; what stands there twice has all its values; data stands behind."""
    data = (
        b"\x02\x00\x00\x00\x00\x00\x00\x01"
        + _OPERATION
        + _attribute(0x41, "status-message", b"successful-ok")
        + b"\x04"
        + _attribute(0x42, "printer-name", b"a")
        + _attribute(0x44, "sides-default", b"two-sided-long-edge")
        + _attribute(0x44, "printer-state-reasons", b"media-empty")
        + _attribute(0x44, "", b"toner-low")
        + _attribute(0x44, "sides-default", b"one-sided")
        + _attribute(0x44, "", b"both")
        + b"\x04"
        + _attribute(0x23, "printer-state", b"\x00\x00\x00\x05")
        + _attribute(0x22, "printer-is-shared", b"\x01")
        + b"\x03rest"
    )
    assert reply(data) == Answer(
        status=0,
        message="successful-ok",
        printers=(
            {
                "printer-name": ("a",),
                "sides-default": ("two-sided-long-edge", "one-sided", "both"),
                "printer-state-reasons": ("media-empty", "toner-low"),
            },
            {"printer-state": (5,), "printer-is-shared": (True,)},
        ),
        data=b"rest",
    )


def test_a_refusal_names_what_is_not_taken() -> None:
    """Status, words and the group of unsupported attributes."""
    data = (
        b"\x02\x00\x04\x0b\x00\x00\x00\x01"
        + _OPERATION
        + _attribute(0x41, "status-message", b"no")
        + b"\x05"
        + _attribute(0x10, "sides-default", b"")
        + b"\x03"
    )
    found = reply(data)
    assert (found.ok, found.status, found.message, found.refused) == (False, 0x40B, "no", {"sides-default": 0x10})


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    """No other error, and no end without one."""
    try:
        found = reply(data)
    except NoIppError:
        return
    assert isinstance(found.status, int)


@given(st.binary(max_size=120), st.integers(min_value=0, max_value=90))
def test_a_reply_that_is_damaged_is_read_or_refused(noise: bytes, at: int) -> None:
    """Lengths that lie, tags that nobody knows, an end that is missing."""
    whole = (
        b"\x02\x00\x00\x00\x00\x00\x00\x01" + _OPERATION + b"\x04" + _attribute(0x42, "printer-name", b"a") + b"\x03"
    )
    with suppress(NoIppError):
        reply(whole[:at] + noise + whole[at:])


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\x02\x00\x00\x00\x00\x00\x00\x01", b"\x00" * 40])
def test_what_is_no_ipp_is_refused(data: bytes) -> None:
    """The driver says what it is then, not this room."""
    with pytest.raises(NoIppError):
        reply(data)
