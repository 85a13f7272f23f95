"""The doors between rooms: what a driver and a secret source must offer."""

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
