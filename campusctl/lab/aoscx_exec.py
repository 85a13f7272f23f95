"""A simulated AOS-CX switch as a device: saving, checkpoints, rebooting, and the commands of the manager level.

Source: AOS-CX 10.10 Fundamentals Guide, chapters Checkpoints, Configuration and Boot commands.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from campusctl.lab import aoscx_show
from campusctl.lab.aoscx_cli import Cli, Store, Tables, load
from campusctl.lab.aoscx_config import CONFIG_TABLES
from campusctl.lab.aoscx_guard import admits
from campusctl.lab.aoscx_state import Config, Port, User, encipher, running_text
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.surroundings import Clock, Surroundings, Timer
from campusctl.lab.vocabulary import commands

Handler = Callable[[Cli, list[str]], str]

_CONTROL_PLANE = re.compile(r"apply access-list ip \S+ control-plane vrf default")

_WARN_S = 120
"""How long before an automatic rollback the switch warns."""

DEFAULT_PORTS = tuple(f"1/1/{number}" for number in range(1, 53))
"""A 48-port switch with four uplinks."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A kept configuration."""

    text: str
    """As `show running-config` prints it."""
    made: float
    """When, in seconds since 1970."""
    writer: str = "User"
    """`User` or `System`."""


@dataclass(slots=True)
class Armed:
    """An automatic rollback that is waiting for its confirmation."""

    text: str
    """What the switch goes back to."""
    timers: tuple[Timer, ...]
    """The warning and the rollback."""


class AosCxDevice(Store):
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
            clock: Runs the rollback timer.
            ports: Port names in the device's order.
            around: Links, neighbours and end devices; all ports linked, when left out.
        """
        self.ports = tuple(ports)
        self.clock = clock
        self.around = around or Surroundings(linked=set(ports))
        self.running = self.read(startup)
        self.startup = running_text(self.running)
        self._ssh_listed = "\nssh server vrf " in self.startup
        self.checkpoints: dict[str, Checkpoint] = {}
        self.armed: Armed | None = None
        self.booted = clock.now()
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

    def reboot(self) -> None:
        """Unsaved changes are lost; checkpoints stay, an armed rollback does not."""
        self.disarm()
        self.running = self.read(self.startup)
        self.booted = self.clock.now()
        self.restart()

    def arm(self, minutes: int) -> None:
        """Go back to the running configuration as it is now, unless confirmed in time."""
        self.disarm()
        whole = minutes * 60
        warn = self.clock.after(max(whole - _WARN_S, 0), self._warn)
        self.armed = Armed(running_text(self.running), (warn, self.clock.after(whole, self._expire)))

    def disarm(self) -> bool:
        """No rollback any more; whether there was one."""
        armed, self.armed = self.armed, None
        for timer in armed.timers if armed else ():
            timer.cancel()
        return armed is not None

    def _warn(self) -> None:
        self.notify('WARNING  Please "checkpoint auto confirm" within 2 minutes')

    def _expire(self) -> None:
        armed, self.armed = self.armed, None
        if armed:
            self.notify("WARNING Restoring configuration. Do NOT add any new configuration.")
            self.running = self.read(armed.text)
            self.notify("Restoration successful")

    def confirm(self) -> str:
        """Keep the changes; the name of the checkpoint made of them."""
        name = datetime.fromtimestamp(self.clock.now(), UTC).strftime("AUTO%Y%m%d%H%M%S")
        self.checkpoints[name] = Checkpoint(running_text(self.running), self.clock.now())
        return name

    def allows(self, user: str, secret: str) -> bool:
        """Whether this login is good; without any account the factory's `admin` without a password is."""
        accounts = self.running.users or {"admin": User("administrators", encipher("admin", ""))}
        return user in accounts and accounts[user].cipher == encipher(user, secret)

    def carriage(self, port: str, vlan: int) -> str:
        """How frames of a VLAN leave a port or LAG: `tagged`, `untagged`, or empty for not at all."""
        config = self.running
        if vlan not in config.vlans:
            return ""
        bundle = port.replace(" ", "")
        is_lag = bundle.startswith("lag")
        entity = config.lags.get(int(bundle[3:])) if is_lag else config.ports.get(port)
        members = config.members(int(bundle[3:])) if is_lag else []
        if entity is None or entity.shutdown or (is_lag and all(config.ports[name].shutdown for name in members)):
            return ""
        if entity.lag is not None:
            return self.carriage(f"lag{entity.lag}", vlan)
        return entity.carries(vlan)

    def addresses(self) -> dict[int, IPv4Interface]:
        """Our IPv4 address in each VLAN that is not shut down."""
        out = {}
        for number, lines in self.running.svis.items():
            found = [line.split()[2] for line in lines.items if line.startswith("ip address ")]
            if found and "shutdown" not in lines.items and number in self.running.vlans:
                out[number] = IPv4Interface(found[0])
        return out

    def serves_ssh(self) -> bool:
        """SSH is on in the default VRF; a configuration that never spoke of it has it on, as out of the box."""
        servers = [line for line in self.running.lines.items if line.startswith("ssh server vrf ")]
        return "ssh server vrf default" in servers or not (servers or self._ssh_listed)

    def manageable_from(self, source: str, vlan: int) -> bool:
        """Whether SSH is served, and the control plane's access list lets this source in to our address there."""
        if not self.serves_ssh():
            return False
        applied = [line.split()[3] for line in self.running.lines.items if _CONTROL_PLANE.fullmatch(line)]
        entries = self.running.acls.get(f"ip {applied[0]}") if applied else None
        own = self.addresses().get(vlan)
        if not entries or own is None:
            return True
        return admits([entries[number] for number in sorted(entries)], IPv4Interface(source).ip, own.ip)

    def gateway(self) -> str:
        """Next hop of the default route; empty: none."""
        hops = [line.split() for line in self.running.lines.items if line.startswith("ip route 0.0.0.0/0 ")]
        return hops[0][3] if hops else ""


