"""Global mode of a simulated Catalyst switch.

Source: Cisco IOS 15.2(7)E command references (Catalyst 2960-X): system management.
"""

from collections.abc import Callable

from campusctl.lab import ios_access, ios_acl, ios_port, ios_services, ios_vlan
from campusctl.lab.ios_cli import Cli, Tables, Unfit
from campusctl.lab.ios_words import BLOCKS, GLOBAL_FORMS, removals
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import commands

Handler = Callable[[Cli, list[str]], str]


def _line(cli: Cli, args: list[str]) -> str:
    """Keep a global line."""
    del args
    line = cli.line
    if line.startswith("aaa ") and not cli.config.has("aaa new-model") and not cli.boot:
        raise Unfit("aaa")
    lines = cli.config.lines
    lines.items = [old for old in lines.items if old != f"no {line}"]
    if line not in _DEFAULTS:
        lines.put(line)
    return ""


_DEFAULTS = (
    "service config",
    "ip domain-lookup",
    "ip source-route",
    "logging on",
    "logging console",
    "logging monitor",
    "cdp run",
    "spanning-tree etherchannel guard misconfig",
    "snmp-server manager",
    "ip igmp snooping",
)
"""Lines that say what is so anyway: never kept."""

_ON_BY_DEFAULT = (
    "ip domain-lookup",
    "ip source-route",
    "ip http server",
    "ip http secure-server",
    "logging on",
    "logging console",
    "logging monitor",
    "service pad",
    "cdp run",
    "cdp advertise-v2",
    "spanning-tree etherchannel guard misconfig",
    "ip igmp snooping",
    "service password-encryption",
    "service timestamps debug",
    "service timestamps log",
    "ip ssh version",
)
"""Settings whose `no` is printed."""


def _no_line(cli: Cli, args: list[str]) -> str:
    """Take a global line away; some `no` lines are kept."""
    del args
    line = cli.line.removeprefix("no ")
    lines = cli.config.lines
    if line == "aaa new-model":
        lines.items = [old for old in lines.items if not old.startswith("aaa ")]
        return ""
    if line.startswith("aaa session-id"):
        lines.put("aaa session-id common")
        return ""
    found = lines.drop(line)
    if line in _ON_BY_DEFAULT and line != "ip ssh version":
        lines.put(f"no {line}")
    elif not found and line.startswith(("ip route ", "ntp server ")) and not cli.boot:
        what = "%No matching route to delete" if line.startswith("ip route") else "% NTP: association not found"
        raise Rejected(what)
    return ""


def _flag(cli: Cli, args: list[str]) -> str:
    """A setting that is printed whether on or off: `ip http server`."""
    del args
    line = cli.line
    plain = line.removeprefix("no ")
    cli.config.lines.drop(f"no {plain}")
    cli.config.lines.drop(plain)
    cli.config.lines.put(line)
    return ""


def _hostname(cli: Cli, args: list[str]) -> str:
    name = args[0]
    if not name[0].isalpha() or not all(char.isalnum() or char in "-_." for char in name):
        raise Rejected("% Hostname contains one or more illegal characters.\n")
    cli.config.hostname = name[:63]
    return ""


def _no_hostname(cli: Cli, args: list[str]) -> str:
    del args
    cli.config.hostname = "Switch"
    return ""


def _version(cli: Cli, args: list[str]) -> str:
    cli.config.version = args[0]
    return ""


_BANNERS = "motd|login|exec|incoming|prompt-timeout|slip-ppp|config-save"


def _banner(cli: Cli, args: list[str]) -> str:
    """A banner between two delimiters, on one line or many; in a stored text `^C` stands for one character."""
    kind, rest = args
    mark = "^C" if cli.boot and rest.startswith("^C") else rest[0]
    text, end, _ = rest[len(mark) :].partition(mark)
    if end:
        cli.config.banners[kind] = text
        return ""
    if cli.boot:
        return _banner_lines(cli, kind, mark, [text])
    return f"Enter TEXT message.  End with the character '{mark}'." + _banner_lines(cli, kind, mark, [text])


