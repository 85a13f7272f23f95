"""A simulated ArubaOS-Switch as a device: saving, scheduled reboots, logins, and the commands of the manager level.

Source: ArubaOS-Switch 16.10 Basic Operation Guide, chapters Switch memory and configuration, and Reboot.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network

from campusctl.lab import procurve_guards, procurve_show
from campusctl.lab.modes import Context, Rejected
from campusctl.lab.procurve_cli import Cli, Store, Tables, load
from campusctl.lab.procurve_config import CONFIG_TABLES
from campusctl.lab.procurve_state import Config, factory, port_lines, running_text, vlan_lines
from campusctl.lab.procurve_state import sha1 as digest_of
from campusctl.lab.surroundings import Clock, Surroundings, Timer
from campusctl.lab.vocabulary import commands

Handler = Callable[[Cli, list[str]], str]

DEFAULT_PORTS = tuple(str(number) for number in range(1, 53))
"""A 48-port switch with four uplinks."""


class ProcurveDevice(Store):
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
            clock: Runs the reboot timer.
            ports: Port names in the device's order: `1`, `A1`, `1/1`.
            around: Links, neighbours and end devices; all ports linked, when left out.
        """
        self.ports = tuple(ports)
        self.clock = clock
        self.around = around or Surroundings(linked=set(ports))
        self.running = self.read(startup)
        self.startup = running_text(self.running, secrets=True)
        self._shown = self.startup, running_text(self.running)
        self.reload: Timer | None = None
        self.booted = clock.now()
        self.notify: Callable[[str], None] = _nobody
        """Called with a line for everyone who is logged in."""
        self.restart: Callable[[], None] = _nothing
        """Called when the switch reboots, after its state has been renewed."""

    def read(self, text: str) -> Config:
        """The configuration a text stands for on this hardware."""
        config = factory(self.ports)
        load(config, TABLES, text)
        return config

    @property
    def unsaved(self) -> bool:
        """The running configuration is not the stored one."""
        return running_text(self.running, secrets=True) != self.startup

    def save(self) -> None:
        """The running configuration becomes the startup configuration."""
        self.startup = running_text(self.running, secrets=True)

    def reboot(self) -> None:
        """Unsaved changes are lost."""
        self.cancel_reload()
        self.running = self.read(self.startup)
        self.booted = self.clock.now()
        self.restart()

    def shown_startup(self) -> str:
        """The stored configuration as `show config` prints it: with secrets only where they are shown."""
        if self._shown[0] != self.startup:
            self._shown = self.startup, running_text(self.read(self.startup))
        return self._shown[1]

    def schedule(self, seconds: float) -> None:
        """Reboot after that time."""
        self.cancel_reload()
        self.reload = self.clock.after(seconds, self.reboot)

    def cancel_reload(self) -> None:
        """No scheduled reboot any more."""
        if self.reload:
            self.reload.cancel()
        self.reload = None

    def allows(self, user: str, secret: str) -> bool:
        """Whether this login is good; without a manager password everyone is let in."""
        accounts = self.running.accounts
        if "manager" not in accounts:
            return True
        return any(
            user == (account.user or level) and account.sha1 == digest_of(secret) for level, account in accounts.items()
        )

    def level(self, user: str) -> str:
        """`exec` for the manager, `operator` for the operator."""
        operator = self.running.accounts.get("operator")
        return "operator" if operator and user == (operator.user or "operator") else "exec"

    def carriage(self, port: str, vlan: int) -> str:
        """How frames of a VLAN leave a port or trunk: `tagged`, `untagged`, or empty for not at all."""
        config = self.running
        known = config.vlans.get(vlan)
        number = int(port[3:]) if port.startswith("Trk") else 0
        ports = config.trunks[number].members if number in config.trunks else [port]
        if known is None or all(name in config.ports and config.ports[name].disabled for name in ports):
            return ""
        bundle = [f"Trk{number}" for number, trunk in config.trunks.items() if port in trunk.members]
        name = bundle[0] if bundle else port
        return "untagged" if name in known.untagged else "tagged" if name in known.tagged else ""

    def addresses(self) -> dict[int, IPv4Interface]:
        """Our IPv4 address in each VLAN."""
        return {
            number: IPv4Interface(vlan.address.replace(" ", "/"))
            for number, vlan in self.running.vlans.items()
            if " " in vlan.address
        }

    def gateway(self) -> str:
        """Default gateway: the static route when we route, else `ip default-gateway`; empty: none."""
        lines = self.running.lines.items
        head = "ip route 0.0.0.0 0.0.0.0 " if "ip routing" in lines else "ip default-gateway "
        return next((line.removeprefix(head).split()[0] for line in lines if line.startswith(head)), "")

    def serves_ssh(self) -> bool:
        """The SSH server is on, as out of the box."""
        return "no ip ssh" not in self.running.lines.items

    def manageable_from(self, source: str, vlan: int) -> bool:
        """Whether SSH is served, and authorized managers and the management VLAN let this source in."""
        if not self.serves_ssh():
            return False
        words = [line.split() for line in self.running.lines.items if line.startswith("ip authorized-managers ")]
        listed = [IPv4Network(f"{word[2]}/{word[3]}", strict=False) for word in words]
        fixed = [line.split()[1] for line in self.running.lines.items if line.startswith("management-vlan ")]
        here = IPv4Interface(source).ip
        return (not listed or any(here in network for network in listed)) and (not fixed or fixed[0] == str(vlan))


