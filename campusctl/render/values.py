"""The net every value passes on its way into a configuration: nothing leaves its line, or its place in it.

A switch reads lines. A value with a line break would be a second command, a question mark asks for help, a quote or a
backslash ends a quoted name early, a space turns one word into an option. Whoever writes an inventory value must not
be able to write a command, so a value is refused rather than repaired, save for what has one obvious ASCII spelling.
"""

import re
from collections.abc import Callable
from typing import Final, NoReturn

from jinja2 import Undefined

from campusctl.model.secret import TOKEN

MAX_VALUE: Final = 65536
"""Characters of the longest value a template may make."""

_FOLD: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}
    | {"é": "e", "è": "e", "à": "a", "ç": "c", "\u00a0": " ", "\u2013": "-", "\u2014": "-"}
)
_PRINTABLE: Final = re.compile(r"[ -~]*")
_WORD: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+,=#%&*~^()\[\]{}$-]*")
_LINE_START: Final = re.compile(
    r"\s*(?:[!;#]|(?:no\s+|default\s+)?(?:banner|do|end|exit|quit|logout|configure|reload|menu|macro)(?:\s|$))",
    re.IGNORECASE,
)
_CONTEXT: Final = re.compile(r"(?:interface|line|router)\s", re.IGNORECASE)
_BANNER_LINES: Final = 40
_BANNER_CHARACTERS: Final = 2000


class RefusedValueError(ValueError):
    """A value cannot stand where a template puts it; the message says why, without place."""

    def __init__(self, what: str, hint: str = "Correct the value in the inventory.") -> None:
        super().__init__(what)
        self.hint = hint


class Vetted(str):
    """Text that a filter made fit for its place; the final net lets it pass unchanged.

    Whatever is derived from it (joined, sliced, replaced) is an ordinary string again and is checked again.
    """

    __slots__ = ()


def final(value: object) -> object:
    """The last net: what `{{ … }}` prints is vetted text, a number, or one line of plain text.

    Raises:
        RefusedValueError: It is neither.
    """
    kind = type(value)
    if kind is Vetted or kind is int:
        return value
    return _checked(value)


def plain(value: object) -> str:
    """One line of printable ASCII without outer or repeated spaces; German umlauts are spelt out.

    Raises:
        RefusedValueError: It has a control character, a line break, a character no switch takes, `?` or a secret.
    """
    found = _checked(value).strip(" ")
    return " ".join(found.split()) if "  " in found else found


def _checked(value: object) -> str:
    found = _printable(value)
    if "?" in found:
        raise RefusedValueError(f"{_shown(found)} has a question mark, which asks a switch for help")
    if "<<" in found:
        raise RefusedValueError(f"{_shown(found)} has `<<`, which begins a secret's token", _SECRET_HINT)
    return found


_SECRET_HINT: Final = "A template asks for a secret with secret(ref); a value cannot."  # noqa: S105 - a sentence


