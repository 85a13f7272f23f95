"""What is remembered of a run: who, when, what was about to be sent, and how it ended. No secret in any of it."""

from datetime import datetime
from enum import StrEnum

from campusctl.model.frozen import Frozen


class RunKind(StrEnum):
    """What a run was asked to do."""

    PLAN = "plan"
    APPLY = "apply"
    DRIFT = "drift"
    BACKUP = "backup"
    RESTORE = "restore"
    """Back to a backup."""
    RESUME = "resume"
    """Finishes another run."""
    REVERT = "revert"
    """Undoes another run."""


class RunState(StrEnum):
    """How far a run has come."""

    RUNNING = "running"
    """It has begun and not said how it ended: at work, or killed."""
    DONE = "done"
    """Everything was done, or there was nothing to do."""
    FAILED = "failed"
    """Some device failed, or was not reached."""
    INTERRUPTED = "interrupted"
    """The operator stopped it."""
    REFUSED = "refused"
    """Nothing was sent: a lock, a window, a stale plan."""


class RunInfo(Frozen):
    """One run, as it begins."""

    id: str
    """Random id, eight hex digits."""
    kind: RunKind
    """What it does."""
    started: datetime
    """When (UTC)."""
    user: str
    """Who: the account that ran campusctl."""
    host: str
    """From which host."""
    pid: int
    """Process id on that host."""
    boot_id: str = ""
    """The host's boot, so that a process id is not taken for another one's."""
    process_start: int = 0
    """When the process started, in ticks since that boot, for the same reason; 0: unknown."""
    command: str
    """The command line; never a secret."""
    schools: tuple[str, ...]
    """School ids."""
    inventory_digest: str = ""
    """Fingerprint of the inventory files."""
    inventory_commit: str = ""
    """Git commit of the workspace, `+` behind it when files differ from it; empty: no repository."""
    template_digest: str = ""
    """Fingerprint of the templates."""
    tool_version: str
    """The campusctl that ran."""
    lab: bool = False
    """On simulated devices."""
    reason: str = ""
    """Why outside a window, or why at all, as the operator said."""
    parent: str = ""
    """The run that this one resumes or reverts; empty: none."""
    scheduled: bool = False
    """Started by a timer, not by a person."""


class StepKind(StrEnum):
    """What a driver is about to do to a device."""

    BEGIN = "begin"
    """Work on the device begins; `text` is its running configuration before, secrets masked."""
    ARM = "arm"
    """The revert named in `text` is armed."""
    SEND = "send"
    """Commands `first` to `last` of `total` go out; `text` has them, secrets as references."""
    CONFIRM = "confirm"
    """The armed revert is confirmed from a new session."""
    UNDO = "undo"
    """The armed revert is asked for."""
    SAVE = "save"
    """Running becomes startup."""


class Step(Frozen):
    """One thing a driver is about to do."""

    device: str
    """Device name."""
    kind: StepKind
    """What."""
    first: int = 0
    """Number of the first command, from 1."""
    last: int = 0
    """Number of the last command."""
    total: int = 0
    """Commands in all."""
    text: str = ""
    """See the kinds."""
