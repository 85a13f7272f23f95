"""What both Aruba dialects say alike: power over Ethernet, and the answer to a ping."""

import re
from collections.abc import Callable
from typing import Final

from campusctl.drivers.switch.health.questions import Values
from campusctl.drivers.switch.health.templating import rows, word
from campusctl.drivers.switch.health.values import number
from campusctl.model.health import Budget, Power

HEAD: Final = re.compile(r"Pwr|Power")
"""Stands in every table of powered ports."""
PINGED: Final = re.compile(r"packet loss|is alive|timed out|not respond|(?i:unreachable|unknown host)")
"""Stands in every answer to a ping."""


def power(reply: str, port_of: Callable[[str], str]) -> Values:
    """`power` and `budgets` of `show power-over-ethernet brief`."""
    found = {}
    for row in rows("poe_ports", reply):
        port = port_of(word(row, "PORT"))
        if port:
            delivering = word(row, "STATUS") == "Delivering"
            found[port] = Power(delivering=delivering, watts=number(word(row, "DRAW")))
    budgets = {
        word(row, "UNIT") or "1": Budget(available_w=available, used_w=number(word(row, "USED")))
        for row in rows("poe_budget", reply)
        if (available := number(word(row, "AVAILABLE"))) is not None
    }
    return {"power": found, "budgets": budgets or None}


def answers(reply: str) -> Values:
    """`gateway` of a ping's output; nothing when it says neither yes nor no."""
    said = rows("unix_ping", reply)
    lost = [number(word(row, "PERCENT_LOST")) for row in said if word(row, "PERCENT_LOST")]
    if any(word(row, "ALIVE") for row in said) or any(percent != 100 for percent in lost):
        return {"gateway": True}
    return {"gateway": False} if lost or any(word(row, "DEAD") for row in said) else {}
