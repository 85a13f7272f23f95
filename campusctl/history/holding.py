"""Schools held for as long as a run lasts: renewed in the background, given back at the end."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from campusctl.errors import JournalError
from campusctl.history.leases import LEASE, Wanted
from campusctl.history.process import Process
from campusctl.history.store import Store
from campusctl.model.journal import Lease
from campusctl.model.run import RunInfo


@dataclass(frozen=True, slots=True)
class Holding:
    """Leases that are being held."""

    leases: tuple[Lease, ...]
    """One per school."""
    lost: threading.Event = field(default_factory=threading.Event)
    """Set when a school may have gone to somebody else: begin nothing new."""


@contextmanager
def held(
    store: Store,
    schools: Iterable[str],
    run: RunInfo,
    *,
    ttl: timedelta = LEASE,
    lost: threading.Event | None = None,
) -> Iterator[Holding]:
    """Hold all of these schools, or none.

    Args:
        store: The journal.
        schools: School ids.
        run: On whose behalf; a scheduled run also stays behind claims of its own user.
        ttl: How long a lease lasts that nobody renews.
        lost: Set when a school may have gone to somebody else; None: an event of its own.

    Raises:
        LockedError: Somebody else holds or claims one of them; none is held then.
    """
    process = Process(run.host, run.pid, run.boot_id, run.process_start)
    wanted = Wanted(run.user, process, run.reason or run.command, run.id, run.scheduled)
    holding = Holding(store.acquire_all(schools, wanted, ttl), lost or threading.Event())
    done = threading.Event()
    heart = threading.Thread(target=_beat, args=(store, holding, ttl, done), name="leases", daemon=True)
    heart.start()
    try:
        yield holding
    finally:
        done.set()
        heart.join()
        # What was done stands all the same, and a lease of a process that ended goes by itself.
        with suppress(JournalError):
            store.release(holding.leases)


def _beat(store: Store, holding: Holding, ttl: timedelta, done: threading.Event) -> None:
    """Renew three times as often as needed; give up before somebody else may take over."""
    pause_s = ttl.total_seconds() / 3
    missed = 0
    while not done.wait(pause_s):
        try:
            gone = bool(store.renew(holding.leases, ttl))
            missed = 0
        except JournalError:
            missed += 1
            gone = missed > 1
        if gone:
            holding.lost.set()
            return
