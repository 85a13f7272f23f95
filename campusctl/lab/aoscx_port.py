"""Commands of AOS-CX below `interface` of a port or a LAG.

Source: AOS-CX 10.10 Layer 2 Bridging, Link Aggregation, and Monitoring Guides.
"""

from collections.abc import Callable

from campusctl.lab.aoscx_cli import Cli
from campusctl.lab.aoscx_state import Port
from campusctl.lab.modes import Rejected
from campusctl.lab.vocabulary import Command, Lines, commands

Handler = Callable[[Cli, list[str]], str]

IP_WORDS = "address|forward-protocol|helper-address|igmp|irdp|local-proxy-arp|mtu|ospf|pim-sparse|proxy-arp|rip|vrrp"
"""What follows `ip` below an interface."""

PORT_HEADS = (
    "aaa authentication port-access",
    "apply access-list ip|ipv6|mac <name> in|out|routed-in|routed-out",
    "apply policy <name>",
    "arp inspection",
    "client track",
    "dhcpv4-snooping trust|max-bindings|external-storage",
    "dhcpv6-snooping trust|max-bindings",
    "energy-efficient-ethernet",
    "flow-control",
    f"ip {IP_WORDS}",
    "ipv6",
    "lacp mode|rate|port-id|port-priority|fallback|fallback-static",
    "lldp transmit|receive|med|dot3|trap|select-tlv",
    "loop-protect",
    "mtu",
    "nd-snooping",
    "persona",
    "poe",
    "port-access",
    "power-over-ethernet",
    "qos trust|dscp|cos|shape|schedule-profile|queue-profile",
    "rate-limit",
    "sflow",
    "spanning-tree bpdu-filter|bpdu-guard|cost|instance|link-type|loop-guard|port-priority|port-type|root-guard",
    "spanning-tree rpvst-filter|rpvst-guard|tcn-guard|vlan",
    "speed",
    "storm-control",
    "udld",
    "vrf attach",
    "vsx-sync",
)
"""Beginnings of further interface lines this switch takes as they are."""

_DEFAULT_ON = ("power-over-ethernet", "lldp transmit", "lldp receive", "ip icmp redirect", "lldp", "page")
"""Settings that are on when nothing is said, so that only their `no` is a line."""


def put(lines: Lines, line: str) -> None:
    """Set a line as this switch does: a default leaves no trace, `no` of it does."""
    plain = line.removeprefix("no ")
    lines.drop(f"no {plain}")
    if plain in _DEFAULT_ON:
        lines.items = [old for old in lines.items if old != plain]
        if line != plain:
            lines.items.append(line)
    elif line == plain:
        lines.put(line)
    elif plain in ("spanning-tree", "shutdown", "loop-protect"):
        lines.items = [old for old in lines.items if old != plain]
    else:
        lines.drop(plain)


def _shutdown(cli: Cli, _args: list[str]) -> str:
    for port in cli.targets():
        port.shutdown = True
    return ""


def _no_shutdown(cli: Cli, _args: list[str]) -> str:
    for port in cli.targets():
        port.shutdown = False
    return ""


def _description(cli: Cli, args: list[str]) -> str:
    for port in cli.targets():
        port.description = args[0] if args else ""
    return ""


def _routing(cli: Cli, _args: list[str]) -> str:
    for port in cli.targets():
        port.routing = True
        port.reset_vlans()
    return ""


def _no_routing(cli: Cli, _args: list[str]) -> str:
    for port in cli.targets():
        if port.routing:
            port.lines.items = [line for line in port.lines.items if not line.startswith(("ip ", "ipv6 ", "vrf "))]
        port.routing = False
    return ""


def _switched(cli: Cli) -> list[Port]:
    """The ports a VLAN command is for.

    Raises:
        Rejected: One is routed, or its VLANs are its LAG's.
    """
    ports = cli.targets()
    if not cli.boot and any(port.routing for port in ports):
        raise Rejected("Operation not allowed on an interface with routing enabled.")
    if not cli.boot and any(port.lag is not None for port in ports):
        raise Rejected("Operation not allowed on an interface that is a member of a LAG.")
    return ports


def _access(cli: Cli, args: list[str]) -> str:
    (vlan,) = _one(cli, args[0])
    for port in _switched(cli):
        port.reset_vlans()
        port.vlan = vlan
    return ""


def _one(cli: Cli, text: str) -> list[int]:
    numbers = cli.vlan_ids(text)
    if len(numbers) != 1:
        raise Rejected(f"Invalid input: {text}")
    return numbers


