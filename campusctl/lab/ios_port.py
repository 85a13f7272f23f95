"""Interface mode of a simulated Catalyst switch.

Source: Catalyst 2960-X Command Reference 15.2(7)E: interface, VLAN, EtherChannel, spanning-tree and PoE commands.
"""

import re
from collections.abc import Callable

from campusctl.lab import ios_address
from campusctl.lab.ios_address import items
from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.ios_state import ALL_VLANS, Config, Port, Svi, Vlan, long_name, short_name, vlan_numbers
from campusctl.lab.ios_words import PORT_FORMS, removals
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import Command, commands

Handler = Callable[[Cli, list[str]], str]


def named(cli: Cli, text: str) -> str:
    """The canonical name of an interface that can be configured; VLAN interfaces and Port-channels are made.

    Raises:
        Unfit: There is none.
    """
    name = long_name(text)
    config = cli.config
    if (name.startswith("Vlan") and 1 <= int(name[4:]) <= 4094) or name.startswith("Loopback"):
        config.svis.setdefault(name, Svi())
    elif name.startswith("Port-channel") and 1 <= int(name[12:]) <= 48:
        config.ports.setdefault(name, Port())
    elif name and name not in config.ports and cli.boot:
        config.ports[name] = Port()
    elif name not in config.ports:
        raise Unfit(text.rsplit(maxsplit=1)[-1])
    return name


def interface(cli: Cli, args: list[str]) -> str:
    """`interface NAME`."""
    return cli.enter(Context("if", names=(named(cli, args[0]),)))


def interface_range(cli: Cli, args: list[str]) -> str:
    """`interface range gi1/0/1 - 4 , gi1/0/10`."""
    names: list[str] = []
    for part in args[0].split(","):
        first, dash, last = part.strip().partition("-")
        if first.lower().strip().startswith("po") and "channel" in last:
            # The dash of `port-channel` is no range.
            tail = last.partition("-")
            first, dash, last = f"{first}-{tail[0]}", tail[1], tail[2]
        start = long_name(first)
        match = re.fullmatch(r"(.*?)(\d+)", start)
        end = re.search(r"(\d+)\s*$", last)
        if not match or (dash and not end) or (end and int(end[1]) < int(match[2])):
            raise Unfit(part.strip() or args[0])
        stop = int(end[1]) if end else int(match[2])
        names += [named(cli, f"{match[1]}{number}") for number in range(int(match[2]), stop + 1)]
    return cli.enter(Context("range", names=tuple(dict.fromkeys(names))))


def no_interface(cli: Cli, args: list[str]) -> str:
    """`no interface NAME`."""
    name, config = long_name(args[0]), cli.config
    if name == "Vlan1":
        raise Rejected("% Removal of Vlan1 is not permitted")
    if name in config.svis:
        del config.svis[name]
        return ""
    if name.startswith("Port-channel") and name in config.ports:
        del config.ports[name]
        for port in config.ports.values():
            if port.group == int(name[12:]):
                # Else two links would be up between the same switches without the bundle: a loop.
                port.group, port.group_mode, port.shutdown = 0, "", True
        return ""
    if name in config.ports:
        raise Rejected("% Removal of physical interfaces is not permitted")
    raise Unfit(args[0].split()[-1])


def default_interface(cli: Cli, args: list[str]) -> str:
    """`default interface NAME`."""
    name, config = named(cli, args[0]), cli.config
    if name in config.ports:
        config.ports[name] = Port()
    else:
        config.svis[name] = Svi()
    return f"Interface {name} set to default configuration"


def _ports(cli: Cli) -> list[Port]:
    """The ports a switchport line changes: those of the mode, and the members of a Port-channel among them.

    Raises:
        Rejected: It is no switch port.
    """
    found: list[Port] = []
    for name in cli.context.names:
        port = cli.config.ports.get(name)
        if port is None:
            raise Rejected("% Invalid input detected at '^' marker.\n")
        found += [port, *_members(cli.config, name)]
    return found


def _members(config: Config, name: str) -> list[Port]:
    if not name.startswith("Port-channel"):
        return []
    return [port for port in config.ports.values() if port.group == int(name[12:])]


def _description(cli: Cli, args: list[str]) -> str:
    for item in items(cli):
        item.description = args[0][:240] if args else ""
    return ""


def _shutdown(cli: Cli, args: list[str]) -> str:
    del args
    for name, item in zip(cli.context.names, items(cli), strict=True):
        item.shutdown = not cli.line.startswith("no ")
        for member in _members(cli.config, name):
            member.shutdown = item.shutdown
    return ""


def _switchport(cli: Cli, args: list[str]) -> str:
    del args
    for port in _ports(cli):
        port.routed = cli.line.startswith("no ")
        if not port.routed:
            port.address = ""
    return ""