def _nobody(text: str) -> None:
    """Nobody is logged in."""


def _nothing() -> None:
    """Nobody needs to know."""


def device(cli: Cli) -> AosCxDevice:
    """The device behind a session."""
    if not isinstance(cli.store, AosCxDevice):
        raise Rejected("% Command incomplete.")
    return cli.store


def _configure(cli: Cli, _args: list[str]) -> str:
    return cli.enter(Context("config")) if cli.context.kind == "exec" else ""


def _end(cli: Cli, _args: list[str]) -> str:
    cli.stack = cli.stack[:1]
    return ""


def _save(cli: Cli, _args: list[str]) -> str:
    device(cli).save()
    return "Copying configuration: [Success]"


def _checkpoint_text(cli: Cli, name: str) -> str:
    box = device(cli)
    if name == "startup-config":
        return box.startup
    if name not in box.checkpoints:
        raise Rejected(f"Checkpoint {name} doesn't exist")
    return box.checkpoints[name].text


def _rollback(cli: Cli, args: list[str]) -> str:
    box = device(cli)
    box.running = box.read(_checkpoint_text(cli, args[0]))
    return "Success"


def _copy_to_running(cli: Cli, args: list[str]) -> str:
    _rollback(cli, args)
    return "Copying configuration: [Success]"


def _copy_to_startup(cli: Cli, args: list[str]) -> str:
    device(cli).startup = _checkpoint_text(cli, args[0])
    return "Copying configuration: [Success]"


def _make_checkpoint(cli: Cli, args: list[str]) -> str:
    box = device(cli)
    box.checkpoints[args[0]] = Checkpoint(running_text(box.running), box.clock.now())
    return "Copying configuration: [Success]"


def _arm(cli: Cli, args: list[str]) -> str:
    if not (args[0].isascii() and args[0].isdigit() and len(args[0]) < 4 and 1 <= int(args[0]) <= 60):
        raise Rejected(f"Invalid input: {args[0]}")
    if device(cli).armed:
        raise Rejected("Auto checkpoint mode is already running.")
    device(cli).arm(int(args[0]))
    return f"Auto checkpoint mode expires in {int(args[0])} minute(s)"


def _confirm(cli: Cli, _args: list[str]) -> str:
    box = device(cli)
    if not box.disarm():
        raise Rejected("Auto checkpoint mode is not running.")
    return f"checkpoint {box.confirm()} created"


def _erase(cli: Cli, args: list[str]) -> str:
    _checkpoint_text(cli, args[0])
    del device(cli).checkpoints[args[0]]
    return ""


def _boot(cli: Cli, _args: list[str]) -> str:
    box = device(cli)

    def go(answer: str) -> str:
        if answer.strip().lower()[:1] == "y":
            box.reboot()
            return "The system is going down for reboot."
        return ""

    def saved(answer: str) -> str:
        if answer.strip().lower()[:1] == "y":
            box.save()
        cli.inquire("Continue (y/n)? ", go)
        return "\nThis will reboot the entire switch and render it unavailable\nuntil the process is complete."

    return cli.inquire("Do you want to save the current configuration (y/n)? ", saved)


def _running(cli: Cli, _args: list[str]) -> str:
    return "Current configuration:\n" + running_text(cli.config).rstrip("\n")


def _running_interface(cli: Cli, args: list[str]) -> str:
    text = aoscx_show.interface_config(cli.config, args[0])
    if not text:
        raise Rejected(f"Invalid input: {args[0]}")
    return text