def _no_access(cli: Cli, args: list[str]) -> str:
    for port in _switched(cli):
        if not port.trunk and (not args or args[0] == str(port.vlan)):
            port.vlan = 1
    return ""


def _become_trunk(port: Port) -> None:
    if not port.trunk:
        port.reset_vlans()
        port.trunk = True


def _native(cli: Cli, args: list[str], *, tag: bool = False) -> str:
    (vlan,) = _one(cli, args[0])
    for port in _switched(cli):
        # "When a native VLAN is defined, the switch automatically executes vlan trunk allowed all": so for a port
        # that becomes a trunk; an explicit list stays.
        _become_trunk(port)
        port.vlan, port.native_tag = vlan, tag
    return ""


def _native_tag(cli: Cli, args: list[str]) -> str:
    return _native(cli, args, tag=True)


def _no_native(cli: Cli, _args: list[str]) -> str:
    for port in _switched(cli):
        if port.trunk:
            port.vlan, port.native_tag = 1, False
    return ""


def _no_native_tag(cli: Cli, _args: list[str]) -> str:
    for port in _switched(cli):
        port.native_tag = False
    return ""


def _allowed(cli: Cli, args: list[str]) -> str:
    everything = args[0] == "all"
    numbers = set() if everything else set(cli.vlan_ids(args[0]))
    for port in _switched(cli):
        _become_trunk(port)
        # The list adds to the VLANs listed so far; "all" is the empty list, so a first list narrows it.
        port.allowed = set() if everything else port.allowed | numbers
    return ""


def _no_allowed(cli: Cli, args: list[str]) -> str:
    gone = set(cli.vlan_ids(args[0], exist=False)) if args and args[0] != "all" else None
    for port in _switched(cli):
        left = port.allowed - gone if gone is not None else set()
        if port.trunk and not left and (gone is None or port.allowed):
            port.reset_vlans()
        else:
            port.allowed = left
    return ""


def _lag(cli: Cli, args: list[str]) -> str:
    lag = number(args[0], 1, 256)
    if cli.boot:
        cli.config.lags.setdefault(lag, Port())
    if lag not in cli.config.lags:
        raise Rejected(f"LAG {lag} does not exist.")
    for port in cli.targets():
        port.reset_vlans()
        port.routing, port.lag = False, lag
        port.lines.items = [line for line in port.lines.items if not line.startswith("spanning-tree")]
    return ""


def _no_lag(cli: Cli, args: list[str]) -> str:
    for port in cli.targets():
        if not args or args[0] == str(port.lag):
            port.lag = None
    return ""


def number(text: str, low: int, high: int) -> int:
    """A number within bounds.

    Raises:
        Rejected: It is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 12 and low <= int(text) <= high):
        raise Rejected(f"Invalid input: {text}")
    return int(text)


def filled(form: str, args: list[str]) -> str:
    """The line a form and its choices and parameters stand for."""
    left = iter(args)
    return " ".join(next(left) if word.startswith("<") or "|" in word else word for word in form.split())


def _further(form: str) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        for port in cli.targets():
            put(port.lines, filled(form, args))
        return ""

    return run


def leave(cli: Cli, _args: list[str]) -> str:
    """`exit`: one level up."""
    cli.leave()
    return ""


def _port_table(*, lag: bool) -> list[Command[Cli]]:
    table: dict[str, Handler] = {
        "exit": leave,
        "shutdown": _shutdown,
        "no shutdown": _no_shutdown,
        "description <text...>": _description,
        "no description": _description,
        "routing": _routing,
        "no routing": _no_routing,
        "vlan access <vlan>": _access,
        "no vlan access": _no_access,
        "no vlan access <vlan>": _no_access,
        "vlan trunk native <vlan>": _native,
        "vlan trunk native <vlan> tag": _native_tag,
        "no vlan trunk native": _no_native,
        "no vlan trunk native <vlan>": _no_native,
        "no vlan trunk native <vlan> tag": _no_native_tag,
        "vlan trunk allowed <list>": _allowed,
        "no vlan trunk allowed": _no_allowed,
        "no vlan trunk allowed <list>": _no_allowed,
    }
    if not lag:
        table |= {"lag <number>": _lag, "no lag": _no_lag, "no lag <number>": _no_lag}
    for head in PORT_HEADS:
        for form in (head, f"{head} <rest...>"):
            table |= {form: _further(form), f"no {form}": _further(f"no {form}")}
    return commands(table)


TABLES = {"port": _port_table(lag=False), "lag": _port_table(lag=True)}
"""Commands per context."""
