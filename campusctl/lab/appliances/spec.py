"""One simulated appliance, as JSON between `lab up` and the process that runs it."""

from pydantic import Field

from campusctl.model.appliance import Shown
from campusctl.model.frozen import Frozen


class LabAppliance(Frozen):
    """One simulated printer, projector, board or print server."""

    name: str
    """Device name."""
    school: str
    """School id."""
    kind: str
    """Which simulator: a dialect's name."""
    address: str
    """IPv4 address of the inventory; it answers at its twin, 127.a.b.c."""
    mac: str
    """Its MAC address."""
    serial: str = ""
    """Its serial number; empty: one is made up."""
    model: str = ""
    """Its model, for people."""
    settings: tuple[tuple[tuple[str, ...], Shown], ...] = ()
    """What the inventory wants of it, secrets in clear: it comes up so, unless a fault says otherwise."""
    options: dict[str, str | int | bool] = Field(default_factory=dict)
    """What else its dialect is told by the inventory."""
    user: str = ""
    """Account that may log in; empty: it knows none."""
    secrets: dict[str, str] = Field(default_factory=dict)
    """What it knows: `password`, `pin` …"""
    faults: tuple[str, ...] = ()
    """`KIND` or `KIND=VALUE` each."""