def _nobody(text: str) -> None:
    """Nobody is logged in."""


def _nothing() -> None:
    """Nobody needs to know."""


def device(cli: Cli) -> ProcurveDevice:
    """The device behind a session."""
    if not isinstance(cli.store, ProcurveDevice):
        raise Rejected("Invalid input")
    return cli.store


def _configure(cli: Cli, _args: list[str]) -> str:
    if cli.context.kind == "exec":
        cli.stack.append(Context("config"))
    return ""


def _end(cli: Cli, _args: list[str]) -> str:
    cli.stack = cli.stack[:2]
    return ""


def _exit(cli: Cli, _args: list[str]) -> str:
    if cli.context.kind == "operator":
        return _logout(cli, [])
    cli.leave()
    return ""


def _enable(cli: Cli, _args: list[str]) -> str:
    if cli.context.kind != "operator":
        return ""
    manager = cli.config.accounts.get("manager")
    if not manager:
        cli.stack.append(Context("exec"))
        return ""

    def check(user: str) -> Callable[[str], str]:
        def go(secret: str) -> str:
            if user != (manager.user or "manager") or digest_of(secret) != manager.sha1:
                return "Invalid password"
            cli.stack.append(Context("exec"))
            return ""

        return go

    return cli.inquire("Username: ", lambda user: cli.inquire("Password: ", check(user.strip()), secret=True))


def _save(cli: Cli, _args: list[str]) -> str:
    device(cli).save()
    return ""


def _keep_changes(cli: Cli, then: Callable[[], str]) -> str:
    """Offer to save, if there is something to save, then go on."""
    box = device(cli)

    def saved() -> str:
        box.save()
        return then()

    if not box.unsaved:
        return then()
    return cli.confirm("Do you want to save current configuration [y/n/^C]? ", saved, then)


def _logout(cli: Cli, _args: list[str]) -> str:
    def bye() -> str:
        cli.closed = True
        return ""

    return cli.confirm("Do you want to log out [y/n]? ", lambda: _keep_changes(cli, bye))


def _reload(cli: Cli, _args: list[str]) -> str:
    def go() -> str:
        device(cli).reboot()
        return "Rebooting the System"

    ask = "System will be rebooted from primary image. Do you want to continue [y/n]? "
    return cli.confirm(ask, lambda: _keep_changes(cli, go))


def _reload_after(cli: Cli, args: list[str]) -> str:
    """`reload after [[DD:]HH:]MM`."""
    fields = args[0].split(":")
    if not 1 <= len(fields) <= 3 or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in fields):
        raise Rejected(f"Invalid input: {args[0]}")
    minutes = sum(int(part) * unit for part, unit in zip(reversed(fields), (1, 60, 1440), strict=False))
    if not minutes:
        raise Rejected(f"Invalid input: {args[0]}")
    box = device(cli)
    when = datetime.fromtimestamp(box.clock.now() + 60 * minutes, UTC).strftime("%m/%d/%Y %H:%M:%S")

    def go() -> str:
        box.schedule(60 * minutes)
        return ""

    ask = f"System will be rebooted at the scheduled time {when}. Do you want to continue [y/n]? "
    return _keep_changes(cli, lambda: cli.confirm(ask, go))


def _no_reload(cli: Cli, _args: list[str]) -> str:
    device(cli).cancel_reload()
    return ""


def _running(cli: Cli, _args: list[str]) -> str:
    return "\nRunning configuration:\n\n" + running_text(cli.config)


def _running_vlan(cli: Cli, args: list[str]) -> str:
    if not args[0].isdigit() or int(args[0]) not in cli.config.vlans:
        raise Rejected(f"Invalid input: {args[0]}")
    lines = vlan_lines(cli.config, int(args[0]))
    return "\n".join(["", "Running configuration:", "", f"vlan {int(args[0])}", *lines, "   exit", ""])