def _startup(cli: Cli, _args: list[str]) -> str:
    return "Startup configuration:\n" + device(cli).startup.rstrip("\n")


def _checkpoints(cli: Cli, _args: list[str]) -> str:
    rows = ["NAME".ljust(36) + "TYPE".ljust(12) + "WRITER".ljust(8) + "DATE(UTC)".ljust(28) + "HARDWARE", ""]
    for name, kept in device(cli).checkpoints.items():
        made = datetime.fromtimestamp(kept.made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append(f"{name:<36}{'checkpoint':<12}{kept.writer:<8}{made:<28}JL661A")
    return "\n".join(rows)


def _checkpoint(cli: Cli, args: list[str]) -> str:
    return "Checkpoint configuration:\n" + _checkpoint_text(cli, args[0]).rstrip("\n")


def _system(cli: Cli, _args: list[str]) -> str:
    box = device(cli)
    return aoscx_show.system(box.running, box.around, box.clock.now() - box.booted)


def _do(cli: Cli, args: list[str]) -> str:
    before, cli.stack = cli.stack, cli.stack[:1]
    try:
        return cli.run(args[0])
    finally:
        cli.stack = before


def _ping(cli: Cli, args: list[str]) -> str:
    target, count, *_ = [*args, "5"]
    try:
        IPv4Address(target)
    except AddressValueError:
        raise Rejected(f"Invalid input: {target}") from None
    return aoscx_show.ping(cli.config, device(cli).around, target, int(count) if count.isdecimal() else 5)


def _no_page(cli: Cli, _args: list[str]) -> str:
    cli.paging = False
    return ""


def _page(cli: Cli, _args: list[str]) -> str:
    cli.paging = True
    return ""


def _quiet(cli: Cli, args: list[str]) -> str:
    del cli, args
    return ""


def _exit(cli: Cli, _args: list[str]) -> str:
    cli.closed = True
    return ""


_EXEC: dict[str, Handler] = {
    "configure": _configure,
    "configure terminal": _configure,
    "end": _end,
    "exit": _exit,
    "do <command...>": _do,
    "enable": _quiet,
    "no page": _no_page,
    "page": _page,
    "write memory": _save,
    "copy running-config startup-config": _save,
    "copy running-config checkpoint <name>": _make_checkpoint,
    "copy checkpoint <name> running-config": _copy_to_running,
    "copy checkpoint <name> startup-config": _copy_to_startup,
    "copy startup-config running-config": lambda cli, _args: _copy_to_running(cli, ["startup-config"]),
    "checkpoint auto <minutes>": _arm,
    "checkpoint auto confirm": _confirm,
    "checkpoint rollback <name>": _rollback,
    "erase checkpoint <name>": _erase,
    "boot system": _boot,
    "boot system primary|secondary": _boot,
    "show running-config": _running,
    "show running-config all": _running,
    "show running-config interface <name...>": _running_interface,
    "show startup-config": _startup,
    "show checkpoint": _checkpoints,
    "show checkpoint <name>": _checkpoint,
    "show vlan": lambda cli, _args: aoscx_show.vlans(cli.config, device(cli).around),
    "show interface brief": lambda cli, _args: aoscx_show.interfaces_brief(cli.config, device(cli).around),
    "show lldp neighbor-info": lambda cli, _args: aoscx_show.neighbors(cli.config, device(cli).around),
    "show lldp neighbor-info detail": lambda cli, _args: aoscx_show.neighbors_detail(cli.config, device(cli).around),
    "show arp": lambda cli, _args: aoscx_show.arp(cli.config, device(cli).around),
    "show arp all-vrfs": lambda cli, _args: aoscx_show.arp(cli.config, device(cli).around),
    "show mac-address-table": lambda cli, _args: aoscx_show.macs(cli.config, device(cli).around),
    "show spanning-tree": lambda cli, _args: aoscx_show.spanning_tree(cli.config, device(cli).around),
    "show power-over-ethernet": lambda cli, _args: aoscx_show.poe(cli.config, device(cli).around),
    "show power-over-ethernet brief": lambda cli, _args: aoscx_show.poe(cli.config, device(cli).around),
    "show lacp interfaces": lambda cli, _args: aoscx_show.lacp(cli.config, device(cli).around),
    "ping <address>": _ping,
    "ping <address> repetitions <count>": _ping,
    "ping <address> repetitions <count> timeout <seconds>": _ping,
    "show version": lambda _cli, _args: aoscx_show.version(),
    "show system": _system,
}

TABLES: Tables = {**CONFIG_TABLES, "exec": commands(_EXEC)}
"""All commands of the switch."""
