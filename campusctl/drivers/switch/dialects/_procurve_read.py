"""What one section of an ArubaOS-Switch configuration says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final, NamedTuple

from campusctl.drivers.switch.dialects import _procurve_words as words_of
from campusctl.drivers.switch.dialects._procurve_acl import entries_of
from campusctl.drivers.switch.dialects._procurve_ports import expand, port_name, vlan_id, vlan_list
from campusctl.drivers.switch.dialects._procurve_words import Word, split, unquote
from campusctl.drivers.switch.dialects.base import Item, Reading, Section, secret
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import FREE, Path, Value

DEFAULT_UNTAGGED: Final = "~untagged"
"""Path root of what VLAN 1 says about a port; only `settle` sees it."""

_HASHES: Final = {"plaintext": SecretKind.PLAIN, "sha1": SecretKind.SHA1, "sha256": SecretKind.OPAQUE}
_SECRET_WORDS: Final = frozenset(
    {"key", "encrypted-key", "plaintext", "sha1", "sha256", "password", "passphrase", "secret", "community"}
    | {"key-string", "key-value", "encrypted-password", "authentication-key", "auth", "priv"}
)
_NOT_SECRETS: Final = frozenset({"generate", "zeroize", "manager", "operator", "sha", "md5", "aes", "des", "index"})
_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_SHORTEST_HASH: Final = 32
_STP_STEP: Final = 4096


@dataclass(slots=True)
class _Said:
    """Collects what the lines of a section say."""

    items: list[Item] = field(default_factory=list)
    secrets: list[tuple[Path, Secret]] = field(default_factory=list)

    def put(self, *path: str, value: Value) -> None:
        self.items.append((path, value))

    def put_ports(self, ports: Iterable[str], *rest: str, value: Value) -> None:
        self.items.extend((("port", port, *rest), value) for port in ports)

    def free(self, context: Sequence[str], line: str) -> None:
        """A line nobody knows, its blanks normalised and its secret masked."""
        text, found = _masked(split(line))
        path = (FREE, *context, text)
        self.items.append((path, True))
        if found is not None:
            self.secrets.append((path, found))


class _Line(NamedTuple):
    words: list[str]
    """Without `no`; the keywords as printed."""
    negated: bool
    """It began with `no`."""

    @property
    def rest(self) -> list[str]:
        return self.words[1:]


class _Node(NamedTuple):
    text: str
    children: "list[_Node]"


_Reader = Callable[[_Said, _Line], bool]
"""Reads one line; False: not understood, so it is free."""


def read(section: Section) -> Reading:
    """What one section says."""
    said = _Said()
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


def _banner(said: _Said, line: str) -> None:
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


def _block(said: _Said, head: str, body: Sequence[str]) -> None:
    words = split(head)
    kind = words[0].lower()
    if kind == "vlan" and len(words) > 1 and (vlan := vlan_id(words[1])):
        said.put("vlan", vlan, value=True)
        _read_vlan(said, vlan, _tree([" ".join(words[2:]), *body] if len(words) > 2 else body))
    elif kind == "interface" and len(words) > 2 and words[1].lower() == "vlan" and (vlan := vlan_id(words[2])):
        said.put("vlan", vlan, value=True)
        _read_vlan(said, vlan, _tree([" ".join(words[3:]), *body] if len(words) > 3 else body))
    elif kind == "interface" and len(words) > 1 and (ports := expand(words[1])):
        _read_interface(said, ports, _tree([" ".join(words[2:]), *body] if len(words) > 2 else body))
    elif kind == "ip" and len(words) == 4 and words[1] == "access-list" and words[2] in ("standard", "extended"):
        said.put("acl", words[2], unquote(words[3]), value=entries_of(body))
    elif nodes := _tree(body):
        _free_tree(said, (_context(head),), nodes)
    else:
        _global(said, head)


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
        stack.append((indent, node.children))
    return top


def _free_tree(said: _Said, context: tuple[str, ...], nodes: Iterable[_Node]) -> None:
    for node in nodes:
        if node.children:
            _free_tree(said, (*context, " ".join(split(node.text))), node.children)
        else:
            said.free(context, node.text)


def _leaves(nodes: Iterable[_Node], understood: Callable[[_Line], bool]) -> Iterable[_Node]:
    """The nodes that were not understood; what stands below an understood one counts as its neighbour."""
    for node in nodes:
        words = split(node.text)
        negated = words[0].lower() == "no" and len(words) > 1
        if understood(_Line(words[1:] if negated else words, negated)):
            yield from _leaves(node.children, understood)
        else:
            yield node


# VLANs


def _read_vlan(said: _Said, vlan: str, nodes: Sequence[_Node]) -> None:
    addresses: list[str] = []
    for node in _leaves(nodes, lambda line: _vlan_line(said, vlan, line, addresses)):
        _free_tree(said, (f"vlan {vlan}",), (node,))
    if addresses:
        first, *more = sorted(dict.fromkeys(addresses))
        said.put("svi", vlan, value=True)
        said.put("svi", vlan, "address", value=first)
        for address in more:
            said.put("svi", vlan, "address", "secondary", address, value=True)


def _vlan_line(said: _Said, vlan: str, line: _Line, addresses: list[str]) -> bool:
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
            return _single(said, _VLAN_WORDS, ("vlan", vlan), line)
    return True


def default_vlan_name(vlan: str) -> str:
    """What a VLAN is called unless somebody names it."""
    return "DEFAULT_VLAN" if vlan == "1" else f"VLAN{vlan}"


def _members(said: _Said, vlan: str, word: str, ports: tuple[str, ...], *, negated: bool) -> None:
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


# interfaces


def _read_interface(said: _Said, ports: tuple[str, ...], nodes: Sequence[_Node]) -> None:
    for node in _leaves(nodes, lambda line: _interface_line(said, ports, line)):
        for port in ports:
            _free_tree(said, (f"interface {port}",), (node,))


def _interface_line(said: _Said, ports: tuple[str, ...], line: _Line) -> bool:
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
            return all(_single(said, _PORT_WORDS, ("port", port), line) for port in ports)
    return True


# one line, one value


def _table(words: Iterable[Word]) -> dict[str, Word]:
    return {word.text: word for word in words}


_GLOBAL_WORDS: Final = _table(words_of.GLOBAL)
_PORT_WORDS: Final = _table(words_of.PORT)
_VLAN_WORDS: Final = _table(words_of.VLAN)


def _single(said: _Said, table: dict[str, Word], prefix: Path, line: _Line) -> bool:
    words, negated = line
    for size in range(min(3, len(words)), 0, -1):
        word = table.get(" ".join(words[:size]).lower())
        if word is not None and (word.flag == (size == len(words)) or negated):
            return _say(said, word, prefix, words[size:], negated=negated)
    return False


def _say(said: _Said, word: Word, prefix: Path, rest: list[str], *, negated: bool) -> bool:
    if word.flag:
        if rest:
            return False
        normally = word.path in words_of.TRUE_BY_DEFAULT
        if normally == negated:
            said.put(*prefix, *word.path, value=not negated)
        return True
    if negated:
        if word.off and not rest:
            said.put(*prefix, *word.path, value=word.off)
        return bool(word.off) == (not rest) or not word.off
    text = unquote(" ".join(rest)) if word.quoted else " ".join(rest).lower()
    if word.path == ("stp", "priority"):
        return _stp_priority(said, text)
    if text != word.default and text:
        said.put(*prefix, *word.path, value=text)
    return bool(text) or word.quoted


def _stp_priority(said: _Said, text: str) -> bool:
    """The device counts in steps of 4096; old firmware and people write the priority itself."""
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        return False
    priority = int(text) * _STP_STEP if int(text) <= 15 else int(text)
    if priority != 8 * _STP_STEP:
        said.put("stp", "priority", value=str(priority))
    return True


# global lines


def _global(said: _Said, head: str) -> None:
    words = split(head)
    negated = words[0].lower() == "no" and len(words) > 1
    line = _Line(words[1:] if negated else words, negated)
    reader = _GLOBAL.get(line.words[0].lower())
    if (reader and reader(said, line)) or _single(said, _GLOBAL_WORDS, (), line):
        return
    if not negated and " ".join(words).lower() in words_of.SERVICES_ON:
        return
    said.free((), head)


def _hostname(said: _Said, line: _Line) -> bool:
    if line.negated or len(line.words) < 2:
        return False
    said.put("hostname", value=unquote(" ".join(line.rest)))
    return True


def _no_vlan(_said: _Said, line: _Line) -> bool:
    """`no vlan 30` in a text says what its absence says; VLAN 1 cannot be absent."""
    return line.negated and len(line.words) == 2 and line.words[1] != "1" and vlan_id(line.words[1]) is not None


def _trunk(said: _Said, line: _Line) -> bool:
    words = line.words
    if line.negated or len(words) not in (3, 4):
        return False
    ports, trunk = expand(words[1]), port_name(words[2])
    if not ports or trunk is None or not trunk.startswith("Trk"):
        return False
    said.put_ports(ports, "lag", value=trunk)
    said.put("port", trunk, "lag_mode", value=words[3].lower() if len(words) == 4 else "trunk")
    return True


def _ip(said: _Said, line: _Line) -> bool:
    words = line.words
    if len(words) < 2:
        return False
    match words[1].lower():
        case "default-gateway":
            if not line.negated and len(words) == 3:
                said.put("gateway", value=words[2])
            return line.negated or len(words) == 3
        case "route" if not line.negated:
            return _route(said, words[2:])
        case "dns" if len(words) > 3 and words[2] == "server-address" and not line.negated:
            said.put("dns", "server", words[-1], value=" ".join(words[3:-1]) or True)
            return True
        case "authorized-managers" if len(words) > 2 and not line.negated:
            return _authorized_manager(said, words[2:])
        case _:
            return False


def _route(said: _Said, words: list[str]) -> bool:
    size = 1 if words and "/" in words[0] else 2
    try:
        prefix = IPv4Network("/".join(words[:size]), strict=False)
    except ValueError:
        return False
    target = words[size : size + (2 if words[size : size + 1] == ["vlan"] else 1)]
    if not target:
        return False
    options = " ".join(words[size + len(target) :])
    said.put("route", str(prefix), " ".join(target), value=options or True)
    return True


def _authorized_manager(said: _Said, words: list[str]) -> bool:
    try:
        address = IPv4Address(words[0])
        masked = len(words) > 1 and words[1][0].isdigit()
        mask = IPv4Address(words[1]) if masked else IPv4Address("255.255.255.255")
    except ValueError:
        return False
    options = " ".join(words[2 if masked else 1 :]).lower()
    said.put("authorized_managers", f"{address} {mask}", value=options.removeprefix("access ") or "manager")
    return True


def _snmp_server(said: _Said, line: _Line) -> bool:
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


def _community(said: _Said, words: list[str]) -> bool:
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


def _snmp_host(said: _Said, words: list[str]) -> bool:
    named = len(words) > 2 and words[1].lower() == "community"
    if not named and not (len(words) > 1 and words[1][0] == '"'):
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


def _snmpv3(said: _Said, line: _Line) -> bool:
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


def _snmpv3_flag(said: _Said, line: _Line) -> bool:
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


def _time_server(said: _Said, line: _Line) -> bool:
    """`sntp server [priority 1] A [version]`, `ntp server A [options]`."""
    words = line.words
    if line.negated or len(words) < 3 or words[1] != "server":
        return _old_poll_interval(said, line)
    priority = words[2:4] if words[2] == "priority" else []
    rest = words[2 + len(priority) :]
    if not rest or any(word in ("key-value", "authentication") for word in rest):
        return False
    said.put(words[0].lower(), "server", rest[0], value=" ".join([*priority, *rest[1:]]) or True)
    return True


def _old_poll_interval(said: _Said, line: _Line) -> bool:
    if line.words[0] == "sntp" and len(line.words) == 2 and line.words[1].isdigit():
        return _say(said, _GLOBAL_WORDS["sntp poll-interval"], (), line.rest, negated=line.negated)
    return False


def _logging(said: _Said, line: _Line) -> bool:
    words = line.words
    if line.negated or len(words) < 2 or not (words[1][0].isdigit() or ":" in words[1]):
        return False
    said.put("syslog", "server", words[1], value=" ".join(words[2:]) or True)
    return True


def _password(said: _Said, line: _Line) -> bool:
    words = line.words
    if line.negated or len(words) < 2 or words[1] not in ("manager", "operator"):
        return False
    named = len(words) > 3 and words[2] == "user-name"
    name = unquote(words[3]) if named else words[1]
    rest = words[4 if named else 2 :]
    if not rest:
        # Without `include-credentials` the device says only that there is a password.
        found = Secret("", SecretKind.UNKNOWN, f"unreadable/{words[1]}")
    elif len(rest) == 2 and rest[0].lower() in _HASHES:
        found = secret(unquote(rest[1]), _HASHES[rest[0].lower()])
    else:
        return False
    said.put("user", name, value=words[1])
    said.put("user", name, "secret", value=found)
    return True


def _aaa(said: _Said, line: _Line) -> bool:
    words = line.words
    if line.negated or len(words) < 4:
        return False
    if words[1] == "authentication" and words[2] == "local-user":
        return _local_user(said, words[3:])
    size = {"authentication": 4, "accounting": 3, "authorization": 3}.get(words[1], 0)
    known = words[1] != "authentication" or words[3] in ("login", "enable")
    if not size or len(words) <= size or not known:
        return False
    methods = " ".join(words[size:]).lower()
    if words[1] == "authentication" and methods in ("local", "local none"):
        return True
    said.put("aaa", " ".join(words[1:size]).lower(), value=methods)
    return True


def _local_user(said: _Said, words: list[str]) -> bool:
    if len(words) != 6 or words[1] != "group" or words[3] != "password" or words[4] not in _HASHES:
        return False
    name = unquote(words[0])
    said.put("user", name, value=f"group {unquote(words[2])}")
    said.put("user", name, "secret", value=secret(unquote(words[5]), _HASHES[words[4]]))
    return True


def _login_server(said: _Said, line: _Line) -> bool:
    """`radius-server host A [key K] [options]`, `radius-server key K`, and the same for `tacacs-server`."""
    words = line.words
    root = words[0].lower().removesuffix("-server")
    if line.negated or len(words) < 3:
        return False
    path, rest = ((root, "host", words[2]), words[3:]) if words[1] == "host" else ((root,), words[1:])
    for number, word in enumerate(rest[:-1]):
        if word in ("key", "encrypted-key"):
            kind = SecretKind.PLAIN if word == "key" else SecretKind.OPAQUE
            said.put(*path, "key", value=secret(unquote(rest[number + 1]), kind))
            rest = rest[:number] + rest[number + 2 :]
            break
    else:
        if len(path) == 1:
            return False
    if len(path) == 1:
        return not rest
    said.put(*path, value=True)
    if rest:
        said.put(*path, " ".join(rest), value=True)
    return True


def _spanning_tree(said: _Said, line: _Line) -> bool:
    words, negated = line
    if words[1:2] == ["vlan"]:
        return not negated and _stp_vlans(said, words[2:])
    ports = expand(words[1]) if len(words) > 2 else ()
    if not ports:
        return False
    found: list[tuple[str, Value | None]] = []
    rest = words[2:]
    while rest:
        word = rest.pop(0).lower()
        if word in words_of.STP_PORT_FLAGS:
            key, normally = words_of.STP_PORT_FLAGS[word]
            found.append((key, not negated if normally == negated else None))
        elif word in words_of.STP_PORT_VALUES and (rest or negated):
            key, default = words_of.STP_PORT_VALUES[word]
            said_value = rest.pop(0).lower() if rest else default
            found.append((key, said_value if said_value != default and not negated else None))
        else:
            return False
    for key, value in found:
        if value is not None:
            said.put_ports(ports, key, value=value)
    return True


def _stp_vlans(said: _Said, words: list[str]) -> bool:
    vlans = vlan_list(words[0]) if len(words) == 3 and words[1] == "priority" else ()
    for vlan in vlans if words[-1:] != ["8"] else ():
        said.put("stp", "vlan", vlan, value=words[2])
    return bool(vlans)


def _loop_protect(said: _Said, line: _Line) -> bool:
    words = line.words
    if len(words) < 2 or not (ports := expand(words[1])):
        return False
    if len(words) == 2:
        if not line.negated:
            said.put_ports(ports, "loop_protect", value=True)
        return True
    if len(words) == 4 and words[2] == "receiver-action" and not line.negated:
        if words[3] != "send-disable":
            said.put_ports(ports, "loop_protect_action", value=words[3])
        return True
    return False


def _lldp(said: _Said, line: _Line) -> bool:
    words = line.words
    ports = expand(words[2]) if len(words) == 4 and words[1] == "admin-status" else ()
    if not ports or line.negated:
        return False
    silent = {"txonly": ("lldp_receive",), "rxonly": ("lldp_transmit",), "tx_rx": (), "disable": _LLDP_BOTH}
    if (keys := silent.get(words[3].lower())) is None:
        return False
    for key in keys:
        said.put_ports(ports, key, value=False)
    return True


_LLDP_BOTH: Final = ("lldp_transmit", "lldp_receive")


def _snooping(said: _Said, line: _Line) -> bool:
    """`dhcp-snooping vlan 1-3`, `… trust 1-4`, `… authorized-server A`; `arp-protect` likewise."""
    words = line.words
    root = words[0].lower().replace("-", "_").replace("dhcpv4", "dhcp")
    if line.negated or len(words) < 3:
        return False
    if words[1] == "vlan" and (vlans := vlan_list(" ".join(words[2:]))):
        for vlan in vlans:
            said.put(root, "vlan", vlan, value=True)
    elif words[1] == "trust" and len(words) == 3 and (ports := expand(words[2])):
        said.put_ports(ports, f"{root}_trust", value=True)
    elif words[1] == "authorized-server" and len(words) == 3:
        said.put(root, "server", words[2], value=True)
    else:
        return False
    return True


def _layer3(said: _Said, line: _Line) -> bool:
    words = line.words
    if line.negated or words[1:3] != ["layer3", "vlan"] or len(words) != 4 or not (vlans := vlan_list(words[3])):
        return False
    for vlan in vlans if words[0] == "disable" else ():
        said.put("svi", vlan, "shutdown", value=True)
    return True


_GLOBAL: Final[dict[str, _Reader]] = {
    "hostname": _hostname,
    "vlan": _no_vlan,
    "trunk": _trunk,
    "ip": _ip,
    "snmp-server": _snmp_server,
    "snmpv3": _snmpv3,
    "sntp": _time_server,
    "ntp": _time_server,
    "logging": _logging,
    "password": _password,
    "aaa": _aaa,
    "radius-server": _login_server,
    "tacacs-server": _login_server,
    "spanning-tree": _spanning_tree,
    "loop-protect": _loop_protect,
    "lldp": _lldp,
    "dhcp-snooping": _snooping,
    "arp-protect": _snooping,
    "disable": _layer3,
    "enable": _layer3,
}


def _masked(words: list[str]) -> tuple[str, Secret | None]:
    """A line with its secret masked, and the secret; everything behind a second secret is hidden with it."""
    at = _secret_at(words, 1)
    if at is None:
        return " ".join(words), None
    more = _secret_at(words, at + 1)
    hidden = words[at] if more is None else " ".join(words[at:])
    quoted = more is None and hidden != unquote(hidden)
    found = secret(unquote(hidden) if quoted else hidden)
    shown = f'"{found.mask}"' if quoted else found.mask
    return " ".join([*words[:at], shown, *(words[at + 1 :] if more is None else ())]), found


def _secret_at(words: list[str], start: int) -> int | None:
    for number in range(start, len(words) - 1):
        word = words[number].lower()
        is_name = word == "name" and words[:2] == ["snmpv3", "community"]
        if (word in _SECRET_WORDS or is_name) and words[number + 1].lower() not in _NOT_SECRETS:
            return number + 1
    return None
