"""The switch driver: reads many switches, changes one at a time in a school, proves what it did."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.applying import Applying
from campusctl.drivers.switch.observing import observe
from campusctl.drivers.switch.pool import run_pool
from campusctl.drivers.switch.session import SessionError
from campusctl.errors import CampusError
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, Target
from campusctl.ports import SecretSource

R = TypeVar("R")

POOL_SIZE: Final = 50
"""Switches read at once, unless told otherwise."""


class SwitchDriver:
    """Every switch, whatever its dialect. See `campusctl.ports.Driver`."""

    def __init__(
        self, secrets: SecretSource, key: bytes, *, pool_size: int = POOL_SIZE, transport: str = "auto"
    ) -> None:
        """Prepare; nothing is contacted yet.

        Args:
            secrets: Where secrets come from.
            key: The workspace's key for fingerprints of states.
            pool_size: Switches read at once.
            transport: `libssh2`, `paramiko` or `auto`.
        """
        self._secrets = secrets
        self._key = key
        self._pool_size = pool_size
        self._transport = transport

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each switch and say what it would take; writes nothing."""
        work = _guarded(lambda target: self._assess(target, emit), emit)
        yield from run_pool(targets, work, size=self._pool_size)

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change; one switch at a time in a school, several schools side by side."""

        def apply_one(change: Change) -> Outcome:
            result = _guarded(lambda target: self._apply(change, target, emit), emit)(change.target)
            if isinstance(result, Outcome):
                return result
            return Outcome(device=result.device, kind=OutcomeKind.FAILED, sent=result.sent, fault=result)

        yield from run_pool(changes, apply_one, size=self._pool_size, key=lambda change: change.target.school, limit=1)

    def _assess(self, target: Target, emit: Emit) -> Assessment:
        dialect = dialects.get(target.dialect)
        seen = observe(target, dialect, self._secrets, self._transport, emit)
        return seen.assessment(self._key)

    def _apply(self, change: Change, target: Target, emit: Emit) -> Outcome:
        return Applying(change, dialects.get(target.dialect), self._secrets, self._key, self._transport, emit).run()


def _guarded(work: Callable[[Target], R], emit: Emit) -> Callable[[Target], R | Fault]:
    """One device's trouble becomes a value; the device's last event is always FINISHED."""

    def guarded(target: Target) -> R | Fault:
        emit(Event(kind=EventKind.STARTED, device=target.device))
        try:
            return work(target)
        except SessionError as wrong:
            return Fault(device=target.device, kind=wrong.kind, what=wrong.what, hint=wrong.hint, sent=wrong.sent)
        except CampusError as wrong:
            return Fault(device=target.device, kind=FaultKind.SECRET, what=wrong.what, hint=wrong.hint)
        finally:
            emit(Event(kind=EventKind.FINISHED, device=target.device))

    return guarded
