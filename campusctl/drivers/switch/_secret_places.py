"""Where secrets stand in the lines of a configuration, also where nobody parses them. Rather too many than too few."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from campusctl.model.secret import announced

Place: TypeAlias = tuple[int, int]
"""Start and end in a line."""

SHADE: Final = "\ue000"
"""Stands where a secret was found already; a private character that no device prints."""

_CACHED_LINES: Final = 65536
_SHORTEST: Final = 4

_WORDS: Final = """
    access accounting admin administrator administrators aruba auth authentication authorization banner campus cisco
    ciphertext community console default description disabled enable enabled encrypted exec group guest hash host
    hostname interface ip key line local location login logging manager md5 monitor name network none ntp null operator
    operators password plaintext port priv private privilege public radius read root router secret server service sha
    sha1 snmp snmp-server snmpv3 ssh student sub super support switch system tacacs test trap unrestricted user username
    version vlan vty write
"""
_LANGUAGE: Final = frozenset(_WORDS.split())
"""Words that stand in configurations anyway: to mask them everywhere would tell that one of them is the secret."""

_CARRIERS: Final = re.compile(
    r"\s*(?:no )?(?:snmp|radius|tacacs|aaa|user|enable|password|encrypted-password|key|server|ntp|sntp|ip|vtp|neighbor"
    r"|crypto|wpa|community|auth|area|standby|vrrp|tunnel|ppp|dot1x|secret|login)",
    re.IGNORECASE,
)
"""Lines in which a secret may stand without a word right before it that announces it."""

_ALGORITHM: Final = re.compile(
    r"(?:hmac-)?(?:sha[\d-]*|md5(?:-96)?|(?:3?des|aes)[\d-]*(?:cbc|ctr|gcm)?)(?:-?[\w-]*@openssh\.com)?", re.IGNORECASE
)
_POLICY: Final = """
    aging chain complexity composition config-key configuration encryption expiration generate history minimum-length
    policy-name zeroize