def _banner_lines(cli: Cli, kind: str, mark: str, lines: list[str]) -> str:
    def take(line: str) -> str:
        text, end, _ = line.partition(mark)
        if end:
            cli.config.banners[kind] = "\n".join([*lines, text])
            return ""
        return _banner_lines(cli, kind, mark, [*lines, line])

    return cli.inquire("", take)


def _no_banner(cli: Cli, args: list[str]) -> str:
    cli.config.banners.pop(args[0], None)
    return ""


def _open_block(cli: Cli, args: list[str]) -> str:
    del args
    cli.config.blocks.setdefault(cli.line, [])
    return cli.enter(Context("block", cli.line))


def _no_block(cli: Cli, args: list[str]) -> str:
    del args
    cli.config.blocks.pop(cli.line.removeprefix("no "), None)
    return ""


def _keys(cli: Cli, args: list[str]) -> str:
    del args
    return (
        f"The name for the keys will be: {cli.config.hostname}.lab\n\n% The key modulus size is 2048 bits\n"
        "% Generating 2048 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 1 seconds)\n"
    )


def leave(cli: Cli, args: list[str]) -> str:
    """`exit`: one mode up."""
    del args
    cli.leave()
    return ""


def end(cli: Cli, args: list[str]) -> str:
    """`end`: back to the enable prompt."""
    del args
    cli.end()
    return ""


_GLOBAL: dict[str, Handler] = {
    "hostname <name>": _hostname,
    "no hostname": _no_hostname,
    "no hostname <name>": _no_hostname,
    "version <release>": _version,
    "interface range <list...>": ios_port.interface_range,
    "interface <name...>": ios_port.interface,
    "no interface <name...>": ios_port.no_interface,
    "default interface <name...>": ios_port.default_interface,
    "ip http server|secure-server": _flag,
    "no ip http server|secure-server": _flag,
    "ip access-list standard|extended <name>": ios_acl.open_list,
    "no ip access-list standard|extended <name>": ios_acl.remove_list,
    "ip access-list resequence <name> <start> <step>": ios_acl.resequence,
    "access-list <number> <entry...>": ios_acl.numbered,
    "no access-list <number>": ios_acl.no_numbered,
    "no access-list <number> <entry...>": ios_acl.no_numbered,
    "no aaa new-model": _no_line,
    f"banner {_BANNERS} <text...>": _banner,
    f"no banner {_BANNERS}": _no_banner,
    f"no banner {_BANNERS} <text...>": _no_banner,
    "crypto key generate rsa": _keys,
    "crypto key generate rsa <rest...>": _keys,
}

_ACL: dict[str, Handler] = {
    "permit <rest...>": ios_acl.entry,
    "deny <rest...>": ios_acl.entry,
    "remark <rest...>": ios_acl.entry,
    "<number> permit <rest...>": ios_acl.entry,
    "<number> deny <rest...>": ios_acl.entry,
    "<number> remark <rest...>": ios_acl.entry,
    "no <rest...>": ios_acl.drop_entry,
}

_ALL = {**_GLOBAL, **ios_vlan.GLOBAL, **ios_services.GLOBAL, **ios_access.GLOBAL}
_OPENERS = ("interface", "vlan", "line", "ip access-list", "banner")

CONFIG_TABLES: Tables = {
    "config": [
        *commands(_ALL),
        *commands(dict.fromkeys(BLOCKS, _open_block)),
        *commands(dict.fromkeys([f"no {form}" for form in BLOCKS], _no_block)),
        *commands(dict.fromkeys(GLOBAL_FORMS, _line)),
        *commands(dict.fromkeys(removals(GLOBAL_FORMS), _no_line)),
    ],
    "if": [*ios_port.IF_COMMANDS],
    "vlan": commands(ios_vlan.MODE),
    "acl": commands(_ACL),
    "line": [*ios_access.LINE_COMMANDS],
    "opener": commands({form: run for form, run in _ALL.items() if form.startswith(_OPENERS)}),
}
"""Commands of every configuration mode; `opener`: those that open a section we understand."""
