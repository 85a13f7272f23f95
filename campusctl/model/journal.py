"""What the journal answers: runs and their devices, leases and claims, the audit trail. All times are UTC."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.outcome import Fault, FaultKind, Outcome
from campusctl.model.plan import Assessment, Change
from campusctl.model.run import RunInfo, RunKind, RunState, StepKind

CHANGING: Final = frozenset({RunKind.APPLY, RunKind.RESTORE, RunKind.RESUME, RunKind.REVERT})
"""The kinds of run that write to devices."""


class DeviceState(StrEnum):
    """How far a run has come with one device."""

    READ = "read"
    """It was read; nothing is to be sent."""
    PLANNED = "planned"
    """A change is planned and not begun."""
    BEGUN = "begun"
    """Work began and nothing says how it ended: only reading the device tells."""
    DONE = "done"
    """It ended well."""
    FAILED = "failed"
    """It could not be read, or the change failed: see fault and outcome."""
    SKIPPED = "skipped"
    """It was not touched; the outcome says why."""
    OFF = "off"
    """It was switched off: not a failure."""
    PENDING = "pending"
    """It is off, and its change waits: the next run that finds it on makes it."""


_UNTOUCHED: Final = frozenset({DeviceState.SKIPPED, DeviceState.OFF, DeviceState.PENDING})
_BEFORE_ANYTHING: Final = frozenset({
    FaultKind.AUTH, FaultKind.HOST_KEY, FaultKind.JOURNAL, FaultKind.LOCKED, FaultKind.MOVED, FaultKind.REFUSED,
    FaultKind.SECRET,
})  # fmt: skip
"""Faults that are met before the first command is carried out, if none was."""


class StepRow(Frozen):
    """One thing a driver was about to do, as it was written down before."""

    number: int
    """Order within the journal."""
    at: datetime
    """When it was written down."""
    kind: StepKind
    """What."""
    first: int
    """Number of the first command, from 1; 0: no commands."""
    last: int
    """Number of the last command."""
    total: int
    """Commands in all."""
    text: str
    """See `StepKind`; empty for BEGIN, whose text is `DeviceRow.before_text`."""


class DeviceRow(Frozen):
    """What a run has to do with one device."""

    device: str
    """Device name."""
    school: str
    """School id; empty when it was not told."""
    state: DeviceState
    """How far."""
    assessment: Assessment | None = None
    """What was seen and decided."""
    change: Change | None = None
    """What was to be done."""
    before_text: str = ""
    """Running configuration when work began, secrets masked."""
    outcome: Outcome | None = None
    """How the change ended."""
    fault: Fault | None = None
    """What went wrong, reading or changing."""
    began: datetime | None = None
    """When work on it began."""
    ended: datetime | None = None
    """When it was read, or its outcome was written down."""
    steps: tuple[StepRow, ...] = ()
    """What was written down before it was done, in order."""
    unreadable: tuple[str, ...] = ()
    """Columns that another version wrote, or somebody changed: they cannot be read and are left out."""

    @property
    def touched(self) -> bool:
        """Something was written down to be sent, and its end does not say that nothing was done after all."""
        if not any(step.kind is StepKind.SEND for step in self.steps):
            return False
        if self.fault is None or self.fault.sent:
            return True
        return self.state not in _UNTOUCHED and self.fault.kind not in _BEFORE_ANYTHING


class RunRow(Frozen):
    """One run in a list."""

    info: RunInfo
    """Who, when, what."""
    state: RunState
    """How far it has come."""
    finished: datetime | None = None
    """When it ended."""
    exit_code: int | None = None
    """With which exit code."""
    note: str = ""
    """One sentence on how it ended."""
    alive: bool = False
    """Its process is at work, as far as can be known from here."""
    counts: dict[DeviceState, int] = Field(default_factory=dict)
    """Devices by state."""


class RunDetail(RunRow):
    """One run with its devices."""

    devices: tuple[DeviceRow, ...] = ()
    """By name."""

    @property
    def open_devices(self) -> tuple[DeviceRow, ...]:
        """Devices whose change began and did not end."""
        return tuple(row for row in self.devices if row.state is DeviceState.BEGUN)


class Lease(Frozen):
    """The right to write to one school, for as long as it is renewed."""

    school: str
    """School id."""
    holder: str
    """Who."""
    host: str
    """From which host."""
    pid: int
    """Process id on that host."""
    reason: str
    """What for."""
    run_id: str
    """The run."""
    acquired: datetime
    """Since when."""
    expires: datetime
    """Until when, unless it is renewed."""
    token: str
    """Random; tells this lease from a later one of the same holder."""
    alive: bool = True
    """Not expired, or its process is known to be at work."""


class Claim(Frozen):
    """A person at a school: scheduled changes wait, other people's changes are refused."""

    school: str
    """School id."""
    holder: str
    """Who."""
    host: str
    """From which host."""
    made: datetime
    """Since when."""
    until: datetime
    """Until when."""
    reason: str
    """What for."""


class SightingRow(Frozen):
    """When a device answered last."""

    device: str
    """Device name."""
    school: str
    """School id; empty when it was not told."""
    at: datetime | None
    """When; None: it was asked for and never answered."""
    asked: datetime
    """When it was asked for first."""


class PendingRow(Frozen):
    """A device that was off when it was to be changed, and has not answered since."""

    device: str
    """Device name."""
    school: str
    """School id; empty when it was not told."""
    run_id: str
    """The first run since it answered last that would have changed it."""
    since: datetime
    """When that run found it off."""


class AuditEntry(Frozen):
    """One line of the audit trail."""

    number: int
    """From 1, without gaps."""
    at: str
    """When (UTC, ISO 8601), as it was hashed."""
    actor: str
    """Who."""
    host: str
    """From which host."""
    action: str
    """What was done, such as `run.begin` or `claim`."""
    subject: str
    """To what: a run, a school, a finding."""
    detail: str
    """More, as JSON."""
    digest: str
    """SHA-256 over this entry and the digest of the one before."""


class AuditProblem(Frozen):
    """Something in the audit trail that is not as it was written."""

    number: int
    """The entry; 0 when the whole trail is meant."""
    what: str
    """One sentence."""


class AuditReport(Frozen):
    """What `history verify` found."""

    first: int
    """The oldest entry that is kept; 0 when there is none."""
    last: int
    """The newest entry."""
    pruned: int
    """Entries up to this one were pruned, and the trail says so."""
    head: str
    """Digest of the newest entry: noted elsewhere, it proves later that nothing was rewritten."""
    runs: int
    """Runs whose rows were compared with the trail."""
    problems: tuple[AuditProblem, ...] = ()
    """Empty: the trail is whole."""


class PruneCount(Frozen):
    """What was, or would be, deleted."""

    before: datetime
    """Everything older than this."""
    runs: int
    """Runs with their devices and steps."""
    findings: int
    """Findings that are gone."""
    audit: int
    """Entries of the audit trail."""
    kept: int
    """Older runs that stay, because they are unfinished."""


class SecretSet(Frozen):
    """A secret that was set on a device."""

    device: str
    """Device name."""
    path: tuple[str, ...]
    """Where, secrets in it masked."""
    ref: str
    """Reference of the secret."""
    fingerprint: str
    """Keyed hash of the value: tells equal from different, and nothing else."""
    run_id: str
    """The run that set it."""
    at: datetime
    """When."""
