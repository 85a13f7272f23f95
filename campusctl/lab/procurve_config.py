"""Global configuration commands of ArubaOS-Switch.

Source: ArubaOS-Switch 16.10 Basic Operation, and Management and Configuration Guides.
"""

from collections.abc import Callable
from ipaddress import IPv4Network

from campusctl.lab import procurve_access, procurve_port, procurve_vlan
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.procurve_access import ip_address
from campusctl.lab.procurve_cli import Cli, Tables
from campusctl.lab.procurve_state import DEFAULT_ON
from campusctl.lab.procurve_vlan import filled, leave, number, text_of
from campusctl.lab.vocabulary import Command, Lines, Numbered, commands, expand, split_words, unquote

Handler = Callable[[Cli, list[str]], str]

HEADS = (
    "aaa",
    "allow-unsupported-transceiver",
    "arp-protect",
    "aruba-central",
    "autorun",
    "cdp",
    "class",
    "connection-rate-filter",
    "console",
    "crypto",
    "cwmp",
    "dhcp",
    "dhcp-relay",
    "dhcp-server",
    "dhcp-snooping",
    "dhcpv6-snooping",
    "fault-finder",
    "filter",
    "gvrp",
    "igmp",
    "instrumentation",
    "ip arp|arp-age|arp-throttle|client-tracker|dns|icmp|igmp|multicast-routing|preserve|routing|source-interface",
    "ip source-binding|source-lockdown|source-route|ssh|timep|ttl|udp-bcast-forward",
    "ipv6",
    "jumbo",
    "lacp",
    "lldp",
    "logging",
    "loop-protect",
    "mac-age-time",
    "mac-delimiter",
    "max-vlans",
    "mirror",
    "module",
    "monitor",
    "ntp",
    "poe",
    "policy",
    "port-security",
    "power-over-ethernet",
    "qos",
    "radius-server",
    "rest-interface",
    "rmon",
    "savepower",
    "sflow",
    "snmp-server",
    "snmpv3",
    "sntp",
    "spanning-tree",
    "stack",
    "tacacs-server",
    "telnet-server",
    "tftp",
    "time",
    "timesync",
    "tunneled-node-server",
    "usb-port",
    "web-management",
)
"""First words of further global lines this switch takes as they are."""

ALONE = (
    "allow-unsupported-transceiver",
    "autorun",
    "dhcp-relay",
    "dhcp-snooping",
    "dhcpv6-snooping",
    "gvrp",
    "ip arp|arp-age|arp-throttle|client-tracker|dns|icmp|igmp|multicast-routing|preserve|routing|source-interface",
    "ip source-binding|source-lockdown|source-route|ssh|timep|ttl|udp-bcast-forward",
    "jumbo",
    "loop-protect",
    "rest-interface",
    "sntp",
    "spanning-tree",
    "stack",
    "telnet-server",
    "usb-port",
    "web-management",
)
"""Those of them that say something without a further word."""

BLOCKS = (
    "oobm",
    "stacking",
    "vsf",
    "device-profile name|type <name>",
    "device-identity <rest...>",
    "tacacs profile <name>",
)
"""Contexts whose lines are taken as they are."""


def put(lines: Lines, line: str, *, boot: bool) -> None:
    """Set a line as this switch does: a default leaves no trace, `no` of it does."""
    plain = line.removeprefix("no ")
    lines.items = [old for old in lines.items if old != f"no {plain}"]
    if plain in DEFAULT_ON:
        lines.items = [old for old in lines.items if old != plain]
        if line != plain:
            lines.items.append(line)
    elif line == plain:
        lines.put(line)
    elif plain in ALONE:
        lines.items = [old for old in lines.items if old != plain]
    elif not lines.drop(plain) and boot:
        lines.put(line)


def _further(form: str) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        put(cli.config.lines, filled(form, args), boot=cli.boot)
        return ""

    return run


def _hostname(cli: Cli, args: list[str]) -> str:
    cli.config.hostname = text_of(args[0], 32)
    return ""


def _banner(cli: Cli, args: list[str]) -> str:
    mark, body = args[0][0], args[0][1:]
    if mark in body:
        cli.config.banner = body[: body.index(mark)].replace("\\n", "\n")
        return ""
    if body.strip():
        raise Rejected(f"Invalid input: {args[0]}")
    cli.inquire("", _banner_lines(cli, mark, ()))
    return "" if cli.boot else f"Enter TEXT message. End with the character '{mark}'"


def _banner_lines(cli: Cli, mark: str, lines: tuple[str, ...]) -> Callable[[str], str]:
    def more(line: str) -> str:
        text, ended, _ = line.partition(mark)
        so_far = (*lines, text) if text or not ended else lines
        if not ended:
            return cli.inquire("", _banner_lines(cli, mark, so_far))
        cli.config.banner = "\n".join(so_far)
        return ""

    return more


def _no_sntp(cli: Cli, _args: list[str]) -> str:
    """SNTP is off; its servers stay."""
    lines = cli.config.lines
    lines.items = [old for old in lines.items if old not in ("sntp unicast", "sntp broadcast", "sntp dhcp", "sntp")]
    return ""


def _no_banner(cli: Cli, _args: list[str]) -> str:
    cli.config.banner = ""
    return ""


def _gateway(cli: Cli, args: list[str]) -> str:
    cli.config.lines.put(f"ip default-gateway {ip_address(args[0])}")
    return ""


