"""Addresses on interfaces of a simulated Catalyst switch.

Source: Cisco IOS 15.2 IP Addressing Command Reference.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface

from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.ios_state import Config, Port, Svi
from campusctl.lab.modes import Rejected

Handler = Callable[[Cli, list[str]], str]


def items(cli: Cli) -> list[Port | Svi]:
    """The interfaces a mode is about."""
    config = cli.config
    return [config.ports[name] if name in config.ports else config.svis[name] for name in cli.context.names]


def interface_address(words: str) -> IPv4Interface:
    """`10.42.3.11 255.255.255.0` as an address.

    Raises:
        Rejected: The mask is none, or does not fit.
        Unfit: A word is no address.
    """
    address, mask = words.split()[:2]
    for word in (address, mask):
        try:
            IPv4Address(word)
        except ValueError:
            raise Unfit(word) from None
    bits = int(IPv4Address(mask))
    if bits | (bits - 1) != 0xFFFFFFFF or bits == 0:
        raise Rejected(f"Bad mask 0x{bits:08X} for address {address}")
    return IPv4Interface(f"{address}/{mask}")


def _address(cli: Cli, args: list[str]) -> str:
    words = args[0].split()
    if len(words) == 1:
        raise Rejected("% Incomplete command.\n")
    (name, item), *more = zip(cli.context.names, items(cli), strict=True)
    if more:
        raise Rejected("% IP addresses may not be configured on an interface range.")
    if isinstance(item, Port) and not item.routed and not cli.boot and not name.startswith("FastEthernet0"):
        raise Rejected("% IP addresses may not be configured on L2 links.")
    new = interface_address(args[0])
    if not cli.boot:
        _refuse_overlap(cli.config, name, new)
    text = f"{words[0]} {words[1]}"
    if words[2:] == ["secondary"] and isinstance(item, Svi):
        item.secondary = [old for old in item.secondary if old != text] + [text]
    elif len(words) > 2:
        raise Unfit(words[2])
    else:
        item.address = text
    return ""


def _refuse_overlap(config: Config, own: str, new: IPv4Interface) -> None:
    others: list[tuple[str, Svi | Port]] = [*config.svis.items(), *config.ports.items()]
    for name, item in others:
        if name != own and " " in item.address and new.network.overlaps(interface_address(item.address).network):
            raise Rejected(f"% {new.network.network_address} overlaps with {name}")


def _address_dhcp(cli: Cli, args: list[str]) -> str:
    del args
    for item in items(cli):
        item.address = "dhcp"
    return ""


def _no_address(cli: Cli, args: list[str]) -> str:
    for item in items(cli):
        words = args[0].split() if args else []
        if words[2:] == ["secondary"] and isinstance(item, Svi):
            item.secondary = [old for old in item.secondary if old != " ".join(words[:2])]
        elif words and item.address and " ".join(words[:2]) != item.address:
            raise Rejected("% Address not found")
        else:
            item.address = ""
            if isinstance(item, Svi):
                item.secondary = []
    return ""


COMMANDS: dict[str, Handler] = {
    "ip address dhcp": _address_dhcp,
    "ip address <address...>": _address,
    "no ip address": _no_address,
    "no ip address <address...>": _no_address,
}
"""Commands of the interface mode."""
