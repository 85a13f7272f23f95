"""Services of a simulated Catalyst switch: gateway, names, logging, clock, SNMP, spanning tree.

Source: Cisco IOS 15.2(7)E command references (Catalyst 2960-X): system management, SNMP, layer 2.
"""

from collections.abc import Callable
from ipaddress import IPv4Address

from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.ios_vlan import vlan_list
from campusctl.lab.modes import Rejected
from campusctl.lab.vocabulary import Numbered

Handler = Callable[[Cli, list[str]], str]


def _gateway(cli: Cli, args: list[str]) -> str:
    _ip(args[0])
    cli.config.lines.put(f"ip default-gateway {args[0]}")
    return ""


def _ip(word: str) -> None:
    try:
        IPv4Address(word)
    except ValueError:
        raise Unfit(word) from None


def _name_servers(cli: Cli, args: list[str]) -> str:
    for word in args[0].split():
        _ip(word)
        line = f"ip name-server {word}"
        if cli.line.startswith("no "):
            cli.config.lines.drop(line)
        else:
            cli.config.lines.put(line)
    return ""


def _domain_name(cli: Cli, args: list[str]) -> str:
    cli.config.lines.drop("ip domain-name")
    if not cli.line.startswith("no "):
        cli.config.lines.put(f"ip domain-name {args[0]}")
    return ""


def _domain_lookup(cli: Cli, args: list[str]) -> str:
    del args
    cli.config.lines.drop("no ip domain-lookup")
    if cli.line.startswith("no "):
        cli.config.lines.put("no ip domain-lookup")
    return ""


def _log_host(cli: Cli, args: list[str]) -> str:
    words = args[0].split()
    line = " ".join(["logging host", *words])
    if cli.line.startswith("no "):
        cli.config.lines.drop(f"logging host {words[0]}")
    else:
        _ip(words[0])
        cli.config.lines.put(line)
    return ""


def _timezone(cli: Cli, args: list[str]) -> str:
    words = args[0].split()
    for word in words[1:]:
        if not word.lstrip("-").isdecimal():
            raise Unfit(word)
    if len(words) == 1:
        raise Rejected("% Incomplete command.\n")
    cli.config.lines.put(f"clock timezone {words[0]} {words[1]} {words[2] if len(words) > 2 else 0}")
    return ""


def _summer_time(cli: Cli, args: list[str]) -> str:
    words = args[0].split()
    if len(words) < 2 or not words[1].startswith(("r", "d")):
        raise Rejected("% Incomplete command.\n") if len(words) < 2 else Unfit(words[1])
    words[1] = "recurring" if words[1].startswith("r") else "date"
    cli.config.lines.put("clock summer-time " + " ".join(words))
    return ""


def drop_head(head: str) -> Handler:
    """A command that takes the line with this head away."""

    def drop(cli: Cli, _args: list[str]) -> str:
        cli.config.lines.drop(head)
        return ""

    return drop


def _community(cli: Cli, args: list[str]) -> str:
    words = args[0].split()
    name, rest = words[0], words[1:]
    cli.config.lines.drop(f"snmp-server community {name}")
    if cli.line.startswith("no "):
        return ""
    view = rest[:2] if rest and "view".startswith(rest[0].lower()) and len(rest) > 1 else []
    rest = rest[len(view) :]
    access = "RO"
    if rest and rest[0].upper() in ("RO", "RW"):
        access = rest.pop(0).upper()
    cli.config.lines.put(" ".join(["snmp-server community", name, *view, access, *rest]))
    return ""


def _snmp_user(cli: Cli, args: list[str]) -> str:
    users = cli.config.snmp_users
    words = args[0].split()
    if cli.line.startswith("no "):
        users.drop(f"snmp-server user {words[0]}")
        return ""
    if len(words) < 3 or words[2] not in ("v1", "v2c", "v3"):
        raise Rejected("% Incomplete command.\n") if len(words) < 3 else Unfit(words[2])
    secrets = [words[at + 2] for at, word in enumerate(words[:-2]) if word == "auth"]
    if secrets and len(secrets[0]) < 8 and not cli.boot:
        raise Rejected("% Password must be at least 8 characters long")
    users.put("snmp-server user " + args[0])
    return ""


