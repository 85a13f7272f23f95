"""Power over Ethernet of each port, from the words of each dialect."""

from collections.abc import Callable
from typing import Final, NamedTuple

from campusctl.drivers.switch.health.questions import Values
from campusctl.drivers.switch.health.templating import rows, word
from campusctl.drivers.switch.health.values import number
from campusctl.model.tables import PowerState


class Drawn(NamedTuple):
    """Power of one port."""

    state: PowerState | None
    """What it does; None: not known."""
    watts: float | None
    """What the device draws, in watts; None: not known."""


_ARUBA: Final = (
    ("delivering", PowerState.DELIVERING),
    ("searching", PowerState.SEARCHING),
    ("disabled", PowerState.DISABLED),
    ("off", PowerState.DISABLED),
    ("denied", PowerState.DENIED),
    ("demot", PowerState.DENIED),
    ("overload", PowerState.FAULT),
    ("fault", PowerState.FAULT),
    ("other fault", PowerState.FAULT),
)
"""How the status begins. Source: ArubaOS-Switch 16.10 and AOS-CX 10.10 guides on power over Ethernet."""

_CISCO: Final = {
    "on": PowerState.DELIVERING,
    "faulty": PowerState.FAULT,
    "power-deny": PowerState.DENIED,
    "denied": PowerState.DENIED,
}
"""Source: Cisco IOS 15.2 interface command reference, `show power inline`."""


def aruba(reply: str, port_of: Callable[[str], str]) -> Values:
    """`drawn` of `show power-over-ethernet brief`, of both Aruba dialects."""
    found = {}
    for row in rows("poe_ports", reply):
        port, status = port_of(word(row, "PORT")), " ".join(word(row, "STATUS").lower().split())
        if port:
            off = word(row, "ENABLED") == "No"
            said = next((state for head, state in _ARUBA if status.startswith(head)), None)
            found[port] = Drawn(PowerState.DISABLED if off else said, number(word(row, "DRAW")))
    return {"drawn": found}


def cisco(reply: str, port_of: Callable[[str], str]) -> Values:
    """`drawn` of `show power inline`."""
    found = {}
    for row in rows("ntc:cisco_ios_show_power_inline", reply):
        port, status = port_of(word(row, "INTERFACE")), word(row, "OPERATIONAL_STATUS").lower()
        if port:
            idle = PowerState.DISABLED if word(row, "ADMIN_STATUS") in ("off", "never") else PowerState.SEARCHING
            found[port] = Drawn(idle if status == "off" else _CISCO.get(status), number(word(row, "POWER")))
    return {"drawn": found}
