"""The doors between rooms: what a driver, a secret source and a record must offer."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from campusctl.model.events import Emit
from campusctl.model.finding import FindingRow, FindingSeen, FindingState
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Armed, Assessment, Change, Target
from campusctl.model.run import Step
from campusctl.model.tables import Pings, Tables


class SecretSource(Protocol):
    """Where secrets come from, at the moment of use."""

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference.

        Raises:
            SecretError: One is missing, or the source cannot be opened.
        """
        ...


class Record(Protocol):
    """Where a driver writes down what it is about to do, and what it has read. Called from several threads."""

    def step(self, step: Step) -> None:
        """Write down what comes next; durable when it returns.

        Raises:
            JournalError: It could not be written, so it must not be done.
        """
        ...

    def config(self, school: str, device: str, text: str) -> None:
        """Keep a running configuration as it was read, volatile lines left out and secrets masked. Never raises."""
        ...


class Driver(Protocol):
    """One device class. Takes a batch, yields exactly one result per device, in completion order."""

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each device and say what it would take to make it right. Writes nothing."""
        ...

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change, read back, save, prove. One device's trouble never stops another."""
        ...

    def settle(self, armed: Sequence[Armed], emit: Emit) -> Iterator[Outcome]:
        """End reverts that a run left armed, before anything is read that they might take back."""
        ...


class Looker(Protocol):
    """A driver whose devices see others: switches."""

    def look(self, targets: Sequence[Target], emit: Emit) -> Iterator[Tables | Fault]:
        """Read what each device sees at its ports. Writes nothing; a target needs no `intended`."""
        ...

    def ping(
        self, targets: Sequence[Target], addresses: Mapping[str, Sequence[str]], emit: Emit
    ) -> Iterator[Pings | Fault]:
        """Let each device ping addresses.

        Args:
            targets: The devices; a target needs no `intended`.
            addresses: IPv4 addresses by name of the device that is to ping them.
            emit: Told of every step.
        """
        ...


class DriverMaker(Protocol):
    """What an entry point in `campusctl.drivers` names: a driver's class, or a function that makes one."""

    def __call__(
        self,
        secrets: SecretSource,
        key: bytes,
        *,
        stop: threading.Event | None = None,
        record: Record | None = None,
    ) -> Driver:
        """A driver.

        Args:
            secrets: Where secrets come from.
            key: The workspace's key for fingerprints of states.
            stop: When set, nothing new is begun; each device still gets its result.
            record: Told before every step, and of every configuration that was read; None: nobody is.
        """
        ...


class FindingStore(Protocol):
    """Where findings are remembered from run to run."""

    def record_findings(
        self, run_id: str, seen: Sequence[FindingSeen], covered: Collection[str]
    ) -> tuple[FindingRow, ...]:
        """Remember what a run saw; a finding that none of its devices shows any more is gone.

        Args:
            run_id: The run.
            seen: Its findings.
            covered: Names of the devices that were read.
        """
        ...

    def findings(
        self, school: str | None = None, states: Collection[FindingState] | None = None
    ) -> tuple[FindingRow, ...]:
        """Findings of a school or of all, in these states or in any, the oldest first."""
        ...

    def finding(self, name: str) -> FindingRow:
        """One finding by its id or the beginning of it.

        Raises:
            UnknownNameError: There is none, or more than one begins so.
        """
        ...

    def decide(  # noqa: PLR0913 - each is one word to the caller
        self,
        name: str,
        state: FindingState,
        *,
        actor: str,
        reason: str = "",
        owner: str = "",
        until: datetime | None = None,
    ) -> FindingRow:
        """Remember what somebody decided."""
        ...