def _mode(cli: Cli, args: list[str]) -> str:
    mode = args[0] if args and not cli.line.startswith("no ") else ""
    if mode == "trunk" and _encapsulates(cli) and not cli.boot:
        for port in _ports(cli):
            if not any(line.startswith("switchport trunk encapsulation ") for line in port.lines.items):
                raise Rejected(
                    'Command rejected: An interface whose trunk encapsulation is "Auto" can not be configured to'
                    ' "trunk" mode.'
                )
    for port in _ports(cli):
        port.mode = mode
    return ""


def _dynamic(cli: Cli, args: list[str]) -> str:
    for port in _ports(cli):
        port.mode = "dynamic desirable" if args[0] == "desirable" else ""
    return ""


def _encapsulates(cli: Cli) -> bool:
    """Only platforms that know ISL have the command; such a configuration shows it."""
    wanted = "switchport trunk encapsulation "
    return any(line.startswith(wanted) for port in cli.config.ports.values() for line in port.lines.items)


def _encapsulation(cli: Cli, args: list[str]) -> str:
    if not cli.boot and not _encapsulates(cli):
        raise Unfit("encapsulation")
    for port in _ports(cli):
        if cli.line.startswith("no ") or args[0] == "negotiate":
            port.lines.drop("switchport trunk encapsulation")
        else:
            port.lines.put(f"switchport trunk encapsulation {args[0]}")
    return ""


def _vlan(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 5 and 1 <= int(word) <= 4094):
        raise Unfit(word)
    return int(word)


def _made(cli: Cli, vlan: int, kind: str) -> str:
    """Make a VLAN that a port is put into, as IOS does."""
    if vlan in cli.config.vlans or cli.boot:
        return ""
    if cli.config.vtp_mode() == "client":
        return f"% {kind} VLAN does not exist."
    cli.config.vlans[vlan] = Vlan()
    return f"% {kind} VLAN does not exist. Creating vlan {vlan}"


def _access(cli: Cli, args: list[str]) -> str:
    removing = cli.line.startswith("no ")
    vlan = 1 if removing else _vlan(args[0])
    for port in _ports(cli):
        port.access = vlan
    return _made(cli, vlan, "Access")


def _voice(cli: Cli, args: list[str]) -> str:
    word = "" if cli.line.startswith("no ") or args[0] == "none" else args[0]
    vlan = 0 if word in ("", "dot1p", "untagged") else _vlan(word)
    for port in _ports(cli):
        port.voice = word
    return _made(cli, vlan, "Voice") if vlan else ""


def _native(cli: Cli, args: list[str]) -> str:
    vlan = 1 if cli.line.startswith("no ") else _vlan(args[0])
    for port in _ports(cli):
        port.native = vlan
    return ""


def _numbers(words: str) -> frozenset[int]:
    try:
        return vlan_numbers(words.replace(" ", ""))
    except ValueError:
        raise Rejected("Command rejected: Bad VLAN allowed list.") from None


def _allowed(cli: Cli, args: list[str]) -> str:
    """`allowed vlan LIST` replaces the list."""
    for port, numbers in [(port, _numbers(args[0])) for port in _ports(cli)]:
        port.allowed = numbers
    return ""


def _allowed_word(cli: Cli, args: list[str]) -> str:
    for port in _ports(cli):
        port.allowed = ALL_VLANS if args[0] == "all" else frozenset()
    return ""


def _allowed_change(cli: Cli, args: list[str]) -> str:
    word, numbers = args[0], _numbers(args[1])
    for port in _ports(cli):
        if word == "add":
            port.allowed |= numbers
        elif word == "remove":
            port.allowed -= numbers
        else:
            port.allowed = ALL_VLANS - numbers
    return ""


def _allowed_no(cli: Cli, args: list[str]) -> str:
    """Whatever list is typed behind it, `no` means every VLAN."""
    del args
    for port in _ports(cli):
        port.allowed = ALL_VLANS
    return ""


_LACP = ("active", "passive")
_PAGP = ("auto", "desirable")


def _family(mode: str) -> tuple[str, ...]:
    return _LACP if mode in _LACP else _PAGP if mode in _PAGP else ("on",)


