"""From what the inventory says of a printer to its document: every setting, exactly."""

from typing import Any

import pytest
from german_words import left_english
from printer_rig import SERIAL, STANDARD, V2C, V3, wanted
from pydantic import ValidationError

from campusctl.errors import InventoryError
from campusctl.model.printer import PrinterSettings


def _settings(printer: dict[str, Any], dialect: str = "ipp") -> dict[str, object]:
    return {"/".join(path): value for path, value in wanted(printer, dialect).settings}


def test_a_printer_of_which_nothing_is_said_is_told_where_it_stands() -> None:
    """`location` is managed unless it is taken back; nothing else is."""
    assert _settings({}) == {"location": "schule-007/A/1/V2"}
    assert _settings({"location": None}) == {}


def test_a_standard_printer() -> None:
    """Each setting becomes a path and a value; placeholders are filled in, `a4` is the printers' word for it."""
    assert _settings(dict(STANDARD)) == {
        "location": "schule-007/A/1/V2",
        "info": "Drucker Büro",
        "organization": "Grundschule Am Anger",
        "contact/name": "Medienberatung",
        "contact/mail": "medien@musterstadt.example",
        "media": "iso_a4_210x297mm",
        "sides": "two-sided-long-edge",
        "system/location": "schule-007/A/1/V2",
        "panel/language": "de",
        "panel/locked": True,
        "startup-page": False,
    }
    assert wanted().serial == SERIAL


def test_every_other_setting() -> None:
    """The rest of them, so that no field is forgotten on the way."""
    printer = {
        "name": "{name}", "dns_sd_name": "{school} {room_title}", "organizational_unit": "IT",
        "geo_location": "geo:51.5136,7.4653", "media_source": "tray-1", "media_type": "stationery",
        "color_mode": "monochrome", "quality": "draft", "orientation": "landscape", "resolution": "1200x600dpi",
        "copies": 2, "output_bin": "face-down", "scaling": "fit", "snmp": V3, "mib_name": "{name}",
        "system": {"name": "{name}", "location": None, "contact": "it@stadt.example"}, "banner_page": True,
        "operator": "Hausmeister", "service": "{city}", "location": "{asset}",
    }  # fmt: skip
    assert _settings(printer) == {
        "name": "s007-v2-pr01", "dns-sd-name": "schule-007 Büro", "location": "M007-0301", "organizational-unit": "IT",
        "geo-location": "geo:51.5136,7.4653", "media-source": "tray-1", "media-type": "stationery",
        "color-mode": "monochrome", "quality": "draft", "orientation": "landscape", "resolution": "1200x600dpi",
        "copies": 2, "output-bin": "face-down", "scaling": "fit", "system/name": "s007-v2-pr01",
        "system/contact": "it@stadt.example", "banner-page": True, "mib-name": "s007-v2-pr01",
        "operator": "Hausmeister", "service": "Musterstadt",
    }  # fmt: skip


def test_a_printer_that_only_speaks_snmp_is_told_nothing_by_ipp() -> None:
    """With `dialect: snmp` only what SNMP can hold is wanted."""
    assert list(_settings(dict(STANDARD), "snmp")) == [
        "system/location",
        "panel/language",
        "panel/locked",
        "startup-page",
    ]


def test_secrets_stand_as_references() -> None:
    """What SNMP needs is named, never written."""
    assert wanted({"snmp": V3}).options == {
        "path": "/ipp/print", "tls": False, "certificate": "", "low": 10, "snmp": "3", "snmp-port": 161,
        "user": "campus", "auth-protocol": "sha256", "privacy-protocol": "aes128",
        "auth": "<<secret:printer/snmp-auth>>", "privacy": "<<secret:printer/snmp-privacy>>",
    }  # fmt: skip
    assert wanted({"snmp": V2C}).options == {
        "path": "/ipp/print", "tls": False, "certificate": "", "low": 10, "snmp": "2c", "snmp-port": 161,
        "community": "<<secret:printer/snmp-ro>>", "write-community": "<<secret:printer/snmp-rw>>",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("printer", "dialect", "problem"),
    [
        ({"info": "{raum}"}, "ipp", "printer.info: unknown placeholder {raum}"),
        ({"contact": {"name": "{}"}}, "ipp", "printer.contact.name: unknown placeholder {}"),
        ({"info": "ü" * 64}, "ipp", f"printer.info: {'ü' * 64!r} is 128 bytes long"),
        ({"snmp": {"version": "2c"}}, "ipp", "printer.snmp.version is 2c, and there is no `community`"),
        ({"snmp": {"version": 3}}, "ipp", "printer.snmp.version is 3, and there is no `user`"),
        ({"snmp": {**V3, "auth": ""}}, "ipp", "printer.snmp has `privacy` and no `auth`"),
        ({}, "snmp", "its profile says `dialect: snmp`, and nobody says how"),
    ],
)
def test_what_makes_no_sense_is_said(printer: dict[str, Any], dialect: str, problem: str) -> None:
    """A placeholder nobody knows, a text that is too long, SNMP without what it needs."""
    with pytest.raises(InventoryError) as found:
        wanted(printer, dialect)
    assert [(one.where, one.what) for one in found.value.problems] == [("s007-v2-pr01", problem)]
    assert left_english(found.value.problems) == []


def test_what_is_filled_in_is_no_placeholder() -> None:
    """A room called `{city}` stays one: nothing is filled in twice."""
    printer = {"info": "{room_title}"}
    assert "{city}" not in str(_settings(printer))


@pytest.mark.parametrize(
    "printer",
    [
        {"info": "a\nb"},
        {"info": "<<secret:switch/login>>"},
        {"info": ""},
        {"location": "x\u202ey"},
        {"media": "A4 paper"},
        {"sides": "both"},
        {"geo_location": "Marktplatz 1"},
        {"copies": 0},
        {"contact": {"mail": "nobody"}},
        {"ipp": {"path": "/ipp/../etc"} | {"path": "ipp print"}},
        {"ipp": {"certificate": "abc"}},
        {"snmp": {"version": "1"}},
        {"snmp": {**V2C, "community": "public community"}},
        {"panel": {"language": "deutsch"}},
        {"colour": "blue"},
    ],
)
def test_what_cannot_be_meant_is_refused(printer: dict[str, Any]) -> None:
    """Control characters, secrets where texts belong, words that no printer knows, keys that are none."""
    with pytest.raises(ValidationError):
        PrinterSettings.model_validate(printer)
