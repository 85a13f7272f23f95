"""What is asked of a wake, and what became of it."""

from enum import StrEnum
from typing import Literal, TypeAlias

from campusctl.model.frozen import Frozen
from campusctl.model.plan import DeviceLogin

Method: TypeAlias = Literal["broadcast", "helper", "host"]
"""On which way the packet travels: see the module `method_*` of each."""


class WakeOrder(Frozen):
    """One PC that is to be on."""

    device: str
    """Device name."""
    school: str
    """School id."""
    host: str
    """Address at which it answers when it is on."""
    port: int
    """TCP port that is open then."""
    mac: str = ""
    """MAC address of its card."""
    method: Method | None = None
    """How the packet gets to it; None: it cannot be woken."""
    address: str = ""
    """Where the packet is sent, for `broadcast` and `helper`."""
    sender: DeviceLogin | None = None
    """The host that sends the packet, for `host`."""
    cannot: str = ""
    """Why it cannot be woken, in words; empty: it can."""


class WakeState(StrEnum):
    """What became of a PC."""

    ON = "on"
    """It was on already."""
    WOKE = "woke"
    """It answered after a packet was sent."""
    SENT = "sent"
    """A packet was sent, and nobody waited."""
    SILENT = "silent"
    """A packet was sent, and it did not answer in time."""
    UNSENT = "unsent"
    """No packet could be sent."""
    CANNOT = "cannot"
    """It is off, and the inventory gives no way to wake it."""


class WakeResult(Frozen):
    """What became of one PC."""

    device: str
    """Device name."""
    school: str
    """School id."""
    state: WakeState
    """What became of it."""
    what: str = ""
    """Why, where that is worth a word."""
    seconds: float = 0.0
    """How long it took until it answered."""
