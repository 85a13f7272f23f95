"""Global, VLAN and line mode of a simulated Catalyst switch.

Source: Cisco IOS 15.2(7)E command references (Catalyst 2960-X): system management, VLAN, security, SNMP.
"""

from collections.abc import Callable
from ipaddress import IPv4Address
from random import Random

from campusctl.lab import ios_acl, ios_port
from campusctl.lab.ios_cli import Cli, Context, Rejected, Tables, Unfit
from campusctl.lab.ios_state import LINE_KEYS, RESERVED, Config, User, Vlan, hash_secret, scramble, vlan_numbers
from campusctl.lab.ios_words import BLOCKS, GLOBAL_FORMS, LINE_FORMS, removals
from campusctl.lab.vocabulary import Lines, Numbered, commands

Handler = Callable[[Cli, list[str]], str]

_DICE = Random()  # noqa: S311 - salts of a simulation


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


def _vlan(cli: Cli, args: list[str]) -> str:
    if cli.config.vtp_mode() == "client" and not cli.boot:
        raise Rejected("VTP VLAN configuration not allowed when device is in CLIENT mode.")
    numbers = _vlan_list(args[0])
    for number in numbers:
        cli.config.vlans.setdefault(number, Vlan())
    return cli.enter(Context("vlan", names=tuple(str(number) for number in sorted(numbers))))


def _vlan_list(text: str) -> frozenset[int]:
    try:
        return vlan_numbers(text)
    except ValueError:
        raise Rejected("Command rejected: Bad VLAN list - character #1 is a non-numeric character.") from None


def _no_vlan(cli: Cli, args: list[str]) -> str:
    if cli.config.vtp_mode() == "client" and not cli.boot:
        raise Rejected("VTP VLAN configuration not allowed when device is in CLIENT mode.")
    for number in sorted(_vlan_list(args[0])):
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
        if not word.lstrip("-").isdigit():
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


def _drop_head(head: str) -> Handler:
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
    numbers = _vlan_list(args[0])
    if words[:1] == ["priority"] and len(words) > 1 and not removing:
        if not words[1].isdigit() or int(words[1]) > 61440:
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


def _user(cli: Cli, args: list[str]) -> str:
    """`username NAME [privilege N] [password|secret [TYPE] TEXT]`."""
    name, words = args[0], args[1].split() if len(args) > 1 else []
    config = cli.config
    user = config.users.get(name) or User(word="")
    while words:
        head = words.pop(0).lower()
        full = [word for word in ("privilege", "password", "secret", "nopassword") if word.startswith(head)]
        if len(full) != 1:
            raise Unfit(head)
        if full[0] == "nopassword":
            user.word, user.kind, user.text = "nopassword", "", ""
        elif not words:
            raise Rejected("% Incomplete command.\n")
        elif full[0] == "privilege":
            if not (words[0].isdigit() and int(words[0][:3]) < 16):
                raise Unfit(words[0])
            user.privilege = int(words.pop(0))
        else:
            if user.word and user.word not in ("nopassword", full[0]) and not cli.boot:
                raise Rejected(
                    "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."
                )
            user.word = full[0]
            user.kind, user.text = stored(config, full[0], words)
            words = []
    config.users[name] = user
    return ""


def stored(config: Config, word: str, words: list[str]) -> tuple[str, str]:
    """How a password or secret is kept: its type and its text.

    Raises:
        Rejected, Unfit: The type is unknown, or the text is not one of it.
    """
    kinds = ("0", "5", "8", "9") if word == "secret" else ("0", "7")
    kind = words.pop(0) if len(words) > 1 and words[0].isdigit() else "0"
    if kind not in kinds:
        raise Unfit(kind)
    text = " ".join(words)
    if kind in ("5", "8", "9") and not text.startswith({"5": "$1$", "8": "$8$", "9": "$9$"}[kind]):
        raise Rejected(
            "ERROR: The secret you entered is not a valid encrypted secret.\n"
            "To enter an UNENCRYPTED secret, do not specify type 5 encryption.\n"
            "When you properly enter an UNENCRYPTED secret, it will be encrypted."
        )
    if word == "secret" and kind == "0":
        return "5", hash_secret(text, _DICE)
    if word == "password" and kind == "0" and config.has("service password-encryption"):
        return "7", scramble(text, _DICE)
    return kind, text


