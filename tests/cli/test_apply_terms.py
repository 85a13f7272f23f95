"""On which terms `apply` goes ahead: windows, locks and claims, cables, checks, and a journal that can be written."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, lab_up, make_workspace, record_lines, school_spec

from campusctl import workflow
from campusctl.history.process import known_process
from campusctl.history.store import open_store
from campusctl.model.secret import fingerprint
from campusctl.workflow import backups
from campusctl.workflow.windows import school_time

CX, IOS, PROCURVE = SWITCHES["aruba_aoscx"], SWITCHES["cisco_ios"], SWITCHES["hp_procurve"]
LESSON = datetime(2026, 11, 26, 9, tzinfo=UTC)
"""A Thursday, 10:00 in Musterstadt."""
MOVED = {IOS: ("configure terminal", "interface GigabitEthernet1/0/2", "switchport access vlan 40", "end")}
"""A port in the wrong VLAN: mending that interrupts who is on it."""


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Prompt]]:
    """Brings the lab up with these options and gives a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:

        def up(now: datetime | None = None, **options: object) -> Prompt:
            spec = school_spec(root, **options)
            lab = stack.enter_context(lab_up(root, spec, timeout_s=6.0, settle_s=0.1))
            if now:
                lab.now = now
            monkeypatch.setattr(workflow, "open_desk", lambda _root, **_more: found.desk)
            found = lab
            return Prompt(lab, capsys)

        yield up


def enter(here: Prompt, lines: dict[str, tuple[str, ...]]) -> None:
    """Somebody at the consoles; saved, as if it had been so for long."""
    for name, typed in lines.items():
        station = here.lab.thread.station(name)
        station.enter([*typed])
        station.switch.save()


def test_what_interrupts_somebody_waits_for_its_window(shell: Callable[..., Prompt]) -> None:
    """Refused with the reason and the next window; nothing is sent. A description goes at any time."""
    here = shell(LESSON)
    enter(here, MOVED)
    lines = record_lines(here.lab.thread, IOS)
    code, out, err = here.run("apply", SCHOOL, "--yes")
    assert code == 1
    assert "interrupts for a moment: GigabitEthernet1/0/2" in out
    assert f"error: {SCHOOL}: lessons until " in err
    assert "the next window opens today at " in err
    assert "--now --reason" in err
    assert [line for line in lines if line.startswith("conf")] == []
    assert here.run("apply", SCHOOL, "--yes", "--now")[0] == 2
    code, out, _ = here.run("apply", SCHOOL, "--yes", "--now", "--reason", "der Beamer braucht Netz")
    assert code == 0, out
    with open_store(here.lab.root) as store:
        (entry,) = [entry for entry in store.audit_entries(20) if entry.action == "window.override"]
    assert entry.subject == SCHOOL
    assert "der Beamer braucht Netz" in entry.detail
    enter(here, {IOS: ("configure terminal", "interface GigabitEthernet1/0/2", "description WEG", "end")})
    assert here.run("apply", SCHOOL, "--yes")[0] == 0


def test_one_writer_at_a_time(shell: Callable[..., Prompt]) -> None:
    """Who comes second is told who was first, since when and why, before anything is read."""
    here = shell(drift=True)
    other = known_process(os.uname().nodename, os.getppid())
    lines = {name: record_lines(here.lab.thread, name) for name in here.lab.names}
    with open_store(here.lab.root) as store:
        lease = store.acquire(
            SCHOOL,
            holder="berta",
            host=other.host,
            pid=other.pid,
            reason="tauscht den Core",
            run_id="",
            ttl=timedelta(60),
        )
        code, _, err = here.run("apply", SCHOOL, "--yes")
        assert code == 1
        assert f"error: {SCHOOL} is locked by berta on {other.host} (process {other.pid}) since " in err
        assert "tauscht" in err
        assert not any(lines.values())
        assert here.run("drift", SCHOOL)[0] == 4
        store.release((lease,))
    assert here.run("apply", SCHOOL, "--yes")[0] == 0


def test_a_claim_keeps_others_out_and_is_told_by_drift(shell: Callable[..., Prompt]) -> None:
    """Drift still reads."""
    here = shell(drift=True)
    with open_store(here.lab.root) as store:
        until = datetime.now(UTC) + timedelta(hours=1)
        store.claim(SCHOOL, holder="berta", until=until, reason="vor Ort")
    code, _, err = here.run("apply", SCHOOL, "--yes")
    assert code == 1
    assert f"{SCHOOL} is claimed by berta" in err
    code, out, _ = here.run("drift", SCHOOL)
    assert code == 4
    assert f"{SCHOOL}: claimed by berta until " in out
    assert "(vor Ort)" in out


def test_a_wrong_cable_blocks_its_switch_and_no_other(shell: Callable[..., Prompt]) -> None:
    """Both ends are named; nothing is sent there."""
    uplink = "1/1/25"
    here = shell(drift=True, faults=(f"{CX}:miscabled={uplink}:{IOS}:GigabitEthernet1/0/9",))
    assert here.lab.thread.station(CX).spec.uplinks == (uplink,)
    lines = record_lines(here.lab.thread, CX)
    code, out, _ = here.run("apply", SCHOOL, "--yes")
    assert code == 3, out
    said = f"port {uplink} leads to {IOS} (its GigabitEthernet1/0/9), the inventory says {PROCURVE} there"
    assert f"  blocked by a cable: {said}\n" in out
    assert "1 blocked by a cable." in out
    assert f"{CX}: cable: {said}\n" in out
    assert [line for line in lines if line.startswith("conf")] == []
    code, out, _ = here.run("drift", SCHOOL)
    assert code == 4
    assert f"{IOS}: ok" in out
    assert said in out


