"""A simulated Catalyst switch as a device: saving, rollback and reload timers, and the commands at the enable prompt.

Source: Cisco IOS 15.2 Configuration Fundamentals, Configuration Rollback Confirmed Change; `reload` command reference.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from campusctl.lab import ios_acl, ios_show
from campusctl.lab.ios_cli import Cli, Context, Rejected, Store, Tables, load
from campusctl.lab.ios_config import CONFIG_TABLES, end, leave
from campusctl.lab.ios_port import interface_address
from campusctl.lab.ios_state import Config, Port, Vlan, secret_matches
from campusctl.lab.ios_text import running_text
from campusctl.lab.surroundings import Clock, Surroundings, Timer
from campusctl.lab.vocabulary import Lines, commands

Handler = Callable[[Cli, list[str]], str]

DEFAULT_PORTS = tuple(f"GigabitEthernet1/0/{number}" for number in range(1, 53))
"""A 48-port switch with four uplinks."""

_WARN_S = 60
"""How long before a rollback the switch warns."""


@dataclass(slots=True)
class Armed:
    """A rollback that waits for its confirmation."""

    config: Config
    """What the switch goes back to."""
    minutes: int
    """As configured."""
    user: str
    """Who configured it."""
    set_at: float
    """When, in seconds since 1970."""
    timers: tuple[Timer, ...]
    """The warning and the rollback."""


@dataclass(frozen=True, slots=True)
class Private:
    """What a saved switch keeps besides the text of its startup configuration."""

    vlans: dict[int, Vlan]
    """`vlan.dat`."""
    snmp_users: list[str]
    """SNMPv3 users, which no text shows."""


class IosDevice(Store):
    """Running and stored configuration of one switch, and what happens to them over time."""

    def __init__(
        self,
        startup: str,
        clock: Clock,
        *,
        ports: Sequence[str] = DEFAULT_PORTS,
        around: Surroundings | None = None,
    ) -> None:
        """Boot from a stored configuration.

        Args:
            startup: Configuration text; unknown lines are kept.
            clock: Runs the timers.
            ports: Canonical port names in the device's order.
            around: Links, neighbours and end devices; all ports linked, when left out.
        """
        self.ports = tuple(ports) or DEFAULT_PORTS
        self.clock = clock
        self.around = around or Surroundings(linked=set(self.ports))
        self.running = self.read(startup)
        self.save()
        self.armed: Armed | None = None
        self.reload_at = 0.0
        self.reload_timers: tuple[Timer, ...] = ()
        self.booted = clock.now()
        self.backups = 0
        self.notify: Callable[[str], None] = _nobody
        """Called with a line for everyone who is logged in."""
        self.restart: Callable[[], None] = _nothing
        """Called when the switch reboots, after its state has been renewed."""

    def read(self, text: str) -> Config:
        """The configuration a text stands for on this hardware."""
        config = Config(ports={name: Port() for name in self.ports})
        load(config, TABLES, text)
        return config

    def save(self) -> None:
        """The running configuration becomes the startup configuration."""
        self.startup = running_text(self.running)
        self._private = Private(deepcopy(self.running.vlans), list(self.running.snmp_users.items))

    def unsaved(self) -> bool:
        """Whether the running configuration is not the stored one."""
        return running_text(self.running) != self.startup

    def reboot(self) -> None:
        """Unsaved changes are lost, and so are timers; the private configuration (SNMPv3 users) was saved too."""
        self.disarm()
        self.cancel_reload()
        self.running = self.read(self.startup)
        self.running.vlans = deepcopy(self._private.vlans)
        self.running.snmp_users.items = list(self._private.snmp_users)
        self.booted = self.clock.now()
        self.restart()

    def arm(self, minutes: int, user: str) -> None:
        """Go back to the running configuration as it is now, unless confirmed in time."""
        self._arm(deepcopy(self.running), minutes, user)

    def rearm(self, minutes: int) -> None:
        """Start the timer again; what the switch goes back to stays."""
        if self.armed:
            self._arm(self.armed.config, minutes, self.armed.user)

    def _arm(self, config: Config, minutes: int, user: str) -> None:
        self.disarm()
        whole = minutes * 60
        timers = (
            self.clock.after(max(whole - _WARN_S, 0), self._warn),
            self.clock.after(whole, self._expire),
        )
        self.armed = Armed(config, minutes, user, self.clock.now(), timers)

    def disarm(self) -> bool:
        """No rollback any more; whether there was one."""
        armed, self.armed = self.armed, None
        for timer in armed.timers if armed else ():
            timer.cancel()
        return armed is not None

    def _expire(self) -> None:
        self.roll_back()

    def roll_back(self) -> bool:
        """Go back now; whether a rollback was armed."""
        armed = self.armed
        if not self.disarm() or armed is None:
            return False
        self.running = armed.config
        self.notify(
            "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: flash:backup-"
            f"{self.backups}\nTotal number of passes: 1\nRollback Done"
        )
        return True

    def _warn(self) -> None:
        self.notify(
            "Rollback Confirmed Change: Rollback will begin in one minute.\n"
            'Enter "configure confirm" if you wish to keep what you\'ve configured'
        )

    def reload_in(self, minutes: int) -> None:
        """Reboot after so many minutes."""
        self.cancel_reload()
        self.reload_at = self.clock.now() + minutes * 60
        timers = [self.clock.after(minutes * 60, self.reboot)]
        for warning, text in ((5, "0:05:00"), (1, "0:01:00")):
            if minutes > warning:
                words = f"***\n*** --- SHUTDOWN in {text} ---\n***"
                timers.append(self.clock.after((minutes - warning) * 60, lambda words=words: self.notify(words)))  # type: ignore[misc]
        self.reload_timers = tuple(timers)

    def cancel_reload(self) -> bool:
        """No reload any more; whether one was due."""
        due = bool(self.reload_at)
        for timer in self.reload_timers:
            timer.cancel()
        self.reload_at, self.reload_timers = 0.0, ()
        return due

    def allows(self, user: str, secret: str) -> bool:
        """Whether this login is good."""
        account = self.running.users.get(user)
        if account is None or not account.word:
            return False
        return account.word == "nopassword" or secret_matches(secret, account.kind, account.text)

    def level(self, user: str) -> int:
        """Privilege of a session of this user."""
        account = self.running.users.get(user)
        lines = next(iter(self.running.vtys.values()), None)
        fixed = [line.split()[2] for line in lines.items if line.startswith("privilege level ")] if lines else []
        return max([account.privilege if account else 15, *map(int, fixed)])

    def carriage(self, port: str, vlan: int) -> str:
        """How frames of a VLAN leave a port or LAG: `tagged`, `untagged`, or empty for not at all."""
        config = self.running
        known, item = config.vlans.get(vlan), config.ports.get(port)
        if known is None or known.shutdown or "state suspend" in known.lines.items or item is None or item.shutdown:
            return ""
        if port.startswith("Port-channel"):
            members = self.bundled(port)
            return item.carries(vlan) if members else ""
        if item.group:
            bundle = f"Port-channel{item.group}"
            return self.carriage(bundle, vlan) if port in self.bundled(bundle) else ""
        return item.carries(vlan)

    def bundled(self, name: str) -> list[str]:
        """Members that are up and configured like their Port-channel; others are suspended."""
        config, bundle = self.running, self.running.ports.get(name)
        if bundle is None:
            return []
        number = int(name[12:])
        return [
            own
            for own, port in config.ports.items()
            if port.group == number and not port.shutdown and port.layer2() == bundle.layer2()
        ]

    def addresses(self) -> dict[int, IPv4Interface]:
        """Our IPv4 address in each VLAN that is up."""
        return {
            int(name[4:]): interface_address(svi.address)
            for name, svi in self.running.svis.items()
            if name.startswith("Vlan")
            and " " in svi.address
            and not svi.shutdown
            and int(name[4:]) in self.running.vlans
        }

    def gateway(self) -> str:
        """Default gateway, or the default route's next hop when we route; empty: none."""
        lines = self.running.lines.items
        head = "ip route 0.0.0.0 0.0.0.0 " if "ip routing" in lines else "ip default-gateway "
        return next((line.removeprefix(head).split()[0] for line in lines if line.startswith(head)), "")

    def serves_ssh(self) -> bool:
        """Some terminal line takes SSH."""
        return any(_takes_ssh(lines) for lines in self.running.vtys.values())

    def manageable_from(self, source: str, vlan: int) -> bool:
        """Whether a terminal line takes SSH from this client, and the VLAN interface's list lets it through."""
        client = IPv4Interface(source).ip
        return self._enters(client, vlan) and any(
            _takes_ssh(lines) and self._admits(_access_class(lines), client, None)
            for lines in self.running.vtys.values()
        )

    def _enters(self, client: IPv4Address, vlan: int) -> bool:
        svi, own = self.running.svis.get(f"Vlan{vlan}"), self.addresses().get(vlan)
        if svi is None or own is None:
            return True
        names = [
            line.split()[2] for line in svi.lines.items if line.startswith("ip access-group ") and line.endswith(" in")
        ]
        return all(self._admits(name, client, own.ip) for name in names)

    def _admits(self, name: str, client: IPv4Address, own: IPv4Address | None) -> bool:
        for (kind, acl), entries in self.running.acls.items():
            if acl == name:
                return ios_acl.admits(entries, kind, client, own)
        return True


def _takes_ssh(lines: Lines) -> bool:
    inputs = [line.split()[2:] for line in lines.items if line.startswith("transport input ")]
    return not inputs or "ssh" in inputs[0] or "all" in inputs[0]


def _access_class(lines: Lines) -> str:
    found = [line.split()[1] for line in lines.items if line.startswith("access-class ") and line.split()[2] == "in"]
    return found[0] if found else ""


def _nobody(text: str) -> None:
    """Nobody is logged in."""


def _nothing() -> None:
    """Nobody needs to know."""


def device(cli: Cli) -> IosDevice:
    """The device behind a session."""
    if not isinstance(cli.store, IosDevice):
        raise Rejected("% Incomplete command.\n")
    return cli.store


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
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:5]) <= longest):
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
    whole = _minutes(minutes, 34560) + (int(hours) * 60 if colon and hours.isdigit() else 0)

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
    if not args[0].isdigit() or int(args[0][:4]) > 512:
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
    "ping <address>": ios_show.ping,
    "ping <address> <rest...>": ios_show.ping,
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
