"""Who may do what on ArubaOS-Switch: passwords, SNMP, authorized managers, access lists.

Source: ArubaOS-Switch 16.10 Access Security, and Management and Configuration Guides.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

from campusctl.lab.modes import Context, Rejected
from campusctl.lab.procurve_cli import Cli
from campusctl.lab.procurve_state import Account, sha1
from campusctl.lab.procurve_vlan import leave, number, text_of
from campusctl.lab.vocabulary import commands, split_words, unquote

Handler = Callable[[Cli, list[str]], str]


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
    """A community typed without a view gets the operator's; `manager restricted` is what is not shown."""
    typed = {word.lower() for word in args[1:]}
    operator = "operator" in typed or not (cli.boot or typed & {"manager", "unrestricted"})
    shown = [*(["operator"] if operator else []), *(["unrestricted"] if "unrestricted" in typed else [])]
    cli.config.lines.put(" ".join(["snmp-server community", _quoted(args[0]), *shown]))
    return ""


def _no_community(cli: Cli, args: list[str]) -> str:
    cli.config.lines.drop(f"snmp-server community {_quoted(args[0])}")
    return ""


def _snmp_host(cli: Cli, args: list[str]) -> str:
    words = split_words(args[1])
    if "community" in words[:-1]:
        at = words.index("community") + 1
        words[at] = _quoted(words[at])
    cli.config.lines.put(" ".join(["snmp-server host", ip_address(args[0]), *words]))
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


def ip_address(text: str) -> str:
    """An IPv4 address.

    Raises:
        Rejected: It is none.
    """
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise Rejected(f"Invalid input: {text}") from None


def _managers(cli: Cli, args: list[str]) -> str:
    mask = ip_address(args[1]) if len(args) > 1 and args[1] != "access" else "255.255.255.255"
    access = args[-1].lower() if "access" in args else "manager"
    cli.config.lines.put(f"ip authorized-managers {ip_address(args[0])} {mask} access {access}")
    return ""


def _managers_rest(cli: Cli, args: list[str]) -> str:
    return _managers(cli, [args[0], *split_words(args[1])])


def _no_managers(cli: Cli, args: list[str]) -> str:
    words = split_words(args[1]) if len(args) > 1 else []
    mask = words[0] if words and words[0] != "access" else "255.255.255.255"
    cli.config.lines.drop(f"ip authorized-managers {ip_address(args[0])} {mask}")
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
    at = number(args.pop(0), 1, 2147483647) if args[0].isdecimal() else max(entries, default=0) // 10 * 10 + 10
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


OPENERS: dict[str, Handler] = {"ip access-list extended|standard <name>": _acl}
"""Lines that open a context of this file."""

GLOBAL: dict[str, Handler] = {
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
    "no ip access-list extended|standard <name>": _no_acl,
    "snmpv3 enable": _snmpv3,
}
"""Global commands of this file."""

_ACL: dict[str, Handler] = {
    "exit": leave,
    "permit|deny|remark <rest...>": _entry,
    "<number> permit|deny|remark <rest...>": _entry,
    "no <number>": _no_entry,
}

TABLES = {"acl": commands(_ACL)}
"""Commands per context of this file."""