"""
_NO_SECRETS: Final = frozenset(_POLICY.split())
"""What follows `password` or `key` without being one."""
_FORMS: Final = frozenset({"manager", "operator", "plaintext", "ciphertext", "encrypted", "hash"})
_NO_LEVELS: Final = frozenset({"read", "write", "notify", "access", "context", "match"})
_NUMBER_OF_A_KEY: Final = re.compile(r"(?:\s*|.*\bntp\b.*|.*\btrusted-)$", re.IGNORECASE)
_LABELLED: Final = re.compile(
    r"""(?ix)
    (?: \b(?:passwort|kennwort|passwd|passcode|pwd|shared-?secret)\b \s*[:=]?\s*
      | \b(?:pass|pin|psk|password|passphrase|secret|key|token|community)\b \s*[:=]\s* )
    ("[^"]*"|[^"\s]\S*)
    """
)
_LOGIN_OF_A_URL: Final = re.compile(r"://[^\s/@:\"]*:([^\s@\"]+)@")
_HASH: Final = re.compile(r"\$\d{1,2}\$[^\s\"]{8,}")
_BLOB: Final = re.compile(r"(?<![\w+/=.:-])(?:[0-9A-Fa-f]{32,}|[A-Za-z0-9+/]{40,}={0,2})(?![\w:.])")
_BLOCK: Final = re.compile(r"\s*(?:-----BEGIN |key-string$)")
_BLOCK_END: Final = re.compile(r"\s*(?:-----END |exit$|quit$|!$|end$)")
_TAIL: Final = re.compile(r"\s*(?:\S{21,}|(?=.*[A-Z\d+/=])[A-Za-z0-9+/]+={0,2})")
_LONGEST_BLOCK: Final = 400


def language_word(secret: str, accounts: frozenset[str]) -> bool:
    """Whether a secret is a word that stands in configurations anyway, and is masked only where it is the secret."""
    digits = secret.isdigit() and len(secret) <= _SHORTEST
    return digits or len(secret) < _SHORTEST or secret.lower() in _LANGUAGE or secret in accounts


def places(text: str, lines: list[str], words: list[str]) -> dict[int, list[Place]]:
    """Places by line, ascending and apart.

    Args:
        text: A configuration, in which what was found before is shaded; that is no part of a place.
        lines: Its lines.
        words: Secrets that are words of the language.
    """
    found = {number: list(spots) for number, line in enumerate(lines) if (spots := usual_places(line))}
    blocks = _blocks(lines) if "-----BEGIN " in text or "key-string\n" in text else ()
    tails = _tails(lines) if "ciphertext " in text else ()
    for number in (*blocks, *tails):
        found[number] = [(len(lines[number]) - len(lines[number].lstrip()), len(lines[number]))]
    for word in words:
        for number, spot in _word_places(lines, word):
            found.setdefault(number, []).append(spot)
    return {number: list(_apart(lines[number], spots)) for number, spots in found.items()}


@lru_cache(_CACHED_LINES)
def usual_places(line: str) -> tuple[Place, ...]:
    """What looks like a secret in one line, whoever wrote it."""
    spots = [
        (start, end)
        for word, start, end in announced(line)
        if not _harmless(line[:start], word.lower(), line[start:end])
    ]
    spots += [found.span(1) for rule in (_LABELLED, _LOGIN_OF_A_URL) for found in rule.finditer(line)]
    spots += [found.span() for found in _HASH.finditer(line)]
    spots += [found.span() for found in _BLOB.finditer(line) if _mixed(found[0])]
    return tuple((start, end) for start, end in (_unquoted(line, *spot) for spot in spots) if start < end)


def _harmless(before: str, word: str, text: str) -> bool:
    """Whether what is announced is a word of the language, an algorithm, or the number of a key."""
    before = before[: before.lower().rfind(word)]
    if text.lower() in _NO_SECRETS or _ALGORITHM.fullmatch(text):
        return True
    if word == "password" and text.lower() in _FORMS:
        return True
    if word in ("auth", "priv"):
        return text.lower() in _NO_LEVELS or before.rstrip().endswith("version 3")
    return word == "key" and text.isdigit() and _NUMBER_OF_A_KEY.match(before) is not None


def _mixed(text: str) -> bool:
    """Not one long word, nor a row of the same."""
    return len(set(text)) > _SHORTEST and any(char.isdigit() for char in text) and any(char.isalpha() for char in text)


def _unquoted(line: str, start: int, end: int) -> Place:
    return (start + 1, end - 1) if end - start > 1 and line[start] == line[end - 1] == '"' else (start, end)


def _blocks(lines: list[str]) -> Iterator[int]:
    """Lines of keys that go over several lines."""
    until = -1
    for number, line in enumerate(lines):
        if number < until:
            if _BLOCK_END.match(line):
                until = -1
            elif line.strip():
                yield number
        elif _BLOCK.match(line):
            until = number + _LONGEST_BLOCK


def _tails(lines: list[str]) -> Iterator[int]:
    """Lines that a terminal broke off a ciphertext, however short."""
    is_open = False
    for number, line in enumerate(lines):
        is_tail = is_open and bool(_TAIL.fullmatch(line))
        if is_tail:
            yield number
        is_open = is_tail or "ciphertext " in line or (is_open and line == SHADE)


def _word_places(lines: list[str], word: str) -> Iterator[tuple[int, Place]]:
    """Where a word of the language is the secret: the last one in the lines that carry secrets, else every one."""
    whole = re.compile(rf"(?<![^\s\"'=:,]){re.escape(word)}(?![^\s\"'=:,])")
    spots = {
        number: [found.span() for found in whole.finditer(line)] for number, line in enumerate(lines) if word in line
    }
    carried = [(number, some[-1]) for number, some in spots.items() if some and _carries(lines[number], some[-1])]
    return iter(carried or [(number, spot) for number, some in spots.items() for spot in some])


def _carries(line: str, spot: Place) -> bool:
    return spot[0] > len(line) - len(line.lstrip()) and (bool(_CARRIERS.match(line)) or bool(usual_places(line)))


def _apart(line: str, spots: list[Place]) -> Iterator[Place]:
    """The places merged, ascending, without what is shaded and without blanks around."""
    merged: list[list[int]] = []
    for start, end in sorted(spots):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    for start, end in merged:
        at = start
        for part in line[start:end].split(SHADE):
            bare = part.strip()
            if bare:
                inner = at + part.index(bare)
                yield inner, inner + len(bare)
            at += len(part) + 1
