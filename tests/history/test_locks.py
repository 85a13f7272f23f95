"""One writer per school, and claims: in both databases."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from journal_rig import Journal
from journal_samples import run

from campusctl.errors import JournalError, LockedError
from campusctl.history.holding import held
from campusctl.history.process import Process, is_alive, is_here, known_process, this_process
from campusctl.history.store import Store, open_store
from campusctl.model.journal import Lease

HERE = socket.gethostname()
TTL = timedelta(minutes=2)


def take(store: Store, school: str = "schule-042", **more: object) -> Lease:
    """A lease of a process of another host, unless told otherwise."""
    fields = {"holder": "meier", "host": "desk-7", "pid": 4711, "reason": "apply", "run_id": "0a1b2c3d", "ttl": TTL}
    return store.acquire(school, **(fields | more))  # type: ignore[arg-type]


@contextmanager
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_second_writer_is_told_who_holds_the_school(journal: Journal) -> None:
    """Since when, until when, and why; in the city's time."""
    store = journal.open()
    take(store)
    with pytest.raises(LockedError) as told:
        take(store, holder="schulz")
    assert str(told.value) == (
        "schule-042 is locked by meier on desk-7 (process 4711) since 09:00, until 09:02 unless renewed: apply\n"
        "hint: `campusctl history show 0a1b2c3d` says what it does; wait for its end. "
        "A lock of a process that died goes by itself"
    )
    take(store, "schule-007", holder="schulz")


def test_a_lease_of_another_host_ends_when_it_expires(journal: Journal) -> None:
    """Not before; and the old holder cannot renew or release what somebody else has."""
    store = journal.open()
    old = take(store)
    journal.clock.move(seconds=119)
    with pytest.raises(LockedError):
        take(store, holder="schulz", host="desk-8")
    journal.clock.move(seconds=2)
    new = take(store, holder="schulz", host="desk-8")
    assert store.renew((old,)) == ("schule-042",)
    store.release((old,))
    assert [(lease.holder, lease.alive) for lease in store.leases()] == [("schulz", True)]
    assert store.renew((new,)) == ()
    store.release((new,))
    assert store.leases() == ()


def test_a_renewed_lease_lasts(journal: Journal) -> None:
    """As long as it is renewed."""
    store = journal.open()
    lease = take(store)
    for _ in range(5):
        journal.clock.move(seconds=100)
        assert store.renew((lease,), TTL) == ()
    with pytest.raises(LockedError, match="since 09:00, until 09:10"):
        take(store, holder="schulz")


def test_a_lease_of_a_living_process_of_this_host_never_expires(journal: Journal) -> None:
    """However long it was stopped, and whatever the clock does."""
    store = journal.open()
    with child() as process:
        take(store, host=HERE, pid=process.pid)
        for hours in (10, -100):
            journal.clock.move(hours=hours)
            with pytest.raises(LockedError):
                take(store, host=HERE, pid=os.getpid())


