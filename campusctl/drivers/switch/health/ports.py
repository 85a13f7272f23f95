"""Port names in any spelling to the canonical one, by each dialect's own rule."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from campusctl.drivers.switch.dialects import _cx_text, _ios_words, _procurve_ports

_IOS_PORT: Final = re.compile(r"[A-Za-z][A-Za-z-]*\s?\d+(?:/\d+)*(?:\.\d+)?")
_CX_LAG: Final = re.compile(r"lag\s?(\d+)(?:\(mc\))?", re.IGNORECASE)


def _ios(text: str) -> str:
    return _ios_words.port_name(text) if _IOS_PORT.fullmatch(text) else ""


def _aoscx(text: str) -> str:
    lag = _CX_LAG.fullmatch(text)
    if lag:
        return f"lag {int(lag[1])}"
    return text if _cx_text.is_physical(text) else ""


def _procurve(text: str) -> str:
    return _procurve_ports.port_name(text) or ""


_RULES: Final[Mapping[str, Callable[[str], str]]] = {
    "cisco_ios": _ios,
    "aruba_aoscx": _aoscx,
    "hp_procurve": _procurve,
}


def canonical_port(dialect: str, text: str) -> str:
    """The canonical name of a port or LAG of this dialect; empty: the text is none, or the dialect is unknown."""
    rule = _RULES.get(dialect)
    return rule(text.strip()) if rule else ""