def _no_user(cli: Cli, args: list[str]) -> str:
    """IOS 15.2 asks first, whatever stands behind the name."""
    name = args[0]

    def remove() -> str:
        cli.config.users.pop(name, None)
        return ""

    if cli.boot:
        return remove()
    ask = "This operation will remove all username related configurations with same name.Do you want to continue? "
    return cli.confirm(ask, remove)


def _enable_secret(cli: Cli, args: list[str]) -> str:
    word, words = args[0], args[1].split()
    level = words[:2] if words[0] == "level" and len(words) > 2 else []
    kind, text = stored(cli.config, word, words[len(level) :])
    shown = f" {kind}" if kind != "0" else ""
    cli.config.lines.put(" ".join([f"enable {word}", *level]) + f"{shown} {text}")
    return ""


def _encrypt(cli: Cli, args: list[str]) -> str:
    """`service password-encryption` scrambles what is stored in clear; its `no` leaves it scrambled."""
    del args
    config = cli.config
    config.lines.drop("no service password-encryption")
    config.lines.put("service password-encryption")
    for user in config.users.values():
        if user.word == "password" and user.kind in ("", "0"):
            user.kind, user.text = "7", scramble(user.text, _DICE)
    for lines in [*config.vtys.values(), *config.consoles.values()]:
        for line in [line for line in lines.items if line.startswith("password ")]:
            words = line.split(" ", 2)
            if words[1] != "7":
                lines.put(f"password 7 {scramble(line.removeprefix('password ').removeprefix('0 '), _DICE)}")
    return ""


def _aaa(cli: Cli, args: list[str]) -> str:
    del args
    cli.config.lines.put("aaa new-model")
    if not any(line.startswith("aaa session-id") for line in cli.config.lines.items):
        cli.config.lines.put("aaa session-id common")
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


def _lines_of(cli: Cli, args: list[str]) -> str:
    """`line vty 0 4`, `line con 0`."""
    words = args[0].split()
    kind = next((full for full in ("vty", "console", "aux") if full.startswith(words[0].lower())), "")
    numbers = words[1:]
    if not kind or not numbers or not all(number.isdigit() and len(number) < 4 for number in numbers):
        raise Rejected("% Incomplete command.\n") if kind and not numbers else Unfit(words[-1])
    if kind != "vty":
        name = f"{kind[:3]} {numbers[0]}"
        if kind == "console" or cli.boot:
            cli.config.consoles.setdefault(name, Lines(LINE_KEYS, []))
        if name not in cli.config.consoles:
            raise Unfit(words[0])
        return cli.enter(Context("line", names=(name,)))
    first, last = int(numbers[0]), int(numbers[-1])
    if last > 98 or last < first:
        raise Unfit(numbers[-1])
    for number in range(last + 1):
        if number not in cli.config.vtys:
            cli.config.vtys[number] = Lines(LINE_KEYS, [])
    return cli.enter(Context("line", names=tuple(str(number) for number in range(first, last + 1))))


def _no_lines(cli: Cli, args: list[str]) -> str:
    """`no line vty 5 15` takes lines away; 0 to 4 stay."""
    words = args[0].split()
    numbers = words[1:]
    if not words[0].startswith("v") or not numbers or not all(number.isdigit() for number in numbers):
        raise Unfit(words[0])
    if int(numbers[0]) < 5:
        raise Rejected("% Can't delete last 5 VTY lines")
    for number in [number for number in cli.config.vtys if number >= int(numbers[0])]:
        del cli.config.vtys[number]
    return ""


def _terminal(cli: Cli, args: list[str]) -> str:
    """A setting of terminal lines."""
    del args
    line = cli.line
    for lines in cli.terminal_lines():
        if line.startswith("no "):
            lines.drop(line.removeprefix("no "))
            if line.removeprefix("no ") in ("login", "exec", "exec-timeout"):
                lines.put("exec-timeout 0 0" if line.endswith("timeout") else line)
        else:
            lines.drop(f"no {line.split()[0]}")
            lines.put(_timeout(line))
    return ""


def _timeout(line: str) -> str:
    words = line.split()
    return f"{line} 0" if words[0] == "exec-timeout" and len(words) == 2 else line


