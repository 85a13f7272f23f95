"""What a kind of PC must offer to the driver: the job for its playbook, and what the playbook's events mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias, TypedDict

from campusctl.model.outcome import FaultKind
from campusctl.model.plan import Target

Shown: TypeAlias = bool | int | str | tuple[str, ...] | None
"""A value before or after an edit; None: not there."""

# What comes from Ansible is JSON of somebody else's making; it gets its types where it is read.
Json: TypeAlias = Any


class Event(NamedTuple):
    """One line of the callback plugin `campusctl.pcs.events` that is about one PC."""

    kind: str
    """`start`, `ok`, `failed`, `unreachable`, `skipped`, `item` or `item_failed`."""
    host: str
    """Name of the PC."""
    at: float = 0.0
    """When it was read here, seconds since the epoch."""
    task: str = ""
    """Ansible's id of the task."""
    name: str = ""
    """Name of the task."""
    action: str = ""
    """Full name of its module."""
    role: str = ""
    """Role that the task belongs to; empty: none."""
    changed: bool = False
    """It changed something, or would have."""
    ignored: bool = False
    """It failed, and the playbook says that this does not matter."""
    result: Mapping[str, Json] = {}
    """What the module returned: whole for campus_pc, a few keys for others."""


class HostEdit(NamedTuple):
    """One difference on a PC, secrets already masked."""

    path: tuple[str, ...]
    """Kind, name and, where there is one, field: `("file", "/etc/motd", "mode")`."""
    before: Shown
    """None: not there."""
    after: Shown
    """None: goes away."""
    step: str = ""
    """What is done about it, one line; no secret in it."""
    done: bool = False
    """It was done; never in check mode."""


class Trouble(NamedTuple):
    """What is wrong with one PC, in words."""

    kind: FaultKind
    """What kind of trouble."""
    what: str
    """One sentence."""
    hint: str = ""
    """What to do first."""


@dataclass(frozen=True, slots=True)
class HostResult:
    """What a playbook's events say about one PC."""

    edits: tuple[HostEdit, ...] = ()
    """What differs, or was changed, in order."""
    remaining: tuple[HostEdit, ...] = ()
    """What still differs after a change, read again."""
    observed: str = ""
    """Keyed digest of everything that was looked at, before the change; empty: not known."""
    digest: str = ""
    """The same after the change; empty: not known."""
    moved: bool = False
    """It was not as the plan saw it, and nothing was changed."""
    unchecked: tuple[str, ...] = ()
    """What check mode cannot know, one sentence each."""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""
    kept: str = ""
    """Id under which the PC keeps what was replaced; empty: nothing."""
    trouble: Trouble | None = None
    """What went wrong; what was done before stands in `edits`."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """`time` (seconds since the epoch, as the PC sees it), `os`, `boot`."""

    @property
    def done(self) -> int:
        """How many edits were made."""
        return sum(edit.done for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Work:
    """What a run wants of one PC."""

    document: Mapping[str, Json]
    """The document, already narrowed to what may be changed; secrets stand as `<<secret:REF>>`."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Plaintext of every reference that the target needs, for logging in and in the document."""
    salt: str = ""
    """Keys the digests of this PC."""
    expect: str = ""
    """Digest that the plan saw; empty: none."""
    keep: str = ""
    """Id under which the PC keeps what is replaced; empty: nothing is kept."""
    check: bool = True
    """Nothing is changed."""
    deadline_s: float = 300.0
    """When the PC stops by itself, in seconds."""
    lock_wait_s: float = 60.0
    """How long somebody else's package lock is waited for, in seconds."""


class JobHost(TypedDict):
    """One PC in a job, as the inventory plugin and the action plugin read it."""

    groups: list[str]
    """Ansible groups, `[a-z0-9_]`."""
    vars: dict[str, Json]
    """Host variables: the connection, and what the playbook needs. Never templated by Ansible."""
    args: dict[str, Json]
    """Arguments of campus_pc; never host variables."""
    roles: list[str]
    """Roles of the city's own, for the second play."""


class Platform(Protocol):
    """A kind of PC. Has no state; one instance serves every run."""

    @property
    def name(self) -> str:
        """The dialect it serves, such as `linux`."""
        ...

    @property
    def playbook(self) -> str:
        """Its playbook, a file name in the folder of playbooks."""
        ...

    @property
    def greeting(self) -> bytes:
        """How what listens on its port greets a client, such as `SSH-`; empty: it waits for the client."""
        ...

    @property
    def proves(self) -> bool:
        """Its task itself refuses a PC that moved, and looks again after a change.

        Otherwise the driver runs its playbook in check mode before the change and after it.
        """
        ...

    def job_host(self, target: Target, work: Work) -> JobHost:
        """The PC's part of a job.

        Raises:
            CampusError: It cannot be made, such as for want of an extra; it becomes the PC's fault.
        """
        ...

    def complete(self, target: Target, event: Event) -> bool:
        """Whether nothing more comes for this PC after this event; when in doubt, no: the end of the run says it."""
        ...

    def read(self, target: Target, work: Work, events: Sequence[Event]) -> HostResult:
        """What a PC's events mean, `start` among them; what is in them may be anything. Never raises."""
        ...
