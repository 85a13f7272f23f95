"""IPP as bytes: what is sent, and what is made of anything that comes back."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyipp.enums import IppOperation, IppTag

from campusctl.drivers.ipp.message import Answer, Attribute, Attributes, request
from campusctl.drivers.ipp.reader import NoIppError, answer
from campusctl.drivers.printer.ipp_settings import collection
from campusctl.lab.appliances import ipp as lab
from campusctl.lab.appliances.printer_device import Health, choices, described, factory, told

URI = "ipp://127.0.0.1:631/ipp/print"


def _answer(printer: lab.Group, status: int = 0, charset: str = "utf-8", refused: lab.Group | None = None) -> bytes:
    about = {"attributes-charset": [lab.Value(lab.CHARSET, charset)]}
    groups = [(lab.OPERATION, about), (lab.UNSUPPORTED, refused or {}), (lab.PRINTER, printer)]
    return lab.write((2, 0), status, 1, groups)


def test_a_question_byte_by_byte() -> None:
    """Get-Printer-Attributes as RFC 8010 draws it."""
    sent = request(IppOperation.GET_PRINTER_ATTRIBUTES, URI, "campusctl", wanted=("printer-state", "media-default"))
    assert sent == (
        b"\x02\x00\x00\x0b\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x02en"
        b"\x45\x00\x0bprinter-uri\x00\x1d" + URI.encode() + b"\x42\x00\x14requesting-user-name\x00\x09campusctl"
        b"\x44\x00\x14requested-attributes\x00\x0dprinter-state\x44\x00\x00\x00\x0dmedia-default\x03"
    )


def test_everything_that_is_set_is_read_by_somebody_else() -> None:
    """Text, keyword, number, resolution, nothing, collections within collections, as the lab's own reader has them."""
    size = Attribute("media-size", IppTag.BEGIN_COLLECTION, (Attribute("x-dimension", IppTag.INTEGER, 21000),))
    paper = Attribute(
        "media-col-default", IppTag.BEGIN_COLLECTION, (size, Attribute("media-source", IppTag.KEYWORD, "tray-1"))
    )
    values = [
        Attribute("printer-location", IppTag.TEXT, "Büro"),
        Attribute("sides-default", IppTag.KEYWORD, "one-sided"),
        Attribute("print-quality-default", IppTag.ENUM, 4),
        Attribute("printer-resolution-default", IppTag.RESOLUTION, (1200, 600, 3)),
        Attribute("printer-geo-location", IppTag.NO_VALUE, ""),
        paper,
        Attribute("copies-default", IppTag.INTEGER, 2),
    ]
    read = lab.read(request(IppOperation.SET_PRINTER_ATTRIBUTES, URI, "campusctl", changes=values))
    assert read.code == 0x0013
    assert read.group(lab.PRINTER) == {
        "printer-location": [lab.Value(lab.TEXT, "Büro")],
        "sides-default": [lab.Value(lab.KEYWORD, "one-sided")],
        "print-quality-default": [lab.Value(lab.ENUM, 4)],
        "printer-resolution-default": [lab.Value(lab.RESOLUTION, (1200, 600, 3))],
        "printer-geo-location": [lab.Value(lab.NO_VALUE, "")],
        "media-col-default": [
            lab.Value(
                lab.COLLECTION,
                {
                    "media-size": [lab.Value(lab.COLLECTION, {"x-dimension": [lab.Value(lab.INTEGER, 21000)]})],
                    "media-source": [lab.Value(lab.KEYWORD, "tray-1")],
                },
            )
        ],
        "copies-default": [lab.Value(lab.INTEGER, 2)],
    }


def test_a_whole_printer_comes_back() -> None:
    """Every attribute of the lab's printer is read, with the types that the settings want."""
    attributes, mib = factory("P"), {}
    told([(("contact", "name"), "IT"), (("geo-location",), "geo:1,2")], attributes, mib)
    printer = {
        **attributes,
        **choices(),
        **described("SN1", "P", Health(paper_out=True, toner_low=False, door_open=False)),
    }
    found = answer(_answer({name: values or [lab.Value(lab.NO_VALUE, b"")] for name, values in printer.items()}))
    assert found.status == 0
    assert found.printer["printer-contact-col"] == ({"contact-name": ("IT",)},)
    assert found.printer["media-col-default"] == (
        {
            "media-size": ({"x-dimension": (21000,), "y-dimension": (29700,)},),
            "media-source": ("auto",),
            "media-type": ("stationery",),
        },
    )
    assert found.printer["printer-resolution-default"] == ((600, 600, 3),)
    assert found.printer["print-quality-supported"] == (3, 4, 5)
    assert found.printer["printer-state"] == (5,)
    assert found.printer["printer-is-accepting-jobs"] == (True,)


def test_what_pyipp_alone_cannot_read() -> None:
    """Numbers no enumeration has, groups that are empty, dates that are none, Latin-1, texts with their language."""
    printer = {
        "operations-supported": [lab.Value(lab.ENUM, 0x000B), lab.Value(lab.ENUM, 0x4F01)],
        "printer-current-time": [lab.Value(0x31, b"\x07\xea\x0d\x28\x19\x00\x00\x00+\x00\x00")],
        "printer-location": [lab.Value(lab.TEXT, "Büro".encode("latin-1"))],
        "printer-info": [lab.Value(0x35, b"\x00\x02de\x00\x05B\xc3\xbcro")],
        "printer-geo-location": [lab.Value(0x12, b"")],
    }
    raw = _answer(printer)
    empty = raw[:8] + raw[8:-1].replace(b"\x04\x23\x00\x14operations", b"\x05\x04\x23\x00\x14operations") + b"\x03"
    for found in (answer(raw), answer(empty), answer(_answer(printer, charset="iso-8859-1"))):
        assert found.printer["operations-supported"] == (11, 0x4F01)
        assert found.printer["printer-location"] == ("Büro",)
        assert found.printer["printer-geo-location"] == ()
    assert answer(raw).printer["printer-info"] == ("Büro",)


