"""What is said at the running lab's side door; see `campusctl.lab.control`."""

from typing import Any, Final, Literal

from pydantic import Field

from campusctl.lab.pcs.spec import PcFaults
from campusctl.lab.spec import Faults
from campusctl.model.frozen import Frozen

SOCKET: Final = "control"
"""The socket's name in the lab's folder."""

_FARTHEST_S: Final = 366 * 86400.0
"""How far the clock moves at once, in seconds."""


class Request(Frozen):
    """What is asked of the lab."""

    do: Literal["look", "faults", "fault", "release", "text", "enter", "record", "lines", "advance", "reset"]
    """What to do."""
    devices: tuple[str, ...] = ()
    """With which switches; empty: every one."""
    faults: Faults = Faults()
    """`fault` (`faults` asks for them): what is wrong with them from now on."""
    pc_faults: PcFaults = PcFaults()
    """`fault`: what is wrong with those of them that are PCs."""
    appliance_faults: tuple[str, ...] = ()
    """`fault`: what is wrong with those of them that are printers, projectors, boards or print servers."""
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
