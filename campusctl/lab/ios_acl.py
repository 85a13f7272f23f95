"""Access lists of a simulated Catalyst switch.

Source: Cisco IOS 15.2 Security Configuration Guide, Access Control Lists.
"""

from ipaddress import AddressValueError, IPv4Address

from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.modes import Context, Rejected

Acl = dict[int, str]

_STEP = 10
_PROTOCOLS = (
    "ip",
    "tcp",
    "udp",
    "icmp",
    "igmp",
    "gre",
    "esp",
    "ahp",
    "ospf",
    "eigrp",
    "pim",
    "sctp",
    "ipinip",
    "nos",
    "pcp",
)
_TAILS = (
    "log",
    "log-input",
    "established",
    "time-range",
    "dscp",
    "precedence",
    "tos",
    "fragments",
    "echo",
    "echo-reply",
)
_PORTS = {"ssh": 22, "telnet": 23, "www": 80, "domain": 53, "snmp": 161, "ntp": 123, "syslog": 514, "tftp": 69}


def numbered_kind(name: str) -> str:
    """`standard` or `extended` for the name of a numbered list; empty: it is none."""
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 6 else 0
    if 1 <= number <= 99 or 1300 <= number <= 1999:
        return "standard"
    return "extended" if 100 <= number <= 199 or 2000 <= number <= 2699 else ""


def open_list(cli: Cli, args: list[str]) -> str:
    """`ip access-list standard|extended NAME`."""
    kind, name = args
    wanted = numbered_kind(name)
    if name[0].isdecimal() and wanted != kind:
        raise Unfit(name)
    other = "extended" if kind == "standard" else "standard"
    if (other, name) in cli.config.acls:
        raise Rejected("% A named IP access list with this name already exists")
    cli.config.acls.setdefault((kind, name), {})
    return cli.enter(Context("acl", key=kind, names=(name,)))


def remove_list(cli: Cli, args: list[str]) -> str:
    """`no ip access-list standard|extended NAME`."""
    if cli.config.acls.pop((args[0], args[1]), None) is None:
        raise Rejected("")
    return ""


def resequence(cli: Cli, args: list[str]) -> str:
    """`ip access-list resequence NAME START STEP`."""
    for word in args[1:]:
        if not word.isdecimal():
            raise Unfit(word)
    name, first, step = args[0], int(args[1]), int(args[2])
    for (kind, own), entries in cli.config.acls.items():
        if own == name:
            lines = [entries[number] for number in sorted(entries)]
            cli.config.acls[kind, own] = {first + step * at: line for at, line in enumerate(lines)}
            return ""
    raise Rejected("% Access list does not exist")


def entry(cli: Cli, args: list[str]) -> str:
    """`permit …`, `deny …`, `remark …`, with or without a sequence number, in an access list's mode."""
    del args
    words = cli.line.split()
    number = int(words.pop(0)) if words[0].isdecimal() else 0
    put(cli.config.acls[_here(cli)], normal(cli.context.key, words), number, boot=cli.boot)
    return ""