def _line_password(cli: Cli, args: list[str]) -> str:
    kind, text = stored(cli.config, "password", args[0].split())
    for lines in cli.terminal_lines():
        lines.put(f"password 7 {text}" if kind == "7" else f"password {text}")
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
    "vlan <list>": _vlan,
    "no vlan <list>": _no_vlan,
    "vtp mode transparent|server|client|off": _vtp_mode,
    "no vtp mode": lambda cli, _args: _vtp_mode(cli, ["server"]),
    "ip default-gateway <address>": _gateway,
    "no ip default-gateway": _drop_head("ip default-gateway"),
    "no ip default-gateway <address>": _drop_head("ip default-gateway"),
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
    "ip http server|secure-server": _flag,
    "no ip http server|secure-server": _flag,
    "ip access-list standard|extended <name>": ios_acl.open_list,
    "no ip access-list standard|extended <name>": ios_acl.remove_list,
    "ip access-list resequence <name> <start> <step>": ios_acl.resequence,
    "access-list <number> <entry...>": ios_acl.numbered,
    "no access-list <number>": ios_acl.no_numbered,
    "no access-list <number> <entry...>": ios_acl.no_numbered,
    "logging host <host...>": _log_host,
    "no logging host <host...>": _log_host,
    "logging <host...>": _log_host,
    "no logging <host...>": _log_host,
    "clock timezone <zone...>": _timezone,
    "no clock timezone": _drop_head("clock timezone"),
    "no clock timezone <zone...>": _drop_head("clock timezone"),
    "clock summer-time <zone...>": _summer_time,
    "no clock summer-time": _drop_head("clock summer-time"),
    "no clock summer-time <zone...>": _drop_head("clock summer-time"),
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
    "username <name>": _user,
    "username <name> <rest...>": _user,
    "no username <name>": _no_user,
    "no username <name> <rest...>": _no_user,
    "enable secret|password <secret...>": _enable_secret,
    "no enable secret": _drop_head("enable secret"),
    "no enable secret <rest...>": _drop_head("enable secret"),
    "no enable password": _drop_head("enable password"),
    "no enable password <rest...>": _drop_head("enable password"),
    "service password-encryption": _encrypt,
    "aaa new-model": _aaa,
    "no aaa new-model": _no_line,
    f"banner {_BANNERS} <text...>": _banner,
    f"no banner {_BANNERS}": _no_banner,
    f"no banner {_BANNERS} <text...>": _no_banner,
    "line <lines...>": _lines_of,
    "no line <lines...>": _no_lines,
    "crypto key generate rsa": _keys,
    "crypto key generate rsa <rest...>": _keys,
}

_VLAN: dict[str, Handler] = {
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

_ACL: dict[str, Handler] = {
    "permit <rest...>": ios_acl.entry,
    "deny <rest...>": ios_acl.entry,
    "remark <rest...>": ios_acl.entry,
    "<number> permit <rest...>": ios_acl.entry,
    "<number> deny <rest...>": ios_acl.entry,
    "<number> remark <rest...>": ios_acl.entry,
    "no <rest...>": ios_acl.drop_entry,
}

_LINE: dict[str, Handler] = {"password <text...>": _line_password, "no password": _terminal}

_OPENERS = ("interface", "vlan", "line", "ip access-list")

CONFIG_TABLES: Tables = {
    "config": [
        *commands(_GLOBAL),
        *commands(dict.fromkeys(BLOCKS, _open_block)),
        *commands(dict.fromkeys([f"no {form}" for form in BLOCKS], _no_block)),
        *commands(dict.fromkeys(GLOBAL_FORMS, _line)),
        *commands(dict.fromkeys(removals(GLOBAL_FORMS), _no_line)),
    ],
    "if": [*ios_port.IF_COMMANDS],
    "vlan": commands(_VLAN),
    "acl": commands(_ACL),
    "line": [
        *commands(_LINE),
        *commands(dict.fromkeys(LINE_FORMS, _terminal)),
        *commands(dict.fromkeys(removals(LINE_FORMS), _terminal)),
    ],
    "opener": commands({form: run for form, run in _GLOBAL.items() if form.startswith(_OPENERS)}),
}
"""Commands of every configuration mode; `opener`: those that open a section we understand."""
