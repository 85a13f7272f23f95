"""Accounts, passwords and terminal lines of a simulated Catalyst switch.

Source: Cisco IOS 15.2 Security Command Reference; Terminal Services Command Reference.
"""

from collections.abc import Callable
from random import Random

from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.ios_secrets import hash_secret, scramble
from campusctl.lab.ios_services import drop_head
from campusctl.lab.ios_state import LINE_KEYS, Config, User
from campusctl.lab.ios_words import LINE_FORMS, removals
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import Command, Lines, commands

Handler = Callable[[Cli, list[str]], str]

_DICE = Random()  # noqa: S311 - salts of a simulation


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
            if not (words[0].isdecimal() and int(words[0][:3]) < 16):
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
    kind = words.pop(0) if len(words) > 1 and words[0].isdecimal() else "0"
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


def _lines_of(cli: Cli, args: list[str]) -> str:
    """`line vty 0 4`, `line con 0`."""
    words = args[0].split()
    kind = next((full for full in ("vty", "console", "aux") if full.startswith(words[0].lower())), "")
    numbers = words[1:]
    if not kind or not numbers or not all(number.isdecimal() and len(number) < 4 for number in numbers):
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
    if not words[0].startswith("v") or not numbers or not all(number.isdecimal() for number in numbers):
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


GLOBAL: dict[str, Handler] = {
    "username <name>": _user,
    "username <name> <rest...>": _user,
    "no username <name>": _no_user,
    "no username <name> <rest...>": _no_user,
    "enable secret|password <secret...>": _enable_secret,
    "service password-encryption": _encrypt,
    "aaa new-model": _aaa,
    "line <lines...>": _lines_of,
    "no line <lines...>": _no_lines,
    "no enable secret": drop_head("enable secret"),
    "no enable secret <rest...>": drop_head("enable secret"),
    "no enable password": drop_head("enable password"),
    "no enable password <rest...>": drop_head("enable password"),
}
"""Commands of the global mode."""

LINE_COMMANDS: list[Command[Cli]] = [
    *commands({"password <text...>": _line_password, "no password": _terminal}),
    *commands(dict.fromkeys(LINE_FORMS, _terminal)),
    *commands(dict.fromkeys(removals(LINE_FORMS), _terminal)),
]
"""Commands of the line mode."""
