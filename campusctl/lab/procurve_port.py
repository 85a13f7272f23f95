"""Ports, trunks and spanning-tree options of ports of ArubaOS-Switch.

Source: ArubaOS-Switch 16.10 Management and Configuration, and Advanced Traffic Management Guides.
"""

import re
from collections.abc import Callable

from campusctl.lab.modes import Context, Rejected
from campusctl.lab.procurve_cli import Cli
from campusctl.lab.procurve_state import Trunk, port_list
from campusctl.lab.procurve_vlan import leave, number, text_of, within
from campusctl.lab.vocabulary import commands

Handler = Callable[[Cli, list[str]], str]


def _interface(cli: Cli, args: list[str]) -> str:
    names = cli.interfaces(args[0])
    order = [*cli.config.ports, *cli.config.bridge_ports()]
    return cli.enter(Context("port", port_list(names, order), tuple(names)))


def _interface_inline(cli: Cli, args: list[str]) -> str:
    names = cli.interfaces(args[0])
    return within(cli, Context("port", args[0], tuple(names)), args[1])


def _no_interface_inline(cli: Cli, args: list[str]) -> str:
    names = cli.interfaces(args[0])
    return within(cli, Context("port", args[0], tuple(names)), f"no {args[1]}")


def _port_name(cli: Cli, args: list[str]) -> str:
    name = text_of(args[0], 64) if args else ""
    for port in cli.context.names:
        cli.config.port(port).name = name
    return ""


def _disable(cli: Cli, _args: list[str]) -> str:
    for port in cli.context.names:
        cli.config.port(port).disabled = True
    return ""


def _enable(cli: Cli, _args: list[str]) -> str:
    for port in cli.context.names:
        cli.config.port(port).disabled = False
    return ""


def _poe(cli: Cli, args: list[str]) -> str:
    for name in cli.context.names:
        lines = cli.config.port(name).lines
        lines.drop("no power-over-ethernet")
        if args:
            lines.put(" ".join(["power-over-ethernet", *args]))
    return ""


def _no_poe(cli: Cli, _args: list[str]) -> str:
    for name in cli.context.names:
        lines = cli.config.port(name).lines
        lines.drop("power-over-ethernet")
        lines.put("no power-over-ethernet")
    return ""


def _port_line(head: str, *, no: bool) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        line = " ".join([head, *args])
        for name in cli.context.names:
            lines = cli.config.port(name).lines
            if not no:
                lines.put(line)
            elif not lines.drop(line) and cli.boot:
                lines.put(f"no {line}")
        return ""

    return run


def _port_untagged(cli: Cli, args: list[str]) -> str:
    """`untagged vlan 10`, or `tagged vlan 10`, from the port's side."""
    kind, vlan = args
    ports = ",".join(cli.context.names)
    if number(vlan, 1, 4094) not in cli.config.vlans:
        raise Rejected(f"Invalid input: {vlan}")
    return within(cli, Context("vlan", str(int(vlan))), f"{kind} {ports}")


_PORT: dict[str, Handler] = {
    "exit": leave,
    "name <name>": _port_name,
    "no name": _port_name,
    "disable": _disable,
    "enable": _enable,
    "power-over-ethernet": _poe,
    "power-over-ethernet <rest...>": _poe,
    "no power-over-ethernet": _no_poe,
    "untagged|tagged vlan <vlan>": _port_untagged,
}
_PORT_HEADS = (
    "arp-protect",
    "bandwidth-min",
    "broadcast-limit",
    "dhcp-snooping",
    "energy-efficient-ethernet",
    "flow-control",
    "gvrp",
    "ip access-group",
    "ipv6 access-group",
    "lacp",
    "link-keepalive",
    "mdix-mode",
    "monitor",
    "poe-allocate-by",
    "poe-lldp-detect",
    "poe-value",
    "qos",
    "rate-limit",
    "service-policy",
    "speed-duplex",
    "type",
    "unknown-vlans",
)
for _head in _PORT_HEADS:
    for _form in (_head, f"{_head} <rest...>"):
        _PORT[_form] = _port_line(_head, no=False)
        _PORT[f"no {_form}"] = _port_line(_head, no=True)


def _trunk(cli: Cli, args: list[str]) -> str:
    names, label, kind = cli.physical(args[0]), args[1].lower(), args[2] if len(args) > 2 else "trunk"
    match = re.fullmatch(r"trk(\d{1,3})", label)
    if not match or not 1 <= int(match[1]) <= 144:
        raise Rejected(f"Invalid input: {args[1]}")
    others = {name for at, trunk in cli.config.trunks.items() if at != int(match[1]) for name in trunk.members}
    if others & set(names):
        raise Rejected(f"Port {min(others & set(names))} is already a member of a trunk.")
    trunk = cli.config.trunks.setdefault(int(match[1]), Trunk(kind))
    trunk.kind = kind
    trunk.members += [name for name in names if name not in trunk.members]
    # Their VLAN memberships and spanning-tree options are lost; a new trunk starts untagged in VLAN 1.
    for name in names:
        cli.config.stp_ports.pop(name, None)
    if not cli.boot:
        cli.config.settle()
    else:
        cli.config.vlans[1].untagged |= {f"Trk{match[1]}"}
    return ""


def _no_trunk(cli: Cli, args: list[str]) -> str:
    names = set(cli.physical(args[0]))
    for at, trunk in list(cli.config.trunks.items()):
        trunk.members = [name for name in trunk.members if name not in names]
        if not trunk.members:
            del cli.config.trunks[at]
    cli.config.settle()
    return ""


def _stp_port(cli: Cli, args: list[str]) -> str:
    option = args[1]
    head = option.split()[0]
    for name in cli.members(args[0]):
        options = cli.config.stp_ports.setdefault(name, [])
        options[:] = [old for old in options if old.split()[0] != head]
        options.append(option)
    return ""


def _no_stp_port(cli: Cli, args: list[str]) -> str:
    for name in cli.members(args[0]):
        options = cli.config.stp_ports.get(name, [])
        options[:] = [old for old in options if old != args[1] and old.split()[0] != args[1].split()[0]]
    cli.config.settle()
    return ""


OPENERS: dict[str, Handler] = {"interface <ports>": _interface, "interface ethernet <ports>": _interface}
"""Lines that open a context of this file."""

GLOBAL: dict[str, Handler] = {
    "interface <ports> <command...>": _interface_inline,
    "no interface <ports> <command...>": _no_interface_inline,
    "trunk <ports> <name>": _trunk,
    "trunk <ports> <name> lacp|trunk|dt-lacp|dt-trunk": _trunk,
    "no trunk <ports>": _no_trunk,
    "spanning-tree <ports> <option...>": _stp_port,
    "no spanning-tree <ports> <option...>": _no_stp_port,
    "spanning-tree ethernet <ports> <option...>": _stp_port,
    "no spanning-tree ethernet <ports> <option...>": _no_stp_port,
}
"""Global commands of this file."""

TABLES = {"port": commands(_PORT)}
"""Commands per context of this file."""
