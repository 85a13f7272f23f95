"""The switch driver: reads many switches, changes one at a time in a school, proves what it did."""

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.applying import Applying
from campusctl.drivers.switch.health import ping
from campusctl.drivers.switch.observing import keeper, observe, vault_for
from campusctl.drivers.switch.pool import run_pool
from campusctl.drivers.switch.session import Session, SessionError, open_session
from campusctl.drivers.switch.settling import Settling
from campusctl.drivers.switch.tables import read_tables
from campusctl.errors import CampusError, JournalError
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Armed, Assessment, Change, Target
from campusctl.model.tables import Pings, Tables
from campusctl.ports import Record, SecretSource

R = TypeVar("R")

POOL_SIZE: Final = 50
"""Switches read at once, unless told otherwise."""

_STOP_READING_S: Final = 2.0
"""How long switches that are only being read are waited for after Ctrl-C."""


class SwitchDriver:
    """Every switch, whatever its dialect. See `campusctl.ports.Driver`."""

    def __init__(  # noqa: PLR0913 - each is one word to the caller
        self,
        secrets: SecretSource,
        key: bytes,
        *,
        pool_size: int = POOL_SIZE,
        transport: str = "auto",
        stop: threading.Event | None = None,
        record: Record | None = None,
    ) -> None:
        """Prepare; nothing is contacted yet.

        Args:
            secrets: Where secrets come from.
            key: The workspace's key for fingerprints of states.
            pool_size: Switches read at once.
            transport: `libssh2`, `paramiko` or `auto`.
            stop: When set, no further switch is begun, and no further packet of commands is sent.
            record: Told before every step, and of every configuration that was read.
        """
        self._secrets = secrets
        self._key = key
        self._pool_size = pool_size
        self._transport = transport
        self._stop = stop or threading.Event()
        self._record = record

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each switch and say what it would take; writes nothing."""
        work = self._guarded(lambda target: self._assess(target, emit), emit)
        yield from run_pool(targets, work, size=self._pool_size, stop=self._stop, stop_within_s=_STOP_READING_S)

    def look(self, targets: Sequence[Target], emit: Emit) -> Iterator[Tables | Fault]:
        """Read what each switch sees at its ports; writes nothing. See `campusctl.ports.Looker`."""
        work = self._guarded(lambda target: self._look(target, emit), emit)
        yield from run_pool(targets, work, size=self._pool_size, stop=self._stop, stop_within_s=_STOP_READING_S)

    def ping(
        self, targets: Sequence[Target], addresses: Mapping[str, Sequence[str]], emit: Emit
    ) -> Iterator[Pings | Fault]:
        """Let each switch ping addresses; writes nothing. See `campusctl.ports.Looker`."""
        work = self._guarded(lambda target: self._ping(target, addresses[target.device], emit), emit)
        yield from run_pool(targets, work, size=self._pool_size, stop=self._stop, stop_within_s=_STOP_READING_S)

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change; one switch at a time in a school, several schools side by side."""

        def apply_one(change: Change) -> Outcome:
            return _outcome(self._guarded(lambda target: self._apply(change, target, emit), emit)(change.target))

        yield from run_pool(
            changes, apply_one, size=self._pool_size, key=lambda change: change.target.school, limit=1, stop=self._stop
        )

    def settle(self, armed: Sequence[Armed], emit: Emit) -> Iterator[Outcome]:
        """End each revert that was left armed."""

        def settle_one(item: Armed) -> Outcome:
            work = Settling(item, dialects.get(item.target.dialect), self._secrets, self._transport, self._record)
            return _outcome(self._guarded(lambda _target: work.run(), emit)(item.target))

        yield from run_pool(armed, settle_one, size=self._pool_size, stop=self._stop)

    def _assess(self, target: Target, emit: Emit) -> Assessment:
        dialect = dialects.get(target.dialect)
        keep = keeper(self._record, target, dialect, self._key)
        seen = observe(target, dialect, self._secrets, self._transport, emit, key=self._key, keep=keep)
        return seen.assessment(self._key)

    def _look(self, target: Target, emit: Emit) -> Tables:
        dialect = dialects.get(target.dialect)
        return self._asked(target, emit, lambda session: read_tables(session, target.device, dialect))

    def _ping(self, target: Target, addresses: Sequence[str], emit: Emit) -> Pings:
        answers = self._asked(target, emit, lambda session: ping(session, target.dialect, addresses))
        return Pings(device=target.device, answers=answers)

    def _asked(self, target: Target, emit: Emit, ask: Callable[[Session], R]) -> R:
        rules = dialects.get(target.dialect).rules
        vault = vault_for(target, self._secrets)
        with open_session(target.login, rules, vault.__getitem__, self._transport) as session:
            emit(Event(kind=EventKind.CONNECTED, device=target.device))
            found = ask(session)
        emit(Event(kind=EventKind.OBSERVED, device=target.device))
        return found

    def _apply(self, change: Change, target: Target, emit: Emit) -> Outcome:
        return Applying(
            change,
            dialects.get(target.dialect),
            self._secrets,
            self._key,
            self._transport,
            emit,
            self._stop,
            self._record,
        ).run()

    def _guarded(self, work: Callable[[Target], R], emit: Emit) -> Callable[[Target], R | Fault]:
        """One device's trouble becomes a value; the device's last event is always FINISHED."""

        def guarded(target: Target) -> R | Fault:
            emit(Event(kind=EventKind.STARTED, device=target.device))
            try:
                self._refuse_if_stopped()
                return work(target)
            except SessionError as wrong:
                return Fault(device=target.device, kind=wrong.kind, what=wrong.what, hint=wrong.hint, sent=wrong.sent)
            except CampusError as wrong:
                kind = FaultKind.JOURNAL if isinstance(wrong, JournalError) else FaultKind.SECRET
                return Fault(device=target.device, kind=kind, what=wrong.what, hint=wrong.hint)
            except Exception as bug:  # noqa: BLE001 - a bug met with one device must not stop the work on the others
                return _bug(target, bug)
            finally:
                emit(Event(kind=EventKind.FINISHED, device=target.device))

        return guarded

    def _refuse_if_stopped(self) -> None:
        if self._stop.is_set():
            raise SessionError(FaultKind.INTERRUPTED, "the run was stopped; nothing was sent to this switch")


def _outcome(result: Outcome | Fault) -> Outcome:
    """What became of a device, also where it is a fault."""
    if isinstance(result, Outcome):
        return result
    kind = OutcomeKind.SKIPPED if result.kind is FaultKind.INTERRUPTED else OutcomeKind.FAILED
    return Outcome(device=result.device, kind=kind, sent=result.sent, fault=result)


def _bug(target: Target, bug: Exception) -> Fault:
    """Where a bug of ours is; its text is left out, it might quote a secret."""
    place = traceback.extract_tb(bug.__traceback__)[-1]
    what = f"campusctl has a bug: {type(bug).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return Fault(device=target.device, kind=FaultKind.INTERNAL, what=what, hint="please report this line")
