"""What somebody types, pastes or scans about a device in front of them: serial number, MAC address, asset tag.

A keyboard-wedge scanner types what it reads, with a return at the end. Barcodes hold a bare number, one with a label
(`S/N: …`), GS1 (`]C1…(21)…`), an ANSI MH10.8.2 envelope (`[)>` and data identifiers), or, in a QR code, several fields.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias
from unicodedata import category
from urllib.parse import parse_qsl, urlsplit

from campusctl.errors import CampusError
from campusctl.inventory.onboarding import codes
from campusctl.inventory.onboarding.keyboard import english_keyboard
from campusctl.model.names import LABEL, MAC
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

Field: TypeAlias = Literal["serial", "mac", "asset"]
"""What is asked for."""

_LONGEST: Final = 4000
"""Characters of one scan; a QR code holds no more."""
_LONGEST_VALUE: Final = 60
WORDS: Final[Mapping[str, str]] = {"serial": N_("serial number"), "mac": N_("MAC address"), "asset": N_("asset tag")}
"""What the fields are called."""


class ScanError(CampusError):
    """Nothing can be taken from what was scanned, or it contradicts itself."""


class Scan(NamedTuple):
    """What was taken from a text."""

    serial: str = ""
    """Serial number; empty: none was found."""
    mac: str = ""
    """MAC address as `00:1b:21:aa:bb:cc`; empty: none was found."""
    asset: str = ""
    """Asset tag; empty: none was found."""
    others: tuple[str, ...] = ()
    """What was read and not taken, such as `ean 4012345678901`."""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""

    def taken(self) -> tuple[tuple[str, str], ...]:
        """What was taken, for a person: `("serial number", "BD042-0101")`."""
        return tuple((sentence(WORDS[name]), value) for name in WORDS if (value := str(getattr(self, name))))


class Named(NamedTuple):
    """One field as a code or a label names it."""

    kind: str
    """`serial`, `mac`, `asset`, or what else it is."""
    value: str
    """As it stands there."""


_LABELS: Final = (
    ("other", r"(?:wlan|wi-?fi|wireless|bt|bluetooth)[ _-]?(?:mac(?:[ _-]?(?:addr(?:ess)?|adresse|id))?|addr(?:ess)?)"),
    ("mac", r"(?:(?:lan|eth(?:ernet)?\d?|wired|rj-?45)[ _-]?)?mac(?:[ _-]?(?:addr(?:ess)?|adresse|id))?"),
    ("mac", r"eth(?:ernet)?[ _-]?(?:addr(?:ess)?|id)"),
    ("asset", r"asset(?:[ _-]?(?:tag|no\.?|nr\.?|number))?|inv(?:entar|entory)?\.?[ _-]?(?:nr\.?|nummer|no\.?|number)"),
    ("serial", r"s ?/ ?n(?:o\.?|r\.?)?|sn(?:o\.?|r\.?|id)?|ser(?:ial|ien)?\.?[ _-]?(?:n[or]\.?|num(?:ber)?|nummer)"),
    ("serial", r"serial|service[ _-]?tag"),
    (
        "other",
        r"p ?/ ?n|part(?:[ _-]?(?:no|number))?\.?|model(?:l)?(?:[ _-]?(?:no|name|nr))?\.?|type?|ean|upc|gtin|sku",
    ),
    ("other", r"rev(?:ision)?\.?|fw|firmware|hw|imei|mfg(?:[ _-]?date)?|mfd|date|datum|prod(?:uct)?(?:[ _-]?id)?|pid"),
)
_BEFORE: Final = r"(?<![A-Za-z0-9])"
_LABEL: Final = re.compile(
    _BEFORE + "(?:" + "|".join(f"(?P<{kind}{at}>{text})" for at, (kind, text) in enumerate(_LABELS)) + ")"
    r"(?:[ \t]*[:=#][ \t]*|[ \t]+)(?=\S)",
    re.IGNORECASE,
)
_KEYS: Final = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in _LABELS)
_MAC: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"[0-9A-Fa-f]{2}([:. -]|[^0-9A-Za-z\s])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}([.:-])[0-9A-Fa-f]{4}\2[0-9A-Fa-f]{4}"
    r"|[0-9A-Fa-f]{6}[:-][0-9A-Fa-f]{6}"
    r")(?![0-9A-Za-z])"
)
_HEX12: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
_ENDS: Final = re.compile(r"[\n\r\t;|,\x1c-\x1f]+")
_TOKEN: Final = re.compile(r"[^\s;|,\x1c-\x1f]+")


def read_scan(text: str, wants: Field | None = None) -> Scan:
    """What a text says about a device.

    Args:
        text: One line of a scanner, or what was pasted.
        wants: What was asked for: a bare word is then that.

    Raises:
        ScanError: Nothing was found, two values contradict each other, or one cannot be a serial number, MAC address
            or asset tag.
    """
    if len(text) > _LONGEST:
        what = sentence("this is {number} characters long, and no label of a device", number=len(text))
        raise ScanError(what, sentence("scan one code at a time"))
    plain, notes = english_keyboard(without_invisible(text))
    if not plain:
        raise ScanError(sentence("nothing was typed"), sentence("scan the label, or type what it says"))
    found = [*_structured(plain)] or [*_labelled(plain)]
    if not found:
        found = [*_bare(plain, wants, notes)]
    if not found and wants == "mac":
        plain_mac(plain)
    scan = _scan(found, tuple(notes))
    if not (scan.serial or scan.mac or scan.asset):
        raise ScanError(
            sentence("nothing in {text} is a serial number or a MAC address", text=_quoted(plain)), _hint(wants)
        )
    return scan


def without_invisible(text: str) -> str:
    """A text without what nobody sees: marks of width zero and of direction, and blanks around it."""
    seen = "".join(" " if char == "\u00a0" else char for char in text if category(char) != "Cf")
    return seen.strip(" \t\r\n\0")


def plain_mac(text: str) -> str:
    """A MAC address in any spelling, bare or with a label, as `00:1b:21:aa:bb:cc`.

    Raises:
        ScanError: It is none, or not that of one device.
    """
    digits = re.sub(r"[^0-9A-Fa-f]", "", text).lower()
    mac = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    if len(digits) != 12 or not re.fullmatch(MAC, mac):
        hint = sentence("six pairs of 0-9 and a-f, such as {example}", example="00:1b:21:aa:bb:cc")
        raise ScanError(sentence("{text} is no MAC address", text=_quoted(text)), hint)
    if int(digits[:2], 16) & 1 or not digits.strip("0"):
        what = sentence("{mac} is no device's MAC address, but a group's or none", mac=mac)
        raise ScanError(what, sentence("read it off the device's label"))
    return mac


def _hint(wants: Field | None) -> str:
    if wants is None:
        return sentence("scan the label with the serial number, or type it")
    return sentence("scan or type the {field} alone", field=sentence(WORDS[wants]))


def _quoted(text: str) -> str:
    shown = "".join(char if char.isprintable() else "·" for char in text)
    return f"`{shown[:60]}{'…' if len(shown) > 60 else ''}`"


def _structured(text: str) -> Iterator[Named]:
    """The fields of GS1, MH10.8.2, JSON or a URL; nothing: it is none of these."""
    fields = codes.read(text) or _from_json(text) or _from_url(text)
    for name, value in fields.items():
        yield Named(_kind_of(name), value.strip())


def _from_json(text: str) -> Mapping[str, str]:
    if not text.startswith("{"):
        return {}
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in data.items() if isinstance(value, str | int)}


def _from_url(text: str) -> Mapping[str, str]:
    if not re.match(r"(?i)https?://\S+$", text):
        return {}
    try:
        parts = urlsplit(text)
        return {**codes.digital_link(parts.path), **dict(parse_qsl(parts.query, max_num_fields=50))}
    except ValueError:
        return {}


def _kind_of(name: str) -> str:
    return next((kind for kind, pattern in _KEYS if pattern.fullmatch(name)), "other")


def _labelled(text: str) -> Iterator[Named]:
    """Fields with a label before them; a MAC address needs none."""
    taken: list[tuple[int, int]] = []
    labels = [*_LABEL.finditer(text)]
    for number, label in enumerate(labels):
        end = labels[number + 1].start() if number + 1 < len(labels) else len(text)
        kind = next(name.rstrip("0123456789") for name, found in label.groupdict().items() if found)
        value = _value_after(text, label.end(), end, kind)
        if value:
            taken.append((label.start(), label.end() + len(value)))
            yield Named(kind, value)
    for found in _MAC.finditer(text):
        if not any(start <= found.start() < end for start, end in taken):
            yield Named("mac", found[0])


def _value_after(text: str, start: int, end: int, kind: str) -> str:
    piece = _ENDS.split(text[start:end], maxsplit=1)[0]
    mac = _MAC.match(piece) or _HEX12.match(piece)
    if mac and kind in ("mac", "other"):
        return mac[0]
    token = _TOKEN.match(piece)
    return "" if token is None else token[0]


def _bare(text: str, wants: Field | None, notes: list[str]) -> Iterator[Named]:
    """A word without a label is what was asked for."""
    words = _TOKEN.findall(text)
    if wants == "mac":
        whole = text if len(re.sub(r"[^0-9A-Fa-f]", "", text)) == 12 and not re.search(r"[g-zG-Z]", text) else ""
        bare = [whole] if whole else [found[0] for found in _HEX12.finditer(text)]
        yield from (Named("mac", word) for word in bare)
        return
    if len(words) != 1:
        return
    if wants is None and _HEX12.fullmatch(words[0]) and re.search(r"[A-Fa-f]", words[0]):
        yield Named("mac", words[0])
        return
    if _HEX12.fullmatch(words[0]):
        field = sentence(WORDS[wants or "serial"])
        notes.append(sentence("{text} was taken as the {field}; it could be a MAC address", text=words[0], field=field))
    yield Named(wants or "serial", words[0])


def _scan(found: list[Named], notes: tuple[str, ...]) -> Scan:
    values: dict[str, str] = {}
    others: list[str] = []
    for kind, value in found:
        if kind not in WORDS:
            others.append("".join(char for char in value if char.isprintable())[:_LONGEST_VALUE])
            continue
        clean = plain_mac(value) if kind == "mac" else _label(kind, value)
        before = values.setdefault(kind, clean)
        if before.casefold() != clean.casefold():
            wired = sentence("scan or type the one of the wired port")
            field = sentence(WORDS[kind])
            what = sentence("two values for the {field}: {one} and {other}", field=field, one=before, other=clean)
            raise ScanError(what, wired if kind == "mac" else sentence("scan or type one of them"))
    return Scan(**values, others=tuple(dict.fromkeys(filter(None, others))), notes=notes)


def _label(kind: str, value: str) -> str:
    clean = value.strip().strip("*").rstrip(".,;:")
    if not re.fullmatch(LABEL, clean) or len(clean) > _LONGEST_VALUE:
        what = sentence("{text} is no {field}", text=_quoted(value), field=sentence(WORDS[kind]))
        raise ScanError(what, sentence("the inventory takes a word of letters, digits, dots, hyphens and underscores"))
    return clean