def _snmp_host(cli: Cli, args: list[str]) -> str:
    words = [word for word in args[0].split() if word != "traps"]
    line = " ".join(["snmp-server host", *words]).replace(" version 1 ", " ")
    if cli.line.startswith("no "):
        lines = cli.config.lines
        lines.items = [old for old in lines.items if not (old + " ").startswith(line + " ")]
        return ""
    if len(words) < 2:
        raise Rejected("% Incomplete command.\n")
    cli.config.lines.items = [*(old for old in cli.config.lines.items if old != line), line]
    return ""


def _stp_mode(cli: Cli, args: list[str]) -> str:
    cli.config.lines.put(f"spanning-tree mode {args[0] if args and not cli.line.startswith('no ') else 'pvst'}")
    return ""


def _stp_vlan(cli: Cli, args: list[str]) -> str:
    words, removing = args[1].split() if len(args) > 1 else [], cli.line.startswith("no ")
    numbers = vlan_list(args[0])
    if words[:1] == ["priority"] and len(words) > 1 and not removing:
        if not words[1].isdecimal() or int(words[1]) > 61440:
            raise Unfit(words[1])
        if int(words[1]) % 4096:
            values = "\n".join(
                "  " + "  ".join(f"{n:<5}" for n in range(at, at + 16384, 4096)) for at in range(0, 65536, 16384)
            )
            raise Rejected(f"% Bridge Priority must be in increments of 4096.\n% Allowed values are:\n{values}")
    if not words and cli.config.has("spanning-tree mode mst"):
        return ""
    if not words:
        Numbered(cli.config.lines, "no spanning-tree vlan").leave(numbers, "")
        if removing:
            Numbered(cli.config.lines, "no spanning-tree vlan").join(numbers, "")
        return ""
    kept = Numbered(cli.config.lines, "spanning-tree vlan")
    kept.leave(numbers, words[0])
    if not removing and words != ["priority", "32768"]:
        kept.join(numbers, " ".join(words))
    return ""


GLOBAL: dict[str, Handler] = {
    "ip default-gateway <address>": _gateway,
    "ip name-server <servers...>": _name_servers,
    "no ip name-server <servers...>": _name_servers,
    "ip domain-name <name>": _domain_name,
    "ip domain name <name>": _domain_name,
    "no ip domain-name": _domain_name,
    "no ip domain name": _domain_name,
    "no ip domain-name <name>": _domain_name,
    "no ip domain name <name>": _domain_name,
    "ip domain lookup": _domain_lookup,
    "no ip domain lookup": _domain_lookup,
    "logging host <host...>": _log_host,
    "no logging host <host...>": _log_host,
    "logging <host...>": _log_host,
    "no logging <host...>": _log_host,
    "clock timezone <zone...>": _timezone,
    "clock summer-time <zone...>": _summer_time,
    "snmp-server community <name...>": _community,
    "no snmp-server community <name...>": _community,
    "snmp-server user <name...>": _snmp_user,
    "no snmp-server user <name...>": _snmp_user,
    "snmp-server host <host...>": _snmp_host,
    "no snmp-server host <host...>": _snmp_host,
    "spanning-tree mode pvst|rapid-pvst|mst": _stp_mode,
    "no spanning-tree mode": _stp_mode,
    "no spanning-tree mode pvst|rapid-pvst|mst": _stp_mode,
    "spanning-tree vlan <list>": _stp_vlan,
    "spanning-tree vlan <list> <rest...>": _stp_vlan,
    "no spanning-tree vlan <list>": _stp_vlan,
    "no spanning-tree vlan <list> <rest...>": _stp_vlan,
    "no ip default-gateway": drop_head("ip default-gateway"),
    "no ip default-gateway <address>": drop_head("ip default-gateway"),
    "no clock timezone": drop_head("clock timezone"),
    "no clock timezone <zone...>": drop_head("clock timezone"),
    "no clock summer-time": drop_head("clock summer-time"),
    "no clock summer-time <zone...>": drop_head("clock summer-time"),
}
"""Commands of the global mode."""
