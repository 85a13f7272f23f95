"""A simulated Catalyst switch as a device: saving, rollback and reload timers, and how it can be reached.

Source: Cisco IOS 15.2 Configuration Fundamentals, Configuration Rollback Confirmed Change; `reload` command reference.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from campusctl.lab import ios_acl
from campusctl.lab.ios_address import interface_address
from campusctl.lab.ios_cli import Cli, Store, load
from campusctl.lab.ios_config import CONFIG_TABLES
from campusctl.lab.ios_secrets import secret_matches
from campusctl.lab.ios_state import Config, Port, Vlan
from campusctl.lab.ios_text import running_text
from campusctl.lab.modes import Rejected
from campusctl.lab.surroundings import Clock, Surroundings, Timer
from campusctl.lab.vocabulary import Lines

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
        load(config, CONFIG_TABLES, text)
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
