"""What is said at the running lab's side door; see `campusctl.lab.control`."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.names import DIALECT, Address, DeviceName, Label

SOCKET: Final = "control"
"""The socket's name in the lab's folder."""

_FARTHEST_S: Final = 366 * 86400.0
"""How far the clock moves at once, in seconds."""


class NewDevice(Frozen):
    """A device that is plugged in, as it comes out of its box."""

    name: DeviceName
    """What the lab calls it, until the inventory names it."""
    mac: Annotated[str, Field(max_length=40)]
    """Its MAC address, in any spelling."""
    switch: DeviceName
    """The switch."""
    port: Annotated[str, Field(max_length=60)]
    """The port, as the switch calls it, or its number."""
    kind: Annotated[str, Field(pattern=DIALECT, max_length=40)] = ""
    """Which simulator plays it; empty: none, so that it is only seen."""
    address: Address | Literal[""] = ""
    """Its address; empty: it gets the one that the inventory has for its MAC address, as soon as there is one."""
    serial: Label | Literal[""] = ""
    """Its serial number; empty: one is made up."""
    powered: bool = False
    """It takes its power from the port."""
    says: Annotated[str, Field(max_length=20)] = ""
    """What it says of itself by LLDP, such as `phone`; empty: nothing."""


class Request(Frozen):
    """What is asked of the lab."""

    do: Literal[
        "look", "faults", "fault", "release", "text", "enter", "record", "lines", "advance", "reset", "plug", "lease"
    ]
    """What to do."""
    plug: NewDevice | None = None
    """`plug`: the device. `lease` gives plugged devices the addresses that the inventory has for them by now."""
    devices: tuple[str, ...] = ()
    """With which switches; empty: every one."""
    faults: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """`fault` (`faults` asks for them): what is wrong with each of these devices from now on, `KIND[=VALUE]` each."""
    clear: bool = False
    """`fault`: every other device is mended."""
    startup: bool = False
    """`text`: the stored configuration, not the running one."""
    lines: tuple[str, ...] = ()
    """`enter`: what somebody at the console types."""
    seconds: float = Field(default=0.0, ge=0.0, le=_FARTHEST_S, allow_inf_nan=False)
    """`advance`: how much time passes."""


class Look(Frozen):
    """One switch as somebody beside it sees it."""

    answers: bool
    """A new connection gets through, on the modelled management path."""
    lines: int
    """Lines entered in sessions since its faults were set."""
    held: bool
    """A reply is kept back."""
    waiting: int
    """Lines that have arrived since, and are not obeyed yet."""
    sessions: int
    """Open sessions."""
    unsaved: bool
    """Running is not startup."""
    armed: bool
    """A revert or a reload is due."""


class Reply(Frozen):
    """What the lab says."""

    found: Any = None
    """What was asked for."""
    error: str = ""
    """Why not; empty: it was done."""
