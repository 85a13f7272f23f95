"""One call of the driver: its PCs, their secrets, and what is heard of each, exactly once."""

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from campusctl.drivers.pc.atwork import Report
from campusctl.drivers.pc.lots import Item, lots
from campusctl.drivers.pc.platforms.base import HostResult
from campusctl.drivers.pc.platforms.table import PLATFORMS
from campusctl.drivers.pc.probe import Door, probe
from campusctl.drivers.pc.running import Prepare, run
from campusctl.drivers.pc.scrub import Scrub
from campusctl.drivers.pc.working import only_named, secrets_of
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Target
from campusctl.ports import SecretSource


class Limits(NamedTuple):
    """How much at once, how long, and when to stop."""

    stop: threading.Event
    """When set, everything at work is ended."""
    children: int
    """Child processes at once."""
    probe_s: float
    """How long a PC may take to accept a connection, in seconds."""
    lock_wait_s: float
    """How long somebody else's package lock is waited for, in seconds."""


class Batch:
    """The PCs of one call."""

    def __init__(self, targets: Sequence[Target], source: SecretSource, limits: Limits, emit: Emit) -> None:
        """Prepare: fetch the secrets.

        Args:
            targets: The PCs.
            source: Where secrets come from.
            limits: How much at once.
            emit: Told of every step.
        """
        self._limits = limits
        self.emit = emit
        for target in targets:
            emit(Event(kind=EventKind.STARTED, device=target.device))
        self.secrets, self._lacking = secrets_of(source, targets)

    def item(self, target: Target) -> Item | Fault:
        """What is wanted of a PC, if anybody knows its system."""
        platform = PLATFORMS.get(target.dialect)
        if platform is None:
            known = ", ".join(sorted(PLATFORMS))
            what = f"campusctl knows no PCs of the kind {target.dialect!r}"
            hint = f"a profile's dialect is {known}"
            return Fault(device=target.device, kind=FaultKind.REFUSED, what=what, hint=hint, driver=target.driver)
        return Item(only_named(target), platform, lock_wait_s=self._limits.lock_wait_s)

    def scrub(self, target: Target) -> Scrub:
        """Takes this PC's secrets out of what it says."""
        return Scrub(self.secrets[ref] for ref in target.secret_refs if ref in self.secrets)

    def answering(self, items: Sequence[Item]) -> tuple[list[Item], list[Report]]:
        """The PCs that can be worked on, and what is wrong with the others."""
        apart = {item.name: self._lacking.get(item.name) for item in items}
        doors = [self._door(item) for item in items if apart[item.name] is None]
        apart |= probe(doors, self._limits.stop, connect_s=self._limits.probe_s)
        silent = [Report(item, HostResult(trouble=trouble)) for item in items if (trouble := apart[item.name])]
        good = [item for item in items if apart[item.name] is None]
        for item in good:
            self.emit(Event(kind=EventKind.CONNECTED, device=item.name))
        return good, silent

    def reports(self, items: Sequence[Item], prepare: Prepare) -> Iterator[Report]:
        """Work on PCs that answer."""
        yield from run(lots(items), prepare, self._limits.stop, self._limits.children)

    def finished(self, device: str, *before: Event) -> None:
        """Say what became of a PC, and that nothing more follows."""
        for event in (*before, Event(kind=EventKind.FINISHED, device=device)):
            self.emit(event)

    def _door(self, item: Item) -> Door:
        return Door(item.name, item.target.login.host, item.target.login.port, item.platform.greeting)
