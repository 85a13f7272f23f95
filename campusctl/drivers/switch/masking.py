"""A configuration as it may be kept: the device's own lines left out, every secret replaced by a keyed fingerprint.

`<<secret:kept/5f1c…>>` shows *that* a secret changed; without the workspace's key it tells nothing. With the key, and
the secret itself from the device or the vault, `unmask` puts it back.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from campusctl.drivers.switch._secret_places import SHADE, Place, language_word, places
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.model.secret import KEPT, TOKEN, Secret, SecretKind
from campusctl.model.setting import State

_KEPT_TOKEN: Final = re.compile(r"<<secret:kept/[0-9a-f]{12}>>")
_LONG: Final = 8
"""From so many characters on, a secret is masked also within a word."""
_WRAPPED: Final = 20
"""From so many characters on, a secret may be broken over lines."""
_LONGEST_WRAPPED: Final = 2000
_MOST_PATTERNS: Final = 64


def masked(dialect: Dialect, text: str, key: bytes) -> str:
    """A configuration text as it may be kept.

    Args:
        dialect: The language of the text.
        text: What a device prints.
        key: The workspace's key.

    Returns:
        The lines a person knows, each with its line feed. Masked again they stay the same. Never raises on any text.
    """
    return masked_state(dialect, text, dialect.parse(text), key)


def masked_state(dialect: Dialect, text: str, state: State, key: bytes, vault: Iterable[str] = ()) -> str:
    """The same for a text that was parsed already.

    Args:
        dialect: The language of the text.
        text: What a device prints.
        state: What it says.
        key: The workspace's key.
        vault: Secrets that must not stay wherever they stand, also where nobody parses them.
    """
    return _replaced(dialect, text, restorable_secrets(state) | set(vault), state, lambda found: token(found, key))


def restorable_secrets(state: State) -> set[str]:
    """Every secret that a state knows the text of: what `unmask` can put back."""
    values = (*state.settings.values(), *state.secrets.values())
    return {
        text
        for value in values
        if isinstance(value, Secret) and value.kind is not SecretKind.UNKNOWN and (text := value.reveal())
    }


def secrets_in(dialect: Dialect, text: str) -> set[str]:
    """Every text that `masked` would replace, also in lines that nobody parses: puts back more than a state can."""
    found: set[str] = set()

    def note(secret: str) -> str:
        found.add(secret)
        return ""

    state = dialect.parse(text)
    _replaced(dialect, text, restorable_secrets(state), state, note)
    return found


def token(secret: str, key: bytes) -> str:
    """What stands in a secret's place."""
    return f"<<secret:{kept_ref(secret, key)}>>"


def kept_ref(secret: str, key: bytes) -> str:
    """The reference of a masked secret: twelve hex digits of a keyed BLAKE2b over its text."""
    digest = hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), key=key, digest_size=6)
    return f"{KEPT}{digest.hexdigest()}"


def unmask(text: str, secrets: Iterable[str], key: bytes) -> tuple[str, tuple[str, ...]]:
    """A kept text with every secret put back that is at hand.

    Args:
        text: What `masked` returned.
        secrets: Texts that may be behind the tokens: the device's own (`secrets_in`) and the vault's.
        key: The workspace's key.

    Returns:
        The text, and the tokens nobody knows, each once, as they still stand in it.
    """
    known: dict[str, str] = {}
    for secret in secrets:
        # A device's text that looks like a reference must not become one.
        if secret and not TOKEN.search(secret):
            known[token(secret, key)] = secret
            known[token(_escaped(secret), key)] = _escaped(secret)
    unknown: dict[str, None] = {}

    def put_back(found: re.Match[str]) -> str:
        if found[0] not in known:
            unknown[found[0]] = None
        return known.get(found[0], found[0])

    return TOKEN.sub(put_back, text), tuple(unknown)


def _escaped(secret: str) -> str:
    """How it stands between quotes."""
    return secret.replace('"', '\\"')


def _replaced(dialect: Dialect, text: str, secrets: set[str], state: State, keep: Callable[[str], str]) -> str:
    """The kept text with `keep(secret)` in the place of every secret."""
    # A parser may take quotes, or one of them, for a part of the secret; they stay where they are.
    secrets = {bare for secret in secrets if (bare := secret.strip('"')) and not TOKEN.search(bare)}
    plain = _printable(kept := dialect.kept(text))
    if plain != kept:
        plain = dialect.kept(plain)
    accounts = frozenset(state.names("user"))
    words = {secret for secret in secrets if language_word(secret, accounts)}
    shaded: list[str] = []

    def shade(found: re.Match[str]) -> str:
        shaded.append(found[0] if _KEPT_TOKEN.fullmatch(found[0]) else keep(found[0]))
        return SHADE

    plain = _unwrapped(plain, secrets - words)
    plain = _pattern(frozenset(secrets - words)).sub(shade, plain)
    lines = plain.split("\n")
    found = places(plain, lines, sorted(words))
    shades = iter(shaded)
    for number, line in enumerate(lines):
        if number in found or SHADE in line:
            lines[number] = _filled(line, found.get(number, ()), shades, keep)
    return "\n".join(lines)


def _filled(line: str, spots: Iterable[Place], shades: Iterator[str], keep: Callable[[str], str]) -> str:
    """A line with its places replaced, and what was shaded put in."""
    at = 0
    parts: list[str] = []
    for start, end in spots:
        parts += [line[at:start], keep(line[start:end])]
        at = end
    # Placeholders stand only between the places, so their order is the one in which they were made.
    parts.append(line[at:])
    if SHADE not in line:
        return "".join(parts)
    return "".join(part if number % 2 else _lit(part, shades) for number, part in enumerate(parts))


def _lit(part: str, shades: Iterator[str]) -> str:
    return "".join(next(shades) if char == SHADE else char for char in part) if SHADE in part else part


_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78A-Z])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _printable(text: str) -> str:
    """Without what only moves a cursor; ETX is how some devices print the mark of a banner."""
    text = text.replace(SHADE, "?")
    if _CONTROL.search(text) is None:
        return text
    return _CONTROL.sub("", _ESCAPE.sub("", text.replace("\x03", "^C")))


def _unwrapped(text: str, secrets: Iterable[str]) -> str:
    """The text with long secrets in one piece that the device broke over lines."""
    for secret in sorted(secrets):
        if _WRAPPED <= len(secret) <= _LONGEST_WRAPPED and secret not in text and _escaped(secret) not in text:
            broken = re.compile(r"(?:\s*\n\s*)?".join(re.escape(char) for char in secret))
            text = broken.sub(secret.replace("\\", r"\\"), text)
    return text


@lru_cache(_MOST_PATTERNS)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str]:
    """References, and the secrets, the longest first."""
    forms = {form for secret in secrets for form in (secret, _escaped(secret))}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(["<<secret:[^<>\\s]{1,200}>>", *map(_form, ordered)]))


def _form(secret: str) -> str:
    """Long secrets anywhere, short ones as whole words: `10` is no part of `10.0.0.1`."""
    exact = re.escape(secret)
    return exact if len(secret) >= _LONG else rf"(?<!\w)(?<!\w[.,/-]){exact}(?!\w)(?![.,/-]\w)"