def test_what_was_refused_is_told_with_its_reason() -> None:
    """Names and tags of the unsupported group, collections among them."""
    refused = {
        "printer-name": [lab.Value(lab.NOT_SETTABLE, b"")],
        "media-default": [lab.Value(lab.KEYWORD, "iso_a9_37x52mm"), lab.Value(lab.KEYWORD, "iso_a8_52x74mm")],
        "media-col-default": [lab.Value(lab.COLLECTION, {"media-source": [lab.Value(lab.KEYWORD, "x")]})],
    }
    found = answer(_answer({}, 0x040B, refused=refused))
    assert found == Answer(0x040B, refused={"printer-name": 0x15, "media-default": 0x44, "media-col-default": 0x34})


def test_a_status_alone_is_an_answer() -> None:
    """An answer without any attribute says its status."""
    assert answer(b"\x02\x00\x05\x01\x00\x00\x00\x01\x03") == Answer(0x0501)


def test_an_answer_cut_off_anywhere_is_none() -> None:
    """No prefix of an answer is taken for a whole one."""
    raw = _answer(
        {**factory("P"), "printer-geo-location": [lab.Value(lab.NO_VALUE, b"")]} | {"printer-contact-col": []}
    )
    for end in range(len(raw)):
        with pytest.raises(NoIppError):
            answer(raw[:end])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"<!DOCTYPE html><title>Printer</title>",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x47\xff\xff",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x01"
        b"\x34\x00\x01a\x00\x00" + b"\x4a\x00\x00\x00\x01m\x34\x00\x00\x00\x00" * 50,
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x37\x00\x01a\x00\x00\x03",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x01" + b"\x21\x00\x01a\x00\x04\0\0\0\1" * 20_001 + b"\x03",
    ],
    ids=["nothing", "http", "html", "length", "depth", "end without a beginning", "no end"],
)
def test_what_is_no_answer(raw: bytes) -> None:
    """Garbage is called so, at once."""
    with pytest.raises(NoIppError):
        answer(raw)


@given(st.binary(max_size=300))
def test_garbage_never_breaks_the_reader(body: bytes) -> None:
    """Whatever follows a header: an answer, or none; no other error, no endless loop."""
    try:
        found = answer(struct.pack(">bbhi", 2, 0, 0, 1) + body)
    except NoIppError:
        return
    assert isinstance(found, Answer)


@given(st.data())
def test_a_damaged_answer_never_breaks_the_reader(data: st.DataObject) -> None:
    """One byte of a real answer is another one."""
    raw = bytearray(_answer({**factory("P"), "printer-geo-location": [], "printer-contact-col": []} | choices()))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    try:
        found = answer(bytes(raw))
    except NoIppError:
        return
    assert isinstance(found, Answer)


def test_numbers_that_are_none_are_left_out() -> None:
    """A size that no number has, a truth without a byte, a resolution that is cut: the rest is read all the same."""
    values = (b"\x21\x00\x01a\x00\x05abcde", b"\x22\x00\x01b\x00\x00", b"\x32\x00\x01c\x00\x02\0\1")
    raw = b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + b"".join(values) + b"\x44\x00\x01d\x00\x01x\x03"
    assert answer(raw).printer == {"a": (), "b": (), "c": (), "d": ("x",)}


def test_a_collection_keeps_what_nobody_spoke_of() -> None:
    """Members that are known are sent back, those that may be derived are not."""
    before: Attributes = {
        "media-size": ({"x-dimension": (1,)},), "media-key": ("k",), "media-source": ("auto",),
        "media-type": ("labels",),
    }  # fmt: skip
    tray = Attribute("media-source", IppTag.KEYWORD, "tray-1")
    found = collection("media-col-default", before, {"media-source": tray})
    size = Attribute("media-size", IppTag.BEGIN_COLLECTION, (Attribute("x-dimension", IppTag.INTEGER, 1),))
    kind = Attribute("media-type", IppTag.KEYWORD, "labels")
    assert found == Attribute("media-col-default", IppTag.BEGIN_COLLECTION, (size, kind, tray))


def test_a_tray_and_its_paper_go_together() -> None:
    """Paper that is changed in the same breath gives the size of the collection, in hundredths of a millimetre."""
    tray = Attribute("media-source", IppTag.KEYWORD, "tray-1")
    found = collection("media-col-default", {}, {"media-source": tray}, "na_letter_8.5x11in")
    assert found.value == (tray,)
    found = collection(
        "media-col-default", {"media-size": ({"x-dimension": (1,)},)}, {"media-source": tray}, "iso_a5_148x210mm"
    )
    dimensions = (Attribute("x-dimension", IppTag.INTEGER, 14800), Attribute("y-dimension", IppTag.INTEGER, 21000))
    assert found.value == (Attribute("media-size", IppTag.BEGIN_COLLECTION, dimensions), tray)
