"""Secrets in a device's state: held in memory, never printed, compared where their form allows."""

import hashlib
import re
import secrets as random_source
from collections.abc import Iterator
from typing import Final

from campusctl.model.stored import Match, SecretKind, decode7, match_plain, same

__all__ = ["KEPT", "MASK", "TOKEN", "Match", "Secret", "SecretKind", "announced", "fingerprint", "redact"]

TOKEN: Final = re.compile(r"<<secret:([^<>\s]{1,200})>>")
"""How a secret stands in rendered text, in a command and in a plan: a reference, never the value."""

KEPT: Final = "kept/"
"""Begins the reference that masks a secret in a backup: a keyed fingerprint follows, not a name of the vault."""

MASK: Final = "********"
"""What a person sees in a secret's place."""

# A path may need a secret as its key (an SNMP community). The key is new in every process, so that a
# mask that leaks says nothing about the secret.
_PROCESS_KEY: Final = random_source.token_bytes(32)


class Secret:
    """One secret value. `str()` gives its token, `repr()` a mask; only `reveal()` gives the text."""

    __slots__ = ("_text", "kind", "ref")

    def __init__(self, text: str, kind: SecretKind = SecretKind.PLAIN, ref: str = "") -> None:
        self._text = text
        self.kind = kind
        self.ref = ref
        """`snmp/ro` for a secret of the vault; `device/3` or `intended/3` for the third secret of a text."""

    def reveal(self) -> str:
        """The text itself, for the moment of sending."""
        return self._text

    def named(self, ref: str) -> "Secret":
        """The same secret under another reference."""
        return Secret(self._text, self.kind, ref)

    @property
    def mask(self) -> str:
        """`~` and twelve hex digits: equal for equal secrets in this process, useless in any other."""
        text = self._text or self.ref
        return "~" + hashlib.blake2b(text.encode(), key=_PROCESS_KEY, digest_size=6).hexdigest()

    def match(self, other: "Secret") -> Match:
        """Whether two secrets are the same, as far as their forms can tell."""
        if SecretKind.UNKNOWN in (self.kind, other.kind):
            return Match.SAME if self.ref == other.ref else Match.UNKNOWN
        if self.kind is other.kind:
            return self._match_same_kind(other)
        if self.kind is SecretKind.PLAIN:
            return match_plain(self._text, other.reveal(), other.kind)
        if other.kind is SecretKind.PLAIN:
            return match_plain(other.reveal(), self._text, self.kind)
        return Match.UNKNOWN

    def _match_same_kind(self, other: "Secret") -> Match:
        if self._text == other.reveal():
            return Match.SAME
        if self.kind is SecretKind.CISCO7:
            return same(decode7(self._text), decode7(other.reveal()))
        if self.kind in (SecretKind.PLAIN, SecretKind.SHA1, SecretKind.CISCO4):
            return Match.DIFFERENT
        return Match.UNKNOWN

    def __eq__(self, other: object) -> bool:
        """Equal in kind and text; use `match` to compare a plaintext with a hash."""
        return isinstance(other, Secret) and (self.kind, self._text) == (other.kind, other.reveal())

    def __hash__(self) -> int:
        return hash((self.kind, self._text))

    def __str__(self) -> str:
        return f"<<secret:{self.ref}>>"

    def __repr__(self) -> str:
        return MASK


_ANNOUNCES: Final = (
    r"password|passphrase|secret|key|key-string|key-value|community|auth-pass|priv-pass|auth|priv|md5|sha1?|sha-?256|"
    r"psk|pre-shared-key|credentials?|token"
)
_BETWEEN: Final = (
    r"\d{1,2}|128|192|256|plaintext|ciphertext|encrypted|hash|aes|aes-?(?:128|192|256)|des|3des|ascii-text|ascii|hex|operator|manager|"
    r"""encryption-type|user-name[ ]+(?:"[^"]*"|\S+)"""
)
_SECRET_WORDS: Final = re.compile(
    rf"""(?i)\b({_ANNOUNCES})((?:[ ]+(?:{_ANNOUNCES}|{_BETWEEN})(?=[ ]))*)"""
    r"""[ ]+("(?:\\.|[^"\\])*"|"[^"]*"|"?[^"\s]\S*)"""
)
"""A word that announces a secret, the words between, and the secret."""

_TRAP_RECEIVER: Final = re.compile(
    r"""(?ix)
    (?<!\S)(snmp-server[ ]+host)[ ]+\S+
      ((?:[ ]+(?:vrf[ ]+\S+|traps?|informs?|version[ ]+(?:[12]c?|3[ ]+\w+)|trap-level[ ]+\S+|v[123]c?))*)
    [ ]+(?!community\b)("[^"]*"|[^"\s]\S*)
    """
)
"""A trap receiver, whose community no word announces."""


_COMPOUND: Final = re.compile(r"(?i)auth-pass|priv-pass|key-string|key-value|pre-shared-key")
"""Words that announce a secret and are never one."""


def fingerprint(value: str, key: bytes) -> str:
    """Tells whether two values are the same, to whoever has the key, and nothing else: 32 hex digits.

    Args:
        value: A secret's plaintext.
        key: The workspace's key, 32 bytes.
    """
    return hashlib.blake2b(value.encode(), key=key, digest_size=16, person=b"campus-secret").hexdigest()


def redact(line: str) -> str:
    """A line that nobody parsed, with everything masked that looks like a secret; tokens stay as they are.

    Masks too much rather than too little.
    """
    parts: list[str] = []
    at = 0
    for _, start, end in announced(line):
        if start >= at and not TOKEN.search(line, start, end):
            parts += [line[at:start], MASK]
            at = end
    return "".join([*parts, line[at:]])


def announced(line: str) -> Iterator[tuple[str, int, int]]:
    """What looks like a secret in a line that nobody parsed: the word that announces it, and where it stands.

    What announces a secret may look like one: `auth sha auth-pass SECRET`. Tokens are among them. In the order of the
    line.
    """
    receiver = _TRAP_RECEIVER.search(line)
    if receiver:
        yield from _worded(line, 0, receiver.start())
        yield receiver[1], *receiver.span(3)
    yield from _worded(line, receiver.end(3) if receiver else 0, len(line))


def _worded(line: str, at: int, end: int) -> Iterator[tuple[str, int, int]]:
    """What a word announces in a part of a line."""
    while found := _SECRET_WORDS.search(line, at, end):
        at = found.end(3) if found[3][0] == '"' else found.start(3)
        if not _COMPOUND.fullmatch(found[3]):
            yield found[1], *found.span(3)
