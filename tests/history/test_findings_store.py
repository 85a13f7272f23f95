"""Findings from run to run, and secrets that were set: in both databases."""

import json
from datetime import timedelta

import pytest
from journal_rig import Journal
from journal_samples import STRANGE, begin, run, seen

from campusctl.errors import UnknownNameError
from campusctl.history.store import Store
from campusctl.model.finding import FindingState


def look(journal: Journal, store: Store, number: int) -> str:
    """A drift run that begins now."""
    journal.clock.move(hours=1)
    name = f"run{number}"
    store.begin_run(run(name, started=journal.clock(), kind="drift"))
    return name


def states(store: Store) -> dict[str, str]:
    """Every finding's state."""
    return {row.id: str(row.state) for row in store.findings()}


def test_a_finding_is_read_back_as_it_was_seen(journal: Journal) -> None:
    """With any value a setting may have."""
    store = journal.open()
    for number, value in enumerate((None, True, False, 7, "text", ("a", "b"), (), "Grün 🏫 \x00\x1b[2J'; DROP TABLE")):
        devices = (f"a{number}", f"b{number}")
        found = seen(f"f{number}", *devices, before=value, after=value, path=("acl", "x y", "10/8"))
        (row,) = store.record_findings(look(journal, store, number), [found], devices)
        assert row == store.finding(f"f{number}")
        assert (row.before, row.after, row.path, row.devices) == (value, value, ("acl", "x y", "10/8"), devices)
        assert (row.state, row.first_seen, row.last_seen, row.last_run) == (
            "open", row.last_seen, row.first_seen, f"run{number}",
        )  # fmt: skip


def test_a_finding_that_stays_keeps_when_it_was_first_seen(journal: Journal) -> None:
    """And learns when it was last seen."""
    store = journal.open()
    (first,) = store.record_findings(look(journal, store, 1), [seen("f")], ("s042-a1-sw01",))
    (again,) = store.record_findings(look(journal, store, 2), [seen("f", title="neu")], ("s042-a1-sw01",))
    assert again.first_seen == first.first_seen
    assert again.last_seen > first.last_seen
    assert (again.title, again.last_run) == ("neu", "run2")


def test_a_finding_is_gone_only_when_all_its_devices_were_read(journal: Journal) -> None:
    """A dead switch, or a check of one switch, makes nothing go."""
    store = journal.open()
    store.record_findings(look(journal, store, 1), [seen("f", "a", "b")], ("a", "b"))
    assert store.record_findings(look(journal, store, 2), [], ("c",)) == ()
    (part,) = store.record_findings(look(journal, store, 3), [], ("a",))
    assert (part.state, part.devices) == ("open", ("b",))
    (gone,) = store.record_findings(look(journal, store, 4), [], ("b",))
    assert (gone.state, gone.devices) == ("gone", ("b",))
    assert store.record_findings(look(journal, store, 5), [], ("a", "b")) == ()


def test_devices_that_were_not_read_stay_with_a_finding(journal: Journal) -> None:
    """Seen on one, it still stands on the other."""
    store = journal.open()
    store.record_findings(look(journal, store, 1), [seen("f", "a", "b")], ("a", "b"))
    (row,) = store.record_findings(look(journal, store, 2), [seen("f", "c")], ("a", "c"))
    assert row.devices == ("b", "c")


def test_the_same_finding_twice_is_one(journal: Journal) -> None:
    """On the devices of both."""
    store = journal.open()
    (row,) = store.record_findings(look(journal, store, 1), [seen("f", "b"), seen("f", "a")], ("a", "b"))
    assert row.devices == ("a", "b")


def test_a_finding_that_comes_back_is_open_again(journal: Journal) -> None:
    """It keeps when it was first seen, and loses what was decided."""
    store = journal.open()
    (first,) = store.record_findings(look(journal, store, 1), [seen("f", "a")], ("a",))
    store.decide("f", FindingState.ACCEPTED, actor="meier", reason="Umbau", owner="schulz")
    store.record_findings(look(journal, store, 2), [], ("a",))
    assert states(store) == {"f": "gone"}
    (back,) = store.record_findings(look(journal, store, 3), [seen("f", "a")], ("a",))
    assert (back.state, back.first_seen, back.reason, back.owner, back.decided) == (
        "open",
        first.first_seen,
        "",
        "",
        None,
    )


