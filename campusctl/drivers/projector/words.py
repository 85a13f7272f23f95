"""PJLink in the words of the inventory, and of people.

Source: PJLink specifications, class 1 version 1.04 and class 2 version 2.10 (JBMIA).
"""

import re
from typing import Final

from campusctl.words.language import N_

KINDS: Final = {"rgb": "1", "video": "2", "digital": "3", "storage": "4", "network": "5", "internal": "6"}
"""Kind of an input to its digit; `internal` is class 2."""

_INPUT: Final = re.compile(rf"({'|'.join(KINDS)})([1-9a-z])")

_LONGEST: Final = 160

POWER: Final = {"0": "standby", "1": "on", "2": "cooling down", "3": "warming up"}
"""State of the lamp."""

PARTS: Final = ("fan", "lamp", "temperature", "cover", "filter", "other")
"""What each character of the error status (ERST) is about."""

LEVELS: Final = {"1": "WARN", "2": "ERROR"}
"""What such a character says."""

ALARMS: Final = {
    ("fan", "WARN"): N_("the fan gives a warning: clean the air inlet"),
    ("fan", "ERROR"): N_("the fan has failed: do not use it until it is mended"),
    ("lamp", "WARN"): N_("the lamp gives a warning: have a new one ready"),
    ("lamp", "ERROR"): N_("the lamp has failed: it needs a new one"),
    ("temperature", "WARN"): N_("it is getting hot: is its air inlet free?"),
    ("temperature", "ERROR"): N_("it is too hot: let it cool down, and free its air inlet"),
    ("cover", "WARN"): N_("a cover is not quite closed"),
    ("cover", "ERROR"): N_("a cover is open: close it"),
    ("filter", "WARN"): N_("the filter wants to be cleaned soon"),
    ("filter", "ERROR"): N_("the filter is clogged: clean it or put in a new one"),
    ("other", "WARN"): N_("it gives a warning that it does not explain: look at its menu"),
    ("other", "ERROR"): N_("it has a fault that it does not explain: look at its menu"),
}
"""Part and level of the error status (ERST) in words."""

REFUSALS: Final = {
    "1": N_("it does not know this setting (ERR1)"),
    "2": N_("it does not have this, or takes no such value (ERR2)"),
    "3": N_("it is not available right now (ERR3)"),
    "4": N_("it reports a failure of its own (ERR4)"),
}
"""What ERR1 to ERR4 mean, from a person's side."""


def code_of(text: str) -> str:
    """The code of an input that is said by kind and number (`digital1` is `31`); empty: it is a name."""
    found = _INPUT.fullmatch(text.casefold())
    return KINDS[found[1]] + found[2].upper() if found else ""


def input_of(code: str) -> str:
    """An input's code by kind and number: `31` is `digital1`."""
    kinds = {digit: kind for kind, digit in KINDS.items()}
    return f"{kinds.get(code[:1], 'input ' + code[:1])}{code[1:].lower()}"


def short(text: str) -> str:
    """A text of the projector, for people.

    Args:
        text: Its bytes as Latin-1. The specification wants UTF-8: what is none is spelled out. It allows 128 bytes:
            what is far longer is cut.
    """
    said = text.encode("latin-1", "replace").decode("utf-8", "backslashreplace").strip()
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
