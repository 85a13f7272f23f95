"""What one section of an ArubaOS-Switch configuration says."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Interface
from typing import Final, NamedTuple

from campusctl.drivers.switch.dialects._procurve_acl import entries_of
from campusctl.drivers.switch.dialects._procurve_global import read_line
from campusctl.drivers.switch.dialects._procurve_ports import expand, port_name, vlan_id, vlan_list
from campusctl.drivers.switch.dialects._procurve_said import (
    PORT_WORDS,
    VLAN_WORDS,
    Line,
    Said,
    single,
)
from campusctl.drivers.switch.dialects._procurve_words import default_vlan_name, split, unquote
from campusctl.drivers.switch.dialects.base import Reading, Section
from campusctl.model.setting import FREE, Path

DEFAULT_UNTAGGED: Final = "~untagged"
"""Path root of what VLAN 1 says about a port; only `settle` sees it."""


class _Node(NamedTuple):
    text: str
    children: "list[_Node]"


_DEEPEST: Final = 8
"""Contexts within contexts; no switch has more than three."""


def read(section: Section) -> Reading:
    """What one section says."""
    said = Said()
    head = section[0]
    if head[0] == ";":
        return Reading(manages=frozenset({_managed(head.partition(":")[2].strip())}))
    if head.startswith("banner "):
        _banner(said, head)
    else:
        _block(said, head, section[1:])
    return Reading(tuple(said.items), frozenset(), tuple(said.secrets))


def _managed(context: str) -> Path:
    if context.lower() == "global":
        return (FREE,)
    return (FREE, _context(context))


def _context(head: str) -> str:
    """A context line in its canonical spelling."""
    words = split(head)
    if len(words) == 2:
        name = port_name(words[1]) if words[0].lower() == "interface" else None
        return f"{words[0].lower()} {name or words[1]}"
    return " ".join(words)


def _banner(said: Said, line: str) -> None:
    words = line.split(None, 2)
    if len(words) < 3:
        said.free((), line)
        return
    text = words[2]
    delimiter = text[0]
    body = text[1:].rpartition(delimiter)[0] if delimiter in text[1:] else ""
    if not body and len(text) > 1 and text[1:] != delimiter:
        said.free((), line.replace("\n", " "))
        return
    body = body.replace("\\n", "\n").replace("\\r", "").replace('\\"', '"')
    body = "\n".join(part.rstrip() for part in body.strip("\n").split("\n"))
    if body.strip():
        said.put("banner", words[1], value=body)


def _block(said: Said, head: str, body: Sequence[str]) -> None:
    words = split(head)
    kind = words[0].lower()
    if kind == "no" and len(words) > 3 and words[1].lower() in ("vlan", "interface"):
        words = [*words[1:3], "no", *words[3:]]
        kind = words[0].lower()
    if kind == "vlan" and len(words) > 1 and (vlan := vlan_id(words[1])):
        _read_vlan(said, vlan, _tree([" ".join(words[2:]), *body] if len(words) > 2 else body))
    elif kind == "interface" and len(words) > 2 and words[1].lower() == "vlan" and (vlan := vlan_id(words[2])):
        _read_vlan(said, vlan, _tree([" ".join(words[3:]), *body] if len(words) > 3 else body))
    elif kind == "interface" and len(words) > 1 and (ports := expand(words[1])):
        _read_interface(said, ports, _tree([" ".join(words[2:]), *body] if len(words) > 2 else body))
    elif kind == "ip" and len(words) == 4 and words[1] == "access-list" and words[2] in ("standard", "extended"):
        said.put("acl", words[2], unquote(words[3]), value=entries_of(body))
    elif nodes := _tree(body):
        _free_tree(said, (_context(head),), nodes)
    else:
        read_line(said, head)


def _tree(body: Sequence[str]) -> list[_Node]:
    """Lines with the deeper ones below them, `exit` lines gone."""
    top: list[_Node] = []
    stack: list[tuple[int, list[_Node]]] = [(-1, top)]
    for line in body:
        text = line.lstrip()
        if text == "exit":
            if len(stack) > 1:
                stack.pop()
            continue
        indent = len(line) - len(text)
        while len(stack) > 1 and indent <= stack[-1][0]:
            stack.pop()
        node = _Node(text, [])
        stack[-1][1].append(node)
        if len(stack) <= _DEEPEST:
            stack.append((indent, node.children))
    return top


def _free_tree(said: Said, context: tuple[str, ...], nodes: Iterable[_Node]) -> None:
    for node in nodes:
        if node.children:
            _free_tree(said, (*context, " ".join(split(node.text))), node.children)
        else:
            said.free(context, node.text)


def _leaves(nodes: Iterable[_Node], understood: Callable[[Line], bool]) -> Iterable[_Node]:
    """The nodes that were not understood; what stands below an understood one counts as its neighbour."""
    for node in nodes:
        words = split(node.text)
        negated = words[0].lower() == "no" and len(words) > 1
        if understood(Line(words[1:] if negated else words, negated)):
            yield from _leaves(node.children, understood)
        else:
            yield node


def _read_vlan(said: Said, vlan: str, nodes: Sequence[_Node]) -> None:
    if vlan != "1":
        said.put("vlan", vlan, value=True)
    addresses: list[str] = []
    for node in _leaves(nodes, lambda line: _vlan_line(said, vlan, line, addresses)):
        _free_tree(said, (f"vlan {vlan}",), (node,))
    if addresses:
        first, *more = sorted(dict.fromkeys(addresses))
        said.put("svi", vlan, value=True)
        said.put("svi", vlan, "address", value=first)
        for address in more:
            said.put("svi", vlan, "address", "secondary", address, value=True)


def _vlan_line(said: Said, vlan: str, line: Line, addresses: list[str]) -> bool:
    words, negated = line
    word = words[0].lower()
    match word:
        case "name" if not negated and len(words) > 1:
            name = unquote(" ".join(words[1:]))
            if name != default_vlan_name(vlan):
                said.put("vlan", vlan, "name", value=name)
        case "untagged" | "tagged" | "forbid" if len(words) == 2 and (ports := expand(words[1])):
            _members(said, vlan, "no untagged" if negated and word == "untagged" else word, ports, negated=negated)
        case "ip" if len(words) > 1 and words[1] == "address":
            return negated or _address(words[2:], addresses)
        case "ip" if len(words) == 3 and words[1] == "helper-address" and not negated:
            said.put("svi", vlan, "helper", words[2], value=True)
        case "ip" if len(words) == 4 and words[1] == "access-group" and not negated:
            said.put("svi", vlan, "acl", words[3].lower(), value=unquote(words[2]))
        case "ipv6" if len(words) > 1 and not negated:
            said.put("svi", vlan, "ipv6", " ".join(words[1:]), value=True)
        case _:
            return single(said, VLAN_WORDS, ("vlan", vlan), line)
    return True


def _members(said: Said, vlan: str, word: str, ports: tuple[str, ...], *, negated: bool) -> None:
    if word == "no untagged" or (word == "untagged" and vlan == "1"):
        if vlan == "1":
            said.put(DEFAULT_UNTAGGED, word, ",".join(ports), value=ports)
    elif not negated:
        if word == "untagged":
            said.put_ports(ports, "untagged", value=vlan)
        else:
            said.put_ports(ports, word, vlan, value=True)


def _address(words: list[str], addresses: list[str]) -> bool:
    if not words:
        return False
    if words[0].lower() in ("dhcp-bootp", "dhcp"):
        addresses.append("dhcp")
        return True
    try:
        address = IPv4Interface("/".join(words[:2]))
    except ValueError:
        return False
    addresses.append(str(address))
    return len(words) <= 2


def _read_interface(said: Said, ports: tuple[str, ...], nodes: Sequence[_Node]) -> None:
    for node in _leaves(nodes, lambda line: _interface_line(said, ports, line)):
        for port in ports:
            _free_tree(said, (f"interface {port}",), (node,))


def _interface_line(said: Said, ports: tuple[str, ...], line: Line) -> bool:
    words, negated = line
    match words[0].lower():
        case "enable" if len(words) == 1:
            return True
        case "power-over-ethernet" | "power" if len(words) <= 2:
            level = "off" if negated else (words[1].lower() if len(words) == 2 else "low")
            if level != "low":
                said.put_ports(ports, "poe", value=level)
        case "untagged" if len(words) == 3 and words[1].lower() == "vlan" and (vlan := vlan_id(words[2])):
            word = "no untagged" if negated else "untagged"
            _members(said, vlan, word, ports, negated=negated)
        case "tagged" if len(words) == 3 and words[1].lower() == "vlan" and (vlans := vlan_list(words[2])):
            for vlan in vlans if not negated else ():
                said.put_ports(ports, "tagged", vlan, value=True)
        case "ip" if len(words) == 4 and words[1] == "access-group" and not negated:
            said.put_ports(ports, "acl", words[3].lower(), value=unquote(words[2]))
        case _:
            return all(single(said, PORT_WORDS, ("port", port), line) for port in ports)
    return True