def test_what_worked_before_must_work_after(shell: Callable[..., Prompt]) -> None:
    """A neighbour that is gone after the change: nothing is saved, and the run can be undone."""
    here = shell(drift=True, faults=(f"{CX}:loses=neighbors",))
    before = here.lab.texts()[CX]
    code, out, err = here.run("apply", SCHOOL, "--device", CX, "--yes")
    assert code == 3
    assert f"{CX}: checks: every setting is as planned after " in out
    assert f"{PROCURVE} is no longer heard on port " in out
    assert "nothing was saved" in out
    assert here.lab.texts()[CX][1] == before[1]
    run = err.rpartition("campusctl history show ")[2].strip()
    assert here.run("revert", run, "--yes")[0] == 0
    assert here.lab.texts()[CX][0] == before[0]


def test_nothing_is_sent_without_a_journal_and_everything_is_still_read(shell: Callable[..., Prompt]) -> None:
    """Drift says that it is not written down; apply does not begin."""
    here = shell(drift=True)
    database = here.lab.root / ".campusctl" / "history.db"
    database.parent.mkdir(exist_ok=True)
    database.write_bytes(b"this is no database" * 100)
    lines = {name: record_lines(here.lab.thread, name) for name in here.lab.names}
    code, out, err = here.run("drift", SCHOOL)
    assert code == 4
    assert "3 switches: 0 as the inventory says, 3 differ" in out
    assert "warning: this run is not written down: " in err
    code, _, err = here.run("apply", SCHOOL, "--yes")
    assert code == 1
    assert "error: " in err
    assert "Traceback" not in err
    assert [line for typed in lines.values() for line in typed if line.startswith("conf")] == []


def test_what_was_read_is_kept_before_and_after_a_change(shell: Callable[..., Prompt]) -> None:
    """Two versions of each switch, and no secret in any."""
    here = shell(drift=True)
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    assert here.run("drift", SCHOOL)[0] == 0
    for name in here.lab.names:
        place, versions = backups.log(here.lab.desk, name, None)
        assert place == (SCHOOL, name)
        text = backups.show(here.lab.desk, name, "HEAD")[2]
        assert "TEST" not in text
        assert len(versions) >= 1
        assert [secret for secret in here.lab.secrets() if secret in text] == []


def test_a_window_that_shuts_before_the_end_is_shut(shell: Callable[..., Prompt]) -> None:
    """Two minutes before the lessons is too late for a switch; an hour before is not."""
    here = shell(LESSON.replace(hour=3))
    enter(here, MOVED)
    shuts = school_time(here.lab.root, SCHOOL, here.lab.now).verdict.until
    assert shuts
    here.lab.now = shuts - timedelta(minutes=2)
    code, _, err = here.run("apply", SCHOOL, "--yes")
    assert code == 1
    assert "the next window opens today at " in err
    here.lab.now = shuts - timedelta(hours=1)
    assert here.run("apply", SCHOOL, "--yes")[0] == 0


def test_what_was_set_when_is_remembered(shell: Callable[..., Prompt]) -> None:
    """By a keyed fingerprint, for switches that do not tell."""
    here = shell()
    community = here.lab.desk.secrets.resolve(["snmp/ro"])["snmp/ro"]
    enter(here, {IOS: ("configure terminal", f"no snmp-server community {community}", "end")})
    assert here.run("apply", SCHOOL, "--device", IOS, "--yes")[0] == 0
    with open_store(here.lab.root) as store:
        (entry,) = store.secrets_set(IOS, "snmp/ro")
    assert entry.fingerprint == fingerprint(community, here.lab.desk.key)
    assert community not in str(entry)


def test_a_secret_in_clear_in_a_line_that_nobody_parses_goes_nowhere(shell: Callable[..., Prompt]) -> None:
    """Refused with the line masked; it is in no output and no file but the inventory's own. A reference is fine."""
    here = shell()
    profile = here.lab.root / "inventory" / "profiles" / "aruba-6100-48g.yml"
    plain = profile.read_text()
    extra = "\nsettings:\n  extra:\n    - "
    assert "settings:" not in plain
    profile.write_text(f'{plain}{extra}"wpa passphrase kanarie-7531"\n')
    code, out, err = here.run("plan", SCHOOL, "--device", CX, "--json")
    assert code == 3
    assert "the intended configuration has a secret in clear: wpa passphrase ********" in out
    files = [file for file in here.lab.root.rglob("*") if file.is_file() and "inventory" not in file.parts]
    assert "kanarie-7531" not in out + err
    assert [str(file) for file in files if b"kanarie-7531" in file.read_bytes()] == []
    profile.write_text(f'{plain}{extra}"wpa passphrase <<secret:snmp/ro>>"\n')
    code, out, _ = here.run("plan", SCHOOL, "--device", CX, "--commands")
    assert code == 0
    assert "+ wpa passphrase <<secret:snmp/ro>>: add line" in out
