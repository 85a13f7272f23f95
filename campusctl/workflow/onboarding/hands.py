"""What an onboarding needs from whoever started it: a voice, an ear, patience."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from campusctl.inventory.city import City
from campusctl.model.events import Emit, ignore
from campusctl.model.onboarding import NewDevice
from campusctl.model.outcome import Fault
from campusctl.model.tables import Tables
from campusctl.workflow.applying import Terms
from campusctl.workflow.desk import Desk
from campusctl.workflow.onboarding.papers import write_papers
from campusctl.workflow.pinging import ping_devices
from campusctl.workflow.tables import read_tables


def _nothing(_count: int) -> None:
    """Nobody counts."""


def _silent(_device: NewDevice) -> None:
    """Nobody is told."""


def _unguarded(_stop: threading.Event) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Hands:
    """How an onboarding reaches a person, and the world."""

    desk: Callable[[], Desk]
    """The workspace, made ready anew: a lab may have a device now that it did not have before."""
    say: Callable[[str], None]
    """Tells one line."""
    agree: Callable[[str], bool]
    """Asks a question; False: no."""
    terms: Terms = field(default_factory=Terms)
    """On which terms devices are changed."""
    wait_s: float = 300.0
    """How long to wait for devices to appear and to answer, in seconds; 0: look once."""
    pause_s: float = 4.0
    """Between two looks, in seconds."""
    emit: Emit = ignore
    """Told of every step of every device."""
    ready: Callable[[int], None] = _nothing
    """Told how many devices will be read."""
    guarded: Callable[[threading.Event], AbstractContextManager[None]] = _unguarded
    """Within it, Ctrl-C sets the event instead of tearing the work apart."""
    announce: Callable[[NewDevice], None] = _silent
    """Told of each device whose lines and port are ready, before it is waited for."""
    look: Callable[..., Mapping[str, Tables | Fault]] = read_tables
    """Reads what switches see; as `read_tables`."""
    ping: Callable[..., Mapping[str, bool]] = ping_devices
    """Says which addresses answer a ping; as `ping_devices`."""
    papers: Callable[[Desk, City, NewDevice, str], str] = write_papers
    """Writes label and record, and says what it wrote; as `write_papers`."""
    sleep: Callable[[float], None] = time.sleep
    """Waits, in seconds."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that only grow."""
