"""Reads the global lines of IOS that need more than the table."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Final

from campusctl.drivers.switch.dialects._ios_notes import Notes, value_of
from campusctl.drivers.switch.dialects._ios_words import GLOBAL, Found, port_name, read_secret
from campusctl.model.secret import Secret, SecretKind


def say_global(notes: Notes, words: list[str], header: str) -> bool:
    """Note what a global line says; False when nobody knows it."""
    negated = words[0] == "no" and len(words) > 1
    if words[:2] == ["enable", "algorithm-type"] and len(words) > 4:
        words = ["enable", *words[3:]]
    if not negated and words[0] == "logging" and len(words) > 1 and re.fullmatch(r"\d+(\.\d+){3}", words[1]):
        words = ["logging", "host", *words[1:]]
    found = GLOBAL.find(words[1:] if negated else words)
    if found is None:
        return False
    if negated:
        if found.rule.kind == "bare" and len(words) > 2:
            return False
        notes.put(found.path, found.rule.no)
        return True
    if found.rule.kind in {"block", "bare"}:
        return False
    special = _GLOBAL_KINDS.get(found.rule.kind)
    if special is not None:
        return special(notes, found, words[found.used :])
    notes.put(found.path, value_of(found, words, header))
    return True


def _many(notes: Notes, found: Found, rest: list[str]) -> bool:
    prefix = ""
    if rest[:1] == ["vrf"] and len(rest) > 2:
        prefix, rest = f"vrf {rest[1]} ", rest[2:]
    for word in rest:
        notes.put((*found.path, prefix + word), True)
    return bool(rest)


def _route(notes: Notes, found: Found, rest: list[str]) -> bool:
    vrf = ""
    if rest[:1] == ["vrf"] and len(rest) > 2:
        vrf, rest = f"vrf {rest[1]} ", rest[2:]
    prefix = network(rest[0], rest[1]) if len(rest) > 2 else None
    if prefix is None:
        return False
    hops = 2 if rest[2][0].isalpha() and len(rest) > 3 and re.fullmatch(r"\d+(\.\d+){3}", rest[3]) else 1
    first = port_name(rest[2]) if rest[2][0].isalpha() and rest[2] != "dhcp" else rest[2]
    hop = " ".join([first, *rest[3 : 2 + hops]])
    notes.put((*found.path, vrf + prefix, hop), " ".join(rest[2 + hops :]) or True)
    return True


def network(address: str, mask: str) -> str | None:
    """`10.0.0.0/8` of an address and a mask; None when they are none."""
    try:
        return str(IPv4Network(f"{address}/{mask}", strict=False))
    except ValueError:
        return None


def prefix_length(mask: str) -> int | None:
    """24 of `255.255.255.0`; None when it is no mask."""
    try:
        return IPv4Network(f"0.0.0.0/{mask}").prefixlen if "." in mask else None
    except ValueError:
        return None


def _community(notes: Notes, found: Found, rest: list[str]) -> bool:
    """`MASK [view V] [ro|rw] [ACL]`; read-only when nothing else is said."""
    hidden = read_secret(found.args[0])
    path = ("snmp", "community", hidden.mask)
    words = [word.lower() if word in {"RO", "RW"} else word for word in rest]
    if "ro" not in words and "rw" not in words:
        at = 2 if words[:1] == ["view"] else 0
        words.insert(at, "ro")
    notes.put(path, " ".join(words))
    notes.secrets.append((path, hidden))
    return True


def _snmp_host(notes: Notes, found: Found, rest: list[str]) -> bool:
    """`A [vrf X] [traps|informs] [version V [LEVEL]] COMMUNITY [udp-port N] [types…]`."""
    options: list[str] = []
    words = list(rest)
    if words[:1] == ["vrf"]:
        options, words = words[:2], words[2:]
    if words[:1] in (["traps"], ["informs"]):
        options += ["informs"] if words[0] == "informs" else []
        words = words[1:]
    version = words[1] if words[:1] == ["version"] and len(words) > 1 else "1"
    if words[:1] == ["version"]:
        size = 3 if version == "3" else 2
        options, words = options + words[:size], words[size:]
    if not words:
        return False
    hidden = read_secret(words[0])
    # Version 3 names a user here, the others a community.
    path = (*found.path, words[0] if version == "3" else hidden.mask)
    if version != "3":
        notes.secrets.append((path, hidden))
    if options[-2:] == ["version", "1"]:
        options = options[:-2]
    types = " ".join(words[1:])
    notes.put(path, " ".join(options) + (f" ; {types}" if types else "") or True)
    return True


_BITS: Final = frozenset({"128", "192", "256"})


def _snmp_user(notes: Notes, found: Found, rest: list[str]) -> bool:
    """`GROUP v3 [encrypted] [auth ALGO SECRET [priv ALGO [BITS] SECRET]] [access ACL]`."""
    words = list(rest)
    shown: list[str] = []
    while words:
        word = words.pop(0)
        if word == "encrypted":
            continue
        shown.append(word)
        if word in {"auth", "priv"} and len(words) > 1:
            shown.append(words.pop(0))
            if word == "priv" and words[0] in _BITS and len(words) > 1:
                shown.append(words.pop(0))
            notes.put((*found.path, word), read_secret(words.pop(0)))
    notes.put(found.path, " ".join(shown) or True)
    return True


def say_snmp_user_row(notes: Notes, text: str) -> None:
    """One user of `show snmp user`; its secrets exist, but cannot be checked."""
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.split("\n"))}
    path = ("snmp", "user", facts.get("User name", ""))
    words = [facts.get("Group-name", ""), "v3"]
    for key, word in (("Authentication Protocol", "auth"), ("Privacy Protocol", "priv")):
        name = facts.get(key, "None").lower()
        if name != "none":
            words += [word, *re.sub(r"^aes(\d+)$", r"aes \1", name).split()]
            notes.put((*path, word), Secret("?", SecretKind.UNKNOWN, "device/hidden"))
    notes.put(path, " ".join(words))


def _traps(notes: Notes, found: Found, rest: list[str]) -> bool:
    notes.put((*found.path, " ".join(rest)) if rest else found.path, True)
    return True


def _ntp_key(notes: Notes, found: Found, rest: list[str]) -> bool:
    if not rest:
        return False
    # The type follows the key here: `md5 0822455D0A16 7`.
    notes.put(found.path, read_secret(" ".join(reversed(rest[:2]))))
    return True


def _user(notes: Notes, found: Found, rest: list[str]) -> bool:
    path = found.path
    notes.put(path, True)
    words = list(rest)
    while words:
        word = words.pop(0)
        if word == "algorithm-type" and words:
            # How a new secret is to be hashed: the device prints the hash, not this.
            words.pop(0)
            continue
        if word in {"secret", "password"} and words:
            notes.put((*path, word), read_secret(" ".join(words)))
            return True
        if word == "privilege" and words:
            level = words.pop(0)
            notes.put((*path, "privilege"), None if level == "1" else level)
        else:
            size = len(words)
            for stop in ("privilege", "secret", "password", "algorithm-type"):
                size = min(size, words.index(stop) if stop in words else size)
            notes.put((*path, "option", " ".join([word, *words[:size]])), True)
            del words[:size]
    return True


def _enable(notes: Notes, found: Found, rest: list[str]) -> bool:
    level = ""
    if rest[:1] == ["level"] and len(rest) > 2:
        level, rest = rest[1], rest[2:]
    if not rest:
        return False
    path = (*found.path, f"level {level}") if level not in {"", "15"} else found.path
    notes.put(path, read_secret(" ".join(rest)))
    return True


_GLOBAL_KINDS: Final[dict[str, Callable[[Notes, Found, list[str]], bool]]] = {
    "many": _many,
    "route": _route,
    "community": _community,
    "snmp_host": _snmp_host,
    "snmp_user": _snmp_user,
    "traps": _traps,
    "ntp_key": _ntp_key,
    "user": _user,
    "enable": _enable,
}