def put(acl: Acl, line: str, number: int, *, boot: bool) -> None:
    """Add an entry at a number; 0: at the end.

    Raises:
        Rejected: It is there already, or another one has its number.
    """
    if not line.startswith("remark") and line in acl.values() and not boot:
        raise Rejected(f"% Duplicate {line.split(maxsplit=1)[0]} statement ignored.")
    if number in acl and acl[number] != line:
        raise Rejected("% Duplicate sequence number")
    acl[number or max(acl, default=0) // _STEP * _STEP + _STEP] = line


def drop_entry(cli: Cli, args: list[str]) -> str:
    """`no 10`, `no permit …` in an access list's mode."""
    del args
    words = cli.line.split()[1:]
    acl = cli.config.acls[_here(cli)]
    if words[0].isdecimal():
        gone = [int(words[0])] if int(words[0]) in acl else []
    else:
        line = normal(cli.context.key, words)
        gone = [number for number in sorted(acl) if acl[number] == line][:1]
    if not gone and not cli.boot:
        raise Rejected(
            "% Sequence number does not exist" if words[0].isdecimal() else "% Specified entry does not exist"
        )
    for number in gone:
        del acl[number]
    return ""


def _here(cli: Cli) -> tuple[str, str]:
    return cli.context.key, cli.context.names[0]


def numbered(cli: Cli, args: list[str]) -> str:
    """`access-list 10 permit …`: at the end of a numbered list."""
    kind = numbered_kind(args[0])
    if not kind:
        raise Unfit(args[0])
    acl = cli.config.acls.setdefault((kind, args[0]), {})
    put(acl, normal(kind, args[1].split()), 0, boot=cli.boot)
    return ""


def no_numbered(cli: Cli, args: list[str]) -> str:
    """`no access-list 10 …` removes the whole list, whatever stands behind the number."""
    cli.config.acls.pop((numbered_kind(args[0]), args[0]), None)
    return ""


def normal(kind: str, words: list[str]) -> str:
    """An entry as IOS prints it.

    Raises:
        Unfit: It is no entry of such a list.
        Rejected: It ends too early.
    """
    action = next((full for full in ("permit", "deny", "remark") if full.startswith(words[0].lower())), "")
    if not action:
        raise Unfit(words[0])
    if action == "remark":
        return " ".join(["remark", *words[1:]])
    if len(words) < 2:
        raise Rejected("% Incomplete command.\n")
    rest = _standard(words[1:]) if kind == "standard" else _extended(words[1:])
    return f"{action} {rest}"


def _standard(words: list[str]) -> str:
    where, rest = _address(words, bare=True)
    for word in rest:
        if word != "log":
            raise Unfit(word)
    return " ".join([where.removeprefix("host "), *rest])


def _extended(words: list[str]) -> str:
    protocol = words[0].lower()
    if protocol not in _PROTOCOLS and not (protocol.isdecimal() and int(protocol) < 256):
        raise Unfit(words[0])
    source, rest = _address(words[1:])
    source_port, rest = _port(rest)
    target, rest = _address(rest)
    target_port, rest = _port(rest)
    for word in rest[:1]:
        if not word.startswith(_TAILS) and protocol not in ("icmp", "igmp", "tcp"):
            raise Unfit(word)
    return " ".join([protocol, source, *source_port, target, *target_port, *rest])


def _address(words: list[str], *, bare: bool = False) -> tuple[str, list[str]]:
    """A source or destination, and the words behind it; `bare`: an address alone is a host."""
    if not words:
        raise Rejected("% Incomplete command.\n")
    if words[0].lower() == "any":
        return "any", words[1:]
    if words[0].lower() == "host":
        return f"host {_ip(words[1:])}", words[2:]
    first = _ip(words)
    if len(words) > 1 and words[1][0].isdecimal():
        wildcard = _ip(words[1:])
        return _masked(first, wildcard), words[2:]
    if bare:
        return f"host {first}", words[1:]
    raise Rejected("% Incomplete command.\n")


def _masked(first: IPv4Address, wildcard: IPv4Address) -> str:
    if int(wildcard) == 0xFFFFFFFF:
        return "any"
    if int(wildcard) == 0:
        return f"host {first}"
    return f"{IPv4Address(int(first) & ~int(wildcard) & 0xFFFFFFFF)} {wildcard}"


def _ip(words: list[str]) -> IPv4Address:
    if not words:
        raise Rejected("% Incomplete command.\n")
    try:
        return IPv4Address(words[0])
    except AddressValueError:
        raise Unfit(words[0]) from None


def _port(words: list[str]) -> tuple[list[str], list[str]]:
    word = words[0].lower() if words else ""
    if word in ("eq", "neq", "gt", "lt"):
        names = {str(number): name for name, number in _PORTS.items() if name != "ssh"}
        return [word, *(names.get(port, port) for port in words[1:2])], words[2:]
    return (words[:3], words[3:]) if word == "range" else ([], words)


def admits(acl: Acl, kind: str, source: IPv4Address, target: IPv4Address | None) -> bool:
    """Whether a list lets a TCP connection to our port 22 in; an empty list lets everything in, else denies."""
    if not acl:
        return True
    for number in sorted(acl):
        words = acl[number].split()
        if words[0] != "remark" and _matches(kind, words[1:], source, target):
            return words[0] == "permit"
    return not any(not line.startswith("remark") for line in acl.values())


def _matches(kind: str, words: list[str], source: IPv4Address, target: IPv4Address | None) -> bool:
    if kind == "standard":
        return _covers(_address(words, bare=True)[0], source)
    if words[0] not in ("ip", "tcp", "6"):
        return False
    where, rest = _address(words[1:])
    near, rest = _port(rest)
    to, rest = _address(rest)
    far, rest = _port(rest)
    established = "established" in rest
    return not near and not established and _covers(where, source) and _aims(to, target) and _is_ssh(far)


def _aims(to: str, target: IPv4Address | None) -> bool:
    return target is None or _covers(to, target)


def _is_ssh(port: list[str]) -> bool:
    if not port:
        return True
    numbers = [_PORTS.get(word, int(word) if word.isdecimal() else -1) for word in port[1:]]
    if port[0] == "range":
        return len(numbers) == 2 and numbers[0] <= 22 <= numbers[1]
    return {"eq": numbers[0] == 22, "neq": numbers[0] != 22, "gt": numbers[0] < 22, "lt": numbers[0] > 22}[port[0]]


def _covers(where: str, address: IPv4Address) -> bool:
    if where == "any":
        return True
    words = where.split()
    if words[0] == "host":
        return address == IPv4Address(words[1])
    wildcard = int(IPv4Address(words[1])) if len(words) > 1 else 0
    return int(address) | wildcard == int(IPv4Address(words[0])) | wildcard
