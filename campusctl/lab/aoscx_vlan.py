"""Commands of AOS-CX below `vlan`, `interface vlan` and `access-list`.

Source: AOS-CX 10.10 Layer 2 Bridging, IP Services, and ACLs and Classifier Policies Guides.
"""

import re
from ipaddress import IPv4Interface

from campusctl.lab.aoscx_cli import Cli
from campusctl.lab.aoscx_port import IP_WORDS, Handler, filled, leave, number, put
from campusctl.lab.modes import Rejected
from campusctl.lab.vocabulary import Command, Lines, commands


def _svi(cli: Cli) -> Lines:
    return cli.config.svis[int(cli.context.key)]


def _svi_address(cli: Cli, args: list[str]) -> str:
    try:
        address = IPv4Interface(args[0])
    except ValueError:
        raise Rejected(f"Invalid input: {args[0]}") from None
    if "/" not in args[0]:
        raise Rejected("% Command incomplete.")
    lines = _svi(cli)
    lines.drop("ip dhcp")
    lines.put(f"ip address {address.with_prefixlen}")
    return ""


def _svi_no_address(cli: Cli, args: list[str]) -> str:
    _svi(cli).drop(" ".join(["ip address", *args]))
    return ""


def _svi_dhcp(cli: Cli, _args: list[str]) -> str:
    _svi(cli).drop("ip address")
    _svi(cli).put("ip dhcp")
    return ""


def _svi_line(form: str, *, no: bool = False) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        line = filled(form, args)
        if no or line == "shutdown":
            _svi(cli).drop(line)
        if not no:
            _svi(cli).put(line)
        return ""

    return run


def _svi_table() -> list[Command[Cli]]:
    table: dict[str, Handler] = {
        "exit": leave,
        "shutdown": _svi_line("shutdown"),
        "no shutdown": _svi_line("shutdown", no=True),
        "ip address <prefix>": _svi_address,
        "no ip address": _svi_no_address,
        "no ip address <prefix>": _svi_no_address,
        "ip dhcp": _svi_dhcp,
        "no ip dhcp": _svi_line("ip dhcp", no=True),
        "no description": _svi_line("description", no=True),
    }
    heads = (
        "active-gateway",
        "apply access-list ip|ipv6|mac <name> in|out|routed-in|routed-out",
        "apply policy",
        "arp",
        "description",
        f"ip {IP_WORDS}",
        "ipv6",
        "vrf attach",
        "vrrp",
        "vsx",
        "vsx-sync",
    )
    for head in heads:
        for form in (head, f"{head} <rest...>"):
            table.setdefault(form, _svi_line(form))
            table.setdefault(f"no {form}", _svi_line(form, no=True))
    return commands(table)


def _vlan_name(cli: Cli, args: list[str]) -> str:
    name = args[0] if args else ""
    if len(name) > 32:
        raise Rejected(f"Invalid input: {name}")
    for vlan in cli.context.names:
        cli.config.vlans[int(vlan)].name = name
    return ""


def _vlan_line(form: str) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        for vlan in cli.context.names:
            put(cli.config.vlans[int(vlan)].lines, filled(form, args))
        return ""

    return run


def _vlan_shutdown(cli: Cli, _args: list[str]) -> str:
    for vlan in cli.context.names:
        cli.config.vlans[int(vlan)].lines.put("shutdown")
    return ""


def _vlan_table() -> list[Command[Cli]]:
    table: dict[str, Handler] = {
        "exit": leave,
        "name <name>": _vlan_name,
        "no name": _vlan_name,
        "shutdown": _vlan_shutdown,
        "no shutdown": _vlan_line("no shutdown"),
        "voice": _vlan_line("voice"),
        "no voice": _vlan_line("no voice"),
        "description <text...>": _vlan_line("description <text...>"),
        "no description": _vlan_line("no description"),
    }
    heads = ("apply access-list ip|ipv6|mac <name> in|out", "arp inspection", "dhcpv4-snooping", "dhcpv6-snooping")
    for head in (*heads, "ip igmp", "ipv6 mld", "nd-snooping"):
        for form in (head, f"{head} <rest...>"):
            table |= {form: _vlan_line(form), f"no {form}": _vlan_line(f"no {form}")}
    return commands(table)


_MASKED = re.compile(r"(?<=\s)(\d+\.\d+\.\d+\.\d+/\d{1,2})(?=\s|$)")


def _dotted(match: re.Match[str]) -> str:
    try:
        network = IPv4Interface(match[1])
    except ValueError:
        raise Rejected(f"Invalid input: {match[1]}") from None
    host = network.network.prefixlen == 32
    return str(network.ip) if host else network.with_netmask


def _entry(cli: Cli, args: list[str]) -> str:
    entries = cli.config.acls.setdefault(cli.context.key, {})
    at = number(args.pop(0), 1, 4294967295) if args[0].isdecimal() else max(entries, default=0) // 10 * 10 + 10
    action, rest = args
    entries[at] = f"{action} {rest}" if action == "comment" else _MASKED.sub(_dotted, f"{action} {rest}")
    return ""


def _no_entry(cli: Cli, args: list[str]) -> str:
    cli.config.acls[cli.context.key].pop(number(args[0], 1, 4294967295), None)
    return ""


def _acl_table() -> list[Command[Cli]]:
    table: dict[str, Handler] = {
        "exit": leave,
        "permit|deny|comment <rest...>": _entry,
        "<number> permit|deny|comment <rest...>": _entry,
        "no <number>": _no_entry,
        "no <number> <rest...>": _no_entry,
    }
    return commands(table)


TABLES = {"svi": _svi_table(), "vlan": _vlan_table(), "acl": _acl_table()}
"""Commands per context."""