def test_a_lease_of_a_dead_process_of_this_host_is_taken_over_at_once(journal: Journal) -> None:
    """Killed and waited for, and killed and not yet waited for."""
    store = journal.open()
    with child() as process:
        take(store, host=HERE, pid=process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert [lease.alive for lease in store.leases()] == [False]
        take(store, host=HERE, pid=os.getpid(), holder="schulz")
    assert [(lease.holder, lease.alive) for lease in store.leases()] == [("schulz", True)]


def test_a_process_number_that_is_used_again_is_another_process() -> None:
    """Start and boot tell them apart; a container's process is not this host's."""
    here = this_process()
    assert is_here(here)
    assert is_alive(here)
    assert known_process(HERE, here.pid) == here
    assert not is_alive(Process(here.host, here.pid, here.boot_id, here.start + 1))
    assert is_alive(Process(here.host, here.pid, here.boot_id, 0))
    assert not is_here(Process("desk-7", here.pid, here.boot_id, here.start))
    assert not is_here(Process(here.host, here.pid, f"{here.boot_id}1", here.start))
    for pid in (0, -1, 2**31 - 1, 2**70):
        assert not is_alive(Process(here.host, pid))


def test_a_host_of_the_same_name_is_not_judged_by_process_numbers(journal: Journal) -> None:
    """Two cloned machines, or containers: only time tells."""
    store = journal.open()
    process = this_process()
    info = run(host=process.host, pid=2**22 + 1, boot_id="another/1")
    with held(store, ("schule-042",), info), pytest.raises(LockedError):
        take(store, host=HERE, pid=os.getpid())


def test_several_schools_are_taken_together_or_not_at_all(journal: Journal) -> None:
    """In one order, so that two who want the same never wait for each other."""
    store = journal.open()
    take(store, "schule-042", holder="schulz")
    with (
        pytest.raises(LockedError, match="schule-042 is locked by schulz"),
        held(store, ("schule-101", "schule-042", "schule-007"), run()),
    ):
        pytest.fail("not all schools were free")
    assert [lease.school for lease in store.leases()] == ["schule-042"]
    with held(store, ("schule-101", "schule-007", "schule-101"), run()) as holding:
        assert [lease.school for lease in holding.leases] == ["schule-007", "schule-101"]
        assert not holding.lost.is_set()
    assert [lease.school for lease in store.leases()] == ["schule-042"]


def test_schools_are_given_back_after_an_error(store: Store) -> None:
    """Whatever happened."""
    with pytest.raises(ZeroDivisionError), held(store, ("schule-042",), run()):
        raise ZeroDivisionError
    assert store.leases() == ()


def test_leases_are_renewed_in_the_background(journal: Journal) -> None:
    """A run that takes longer than a lease keeps it."""
    store, beaten = journal.open(), threading.Event()
    renew = store.renew

    def counting(*arguments: object) -> tuple[str, ...]:
        found = renew(*arguments)  # type: ignore[arg-type]
        beaten.set()
        return found

    store.renew = counting  # type: ignore[method-assign]
    with held(store, ("schule-042",), run(), ttl=timedelta(milliseconds=60)) as holding:
        (before,) = store.leases()
        assert beaten.wait(10)
        (after,) = store.leases()
        assert after.expires > before.expires
        assert (after.acquired, after.token) == (before.acquired, before.token)
        assert not holding.lost.is_set()


def test_a_lost_lease_is_told(journal: Journal) -> None:
    """Somebody took it over after it had expired; what they have is not released."""
    store = journal.open()
    with held(store, ("schule-042",), run(), ttl=timedelta(milliseconds=60)) as holding:
        journal.sql("UPDATE leases SET token = 'another', holder = 'schulz'")
        assert holding.lost.wait(10)
    assert [lease.holder for lease in store.leases()] == ["schulz"]


def test_a_journal_that_cannot_renew_makes_the_lease_lost(store: Store) -> None:
    """Before somebody else may take it over."""

    def broken(*_arguments: object) -> tuple[str, ...]:
        raise JournalError("gone")

    with held(store, ("schule-042",), run(), ttl=timedelta(milliseconds=60)) as holding:
        store.renew = broken  # type: ignore[assignment]
        assert holding.lost.wait(10)


def _race(root: Path, environ: dict[str, str], name: str, won: "multiprocessing.Queue[str]", go: object) -> None:
    with open_store(root, environ) as store:
        go.wait()  # type: ignore[attr-defined]
        try:
            store.acquire("schule-042", holder=name, host=HERE, pid=os.getpid(), reason="", run_id="")
            won.put(name)
        except LockedError:
            won.put("")
        go.wait()  # type: ignore[attr-defined]


def test_of_two_processes_that_want_one_school_exactly_one_gets_it(journal: Journal) -> None:
    """At the same moment."""
    spawn = multiprocessing.get_context("spawn")
    won, go = spawn.Queue(), spawn.Barrier(2)
    both = [
        spawn.Process(target=_race, args=(journal.root, journal.environ, name, won, go)) for name in ("meier", "schulz")
    ]
    for process in both:
        process.start()
    results = [won.get(timeout=60) for _ in both]
    for process in both:
        process.join()
    assert sorted(bool(name) for name in results) == [False, True]


def test_of_many_threads_exactly_one_gets_a_school(store: Store) -> None:
    """The others are told who."""
    won: list[str] = []
    start = threading.Barrier(20)

    def want(number: int) -> None:
        start.wait()
        try:
            take(store, holder=f"h{number}")
        except LockedError:
            return
        won.append(f"h{number}")

    threads = [threading.Thread(target=want, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [lease.holder for lease in store.leases()] == won


def test_what_holders_typed_moves_no_cursor(journal: Journal) -> None:
    """A reason is data."""
    store = journal.open()
    take(store, reason="\x1b[2J\nweg", holder="m\x07")
    with pytest.raises(LockedError) as told:
        take(store)
    assert "locked by m\\x07 on desk-7" in str(told.value)
    assert "\\x1b[2J\\nweg" in str(told.value)


def test_a_claim_makes_others_and_timers_wait(journal: Journal) -> None:
    """The claimer's own changes go on; it ends by itself."""
    store = journal.open()
    until = journal.clock.now + timedelta(hours=5)
    store.claim("schule-042", holder="meier", until=until, reason="neuer Switch", host="desk-7")
    with pytest.raises(LockedError) as told:
        take(store, holder="schulz")
    assert str(told.value) == (
        "schule-042 is claimed by meier since 09:00 until 14:00: neuer Switch\n"
        "hint: ask meier, or end the claim: campusctl claim schule-042 --release --reason …"
    )
    with pytest.raises(LockedError, match="is claimed by meier"):
        take(store, scheduled=True)
    store.release((take(store),))
    take(store, "schule-007", holder="schulz")
    journal.clock.move(hours=6)
    assert store.claims() == ()
    take(store, holder="schulz")


def test_a_claim_is_changed_by_its_holder_and_ended_by_others_only_with_a_reason(journal: Journal) -> None:
    """All of it is audited."""
    store = journal.open()
    until = journal.clock.now + timedelta(hours=5)
    store.claim("schule-042", holder="meier", until=until, reason="neuer Switch")
    later = store.claim("schule-042", holder="meier", until=until + timedelta(hours=1), reason="dauert")
    assert store.claims() == (later,)
    with pytest.raises(LockedError, match="already claimed by meier until 15:00: dauert"):
        store.claim("schule-042", holder="schulz", until=until, reason="ich")
    with pytest.raises(LockedError, match=r"claimed by meier until 15:00: dauert\nhint: to end somebody else's claim"):
        store.release_claim("schule-042", holder="schulz")
    assert store.release_claim("schule-042", holder="schulz", reason="krank") == later
    assert store.release_claim("schule-042", holder="schulz") is None
    assert [(entry.actor, entry.action) for entry in store.audit_entries()][1:] == [
        ("meier", "claim"), ("meier", "claim"), ("schulz", "claim.release"),
    ]  # fmt: skip


def test_a_day_is_named_when_it_is_not_today(journal: Journal) -> None:
    """`until 2026-11-28 12:00`."""
    store = journal.open()
    store.claim("schule-042", holder="meier", until=journal.clock.now + timedelta(days=2, hours=3), reason="Umbau")
    with pytest.raises(LockedError, match="since 09:00 until 2026-11-28 12:00: Umbau"):
        take(store, holder="schulz")


_KILLED = """
import sys, os, signal, socket
from pathlib import Path
from campusctl.history.store import open_store
from campusctl.model.run import RunKind, Step, StepKind
from campusctl.workflow.history import run_info
root = Path(sys.argv[1])
store = open_store(root)
info = run_info(root, RunKind.APPLY, ["schule-042"], ["apply", "schule-042"])
store.begin_run(info)
store.acquire("schule-042", holder="x", host=info.host, pid=info.pid, reason="", run_id=info.id)
store.step(info.id, Step(device="a", kind=StepKind.BEGIN, text="hostname alt"))
store.step(info.id, Step(device="a", kind=StepKind.SEND, first=1, last=2, total=4, text="vlan 5"))
print(info.id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_kill_9_everything_that_was_written_down_is_there(journal: Journal) -> None:
    """The run is known as killed, the device as begun, the school is free, the trail is whole."""
    environ = {**os.environ, **journal.environ}
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(journal.root)], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = journal.open(real_clock=True)
    (found,) = store.unfinished()
    assert (found.info.id, found.alive) == (done.stdout.strip(), False)
    (row,) = found.open_devices
    assert (row.device, row.before_text, [step.text for step in row.steps]) == ("a", "hostname alt", ["", "vlan 5"])
    take(store, host=HERE, pid=os.getpid())
    assert store.verify().problems == ()
