"""What is wanted of a printer."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from campusctl.errors import InventoryError, Problem
from campusctl.model.appliance import Document, Place, Shown
from campusctl.model.inventory import Settings
from campusctl.model.printer import MEDIA, PrinterSettings, PrinterSnmp
from campusctl.model.sentence import sentence

DIALECTS: Final = ("ipp", "snmp")
"""What a printer's profile may say: IPP with SNMP beside it, or SNMP alone."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]*)\}")
_LONGEST: Final = 127
"""Bytes of a text, in IPP (RFC 8011) and in the Printer-MIB."""


def document(place: Place, settings: Settings, dialect: str) -> Document:
    """The document of a printer.

    Args:
        place: Where it stands.
        settings: What the layers say.
        dialect: What it speaks.

    Raises:
        InventoryError: A text holds an unknown placeholder or is too long, or SNMP lacks what it needs.
    """
    printer = settings.printer
    wanted = {} if dialect == "snmp" else _by_ipp(printer)
    wanted |= _by_snmp(printer) if printer.snmp.version or dialect == "snmp" else {}
    return Document(
        settings=tuple(_settings(place, wanted)),
        serial=place.serial,
        options={**_ipp_options(printer), **_snmp_options(place, printer.snmp, dialect), "low": printer.low_supply},
    )


def _by_ipp(printer: PrinterSettings) -> dict[str, Shown]:
    media = MEDIA.get(printer.media or "", printer.media)
    return {
        "name": printer.name,
        "dns-sd-name": printer.dns_sd_name,
        "location": printer.location,
        "info": printer.info,
        "organization": printer.organization,
        "organizational-unit": printer.organizational_unit,
        "geo-location": printer.geo_location,
        "contact/name": printer.contact.name,
        "contact/mail": printer.contact.mail,
        "media": media,
        "media-source": printer.media_source,
        "media-type": printer.media_type,
        "sides": printer.sides,
        "color-mode": printer.color_mode,
        "quality": printer.quality,
        "orientation": printer.orientation,
        "resolution": printer.resolution,
        "copies": printer.copies,
        "output-bin": printer.output_bin,
        "scaling": printer.scaling,
    }


def _by_snmp(printer: PrinterSettings) -> dict[str, Shown]:
    return {
        "system/name": printer.system.name,
        "system/location": printer.system.location,
        "system/contact": printer.system.contact,
        "panel/language": printer.panel.language,
        "panel/locked": printer.panel.locked,
        "startup-page": printer.startup_page,
        "banner-page": printer.banner_page,
        "mib-name": printer.mib_name,
        "operator": printer.operator,
        "service": printer.service,
    }


def _settings(place: Place, wanted: Mapping[str, Shown]) -> Iterator[tuple[tuple[str, ...], Shown]]:
    for path, value in wanted.items():
        if isinstance(value, str):
            yield tuple(path.split("/")), _filled(place, path, value)
        elif value is not None:
            yield tuple(path.split("/")), value


def _filled(place: Place, path: str, text: str) -> str:
    """A text with its placeholders filled in.

    Raises:
        InventoryError: One is unknown, or the text is too long.
    """
    known = {
        "name": place.name,
        "school": place.school,
        "school_name": place.school_name,
        "city": place.city,
        "location": place.location,
        "room_title": place.room_title,
        "asset": place.asset,
    }
    for found in _PLACEHOLDER.findall(text):
        if found not in known:
            hint = sentence("there are {names}", names=", ".join(f"{{{name}}}" for name in known))
            raise _problem(
                place,
                sentence("printer.{path}: unknown placeholder {{{found}}}", path=path.replace("/", "."), found=found),
                hint,
            )
    # In one pass: what is filled in is a text, and never looked at again.
    filled = _PLACEHOLDER.sub(lambda found: known[found[1]], text)
    if len(filled.encode()) > _LONGEST:
        what = sentence(
            "printer.{path}: {filled} is {number} bytes long",
            path=path.replace("/", "."),
            filled=repr(filled),
            number=len(filled.encode()),
        )
        raise _problem(place, what, sentence("a printer takes {limit}, and an umlaut is two", limit=_LONGEST))
    return filled


def _ipp_options(printer: PrinterSettings) -> dict[str, str | int | bool]:
    ipp = printer.ipp
    return {"path": ipp.path, "tls": ipp.tls, "certificate": ipp.certificate}


def _snmp_options(place: Place, snmp: PrinterSnmp, dialect: str) -> dict[str, str | int | bool]:
    """What SNMP needs; empty: it is not used.

    Raises:
        InventoryError: It lacks something.
    """
    lacking = _lacking(snmp, dialect)
    if lacking:
        raise _problem(place, lacking[0], lacking[1])
    if snmp.version is None:
        return {}
    options: dict[str, str | int | bool] = {"snmp": snmp.version, "snmp-port": snmp.port}
    if snmp.version == "2c":
        secrets = {"community": snmp.community, "write-community": snmp.write_community}
    else:
        secrets = {"auth": snmp.auth, "privacy": snmp.privacy}
        options |= {"user": snmp.user, "auth-protocol": snmp.auth_protocol, "privacy-protocol": snmp.privacy_protocol}
    return {**options, **{name: f"<<secret:{ref}>>" for name, ref in secrets.items() if ref}}


def _lacking(snmp: PrinterSnmp, dialect: str) -> tuple[str, str] | None:
    """What is missing to ask a printer by SNMP, and a hint; None: nothing."""
    if snmp.version is None:
        hint = sentence("printer.snmp.version is 2c or 3")
        return (sentence("its profile says `dialect: snmp`, and nobody says how"), hint) if dialect == "snmp" else None
    if snmp.version == "2c" and not snmp.community:
        return sentence("printer.snmp.version is 2c, and there is no `community`"), sentence(
            "it is a secret's reference: printer/snmp-ro"
        )
    if snmp.version == "3" and not snmp.user:
        return sentence("printer.snmp.version is 3, and there is no `user`"), ""
    if snmp.version == "3" and snmp.privacy and not snmp.auth:
        return sentence("printer.snmp has `privacy` and no `auth`"), sentence(
            "SNMPv3 encrypts only what it authenticates"
        )
    return None


def _problem(place: Place, what: str, hint: str) -> InventoryError:
    return InventoryError((Problem(f"inventory/schools/{place.school}", 0, place.name, what, hint),))
