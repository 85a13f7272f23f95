"""A run that is written down: who began it, what each device showed, what was about to be sent, how it ended."""

import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from campusctl.errors import CampusError, JournalError
from campusctl.inventory.source import chosen
from campusctl.model.journal import Claim, SightingRow
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change
from campusctl.model.run import RunInfo, RunKind, RunState, Step, StepKind
from campusctl.model.sentence import sentence
from campusctl.words.trouble import with_hint
from campusctl.workflow.desk import Desk, ground

if TYPE_CHECKING:
    from campusctl.drivers.pc.wake.orders import WakeResult
    from campusctl.history.store import Store


_FEW: Final = 4
"""So many schools are named in the message of a backup."""


class Running:
    """One run, from its beginning to its end; a `Record` for drivers."""

    def __init__(self, desk: Desk, info: RunInfo, store: "Store | None") -> None:
        """Prepare; nothing is written yet.

        Args:
            desk: The workspace.
            info: The run.
            store: Where it is written down; None: nowhere, for a run that only reads.
        """
        self.desk = desk
        self.info = info
        self.troubles: list[str] = []
        """What could not be written down, one sentence each."""
        self.woken: tuple[WakeResult, ...] = ()
        """What became of the PCs that were switched on first."""
        self._store = store
        self._texts: dict[tuple[str, str], str] = {}
        self._begun: set[str] = set()
        self._lock = threading.Lock()
        self._ended = False

    @property
    def store(self) -> "Store":
        """The history.

        Raises:
            JournalError: There is none.
        """
        if self._store is None:
            raise JournalError(sentence("this run is not written down"), sentence("see the warning before it"))
        return self._store

    @property
    def begun(self) -> frozenset[str]:
        """Devices on which work has begun."""
        with self._lock:
            return frozenset(self._begun)

    def step(self, step: Step) -> None:
        """Write down what a driver is about to do (see `Record`).

        A device that is changed in stages begins once: what it was before all of them is the way back.
        """
        if step.kind is StepKind.BEGIN:
            with self._lock:
                if step.device in self._begun:
                    return
        self.store.step(self.info.id, step)
        if step.kind is StepKind.BEGIN:
            with self._lock:
                self._begun.add(step.device)

    def config(self, school: str, device: str, text: str) -> None:
        """Gather a configuration for the backups (see `Record`)."""
        with self._lock:
            self._texts[school, device] = text

    def results(self, results: Iterable[Assessment | Fault], schools: Mapping[str, str]) -> None:
        """Write down what was seen; if that is not possible, the run goes on and says so.

        Args:
            results: One per device.
            schools: School by device.
        """
        with self._or_trouble():
            self.store.add_results(self.info.id, tuple(results), schools)

    def changes(self, changes: Sequence[Change]) -> None:
        """Write down what is going to be done, before any of it is.

        Raises:
            JournalError: It could not be written.
        """
        self.store.plan_devices(self.info.id, changes)

    def outcome(self, outcome: Outcome) -> None:
        """Write down how a device ended."""
        with self._or_trouble():
            self.store.outcome(self.info.id, outcome)

    def claims(self) -> tuple[Claim, ...]:
        """Which schools somebody keeps for themselves; () when the history cannot be read."""
        with self._or_trouble():
            return self.store.claims()
        return ()

    def last_seen(self, devices: Sequence[str]) -> Mapping[str, SightingRow] | None:
        """When devices answered last; None when the history cannot be read."""
        with self._or_trouble():
            return self.store.last_seen(devices=devices, lab=self.desk.lab)
        return None

    def secret(self, device: str, path: tuple[str, ...], ref: str, fingerprint: str) -> None:
        """Write down that a secret was set on a device."""
        with self._or_trouble():
            self.store.remember_secret(device, path, ref, fingerprint, self.info.id)

    def end(self, state: RunState, code: int, note: str = "") -> None:
        """Write down how the run ended; the first word counts."""
        if self._ended:
            return
        self._ended = True
        with self._or_trouble():
            self.store.finish_run(self.info.id, state, code, note)

    @property
    def texts(self) -> Mapping[tuple[str, str], str]:
        """Every configuration that was read, by school and device, secrets masked."""
        with self._lock:
            return dict(self._texts)

    def keep_backups(self) -> None:
        """Put every configuration that was read into the backups; if that is not possible, say so."""
        from campusctl.workflow.backups import keep  # noqa: PLC0415 - Git's library is slow to import

        schools = self.info.schools
        where = " ".join(schools) if len(schools) <= _FEW else f"of {len(schools)} schools"
        try:
            if self._texts:
                keep(self.desk, self, f"{self.info.kind} {where} (run {self.info.id})")
        except CampusError as wrong:
            self.troubles.append(
                sentence("not every configuration was kept as a backup: {why}", why=with_hint(wrong.what, wrong.hint))
            )

    @contextmanager
    def _or_trouble(self) -> Iterator[None]:
        try:
            yield
        except JournalError as wrong:
            trouble = with_hint(wrong.what, wrong.hint)
            if trouble not in self.troubles and self._store is not None:
                self.troubles.append(trouble)


@contextmanager
def running(  # noqa: PLR0913 - what is said of a run
    desk: Desk,
    kind: RunKind,
    schools: Sequence[str] | None,
    *,
    reason: str = "",
    parent: str = "",
    scheduled: bool = False,
) -> Iterator[Running]:
    """Begin a run, and end it whatever happens. A run that only reads goes on when it cannot be written down.

    Args:
        desk: The workspace.
        kind: What it does.
        schools: School ids as typed; None: every school.
        reason: Why, as the operator said.
        parent: The run that this one finishes or undoes.
        scheduled: A timer began it.

    Raises:
        JournalError: It cannot be written down, and it would change devices.
        UnknownNameError: There is no such school.
    """
    from campusctl.workflow.history import run_info  # noqa: PLC0415 - only who begins a run pays for it

    ids = chosen(desk.root, schools)
    standing = ground(desk.root, ids)
    info = run_info(
        desk.root,
        kind,
        ids,
        sys.argv[1:],
        reason=reason,
        parent=parent,
        scheduled=scheduled,
        lab=desk.lab,
        inventory_digest=standing.inventory_digest,
        template_digest=standing.template_digest,
    )
    with ExitStack() as stack:
        run = _begun(stack, desk, info)
        try:
            yield run
        except KeyboardInterrupt:
            run.end(RunState.INTERRUPTED, 130)
            raise
        except CampusError as wrong:
            run.end(RunState.REFUSED, 1, wrong.what)
            raise
        finally:
            run.end(RunState.FAILED, 1, "it ended without a word")
            run.keep_backups()


_READING: Final = frozenset({RunKind.PLAN, RunKind.DRIFT, RunKind.BACKUP})


def _begun(stack: ExitStack, desk: Desk, info: RunInfo) -> Running:
    """The run, written down.

    Raises:
        JournalError: It cannot be, and it would change devices.
    """
    from campusctl.history.store import open_store  # noqa: PLC0415 - the database's library is slow to import

    try:
        store = stack.enter_context(open_store(desk.root))
        store.begin_run(info)
    except JournalError as wrong:
        if info.kind not in _READING:
            raise
        run = Running(desk, info, None)
        run.troubles.append(sentence("this run is not written down: {why}", why=with_hint(wrong.what, wrong.hint)))
        return run
    return Running(desk, info, store)
