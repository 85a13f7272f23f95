"""What is taken from what somebody types, pastes or scans."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.inventory.onboarding.scanning import Field, Scan, ScanError, plain_mac, read_scan
from campusctl.model.names import LABEL, MAC

GS, RS, EOT = "\x1d", "\x1e", "\x04"

TAKEN = {
    # typed, by what was asked for
    "bare serial": ("BD042-0101", "serial", Scan(serial="BD042-0101")),
    "bare asset": ("M042-0110", "asset", Scan(asset="M042-0110")),
    "bare mac": ("000cf1420101", "mac", Scan(mac="00:0c:f1:42:01:01")),
    "mac with colons": ("00:0C:F1:42:01:01", "mac", Scan(mac="00:0c:f1:42:01:01")),
    "mac with hyphens": ("00-0c-f1-42-01-01", None, Scan(mac="00:0c:f1:42:01:01")),
    "mac of Cisco": ("000c.f142.0101", None, Scan(mac="00:0c:f1:42:01:01")),
    "mac of HP": ("000cf1-420101", None, Scan(mac="00:0c:f1:42:01:01")),
    "mac with spaces": ("00 0C F1 42 01 01", "mac", Scan(mac="00:0c:f1:42:01:01")),
    "return and spaces around": ("  BD042-0101\r\n", "serial", Scan(serial="BD042-0101")),
    # with labels
    "s/n": ("S/N: BD042-0101", None, Scan(serial="BD042-0101")),
    "s/n tight": ("S/N:BD042-0101", "mac", Scan(serial="BD042-0101")),
    "sn and a space": ("SN BD042-0101", None, Scan(serial="BD042-0101")),
    "German": ("Seriennummer: BD042-0101", None, Scan(serial="BD042-0101")),
    "German short": ("Serien-Nr. BD042-0101", None, Scan(serial="BD042-0101")),
    "serial no.": ("Serial No.: BD042-0101", None, Scan(serial="BD042-0101")),
    "mac and a space": ("MAC 000CF1420101", None, Scan(mac="00:0c:f1:42:01:01")),
    "mac address": ("MAC Address: 00-0C-F1-42-01-01", "serial", Scan(mac="00:0c:f1:42:01:01")),
    "inventory number": ("Inventar-Nr.: M042-0110", None, Scan(asset="M042-0110")),
    "several fields": (
        "Model: Board-75  S/N: BD042-0101  MAC: 00:0C:F1:42:01:01",
        "serial",
        Scan(serial="BD042-0101", mac="00:0c:f1:42:01:01", others=("Board-75",)),
    ),
    "lines": (
        "P/N: 4711\nS/N: BD042-0101\nLAN MAC: 000CF1420101\nWLAN MAC: 000CF1420102",
        None,
        Scan(serial="BD042-0101", mac="00:0c:f1:42:01:01", others=("4711", "000CF1420102")),
    ),
    "semicolons": ("SN=BD042-0101;MAC=000CF1420101", None, Scan(serial="BD042-0101", mac="00:0c:f1:42:01:01")),
    # codes
    "json": (
        '{"sn": "BD042-0101", "mac": "00:0c:f1:42:01:01", "model": "Board-75"}',
        None,
        Scan(serial="BD042-0101", mac="00:0c:f1:42:01:01", others=("Board-75",)),
    ),
    "url": (
        "https://support.example/start?sn=BD042-0101&mac=000CF1420101",
        None,
        Scan(serial="BD042-0101", mac="00:0c:f1:42:01:01"),
    ),
    "GS1 in brackets": (
        "(01)04012345678901(21)BD042-0101",
        None,
        Scan(serial="BD042-0101", others=("04012345678901",)),
    ),
    "GS1 with its mark": (
        "]C10104012345678901" + "21BD042-0101",
        None,
        Scan(serial="BD042-0101", others=("04012345678901",)),
    ),
    "GS1 bare": (
        "0104012345678901" + f"10A1{GS}21BD042-0101",
        "serial",
        Scan(serial="BD042-0101", others=("04012345678901", "A1")),
    ),
    "MH10.8.2": (
        f"[)>{RS}06{GS}1PBOARD-75{GS}SBD042-0101{GS}23S000CF1420101{RS}{EOT}",
        None,
        Scan(serial="BD042-0101", mac="00:0c:f1:42:01:01", others=("BOARD-75",)),
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken(case: str) -> None:
    """Exactly these values, in the inventory's spelling; the rest is told."""
    text, wants, expected = TAKEN[case]
    assert read_scan(text, wants) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("\u200bBD042-0101\ufeff", Scan(serial="BD042-0101")),
        ("\u00a0BD042-0101\u00a0", Scan(serial="BD042-0101")),
        ("https://id.gs1.org/01/04012345678901/21/BD042-0101", Scan(serial="BD042-0101", others=("04012345678901",))),
        ("https://example.com/tafeln/21/BD042-0101?sn=BD042-0102", Scan(serial="BD042-0102")),
    ],
)
def test_marks_that_nobody_sees_and_links_that_follow_a_standard(typed: str, expected: Scan) -> None:
    """A scanner's or a web page's marks are dropped; a GS1 Digital Link is read, another path is not."""
    assert read_scan(typed, "serial") == expected


