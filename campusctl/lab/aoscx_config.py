"""Global configuration commands of AOS-CX.

Source: AOS-CX 10.10 Fundamentals, Security, SNMP/MIB, and Layer 2 Bridging Guides.
"""

import re
from collections.abc import Callable
from ipaddress import ip_network

from campusctl.lab import aoscx_port, aoscx_vlan
from campusctl.lab.aoscx_cli import Cli, Tables
from campusctl.lab.aoscx_state import Port, User, Vlan, encipher, new_svi
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import Command, Numbered, commands

Handler = Callable[[Cli, list[str]], str]

HEADS = (
    "aaa",
    "apply",
    "aruba-central",
    "bfd",
    "cdp",
    "clock",
    "console",
    "copp-policy",
    "debug",
    "dhcpv4-snooping",
    "dhcpv6-snooping",
    "errdisable",
    "external-storage",
    "fault-monitor",
    "https-server",
    "ip aspath-list|community-list|dns|icmp|igmp|multicast-routing|ospf|prefix-list|source-interface|source-lockdown",
    "ipv6",
    "lacp",
    "lldp",
    "logging",
    "loop-protect",
    "mac-address-table",
    "mvrp",
    "nae",
    "ntp",
    "object-group",
    "password",
    "port-access",
    "profile",
    "qos",
    "radius",
    "radius-server",
    "session-timeout",
    "sflow",
    "snmp-server",
    "snmpv3",
    "spanning-tree",
    "ssh",
    "system",
    "tacacs-server",
    "udld",
    "ufd",
    "usb",
    "user-group",
    "vsf",
)
"""First words of further global lines this switch takes as they are."""

ALONE = ("dhcpv4-snooping", "lldp", "loop-protect", "mvrp", "spanning-tree", "usb")
"""Those of them that say something without a further word."""

