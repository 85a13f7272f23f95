"""A configuration text of ArubaOS-Switch as it comes from a console, cut into sections."""

import re
from collections.abc import Iterator
from typing import Final

from campusctl.drivers.switch.dialects.base import Section

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_VT100: Final = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78A-Z])")
_OTHER_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_JUNK: Final = re.compile(
    r"(?:Running|Startup) configuration:|-- ?MORE ?--|"
    r"[\w.-]{1,64}(?:\([\w -]+\))?[#>] ?(?:$|sh|wr|term|no page|exit|end)",
    re.IGNORECASE,
)
_LIST: Final = re.compile(r"[\dA-Za-z/,-]*\d[\dA-Za-z/,-]*")
_LIST_TAIL: Final = re.compile(r"[\dA-Za-z/,-]*\d,?|.*[,-]")
_QUOTE: Final = re.compile(r'(?<!\\)"')
_MANAGE: Final = re.compile(r";\s*manage:", re.IGNORECASE)
_OPENER: Final = re.compile(
    r"(?:vlan \d+|interface \S+|interface vlan \d+|oobm|vsf|stacking|ip(?:v6)? access-list \S+ .+|"
    r"dhcp-server pool .+|device-profile (?:name|type) .+|router \S+|openflow)$",
    re.IGNORECASE,
)
_INSIDE: Final = frozenset(
    {"name", "untagged", "tagged", "forbid", "auto", "voice", "jumbo", "disable", "enable", "power-over-ethernet"}
    | {"power", "speed-duplex", "flow-control", "lacp", "poe-lldp-detect", "poe-allocate-by", "poe-value"}
    | {"mdix-mode", "broadcast-limit", "unknown-vlans", "permit", "deny", "remark", "ipv6", "rate-limit"}
)
_INSIDE_IP: Final = frozenset({"address", "helper-address", "igmp", "access-group", "irdp", "ospf", "rip", "pim"})
_DEVICE_MADE: Final = frozenset({"module", "flexible-module", "stacking", "vsf"})
_UNUSUAL_FIRST: Final = frozenset("RrSsbic-")
_WRAPS: Final = ("banner ", "snmp-server ", "ip ssh public-key ", "ip client-public-key ", "crypto ")
_MOST_WRAPPED_LINES: Final = 200
_LONGEST_LINE: Final = 8192
_LONGEST_BLOCK: Final = 80
_SCREEN_WIDTH: Final = 79


def sections(text: str) -> Iterator[Section]:
    """Top-level lines with what belongs to them.

    Headers, comments, prompts, paging, certificates, and what the device writes about its own hardware (modules,
    stack members) are left out. Wrapped lists and quoted texts are joined. A block ends at its `exit`, indented
    or not, or where its lines end when it has none.
    """
    raw = _clean(text).split("\n")
    if raw[0][:1] in ("", " "):
        raw = _dedented(raw)
    lines, manages = _logical(raw)
    yield from ((line,) for line in manages)
    at = 0
    while at < len(lines):
        line = lines[at]
        end = _block_end(lines, at)
        if line != "exit" and line.split(None, 1)[0].lower() not in _DEVICE_MADE:
            yield tuple(lines[at:end]) if line[0] != " " else (line.strip(), *lines[at + 1 : end])
        at = end


def kept(text: str) -> str:
    """The text without headers, comments, prompts, certificates and the device's own. See `Dialect.kept`."""
    raw = _clean(text).split("\n")
    if raw[0][:1] in ("", " "):
        raw = _dedented(raw)
    raw = [line.rstrip() for line in raw]
    out: list[str] = []
    at = 0
    while at < len(raw):
        line = raw[at]
        start, at = at, at + 1
        if line[:1] == " ":
            if line.lstrip()[0] != ";" or _MANAGE.match(line.lstrip()):
                out.append(line)
        elif not line or line[0] == ";":
            out += [line] if _MANAGE.match(line) else []
        elif line.split(None, 1)[0].lower() in _DEVICE_MADE:
            at = _after_made(raw, at)
        elif line.startswith("-----BEGIN"):
            at = _skip(raw, at)
        elif line.startswith(_WRAPS):
            at = _unwrapped(line, raw, at)[1]
            out += raw[start:at]
        elif not _looks_like_junk(line):
            out.append(line)
    return "\n".join(out) + "\n"


def _looks_like_junk(line: str) -> bool:
    return (line[0] in _UNUSUAL_FIRST or "#" in line or ">" in line) and _JUNK.match(line) is not None


def _after_made(raw: list[str], at: int) -> int:
    """Behind the lines and the `exit` of a block of the device's own whose head stands before `at`."""
    end = at
    while end < len(raw) and raw[end][:1] == " ":
        end += 1
    return end + 1 if end > at and raw[end - 1].strip() != "exit" and raw[end : end + 1] == ["exit"] else end


