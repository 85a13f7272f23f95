"""What was left unfinished, and who works where. No device is contacted."""

from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from campusctl.errors import PlanError
from campusctl.inventory.zone import city_zone
from campusctl.model.journal import CHANGING, Claim, DeviceRow, DeviceState, Lease, PendingRow, RunDetail
from campusctl.model.onboarding import Onboarding
from campusctl.model.outcome import Outcome, OutcomeKind
from campusctl.model.run import RunKind, RunState
from campusctl.model.sentence import sentence
from campusctl.workflow.absent import OverduePc, absent_pcs
from campusctl.workflow.desk import Desk
from campusctl.workflow.going_back import left_armed
from campusctl.workflow.onboarding.journal import open_ones
from campusctl.workflow.running import Running

if TYPE_CHECKING:
    from campusctl.history.store import Store

_HALF_WAY: Final = frozenset({DeviceState.BEGUN, DeviceState.PLANNED})
_LOOKED_AT: Final = 100
"""Runs back from now, so that an old trouble that nobody mends does not cost every look."""


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand."""

    unfinished: tuple[RunDetail, ...]
    """Runs that were killed, or whose devices did not all come to an end; the oldest first."""
    half_done: tuple[RunDetail, ...]
    """Runs that came to an end and left a device half changed, with those devices only; the oldest first."""
    locks: tuple[Lease, ...]
    """Who changes which school now."""
    claims: tuple[Claim, ...]
    """Which school somebody keeps for themselves."""
    zone: tzinfo
    """The city's time zone, in which all this is told."""
    pending: tuple[PendingRow, ...] = ()
    """PCs that are off and whose change waits; by school and name."""
    overdue: tuple[OverduePc, ...] = ()
    """PCs that have not answered for too long."""
    note: str = ""
    """What may be missing in pending and overdue, one sentence of the catalogues; empty: nothing."""
    onboardings: tuple[Onboarding, ...] = ()
    """New devices on their way, with something left to do; the oldest first."""


def status(desk: Desk) -> Status:
    """How things stand.

    Raises:
        JournalError: The history, or what is remembered of an onboarding, cannot be read.
    """
    from campusctl.history.store import open_store  # noqa: PLC0415 - the database's library is slow to import

    with open_store(desk.root) as store:
        locks = tuple(lease for lease in store.leases() if lease.alive)
        # A run that only read left nothing behind, however it ended.
        left = tuple(run for run in store.unfinished() if run.info.kind in CHANGING)
        absent = absent_pcs(desk, store)
        found = Status(left, _half_done(store), locks, store.claims(), city_zone(desk.root), *absent)
    return replace(found, onboardings=open_ones(desk.root))


def _half_done(store: "Store") -> tuple[RunDetail, ...]:
    """Runs that ended with a device half changed, with those devices; the oldest first."""
    found = []
    for row in reversed(store.runs(limit=_LOOKED_AT)):
        if row.info.kind in CHANGING and row.state is not RunState.RUNNING and row.counts.get(DeviceState.FAILED):
            run = store.run(row.info.id)
            left = tuple(device for device in run.devices if _is_half(device) and not _mended(store, run, device))
            if left:
                found.append(run.model_copy(update={"devices": left}))
    return tuple(found)


def _is_half(row: DeviceRow) -> bool:
    return row.state is DeviceState.FAILED and row.touched


def _mended(store: "Store", run: RunDetail, row: DeviceRow) -> bool:
    """A later run has changed the device, or found it as it shall be; one that broke it since then is listed itself."""
    later = takewhile(lambda one: one.info.id != run.info.id, store.runs(device=row.device, limit=_LOOKED_AT))
    return any(_is_good(store.run(one.info.id), row.device) for one in later)


def _is_good(run: RunDetail, name: str) -> bool:
    seen = next(device for device in run.devices if device.device == name)
    return seen.state is DeviceState.DONE or (seen.state is DeviceState.READ and _is_right(seen))


def _is_right(row: DeviceRow) -> bool:
    return row.assessment is not None and not row.assessment.drifted


def ended_run(desk: Desk, run_id: str) -> RunDetail:
    """A run that is to be finished or undone, by its id or the beginning of it.

    Raises:
        UnknownNameError: There is no such run.
        PlanError: It is at work, or was made on other devices than these.
    """
    from campusctl.history.store import open_store  # noqa: PLC0415 - the database's library is slow to import

    with open_store(desk.root) as store:
        found = store.run(run_id)
    if found.state is RunState.RUNNING and found.alive:
        who = sentence(
            "{user} on {host}, process {pid}", user=found.info.user, host=found.info.host, pid=found.info.pid
        )
        raise PlanError(
            sentence("run {id} is at work ({who})", id=found.info.id, who=who),
            sentence("wait for it, or stop it with Ctrl-C there"),
        )
    if found.info.lab and not desk.lab:
        raise PlanError(sentence("run {id} was made on the lab", id=found.info.id), "campusctl --lab …")
    if desk.lab and not found.info.lab:
        raise PlanError(sentence("run {id} was made on real devices", id=found.info.id), sentence("leave out --lab"))
    return found


def close(run: Running, old: RunDetail) -> None:
    """Note in an earlier run that this one has finished or undone it."""
    how = "undone" if run.info.kind is RunKind.REVERT else "finished"
    state = RunState.INTERRUPTED if old.state is RunState.RUNNING else old.state
    code = 130 if old.exit_code is None else old.exit_code
    run.store.finish_run(old.info.id, state, code, f"{how} by run {run.info.id}")


def close_covered(run: Running) -> None:
    """Note in killed runs of these schools that nothing of them is left: this run did what was to be done."""
    for old in run.store.unfinished():
        if (
            old.info.kind in CHANGING
            and set(old.info.schools) <= set(run.info.schools)
            and old.info.lab is run.info.lab
        ):
            _note_right(run, old)
            close(run, old)


def _note_right(run: Running, old: RunDetail) -> None:
    """Note that devices an earlier run left half-way were read by this one, and are as they shall be."""
    mine = {row.device: row for row in run.store.run(run.info.id).devices if row.state is DeviceState.READ}
    for row in old.devices:
        seen = mine.get(row.device)
        # What is still armed to go back is not settled by being right now.
        if seen and row.state in _HALF_WAY and _is_right(seen) and not left_armed(row):
            run.outcome(Outcome(device=row.device, kind=OutcomeKind.UNCHANGED))
