"""A scanner that types as on an English keyboard, at a computer that has a German one."""

import re
from typing import Final

from campusctl.model.sentence import sentence

_GERMAN: Final = "yzYZ" + "ßÖö-;:_?\u00b4=)§/(ÄäüÜ+*\"'&"
_ENGLISH: Final = "zyZY" + "-:;/<>?_=)(#&*\"'[{]}@|^"
_KEYS: Final = str.maketrans(_GERMAN, _ENGLISH)

_SIGNS: Final = re.compile(
    r"(?i:s-nÖ)|[0-9A-Fa-f]{2}(?:[Öß][0-9A-Fa-f]{2}){5}|[0-9][ßÖ](?=[0-9A-Za-z])|[A-Z][ßÖ](?=[0-9])"
)


def english_keyboard(text: str) -> tuple[str, list[str]]:
    """The text as the scanner meant it, and what a person should know; most texts are what they are.

    Nothing on a device's label has an Ö between two numbers: there a colon was typed on the wrong keyboard, and with it
    every other key, y and z among them.
    """
    if not _SIGNS.search(text):
        return text, []
    note = sentence("the scanner types as on an English keyboard: it was understood, but set its country to German")
    return text.translate(_KEYS), [note]
