r"""The net every value passes on its way into a file of a PC: nothing leaves its line, or its place in it.

PC files are UTF-8. Each format has its own quotes: the filter that fits the place either writes a value so that the
format reads it back as it was, or refuses it.
"""

import json
import re
import shlex
from collections.abc import Iterable
from typing import Any, Final

from jinja2 import Undefined
from pydantic import BaseModel

from campusctl.model.names import CONTROL
from campusctl.model.pc_names import CONTROL_IN_TEXT
from campusctl.render.values import MAX_VALUE, RefusedValueError, Vetted

_CONTROL: Final = re.compile(f"[{CONTROL}]")
_CONTROL_IN_TEXT: Final = re.compile(f"[{CONTROL_IN_TEXT}]")
_WORD: Final = re.compile(r"[A-Za-z0-9_/.*:][A-Za-z0-9_./:@%+,=*-]*")
_PLAIN_ARGUMENT: Final = re.compile(r"[A-Za-z0-9_./:@+,=-]+")
_SUDO_SPECIAL: Final = re.compile(r"([,:=\\])")


def final(value: object) -> object:
    """The last net: what `{{ … }}` prints is vetted text, a whole number, or one line of text.

    Raises:
        RefusedValueError: It is neither.
    """
    kind = type(value)
    if kind is Vetted or kind is int:
        return value
    return line(value)


def line(value: object) -> Vetted:
    """One line of text as it is.

    Raises:
        RefusedValueError: It has a control character or a line break, or looks like a secret's token.
    """
    return Vetted(_clean(value, _CONTROL))


def lines(value: object) -> Vetted:
    """Text of several lines as it is; tabs may stand in it.

    Raises:
        RefusedValueError: It has another control character, or looks like a secret's token.
    """
    return Vetted(_clean(value, _CONTROL_IN_TEXT))


def _clean(value: object, bad: re.Pattern[str]) -> str:
    if isinstance(value, Undefined):
        str(value)  # raises, and names what is undefined
    if not isinstance(value, str):
        raise RefusedValueError(f"{_shown(value)} is not text", "Correct the template: print one value at a time.")
    if len(value) > MAX_VALUE:
        raise RefusedValueError(f"a value of {len(value)} characters is too long")
    found = bad.search(value)
    if found:
        raise RefusedValueError(f"{_shown(value)} has the character U+{ord(found[0]):04X}")
    if "<<secret:" in value:
        raise RefusedValueError(f"{_shown(value)} holds a secret's token", "A template asks for it with secret(ref).")
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def word(value: object) -> Vetted:
    """One word without quotes, spaces or signs that a shell or a configuration reads as more than text.

    Raises:
        RefusedValueError: It is none.
    """
    found = str(value) if type(value) is int else _clean(value, _CONTROL)
    if not _WORD.fullmatch(found):
        raise RefusedValueError(f"{_shown(found)} is not one word of letters, digits and signs")
    return Vetted(found)


def shell(value: object) -> Vetted:
    """One word for a POSIX shell, in single quotes where it needs them."""
    return Vetted(shlex.quote(_clean(value, _CONTROL)))


def env(value: object) -> Vetted:
    """A value in double quotes for files that a shell and PAM both read, such as /etc/default/locale.

    Raises:
        RefusedValueError: It has a quote, a backslash, `$` or a backtick, which the two read differently.
    """
    return _in_quotes(value, '"\\$`')


def quoted(value: object) -> Vetted:
    """Text in double quotes for configurations without an escape, such as apt's and nftables'.

    Raises:
        RefusedValueError: It has a double quote or a backslash.
    """
    return _in_quotes(value, '"\\')


def _in_quotes(value: object, refused: str) -> Vetted:
    found = _clean(value, _CONTROL)
    bad = [char for char in refused if char in found]
    if bad:
        raise RefusedValueError(f"{_shown(found)} has `{bad[0]}` and stands in quotes")
    return Vetted(f'"{found}"')


def ini(value: object) -> Vetted:
    """The rest of a line after `=`, read as it stands.

    Raises:
        RefusedValueError: It begins or ends with a space or a quote, begins a comment, or ends with a backslash.
    """
    found = _clean(value, _CONTROL)
    if found != found.strip() or found[:1] in "\"'#;" or found.endswith(("\\", '"', "'")):
        raise RefusedValueError(f"{_shown(found)} would not be read as it stands")
    return Vetted(found)


def unit(value: object) -> Vetted:
    """The rest of a line of a systemd unit; `%` is doubled, as it begins a specifier.

    Raises:
        RefusedValueError: As `ini`.
    """
    return Vetted(ini(value).replace("%", "%%"))


def command(words: object) -> Vetted:
    r"""A program and its arguments for `ExecStart=`, each word read as it is: no variable, no specifier.

    Raises:
        RefusedValueError: It is no list of texts, or empty.
    """
    found = _words(words)
    return Vetted(" ".join(_exec_word(item) for item in found))


def _exec_word(text: str) -> str:
    if _PLAIN_ARGUMENT.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def cron(words: Iterable[str]) -> str:
    r"""A program and its arguments for a crontab: quoted for the shell, `%` (a line end to cron) as `\%`.

    Raises:
        RefusedValueError: It is no list of texts, or empty.
    """
    return shlex.join(_words(words)).replace("%", "\\%")


def _words(words: object) -> list[str]:
    if not isinstance(words, tuple | list) or not words:
        raise RefusedValueError(f"{_shown(words)} is no command", "A command is a list: program, then arguments.")
    return [_clean(item, _CONTROL) for item in words]


def sudo(value: object) -> Vetted:
    r"""A command of sudoers: `,`, `:`, `=` and `\` in its arguments are escaped."""
    program, space, arguments = _clean(value, _CONTROL).partition(" ")
    return Vetted(program + space + _SUDO_SPECIAL.sub(r"\\\1", arguments))


def as_json(value: object) -> Vetted:
    """A value as JSON on several lines.

    Raises:
        RefusedValueError: It cannot be said in JSON.
    """
    return Vetted(json_text(value))


def json_text(value: object) -> str:
    """A value as JSON for a file: keys sorted, two spaces, UTF-8.

    Raises:
        RefusedValueError: It cannot be said in JSON.
    """
    try:
        text = json.dumps(value, default=_plain, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RefusedValueError(f"{_shown(value)} cannot be said in JSON") from error
    if "<<secret:" in text:
        raise RefusedValueError("JSON with a secret's token in it")
    return text


def _plain(value: object) -> Any:  # noqa: ANN401 - what json takes
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    raise TypeError(type(value).__name__)
