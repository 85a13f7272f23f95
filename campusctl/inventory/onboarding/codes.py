"""Fields of barcodes that follow a standard: GS1 application identifiers, ANSI MH10.8.2 data identifiers.

Sources: GS1 General Specifications, section 3; ANSI MH10.8.2; ISO/IEC 15424 for `]C1` and its like.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

_GS: Final = "\x1d"
_SYMBOLOGY: Final = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_GS1_MARKS: Final = frozenset({"]C1", "]d2", "]Q3", "]e0", "]J1"})
_FIXED: Final[Mapping[str, int]] = {
    "00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2,
}  # fmt: skip
"""Digits of identifiers with a fixed length."""
_VARIABLE: Final = ("8004", "8003", "250", "240", "241", "10", "21", "22", "30", "37")
_NAMES: Final[Mapping[str, str]] = {"21": "serial", "250": "serial", "8004": "asset", "01": "gtin", "10": "batch"}
_IN_BRACKETS: Final = re.compile(r"\((\d{2,4})\)([^(\x1d]+)")
_ENVELOPE: Final = re.compile(r"^\[\)>\x1e?(?:05|06)\x1d(.*?)\x1e?\x04?$", re.DOTALL)
_DATA: Final = re.compile(r"^(\d{0,3}[A-Z])(.+)$")
_DATA_NAMES: Final[Mapping[str, str]] = {"S": "serial", "23S": "mac"}


def read(text: str) -> Mapping[str, str]:
    """The fields of a standard code by our names (`serial`, `mac`, `asset`), others by their own; empty: it is none."""
    envelope = _ENVELOPE.match(_SYMBOLOGY.sub("", text))
    if envelope:
        return _data_identifiers(envelope[1])
    mark = text[:3] if _SYMBOLOGY.match(text) else ""
    body = text[3:] if mark else text
    if _IN_BRACKETS.match(body):
        return {_NAMES.get(name, name): value for name, value in _IN_BRACKETS.findall(body)}
    if mark in _GS1_MARKS or _has_article_number(body):
        return _application_identifiers(body.lstrip(_GS))
    return {}


def digital_link(path: str) -> Mapping[str, str]:
    """The fields of a GS1 Digital Link, by the path of its address: `/01/04012345678901/21/BD042-0101`.

    Source: GS1 Digital Link standard, URI syntax: application identifiers and values take turns from an article on.
    """
    words = [unquote(word) for word in path.strip("/").split("/")]
    at = next(
        (at for at in range(len(words) - 1) if words[at] == "01" and re.fullmatch(r"\d{8,14}", words[at + 1])), None
    )
    if at is None:
        return {}
    pairs = zip(words[at::2], words[at + 1 :: 2], strict=False)
    return {_NAMES.get(name, name): value for name, value in pairs if value}


def _data_identifiers(body: str) -> Mapping[str, str]:
    found = {}
    for piece in body.split(_GS):
        field = _DATA.match(piece.strip("\x1e\x04"))
        if field:
            found[_DATA_NAMES.get(field[1], field[1])] = field[2]
    return found


def _has_article_number(body: str) -> bool:
    """An article number with a right check digit, and something behind it: no serial number looks like that."""
    if not re.match(r"01\d{14}.", body):
        return False
    digits = [int(char) for char in body[2:16]]
    return sum(digit * (3, 1)[at % 2] for at, digit in enumerate(digits)) % 10 == 0


def _application_identifiers(body: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    while body:
        name = next((key for key in (*_FIXED, *_VARIABLE) if body.startswith(key)), "")
        if not name:
            return {}
        rest = body[len(name) :]
        length = _FIXED.get(name) or len(rest.partition(_GS)[0])
        if len(rest) < length or not length:
            return {}
        found[_NAMES.get(name, name)] = rest[:length]
        body = rest[length:].lstrip(_GS)
    return found
