"""The doors between rooms: what a driver and a secret source must offer."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from campusctl.model.events import Emit
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change, Target


class SecretSource(Protocol):
    """Where secrets come from, at the moment of use."""

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference.

        Raises:
            SecretError: One is missing, or the source cannot be opened.
        """
        ...


class Driver(Protocol):
    """One device class. Takes a batch, yields exactly one result per device, in completion order."""

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each device and say what it would take to make it right. Writes nothing."""
        ...

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change, read back, save, prove. One device's trouble never stops another."""
        ...


class DriverMaker(Protocol):
    """What an entry point in `campusctl.drivers` names: a driver's class, or a function that makes one."""

    def __call__(self, secrets: SecretSource, key: bytes, *, stop: threading.Event | None = None) -> Driver:
        """A driver.

        Args:
            secrets: Where secrets come from.
            key: The workspace's key for fingerprints of states.
            stop: When set, nothing new is begun; each device still gets its result.
        """
        ...