BLOCKS = (
    "vrf <name>",
    "vsx",
    "cli-session",
    "aruba-central",
    "router <rest...>",
    "vsf member <number>",
    "aaa group server tacacs|radius <name>",
    "port-access role|lldp-group|cdp-group|mac-group|device-profile|policy <name>",
    "qos queue-profile|schedule-profile <name>",
    "class ip|ipv6|mac <name>",
    "policy <name>",
    "route-map <rest...>",
    "mirror session <number>",
    "snmp-server community <name>",
    "interface mgmt",
    "interface loopback <number>",
    "interface vxlan <number>",
    "interface tunnel <number>",
)
"""Contexts whose lines are taken as they are."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


def _hostname(cli: Cli, args: list[str]) -> str:
    if args and not _NAME.fullmatch(args[0]):
        raise Rejected(f"Invalid input: {args[0]}")
    cli.config.hostname = args[0] if args else "6300"
    return ""


def _vlan(cli: Cli, args: list[str]) -> str:
    numbers = cli.vlan_ids(args[0], exist=False)
    for number in numbers:
        cli.config.vlans.setdefault(number, Vlan())
    return cli.enter(Context("vlan", args[0], tuple(map(str, numbers))))


def _no_vlan(cli: Cli, args: list[str]) -> str:
    numbers = cli.vlan_ids(args[0], exist=False)
    if 1 in numbers:
        raise Rejected("Default VLAN 1 cannot be deleted.")
    config = cli.config
    for number in numbers:
        config.vlans.pop(number, None)
        config.svis.pop(number, None)
        for port in [*config.ports.values(), *config.lags.values()]:
            port.leave(number)
    return ""


def _interface(cli: Cli, args: list[str]) -> str:
    glued = re.fullmatch(r"(lag|vlan)(\d{1,4})", args[0])
    if glued:
        return (_interface_lag if glued[1] == "lag" else _interface_vlan)(cli, [glued[2]])
    return cli.enter(Context("port", args[0], tuple(cli.port_names(args[0]))))


def _number(text: str, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= high):
        raise Rejected(f"Invalid input: {text}")
    return int(text)


def _interface_lag(cli: Cli, args: list[str], suffix: str = "") -> str:
    number = _number(args[0], 256)
    # Recorded on 10.18: a new LAG is down until "no shutdown".
    lag = cli.config.lags.setdefault(number, Port(shutdown=True))
    lag.suffix = suffix or lag.suffix
    return cli.enter(Context("lag", str(number)))


def _interface_chassis(cli: Cli, args: list[str]) -> str:
    return _interface_lag(cli, args, " " + args[1])


def _no_interface_lag(cli: Cli, args: list[str]) -> str:
    number = _number(args[0], 256)
    for name in cli.config.members(number):
        cli.config.ports[name].lag = None
    cli.config.lags.pop(number, None)
    return ""


def _interface_vlan(cli: Cli, args: list[str]) -> str:
    (number,) = cli.vlan_ids(str(_number(args[0], 4094)))
    cli.config.svis.setdefault(number, new_svi())
    return cli.enter(Context("svi", str(number)))


def _no_interface_vlan(cli: Cli, args: list[str]) -> str:
    cli.config.svis.pop(_number(args[0], 4094), None)
    return ""


def _acl(cli: Cli, args: list[str]) -> str:
    cli.config.acls.setdefault(" ".join(args), {})
    return cli.enter(Context("acl", " ".join(args)))


def _no_acl(cli: Cli, args: list[str]) -> str:
    cli.config.acls.pop(" ".join(args), None)
    return ""


def _resequence(cli: Cli, args: list[str]) -> str:
    family, name, start, step = args
    key, first, width = f"{family} {name}", _number(start, 99999), _number(step, 99999)
    old = cli.config.acls.get(key, {})
    cli.config.acls[key] = {first + width * at: old[number] for at, number in enumerate(sorted(old))}
    return ""


def _user(cli: Cli, args: list[str]) -> str:
    name, group, kind, secret = args if len(args) == 4 else (args[0], "", *args[1:])
    known = cli.config.users.get(name)
    if not group and not known:
        raise Rejected(f"User {name} does not exist.")
    cipher = secret if kind == "ciphertext" else encipher(name, secret)
    cli.config.users[name] = User(group or (known.group if known else ""), cipher)
    return ""


def _no_user(cli: Cli, args: list[str]) -> str:
    config, name = cli.config, args[0]
    if name not in config.users:
        raise Rejected(f"User {name} does not exist.")
    left = [user for other, user in config.users.items() if other != name and user.group == "administrators"]
    if config.users[name].group == "administrators" and not left:
        raise Rejected("The last administrator cannot be removed.")
    del config.users[name]
    return ""


def _banner(cli: Cli, args: list[str]) -> str:
    kind, rest = args
    mark, body = rest[0], rest[1:]
    if mark in body:
        cli.config.banners[kind] = body[: body.index(mark)]
        return "" if cli.boot else "Banner updated successfully!"
    cli.text_prompt = f"(banner-{kind})# "
    cli.question = _banner_lines(cli, kind, mark, [body] if body.strip() else [])
    return "" if cli.boot else "Enter a new banner. Terminate the banner with the delimiter you have chosen."


def _banner_lines(cli: Cli, kind: str, mark: str, lines: list[str]) -> Callable[[str], str]:
    def more(line: str) -> str:
        text, ended, _ = line.partition(mark)
        so_far = [*lines, text] if text or not ended else lines
        if not ended:
            cli.question = _banner_lines(cli, kind, mark, so_far)
            return ""
        cli.text_prompt = ""
        cli.config.banners[kind] = "\n".join(so_far)
        return "" if cli.boot else "Banner updated successfully!"

    return more


def _no_banner(cli: Cli, args: list[str]) -> str:
    cli.config.banners.pop(args[0], None)
    return ""


def _route(cli: Cli, args: list[str]) -> str:
    try:
        ip_network(args[0], strict=False)
    except ValueError:
        raise Rejected(f"Invalid input: {args[0]}") from None
    cli.config.lines.put(" ".join(["ip route", *args]))
    return ""


def _drop(cli: Cli, line: str) -> str:
    cli.config.lines.drop(line)
    return ""


def _snmp_user(cli: Cli, args: list[str]) -> str:
    """Passphrases are exported as ciphertext."""
    name, rest = args
    for kind in ("auth-pass", "priv-pass"):
        match = re.search(rf"{kind} plaintext (\S+)", rest)
        if match:
            rest = rest.replace(match[0], f"{kind} ciphertext {encipher(name + kind, match[1])}")
    cli.config.lines.put(f"snmpv3 user {name} {rest}")
    return ""


def _stp_vlan(cli: Cli, args: list[str]) -> str:
    Numbered(cli.config.lines, "spanning-tree vlan").join(cli.vlan_ids(args[0]), " ".join(args[1:]))
    return ""


def _no_stp_vlan(cli: Cli, args: list[str]) -> str:
    numbers = Numbered(cli.config.lines, "spanning-tree vlan")
    kinds = args[1:2] or {tail.split(" ")[0] for tail in numbers.lists}
    for kind in kinds:
        numbers.leave(cli.vlan_ids(args[0], exist=False), kind)
    return ""


def _control_plane(cli: Cli, args: list[str]) -> str:
    """One list per address family guards the switch itself."""
    family, name, vrf = args
    if not cli.boot and f"{family} {name}" not in cli.config.acls:
        raise Rejected(f"Access-list {name} does not exist.")
    for line in list(cli.config.lines.items):
        if line.startswith(f"apply access-list {family} ") and line.endswith(f" control-plane vrf {vrf}"):
            cli.config.lines.drop(line)
    cli.config.lines.put(f"apply access-list {family} {name} control-plane vrf {vrf}")
    return ""


def _server_key(cli: Cli, args: list[str], head: str) -> str:
    name, rest = args
    match = re.search(r"key plaintext (\S+)", rest)
    if match:
        rest = rest.replace(match[0], f"key ciphertext {encipher(name, match[1])}")
    cli.config.lines.put(f"{head} host {name} {rest}")
    return ""


def _further(form: str, *, no: bool) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        line = aoscx_port.filled(form, args)
        if cli.boot and no and not cli.config.lines.drop(line.removeprefix("no ")):
            cli.config.lines.put(line)
        else:
            aoscx_port.put(cli.config.lines, line)
        return ""

    return run


def _block(form: str) -> Command[Cli]:
    return Command(tuple(form.split()), lambda cli, args: _enter_block(cli, form, args))


def _enter_block(cli: Cli, form: str, args: list[str]) -> str:
    header = aoscx_port.filled(form, args)
    cli.config.blocks.setdefault(header, [])
    return cli.enter(Context("block", header))


def _no_block(form: str) -> Command[Cli]:
    def run(cli: Cli, args: list[str]) -> str:
        cli.config.blocks.pop(aoscx_port.filled(form, args), None)
        return ""

    return Command(("no", *form.split()), run)


def _exit(cli: Cli, _args: list[str]) -> str:
    cli.leave()
    return ""


_OPENERS: dict[str, Handler] = {
    "vlan <list>": _vlan,
    "interface <port>": _interface,
    "interface lag <number>": _interface_lag,
    "interface lag <number> multi-chassis|static": _interface_chassis,
    "interface vlan <number>": _interface_vlan,
    "access-list ip|ipv6|mac <name>": _acl,
    "banner motd|exec <text...>": _banner,
}

_GLOBAL: dict[str, Handler] = {
    "exit": _exit,
    "hostname <name>": _hostname,
    "no hostname": _hostname,
    "no hostname <name>": lambda cli, _args: _hostname(cli, []),
    "no vlan <list>": _no_vlan,
    "no interface lag <number>": _no_interface_lag,
    "no interface vlan <number>": _no_interface_vlan,
    "no access-list ip|ipv6|mac <name>": _no_acl,
    "access-list ip|ipv6|mac <name> resequence <start> <step>": _resequence,
    "user <name> group <group> password plaintext|ciphertext <secret>": _user,
    "user <name> password plaintext|ciphertext <secret>": _user,
    "no user <name>": _no_user,
    "no banner motd|exec": _no_banner,
    "ip route <prefix> <rest...>": _route,
    "no ip route <rest...>": lambda cli, args: _drop(cli, f"ip route {args[0]}"),
    "snmpv3 user <name> <rest...>": _snmp_user,
    "spanning-tree vlan <list>": _stp_vlan,
    "spanning-tree vlan <list> <option> <value>": _stp_vlan,
    "no spanning-tree vlan <list>": _no_stp_vlan,
    "no spanning-tree vlan <list> <option>": _no_stp_vlan,
    "no spanning-tree vlan <list> <option> <value>": _no_stp_vlan,
    "apply access-list ip|ipv6 <name> control-plane vrf <vrf>": _control_plane,
    "radius-server host <name> <rest...>": lambda cli, args: _server_key(cli, args, "radius-server"),
    "tacacs-server host <name> <rest...>": lambda cli, args: _server_key(cli, args, "tacacs-server"),
}


def _global_table() -> list[Command[Cli]]:
    table = _OPENERS | _GLOBAL
    for head in HEADS:
        for form in (*([head] if head in ALONE else []), f"{head} <rest...>"):
            table.setdefault(form, _further(form, no=False))
            table.setdefault(f"no {form}", _further(f"no {form}", no=True))
    return commands(table)


CONFIG_TABLES: Tables = {
    **aoscx_port.TABLES,
    **aoscx_vlan.TABLES,
    "opener": commands(_OPENERS),
    "block": [_block(form) for form in BLOCKS],
    "config": [*_global_table(), *(_block(form) for form in BLOCKS), *(_no_block(form) for form in BLOCKS)],
    "exec": [],
}
"""All configuration commands by context; enough to load a configuration."""
