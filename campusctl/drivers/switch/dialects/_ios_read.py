"""Reads IOS: a text into sections, a section into settings."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Network
from typing import Final, NamedTuple

from campusctl.drivers.switch.dialects._ios_words import (
    ALL_VLANS,
    GLOBAL,
    LINE,
    PORT,
    SERVER,
    Found,
    Table,
    is_virtual,
    port_name,
    port_range,
    read_secret,
    tagged_items,
    vlan_set,
)
from campusctl.drivers.switch.dialects.base import Item, Reading, Section
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import FREE, Path, Value

_JUNK: Final = re.compile(r"[\x00\x07]|\x1b\[[0-9;?]*[A-Za-z]| ?-+ ?[Mm][Oo][Rr][Ee] ?-+ ?(?:[\x08 ]*\x08)?")
_HEAD: Final = re.compile(r"^(?:Building configuration|Current configuration ?:|Using \d+ out of).*$", re.MULTILINE)
_FLUSH: Final = re.compile(r"^[A-Za-z]", re.MULTILINE)
_PROMPT: Final = re.compile(
    r"[\w./:-]{1,64}(?:\([\w./-]+\))?[#>]"
    r"(?: ?(?:sh|show|exit|wr|write|term|terminal|conf|configure|more|copy|en|enable|logout|quit|end|do|\?)\b.*)?"
)
_MADE_BY_DEVICE: Final = re.compile(
    r"(?:version \d|boot-(?:start|end)-marker|ntp clock-period|switch \d+ provision|spanning-tree extend system-id"
    r"|license udi|(?:show|sh|terminal|term|write|wr|copy|more) \S|crypto pki trustpoint (?:TP-self-signed|SLA-Trust)"
    r"|crypto (?:pki|ca) certificate chain|Load for |Time source |!|no aaa new-model$"
    r"|(?:end|exit|quit|enable|configure terminal|conf t|wr|sh run)$)"
)
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2,8} ?)+|quit|certificate .*")
_BANNER: Final = re.compile(r"(?:banner \S+|aaa authentication (?:banner|fail-message)|menu \S+ title) +(\^C|\S)(.*)")
_PORT_ONLY: Final = frozenset(
    "description switchport shutdown channel-group channel-protocol duplex speed storm-control mtu power".split()
    + ["ip address", "ip access-group", "ip helper-address", "cdp enable", "lldp transmit", "lldp receive"]
)
_BELOW: Final = {
    "interface": _PORT_ONLY,
    "vlan": frozenset(["name"]),
    "line": frozenset("login transport exec-timeout password access-class privilege session-timeout".split()),
    "ip": frozenset("permit deny remark".split()),
}
_BLOCK_WORDS: Final = ("interface ", "vlan ", "line ", "ip access-list ")


def split(text: str) -> Iterator[Section]:
    """Sections in order of their first line; sections with the same first line are one."""
    blocks: dict[str, list[str]] = {}
    for header, lines in _blocks(_clean(text)):
        known = blocks.get(header)
        if known is None:
            blocks[header] = lines
        else:
            known.extend(lines)
    for header, lines in blocks.items():
        yield (header, *lines)


def _clean(text: str) -> list[str]:
    """Lines without what a terminal or a pager left in them, from the configuration's first line on."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in text or "\x08" in text or "\x00" in text or "More" in text or "MORE" in text or "\x07" in text:
        text = _JUNK.sub("", text)
    heads = list(_HEAD.finditer(text[:20000]))
    if heads:
        text = text[heads[-1].end() :]
    if not _FLUSH.search(text):
        margin = min((len(line) - len(line.lstrip()) for line in text.split("\n") if line.strip()), default=0)
        return [line[margin:].rstrip() for line in text.split("\n")]
    return [line.rstrip() for line in text.split("\n")]


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Every top-level line with the lines below it, before equal ones are merged."""
    header, below, open_block = "", [], False
    number, total = 0, len(lines)
    while number < total:
        line = lines[number]
        number += 1
        if not line:
            continue
        first = line[0]
        if first in " \t":
            below.append(line)
            continue
        if first == "!" and not line.startswith("! manage:"):
            open_block = False
            continue
        if open_block and _belongs(header, line):
            below.append(" " + line)
            continue
        if header:
            yield header, below
        if line in {"end", ":end"}:
            yield from _tables(lines[number:])
            return
        header, below, open_block = line, [], line.startswith(_BLOCK_WORDS)
        body = _verbatim(lines, number - 1)
        if body:
            header, below, number, open_block = line, body, number + len(body), False
            yield "\n".join([header, *body]), []
            header = ""
        elif line.startswith("access-list "):
            header, below = _numbered(line)
        elif _dropped(line):
            number = _skip_certificates(lines, number) if line.startswith("crypto ") else number
            header = ""
    if header:
        yield header, below


def _belongs(header: str, line: str) -> bool:
    """Whether a line at column 0 right below a header is meant below it (a text without indentation)."""
    words = line.split(None, 3)
    if words[0] == "no" and len(words) > 1:
        words = words[1:]
    below = _BELOW[header.split(None, 1)[0]]
    return words[0] in below or " ".join(words[:2]) in below


def _numbered(line: str) -> tuple[str, list[str]]:
    """`access-list 10 permit any` as a line below `access-list 10`, so that a list is one section."""
    words = line.split(None, 2)
    if len(words) < 3 or not words[1].isdigit():
        return line, []
    return f"access-list {words[1]}", [" " + words[2]]


def _dropped(line: str) -> bool:
    if _MADE_BY_DEVICE.match(line):
        return not line.startswith("! manage:")
    return ("#" in line or ">" in line) and bool(_PROMPT.fullmatch(line))


def _skip_certificates(lines: list[str], number: int) -> int:
    """The first line after a certificate chain, however it is indented."""
    while number < len(lines):
        line = lines[number].strip()
        if line and not (lines[number][0] in " \t" or _HEX.fullmatch(line)):
            break
        number += 1
    return number


def _verbatim(lines: list[str], number: int) -> list[str]:
    """The lines of a banner's or macro's body, its end included; none when it has no end."""
    line = lines[number]
    if line.startswith("macro name "):
        return _until(lines, number, "@", whole=True)
    if line.startswith("macro ") and line.endswith("{"):
        return _until(lines, number, "}", whole=True)
    found = _BANNER.match(line)
    if not found or found[1] in found[2]:
        return []
    return _until(lines, number, found[1], whole=False)


def _until(lines: list[str], number: int, mark: str, *, whole: bool) -> list[str]:
    for end in range(number + 1, len(lines)):
        if lines[end].strip() == mark if whole else mark in lines[end]:
            return lines[number + 1 : end + 1]
    return []


def _tables(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What IOS does not print with its configuration: `show vlan brief` and `show snmp user`, after `end`."""
    here: list[str] = []
    for line in lines:
        if line.startswith("VLAN Name ") or line.startswith("User name:"):
            here = [line]
        elif not here:
            continue
        elif here[0].startswith("VLAN") and (found := re.match(r"(\d{1,4})\s+(\S+)\s+(?:active|sus|act)", line)):
            yield f"vlan {found[1]}", [f" name {found[2]}"]
        elif here[0].startswith("User"):
            here.append(line)
            if line.startswith("Group-name:"):
                yield "\n".join(here), []
                here = []