def _running_port(cli: Cli, args: list[str]) -> str:
    rows = ["", "Running configuration:", ""]
    for name in cli.interfaces(args[0]):
        rows += [f"interface {name}", *port_lines(cli.config.port(name)), "   exit"]
    return "\n".join([*rows, ""])


def _startup(cli: Cli, _args: list[str]) -> str:
    box = device(cli)
    return "\nStartup configuration: 1\n\n" + box.shown_startup()


def _status(cli: Cli, _args: list[str]) -> str:
    if device(cli).unsaved:
        return "Running configuration has been changed and needs to be saved."
    return "Running configuration is the same as the startup configuration."


def _vlan(cli: Cli, args: list[str]) -> str:
    if not args[0].isdigit() or int(args[0]) not in cli.config.vlans:
        raise Rejected(f"Invalid input: {args[0]}")
    return procurve_show.vlan(cli.config, device(cli).around, int(args[0]))


def _system(cli: Cli, _args: list[str]) -> str:
    box = device(cli)
    return procurve_show.system(box.running, box.around, box.clock.now() - box.booted)


def _interfaces(cli: Cli, args: list[str]) -> str:
    for name in args:
        cli.interfaces(name)
    return procurve_show.interfaces_brief(cli.config, device(cli).around)


def _ping(cli: Cli, args: list[str]) -> str:
    target, count, *_ = [*args, "1"]
    try:
        IPv4Address(target)
    except AddressValueError:
        raise Rejected(f"Invalid input: {target}") from None
    return procurve_show.ping(cli.config, device(cli).around, target, int(count) if count.isdecimal() else 1)


def _no_page(cli: Cli, _args: list[str]) -> str:
    cli.paging = False
    return ""


def _page(cli: Cli, _args: list[str]) -> str:
    cli.paging = True
    return ""


def _quiet(cli: Cli, args: list[str]) -> str:
    del cli, args
    return ""


_SHOW: dict[str, Handler] = {
    "show vlans": lambda cli, _args: procurve_show.vlans(cli.config),
    "show vlans <vlan>": _vlan,
    "show interfaces brief": _interfaces,
    "show interfaces brief <ports>": _interfaces,
    "show interfaces <ports>": _interfaces,
    "show lldp info remote-device": lambda cli, _args: procurve_show.neighbors(cli.config, device(cli).around),
    "show lldp info remote-device detail": lambda cli, _args: procurve_show.neighbors_detail(
        cli.config, device(cli).around
    ),
    "show loop-protect": lambda cli, _args: procurve_guards.loop_protect(cli.config, device(cli).around),
    "show spanning-tree bpdu-protection": lambda cli, _args: procurve_guards.bpdu_protection(
        cli.config, device(cli).around
    ),
    "show arp": lambda cli, _args: procurve_show.arp(cli.config, device(cli).around),
    "show mac-address": lambda cli, _args: procurve_show.macs(cli.config, device(cli).around),
    "show spanning-tree": lambda cli, _args: procurve_show.spanning_tree(cli.config, device(cli).around),
    "show power-over-ethernet brief": lambda cli, _args: procurve_show.poe(cli.config, device(cli).around),
    "show lacp": lambda cli, _args: procurve_show.lacp(cli.config, device(cli).around),
    "ping <address>": _ping,
    "ping <address> repetitions <count>": _ping,
    "ping <address> repetitions <count> timeout <seconds>": _ping,
    "show trunks": lambda cli, _args: procurve_show.trunks(cli.config),
    "show ip": lambda cli, _args: procurve_show.ip(cli.config),
    "show version": lambda cli, _args: procurve_show.version(cli.config),
    "show system": _system,
    "show system information": _system,
}

_OPERATOR: dict[str, Handler] = {"enable": _enable, "exit": _exit, "logout": _logout, **_SHOW}

_EXEC: dict[str, Handler] = {
    "configure": _configure,
    "configure terminal": _configure,
    "end": _end,
    "exit": _exit,
    "write memory": _save,
    "copy running-config startup-config": _save,
    "reload": _reload,
    "reload after <time>": _reload_after,
    "no reload": _no_reload,
    "boot": _reload,
    "boot system flash primary|secondary": _reload,
    "terminal width|length <number>": _quiet,
    "no page": _no_page,
    "page": _page,
    "show running-config": _running,
    "show running-config structured": _running,
    "show running-config vlan <vlan>": _running_vlan,
    "show running-config interface <ports>": _running_port,
    "write terminal": _running,
    "show config": _startup,
    "show startup-config": _startup,
    "show config status": _status,
}

TABLES: Tables = {**CONFIG_TABLES, "exec": commands(_EXEC), "operator": commands(_OPERATOR)}
"""All commands of the switch."""
