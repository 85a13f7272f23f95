"""What lines of ArubaOS-Switch said so far: settings, lines nobody knows, and lines with one value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from campusctl.drivers.switch.dialects import _procurve_words as words_of
from campusctl.drivers.switch.dialects._procurve_words import Word, split, unquote
from campusctl.drivers.switch.dialects.base import Item, secret
from campusctl.model.secret import Secret
from campusctl.model.setting import FREE, Path, Value

_SECRET_WORDS: Final = frozenset(
    {"key", "encrypted-key", "plaintext", "sha1", "sha256", "password", "passphrase", "secret", "community"}
    | {"key-string", "key-value", "encrypted-password", "authentication-key", "auth", "priv", "shared-secret"}
)
_ALGORITHMS: Final = frozenset({"sha", "md5", "aes", "des"})
_NOT_SECRETS: Final = frozenset({"generate", "zeroize", "manager", "operator", "index", "key-value"}) | _ALGORITHMS
_STP_STEP: Final = 4096


@dataclass(slots=True)
class Said:
    """Collects what the lines of a section say."""

    items: list[Item] = field(default_factory=list)
    """Settings, in the order of the lines."""
    secrets: list[tuple[Path, Secret]] = field(default_factory=list)
    """Secrets that stand in a path as a mask."""

    def put(self, *path: str, value: Value) -> None:
        """One setting."""
        self.items.append((path, value))

    def put_ports(self, ports: Iterable[str], *rest: str, value: Value) -> None:
        """The same setting of several ports."""
        self.items.extend((("port", port, *rest), value) for port in ports)

    def free(self, context: Sequence[str], line: str) -> None:
        """A line nobody knows, its blanks normalised and its secret masked."""
        text, found = _masked(split(line))
        path = (FREE, *context, text)
        self.items.append((path, True))
        if found is not None:
            self.secrets.append((path, found))


class Line(NamedTuple):
    """One line in words."""

    words: list[str]
    """Without `no`; the keywords as printed."""
    negated: bool
    """It began with `no`."""

    @property
    def rest(self) -> list[str]:
        """Everything behind the first word."""
        return self.words[1:]


def _table(words: Iterable[Word]) -> dict[str, Word]:
    return {word.text: word for word in words}


GLOBAL_WORDS: Final = _table(words_of.GLOBAL)
PORT_WORDS: Final = _table(words_of.PORT)
VLAN_WORDS: Final = _table(words_of.VLAN)


def single(said: Said, table: dict[str, Word], prefix: Path, line: Line) -> bool:
    """Read a line that sets one value; False when the table does not know it.

    Args:
        said: Gets the setting, unless it is the default.
        table: Lines by their leading words.
        prefix: Where the settings belong: `()`, `("port", "7")`, `("vlan", "10")`.
        line: The line.
    """
    words, negated = line
    for size in range(min(3, len(words)), 0, -1):
        word = table.get(" ".join(words[:size]).lower())
        if word is not None and (word.flag == (size == len(words)) or negated):
            return say(said, word, prefix, words[size:], negated=negated)
    return False


def say(said: Said, word: Word, prefix: Path, rest: list[str], *, negated: bool) -> bool:
    """Put down what a known line sets, `rest` being its value; False when it cannot be a value."""
    if word.flag:
        if rest:
            return False
        normally = word.path in words_of.TRUE_BY_DEFAULT
        if normally == negated:
            said.put(*prefix, *word.path, value=not negated)
        return True
    if negated:
        if word.off and not rest:
            said.put(*prefix, *word.path, value=word.off)
        return not (word.off and rest)
    if not rest or (len(rest) > 1 and not (word.quoted or word.many)):
        return False
    text = unquote(" ".join(rest)) if word.quoted else " ".join(rest).lower().removeprefix("+")
    if word.path == ("stp", "priority"):
        return _stp_priority(said, text)
    if text and text != word.default:
        said.put(*prefix, *word.path, value=text)
    return True


def _stp_priority(said: Said, text: str) -> bool:
    """The device counts in steps of 4096; old firmware and people write the priority itself."""
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        return False
    priority = int(text) * _STP_STEP if int(text) <= 15 else int(text)
    if priority != 8 * _STP_STEP:
        said.put("stp", "priority", value=str(priority))
    return True


def _masked(words: list[str]) -> tuple[str, Secret | None]:
    """A line with its secret masked, and the secret; everything behind a second secret is hidden with it."""
    at = _secret_at(words, 1)
    if at is None:
        return " ".join(words), None
    more = _secret_at(words, at + 1) if at + 1 < len(words) else None
    hidden = words[at] if more is None else " ".join(words[at:])
    quoted = more is None and hidden != unquote(hidden)
    found = secret(unquote(hidden) if quoted else hidden)
    shown = f'"{found.mask}"' if quoted else found.mask
    return " ".join([*words[:at], shown, *(words[at + 1 :] if more is None else ())]), found


def _secret_at(words: list[str], start: int) -> int | None:
    """Where a secret stands at or behind `start`: after a word that announces one, and maybe its algorithm."""
    if words[0].lower() == "encrypted-password":
        return len(words) - 1 if start < len(words) and len(words) > 2 else None
    for number in range(max(start - 1, 1), len(words) - 1):
        word = words[number].lower()
        at = number + 1
        if word in ("auth", "priv") and words[at].lower() in _ALGORITHMS:
            at += 1
        is_name = word == "name" and words[:2] == ["snmpv3", "community"]
        if start <= at < len(words) and (word in _SECRET_WORDS or is_name) and words[at].lower() not in _NOT_SECRETS:
            return at
    return None
