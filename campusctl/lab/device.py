"""What the lab asks of a simulated switch, whatever its dialect, and where each dialect's machine is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import IPv4Interface
from typing import Any, Final, Protocol, cast

from campusctl.lab.surroundings import Clock, Surroundings


class Console(Protocol):
    """One session's terminal: keys in, output out."""

    @property
    def closed(self) -> bool:
        """The switch has ended the session."""

    def open(self) -> str:
        """What is shown at login."""

    def feed(self, keys: str) -> str:
        """What is shown in answer to these keys."""

    def announce(self, text: str) -> str:
        """What is shown when a message arrives that nobody asked for."""


class SimulatedSwitch(Protocol):
    """One switch without a network."""

    startup: str
    """The stored configuration."""
    running: Any
    """What it is right now, in its dialect's own form."""
    around: Surroundings
    """What it sees around it."""
    notify: Callable[[str], None]
    """Called with a line for everyone who is logged in."""
    restart: Callable[[], None]
    """Called when the switch reboots, after its state has been renewed."""

    def save(self) -> None:
        """The running configuration becomes the startup configuration."""

    def reboot(self) -> None:
        """Unsaved changes are lost."""

    def allows(self, user: str, secret: str) -> bool:
        """Whether this login is good."""

    def carriage(self, port: str, vlan: int) -> str:
        """How frames of a VLAN leave a port or LAG: `tagged`, `untagged`, or empty for not at all."""

    def addresses(self) -> dict[int, IPv4Interface]:
        """Our IPv4 address in each VLAN that is up."""

    def gateway(self) -> str:
        """Default gateway; empty: none."""

    def manageable_from(self, source: str, vlan: int) -> bool:
        """Whether access lists let a client of this address in."""


@dataclass(frozen=True, slots=True)
class _Machine:
    module: str
    device: str
    console_module: str
    text_module: str
    refusal: str
    text_options: dict[str, bool] = field(default_factory=dict)


_MACHINES: Final = {
    "cisco_ios": _Machine(
        "ios_exec", "IosDevice", "ios_console", "ios_text", "% Invalid input detected at '^' marker."
    ),
    "aruba_aoscx": _Machine("aoscx_exec", "AosCxDevice", "aoscx_console", "aoscx_state", "Invalid input: {line}"),
    "hp_procurve": _Machine(
        "procurve_exec", "ProcurveDevice", "procurve_console", "procurve_state", "Invalid input: {line}",
        {"secrets": True},
    ),
}  # fmt: skip


def boot(dialect: str, startup: str, clock: Clock, ports: Sequence[str], around: Surroundings) -> SimulatedSwitch:
    """A switch of this dialect, started with a stored configuration."""
    machine = _MACHINES[dialect]
    module = import_module(f"campusctl.lab.{machine.module}")
    return cast("SimulatedSwitch", getattr(module, machine.device)(startup, clock, ports=ports, around=around))


def console(dialect: str, switch: SimulatedSwitch, *, user: str, source: str, rows: int = 24) -> Console:
    """A session of a user who has logged in."""
    module = import_module(f"campusctl.lab.{_MACHINES[dialect].console_module}")
    options: dict[str, Any] = {"rows": rows}
    if dialect != "aruba_aoscx":
        options |= {"user": user, "source": source}
    return cast("Console", module.console(switch, **options))


def running_text(dialect: str, switch: SimulatedSwitch) -> str:
    """What a switch would store if it saved now."""
    machine = _MACHINES[dialect]
    module = import_module(f"campusctl.lab.{machine.text_module}")
    return cast("str", module.running_text(cast("Any", switch).running, **machine.text_options))


def armed(switch: SimulatedSwitch) -> bool:
    """Whether a rollback or a reload is due; each platform calls it differently."""
    return any(getattr(switch, name, None) for name in ("armed", "reload_at", "reload"))


def refusal(dialect: str, line: str) -> str:
    """How a dialect says that it does not know a line."""
    return _MACHINES[dialect].refusal.format(line=line)