REFUSED = {
    "nothing": ("", "serial", "nothing was typed"),
    "spaces": ("   ", "mac", "nothing was typed"),
    "two macs": (
        "00:0c:f1:42:01:01 00:0c:f1:42:01:02",
        None,
        "two values for the MAC address: 00:0c:f1:42:01:01 and 00:0c:f1:42:01:02",
    ),
    "two serials": ("S/N: A1\nS/N: B2", None, "two values for the serial number: A1 and B2"),
    "a group's mac": (
        "01:00:5e:00:00:01",
        "mac",
        "01:00:5e:00:00:01 is no device's MAC address, but a group's or none",
    ),
    "no mac": ("00:00:00:00:00:00", "mac", "00:00:00:00:00:00 is no device's MAC address, but a group's or none"),
    "half a mac": ("000cf142", "mac", "`000cf142` is no MAC address"),
    "several words": ("BD042 0101", "serial", "nothing in `BD042 0101` is a serial number or a MAC address"),
    "a slash in a serial": ("S/N: AB/12", None, "`AB/12` is no serial number"),
    "a command": ("$(reboot)", "serial", "`$(reboot)` is no serial number"),
    "a control character": ("BD\x1b[2J", "serial", "`BD·[2J` is no serial number"),
    "only an article": (
        "(01)04012345678901",
        None,
        "nothing in `(01)04012345678901` is a serial number or a MAC address",
    ),
    "a novel": ("x" * 5000, "serial", "this is 5000 characters long, and no label of a device"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    """One sentence; nothing is taken."""
    text, wants, words = REFUSED[case]
    with pytest.raises(ScanError) as caught:
        read_scan(text, wants)
    assert caught.value.what == words


def test_twelve_hex_digits_for_a_serial_number_are_told() -> None:
    """They are taken as what was asked for, and a person is told what they may be."""
    scan = read_scan("000CF1420101", "serial")
    assert scan == Scan(
        serial="000CF1420101",
        notes=("000CF1420101 was taken as the serial number; it could be a MAC address",),
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("00Ö0CÖF1Ö42Ö01Ö01", Scan(mac="00:0c:f1:42:01:01")),
        ("00ß0cßf1ß42ß01ß01", Scan(mac="00:0c:f1:42:01:01")),
        ("S-NÖ BD042ß0101", Scan(serial="BD042-0101")),
        ("BD042ß0Z01", Scan(serial="BD042-0Y01")),
    ],
)
def test_a_scanner_that_types_as_on_an_english_keyboard(typed: str, expected: Scan) -> None:
    """It is understood, y and z too, and a person is told to set the scanner right."""
    scan = read_scan(typed, "serial" if expected.serial else "mac")
    assert scan.notes == (
        "the scanner types as on an English keyboard: it was understood, but set its country to German",
    )
    assert scan._replace(notes=()) == expected


LABELS = st.from_regex(re.compile(LABEL), fullmatch=True).filter(lambda text: 3 <= len(text) <= 40)
SERIALS = st.from_regex(r"[A-HJ-NP-Z]{2}[0-9]{3}-[0-9]{4}[G-Z]", fullmatch=True)
MACS = st.lists(st.integers(0, 255), min_size=6, max_size=6).map(lambda raw: [raw[0] & 0xFE, *raw[1:5], raw[5] | 1])


def _spellings(raw: list[int]) -> list[str]:
    pairs = [f"{byte:02X}" for byte in raw]
    whole = "".join(pairs)
    return [
        ":".join(pairs),
        "-".join(pairs).lower(),
        whole,
        f"{whole[:4]}.{whole[4:8]}.{whole[8:]}",
        f"{whole[:6]}-{whole[6:]}",
    ]


@given(MACS, st.integers(0, 4), st.sampled_from(["", "MAC: ", "MAC ", "Ethernet MAC=", "LAN-MAC: "]))
def test_every_spelling_of_a_mac_address_is_the_same(raw: list[int], spelling: int, label: str) -> None:
    """However it is written, and whatever stands before it."""
    expected = ":".join(f"{byte:02x}" for byte in raw)
    assert read_scan(label + _spellings(raw)[spelling], "mac").mac == expected
    assert plain_mac(_spellings(raw)[spelling]) == expected


@given(SERIALS, MACS, st.sampled_from(["\n", "; ", " | ", "\t", "  "]), st.integers(0, 1))
def test_fields_are_told_apart_in_any_order(serial: str, raw: list[int], between: str, turned: int) -> None:
    """A serial number and a MAC address in one text, with their labels."""
    parts = [f"S/N: {serial}", f"MAC: {_spellings(raw)[0]}"]
    scan = read_scan(between.join(parts[::-1] if turned else parts))
    assert (scan.serial, scan.mac) == (serial, ":".join(f"{byte:02x}" for byte in raw))


@given(LABELS)
def test_a_label_of_the_inventory_is_taken_as_it_is(text: str) -> None:
    """What the inventory takes as a serial number is never changed by being typed, unless it is a form of its own."""
    try:
        scan = read_scan(text, "serial")
    except ScanError:
        return
    assert text.rstrip(".") in (scan.serial, scan.asset) or scan.mac or scan.others


@given(st.text(max_size=200), st.sampled_from([None, "serial", "mac", "asset"]))
def test_any_text_is_taken_or_refused_in_words(text: str, wants: Field | None) -> None:
    """Never another error, never a value that the inventory would not take, never a control character."""
    scan, words = Scan(), ""
    try:
        scan = read_scan(text, wants)
    except ScanError as refused:
        words = refused.what
    assert words.isprintable()
    assert re.fullmatch(MAC, scan.mac) or not scan.mac
    assert all(re.fullmatch(LABEL, value) for value in (scan.serial, scan.asset) if value)
    assert all(note.isprintable() for note in (*scan.notes, *scan.others))