def _route(cli: Cli, args: list[str], *, no: bool = False) -> str:
    """`ip route 10.0.0.0/8 GATEWAY` is stored with a mask."""
    words = split_words(args[0])
    if "/" in words[0]:
        try:
            network = IPv4Network(words[0])
        except ValueError:
            raise Rejected(f"Invalid input: {words[0]}") from None
        words[:1] = [str(network.network_address), str(network.netmask)]
    (cli.config.lines.drop if no else cli.config.lines.put)(" ".join(["ip route", *words]))
    return ""


def _management_vlan(cli: Cli, args: list[str]) -> str:
    vlan = unquote(args[0])
    found = [at for at, one in cli.config.vlans.items() if one.name == vlan or str(at) == vlan]
    if not found and not cli.boot:
        raise Rejected(f"Invalid input: {args[0]}")
    cli.config.lines.put(f"management-vlan {found[0] if found else vlan}")
    return ""


def _stp_priority(cli: Cli, args: list[str]) -> str:
    cli.config.lines.put(f"spanning-tree priority {number(args[0], 0, 15)}")
    if args[0] == "8":
        cli.config.lines.drop("spanning-tree priority")
    return ""


def _vlan_ids(text: str) -> list[int]:
    try:
        numbers = expand(text)
    except ValueError:
        raise Rejected(f"Invalid input: {text}") from None
    if not numbers or numbers[0] < 1 or numbers[-1] > 4094:
        raise Rejected(f"Invalid input: {text}")
    return numbers


def _stp_vlan(cli: Cli, args: list[str]) -> str:
    Numbered(cli.config.lines, "spanning-tree vlan").join(_vlan_ids(args[0]), " ".join(args[1:]))
    return ""


def _no_stp_vlan(cli: Cli, args: list[str]) -> str:
    numbers = Numbered(cli.config.lines, "spanning-tree vlan")
    for kind in args[1:2] or {tail.split(" ")[0] for tail in numbers.lists}:
        numbers.leave(_vlan_ids(args[0]), kind)
    return ""


def _block(form: str) -> Command[Cli]:
    def run(cli: Cli, args: list[str]) -> str:
        header = filled(form, args)
        cli.config.blocks.setdefault(header, [])
        return cli.enter(Context("block", header))

    return Command(tuple(form.split()), run)


_OPENERS: dict[str, Handler] = {**procurve_vlan.OPENERS, **procurve_port.OPENERS, **procurve_access.OPENERS}

_GLOBAL: dict[str, Handler] = {
    "exit": leave,
    "hostname <name>": _hostname,
    "banner motd <text...>": _banner,
    "no banner motd": _no_banner,
    "ip default-gateway <address>": _gateway,
    "ip route <rest...>": _route,
    "no ip route <rest...>": lambda cli, args: _route(cli, args, no=True),
    "no ip default-gateway": lambda cli, _args: _drop(cli, "ip default-gateway"),
    "no ip default-gateway <address>": lambda cli, args: _drop(cli, f"ip default-gateway {args[0]}"),
    "management-vlan <vlan>": _management_vlan,
    "no management-vlan": lambda cli, _args: _drop(cli, "management-vlan"),
    "no management-vlan <vlan>": lambda cli, _args: _drop(cli, "management-vlan"),
    "primary-vlan <vlan>": lambda cli, args: _line(cli, f"primary-vlan {unquote(args[0])}"),
    "no primary-vlan": lambda cli, _args: _drop(cli, "primary-vlan"),
    "spanning-tree priority <step>": _stp_priority,
    "spanning-tree vlan <list>": _stp_vlan,
    "spanning-tree vlan <list> <option> <value>": _stp_vlan,
    "no sntp": _no_sntp,
    "no timesync": lambda cli, _args: _drop(cli, "timesync"),
    "no spanning-tree vlan <list>": _no_stp_vlan,
    "no spanning-tree vlan <list> <option>": _no_stp_vlan,
    "no spanning-tree vlan <list> <option> <value>": _no_stp_vlan,
}
for _option in (
    "bpdu-protection-timeout",
    "config-name",
    "config-revision",
    "force-version",
    "forward-delay",
    "hello-time",
    "instance",
    "legacy-mode",
    "maximum-age",
    "mode",
    "pathcost",
    "trap",
):
    _GLOBAL[f"spanning-tree {_option} <rest...>"] = lambda cli, args, _option=_option: _line(  # type: ignore[misc]
        cli, f"spanning-tree {_option} {args[0]}"
    )
    for _form in ("", " <rest...>"):
        _GLOBAL[f"no spanning-tree {_option}{_form}"] = lambda cli, args, _option=_option: _drop(  # type: ignore[misc]
            cli, " ".join(["spanning-tree", _option, *args])
        )
_GLOBAL["no spanning-tree priority"] = lambda cli, _args: _drop(cli, "spanning-tree priority")


def _line(cli: Cli, line: str) -> str:
    cli.config.lines.put(line)
    return ""


def _drop(cli: Cli, line: str) -> str:
    cli.config.lines.drop(line)
    return ""


def _global_table() -> list[Command[Cli]]:
    table = _OPENERS | procurve_vlan.GLOBAL | procurve_port.GLOBAL | procurve_access.GLOBAL | _GLOBAL
    for head in HEADS:
        for form in (*([head] if head in ALONE else []), f"{head} <rest...>"):
            table.setdefault(form, _further(form))
            table.setdefault(f"no {form}", _further(f"no {form}"))
    return [*commands(table), *(_block(form) for form in BLOCKS)]


CONFIG_TABLES: Tables = {
    **procurve_vlan.TABLES,
    **procurve_port.TABLES,
    **procurve_access.TABLES,
    "opener": [*commands(_OPENERS), *(_block(form) for form in BLOCKS)],
    "config": _global_table(),
}
"""All configuration commands by context; enough to load a configuration."""
