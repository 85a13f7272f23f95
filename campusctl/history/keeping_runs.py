"""The part of the journal that remembers runs."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from campusctl.errors import JournalError
from campusctl.history import pruning, reading, runs, sightings, trail, verifying
from campusctl.history.opened import Opened
from campusctl.history.process import this_process
from campusctl.history.trouble import told
from campusctl.model.journal import (
    CHANGING,
    AuditEntry,
    DeviceRow,
    PendingRow,
    PruneCount,
    RunDetail,
    RunRow,
    SightingRow,
)
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change
from campusctl.model.run import RunInfo, RunKind, RunState, Step


class KeepsRuns(Opened):
    """Runs, their devices and steps, and how long they are kept."""

    def begin_run(self, info: RunInfo) -> None:
        """Write down that a run begins; one that changes devices also goes into the audit trail."""
        said = trail.Said(info.user, info.host, "run.begin", info.id, _begin_detail(info))

        def work(connection: Connection) -> AuditEntry | None:
            runs.begin(connection, info)
            return trail.append(connection, said, self._now()) if info.kind in CHANGING else None

        self._note(self._database.write(work))

    def finish_run(self, run_id: str, state: RunState, exit_code: int, note: str = "") -> None:
        """Write down how a run ended; also that of a dead process, when somebody settled it."""

        def work(connection: Connection) -> AuditEntry | None:
            now = self._now()
            runs.finish(connection, run_id, runs.Ending(state, exit_code, note), now)
            info = reading.one(connection, run_id, now).info
            if info.kind not in CHANGING:
                return None
            detail = {
                "state": str(state),
                "exit_code": exit_code,
                "started": info.started.isoformat(),
                "digest": runs.digest_of(connection, run_id),
            }
            return trail.append(connection, trail.Said(info.user, info.host, verifying.FINISH, run_id, detail), now)

        self._note(self._database.write(work))

    def add_results(self, run_id: str, results: Iterable[Assessment | Fault], schools: Mapping[str, str]) -> None:
        """Write down what was read, in one go; `schools` tells the school of a device with a fault."""
        found = tuple(results)
        self._database.write(lambda connection: runs.add_results(connection, run_id, found, schools, self._now()))

    def plan_device(self, run_id: str, change: Change) -> None:
        """Write down what is going to be done to a device."""
        self.plan_devices(run_id, (change,))

    def plan_devices(self, run_id: str, changes: Iterable[Change]) -> None:
        """Write down what is going to be done, in one go."""
        wanted = tuple(changes)
        self._database.write(lambda connection: runs.plan_devices(connection, run_id, wanted))

    def step(self, run_id: str, step: Step) -> None:
        """Write down what is done next; durable when it returns."""
        self._database.write(lambda connection: runs.add_step(connection, run_id, step, self._now()))

    def outcome(self, run_id: str, outcome: Outcome) -> None:
        """Write down how the change of a device ended."""
        self._database.write(lambda connection: runs.add_outcome(connection, run_id, outcome, self._now()))

    def runs(
        self, *, school: str | None = None, device: str | None = None, kind: RunKind | None = None, limit: int = 50
    ) -> tuple[RunRow, ...]:
        """Runs, newest first."""
        wanted = reading.Wanted(school or "", device or "", kind, limit)
        return self._database.read(lambda connection: reading.listed(connection, wanted, self._shared_now(connection)))

    def run(self, named: str) -> RunDetail:
        """A run by its id, or by a beginning that only it has.

        Raises:
            UnknownNameError: There is none, or several.
        """
        return self._database.read(lambda connection: reading.one(connection, named, self._shared_now(connection)))

    def unfinished(self) -> tuple[RunDetail, ...]:
        """Runs whose process died, or that left a device of which nobody knows the end; oldest first."""
        return self._database.read(lambda connection: reading.unfinished(connection, self._shared_now(connection)))

    def last_change(self, device: str) -> tuple[RunRow, DeviceRow] | None:
        """The newest run that began to change a device, and what it did to it."""
        return self._database.read(
            lambda connection: reading.last_change(connection, device, self._shared_now(connection))
        )

    def last_seen(
        self, school: str = "", devices: Collection[str] | None = None, *, lab: bool = False
    ) -> Mapping[str, SightingRow]:
        """When each device answered last; one that was never asked for is left out.

        Args:
            school: Only devices of this school; empty: of any.
            devices: Only these; None: all.
            lab: The simulated devices instead of the real ones.
        """
        return self._database.read(lambda connection: sightings.last_seen(connection, school, devices, lab=lab))

    def silent(self, since: datetime, *, lab: bool = False) -> tuple[SightingRow, ...]:
        """Devices that have not answered since a moment, or never although they were asked for; by name.

        Args:
            since: The moment (aware).
            lab: The simulated devices instead of the real ones.
        """
        return self._database.read(lambda connection: sightings.silent(connection, since, lab=lab))

    def pending(self, *, lab: bool = False) -> tuple[PendingRow, ...]:
        """Devices that were off when they were to be changed, and have not answered since; by school and name.

        Args:
            lab: The simulated devices instead of the real ones.
        """
        return self._database.read(lambda connection: sightings.pending(connection, lab=lab))

    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Every school and every device that some run speaks of."""
        return self._database.read(reading.names)

    def count_old(self, older_than: timedelta) -> PruneCount:
        """What `prune` would delete."""
        before = self._ago(older_than)
        return self._database.read(lambda connection: pruning.count(connection, before, self._shared_now(connection)))

    def prune(self, older_than: timedelta, *, actor: str = "", host: str = "") -> PruneCount:
        """Delete what is older, but for unfinished runs, open findings and what was set last; audited."""
        before = self._ago(older_than)
        said = trail.Said(actor, host or this_process().host, trail.PRUNE, "", {})

        def work(connection: Connection) -> tuple[PruneCount, AuditEntry | None]:
            counted = pruning.prune(connection, before, said, self._shared_now(connection))
            return counted, trail.newest(connection)

        counted, entry = self._database.write(work)
        self._note(entry)
        if self._database.is_sqlite:
            # Somebody else may be at work: then the file stays as large as it is, and what was deleted is zeros.
            with suppress(JournalError), told(self._database.place.shown):
                pruning.give_back(self._database.engine)
        return counted


def _begin_detail(info: RunInfo) -> dict[str, Any]:
    names = ("kind", "schools", "command", "inventory_commit", "tool_version", "reason", "parent", "scheduled", "lab")
    return info.model_dump(mode="json", include=set(names))
