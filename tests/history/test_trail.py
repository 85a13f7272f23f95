"""The audit trail: nothing in it changes unseen, in both databases."""

import json
import multiprocessing
import threading
import time
from datetime import timedelta

import pytest
from journal_rig import Journal
from journal_samples import AT, begin, done, run

from campusctl.errors import JournalError
from campusctl.history.migrating import alone
from campusctl.history.store import Store, open_store
from campusctl.history.trail import digest_of
from campusctl.model.journal import AuditReport
from campusctl.model.run import RunKind, RunState


def fill(store: Store, entries: int = 9) -> None:
    """So many entries behind the first one, which the journal writes itself."""
    for number in range(entries):
        store.audit("meier", "desk-7", "window.now", f"schule-{number:03}", {"reason": "Elternabend"})


def told(report: AuditReport) -> list[str]:
    """Problems as they are read."""
    return [f"{problem.number}: {problem.what}" for problem in report.problems]


def test_an_untouched_trail_is_whole(store: Store) -> None:
    """Its end is known."""
    fill(store)
    report = store.verify()
    assert (report.first, report.last, report.pruned, told(report)) == (1, 10, 0, [])
    assert report.head == store.audit_entries()[-1].digest


def test_entries_are_listed_newest_last(store: Store) -> None:
    """With everything that was said."""
    fill(store)
    last = store.audit_entries(limit=2)
    assert [(entry.number, entry.actor, entry.host, entry.action, entry.subject) for entry in last] == [
        (9, "meier", "desk-7", "window.now", "schule-007"),
        (10, "meier", "desk-7", "window.now", "schule-008"),
    ]
    assert json.loads(last[0].detail) == {"reason": "Elternabend"}
    assert last[0].at == "2026-11-26T08:00:00.000009+00:00"


def test_a_change_of_any_field_is_found_and_named(journal: Journal) -> None:
    """Also in the first and in the last entry."""
    store = journal.open()
    fill(store)
    for field in ("at", "actor", "host", "action", "subject", "detail", "prev", "digest"):
        for number in (1, 5, 10):
            old = store._database.read(
                lambda connection, number=number, field=field: connection.exec_driver_sql(
                    f"SELECT {field} FROM audit WHERE seq = {number}"
                ).scalar_one()
            )
            journal.sql(f"UPDATE audit SET {field} = 'x' || substr({field}, 2) WHERE seq = {number}")
            problems = told(store.verify())
            assert problems, (field, number)
            assert problems[0].startswith(f"{number}: "), (field, number)
            journal.sql(f"UPDATE audit SET {field} = '{old}' WHERE seq = {number}")
            assert told(store.verify()) == []


def test_a_change_of_the_mark_that_allows_deletion_is_found(journal: Journal) -> None:
    """Nobody makes an entry into one of a pruning."""
    fill(journal.open())
    journal.sql("UPDATE audit SET pruned = 3 WHERE seq = 7")
    assert told(journal.open().verify()) == ["7: was changed: its digest does not fit what it says"]


def test_an_entry_forged_with_its_digest_is_found(journal: Journal) -> None:
    """Whoever computes the digest anew would have to do it for every later entry, too."""
    store = journal.open()
    fill(store)
    before, entry = store.audit_entries(limit=7)[:2]
    row = {"seq": 5, "at": entry.at, "actor": "niemand", "host": entry.host, "action": entry.action,
           "subject": entry.subject, "detail": entry.detail, "pruned": None, "prev": before.digest}  # fmt: skip
    journal.sql(f"UPDATE audit SET actor = 'niemand', digest = '{digest_of(row)}' WHERE seq = 5")
    assert told(store.verify()) == ["5: was changed after entry 6 was written behind it"]


def test_a_deletion_is_found_and_named(journal: Journal) -> None:
    """At the beginning, in the middle, at the end, all of it."""
    store = journal.open()
    fill(store)
    journal.sql("CREATE TABLE kept AS SELECT * FROM audit")
    for gone, problem in {
        "seq = 1": "1: is missing",
        "seq < 4": "1: and all up to entry 3 are missing",
        "seq = 5": "5: is missing",
        "seq BETWEEN 4 AND 6": "4: and all up to entry 6 are missing",
        "seq = 10": "10: is missing: the end was cut off",
        "seq > 6": "7: and all up to entry 10 are missing: the end was cut off",
        "seq > 0": "1: and all up to entry 10 are missing: the end was cut off",
    }.items():
        journal.sql(f"DELETE FROM audit WHERE {gone}")
        assert told(store.verify()) == [problem], gone
        journal.sql("DELETE FROM audit", "INSERT INTO audit SELECT * FROM kept")
        assert told(store.verify()) == []


