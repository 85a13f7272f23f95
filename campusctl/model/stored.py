"""How devices store secrets, and whether a plaintext is the one behind a stored form."""

import base64
import hashlib
import re
import secrets as random_source
from enum import StrEnum
from typing import Final


class SecretKind(StrEnum):
    """How the secret's text is stored."""

    PLAIN = "plain"
    """The secret itself."""
    CISCO4 = "cisco4"
    """SHA-256 without salt, in Cisco's base64."""
    CISCO5 = "cisco5"
    """MD5-crypt, `$1$salt$hash`."""
    CISCO7 = "cisco7"
    """Reversible Vigenère."""
    CISCO8 = "cisco8"
    """PBKDF2 with SHA-256, `$8$salt$hash`."""
    CISCO9 = "cisco9"
    """scrypt, `$9$salt$hash`."""
    SHA1 = "sha1"
    """Unsalted SHA-1 hex, as ProCurve prints it."""
    SHA256 = "sha256"
    """SHA-256 hex, as newer ProCurve prints it; no document says whether it is salted."""
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


_CISCO: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TYPE4: Final = re.compile(r"[./0-9A-Za-z]{43}")
_TYPE7: Final = re.compile(r"\d\d(?:[0-9A-Fa-f]{2})+")
_TYPE8: Final = re.compile(r"\$8\$([./0-9A-Za-z]{14})\$([./0-9A-Za-z]{43})")
_TYPE8_ROUNDS: Final = 20_000
_SHA1: Final = re.compile(r"[0-9a-f]{40}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_REMEMBERED: Final = 10_000


class _Verdicts:
    """What was found out before, by keyed digest: neither plaintext nor hash is kept."""

    def __init__(self) -> None:
        self._key = random_source.token_bytes(32)
        self._known: dict[bytes, Match] = {}

    def match(self, plain: str, text: str, kind: SecretKind) -> Match:
        """The verdict, found out once."""
        said = f"{kind}\0{text}\0{plain}".encode(errors="surrogatepass")
        digest = hashlib.blake2b(said, key=self._key, digest_size=16).digest()
        found = self._known.get(digest)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[digest] = _slow_match(plain, text, kind)
        return found


# A city has one account on 900 switches, and scrypt takes 50 ms: what two readings of a switch ask is asked once.
_VERDICTS: Final = _Verdicts()


def match_plain(plain: str, text: str, kind: SecretKind) -> Match:
    """Whether a plaintext is the one behind a stored form; UNKNOWN where the form allows no answer.

    Source: Cisco IOS security command reference (types 4, 5, 7, 8, 9), ArubaOS-Switch access security guide (SHA-1).
    """
    if kind is SecretKind.CISCO7:
        return same(plain, decode7(text))
    if kind is SecretKind.SHA1:
        digest = hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
        return same(digest, text.lower() if _SHA1.fullmatch(text.lower()) else None)
    if kind is SecretKind.SHA256:
        return _match_sha256(plain, text.lower())
    if kind is SecretKind.CISCO4:
        digest4 = _cisco64(hashlib.sha256(plain.encode()).digest())
        return same(digest4, text if _TYPE4.fullmatch(text) else None)
    if kind in (SecretKind.CISCO5, SecretKind.CISCO8, SecretKind.CISCO9):
        return _VERDICTS.match(plain, text, kind)
    return Match.UNKNOWN


def same(left: str | None, right: str | None) -> Match:
    """Whether two texts are equal; UNKNOWN when one is not at hand."""
    if left is None or right is None:
        return Match.UNKNOWN
    return Match.SAME if left == right else Match.DIFFERENT


def decode7(text: str) -> str | None:
    """The plaintext of a type 7 password; None: it is none."""
    if not _TYPE7.fullmatch(text):
        return None
    from netutils.password import decrypt_cisco_type7  # noqa: PLC0415 - 100 ms of imports nobody else needs

    try:
        return str(decrypt_cisco_type7(text))
    except (ValueError, IndexError):
        return None


def _match_sha256(plain: str, text: str) -> Match:
    # Equal proves it; unequal proves nothing as long as nobody knows whether there is a salt.
    return Match.SAME if text == hashlib.sha256(plain.encode()).hexdigest() else Match.UNKNOWN


def _slow_match(plain: str, text: str, kind: SecretKind) -> Match:
    if kind is SecretKind.CISCO8:
        return _match_type8(plain, text)
    from netutils import password  # noqa: PLC0415 - see decode7

    compare = password.compare_cisco_type5 if kind is SecretKind.CISCO5 else password.compare_cisco_type9
    try:
        return Match.SAME if compare(plain, text) else Match.DIFFERENT
    except (ValueError, IndexError):
        return Match.UNKNOWN


def _match_type8(plain: str, text: str) -> Match:
    found = _TYPE8.fullmatch(text)
    if found is None:
        return Match.UNKNOWN
    digest = hashlib.pbkdf2_hmac("sha256", plain.encode(), found[1].encode(), _TYPE8_ROUNDS)
    return same(_cisco64(digest), found[2])


def _cisco64(data: bytes) -> str:
    """Base64 without padding, in the alphabet of Cisco and of crypt(3)."""
    return base64.b64encode(data).decode().rstrip("=").translate(str.maketrans(_STANDARD, _CISCO))
