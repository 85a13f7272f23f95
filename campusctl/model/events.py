"""Events inform whoever watches a run; they never answer back."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from campusctl.model.frozen import Frozen


class EventKind(StrEnum):
    """What happened."""

    STARTED = "started"
    """Work on a device began."""
    CONNECTED = "connected"
    OBSERVED = "observed"
    """The running configuration was read."""
    SENT = "sent"
    """Commands went out; `done` of `total`."""
    VERIFIED = "verified"
    SAVED = "saved"
    FINISHED = "finished"
    """Nothing more follows for this device."""


class Event(Frozen):
    """One step of one device."""

    kind: EventKind
    """What happened."""
    device: str
    """Device name."""
    text: str = ""
    """One line for a person; never a secret."""
    done: int = 0
    """Commands sent so far."""
    total: int = 0
    """Commands to send."""


Emit: TypeAlias = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """An Emit for those who do not watch."""
