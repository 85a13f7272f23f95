"""What is remembered of an onboarding, so that it can be taken up again; no secret in any of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.sentence import StoredSentence


class StepName(StrEnum):
    """What is done for a new device, in this order."""

    INVENTORY = "inventory"
    """Its lines are written into the inventory."""
    PORT = "port"
    """Its switch port, and what leans on it, is set."""
    APPEAR = "appear"
    """It is seen at its port."""
    TRUST = "trust"
    """Its host key is known; only of devices that are reached by SSH."""
    SETTINGS = "settings"
    """It is brought to what the inventory says."""
    CHECK = "check"
    """Device and port are read again, and nothing differs."""
    PAPERS = "papers"
    """Label and acceptance record are written."""


TOGETHER: tuple[StepName, ...] = (StepName.INVENTORY, StepName.PORT)
"""Steps that are taken for all devices of an onboarding at once."""


class Done(Frozen):
    """A step that was taken."""

    step: StepName
    """Which."""
    at: datetime
    """When (UTC)."""
    note: str = ""
    """What came of it, in one sentence."""


class NewPort(Frozen):
    """The port of a new device."""

    switch: str
    """Switch name."""
    port: str
    """As the inventory calls it."""
    name: str
    """The dialect's canonical name."""
    entry: dict[str, Any]
    """What stands there from now on."""
    before: dict[str, Any] | None = None
    """What its own entry said before; None: it had none."""


class NewQueue(Frozen):
    """The print queue of a new printer."""

    server: str
    """Name of the print server."""
    name: str
    """Of the queue."""
    entry: dict[str, Any]
    """What stands there."""


class NewDevice(Frozen):
    """One device of an onboarding."""

    kind: str
    """`board`, `printer`, `projector`, `pc` or `switch`."""
    school: str
    """School id."""
    name: str
    """Device name."""
    entry: dict[str, Any]
    """Its entry in the inventory."""
    port: NewPort | None = None
    """Its port; None: it has none."""
    queue: NewQueue | None = None
    """Its print queue; None: none."""
    done: tuple[Done, ...] = ()
    """Steps that were taken."""
    stopped: StoredSentence = ""
    """What it waits for, or what went wrong, in one sentence; empty: nothing."""

    @property
    def mac(self) -> str:
        """Its MAC address; empty: nobody knows it."""
        return str(self.entry.get("mac") or "")

    @property
    def serial(self) -> str:
        """Its serial number; empty: nobody knows it."""
        return str(self.entry.get("serial") or "")

    @property
    def address(self) -> str:
        """Its IPv4 address; empty: none of ours."""
        return str(self.entry.get("address") or "").partition("/")[0]

    @property
    def next_step(self) -> StepName | None:
        """The step that comes next; None: all are taken."""
        taken = {done.step for done in self.done}
        return next((step for step in StepName if step not in taken), None)

    def with_done(self, step: StepName, at: datetime, note: str = "") -> "NewDevice":
        """The same with a step taken."""
        return self.model_copy(update={"done": (*self.done, Done(step=step, at=at, note=note)), "stopped": ""})


class OnboardingState(StrEnum):
    """How far an onboarding has come."""

    OPEN = "open"
    """Something is left to do."""
    DONE = "done"
    """Every device works."""
    ABANDONED = "abandoned"
    """It was given up, and the inventory is as it was."""


class Onboarding(Frozen):
    """One or several new devices on their way."""

    format: Literal[1] = 1
    """Version of the file's format."""
    id: str
    """Random id, eight hex digits."""
    made: datetime
    """When it was agreed to (UTC)."""
    by: str
    """Who agreed: the account."""
    lab: bool = False
    """On simulated devices."""
    branch: str = ""
    """Git branch that the inventory's change goes to; empty: the one that is checked out."""
    reason: str = ""
    """Why, as the operator said."""
    papers: str = ""
    """Folder for labels and records; empty: the current one."""
    state: OnboardingState = OnboardingState.OPEN
    """How far."""
    giving_up: bool = False
    """Somebody has begun to give it up: that is what is left to do."""
    devices: tuple[NewDevice, ...]
    """The new devices."""
    paths: dict[str, tuple[tuple[str, ...], ...]] = Field(default_factory=dict)
    """By switch or print server, the settings that change there for the new devices, and no others."""
    agreed: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By switch or print server, a fingerprint of each command that was agreed to."""
    files: dict[str, str] = Field(default_factory=dict)
    """By file of the inventory, the SHA-256 of what was agreed to be written there."""
    commit: str = ""
    """Git commit of the inventory's change; empty: it is not written, or not committed."""

    @property
    def schools(self) -> tuple[str, ...]:
        """School ids, in the order of the devices."""
        return tuple(dict.fromkeys(device.school for device in self.devices))

    @property
    def print_servers(self) -> frozenset[str]:
        """Print servers that get a queue: each when its printer is there, as CUPS asks the printer what it can."""
        return frozenset(device.queue.server for device in self.devices if device.queue)

    def taken(self, step: StepName) -> bool:
        """Whether a step was taken for every device."""
        return all(any(done.step is step for done in device.done) for device in self.devices)

    def replaced(self, device: NewDevice) -> "Onboarding":
        """The same with one device as it is now."""
        devices = tuple(device if one.name == device.name else one for one in self.devices)
        return self.model_copy(update={"devices": devices})
