"""Secrets in a device's state: held in memory, never printed, compared where their form allows."""

import hashlib
import re
import secrets as random_source
from enum import StrEnum
from typing import Final

TOKEN: Final = re.compile(r"<<secret:([^<>\s]{1,200})>>")
"""How a secret stands in rendered text, in a command and in a plan: a reference, never the value."""

MASK: Final = "********"
"""What a person sees in a secret's place."""

# A path may need a secret as its key (an SNMP community). The key is new in every process, so that a
# mask that leaks says nothing about the secret.
_PROCESS_KEY: Final = random_source.token_bytes(32)


class SecretKind(StrEnum):
    """How the secret's text is stored."""

    PLAIN = "plain"
    """The secret itself."""
    CISCO5 = "cisco5"
    """MD5-crypt, `$1$salt$hash`."""
    CISCO7 = "cisco7"
    """Reversible Vigenère."""
    CISCO8 = "cisco8"
    """PBKDF2, `$8$salt$hash`."""
    CISCO9 = "cisco9"
    """scrypt, `$9$salt$hash`."""
    SHA1 = "sha1"
    """Unsalted SHA-1 hex, as ProCurve prints it."""
    OPAQUE = "opaque"
    """Encrypted with a device key or salted in a way we cannot repeat: only equality of text is known."""
    UNKNOWN = "unknown"
    """A reference whose value is not at hand (no vault was opened)."""


class Match(StrEnum):
    """What comparing two secrets can say."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """Cannot be checked: reported, never drift."""


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
            return _match_plain(self._text, other)
        if other.kind is SecretKind.PLAIN:
            return _match_plain(other.reveal(), self)
        return Match.UNKNOWN

    def _match_same_kind(self, other: "Secret") -> Match:
        if self._text == other.reveal():
            return Match.SAME
        if self.kind is SecretKind.CISCO7:
            return _same(_decode7(self._text), _decode7(other.reveal()))
        if self.kind in (SecretKind.PLAIN, SecretKind.SHA1):
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


_SECRET_WORDS: Final = re.compile(
    r"""(?ix)
    \b(password|passphrase|secret|key|key-string|community|auth-pass|priv-pass|auth|priv|md5|sha1?|sha-?256|
        psk|pre-shared-key|credentials?|token)
    ((?:[ ]+(?:\d{1,2}|plaintext|ciphertext|encrypted|hash|md5|sha1?|sha-?256|aes|aes-?128|des|
        ascii-text|ascii|operator|manager|user-name[ ]+(?:"[^"]*"|\S+)))*)
    [ ]+("[^"]*"|[^"\s]\S*)
    """
)
"""A word that announces a secret, the words between, and the secret."""


_TRAP_RECEIVER: Final = re.compile(
    r"""(?ix)
    ^(\s*(?:no[ ]+)?snmp-server[ ]+host[ ]+\S+
      (?:[ ]+(?:vrf[ ]+\S+|traps?|informs?|version[ ]+(?:[12]c?|3[ ]+\w+)|trap-level[ ]+\S+|v[123]c?))*)
    [ ]+(?!community\b)("[^"]*"|[^"\s]\S*)
    """
)
"""A trap receiver, whose community no word announces."""

_TYPE7: Final = re.compile(r"\d\d(?:[0-9A-Fa-f]{2})+")


def redact(line: str) -> str:
    """A line that nobody parsed, with everything masked that looks like a secret; tokens stay as they are.

    Masks too much rather than too little.
    """
    line = _TRAP_RECEIVER.sub(lambda found: found[0] if TOKEN.search(found[2]) else f"{found[1]} {MASK}", line)
    return _SECRET_WORDS.sub(lambda found: found[0] if TOKEN.search(found[3]) else f"{found[1]}{found[2]} {MASK}", line)


def _same(left: str | None, right: str | None) -> Match:
    if left is None or right is None:
        return Match.UNKNOWN
    return Match.SAME if left == right else Match.DIFFERENT


def _decode7(text: str) -> str | None:
    if not _TYPE7.fullmatch(text):
        return None
    from netutils.password import decrypt_cisco_type7  # noqa: PLC0415 - 100 ms of imports nobody else needs

    try:
        return str(decrypt_cisco_type7(text))
    except (ValueError, IndexError):
        return None


def _match_plain(plain: str, hashed: Secret) -> Match:
    """Compare a plaintext with a stored form. Source: netutils.password, Cisco and ArubaOS-Switch guides."""
    text = hashed.reveal()
    if hashed.kind is SecretKind.CISCO7:
        return _same(plain, _decode7(text))
    if hashed.kind is SecretKind.SHA1:
        digest = hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
        return _same(digest, text.lower())
    if hashed.kind in (SecretKind.CISCO5, SecretKind.CISCO9):
        return _match_cisco_hash(plain, text, hashed.kind)
    return Match.UNKNOWN


def _match_cisco_hash(plain: str, text: str, kind: SecretKind) -> Match:
    from netutils import password  # noqa: PLC0415 - see _decode7

    compare = password.compare_cisco_type5 if kind is SecretKind.CISCO5 else password.compare_cisco_type9
    try:
        return Match.SAME if compare(plain, text) else Match.DIFFERENT
    except (ValueError, IndexError):
        return Match.UNKNOWN