def _printable(value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # raises, and names what is undefined
    if not isinstance(value, str):
        raise RefusedValueError(f"{_shown(value)} is not text", "Correct the template: print one value at a time.")
    if len(value) > MAX_VALUE:
        raise RefusedValueError(f"a value of {len(value)} characters is too long")
    text = value if value.isascii() else value.translate(_FOLD)
    good = _PRINTABLE.match(text)
    if good is None or good.end() != len(text):
        bad = text[good.end() if good else 0]
        what = "a line break" if bad in "\r\n\v\f\x85\u2028\u2029" else f"the character U+{ord(bad):04X}"
        raise RefusedValueError(f"{_shown(value)} has {what}", "Only printable ASCII and German umlauts can be sent.")
    return text


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def text(value: object) -> Vetted:
    """The rest of a line, unquoted, such as an IOS description: not empty, and read as text by every dialect.

    Raises:
        RefusedValueError: It is empty, begins like a comment, or has a double quote.
    """
    line = plain(value)
    if not line:
        raise RefusedValueError("an empty value cannot stand here")
    if line[0] in "!;":
        raise RefusedValueError(f"{_shown(line)} begins with `{line[0]}`, which begins a comment")
    if '"' in line or line.endswith("\\"):
        raise RefusedValueError(f"{_shown(line)} has a double quote, or a backslash at its end")
    return Vetted(line)


def word(value: object) -> Vetted:
    """One word: a name, an address, a keyword. No spaces, so it cannot add an option to its line.

    Raises:
        RefusedValueError: It is empty, or has a space, quote or backslash, or begins with a sign.
    """
    if type(value) is int:
        return Vetted(value)
    found = plain(value)
    if not _WORD.fullmatch(found):
        raise RefusedValueError(f"{_shown(found)} is not one word of letters, digits and signs")
    return Vetted(found)


def quoted(value: object) -> Vetted:
    """Text in double quotes, as ArubaOS-Switch prints names.

    Raises:
        RefusedValueError: It is empty, or has a double quote or a backslash, which would end or change the text.
    """
    line = plain(value)
    if not line or '"' in line or "\\" in line:
        raise RefusedValueError(f"{_shown(line)} is empty or has a double quote or a backslash and stands in quotes")
    return Vetted(f'"{line}"')


def line(value: object) -> Vetted:
    """A whole configuration line that the inventory gives verbatim; it may hold `<<secret:REF>>`.

    Raises:
        RefusedValueError: It is empty, a comment, or a line that begins or leaves something (`banner`, `exit` …).
    """
    found = _printable(value).rstrip(" ")
    if not found:
        raise RefusedValueError("an extra line is empty")
    if _LINE_START.match(found) or "?" in found:
        raise RefusedValueError(
            f"the extra line {_shown(found)} is a comment, a question, or leaves its place",
            "An extra line is one ordinary configuration line; use a template for more.",
        )
    if found.count("<<") != len(TOKEN.findall(found)):
        raise RefusedValueError(f"the extra line {_shown(found)} has `<<`, but no secret's token", _SECRET_HINT)
    return Vetted(found)


def port_line(value: object) -> Vetted:
    """A `line` inside a port's section.

    Raises:
        RefusedValueError: As `line`, and when it would enter another section.
    """
    found = line(value).strip()
    if _CONTEXT.match(found):
        raise RefusedValueError(f"the extra line {_shown(found)} enters another section")
    return Vetted(found)


def secret(ref: object) -> Vetted:
    """The token that stands for a secret until a line is sent.

    Raises:
        RefusedValueError: It is not a secret's reference.
    """
    token = f"<<secret:{ref}>>"
    if not isinstance(ref, str) or not ref.isascii() or not ref.isprintable() or not TOKEN.fullmatch(token):
        raise RefusedValueError(f"{_shown(ref)} is not a secret's reference")
    return Vetted(token)


def refuse(what: object) -> NoReturn:
    """Let a template say that its dialect cannot do what the inventory asks.

    Raises:
        RefusedValueError: Always.
    """
    raise RefusedValueError(plain(what))


def banner(value: object, delimiter: str = "^C") -> Vetted:
    """A banner between two delimiters on lines of their own, as IOS (`^C`) and AOS-CX (`!`) print it.

    Raises:
        RefusedValueError: A line has the delimiter or a character no switch takes, or the banner is too long.
    """
    lines = _banner_lines(value, lambda found: delimiter in found, f"the delimiter `{delimiter}`")
    return Vetted("\n".join([delimiter, *lines, delimiter]))


def banner_quoted(value: object) -> Vetted:
    r"""A banner in double quotes with `\n` for line ends, as ArubaOS-Switch prints it.

    Raises:
        RefusedValueError: As `banner`, with the double quote and the backslash as delimiters.
    """
    lines = _banner_lines(value, lambda found: '"' in found or "\\" in found, "a double quote or a backslash")
    return Vetted('"' + "\\n".join(lines) + '"')


def _banner_lines(value: object, ends: Callable[[str], bool], what: str) -> list[str]:
    if not isinstance(value, str) or not value.strip():
        raise RefusedValueError("a banner must be text, and not empty")
    lines = [_banner_line(found) for found in value.strip("\n").split("\n")]
    if len(lines) > _BANNER_LINES or sum(map(len, lines)) > _BANNER_CHARACTERS:
        raise RefusedValueError(f"a banner has at most {_BANNER_LINES} lines and {_BANNER_CHARACTERS} characters")
    for found in lines:
        if ends(found):
            raise RefusedValueError(f"the banner line {_shown(found)} has {what}, which would end the banner")
    return lines


def _banner_line(value: str) -> str:
    if "?" in value or "<<" in value:
        raise RefusedValueError(f"the banner line {_shown(value)} has `?` or `<<`")
    return _printable(value).rstrip(" ")
