"""VLANs of ArubaOS-Switch: who is a member of what, and what follows from it.

Source: ArubaOS-Switch 16.10 Advanced Traffic Management Guide, chapter Static Virtual LANs.
"""

from collections.abc import Callable
from ipaddress import IPv4Interface

from campusctl.lab.modes import Context, Rejected
from campusctl.lab.procurve_cli import Cli
from campusctl.lab.procurve_state import Vlan, port_list
from campusctl.lab.vocabulary import Found, commands, read, unquote

Handler = Callable[[Cli, list[str]], str]


def number(text: str, low: int, high: int) -> int:
    """A number within bounds.

    Raises:
        Rejected: It is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 11 and low <= int(text) <= high):
        raise Rejected(f"Invalid input: {text}")
    return int(text)


def text_of(word: str, most: int) -> str:
    """A quoted or plain text.

    Raises:
        Rejected: It is too long.
    """
    text = unquote(word)
    if len(text) > most:
        raise Rejected(f"{text}: too long. Allowed length is {most} characters.")
    return text


def within(cli: Cli, context: Context, words: str) -> str:
    """One command of a context in a single line: `vlan 10 untagged 5`."""
    before = cli.stack
    found = read(words, cli.tables[context.kind])
    if not isinstance(found, Found):
        if cli.boot:
            return ""
        raise Rejected(f"{found.kind.capitalize()} input: {found.word}")
    cli.enter(context)
    try:
        return found.command.run(cli, found.args)
    finally:
        cli.stack = before


def _create(cli: Cli, text: str) -> str:
    vlan = number(text, 1, 4094)
    cli.config.vlans.setdefault(vlan, Vlan(f"VLAN{vlan}"))
    return str(vlan)


def _vlan(cli: Cli, args: list[str]) -> str:
    return cli.enter(Context("vlan", _create(cli, args[0])))


def _vlan_inline(cli: Cli, args: list[str]) -> str:
    return within(cli, Context("vlan", _create(cli, args[0])), args[1])


def _no_vlan_inline(cli: Cli, args: list[str]) -> str:
    vlan = number(args[0], 1, 4094)
    if vlan not in cli.config.vlans:
        raise Rejected(f"Invalid input: {args[0]}")
    return within(cli, Context("vlan", str(vlan)), f"no {args[1]}")


def _no_vlan(cli: Cli, args: list[str]) -> str:
    vlan = number(args[0], 1, 4094)
    if vlan == 1:
        raise Rejected("The default VLAN can not be removed.")
    if vlan not in cli.config.vlans:
        raise Rejected(f"Invalid input: {args[0]}")
    if f"management-vlan {vlan}" in cli.config.lines.items or f"primary-vlan {vlan}" in cli.config.lines.items:
        raise Rejected(f"VLAN {vlan} is in use and can not be removed.")
    homeless = cli.config.vlans[vlan].untagged
    if not homeless:
        return _delete(cli, vlan)
    ports = port_list(homeless, cli.config.bridge_ports())
    ask = f"The following ports will be moved to the default VLAN:\n{ports}\nDo you want to continue?\n[y/n] "
    return cli.confirm(ask, lambda: _delete(cli, vlan))


def _delete(cli: Cli, vlan: int) -> str:
    gone = cli.config.vlans.pop(vlan, None)
    if gone:
        cli.config.vlans[1].tagged -= gone.untagged
        cli.config.vlans[1].untagged |= gone.untagged
    if cli.context.kind == "vlan" and cli.context.key == str(vlan):
        cli.leave()
    cli.config.settle()
    return ""


def _untagged(cli: Cli, args: list[str]) -> str:
    """Untagged in one VLAN only: the ports move here."""
    names = set(cli.members(args[0]))
    for vlan in cli.config.vlans.values():
        vlan.untagged -= names
    cli.vlan.tagged -= names
    cli.vlan.untagged |= names
    return ""


def _tagged(cli: Cli, args: list[str]) -> str:
    names = set(cli.members(args[0]))
    cli.vlan.untagged -= names
    cli.vlan.tagged |= names
    return ""


def _no_member(cli: Cli, args: list[str]) -> str:
    """A port that would be in no VLAN goes to the default VLAN; there it cannot leave at all."""
    kind, names = args[0], set(cli.members(args[1]))
    config, here = cli.config, getattr(cli.vlan, args[0])
    elsewhere = {name for vlan in config.vlans.values() if vlan is not cli.vlan for name in vlan.untagged | vlan.tagged}
    stuck = names & here - elsewhere
    if stuck and cli.context.key == "1" and not cli.boot and kind == "untagged":
        raise Rejected(f"Invalid input: {args[1]}")
    here -= names
    if not cli.boot:
        config.settle()
    return ""


def _vlan_name(cli: Cli, args: list[str]) -> str:
    name = text_of(args[0], 32)
    if any(vlan.name == name and vlan is not cli.vlan for vlan in cli.config.vlans.values()):
        raise Rejected(f"The VLAN name {name} is already used.")
    cli.vlan.name = name
    return ""


def _no_vlan_name(cli: Cli, _args: list[str]) -> str:
    cli.vlan.name = "DEFAULT_VLAN" if cli.context.key == "1" else f"VLAN{cli.context.key}"
    return ""


def _address(cli: Cli, args: list[str]) -> str:
    text = "/".join(args)
    try:
        address = IPv4Interface(text)
    except ValueError:
        raise Rejected(f"Invalid input: {args[-1]}") from None
    if "/" not in text:
        raise Rejected(f"Incomplete input: {text}")
    # One address a VLAN in this laboratory: a second one takes the place of the first only after "no ip address".
    if cli.vlan.address not in ("", "dhcp-bootp") and not cli.boot and _other_net(cli.vlan.address, address):
        cli.vlan.lines.put(f"ip address {address.ip} {address.netmask}")
        return ""
    cli.vlan.address = f"{address.ip} {address.netmask}"
    return ""


def _other_net(old: str, new: IPv4Interface) -> bool:
    return IPv4Interface(old.replace(" ", "/")).network != new.network


def _no_address(cli: Cli, args: list[str]) -> str:
    text = " ".join(args)
    if "/" in text:
        try:
            text = IPv4Interface(text).with_netmask.replace("/", " ")
        except ValueError:
            raise Rejected(f"Invalid input: {text}") from None
    lines = cli.vlan.lines
    further = [line.removeprefix("ip address ") for line in lines.items if line.startswith("ip address ")]
    gone = {text} if text else {cli.vlan.address, *further}
    left = [address for address in (cli.vlan.address, *further) if address and address not in gone]
    lines.items = [line for line in lines.items if not line.startswith("ip address ")]
    cli.vlan.address = left[0] if left else ""
    lines.items += [f"ip address {address}" for address in left[1:]]
    return ""


def _dhcp(cli: Cli, _args: list[str]) -> str:
    cli.vlan.address = "dhcp-bootp"
    return ""


def filled(form: str, args: list[str]) -> str:
    """The line a form and its choices and parameters stand for."""
    left = iter(args)
    return " ".join(next(left) if word.startswith("<") or "|" in word else word for word in form.split())


def _vlan_line(form: str, *, no: bool) -> Handler:
    def run(cli: Cli, args: list[str]) -> str:
        line = filled(form, args)
        if no:
            cli.vlan.lines.drop(line)
            if cli.boot:
                cli.vlan.lines.put(f"no {line}")
        else:
            cli.vlan.lines.put(line)
        return ""

    return run


def leave(cli: Cli, _args: list[str]) -> str:
    """`exit`: one level up."""
    cli.leave()
    return ""


_VLAN: dict[str, Handler] = {
    "exit": leave,
    "name <name>": _vlan_name,
    "no name": _no_vlan_name,
    "untagged <ports>": _untagged,
    "tagged <ports>": _tagged,
    "no untagged|tagged <ports>": _no_member,
    "ip address dhcp-bootp": _dhcp,
    "ip address <address> <mask>": _address,
    "ip address <prefix>": _address,
    "no ip address": _no_address,
    "no ip address <prefix>": _no_address,
    "no ip address <address> <mask>": _no_address,
    "no ip address dhcp-bootp": lambda cli, _args: _no_address(cli, []),
}
for _form in (
    "auto <ports>",
    "dhcp-snooping",
    "forbid <ports>",
    "ip access-group <name> in|out|vlan",
    "ip bootp-gateway <address>",
    "ip directed-broadcast",
    "ip forward-protocol <rest...>",
    "ip helper-address <address>",
    "ip igmp",
    "ip igmp <rest...>",
    "ip ospf <rest...>",
    "ip proxy-arp",
    "ip rip <rest...>",
    "ipv6 <rest...>",
    "jumbo",
    "monitor <rest...>",
    "qos <rest...>",
    "service-policy <rest...>",
    "voice",
    "vrrp <rest...>",
):
    _VLAN[_form] = _vlan_line(_form, no=False)
    _VLAN[f"no {_form}"] = _vlan_line(_form, no=True)


OPENERS: dict[str, Handler] = {"vlan <vlan>": _vlan}
"""Lines that open a context of this file."""

GLOBAL: dict[str, Handler] = {
    "vlan <vlan> <command...>": _vlan_inline,
    "no vlan <vlan>": _no_vlan,
    "no vlan <vlan> <command...>": _no_vlan_inline,
}
"""Global commands of this file."""

TABLES = {"vlan": commands(_VLAN)}
"""Commands per context of this file."""
