"""AOS-CX text: sections, children, and lists of VLANs and ports. No meaning is attached here."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_interface
from textwrap import dedent
from typing import Final

from campusctl.drivers.switch.dialects.base import Section

_CHILD_WORDS: Final = frozenset({"shutdown", "routing", "description", "name", "voice", "mtu"})
_CHILD_PAIRS: Final = frozenset(
    {"vlan access", "vlan trunk", "lacp mode", "lacp rate", "ip address", "vrf attach", "spanning-tree port-type"}
)
_PARENTS: Final = frozenset({"interface", "vlan"})
_ENDS: Final = frozenset({"exit", "end", "exit-address-family", "quit"})
_DEVICE_MADE: Final = frozenset({"led", "module", "vsf", "debug", "no led", "no debug"})
_NOISE: Final = re.compile(
    r"(?:Current|Startup|Running|Checkpoint) configuration:?\s*$|-- ?MORE ?--|show run|sh run|Building configuration"
)
_PROMPT: Final = re.compile(r"[\w.-]{1,64}(?:\([\w./<>, -]{1,64}\))?[#>](?:\s|$)")
_MANAGE: Final = re.compile(r"[!#]\s*manage:\s*(\S.*)")
_BEGIN: Final = "-----BEGIN "
_END: Final = "-----END "
_PHYSICAL: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{1,3}(?::\d)?")
_RANGE: Final = re.compile(r"(\d{1,2}/\d{1,2}/)(\d{1,3})-(?:(\d{1,2}/\d{1,2}/))?(\d{1,3})")
_MOST_PORTS: Final = 512
_DEEPEST: Final = 1 << 30
_DEEPEST_LEVEL: Final = 16
_MOST_VLANS: Final = 3 * 4094
_LONGEST_CERTIFICATE: Final = 400


def split(text: str) -> Iterator[Section]:
    """Sections of a configuration: a line at the margin and the lines below it.

    Comments, headers, prompts, certificates and what the device writes itself are left out. A banner is one
    section whose second item is its text. `! manage: CONTEXT` comments are sections of their own.
    """
    lines = _lines(text)
    current: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number].rstrip()
        number += 1
        bare = line.lstrip()
        if not bare or bare[0] in "!#":
            yield from _managed(bare)
        elif bare[0] == "-" and bare.startswith(_BEGIN):
            number = _after_certificate(lines, number)
        elif current and len(bare) < len(line):
            current.append(line)
        elif len(bare) == len(line) and _continues(current, bare):
            current.append(f"    {bare}")
        else:
            if current:
                yield tuple(current)
            current = [bare] if _kept(bare) else []
            if bare.startswith("banner ") and current:
                banner, number = _banner(lines, number)
                yield banner
                current = []
    if current:
        yield tuple(current)


def _lines(text: str) -> list[str]:
    """The lines of a text without tabs; one that begins within a block is moved to the margin as a whole."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return (dedent(text) if text.lstrip("\n")[:1] == " " else text).split("\n")


def kept(text: str) -> str:
    """The text without comments, headers, certificates and the device's own sections. See `Dialect.kept`."""
    lines = [line.rstrip() for line in _lines(text)]
    out: list[str] = []
    current: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        bare = line.lstrip()
        number += 1
        if not bare or bare[0] in "!#":
            out += [line] if bare == "!" or _MANAGE.match(bare) else []
        elif bare[0] == "-" and bare.startswith(_BEGIN):
            number = _after_certificate(lines, number)
        elif current and (len(bare) < len(line) or _continues(current, bare)):
            if len(current) == 1:
                out.append(line)
        else:
            start = number - 1
            current, number = _head(lines, start, bare)
            is_banner = not current and bare.startswith("banner ")
            out += lines[start:number] if len(current) == 1 or is_banner or bare in _ENDS else []
    # A banner without an end reaches to the last line of the text, which is not one more each time.
    return "\n".join(out).rstrip("\n") + "\n"


def _head(lines: list[str], number: int, bare: str) -> tuple[list[str], int]:
    """The section that begins at a line, as `_continues` wants it, and the next line's number.

    A section of the device's own has a second item; a banner, and what is none, has no item.
    """
    if not _kept(bare):
        return [], number + 1
    if bare.startswith("banner "):
        return [], _banner(lines, number + 1)[1]
    return [bare, "made"] if device_made(bare.split()) else [bare], number + 1


def _managed(comment: str) -> Iterator[Section]:
    found = _MANAGE.match(comment)
    if found:
        yield (f"! manage: {' '.join(found[1].split())}",)


def _kept(line: str) -> bool:
    if line in _ENDS or _NOISE.match(line):
        return False
    return not (("#" in line or ">" in line) and _PROMPT.match(line))


