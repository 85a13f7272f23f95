"""Commands at the enable prompt of a simulated Catalyst switch.

Source: Cisco IOS 15.2 Configuration Fundamentals Command Reference.
"""

from collections.abc import Callable

from campusctl.lab import ios_around, ios_show
from campusctl.lab.ios_cli import Cli, Tables, load
from campusctl.lab.ios_config import CONFIG_TABLES, end, leave
from campusctl.lab.ios_device import IosDevice, device
from campusctl.lab.ios_secrets import secret_matches
from campusctl.lab.ios_text import running_text
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.vocabulary import commands

__all__ = ["TABLES", "IosDevice"]

Handler = Callable[[Cli, list[str]], str]

_WELCOME = "Enter configuration commands, one per line.  End with CNTL/Z."


def _configure(cli: Cli, args: list[str]) -> str:
    del args
    cli.enter(Context("config"))
    return _WELCOME


def _ask_configure(cli: Cli, args: list[str]) -> str:
    del args
    return cli.inquire(
        "Configuring from terminal, memory, or network [terminal]? ", lambda _answer: _configure(cli, [])
    )


def _minutes(word: str, longest: int) -> int:
    if not (word.isascii() and word.isdecimal() and 1 <= int(word[:5]) <= longest):
        raise Rejected("% Invalid input detected at '^' marker.\n")
    return int(word)


def _configure_revert(cli: Cli, args: list[str]) -> str:
    minutes, box = _minutes(args[0], 120), device(cli)
    if not any(line.strip().startswith("path ") for line in box.running.blocks.get("archive", [])):
        return "Rollback Confirmed Change: Archive config not set. Please configure `archive' and `path' first."
    if box.armed:
        return "Rollback Confirmed Change: a rollback is already pending."
    box.backups += 1
    box.arm(minutes, cli.user)
    cli.enter(Context("config"))
    return f"Rollback Confirmed Change: Backing up current running config to flash:backup-{box.backups}\n\n{_WELCOME}"


_NO_ROLLBACK = "%No Rollback Confirmed Change pending\n"


def _confirm(cli: Cli, args: list[str]) -> str:
    del args
    return "" if device(cli).disarm() else _NO_ROLLBACK


def _revert_now(cli: Cli, args: list[str]) -> str:
    del args
    if not device(cli).roll_back():
        return _NO_ROLLBACK
    return "Rollback Confirmed Change: rolling back\n"


def _revert_timer(cli: Cli, args: list[str]) -> str:
    minutes, box = _minutes(args[0], 120), device(cli)
    if not box.armed:
        return _NO_ROLLBACK
    box.rearm(minutes)
    return ""


def _rollback_timer(cli: Cli, args: list[str]) -> str:
    del args
    armed = device(cli).armed
    if not armed:
        return _NO_ROLLBACK
    return (
        f"Time configured(or reconfigured): {ios_show.stamp(armed.set_at)}\nTimer type: absolute timer\n"
        f"Timer value: {armed.minutes} min\nUser: {armed.user}\n"
    )


def _save(cli: Cli, args: list[str]) -> str:
    del args
    device(cli).save()
    return "Building configuration...\n[OK]"


def _copy(cli: Cli, args: list[str]) -> str:
    def go(answer: str) -> str:
        name = answer.strip()
        if name in ("", "startup-config"):
            return _save(cli, [])
        return "%Error opening system:/" + name + " (Permission denied)"

    del args
    return cli.inquire("Destination filename [startup-config]? ", go)


def _copy_back(cli: Cli, args: list[str]) -> str:
    del args

    def go(_answer: str) -> str:
        box = device(cli)
        load(box.running, TABLES, box.startup)
        return f"{len(box.startup)} bytes copied in 0.5 secs\n"

    return cli.inquire("Destination filename [running-config]? ", go)


def _erase(cli: Cli, args: list[str]) -> str:
    del args

    def go() -> str:
        box = device(cli)
        box.startup = ""
        return "[OK]\nErase of nvram: complete"

    ask = "Erasing the nvram filesystem will remove all configuration files! Continue? "
    return cli.confirm(ask, go)


def _reload(cli: Cli, args: list[str]) -> str:
    del args

    def go() -> str:
        cli.closed = True
        device(cli).reboot()
        return ""

    return _after_saving(cli, lambda: cli.confirm("Proceed with reload? ", go))


def _after_saving(cli: Cli, then: Callable[[], str]) -> str:
    """Offer to save, if there is something to save, then go on."""
    box = device(cli)
    if not box.unsaved():
        return then()

    def answer(word: str) -> str:
        if not word.strip() or not ("yes".startswith(word.strip().lower()) or "no".startswith(word.strip().lower())):
            cli.inquire(ask, answer)
            return "% Please answer 'yes' or 'no'."
        said = _save(cli, []) + "\n" if word.strip().lower().startswith("y") else ""
        return said + then()

    ask = "\nSystem configuration has been modified. Save? [yes/no]: "
    return cli.inquire(ask, answer)


def _reload_in(cli: Cli, args: list[str]) -> str:
    word = args[0].split()[0]
    hours, colon, minutes = word.rpartition(":")
    whole = _minutes(minutes, 34560) + (int(hours) * 60 if colon and hours.isdecimal() else 0)

    def go() -> str:
        device(cli).reload_in(whole)
        return ""

    def ask() -> str:
        cli.confirm("Proceed with reload? ", go)
        when = ios_show.stamp(device(cli).clock.now() + whole * 60)
        return (
            f"Reload scheduled for {when} (in {whole} minute{'s' if whole > 1 else ''}) by {cli.user} on vty0"
            f" ({cli.source or '10.0.0.10'})\nReload reason: Reload Command"
        )

    return _after_saving(cli, ask)


