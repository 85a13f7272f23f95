"""Global configuration commands of ArubaOS-Switch.

Source: ArubaOS-Switch 16.10 Basic Operation, Management and Configuration, and Access Security Guides.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

from campusctl.lab import procurve_vlan
from campusctl.lab.procurve_cli import Cli, Context, Rejected, Tables
from campusctl.lab.procurve_state import DEFAULT_ON, Account, sha1
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


def _no_banner(cli: Cli, _args: list[str]) -> str:
    cli.config.banner = ""
    return ""


def _password(cli: Cli, args: list[str]) -> str:
    level, user, kind, secret = args if len(args) == 4 else (args[0], "", *args[1:])
    if level == "all":
        raise Rejected("Invalid input: all")
    digest = unquote(secret).lower() if kind == "sha1" else sha1(unquote(secret))
    cli.config.accounts[level] = Account(unquote(user), digest)
    return ""


def _bare_password(cli: Cli, args: list[str]) -> str:
    """`password manager` alone asks; in a stored configuration it says that there is one."""
    level, user = args[0], unquote(args[1]) if len(args) > 1 else ""
    if cli.boot:
        cli.config.accounts.setdefault(level, Account(user))
        return ""

    def again(first: str) -> Callable[[str], str]:
        def check(second: str) -> str:
            if first != second:
                return "Password mismatch."
            cli.config.accounts[level] = Account(user, sha1(first))
            return ""

        return check

    def retype(first: str) -> str:
        return cli.inquire(f"Please retype new password for {level}: ", again(first), secret=True)

    return cli.inquire(f"New password for {level}: ", retype, secret=True)


def _no_password(cli: Cli, args: list[str]) -> str:
    levels = ("manager", "operator") if args[0] == "all" else (args[0],)

    def delete() -> str:
        for level in levels:
            cli.config.accounts.pop(level, None)
        return ""

    return cli.confirm("Password protection will be deleted, do you want to continue [y/n]? ", delete)


def _credentials(cli: Cli, _args: list[str]) -> str:
    cli.config.credentials = True
    return ""


def _no_credentials(cli: Cli, _args: list[str]) -> str:
    cli.config.credentials = False
    return ""


def _system(cli: Cli, args: list[str]) -> str:
    """`snmp-server contact "X" location "Y"`, either or both."""
    for key, value in zip(args[::2], args[1::2], strict=True):
        setattr(cli.config, key, text_of(value, 255))
    return ""


def _no_system(cli: Cli, args: list[str]) -> str:
    setattr(cli.config, args[0], "")
    return ""


def _quoted(words: str) -> str:
    return f'"{unquote(words)}"'


def _community(cli: Cli, args: list[str]) -> str:
    rest = [word for word in args[1:] if word.lower() not in ("operator", "restricted")]
    cli.config.lines.put(" ".join(["snmp-server community", _quoted(args[0]), *(word.lower() for word in rest)]))
    return ""


def _no_community(cli: Cli, args: list[str]) -> str:
    cli.config.lines.drop(f"snmp-server community {_quoted(args[0])}")
    return ""


def _snmp_host(cli: Cli, args: list[str]) -> str:
    words = split_words(args[1])
    if "community" in words[:-1]:
        at = words.index("community") + 1
        words[at] = _quoted(words[at])
    cli.config.lines.put(" ".join(["snmp-server host", _ip(args[0]), *words]))
    return ""


def _snmp_user(cli: Cli, args: list[str]) -> str:
    words = split_words(args[1]) if len(args) > 1 else []
    for kind in ("sha", "md5", "aes", "des"):
        if kind in words[:-1]:
            at = words.index(kind) + 1
            secret = unquote(words[at])
            stored = re.fullmatch(r"[0-9a-f]{40}", secret)
            words[at] = f'"{secret if stored else sha1(kind + secret)}"'
    cli.config.lines.put(" ".join(["snmpv3 user", _quoted(args[0]), *words]))
    return ""


def _no_snmp_user(cli: Cli, args: list[str]) -> str:
    cli.config.lines.drop(f"snmpv3 user {_quoted(args[0])}")
    return ""


def _ip(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise Rejected(f"Invalid input: {text}") from None


def _managers(cli: Cli, args: list[str]) -> str:
    mask = _ip(args[1]) if len(args) > 1 and args[1] != "access" else "255.255.255.255"
    access = args[-1].lower() if "access" in args else "manager"
    cli.config.lines.put(f"ip authorized-managers {_ip(args[0])} {mask} access {access}")
    return ""


def _managers_rest(cli: Cli, args: list[str]) -> str:
    return _managers(cli, [args[0], *split_words(args[1])])


def _no_managers(cli: Cli, args: list[str]) -> str:
    words = split_words(args[1]) if len(args) > 1 else []
    mask = words[0] if words and words[0] != "access" else "255.255.255.255"
    cli.config.lines.drop(f"ip authorized-managers {_ip(args[0])} {mask}")
    return ""


def _gateway(cli: Cli, args: list[str]) -> str:
    cli.config.lines.put(f"ip default-gateway {_ip(args[0])}")
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


def _snmpv3(cli: Cli, _args: list[str]) -> str:
    """The first time, the switch asks for the passwords of a user `initial`."""
    lines = cli.config.lines
    if cli.boot or "snmpv3 enable" in lines.items or any(line.startswith("snmpv3 user ") for line in lines.items):
        lines.put("snmpv3 enable")
        return ""

    def done() -> str:
        lines.put("snmpv3 enable")
        lines.put('snmpv3 user "initial"')
        return "User creation is done.  SNMPv3 is now functional."

    def privacy(_secret: str) -> str:
        cli.confirm("Would you like to create a user that uses SHA? [y/n] ", done, done)
        return "User 'initial' is created"

    def authentication(_secret: str) -> str:
        cli.inquire("Enter privacy password: ", privacy, secret=True)
        return "Privacy protocol is DES"

    cli.inquire("Enter authentication password: ", authentication, secret=True)
    return "SNMPv3 Initialization process.\nCreating user 'initial'\nAuthentication Protocol: MD5"


def _acl(cli: Cli, args: list[str]) -> str:
    head = f"{args[0]} {_quoted(args[1])}"
    cli.config.acls.setdefault(head, {})
    return cli.enter(Context("acl", head))


def _no_acl(cli: Cli, args: list[str]) -> str:
    cli.config.acls.pop(f"{args[0]} {_quoted(args[1])}", None)
    return ""


def _entry(cli: Cli, args: list[str]) -> str:
    entries = cli.config.acls[cli.context.key]
    at = number(args.pop(0), 1, 2147483647) if args[0].isdigit() else max(entries, default=0) // 10 * 10 + 10
    action, rest = args
    entries[at] = f"remark {_quoted(rest)}" if action == "remark" else f"{action} {_wild(rest)}"
    return ""


def _wild(text: str) -> str:
    """Addresses with wildcard masks, as the device shows them."""
    text = re.sub(r"\bhost (\d+\.\d+\.\d+\.\d+)", r"\1 0.0.0.0", text)
    text = re.sub(r"\bany\b", "0.0.0.0 255.255.255.255", text)
    return re.sub(r"\b(\d+\.\d+\.\d+\.\d+/\d{1,2})\b", _from_prefix, text)


def _from_prefix(match: re.Match[str]) -> str:
    try:
        network = IPv4Network(match[1], strict=False)
    except ValueError:
        raise Rejected(f"Invalid input: {match[1]}") from None
    return f"{network.network_address} {network.hostmask}"


def _no_entry(cli: Cli, args: list[str]) -> str:
    cli.config.acls[cli.context.key].pop(number(args[0], 1, 2147483647), None)
    return ""


def _block(form: str) -> Command[Cli]:
    def run(cli: Cli, args: list[str]) -> str:
        header = filled(form, args)
        cli.config.blocks.setdefault(header, [])
        return cli.enter(Context("block", header))

    return Command(tuple(form.split()), run)


_OPENERS: dict[str, Handler] = {**procurve_vlan.OPENERS, "ip access-list extended|standard <name>": _acl}

_GLOBAL: dict[str, Handler] = {
    "exit": leave,
    "hostname <name>": _hostname,
    "banner motd <text...>": _banner,
    "no banner motd": _no_banner,
    "password manager|operator": _bare_password,
    "password manager|operator user-name <user>": _bare_password,
    "password manager|operator plaintext|sha1 <secret>": _password,
    "password manager|operator user-name <user> plaintext|sha1 <secret>": _password,
    "no password manager|operator|all": _no_password,
    "include-credentials": _credentials,
    "no include-credentials": _no_credentials,
    "snmp-server contact|location <text>": _system,
    "snmp-server contact|location <text> contact|location <text>": _system,
    "no snmp-server contact|location": _no_system,
    "no snmp-server contact|location <text>": _no_system,
    "snmp-server community <name>": _community,
    "snmp-server community <name> operator|manager|restricted|unrestricted": _community,
    "snmp-server community <name> operator|manager restricted|unrestricted": _community,
    "no snmp-server community <name>": _no_community,
    "no snmp-server community <name> <rest...>": _no_community,
    "snmp-server host <address> <rest...>": _snmp_host,
    "snmpv3 user <name>": _snmp_user,
    "snmpv3 user <name> <rest...>": _snmp_user,
    "no snmpv3 user <name>": _no_snmp_user,
    "ip authorized-managers <address>": _managers,
    "ip authorized-managers <address> <rest...>": _managers_rest,
    "no ip authorized-managers <address>": _no_managers,
    "no ip authorized-managers <address> <rest...>": _no_managers,
    "ip default-gateway <address>": _gateway,
    "ip route <rest...>": _route,
    "no ip route <rest...>": lambda cli, args: _route(cli, args, no=True),
    "no ip default-gateway": lambda cli, _args: _drop(cli, "ip default-gateway"),
    "no ip default-gateway <address>": lambda cli, args: _drop(cli, f"ip default-gateway {args[0]}"),
    "no ip access-list extended|standard <name>": _no_acl,
    "management-vlan <vlan>": _management_vlan,
    "no management-vlan": lambda cli, _args: _drop(cli, "management-vlan"),
    "no management-vlan <vlan>": lambda cli, _args: _drop(cli, "management-vlan"),
    "primary-vlan <vlan>": lambda cli, args: _line(cli, f"primary-vlan {unquote(args[0])}"),
    "no primary-vlan": lambda cli, _args: _drop(cli, "primary-vlan"),
    "spanning-tree priority <step>": _stp_priority,
    "spanning-tree vlan <list>": _stp_vlan,
    "spanning-tree vlan <list> <option> <value>": _stp_vlan,
    "no spanning-tree vlan <list>": _no_stp_vlan,
    "no spanning-tree vlan <list> <option>": _no_stp_vlan,
    "no spanning-tree vlan <list> <option> <value>": _no_stp_vlan,
    "snmpv3 enable": _snmpv3,
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
    table = _OPENERS | procurve_vlan.GLOBAL | _GLOBAL
    for head in HEADS:
        for form in (*([head] if head in ALONE else []), f"{head} <rest...>"):
            table.setdefault(form, _further(form))
            table.setdefault(f"no {form}", _further(f"no {form}"))
    return [*commands(table), *(_block(form) for form in BLOCKS)]


_ACL: dict[str, Handler] = {
    "exit": leave,
    "permit|deny|remark <rest...>": _entry,
    "<number> permit|deny|remark <rest...>": _entry,
    "no <number>": _no_entry,
}

CONFIG_TABLES: Tables = {
    **procurve_vlan.TABLES,
    "acl": commands(_ACL),
    "opener": [*commands(_OPENERS), *(_block(form) for form in BLOCKS)],
    "config": _global_table(),
}
"""All configuration commands by context; enough to load a configuration."""