def test_a_cut_end_stays_found_when_new_entries_grow_over_it(journal: Journal) -> None:
    """What was noted outside is not overwritten by a trail that does not have it."""
    store = journal.open()
    fill(store)
    journal.sql("DELETE FROM audit WHERE seq > 6")
    fill(store, 2)
    assert told(store.verify()) == ["9: and all up to entry 10 are missing: the end was cut off"]
    fill(store, 7)
    assert told(store.verify()) == ["10: is not the entry that was noted in .campusctl/audit-head"]


def test_an_insertion_and_a_change_of_order_are_found(journal: Journal) -> None:
    """Numbers cannot be shifted."""
    fill(journal.open())
    journal.sql(
        "UPDATE audit SET seq = 99 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 5",
        "UPDATE audit SET seq = 5 WHERE seq = 99",
    )
    assert {line.partition(":")[0] for line in told(journal.open().verify())} >= {"4", "5"}


def test_the_database_refuses_what_the_program_never_does(journal: Journal) -> None:
    """Triggers stand in the way of UPDATE, DELETE, gaps and replacement."""
    store = journal.open()
    fill(store)
    columns = "seq, at, actor, host, action, subject, detail, prev, digest"
    for statement in (
        "UPDATE audit SET actor = 'x' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        f"INSERT INTO audit ({columns}) VALUES (12, '', '', '', '', '', '', '', '')",
        {
            "postgresql": "TRUNCATE audit",
            "sqlite": f"REPLACE INTO audit ({columns}) VALUES (3, '', '', '', '', '', '', '', '')",
        }[journal.kind],
    ):
        with pytest.raises(JournalError):
            store._database.write(lambda connection, line=statement: connection.exec_driver_sql(line))
    assert told(store.verify()) == []


def test_a_lost_note_is_said_once_and_made_anew(journal: Journal) -> None:
    """In SQLite a missing note is a finding; a second host of a PostgreSQL has none yet."""
    store = journal.open()
    fill(store)
    (journal.root / ".campusctl" / "audit-head").unlink()
    if journal.kind == "sqlite":
        assert told(store.verify()) == ["0: the file .campusctl/audit-head is missing: a cut-off end is not found"]
        fill(store, 1)
        assert [entry.action for entry in store.audit_entries(limit=2)] == ["window.now", "audit.head-missing"]
    else:
        assert told(store.verify()) == []
        fill(store, 1)
    assert told(store.verify()) == []


def test_a_note_that_a_new_journal_is_about_to_get_is_not_missing(journal: Journal) -> None:
    """Somebody else's entry comes between a journal's first entry and the note of it."""
    store = journal.open()
    head = journal.root / ".campusctl" / "audit-head"
    noted = head.read_bytes()
    head.unlink()
    writer = threading.Thread(target=fill, args=(store, 1))
    with alone(store._database):
        writer.start()
        while len(store.audit_entries()) < 2:
            time.sleep(0.01)
        head.write_bytes(noted)
    writer.join()
    assert [entry.action for entry in store.audit_entries()] == ["journal.create", "window.now"]
    assert told(store.verify()) == []


def test_a_spoiled_note_is_a_lost_one(journal: Journal) -> None:
    """It does not stop anything."""
    store = journal.open()
    for text in ("", "rubbish", "sqlite a b c\npostgresql 1 2\n", "\xff\xfe" * 100):
        (journal.root / ".campusctl" / "audit-head").write_text(text, encoding="latin-1")
        fill(store, 2)
        assert told(store.verify()) == []


def test_another_journal_in_the_place_of_the_one_that_was_noted_is_found(journal: Journal) -> None:
    """Deleting the whole database and starting anew is tampering, too."""
    store = journal.open()
    fill(store)
    journal.sql("UPDATE meta SET value = 'another' WHERE name = 'journal'")
    fresh = journal.open()
    fill(fresh)
    assert told(fresh.verify()) == [
        "0: this is another journal than the one whose entry 10 was noted in .campusctl/audit-head"
    ]


def test_pruning_leaves_a_trail_that_is_whole(journal: Journal) -> None:
    """The oldest entries go, an entry says so, and tampering is still found."""
    store = journal.open()
    fill(store)
    journal.clock.move(days=100)
    fill(store, 3)
    counted = store.prune(timedelta(days=50), actor="meier", host="desk-7")
    assert (counted.audit, counted.runs) == (10, 0)
    report = store.verify()
    assert (report.first, report.last, report.pruned, told(report)) == (11, 14, 10, [])
    assert store.audit_entries()[-1].action == "history.prune"
    journal.clock.move(days=100)
    assert store.prune(timedelta(days=50)).audit == 3
    assert store.prune(timedelta(days=0)).audit == 1
    assert told(store.verify()) == []
    journal.sql("DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)")
    assert told(store.verify()) == ["15: is missing"] or told(store.verify())[0].endswith("the end was cut off")


