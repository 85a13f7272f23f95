"""The PC driver: who answers is worked on by Ansible, a child process per school; who does not is off, not at fault."""

import secrets as random_source
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from campusctl.drivers.pc.atwork import Begin, Report
from campusctl.drivers.pc.batch import Batch, Limits
from campusctl.drivers.pc.lots import LOCK_WAIT_S, Item, Lot
from campusctl.drivers.pc.noting import note_all
from campusctl.drivers.pc.passes import three_passes
from campusctl.drivers.pc.probe import CONNECT_S
from campusctl.drivers.pc.proving import outcome
from campusctl.drivers.pc.reading import assessment
from campusctl.drivers.pc.running import pool_size
from campusctl.drivers.pc.working import begin
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, Outcome, OutcomeKind
from campusctl.model.plan import Armed, Assessment, Change, Target
from campusctl.ports import Record, SecretSource


class PcDriver:
    """Every PC and notebook, whatever its system. See `campusctl.ports.Driver`."""

    def __init__(  # noqa: PLR0913 - each is one word to the caller
        self,
        secrets: SecretSource,
        key: bytes,
        *,
        stop: threading.Event | None = None,
        record: Record | None = None,
        children: int = 0,
        probe_s: float = CONNECT_S,
        lock_wait_s: float = LOCK_WAIT_S,
    ) -> None:
        """Prepare; nothing is contacted yet.

        Args:
            secrets: Where secrets come from.
            key: The workspace's key for fingerprints of states.
            stop: When set, everything at work is ended within a second.
            record: Told before every change.
            children: Child processes at once; 0: as many as there are cores, four at most.
            probe_s: How long a PC may take to accept a connection before it counts as silent, in seconds.
            lock_wait_s: How long somebody else's package lock is waited for, in seconds.
        """
        self._secrets = secrets
        self._key = key
        self._record = record
        self._limits = Limits(stop or threading.Event(), children or pool_size(), probe_s, lock_wait_s)

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each PC and say what it would take; writes nothing."""
        batch = Batch(targets, self._secrets, self._limits, emit)
        items, unknown = _sorted(batch, targets)
        yield from unknown
        good, silent = batch.answering(items)
        for reports in (iter(silent), batch.reports(good, lambda lot: begin(lot, batch.secrets, self._key))):
            for report in reports:
                found = assessment(report, batch.scrub(report.item.target))
                seen = [Event(kind=EventKind.OBSERVED, device=found.device)] if isinstance(found, Assessment) else []
                batch.finished(found.device, *seen)
                yield found

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change, look again, prove."""
        batch = Batch([change.target for change in changes], self._secrets, self._limits, emit)
        items, unknown = _sorted(batch, [change.target for change in changes])
        yield from (Outcome(device=fault.device, kind=OutcomeKind.FAILED, fault=fault) for fault in unknown)
        wanted = {change.target.device: change for change in changes}
        good, silent = batch.answering([_wanted(item, wanted[item.name]) for item in items])
        for report in (*silent, *()):
            yield _told(batch, wanted[report.item.name], report)
        for report in self._changed(batch, good, wanted):
            yield _told(batch, wanted[report.item.name], report)

    def settle(self, armed: Sequence[Armed], emit: Emit) -> Iterator[Outcome]:
        """Nothing is ever armed on a PC."""
        del armed, emit
        return iter(())

    def _changed(self, batch: Batch, items: Sequence[Item], wanted: dict[str, Change]) -> Iterator[Report]:
        def change(some: Sequence[Item]) -> Iterator[Report]:
            return batch.reports(some, lambda lot: self._begin(batch, lot, wanted))

        def read(some: Sequence[Item]) -> Iterator[Report]:
            return batch.reports(some, lambda lot: begin(lot, batch.secrets, self._key))

        yield from change([item for item in items if item.platform.proves])
        yield from three_passes([item for item in items if not item.platform.proves], read, change)

    def _begin(self, batch: Batch, lot: Lot, wanted: dict[str, Change]) -> Begin:
        """The job, after everything in it was written down."""
        ready = begin(lot, batch.secrets, self._key)
        noted = note_all(
            self._record,
            [(wanted[item.name], item.keep) for item in lot.items if item.keep and item.name in ready.hosts],
        )
        hosts = {name: host for name, host in ready.hosts.items() if name not in noted}
        return Begin(ready.works, hosts, {**ready.kept_back, **noted})


def _sorted(batch: Batch, targets: Sequence[Target]) -> tuple[list[Item], list[Fault]]:
    """The PCs somebody can work on, and the others."""
    found = [batch.item(target) for target in targets]
    faults = [item for item in found if isinstance(item, Fault)]
    for fault in faults:
        batch.finished(fault.device)
    return [item for item in found if isinstance(item, Item)], faults


def _wanted(item: Item, change: Change) -> Item:
    """What is wanted of a PC; what it replaces is kept under an id of its own, where it has something to replace."""
    keep = random_source.token_hex(8) if change.assessment.commands else ""
    return replace(item, check=False, expect=change.assessment.observed_digest, keep=keep)


def _told(batch: Batch, change: Change, report: Report) -> Outcome:
    found = outcome(report, batch.scrub(report.item.target))
    total = len(change.assessment.commands)
    events = []
    if found.sent:
        events.append(Event(kind=EventKind.SENT, device=found.device, done=found.sent, total=max(found.sent, total)))
    if found.kind is OutcomeKind.OK:
        events.append(Event(kind=EventKind.VERIFIED, device=found.device))
    batch.finished(found.device, *events)
    return found
