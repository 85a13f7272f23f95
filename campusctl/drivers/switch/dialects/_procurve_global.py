"""Global lines of ArubaOS-Switch: services, accounts, routes, SNMP, spanning tree."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final

from campusctl.drivers.switch.dialects import _procurve_words as words_of
from campusctl.drivers.switch.dialects._procurve_acl import entries_of
from campusctl.drivers.switch.dialects._procurve_ports import expand, port_name, vlan_id, vlan_list
from campusctl.drivers.switch.dialects._procurve_said import GLOBAL_WORDS, Line, Said, say, single
from campusctl.drivers.switch.dialects._procurve_snmp import read_snmp_server, read_snmpv3
from campusctl.drivers.switch.dialects._procurve_words import split, unquote
from campusctl.drivers.switch.dialects.base import secret
from campusctl.model.secret import Secret, SecretKind

if TYPE_CHECKING:
    from campusctl.model.setting import Value

_ONE_HOST: Final = "255.255.255.255"
_HASHES: Final = {"plaintext": SecretKind.PLAIN, "sha1": SecretKind.SHA1, "sha256": SecretKind.SHA256}


_Reader = Callable[[Said, Line], bool]
"""Reads one line; False: not understood, so it is free."""


def read_line(said: Said, head: str) -> None:
    words = split(head)
    negated = words[0].lower() == "no" and len(words) > 1
    line = Line(words[1:] if negated else words, negated)
    reader = _GLOBAL.get(line.words[0].lower())
    if (reader and reader(said, line)) or single(said, GLOBAL_WORDS, (), line):
        return
    if not negated and " ".join(words).lower() in words_of.SERVICES_ON:
        return
    if negated and line.words[0].lower() in _ABSENT and reader and reader(Said(), Line(line.words, negated=False)):
        return  # that it is not there is said by every text without it
    said.free((), head)


def _hostname(said: Said, line: Line) -> bool:
    if line.negated or len(line.words) < 2:
        return False
    said.put("hostname", value=unquote(" ".join(line.rest)))
    return True


def _no_vlan(_said: Said, line: Line) -> bool:
    """`no vlan 30` in a text says what its absence says; VLAN 1 cannot be absent."""
    return line.negated and len(line.words) == 2 and line.words[1] != "1" and vlan_id(line.words[1]) is not None


def _trunk(said: Said, line: Line) -> bool:
    words = line.words
    if line.negated or len(words) not in (3, 4):
        return False
    ports, trunk = expand(words[1]), port_name(words[2])
    if not ports or trunk is None or not trunk.startswith("Trk"):
        return False
    said.put_ports(ports, "lag", value=trunk)
    said.put("port", trunk, "lag_mode", value=words[3].lower() if len(words) == 4 else "trunk")
    return True


def _ip(said: Said, line: Line) -> bool:
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
            return _server(said, "dns", words[3:])
        case "authorized-managers" if len(words) > 2 and not line.negated:
            return _authorized_manager(said, words[2:])
        case _:
            return False


def _route(said: Said, words: list[str]) -> bool:
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


def _authorized_manager(said: Said, words: list[str]) -> bool:
    try:
        address, _, length = words[0].partition("/")
        masked = not length and len(words) > 1 and words[1][0].isdigit()
        mask = IPv4Network(f"0.0.0.0/{length}").netmask if length else IPv4Address(words[1] if masked else _ONE_HOST)
        address = str(IPv4Address(address))
    except ValueError:
        return False
    options = " ".join(words[2 if masked else 1 :]).lower().removesuffix("access-method all").strip()
    said.put("authorized_managers", f"{address} {mask}", value=options.removeprefix("access ") or "manager")
    return True


def _time_server(said: Said, line: Line) -> bool:
    """`sntp server [priority 1] A [version]`, `ntp server A [options]`."""
    words = line.words
    if line.negated or len(words) < 3 or words[1] != "server" or "key-value" in words:
        return _old_poll_interval(said, line)
    return _server(said, words[0].lower(), words[2:])


def _server(said: Said, root: str, words: list[str]) -> bool:
    priority = words[:2] if words[0] == "priority" else []
    rest = words[len(priority) :]
    if rest:
        said.put(root, "server", rest[0], value=" ".join([*priority, *rest[1:]]) or True)
    return bool(rest)


def _old_poll_interval(said: Said, line: Line) -> bool:
    if line.words[0] == "sntp" and len(line.words) == 2 and line.words[1].isdigit():
        return say(said, GLOBAL_WORDS["sntp poll-interval"], (), line.rest, negated=line.negated)
    return False


def _logging(said: Said, line: Line) -> bool:
    words = line.words
    if line.negated or len(words) < 2 or not (words[1][0].isdigit() or ":" in words[1]):
        return False
    said.put("syslog", "server", words[1], value=" ".join(words[2:]) or True)
    return True


def _password(said: Said, line: Line) -> bool:
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


def _aaa(said: Said, line: Line) -> bool:
    words = line.words
    if line.negated or len(words) < 4:
        return False
    if words[1] == "authentication" and words[2] == "local-user":
        return _local_user(said, words[3:])
    size = {"authentication": 4, "accounting": 3, "authorization": 3}.get(words[1], 0)
    known = words[1] == "accounting" or words[3 if size == 4 else 2] in ("login", "enable", "commands")
    if not size or len(words) <= size or not known:
        return False
    methods = " ".join(words[size:]).lower()
    if words[1] == "authentication" and methods in ("local", "local none"):
        return True
    said.put("aaa", " ".join(words[1:size]).lower(), value=methods)
    return True


def _local_user(said: Said, words: list[str]) -> bool:
    if len(words) != 6 or words[1] != "group" or words[3] != "password" or words[4] not in _HASHES:
        return False
    name = unquote(words[0])
    said.put("user", name, value=f"group {unquote(words[2])}")
    said.put("user", name, "secret", value=secret(unquote(words[5]), _HASHES[words[4]]))
    return True


def _login_server(said: Said, line: Line) -> bool:
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


def _spanning_tree(said: Said, line: Line) -> bool:
    words, negated = line
    if words[1:2] == ["vlan"]:
        return not negated and _stp_vlans(said, words[2:])
    if len(words) > 3 and set(words[1::2]) <= _STP_PAIRS:
        # Old firmware prints several settings on one line.
        pairs = [[words[0], *words[at : at + 2]] for at in range(1, len(words), 2)]
        return not negated and all(single(said, GLOBAL_WORDS, (), Line(pair, negated=False)) for pair in pairs)
    ports = expand(words[1]) if len(words) > 2 else ()
    if not ports:
        return False
    found: list[tuple[str, Value]] = []
    rest = words[2:]
    while rest:
        word = rest.pop(0).lower()
        if word in words_of.STP_PORT_FLAGS:
            key, normally = words_of.STP_PORT_FLAGS[word]
            found += [(key, not negated)] if normally == negated else []
        elif word in words_of.STP_PORT_VALUES and (rest or negated):
            text = rest.pop(0).lower() if rest else ""
            found += [(words_of.STP_PORT_VALUES[word][0], text)] if not negated else []
        else:
            return False
    for key, value in found:
        said.put_ports([port for port in ports if value != words_of.stp_default(key, port)], key, value=value)
    return True


_STP_PAIRS: Final = frozenset({"priority", "force-version", "config-name", "config-revision", "hello-time"})
"""Words of the whole spanning tree that have a value."""


def _stp_vlans(said: Said, words: list[str]) -> bool:
    vlans = vlan_list(words[0]) if len(words) == 3 and words[1] == "priority" else ()
    for vlan in vlans if words[-1:] != ["8"] else ():
        said.put("stp", "vlan", vlan, value=words[2])
    return bool(vlans)


def _loop_protect(said: Said, line: Line) -> bool:
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


def _lldp(said: Said, line: Line) -> bool:
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


def _snooping(said: Said, line: Line) -> bool:
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


def _numbered_acl(said: Said, line: Line) -> bool:
    """`access-list 10 permit …`: the same as an entry of the list of that name."""
    words = line.words
    if line.negated or len(words) < 4 or not words[1].isdecimal() or not 1 <= int(words[1][:4]) <= _LAST_EXTENDED:
        return False
    kind = "standard" if int(words[1]) <= _LAST_STANDARD else "extended"
    for entry in entries_of([" ".join(words[2:])]):
        said.put(NUMBERED_ACL, kind, words[1], entry, value=True)
    return True


NUMBERED_ACL: Final = "~acl"
"""Path root of one entry of an access list; only `settle` sees it."""
_LAST_STANDARD: Final = 99
_LAST_EXTENDED: Final = 199


def _layer3(said: Said, line: Line) -> bool:
    words = line.words
    if line.negated or words[1:3] != ["layer3", "vlan"] or len(words) != 4 or not (vlans := vlan_list(words[3])):
        return False
    for vlan in vlans if words[0] == "disable" else ():
        said.put("svi", vlan, "shutdown", value=True)
    return True


_ABSENT: Final = frozenset({"snmp-server", "snmpv3", "logging", "sntp", "ntp", "radius-server", "tacacs-server"})
"""First words of lines that may be negated in a text."""

_GLOBAL: Final[dict[str, _Reader]] = {
    "hostname": _hostname,
    "vlan": _no_vlan,
    "trunk": _trunk,
    "ip": _ip,
    "snmp-server": read_snmp_server,
    "snmpv3": read_snmpv3,
    "sntp": _time_server,
    "ntp": _time_server,
    "logging": _logging,
    "password": _password,
    "aaa": _aaa,
    "access-list": _numbered_acl,
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