def test_pruning_by_hand_is_found(journal: Journal) -> None:
    """Deleting behind an anchor, or the entry that holds it."""
    store = journal.open()
    fill(store)
    journal.clock.move(days=100)
    fill(store, 3)
    store.prune(timedelta(days=50))
    journal.sql("DELETE FROM audit WHERE seq = 11")
    assert told(store.verify()) == ["11: is missing"]


def test_the_newest_entry_is_never_pruned(journal: Journal) -> None:
    """However old it is: the trail goes on from it."""
    store = journal.open()
    fill(store)
    journal.clock.move(days=1000)
    store.prune(timedelta(days=1))
    assert [entry.action for entry in store.audit_entries()] == ["window.now", "history.prune"]
    assert told(store.verify()) == []


def test_a_clock_that_goes_back_breaks_nothing(journal: Journal) -> None:
    """Entries count by number; pruning keeps rather more."""
    store = journal.open()
    fill(store, 3)
    journal.clock.move(days=-300)
    fill(store, 3)
    assert told(store.verify()) == []
    journal.clock.move(days=310)
    assert store.prune(timedelta(days=200)).audit == 0
    assert told(store.verify()) == []


def test_a_changed_run_is_found_by_what_the_trail_says_of_it(journal: Journal) -> None:
    """Steps, devices, the run itself; and a run that is gone."""
    store = journal.open()
    for number in range(3):
        store.begin_run(run(f"r{number}"))
        store.step(f"r{number}", begin("a"))
        store.outcome(f"r{number}", done("a"))
        store.finish_run(f"r{number}", RunState.DONE, 0)
    store.begin_run(run("r3", kind=RunKind.DRIFT))
    store.finish_run("r3", RunState.DONE, 0)
    assert (store.verify().runs, told(store.verify())) == (3, [])
    journal.sql(
        "UPDATE devices SET before_text = 'hostname neu' WHERE run_id = 'r0'",
        "UPDATE runs SET \"user\" = 'niemand' WHERE id = 'r1'",
        "DELETE FROM runs WHERE id = 'r2'",
    )
    assert told(store.verify()) == [
        "3: speaks of run r0, whose rows were changed since",
        "5: speaks of run r1, whose rows were changed since",
        "7: speaks of run r2, which is missing",
    ]


def test_pruned_runs_are_not_missed(journal: Journal) -> None:
    """Their end is in the trail until it is as old as they were."""
    store = journal.open()
    store.begin_run(run())
    journal.clock.move(days=30)
    store.finish_run("0a1b2c3d", RunState.DONE, 0)
    journal.clock.move(days=20)
    assert store.prune(timedelta(days=30)).runs == 1
    assert [entry.action for entry in store.audit_entries()] == ["run.finish", "history.prune"]
    assert told(store.verify()) == []


def test_a_run_settled_later_is_vouched_for_again(journal: Journal) -> None:
    """Resuming a killed run ends it; its rows are compared with the last entry about it."""
    store = journal.open()
    store.begin_run(run())
    store.step("0a1b2c3d", begin("a"))
    store.finish_run("0a1b2c3d", RunState.INTERRUPTED, 130)
    store.outcome("0a1b2c3d", done("a"))
    store.finish_run("0a1b2c3d", RunState.DONE, 0, "resumed by 11112222")
    assert told(store.verify()) == []
    assert store.run("0a").note == "resumed by 11112222"


def test_many_threads_write_one_chain(store: Store) -> None:
    """Nobody's entry is lost, and none forks the chain."""
    threads = [threading.Thread(target=fill, args=(store, 5)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = store.verify()
    assert (report.last, told(report)) == (81, [])


def _write(root: object, environ: dict[str, str]) -> None:
    with open_store(root, environ) as store:  # type: ignore[arg-type]
        fill(store, 10)


def test_many_processes_write_one_chain(journal: Journal) -> None:
    """Each with a connection of its own, all opening a database that is not there yet."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write, args=(journal.root, journal.environ)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    report = journal.open(real_clock=True).verify()
    assert (report.last, told(report)) == (21, [])


def test_the_trail_is_dated(journal: Journal) -> None:
    """Entries of runs carry who, from where and what."""
    store = journal.open()
    store.begin_run(run(reason="Störung"))
    entry = store.audit_entries()[-1]
    assert (entry.actor, entry.host, entry.action, entry.subject) == ("meier", "desk-7", "run.begin", "0a1b2c3d")
    assert json.loads(entry.detail)["reason"] == "Störung"
    assert entry.at.startswith(AT.date().isoformat())