def _channel(cli: Cli, args: list[str]) -> str:
    if not (args[0].isascii() and args[0].isdecimal() and 1 <= int(args[0][:4]) <= 48):
        raise Unfit(args[0])
    group, mode = int(args[0]), args[1]
    name, config, said = f"Port-channel{group}", cli.config, ""
    for own in cli.context.names:
        port = config.ports.get(own)
        if port is None or own.startswith("Port-channel"):
            raise Unfit("channel-group")
        others = [p for n, p in config.ports.items() if p.group == group and n not in cli.context.names]
        if not cli.boot and any(p.group_mode not in _family(mode) for p in others):
            raise Rejected(
                f"Command rejected ({name}, {short_name(own)}): protocol mismatch with the members of the channel group"
            )
        if not cli.boot and port.group not in (0, group):
            raise Rejected(
                f"Command rejected: {short_name(own)} is already part of a channel with a different group number"
            )
        if name not in config.ports:
            config.ports[name] = Port(
                mode=port.mode, access=port.access, native=port.native, allowed=port.allowed, routed=port.routed
            )
            said = "" if cli.boot else f"Creating a port-channel interface Port-channel {group}\n"
        port.group, port.group_mode = group, mode
    return said


def _no_channel(cli: Cli, args: list[str]) -> str:
    del args
    for port in _ports(cli):
        port.group, port.group_mode = 0, ""
    return ""


_DEFAULTS = (
    "spanning-tree bpduguard default",
    "power inline auto",
    "power inline port priority low",
    "speed auto",
    "duplex auto",
    "lldp transmit",
    "lldp receive",
    "cdp enable",
    "lacp port-priority 32768",
    "snmp trap link-status",
    "keepalive",
)
"""Lines that say what is so anyway: never kept."""


def _line(cli: Cli, args: list[str]) -> str:
    """Keep a line; a default takes away what was said before."""
    del args
    line = cli.line
    line = (
        "spanning-tree portfast" if line in ("spanning-tree portfast edge", "spanning-tree portfast normal") else line
    )
    line = line.replace("portfast edge trunk", "portfast trunk")
    for lines in [item.lines for item in items(cli)]:
        if f"no {line}" in lines.items:
            lines.items.remove(f"no {line}")
        if line in _DEFAULTS or line == "spanning-tree portfast disable":
            lines.drop(line)
        else:
            lines.put(line)
    if line.startswith("spanning-tree portfast") and not cli.boot and "disable" not in line:
        return _PORTFAST
    return ""


_PORTFAST = """%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc... to this
 interface  when portfast is enabled, can cause temporary bridging loops.
 Use with CAUTION
"""

_ON_BY_DEFAULT = ("lldp transmit", "lldp receive", "cdp enable", "keepalive", "snmp trap link-status", "ip proxy-arp")


def _no_line(cli: Cli, args: list[str]) -> str:
    """Take a line away; what is on by default is kept as its `no`."""
    del args
    line = cli.line.removeprefix("no ")
    for lines in [item.lines for item in items(cli)]:
        if line in _ON_BY_DEFAULT or line.startswith(("logging event ", "mdix ")):
            lines.drop(line)
            lines.put(f"no {line}")
        else:
            lines.drop(line.replace("portfast edge", "portfast"))
    return ""


_TYPED: dict[str, Handler] = {
    "description <text...>": _description,
    "no description": _description,
    "no description <text...>": lambda cli, _args: _description(cli, []),
    "shutdown": _shutdown,
    "no shutdown": _shutdown,
    "switchport": _switchport,
    "no switchport": _switchport,
    "switchport mode access|trunk": _mode,
    "switchport mode dynamic auto|desirable": _dynamic,
    "no switchport mode": _mode,
    "no switchport mode access|trunk": _mode,
    "no switchport mode dynamic auto|desirable": _mode,
    "switchport trunk encapsulation dot1q|isl|negotiate": _encapsulation,
    "no switchport trunk encapsulation": _encapsulation,
    "switchport access vlan <vlan>": _access,
    "no switchport access vlan": _access,
    "no switchport access vlan <vlan>": _access,
    "switchport voice vlan <vlan>": _voice,
    "no switchport voice vlan": _voice,
    "no switchport voice vlan <vlan>": _voice,
    "switchport trunk native vlan <vlan>": _native,
    "no switchport trunk native vlan": _native,
    "no switchport trunk native vlan <vlan>": _native,
    "switchport trunk allowed vlan all|none": _allowed_word,
    "switchport trunk allowed vlan add|remove|except <list...>": _allowed_change,
    "switchport trunk allowed vlan <list...>": _allowed,
    "no switchport trunk allowed vlan": _allowed_no,
    "no switchport trunk allowed vlan <list...>": _allowed_no,
    "channel-group <group> mode active|passive|on|auto|desirable": _channel,
    "no channel-group": _no_channel,
    "no channel-group <rest...>": _no_channel,
}

IF_COMMANDS: list[Command[Cli]] = [
    *commands({**_TYPED, **ios_address.COMMANDS}),
    *commands(dict.fromkeys(PORT_FORMS, _line)),
    *commands(dict.fromkeys(removals(PORT_FORMS), _no_line)),
]
"""Commands of the interface mode."""