# -- one section ---------------------------------------------------------------------------------------------------


class _Leaf(NamedTuple):
    context: tuple[str, ...]
    """The free lines it stands below."""
    words: tuple[str, ...]
    text: str


_CLOSERS: Final = re.compile(r"exit|exit-\S+|quit|!.*|end")
_HIDDEN: Final = re.compile(
    r"\b(?:key|password|secret|key-string|md5|server-key|auth-key|psk|hex|sha\d*|shared-secret|passphrase"
    r"|pac key|priv-password|auth-password|des|3des|aes \d+)\s+(?:encrypted\s+)?([0-9]\s+)?(\S{3,})(?=\s|$)"
)


def _leaves(lines: Iterable[str], known: Callable[[Sequence[str]], bool]) -> Iterator[_Leaf]:
    """The lines of a block; only a line nobody knows has lines below it."""
    above: list[tuple[int, str]] = []
    for line in lines:
        text = line.strip()
        if not text or text[0] == "!" or _CLOSERS.fullmatch(text):
            continue
        words = tuple(text.split())
        if not above:
            margin = len(line) - len(line.lstrip())
            yield _Leaf((), words, text)
            if not known(words):
                above.append((margin, " ".join(words)))
            continue
        margin = len(line) - len(line.lstrip())
        while above and above[-1][0] >= margin:
            above.pop()
        yield _Leaf(tuple(text for _, text in above), words, text)
        if above or not known(words):
            above.append((margin, " ".join(words)))


