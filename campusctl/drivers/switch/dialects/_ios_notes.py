"""What the readers of IOS share: the lines of a block, and a place to note what they say."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from campusctl.drivers.switch.dialects._ios_words import Found, port_name, read_secret
from campusctl.drivers.switch.dialects.base import Item, Reading
from campusctl.model.secret import Secret
from campusctl.model.setting import FREE, Path, Value


class Leaf(NamedTuple):
    context: tuple[str, ...]
    """The free lines it stands below."""
    words: tuple[str, ...]
    text: str


_CLOSERS: Final = re.compile(r"exit|exit-\S+|quit|!.*|end")
_HIDDEN: Final = re.compile(
    r"(?<!crypto )\b(?:key(?! chain)|password|secret|key-string|md5|server-key|auth-key|psk|hex|sha\d*|shared-secret"
    r"|passphrase|pac key|priv-password|auth-password|des|3des|aes \d+)\s+(?:encrypted\s+)?([0-9]\s+)?"
    # What announces a secret is none: `authentication-key 1 md5 SECRET`.
    r"(?!(?:key|md5|sha\d*|hex|key-string|encrypted)\s)(\S{3,})(?=\s|$)"
)


def leaves(lines: Iterable[str], known: Callable[[Sequence[str]], bool]) -> Iterator[Leaf]:
    """The lines of a block; only a line nobody knows has lines below it."""
    above: list[tuple[int, str]] = []
    for line in lines:
        text = line.strip()
        if not text or text[0] == "!" or _CLOSERS.fullmatch(text):
            continue
        words = tuple(text.split())
        if not above:
            margin = len(line) - len(line.lstrip())
            yield Leaf((), words, text)
            if not known(words):
                above.append((margin, " ".join(words)))
            continue
        margin = len(line) - len(line.lstrip())
        while above and above[-1][0] >= margin:
            above.pop()
        yield Leaf(tuple(text for _, text in above), words, text)
        if above or not known(words):
            above.append((margin, " ".join(words)))


class Notes:
    """Collects what one section says."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.secrets: list[tuple[Path, Secret]] = []
        self.mentions: set[Path] = set()

    def put(self, path: Path, value: Value | None) -> None:
        if value is not None:
            self.items.append((path, value))

    def free(self, context: Sequence[str], text: str) -> None:
        """A line nobody knows; a secret in it becomes a mask."""
        path = (FREE, *context, text)
        found = _HIDDEN.search(text)
        if found:
            hidden = read_secret((found[1] or "").strip() + " " + found[2] if found[1] else found[2])
            path = (FREE, *context, text[: found.start(2)] + hidden.mask + text[found.end(2) :])
            self.secrets.append((path, Secret(hidden.reveal(), hidden.kind, hidden.ref)))
        self.items.append((path, True))

    def done(self) -> Reading:
        return Reading(tuple(self.items), secrets=tuple(self.secrets), mentions=frozenset(self.mentions))


def value_of(found: Found, words: Sequence[str], line: str) -> Value | None:
    """What a plain line of the table says; None when it is the default."""
    rule = found.rule
    rest: Value = " ".join(words[found.used :]) or True
    if rule.kind == "text" and rest is not True:
        rest = line.strip().split(None, found.used)[-1]
    elif rule.kind == "port" and rest is not True:
        rest = port_name(str(rest))
    elif rule.kind == "zone":
        rest = re.sub(r" 0$", "", str(rest)) if len(words) - found.used == 3 else rest
    elif rule.kind == "arg":
        rest = found.args[0]
    elif rule.kind == "secret":
        return read_secret(str(rest)) if rest is not True else None
    return None if rest == rule.default else rest