def device_made(words: list[str]) -> bool:
    """Whether a section is the device's own: stacking, modules, LEDs, certificates, debug switches."""
    if words[0] == "crypto":
        return words[1:2] == ["pki"] and words[2:3] != ["application"]
    return words[0] in _DEVICE_MADE or " ".join(words[:2]) in _DEVICE_MADE


def _continues(current: list[str], line: str) -> bool:
    """Whether a line at the margin belongs to the context above it: flat texts, and wrapped ciphertext."""
    if not current:
        return False
    head = current[0].partition(" ")[0]
    if line.startswith(head):
        return False
    words = line.split(None, 3)
    if head == "user":
        return len(words) == 1 and len(line) > 20
    if head not in _PARENTS:
        return head == "snmp-server" and words[0] == "access-level"
    if words[0] == "no":
        words = words[1:]
    if not words:
        return False
    pair = " ".join(words[:2])
    return words[0] in _CHILD_WORDS or pair in _CHILD_PAIRS or (words[0] == "lag" and len(words) == 2)


def _after_certificate(lines: list[str], start: int) -> int:
    """The line after a certificate that began before `start`; an unfinished one is only its own line."""
    for number in range(start, min(start + _LONGEST_CERTIFICATE, len(lines))):
        if lines[number].lstrip().startswith(_END):
            return number + 1
    return start


def _banner(lines: list[str], start: int) -> tuple[Section, int]:
    """A banner that began before `start` as (`banner KIND`, text), and the line after it.

    Source: AOS-CX 10.10 Fundamentals Guide, `banner`: the first character after the kind is the delimiter.
    """
    head = lines[start - 1].strip()
    words = head.split(None, 2)
    if len(words) < 3 or words[1] not in ("motd", "exec"):
        return (head,), start
    mark, rest = words[2][0], words[2][1:]
    name = f"banner {words[1]}"
    body = [rest] if rest else []
    if mark in rest:
        return (name, rest[: rest.index(mark)]), start
    for number in range(start, len(lines)):
        line = lines[number].rstrip()
        if mark in line:
            last = line[: line.index(mark)]
            return (name, "\n".join([*body, last] if last else body)), number + 1
        body.append(line)
    if rest:
        return (head,), start
    return (name, "\n".join(body).rstrip("\n")), len(lines)


def children(section: Section) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each line below a section's head with the lines it stands under (the head left out)."""
    above: tuple[str, ...] = ()
    indents: list[int] = []
    last, last_indent = "", _DEEPEST
    for raw in section[1:]:
        line = raw.lstrip()
        if line in _ENDS:
            continue
        indent = len(raw) - len(line)
        if indent >= last_indent + 2 and len(above) < _DEEPEST_LEVEL:
            above, indents = (*above, last), [*indents, last_indent]
        else:
            while indents and indent < indents[-1] + 2:
                above = above[:-1]
                indents.pop()
        yield above, line
        last, last_indent = line, indent


def vlan_ids(text: str) -> list[str] | None:
    """Ids of a list such as `1,10-12`, in its order; None when it is no such list."""
    ids: list[str] = []
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not (low.isdecimal() and low.isascii() and (not dash or (high.isdecimal() and high.isascii()))):
            return None
        first, last = int(low[:6]), int((high or low)[:6])
        if not 1 <= first <= last <= 4094:
            return None
        ids += [str(first)] if first == last else map(str, range(first, last + 1))
        if len(ids) > _MOST_VLANS:
            return None
    return ids


def vlan_list(ids: Iterable[str]) -> str:
    """The shortest list of ids, ascending: `1,10-12`; two neighbours are written as `10-11`."""
    spans: list[list[int]] = []
    for number in sorted({int(one) for one in ids}):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def ports(text: str) -> list[str] | None:
    """Physical ports of `1/1/1`, `1/1/1-1/1/4` or a comma list of these; None when it is something else."""
    if _PHYSICAL.fullmatch(text):
        return [text]
    names: list[str] = []
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        if _PHYSICAL.fullmatch(part):
            names.append(part)
        elif found and found[3] in (None, found[1]) and int(found[2]) <= int(found[4]):
            names += [f"{found[1]}{number}" for number in range(int(found[2]), int(found[4]) + 1)]
        else:
            return None
    return names if len(names) <= _MOST_PORTS else None


def network(address: str) -> str:
    """The network of an interface's address; empty when it has none."""
    try:
        return str(ip_interface(address).network) if "/" in address else ""
    except ValueError:
        return ""


def near(address: str, other: str) -> bool:
    """Whether an address is in the network of an interface's address."""
    try:
        return ip_address(other) in ip_interface(address).network
    except ValueError:
        return False


def is_physical(name: str) -> bool:
    """Whether a name is a port that exists in hardware."""
    return bool(_PHYSICAL.fullmatch(name))
