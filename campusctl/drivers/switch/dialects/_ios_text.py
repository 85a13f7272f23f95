"""Splits an IOS text into sections, whatever a terminal or a pager left in it."""

import re
from collections.abc import Iterator
from typing import Final

from campusctl.drivers.switch.dialects.base import Section

_JUNK: Final = re.compile(r"[\x00\x07]|\x1b\[[0-9;?]*[A-Za-z]| *-+ ?[Mm][Oo][Rr][Ee] ?-+ ?(?:[\x08 ]*\x08)?")
_HEAD: Final = re.compile(r"^(?:Building configuration|Current configuration ?:|Using \d+ out of).*$", re.MULTILINE)
_FLUSH: Final = re.compile(r"^[A-Za-z]", re.MULTILINE)
_PROMPT: Final = re.compile(
    r"[\w./:-]{1,64}(?:\([\w./-]+\))?[#>]"
    r"(?: ?(?:sh|show|exit|wr|write|term|terminal|conf|configure|more|copy|en|enable|logout|quit|end|do|\?)\b.*)?"
)
_MADE_BY_DEVICE: Final = re.compile(
    r"(?:version \d|boot-(?:start|end)-marker|ntp clock-period|switch \d+ provision|spanning-tree extend system-id"
    r"|license udi|(?:show|sh|terminal|term|write|wr|copy|more) \S|crypto pki trustpoint (?:TP-self-signed|SLA-Trust)"
    r"|crypto (?:pki|ca) certificate chain|Load for |Time source |!(?! manage:)"
    r"|(?:end|exit|quit|enable|configure terminal|conf t|wr|sh run)$)"
)
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2,8} ?)+|quit|certificate .*")
BANNER: Final = re.compile(r"(?:banner \S+|aaa authentication (?:banner|fail-message)|menu \S+ title) +(\^C|\S)(.*)")
_MAY_GO_ON: Final = ("banner ", "macro ", "aaa ", "menu ")
_ENDS: Final = frozenset({"exit", "quit"})
_PORT_ONLY: Final = frozenset(
    """description,switchport,shutdown,channel-group,channel-protocol,duplex,speed,storm-control,mtu,power,ip address
    ip access-group,ip helper-address,spanning-tree bpduguard,spanning-tree bpdufilter,spanning-tree guard
    spanning-tree cost,cdp enable,lldp transmit,lldp receive""".replace("\n    ", ",").split(",")
)
_BELOW: Final = {
    "interface": _PORT_ONLY,
    "vlan": frozenset(["name"]),
    "line": frozenset(("login", "transport", "exec-timeout", "password", "access-class", "session-timeout")),
    "ip": frozenset(("permit", "deny", "remark")),
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
    header, below, is_open = "", [], False
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line or line[0] in " \t":
            below.append(line)
        elif line[0] == "!" and not line.startswith("! manage:"):
            is_open = False
        elif is_open and _belongs(header, line):
            below.append(" " + line)
        else:
            if header:
                yield header, below
            if line == "end":
                yield from _tables(lines[number:])
                return
            header, below, number = _begin(lines, number - 1)
            is_open = header.startswith(_BLOCK_WORDS)
    if header:
        yield header, below


def _begin(lines: list[str], number: int) -> tuple[str, list[str], int]:
    """The header that begins at a line ("" when it is to be left out), lines below it, and the next line's number."""
    line = lines[number]
    body = _verbatim(lines, number)
    if body:
        return "\n".join([line, *body]), [], number + 1 + len(body)
    if line.startswith("access-list "):
        return (*_numbered(line), number + 1)
    if is_made_by_device(line):
        is_chain = line.startswith("crypto ")
        return "", [], _skip_certificates(lines, number + 1) if is_chain else number + 1
    return line, [], number + 1


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


def is_made_by_device(line: str) -> bool:
    """Whether nobody configures a line: headers, prompts, what stands for itself."""
    return bool(_MADE_BY_DEVICE.match(line)) or (("#" in line or ">" in line) and bool(_PROMPT.fullmatch(line)))


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
    found = BANNER.match(line)
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
        if line.startswith(("VLAN Name ", "User name:")):
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


def kept(text: str) -> str:
    """The text without what the device makes by itself; separators in a row are one. See `Dialect.kept`."""
    lines = _clean(text)
    out: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        body = _verbatim(lines, number) if line.startswith(_MAY_GO_ON) else []
        number += 1 + len(body)
        if not line or (line[0] == "!" and not line.startswith("! manage:")):
            out += ["!"] if line and out[-1:] != ["!"] else []
        elif line == "end" and not body:
            out += [line, *_kept_tables(lines[number:])]
            break
        elif body or line[0] in " \t" or line in _ENDS or not is_made_by_device(line):
            out += [line, *body]
        else:
            number = _after_made(lines, number, line)
    return "\n".join(out) + "\n"


def _after_made(lines: list[str], number: int, line: str) -> int:
    """The first line that does not belong to one of the device's own."""
    if line.startswith("crypto "):
        return _skip_certificates(lines, number)
    while number < len(lines) and lines[number][:1] in {" ", "\t"}:
        number += 1
    return number


def _kept_tables(lines: list[str]) -> Iterator[str]:
    """VLANs and SNMPv3 users behind `end`, without the columns that change by themselves."""
    rows = list(_tables(lines))
    vlans = [(header.removeprefix("vlan "), below[0].removeprefix(" name ")) for header, below in rows if below]
    if vlans:
        yield f"{'VLAN Name':<37} Status"
    yield from (f"{number:<4} {name:<32} active" for number, name in vlans)
    for header, below in rows:
        if not below:
            yield from header.split("\n")