def is_opener(line: str) -> bool:
    """Whether a line is known to open a block, even one without lines."""
    return _OPENER.match(line) is not None


def _clean(text: str) -> str:
    if _CONTROL.search(text) is None:
        return text
    text = _VT100.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "   ")
    return _OTHER_CONTROL.sub("", text)


def _logical(raw: list[str]) -> tuple[list[str], list[str]]:
    """Lines without trailing blanks, wrapped ones joined, never an empty one; and the `manage` comments among them."""
    lines: list[str] = []
    manages: list[str] = []
    at = 0
    for number, untrimmed in enumerate(raw):
        if number < at:
            continue  # part of a text that went on over lines
        line = untrimmed.rstrip()
        body = line.lstrip()
        if not body:
            continue
        first = body[0]
        if first == '"' or (first != "e" and " " not in body):
            if lines and (joined := _joined(lines[-1], body)):
                lines[-1] = joined
                continue
        elif first == ";":
            if _MANAGE.match(body):
                manages.append(body)
            continue
        if line[0] == " " or not (first in _UNUSUAL_FIRST or "#" in line or ">" in line):
            lines.append(line)
        else:
            at = _unusual(line, raw, number + 1, lines)
    return lines, manages


def _unusual(line: str, raw: list[str], at: int, lines: list[str]) -> int:
    """Add a line that may go on below, unless it is nothing of a configuration; where the next one starts."""
    if line.startswith("-----BEGIN"):
        return _skip(raw, at)
    if line.startswith(_WRAPS):
        line, at = _unwrapped(line, raw, at)
        lines.append(line)
    elif not _JUNK.match(line):
        lines.append(line)
    return at


def _skip(raw: list[str], at: int) -> int:
    for end in range(at, min(len(raw), at + _MOST_WRAPPED_LINES)):
        if "-----END" in raw[end]:
            return end + 1
    return at


def _joined(last: str, body: str) -> str:
    """Both as one line, when `body` continues `last`; else empty."""
    if len(last) > _LONGEST_LINE:
        return ""
    if body[0] == '"':
        return f"{last} {body}"
    if " " in body or _LIST.fullmatch(body) is None or " " not in last.strip():
        return ""
    tail = last.rsplit(None, 1)[-1]
    if _LIST_TAIL.fullmatch(tail) is None or _OPENER.match(last):
        return ""
    glued = tail[-1] in ",-" or body[0] in ",-" or len(last) >= _SCREEN_WIDTH
    return last + body if glued else f"{last},{body}"


def _unwrapped(line: str, raw: list[str], at: int) -> tuple[str, int]:
    """A line whose quoted text goes on below, whole, and where the next one starts."""
    closing = _QUOTE
    if line.startswith("banner ") and (words := line.split(None, 2))[-1] and len(words) > 2:
        delimiter = words[2][0]
        closing = _QUOTE if delimiter == '"' else re.compile(re.escape(delimiter))
    elif '"' not in line:
        return line, at
    if len(closing.findall(line)) % 2 == 0:
        return line, at
    for end in range(at, min(len(raw), at + _MOST_WRAPPED_LINES)):
        if closing.search(raw[end]):
            glue = "\n" if line.startswith("banner ") else ""
            return glue.join([line, *(part.rstrip() for part in raw[at : end + 1])]), end + 1
    return line, at


def _dedented(raw: list[str]) -> list[str]:
    """A text that was pasted with an indent of its own, without it."""
    indent = min((len(line) - len(line.lstrip(" ")) for line in raw if line.strip()), default=0)
    return [line[indent:] for line in raw] if indent else raw


def _block_end(lines: list[str], start: int) -> int:
    """Index behind the section that starts here, its `exit` included."""
    end = start + 1
    while end < len(lines) and lines[end][0] == " ":
        end += 1
    indented = end > start + 1
    if end == len(lines) or (indented and lines[end - 1].lstrip() == "exit"):
        return end
    if not indented and _OPENER.match(lines[start]) is None:
        return end
    if lines[end] == "exit":
        return end + 1
    return _loose_end(lines, end)


def _loose_end(lines: list[str], start: int) -> int:
    """The end of a block whose lines are not indented: its `exit`, when that comes before another block."""
    for end in range(start, min(len(lines), start + _LONGEST_BLOCK)):
        if lines[end].strip() == "exit":
            return end + 1
        if _OPENER.match(lines[end]) or (lines[end + 1 : end + 2] and lines[end + 1][0] == " "):
            if lines[end + 1 : end + 2] and lines[end + 1].strip() == "exit" and not _OPENER.match(lines[end]):
                return end + 2
            break
    end = start
    while end < len(lines) and _belongs_inside(lines[end]):
        end += 1
    return end


def _belongs_inside(line: str) -> bool:
    words = line.lower().removeprefix("no ").split(None, 2)
    return words[0] in _INSIDE or (words[0] == "ip" and len(words) > 1 and words[1] in _INSIDE_IP)
