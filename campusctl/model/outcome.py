"""What became of a device: a fault or an outcome. One device's trouble is a value, never an exception."""

from enum import StrEnum

from campusctl.model.frozen import Frozen
from campusctl.model.sentence import KeptSentence


class FaultKind(StrEnum):
    """Why a device could not be read or changed."""

    UNREACHABLE = "unreachable"
    """No TCP connection, or it broke."""
    OFF = "off"
    """Expected to be switched off: not a failure."""
    AUTH = "auth"
    """The device refused our credentials."""
    HOST_KEY = "host_key"
    """The host key is unknown or has changed; never retried."""
    TIMEOUT = "timeout"
    """The device stopped answering."""
    REJECTED = "rejected"
    """The device refused a command."""
    MALFORMED = "malformed"
    """The device said something we cannot read."""
    LOCKED = "locked"
    """Somebody else changes this device or school."""
    REFUSED = "refused"
    """We refuse, because it would not be safe."""
    MOVED = "moved"
    """Device, inventory, template or tool changed since the plan was made, or the plan expired."""
    UNVERIFIED = "unverified"
    """Commands were sent, and the device is not what the plan says."""
    UNSAVED = "unsaved"
    """Running is right, startup is not."""
    JOURNAL = "journal"
    """The record could not be written, so nothing more was sent."""
    WINDOW = "window"
    """It would interrupt lessons or exams, and no window is open."""
    CABLE = "cable"
    """The switch is cabled otherwise than the inventory says."""
    CHECKS = "checks"
    """The change is as planned, but something that worked before does not any more."""
    SECRET = "secret"  # noqa: S105 - a kind of fault
    """A secret could not be resolved."""
    HELD = "held"
    """Not begun, because something before it failed."""
    INTERRUPTED = "interrupted"
    """The operator stopped the run."""
    INTERNAL = "internal"
    """A bug of ours; please report it."""


class Fault(Frozen):
    """One device's trouble."""

    device: str
    """Device name."""
    kind: FaultKind
    """What kind of trouble."""
    what: KeptSentence
    """One sentence; never a secret."""
    hint: KeptSentence = ""
    """What to do first."""
    sent: int = 0
    """How many commands were sent before it happened."""
    driver: str = "switch"
    """Name of the driver that met it."""

    @property
    def off(self) -> bool:
        """The device is switched off, which is no failure."""
        return self.kind is FaultKind.OFF


class OutcomeKind(StrEnum):
    """How an apply ended for one device."""

    OK = "ok"
    """Changed, verified, saved."""
    UNCHANGED = "unchanged"
    """Nothing to do."""
    FAILED = "failed"
    """See the fault."""
    SKIPPED = "skipped"
    """Not touched; the fault says why."""


class Outcome(Frozen):
    """What an apply did to one device."""

    device: str
    """Device name."""
    kind: OutcomeKind
    """How it ended."""
    sent: int = 0
    """Commands sent."""
    edits: int = 0
    """Settings that were changed and read back."""
    saved: bool = False
    """Startup equals running, read back."""
    notes: tuple[KeptSentence, ...] = ()
    """What a person should know, one sentence each."""
    fault: Fault | None = None
    """Set when failed or skipped."""
    digest: str = ""
    """Keyed fingerprint of the state as it was read last, where everything went well; empty: not known."""
