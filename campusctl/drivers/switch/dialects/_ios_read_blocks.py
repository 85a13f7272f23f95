"""Reads the blocks of IOS: VLANs, interfaces, terminal lines, access lists, AAA servers."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from campusctl.drivers.switch.dialects._ios_notes import Leaf, Notes, leaves, value_of
from campusctl.drivers.switch.dialects._ios_read_global import network, prefix_length
from campusctl.drivers.switch.dialects._ios_words import (
    ALL_VLANS,
    LINE,
    PORT,
    SERVER,
    Found,
    is_virtual,
    port_name,
    port_range,
    tagged_items,
    vlan_set,
)
from campusctl.drivers.switch.dialects.base import Item, Reading, Section
from campusctl.model.setting import Path, Value


def read_vlan(words: list[str], lines: Section) -> Reading | None:
    vlans = vlan_set("".join(words[1:]))
    if not vlans:
        return None
    notes = Notes()
    for vlan in sorted(vlans):
        number = str(vlan)
        if vlan != 1 and not 1002 <= vlan <= 1005:
            notes.put(("vlan", number), True)
        for leaf in leaves(lines, lambda line: line[0] == "name"):
            if leaf.words[0] == "name" and len(leaf.words) > 1 and not leaf.context:
                name = leaf.text.split(None, 1)[1].strip('"')
                built_in = name == f"VLAN{vlan:04}" or vlan == 1 or 1002 <= vlan <= 1005
                notes.put(("vlan", number, "name"), None if built_in else name)
            else:
                notes.free((f"vlan {number}", *leaf.context), " ".join(leaf.words))
    return notes.done()


def interfaces(words: Sequence[str]) -> tuple[str, ...]:
    if words[1:2] == ["range"]:
        return port_range(" ".join(words[2:]))
    return (port_name(" ".join(words[1:])),) if len(words) > 1 else ()


def read_interface(words: list[str], lines: Section) -> Reading | None:
    names = interfaces(words)
    if not names:
        return None
    notes = Notes()
    for name in names:
        svi = re.fullmatch(r"Vlan(\d+)", name)
        prefix = ("svi", svi[1]) if svi else ("port", name)
        if prefix != ("svi", "1") and is_virtual(name):
            notes.put(prefix, True)
        else:
            notes.mentions.add(prefix)
        _read_port(notes, name, prefix, lines)
    return notes.done()


def _known_port_line(words: Sequence[str]) -> bool:
    return PORT.find(words[1:] if words[0] == "no" else words) is not None


def _read_port(notes: Notes, name: str, prefix: Path, lines: Section) -> None:
    allowed: frozenset[int] | None = None
    routed = False
    for leaf in leaves(lines, _known_port_line):
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


def _say_port(notes: Notes, prefix: Path, found: Found, words: Sequence[str], text: str) -> bool:
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
    notes.put(path, value_of(found, words, text))
    return True


_PORT_WORDS: Final[dict[str, dict[str, Value]]] = {
    "poe": {"never": "off", "": "auto"},
    "edge": {"": True, "edge": True, "edge trunk": "trunk"},
    "enable_word": {"enable": True, "": True},
}


def _say_address(notes: Notes, path: Path, rest: Sequence[str]) -> bool:
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


def read_line(words: list[str], lines: Section) -> Reading | None:
    numbers = vty_numbers(words)
    if not numbers and (len(words) < 3 or words[1] == "vty"):
        return None
    notes = Notes()
    where = " ".join(words[1:])
    places: list[Path] = [("vty#", str(number)) for number in numbers] or [("line", where)]
    contexts = [f"line vty {bucket}" for bucket in buckets(numbers)] or [f"line {where}"]
    for leaf in leaves(lines, lambda line: LINE.find(line[1:] if line[0] == "no" else line) is not None):
        said = None if leaf.context else _line_items(leaf, places[0][0])
        if said is None:
            for context in contexts:
                notes.free((context, *leaf.context), " ".join(leaf.words))
            continue
        for place in places:
            for path, value in said:
                notes.put((*place, *path), value)
    return notes.done()


def _line_items(leaf: Leaf, place: str) -> list[Item] | None:
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
    value = value_of(found, words, leaf.text)
    return [] if value is None else [(found.path, value)]


def vty_numbers(words: Sequence[str]) -> range:
    numbers = words[2:]
    if words[1:2] != ["vty"] or len(numbers) not in (1, 2):
        return range(0)
    if not all(word.isascii() and word.isdigit() and len(word) <= 4 for word in numbers):
        return range(0)
    return range(int(numbers[0]), min(int(numbers[-1]), 1500) + 1)


_BUCKET_STARTS: Final = (0, 5, 16, 32, 1501)


def bucket_of(number: int) -> tuple[int, int]:
    """The range in which IOS itself splits its vty lines: 0-4, 5-15, 16-31, the rest."""
    for low, high in pairwise(_BUCKET_STARTS):
        if number < high:
            return low, high - 1
    return _BUCKET_STARTS[-2], 1500


def buckets(numbers: range) -> list[str]:
    found: dict[tuple[int, int], list[int]] = {}
    for number in numbers:
        found.setdefault(bucket_of(number), []).append(number)
    return [f"{each[0]} {each[-1]}" if len(each) > 1 else str(each[0]) for each in found.values()]


def read_numbered_acl(words: list[str], lines: Section) -> Reading | None:
    number = int(words[1]) if len(words) == 2 and words[1].isascii() and words[1].isdigit() else -1
    if 1 <= number <= 99 or 1300 <= number <= 1999:
        kind = "standard"
    elif 100 <= number <= 199 or 2000 <= number <= 2699:
        kind = "extended"
    else:
        return None
    return Reading(((("acl", kind, words[1]), entries(lines, kind)),))


ACL_KINDS: Final = frozenset({"standard", "extended"})
_ENTRY: Final = re.compile(r"(?:(?:sequence )?(\d+) )?((?:permit|deny|remark|evaluate|dynamic)\b.*)")
_PORT_NAMES: Final = {
    "tcp": {20: "ftp-data", 21: "ftp", 23: "telnet", 25: "smtp", 53: "domain", 80: "www", 110: "pop3", 179: "bgp"},
    "udp": {53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 123: "ntp", 161: "snmp", 162: "snmptrap"},
}


def entries(lines: Iterable[str], kind: str) -> tuple[str, ...]:
    """The entries in the order in which the device walks them, without sequence numbers."""
    numbered: list[tuple[int, str]] = []
    last = 0
    for line in lines:
        words = line.split()
        found = _ENTRY.fullmatch(" ".join(words))
        if not found:
            continue
        remark = found[2].startswith("remark")
        entry = found[2] if remark else _entry(found[2], kind)
        own = int(found[1][:10]) if found[1] else 0
        # A remark without a number stays where it stands.
        last = own or (last if remark else last + 10)
        numbered.append((last, entry))
    numbered.sort(key=lambda each: each[0])
    return tuple(entry for _, entry in numbered)


_NONE: Final = ".".join("0000")


def _entry(text: str, kind: str) -> str:
    """An entry as the device prints it."""
    words = [word.rstrip(",") for word in text.split()]
    if kind == "standard":
        if "wildcard" in words:
            words = [word for word in words if word not in {"wildcard", "bits"}]
        if words[1:2] == ["host"]:
            del words[1]
        if words[2:3] == [_NONE]:
            del words[2]
        if words[1:3] == [_NONE, "255.255.255.255"]:
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


def read_server(words: list[str], lines: Section) -> Reading | None:
    if len(words) != 3 or words[1] != "server":
        return None
    notes = Notes()
    name = " ".join(words)
    notes.put(("aaa", name), True)
    for leaf in leaves(lines, lambda line: SERVER.find(line) is not None):
        found = None if leaf.context else SERVER.find(leaf.words)
        if found is None:
            notes.free((name, *leaf.context), " ".join(leaf.words))
        else:
            notes.put(("aaa", name, *found.path), value_of(found, leaf.words, leaf.text))
    return notes.done()
