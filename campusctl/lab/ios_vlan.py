"""VLANs and VTP of a simulated Catalyst switch.

Source: Catalyst 2960-X VLAN Command Reference 15.2(7)E.
"""

from collections.abc import Callable

from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.ios_state import RESERVED, Vlan, vlan_numbers
from campusctl.lab.modes import Context, Rejected

Handler = Callable[[Cli, list[str]], str]


def _vlan(cli: Cli, args: list[str]) -> str:
    if cli.config.vtp_mode() == "client" and not cli.boot:
        raise Rejected("VTP VLAN configuration not allowed when device is in CLIENT mode.")
    numbers = vlan_list(args[0])
    for number in numbers:
        cli.config.vlans.setdefault(number, Vlan())
    return cli.enter(Context("vlan", names=tuple(str(number) for number in sorted(numbers))))


def vlan_list(text: str) -> frozenset[int]:
    """VLANs of a list.

    Raises:
        Rejected: It is none.
    """
    try:
        return vlan_numbers(text)
    except ValueError:
        raise Rejected("Command rejected: Bad VLAN list - character #1 is a non-numeric character.") from None


def _no_vlan(cli: Cli, args: list[str]) -> str:
    if cli.config.vtp_mode() == "client" and not cli.boot:
        raise Rejected("VTP VLAN configuration not allowed when device is in CLIENT mode.")
    for number in sorted(vlan_list(args[0])):
        if number == 1 or number in RESERVED:
            raise Rejected(f"%Default VLAN {number} may not be deleted.")
        cli.config.vlans.pop(number, None)
    return ""


def _vlan_name(cli: Cli, args: list[str]) -> str:
    if len(cli.context.names) > 1:
        raise Rejected("% Command is only allowed for a single VLAN.")
    name, own = args[0], int(cli.context.names[0])
    if len(name) > 32 or " " in name:
        raise Unfit(name)
    if own == 1:
        raise Rejected("Default VLAN 1 may not have its name changed.")
    for number, vlan in cli.config.vlans.items():
        if number != own and (vlan.name or f"VLAN{number:04}") == name and not cli.boot:
            raise Rejected(f"VLAN #{own} and #{number} have an identical name: {name}")
    cli.config.vlans[own].name = "" if name == f"VLAN{own:04}" else name
    return ""


def _no_vlan_name(cli: Cli, args: list[str]) -> str:
    del args
    for name in cli.context.names:
        cli.config.vlans[int(name)].name = "default" if name == "1" else ""
    return ""


def _vlan_shutdown(cli: Cli, args: list[str]) -> str:
    del args
    for name in cli.context.names:
        cli.config.vlans[int(name)].shutdown = not cli.line.startswith("no ")
    return ""


def _vlan_line(cli: Cli, args: list[str]) -> str:
    del args
    line = cli.line
    for name in cli.context.names:
        lines = cli.config.vlans[int(name)].lines
        lines.drop(line.removeprefix("no "))
        if not line.startswith("no ") and line != "state active":
            lines.put(line)
    return ""


def _vtp_mode(cli: Cli, args: list[str]) -> str:
    mode = args[0]
    same = cli.config.vtp_mode() == mode
    cli.config.lines.put(f"vtp mode {mode}")
    if cli.boot:
        return ""
    title = mode.capitalize()
    return f"Device mode already VTP {title} for VLANS." if same else f"Setting device to VTP {title} mode for VLANS."


GLOBAL: dict[str, Handler] = {
    "vlan <list>": _vlan,
    "no vlan <list>": _no_vlan,
    "vtp mode transparent|server|client|off": _vtp_mode,
    "no vtp mode": lambda cli, _args: _vtp_mode(cli, ["server"]),
}
"""Commands of the global mode."""

MODE: dict[str, Handler] = {
    "name <name...>": _vlan_name,
    "no name": _no_vlan_name,
    "no name <name...>": _no_vlan_name,
    "shutdown": _vlan_shutdown,
    "no shutdown": _vlan_shutdown,
    "state active|suspend": _vlan_line,
    "no state": _vlan_line,
    "remote-span": _vlan_line,
    "no remote-span": _vlan_line,
    "mtu <n>": _vlan_line,
    "private-vlan <rest...>": _vlan_line,
    "no private-vlan <rest...>": _vlan_line,
}
"""Commands of the VLAN mode."""