def _reload_cancel(cli: Cli, args: list[str]) -> str:
    del args
    if not device(cli).cancel_reload():
        return "%No reload is scheduled\n"
    return "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"


def _show_reload(cli: Cli, args: list[str]) -> str:
    del args
    box = device(cli)
    if not box.reload_at:
        return "No reload is scheduled."
    left = int(box.reload_at - box.clock.now())
    return (
        f"Reload scheduled for {ios_show.stamp(box.reload_at)} (in {left // 60} minutes and {left % 60} seconds) by"
        f" {cli.user} on vty0\nReload reason: Reload Command"
    )


def _running(cli: Cli, args: list[str]) -> str:
    del args
    text = running_text(cli.config).rstrip("\n")
    head = f"!\n! Last configuration change at {ios_show.stamp(device(cli).booted)}\n!\n"
    size = len(text) + len(head)
    return f"Building configuration...\n\nCurrent configuration : {size} bytes\n{head}{text}\n"


def _startup(cli: Cli, args: list[str]) -> str:
    del args
    text = device(cli).startup.rstrip("\n")
    if not text:
        return "startup-config is not present\n"
    return f"Using {len(text)} out of 524288 bytes\n!\n{text}\n"


def _disable(cli: Cli, args: list[str]) -> str:
    del args
    cli.stack = cli.stack[:1]
    return ""


def _enable(cli: Cli, args: list[str]) -> str:
    del args
    if cli.context.kind != "user":
        return ""
    lines = [line.split() for line in cli.config.lines.items if line.startswith(("enable secret ", "enable password "))]
    if not lines:
        return "% No password set" if "aaa new-model" not in cli.config.lines.items else "% Error in authentication.\n"
    words = min(lines, key=lambda line: line[1] == "password")
    kind, text = (words[2], words[3]) if len(words) > 3 else ("0", words[2])

    def check(left: int) -> Callable[[str], str]:
        def go(secret: str) -> str:
            if secret_matches(secret, kind, text):
                cli.stack.append(Context("exec"))
                return ""
            if left:
                return cli.inquire("Password: ", check(left - 1), secret=True)
            return "% Access denied\n"

        return go

    return cli.inquire("Password: ", check(2), secret=True)


def _logout(cli: Cli, args: list[str]) -> str:
    del args
    cli.closed = True
    return ""


def _length(cli: Cli, args: list[str]) -> str:
    if not args[0].isdecimal() or int(args[0][:4]) > 512:
        raise Rejected("% Invalid input detected at '^' marker.\n")
    cli.rows = int(args[0])
    cli.paging = args[0] != "0"
    return ""


def _quiet(cli: Cli, args: list[str]) -> str:
    del cli, args
    return ""


def _do(cli: Cli, args: list[str]) -> str:
    before, cli.stack = cli.stack, cli.stack[:2]
    try:
        return cli.run(args[0])
    finally:
        cli.stack = before


_EXEC: dict[str, Handler] = {
    "enable": _enable,
    "enable <level>": _enable,
    "disable": _disable,
    "exit": _logout,
    "logout": _logout,
    "quit": _logout,
    "end": _quiet,
    "configure": _ask_configure,
    "configure terminal": _configure,
    "configure terminal revert timer <minutes>": _configure_revert,
    "configure confirm": _confirm,
    "configure revert now": _revert_now,
    "configure revert timer <minutes>": _revert_timer,
    "write": _save,
    "write memory": _save,
    "write erase": _erase,
    "erase startup-config": _erase,
    "copy running-config startup-config": _copy,
    "copy startup-config running-config": _copy_back,
    "reload": _reload,
    "reload in <time...>": _reload_in,
    "reload cancel": _reload_cancel,
    "terminal length <n>": _length,
    "terminal width <n>": _quiet,
    "terminal no monitor": _quiet,
    "terminal monitor": _quiet,
    "clear <rest...>": _quiet,
    "ping <address>": ios_around.ping,
    "ping <address> <rest...>": ios_around.ping,
}

_SHOW: dict[str, Handler] = {
    "show running-config": _running,
    "show running-config interface <name...>": ios_show.running_interface,
    "show startup-config": _startup,
    "show reload": _show_reload,
    "show archive config rollback timer": _rollback_timer,
    **ios_show.COMMANDS,
}

_USER_SHOW = {form: run for form, run in _SHOW.items() if "config" not in form}

TABLES: Tables = {
    **CONFIG_TABLES,
    "exec": commands({**_EXEC, **_SHOW}),
    "user": commands({**{form: _EXEC[form] for form in ("enable", "exit", "logout", "quit")}, **_USER_SHOW,
                      "terminal length <n>": _length, "terminal width <n>": _quiet}),
}  # fmt: skip
"""All commands of the switch."""
for _mode in ("config", "if", "vlan", "acl", "line"):
    # In every mode's own table, else `do` would be taken for the beginning of `dot1x` there.
    TABLES[_mode] = [*commands({"do <command...>": _do, "exit": leave, "end": end}), *TABLES[_mode]]