class _Notes:
    """Collects what one section says."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.secrets: list[tuple[Path, Secret]] = []

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
        return Reading(tuple(self.items), secrets=tuple(self.secrets))


def read(section: Section) -> Reading:
    """What one section says."""
    header, lines = section[0], section[1:]
    if "\n" in header:
        return _read_verbatim(header)
    words = header.split()
    if not words:
        return Reading()
    if header.startswith("! manage:"):
        return Reading(manages=frozenset(_managed(header[9:].strip())))
    block = _BLOCKS.get(words[0])
    if block is not None:
        reading = block(words, header, lines)
        if reading is not None:
            return reading
    notes = _Notes()
    if words[:2] == ["ip", "access-list"] and len(words) == 4 and words[2] in _ACL_KINDS:
        notes.put(("acl", words[2], words[3]), _entries(lines, words[2]))
        return notes.done()
    if _say_global(notes, words, header):
        for line in lines:
            _say_or_free(notes, line)
        return notes.done()
    top = " ".join(words)
    notes.free((), top)
    for leaf in _leaves(lines, lambda _: False):
        notes.free((top, *leaf.context), " ".join(leaf.words))
    return notes.done()


def _say_or_free(notes: _Notes, line: str) -> None:
    words = line.split()
    if words and words[0][0] != "!" and not _dropped(line.strip()) and not _say_global(notes, words, line.strip()):
        notes.free((), " ".join(words))


def _managed(context: str) -> Iterator[Path]:
    words = context.split()
    if words in ([], ["global"]):
        yield (FREE,)
    elif words[0] == "interface":
        yield from ((FREE, f"interface {name}") for name in _interfaces(words))
    elif words[0] == "line" and (numbers := _vty_numbers(words)):
        yield from ((FREE, f"line vty {bucket}") for bucket in _buckets(numbers))
    else:
        yield (FREE, " ".join(words))


def _read_verbatim(text: str) -> Reading:
    """A banner, a macro, or a row of `show snmp user`."""
    notes = _Notes()
    head, _, body = text.partition("\n")
    found = _BANNER.match(head)
    if head.startswith("User name:"):
        _say_snmp_user_row(notes, text)
    elif found and head.startswith("banner "):
        notes.put(("banner", head.split()[1]), banner_text(found[2] + "\n" + body, found[1]))
    else:
        notes.items.append(((FREE, text), True))
    return notes.done()


def banner_text(text: str, mark: str) -> str:
    """What stands before the closing delimiter, without blank lines around it."""
    lines = [line.rstrip() for line in text.split(mark, 1)[0].split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return "\n".join(lines)


def _read_banner(words: list[str], header: str, lines: Section) -> Reading | None:
    found = _BANNER.match(header)
    if not found or found[1] not in found[2]:
        return None if found is None or len(words) < 2 else Reading((((FREE, header), True),))
    text = banner_text(found[2], found[1])
    notes = _Notes()
    notes.put(("banner", words[1]), text or None)
    for line in lines:
        _say_or_free(notes, line)
    return notes.done()


# -- global lines --------------------------------------------------------------------------------------------------


def _say_global(notes: _Notes, words: list[str], header: str) -> bool:
    """Note what a global line says; False when nobody knows it."""
    negated = words[0] == "no" and len(words) > 1
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
    special = _GLOBAL_KINDS.get(found.rule.kind)
    if special is not None:
        return special(notes, found, words[found.used :])
    notes.put(found.path, _value(found, words, header))
    return True


def _value(found: Found, words: Sequence[str], line: str) -> Value | None:
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


def _refuse(notes: _Notes, found: Found, rest: list[str]) -> bool:
    """A line that is known only in its `no` form or as a block."""
    return False


def _many(notes: _Notes, found: Found, rest: list[str]) -> bool:
    prefix = ""
    if rest[:1] == ["vrf"] and len(rest) > 2:
        prefix, rest = f"vrf {rest[1]} ", rest[2:]
    for word in rest:
        notes.put((*found.path, prefix + word), True)
    return bool(rest)


def _route(notes: _Notes, found: Found, rest: list[str]) -> bool:
    vrf = ""
    if rest[:1] == ["vrf"] and len(rest) > 2:
        vrf, rest = f"vrf {rest[1]} ", rest[2:]
    prefix = network(rest[0], rest[1]) if len(rest) > 2 else None
    if prefix is None:
        return False
    hops = 2 if rest[2][0].isalpha() and len(rest) > 3 and re.fullmatch(r"\d+(\.\d+){3}", rest[3]) else 1
    first = port_name(rest[2]) if rest[2][0].isalpha() and rest[2] not in {"dhcp"} else rest[2]
    hop = " ".join([first, *rest[3 : 2 + hops]])
    notes.put(("route", vrf + prefix, hop), " ".join(rest[2 + hops :]) or True)
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


def _community(notes: _Notes, found: Found, rest: list[str]) -> bool:
    hidden = read_secret(found.args[0])
    path = ("snmp", "community", hidden.mask)
    words = [word.lower() if word in {"RO", "RW"} else word for word in rest]
    if "ro" not in words and "rw" not in words:
        at = 2 if words[:1] == ["view"] else 0
        words.insert(at, "ro")
    notes.put(path, " ".join(words))
    notes.secrets.append((path, hidden))
    return True


def _snmp_host(notes: _Notes, found: Found, rest: list[str]) -> bool:
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
    path: Path
    if version == "3":
        path = (*found.path, words[0])
    else:
        hidden = read_secret(words[0])
        path = (*found.path, hidden.mask)
        notes.secrets.append((path, hidden))
    if options[-2:] == ["version", "1"]:
        options = options[:-2]
    types = " ".join(words[1:])
    notes.put(path, " ".join(options) + (f" ; {types}" if types else "") or True)
    return True


def _snmp_user(notes: _Notes, found: Found, rest: list[str]) -> bool:
    """`GROUP v3 [encrypted] [auth ALGO SECRET [priv ALGO [BITS] SECRET]] [access ACL]`."""
    words, shown = list(rest), []
    while words:
        word = words.pop(0)
        if word == "encrypted":
            continue
        shown.append(word)
        if word in {"auth", "priv"} and len(words) > 1:
            shown.append(words.pop(0))
            if words[0].isdigit() and len(words) > 1:
                shown.append(words.pop(0))
            notes.put((*found.path, word), read_secret(words.pop(0)))
    notes.put(found.path, " ".join(shown) or True)
    return True


def _say_snmp_user_row(notes: _Notes, text: str) -> None:
    """One user of `show snmp user`; its secrets exist, but cannot be checked."""
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.split("\n"))}
    path = ("snmp", "user", facts.get("User name", ""))
    words = [facts.get("Group-name", ""), "v3"]
    for key, word in (("Authentication Protocol", "auth"), ("Privacy Protocol", "priv")):
        name = facts.get(key, "None").lower()
        if name != "none":
            words += [word, *re.sub(r"^aes(\d+)$", r"aes \1", name).split()]
            notes.put((*path, word), Secret("", SecretKind.UNKNOWN, "device/hidden"))
    notes.put(path, " ".join(words))


def _traps(notes: _Notes, found: Found, rest: list[str]) -> bool:
    notes.put((*found.path, " ".join(rest)) if rest else found.path, True)
    return True


def _ntp_key(notes: _Notes, found: Found, rest: list[str]) -> bool:
    if not rest:
        return False
    # The type follows the key here: `md5 0822455D0A16 7`.
    notes.put(found.path, read_secret(" ".join(reversed(rest[:2]))))
    return True


def _user(notes: _Notes, found: Found, rest: list[str]) -> bool:
    path = found.path
    notes.put(path, True)
    words = list(rest)
    while words:
        word = words.pop(0)
        if word in {"secret", "password"} and words:
            notes.put((*path, word), read_secret(" ".join(words)))
            return True
        if word == "privilege" and words:
            level = words.pop(0)
            notes.put((*path, "privilege"), None if level == "1" else level)
        else:
            size = len(words)
            for stop in ("privilege", "secret", "password"):
                size = min(size, words.index(stop) if stop in words else size)
            notes.put((*path, "option", " ".join([word, *words[:size]])), True)
            del words[:size]
    return True


def _enable(notes: _Notes, found: Found, rest: list[str]) -> bool:
    level = ""
    if rest[:1] == ["level"] and len(rest) > 2:
        level, rest = rest[1], rest[2:]
    if not rest:
        return False
    path = (*found.path, f"level {level}") if level not in {"", "15"} else found.path
    notes.put(path, read_secret(" ".join(rest)))
    return True


_GLOBAL_KINDS: Final[dict[str, Callable[[_Notes, Found, list[str]], bool]]] = {
    "many": _many,
    "route": _route,
    "community": _community,
    "snmp_host": _snmp_host,
    "snmp_user": _snmp_user,
    "traps": _traps,
    "ntp_key": _ntp_key,
    "user": _user,
    "enable": _enable,
    "block": _refuse,
    "bare": _refuse,
}


# -- blocks --------------------------------------------------------------------------------------------------------


def _read_vlan(words: list[str], header: str, lines: Section) -> Reading | None:
    vlans = vlan_set("".join(words[1:]))
    if not vlans:
        return None
    notes = _Notes()
    for vlan in sorted(vlans):
        number = str(vlan)
        if vlan != 1 and not 1002 <= vlan <= 1005:
            notes.put(("vlan", number), True)
        for leaf in _leaves(lines, lambda line: line[0] == "name"):
            if leaf.words[0] == "name" and len(leaf.words) > 1 and not leaf.context:
                name = leaf.text.split(None, 1)[1].strip('"')
                built_in = name == f"VLAN{vlan:04}" or vlan == 1 or 1002 <= vlan <= 1005
                notes.put(("vlan", number, "name"), None if built_in else name)
            else:
                notes.free((f"vlan {number}", *leaf.context), " ".join(leaf.words))
    return notes.done()


def _interfaces(words: Sequence[str]) -> tuple[str, ...]:
    if words[1:2] == ["range"]:
        return port_range(" ".join(words[2:]))
    return (port_name(" ".join(words[1:])),) if len(words) > 1 else ()


def _read_interface(words: list[str], header: str, lines: Section) -> Reading | None:
    names = _interfaces(words)
    if not names:
        return None
    notes = _Notes()
    for name in names:
        svi = re.fullmatch(r"Vlan(\d+)", name)
        prefix = ("svi", svi[1]) if svi else ("port", name)
        if prefix != ("svi", "1") and is_virtual(name):
            notes.put(prefix, True)
        _read_port(notes, name, prefix, lines)
    return notes.done()


def _known_port_line(words: Sequence[str]) -> bool:
    return PORT.find(words[1:] if words[0] == "no" else words) is not None


def _read_port(notes: _Notes, name: str, prefix: Path, lines: Section) -> None:
    allowed: frozenset[int] | None = None
    routed = False
    for leaf in _leaves(lines, _known_port_line):
        words = leaf.words
        negated = words[0] == "no" and len(words) > 1
        found = None if leaf.context else PORT.find(words[1:] if negated else words)
        if found is None:
            notes.free((f"interface {name}", *leaf.context), " ".join(words))
        elif found.rule.kind == "allowed":
            allowed = _allowed(allowed, ALL_VLANS if negated else None, words[found.used :])
        elif found.rule.kind == "switchport":
            if len(words) > found.used + negated:
                notes.free((f"interface {name}",), " ".join(words))
            routed = negated if len(words) == found.used + negated else routed
        elif negated:
            notes.put((*prefix, *found.path), found.rule.no)
        elif not _say_port(notes, prefix, found, words, leaf.text):
            notes.free((f"interface {name}",), " ".join(words))
    if routed:
        notes.put((*prefix, "mode"), "routed")
    if allowed is not None:
        notes.items.extend(tagged_items(prefix, allowed))


def _allowed(before: frozenset[int] | None, fixed: frozenset[int] | None, words: Sequence[str]) -> frozenset[int]:
    """The list after one more `switchport trunk allowed vlan …`; words that are no list change nothing."""
    now = ALL_VLANS if before is None else before
    if fixed is not None:
        return fixed
    word = words[0] if words else ""
    if word in {"all", "none"}:
        return ALL_VLANS if word == "all" else frozenset()
    verb, rest = (word, words[1:]) if word in {"add", "remove", "except"} else ("", words)
    vlans = vlan_set("".join(rest))
    if vlans is None:
        return now
    return {"add": now | vlans, "remove": now - vlans, "except": ALL_VLANS - vlans, "": vlans}[verb]


def _say_port(notes: _Notes, prefix: Path, found: Found, words: Sequence[str], text: str) -> bool:
    rest = words[found.used :]
    path = (*prefix, *found.path)
    kind = found.rule.kind
    if kind == "address":
        return _say_address(notes, path, rest)
    if kind == "lag":
        notes.put((*prefix, "lag"), f"Port-channel{found.args[0]}")
        notes.put((*prefix, "lag_mode"), " ".join(rest) or "on")
        return True
    if kind in _PORT_WORDS:
        said = _PORT_WORDS[kind].get(" ".join(rest), " ".join(rest))
        if kind == "poe" and rest and rest[0] not in {"auto", "never", "static"}:
            return False
        if kind == "edge" and rest and rest[0] not in {"edge", "trunk", "disable", "network"}:
            return False
        notes.put(path, None if said == found.rule.default else said)
        return True
    notes.put(path, _value(found, words, text))
    return True


_PORT_WORDS: Final[dict[str, dict[str, Value]]] = {
    "poe": {"never": "off", "": "auto"},
    "edge": {"": True, "edge": True, "edge trunk": "trunk"},
    "enable_word": {"enable": True, "": True},
}


def _say_address(notes: _Notes, path: Path, rest: Sequence[str]) -> bool:
    if rest[:1] == ("dhcp",):
        notes.put(path, " ".join(rest))
        return True
    length = prefix_length(rest[1]) if len(rest) > 1 else None
    if length is None or network(rest[0], rest[1]) is None or len(rest) > 3:
        return False
    address = f"{rest[0]}/{length}"
    if rest[2:] == ("secondary",):
        notes.put((*path, "secondary", address), True)
    else:
        notes.put(path, address)
    return True


def _read_line(words: list[str], header: str, lines: Section) -> Reading | None:
    numbers = _vty_numbers(words)
    if not numbers and (len(words) < 3 or words[1] == "vty"):
        return None
    notes = _Notes()
    where = " ".join(words[1:])
    places: list[Path] = [("vty#", str(number)) for number in numbers] or [("line", where)]
    contexts = [f"line vty {bucket}" for bucket in _buckets(numbers)] or [f"line {where}"]
    for leaf in _leaves(lines, lambda line: LINE.find(line[1:] if line[0] == "no" else line) is not None):
        said = None if leaf.context else _line_items(leaf, places[0][0])
        if said is None:
            for context in contexts:
                notes.free((context, *leaf.context), " ".join(leaf.words))
            continue
        for place in places:
            for path, value in said:
                notes.put((*place, *path), value)
    return notes.done()


def _line_items(leaf: _Leaf, place: str) -> list[Item] | None:
    """What a line below `line …` says; None when nobody knows it, nothing when it is the default."""
    words = leaf.words
    negated = words[0] == "no"
    found = LINE.find(words[1:] if negated else words)
    if found is None:
        return None
    rest = " ".join(words[found.used :])
    kind = found.rule.kind
    if kind == "login":
        # A vty asks for a password unless told not to; the console does not ask unless told to.
        value: Value | None = (False if place == "vty#" else None) if negated else rest or True
        return [(("login",), value)] if value is not None and (value is not True or place != "vty#") else []
    if negated:
        return [(("exec-timeout",), "0 0")] if kind == "timeout" else []
    if kind == "class":
        return [((found.path[0],), " ".join([found.args[0], *words[found.used :]]))]
    if kind == "timeout":
        rest = rest if " " in rest else f"{rest} 0"
        return [] if rest == "10 0" else [((found.path[0],), rest)]
    value = _value(found, words, leaf.text)
    return [] if value is None else [(found.path, value)]


def _vty_numbers(words: Sequence[str]) -> range:
    if words[1:2] != ["vty"] or not all(word.isascii() and word.isdigit() for word in words[2:4]):
        return range(0)
    if len(words) < 3 or len(words[2]) > 4 or len(words[-1]) > 4:
        return range(0)
    return range(int(words[2]), min(int(words[-1]), 1500) + 1)


_BUCKET_STARTS: Final = (0, 5, 16, 32, 1501)


def bucket_of(number: int) -> tuple[int, int]:
    """The range in which IOS itself splits its vty lines: 0-4, 5-15, 16-31, the rest."""
    for low, high in zip(_BUCKET_STARTS, _BUCKET_STARTS[1:], strict=False):
        if number < high:
            return low, high - 1
    return _BUCKET_STARTS[-2], 1500


def _buckets(numbers: range) -> list[str]:
    found: dict[tuple[int, int], list[int]] = {}
    for number in numbers:
        found.setdefault(bucket_of(number), []).append(number)
    return [f"{each[0]} {each[-1]}" if len(each) > 1 else str(each[0]) for each in found.values()]


def _read_numbered_acl(words: list[str], header: str, lines: Section) -> Reading | None:
    number = int(words[1]) if len(words) == 2 and words[1].isascii() and words[1].isdigit() else -1
    if 1 <= number <= 99 or 1300 <= number <= 1999:
        kind = "standard"
    elif 100 <= number <= 199 or 2000 <= number <= 2699:
        kind = "extended"
    else:
        return None
    return Reading(((("acl", kind, words[1]), _entries(lines, kind)),))


_ACL_KINDS: Final = frozenset({"standard", "extended"})
_ENTRY: Final = re.compile(r"(?:(\d+) )?((?:permit|deny|remark|evaluate|dynamic)\b.*)")
_PORT_NAMES: Final = {
    "tcp": {20: "ftp-data", 21: "ftp", 23: "telnet", 25: "smtp", 53: "domain", 80: "www", 110: "pop3", 179: "bgp"},
    "udp": {53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 123: "ntp", 161: "snmp", 162: "snmptrap"},
}


def _entries(lines: Iterable[str], kind: str) -> tuple[str, ...]:
    """The entries in the order in which the device walks them, without sequence numbers."""
    numbered: list[tuple[int, str]] = []
    last = 0
    for line in lines:
        words = line.split()
        found = _ENTRY.fullmatch(" ".join(words))
        if not found:
            continue
        # A remark keeps its inner spaces; entries are told apart by their words.
        text = line.strip().split(None, 1 if found[1] is None else 2)[-1] if " remark " in f" {found[2][:7]}" else ""
        entry = f"remark {text}" if found[2].startswith("remark ") else _entry(found[2], kind)
        own = int(found[1][:10]) if found[1] else 0
        last = own or (last + 10 if not found[2].startswith("remark") else last)
        numbered.append((last, entry))
    numbered.sort(key=lambda each: each[0])
    return tuple(entry for _, entry in numbered)


def _entry(text: str, kind: str) -> str:
    """An entry as the device prints it."""
    words = [word.rstrip(",") for word in text.split()]
    if kind == "standard":
        if "wildcard" in words:
            words = [word for word in words if word not in {"wildcard", "bits"}]
        if words[1:2] == ["host"]:
            del words[1]
        if words[2:3] == ["0.0.0.0"]:
            del words[2]
        if words[1:3] == ["0.0.0.0", "255.255.255.255"]:
            words[1:3] = ["any"]
        return " ".join(words)
    names = _PORT_NAMES.get(words[1], {}) if len(words) > 1 else {}
    for at in range(len(words) - 1):
        if words[at] in {"eq", "gt", "lt", "neq"} and words[at + 1].isdigit():
            words[at + 1] = names.get(int(words[at + 1][:6]), words[at + 1])
    return _shorten(words)


def _shorten(words: list[str]) -> str:
    """`host A` for `A 0.0.0.0`, `any` for `0.0.0.0 255.255.255.255`."""
    text = " ".join(words)
    text = text.replace("0.0.0.0 255.255.255.255", "any")
    return re.sub(r"(?<!host )\b(\d+\.\d+\.\d+\.\d+) 0\.0\.0\.0(?= |$)", r"host \1", text)


def _read_server(words: list[str], header: str, lines: Section) -> Reading | None:
    if len(words) != 3 or words[1] != "server":
        return None
    notes = _Notes()
    name = " ".join(words)
    notes.put(("aaa", name), True)
    for leaf in _leaves(lines, lambda line: SERVER.find(line) is not None):
        found = None if leaf.context else SERVER.find(leaf.words)
        if found is None:
            notes.free((name, *leaf.context), " ".join(leaf.words))
        else:
            notes.put(("aaa", name, *found.path), _value(found, leaf.words, leaf.text))
    return notes.done()


_BLOCKS: Final[dict[str, Callable[[list[str], str, Section], Reading | None]]] = {
    "vlan": _read_vlan,
    "interface": _read_interface,
    "line": _read_line,
    "banner": _read_banner,
    "access-list": _read_numbered_acl,
    "tacacs": _read_server,
    "radius": _read_server,
}


def known_tables() -> tuple[Table, ...]:
    """The tables, for tests that walk them."""
    return GLOBAL, PORT, LINE, SERVER
