"""Drift for a lab: what hands and time do to switches, seeded, never on the management path."""

import random
from collections.abc import Callable, Sequence
from typing import Final

from campusctl.model.intent import PortIntent, SwitchIntent

Lines = tuple[str, ...]
Change = Callable[[random.Random, SwitchIntent], Lines]

_SHARE: Final = 0.6
"""Share of the switches that have drifted."""
_MOST: Final = 3
"""Changes on one switch."""


def drift_lines(intent: SwitchIntent, seed: int) -> tuple[Lines, bool]:
    """What somebody entered on a switch since, and whether they saved it.

    Args:
        intent: The switch as it shall be.
        seed: The same seed gives the same drift, switch by switch.

    Returns:
        Lines for the manager prompt, none when the switch has not drifted; and whether startup has them too.
    """
    # Not for secrets: the same seed must give the same lab.
    chance = random.Random(f"{seed}/{intent.name}")  # noqa: S311
    if chance.random() > _SHARE:
        return (), True
    changes = chance.sample(_CHANGES, k=chance.randint(1, _MOST))
    lines = [line for change in changes for line in change(chance, intent)]
    return ("configure terminal", *lines, "end"), chance.random() > 0.2


def _edge_ports(intent: SwitchIntent) -> Sequence[PortIntent]:
    """Ports of end devices: up, in one VLAN, in no LAG, not towards another switch."""
    away = {*intent.uplinks, *(port.name for port in intent.ports if port.role in ("uplink", "downlink"))}
    return [
        port
        for port in intent.ports
        if port.mode == "access" and not port.lag and not port.shutdown and port.name not in away
    ]


def _on_port(chance: random.Random, intent: SwitchIntent, *lines: str) -> Lines:
    ports = _edge_ports(intent)
    if not ports:
        return ()
    return (f"interface {chance.choice(ports).name}", *lines, "exit")


def _description(chance: random.Random, intent: SwitchIntent) -> Lines:
    word = "name" if intent.dialect == "hp_procurve" else "description"
    text = chance.choice(("TEST", "neu", "Beamer alt"))
    return _on_port(chance, intent, f'{word} "{text}"' if intent.dialect == "hp_procurve" else f"{word} {text}")


def _shut(chance: random.Random, intent: SwitchIntent) -> Lines:
    return _on_port(chance, intent, "disable" if intent.dialect == "hp_procurve" else "shutdown")


def _moved(chance: random.Random, intent: SwitchIntent) -> Lines:
    """A port in the wrong VLAN."""
    ports = _edge_ports(intent)
    if not ports:
        return ()
    port = chance.choice(ports)
    others = [vlan.id for vlan in intent.vlans if vlan.id not in (port.vlan, intent.management_vlan)]
    if not others:
        return ()
    vlan = chance.choice(others)
    if intent.dialect == "hp_procurve":
        return (f"vlan {vlan}", f"untagged {port.name}", "exit")
    word = "switchport access vlan" if intent.dialect == "cisco_ios" else "vlan access"
    return (f"interface {port.name}", f"{word} {vlan}", "exit")


def _extra_vlan(_chance: random.Random, intent: SwitchIntent) -> Lines:
    name = '"Testnetz"' if intent.dialect == "hp_procurve" else "Testnetz"
    return ("vlan 998", f"name {name}", "exit")


def _location(_chance: random.Random, intent: SwitchIntent) -> Lines:
    return {
        "cisco_ios": ("snmp-server location Keller",),
        "aruba_aoscx": ("snmp-server system-location Keller",),
        "hp_procurve": ('snmp-server location "Keller"',),
    }[intent.dialect]


def _unguarded(chance: random.Random, intent: SwitchIntent) -> Lines:
    """Somebody took a loop guard off."""
    ports = [port for port in _edge_ports(intent) if port.bpduguard]
    if not ports:
        return _description(chance, intent)
    name = chance.choice(ports).name
    if intent.dialect == "hp_procurve":
        return (f"no spanning-tree {name} bpdu-protection",)
    word = "bpduguard enable" if intent.dialect == "cisco_ios" else "bpdu-guard"
    return (f"interface {name}", f"no spanning-tree {word}", "exit")


def _syslog(_chance: random.Random, intent: SwitchIntent) -> Lines:
    """A second syslog server that nobody asked for."""
    return ("logging host 10.9.9.9",) if intent.dialect == "cisco_ios" else ("logging 10.9.9.9",)


_CHANGES: Final[tuple[Change, ...]] = (
    _description, _shut, _moved, _extra_vlan, _location, _unguarded, _syslog,
)  # fmt: skip
