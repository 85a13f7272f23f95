"""SNMP lines of ArubaOS-Switch, as settings."""

from typing import Final

from campusctl.drivers.switch.dialects._procurve_said import Line, Said
from campusctl.drivers.switch.dialects._procurve_words import unquote
from campusctl.drivers.switch.dialects.base import secret
from campusctl.model.secret import Secret, SecretKind

_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_SHORTEST_HASH: Final = 32


def read_snmp_server(said: Said, line: Line) -> bool:
    """Communities, trap receivers, contact and location; False: not understood."""
    words = line.words
    if line.negated or len(words) < 3:
        return False
    match words[1].lower():
        case "community":
            return _community(said, words[2:])
        case "host":
            return _snmp_host(said, words[2:])
        case "contact" | "location":
            pairs = list(zip(words[1::2], words[2::2], strict=False))
            if len(words) % 2 == 0 or any(word not in ("contact", "location") for word, _ in pairs):
                pairs = [(words[1].lower(), " ".join(words[2:]))]
            for word, text in pairs:
                if unquote(text):
                    said.put("snmp", word, value=unquote(text))
            return True
        case _:
            return False


def _community(said: Said, words: list[str]) -> bool:
    rights = [word.lower() for word in words[1:]]
    if any(word not in ("operator", "manager", "restricted", "unrestricted") for word in rights):
        return False
    level = "operator" if "operator" in rights else "manager"
    access = "unrestricted" if "unrestricted" in rights else "restricted"
    found = secret(unquote(words[0]))
    path = ("snmp", "community", found.mask)
    said.put(*path, value=f"{level} {access}")
    said.secrets.append((path, found))
    return True


def _snmp_host(said: Said, words: list[str]) -> bool:
    named = len(words) > 2 and words[1].lower() == "community"
    if not named and (len(words) < 2 or words[1].lower() in ("community", "informs", "inform", "trap-level")):
        return False
    found = secret(unquote(words[2 if named else 1]))
    options = " ".join(words[3 if named else 2 :]).lower()
    if options in ("none", "trap-level none"):
        options = ""
    elif options and not named:
        options = f"trap-level {options}"
    path = ("snmp", "host", words[0], found.mask)
    said.put(*path, value=options or True)
    said.secrets.append((path, found))
    return True


def read_snmpv3(said: Said, line: Line) -> bool:
    """Users and the three switches of SNMPv3; the engine id is the device's own. False: not understood."""
    words = line.words
    if len(words) > 1 and words[1] == "engineid":
        return True
    if line.negated or len(words) < 3 or words[1] != "user":
        return _snmpv3_flag(said, line)
    name, rest = unquote(words[2]), words[3:]
    said_words: list[str] = []
    while rest:
        kind = rest.pop(0).lower()
        if kind not in ("auth", "priv") or not rest:
            return False
        protocol = rest.pop(0).lower() if rest[0].lower() in ("md5", "sha", "des", "aes") else ""
        if not rest:
            return False
        said_words += [kind, protocol] if protocol else [kind]
        said.put("snmp", "user", name, kind, value=_hashed_or_plain(unquote(rest.pop(0))))
    said.put("snmp", "user", name, value=" ".join(said_words) or True)
    return True


def _snmpv3_flag(said: Said, line: Line) -> bool:
    text = " ".join(line.rest).lower()
    if text not in ("enable", "only", "restricted-access"):
        return False
    if not line.negated:
        said.put("snmp", "v3", text, value=True)
    return True


def _hashed_or_plain(text: str) -> Secret:
    """The device prints long hex digits; a person writes a passphrase."""
    digits = text.removeprefix("0x")
    hashed = len(digits) >= _SHORTEST_HASH and set(digits) <= _HEX_DIGITS
    return secret(text, SecretKind.OPAQUE if hashed else SecretKind.PLAIN)