def test_an_accepted_finding_stays_accepted_until_its_day(journal: Journal) -> None:
    """Then it is open again, whether it was looked for or not."""
    store = journal.open()
    store.record_findings(look(journal, store, 1), [seen("f", "a")], ("a",))
    until = journal.clock.now + timedelta(days=10)
    row = store.decide("f", FindingState.ACCEPTED, actor="meier", reason="Umbau", owner="schulz", until=until)
    assert (row.reason, row.owner, row.until, row.decided_by) == ("Umbau", "schulz", until, "meier")
    store.record_findings(look(journal, store, 2), [seen("f", "a")], ("a",))
    assert store.findings(states=[FindingState.ACCEPTED])[0].reason == "Umbau"
    journal.clock.move(days=11)
    assert states(store) == {"f": "open"}
    (row,) = store.record_findings(look(journal, store, 3), [seen("f", "a")], ("a",))
    assert (row.state, row.reason, row.until) == ("open", "", None)


@pytest.mark.parametrize("state", [FindingState.ADOPTED, FindingState.REVERTED])
def test_what_was_decided_holds_until_a_later_run_sees_the_finding_again(journal: Journal, state: FindingState) -> None:
    """A run that began before has seen the world before."""
    store = journal.open()
    store.record_findings(look(journal, store, 1), [seen("f", "a")], ("a",))
    before = look(journal, store, 2)
    journal.clock.move(minutes=1)
    store.decide("f", state, actor="meier")
    assert store.record_findings(before, [seen("f", "a")], ("a",))[0].state == state
    assert store.record_findings(look(journal, store, 3), [seen("f", "a")], ("a",))[0].state == "open"


def test_findings_are_listed_by_school_and_state(journal: Journal) -> None:
    """And found by a beginning that only one has."""
    store = journal.open()
    found = [seen("ab1", "a"), seen("ab2", "b"), seen("cd3", "c", school="schule-007")]
    store.record_findings(look(journal, store, 1), found, ("a", "b", "c"))
    store.record_findings(look(journal, store, 2), [], ("b",))
    assert [row.id for row in store.findings()] == ["cd3", "ab1", "ab2"]
    assert [row.id for row in store.findings("schule-042")] == ["ab1", "ab2"]
    assert [row.id for row in store.findings("schule-042", [FindingState.OPEN])] == ["ab1"]
    assert store.findings(states=[]) == ()
    assert store.finding("cd").id == "cd3"
    for name, hint in (("ab", "which one"), ("ab3", "did you mean ab"), ("%", "campusctl findings"), ("", "campusctl")):
        with pytest.raises(UnknownNameError, match=hint):
            store.finding(name)


def test_a_decision_is_audited(journal: Journal) -> None:
    """Who, what, why and until when."""
    store = journal.open()
    store.record_findings(look(journal, store, 1), [seen("f00d", "a")], ("a",))
    until = journal.clock.now + timedelta(days=1)
    store.decide("f0", FindingState.ACCEPTED, actor="meier", reason=STRANGE, owner="x", until=until, host="desk-7")
    entry = store.audit_entries()[-1]
    assert (entry.actor, entry.host, entry.action, entry.subject) == ("meier", "desk-7", "finding.accepted", "f00d")
    assert json.loads(entry.detail)["reason"] == STRANGE
    assert store.verify().problems == ()


def test_pruning_forgets_findings_that_are_gone(journal: Journal) -> None:
    """Open and accepted ones stay, however old."""
    store = journal.open()
    store.record_findings(look(journal, store, 1), [seen("f1", "a"), seen("f2", "b")], ("a", "b"))
    store.record_findings(look(journal, store, 2), [], ("a",))
    journal.clock.move(days=500)
    assert store.prune(timedelta(days=400)).findings == 1
    assert states(store) == {"f2": "open"}


def test_what_was_set_when_is_remembered(journal: Journal) -> None:
    """Newest first, by device and by reference; pruning keeps the newest of each place."""
    store = journal.open()
    for number, (device, ref) in enumerate((("a", "snmp/ro"), ("b", "snmp/ro"), ("a", "snmp/rw"), ("a", "snmp/ro"))):
        journal.clock.move(days=100)
        store.remember_secret(device, ("snmp", ref), ref, f"print{number}", "run1")
    assert [row.fingerprint for row in store.secrets_set()] == ["print3", "print2", "print1", "print0"]
    assert [row.fingerprint for row in store.secrets_set("a", "snmp/ro")] == ["print3", "print0"]
    assert store.secrets_set("a")[0].path == ("snmp", "snmp/ro")
    journal.clock.move(days=1000)
    store.prune(timedelta(days=1))
    assert [row.fingerprint for row in store.secrets_set()] == ["print3", "print2", "print1"]


def test_a_finding_of_a_run_that_nobody_wrote_down_is_kept(store: Store) -> None:
    """The run is only where its time comes from."""
    assert store.record_findings("unknown", [seen("f", "a")], ("a",))[0].state == "open"
    store.begin_run(run())
    store.step("0a1b2c3d", begin("a"))
