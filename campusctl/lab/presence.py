"""What a simulated switch lets its neighbours notice: a port with light on it, LLDP frames, its bridge priority."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from campusctl.lab import aoscx_state, ios_state, procurve_state
from campusctl.lab.device import SimulatedSwitch

_DEFAULT_PRIORITY: Final = 32768


@dataclass(frozen=True, slots=True)
class Presence:
    """A switch seen from outside."""

    opens: Callable[[str], bool]
    """Whether a port is not shut."""
    speaks: Callable[[str], bool]
    """Whether LLDP frames leave at a port."""
    hears: Callable[[str], bool]
    """Whether LLDP frames that arrive at a port are taken."""
    powers: Callable[[str], bool]
    """Whether a device at a port is given power over Ethernet."""
    untagged: Callable[[str], int | None]
    """VLAN of frames without a tag at a port; None: it takes none."""
    priority: int | None
    """Bridge priority; None: spanning tree is off."""


def presence(switch: SimulatedSwitch) -> Presence:
    """How this switch looks right now."""
    config = switch.running
    if isinstance(config, ios_state.Config):
        return _ios(config)
    if isinstance(config, aoscx_state.Config):
        return _aoscx(config)
    if isinstance(config, procurve_state.Config):
        return _procurve(config)
    raise TypeError(type(config).__name__)


def _ios(config: ios_state.Config) -> Presence:
    def allows(port: str, line: str) -> bool:
        on = "lldp run" in config.lines.items
        return on and port in config.ports and line not in config.ports[port].lines.items

    return Presence(
        opens=lambda port: port in config.ports and not config.ports[port].shutdown,
        speaks=lambda port: allows(port, "no lldp transmit"),
        hears=lambda port: allows(port, "no lldp receive"),
        powers=lambda port: port in config.ports and "power inline never" not in config.ports[port].lines.items,
        untagged=lambda port: _ios_untagged(config, port),
        priority=ios_priority(config),
    )


def _ios_untagged(config: ios_state.Config, name: str) -> int | None:
    port = config.ports.get(name)
    if port is None or port.routed:
        return None
    vlan = port.native if port.mode == "trunk" else port.access
    return vlan if vlan in config.vlans and port.carries(vlan) else None


def ios_priority(config: ios_state.Config) -> int:
    """The priority that holds for most VLANs."""
    said = (line for line in config.lines.items if line.startswith("spanning-tree ") and " priority " in line)
    return next((int(line.split()[-1]) for line in said), _DEFAULT_PRIORITY)


def _aoscx(config: aoscx_state.Config) -> Presence:
    def allows(port: str, line: str) -> bool:
        on = "no lldp" not in config.lines.items
        return on and port in config.ports and line not in config.ports[port].lines.items

    return Presence(
        opens=lambda port: port in config.ports and not config.ports[port].shutdown,
        speaks=lambda port: allows(port, "no lldp transmit"),
        hears=lambda port: allows(port, "no lldp receive"),
        powers=lambda port: port in config.ports and "no power-over-ethernet" not in config.ports[port].lines.items,
        untagged=lambda port: _aoscx_untagged(config, port),
        priority=aoscx_priority(config) if "spanning-tree" in config.lines.items else None,
    )


def _aoscx_untagged(config: aoscx_state.Config, name: str) -> int | None:
    port = config.ports.get(name)
    if port is None or port.routing or port.vlan not in config.vlans:
        return None
    return port.vlan if port.carries(port.vlan) == "untagged" else None


def aoscx_priority(config: aoscx_state.Config) -> int:
    """The priority of the common instance."""
    return _stepped(config.lines.items)


def _procurve(config: procurve_state.Config) -> Presence:
    def allows(port: str, *silent: str) -> bool:
        said = [line.split() for line in config.lines.items if line.startswith("lldp admin-status ")]
        off = {name for words in said if words[-1] in silent for name in _ports(words[2], tuple(config.ports))}
        return "no lldp run" not in config.lines.items and port not in off

    on = any(line.split()[0] == "spanning-tree" for line in config.lines.items)
    return Presence(
        opens=lambda port: port in config.ports and not config.ports[port].disabled,
        speaks=lambda port: allows(port, "disable", "rxonly"),
        hears=lambda port: allows(port, "disable", "txonly"),
        powers=lambda port: port in config.ports and "no power-over-ethernet" not in config.ports[port].lines.items,
        untagged=lambda port: next((vlan for vlan, known in config.vlans.items() if port in known.untagged), None),
        priority=procurve_priority(config) if on else None,
    )


def procurve_priority(config: procurve_state.Config) -> int:
    """The priority of the common instance."""
    return _stepped(config.lines.items)


def _stepped(lines: list[str]) -> int:
    steps = [line.split()[2] for line in lines if line.startswith("spanning-tree priority ")]
    return 4096 * int(steps[0]) if steps and steps[0].isdecimal() else _DEFAULT_PRIORITY


def _ports(text: str, order: tuple[str, ...]) -> list[str]:
    """The ports of `1-4,A1`, in the device's order."""
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first in order and (last or first) in order:
            found += order[order.index(first) : order.index(last or first) + 1]
    return found
