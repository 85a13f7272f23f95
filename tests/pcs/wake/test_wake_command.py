"""`campusctl wake` as a person or a script meets it: PCs on loopback addresses, real packets, a real journal."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wake_room import NOON, SATURDAY, SCHOOL, Room, make_city

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.drivers.pc.wake.orders import WakeState
from campusctl.errors import CampusError, ClosedError, UnknownNameError, WorkspaceError
from campusctl.history.store import open_store
from campusctl.inventory.load import load_city
from campusctl.model.events import Event, EventKind, ignore
from campusctl.model.plan import DeviceLogin, Target
from campusctl.model.run import RunKind

REPO = Path(__file__).parents[3]
MAC = "c8:d9:d2:55:00:0{}"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def room() -> Iterator[Room]:
    """The third packet for a card switches its PC on; the first PC of the school is on."""
    made = Room(needs=1)
    made.switch_on("127.55.101.11")
    made.bed(MAC.format(2), "10.55.101.13")
    yield made
    made.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with the school."""
    return make_city(tmp_path / "ws", REPO)


@pytest.fixture
def run(root: Path, room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line at a moment; gives exit code, stdout and stderr."""

    def run_it(*words: str, now: datetime = SATURDAY) -> tuple[int, str, str]:
        monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: room.desk(root, now))
        code = call(["--workspace", str(root), *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_it


def audited(root: Path) -> list[tuple[str, str, dict[str, object]]]:
    """What the audit trail says of waking."""
    with open_store(root) as store:
        found = store.audit_entries()
        assert store.verify().problems == ()
    return [
        (entry.action, entry.subject, json.loads(entry.detail)) for entry in found if entry.action.startswith("wake")
    ]


def test_a_room_is_woken(run: Run, root: Path, room: Room) -> None:
    """One was on, one wakes up, one does not; exit 3."""
    code, out, err = run("wake", f"{SCHOOL}/R201", "--wait", "1")
    told = out.splitlines()
    assert (code, err) == (3, "")
    assert told[0] == "s055-r201-pc01: on"
    assert told[1].startswith("s055-r201-pc02: woke up after ")
    assert told[2] == f"s055-r201-pc03: did not wake up: it is on, and nothing listens on port {room.port}"
    assert told[3] == "3 PCs: 1 woke up, 1 already on, 1 did not wake up."
    assert MAC.format(1) not in room.packets
    assert audited(root) == [
        ("wake", SCHOOL, {"devices": ["s055-r201-pc02", "s055-r201-pc03"], "lab": True, "run": ""})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "devices"),
    [
        (["s055"], ["s055-r201-pc01", "s055-r201-pc02", "s055-r201-pc03", "s055-r202-pc01"]),
        (["schule-055/R202"], ["s055-r202-pc01"]),
        (["s055/R202", "s055-r201-pc02", "s055-r202-pc01"], ["s055-r201-pc02", "s055-r202-pc01"]),
        (["--school", "s055", "R202", "s055-r201-pc02"], ["s055-r201-pc02", "s055-r202-pc01"]),
    ],
)
def test_schools_rooms_and_devices_are_named(run: Run, names: list[str], devices: list[str]) -> None:
    """In any mixture, each PC once, in the order of the files; here nobody waits."""
    code, out, _ = run("wake", *names, "--wait", "0", "--json")
    states = {row["device"]: row["state"] for row in json.loads(out)}
    assert [*states] == devices
    assert {states.get("s055-r201-pc01"), states.get("s055-r201-pc02")} <= {"on", "sent", None}
    assert code == (3 if set(states.values()) == {"cannot"} else 0)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["schule-05"], "no school `schule-05`\nhint: did you mean schule-055"),
        (["s055/R299"], "no room or device `R299` in schule-055\nhint: campusctl show schule-055 lists"),
        (["--school", "s055", "s055-r201-pc09"], "no room or device `s055-r201-pc09` in schule-055"),
        (["s055-r201-pc09"], "no room or device `s055-r201-pc09` in schule-055\nhint: did you mean s055-r201-pc0"),
        (["s055-r203-dt01"], "s055-r203-dt01 is no PC\nhint: only PCs and notebooks are woken"),
        (["s055/R203"], "there is no PC in schule-055/R203"),
        (["s999-r1-pc01"], "no school `s999-r1-pc01`"),
        (["s055", "--now"], "--now needs a reason"),
    ],
)
def test_what_is_no_pc_is_refused(run: Run, room: Room, names: list[str], told: str) -> None:
    """With what was probably meant; nothing is sent."""
    code, out, err = run("wake", *names)
    assert code in (1, 2)
    assert out == ""
    assert told in err
    assert room.packets == []


CLOSED = [
    (NOON, "lessons until 15:20; its PCs may be woken today at 15:50"),
    (datetime(2026, 10, 20, 8, tzinfo=UTC), "holiday: Herbstferien; its PCs may be woken Mon 2026-11-02 at 00:00"),
    (datetime(2026, 12, 24, 8, tzinfo=UTC), "holiday: Weihnachtsferien; its PCs may be woken Thu 2027-01-07 at 00:00"),
    (datetime(2027, 1, 30, 9, tzinfo=UTC), "exam Informatik until 13:15; its PCs may be woken today at 13:45"),
]


@pytest.mark.parametrize(("now", "told"), CLOSED)
def test_not_during_lessons_exams_and_holidays(run: Run, root: Path, room: Room, now: datetime, told: str) -> None:
    """Why, and the next moment; nothing is sent, and nothing audited."""
    code, out, err = run("wake", SCHOOL, now=now)
    assert (code, out) == (1, "")
    assert err == (
        f"error: {SCHOOL}: {told}\n"
        f"hint: wait for it, or say why it cannot wait: --now --reason …; see campusctl calendar {SCHOOL}\n"
    )
    assert room.packets == []
    assert audited(root) == []


def test_now_overrides_and_is_audited(run: Run, root: Path) -> None:
    """With the reason and what was closed."""
    code, out, _ = run("wake", "s055-r201-pc02", "--now", "--reason", "the exam is moved up", now=NOON)
    assert code == 0
    assert out.splitlines()[1] == "1 PC: 1 woke up."
    override = {"lab": True, "run": "", "reason": "the exam is moved up", "window": "lessons until 15:20"}
    assert audited(root) == [
        ("wake.override", SCHOOL, override),
        ("wake", SCHOOL, {"devices": ["s055-r201-pc02"], "lab": True, "run": ""}),
    ]


def test_when_all_are_on_nothing_is_asked(run: Run, root: Path) -> None:
    """Also during lessons: nobody is disturbed."""
    assert run("wake", "s055-r201-pc01", now=NOON) == (0, "s055-r201-pc01: on\n1 PC: 1 already on.\n", "")
    assert audited(root) == []


def test_one_that_cannot_be_woken_says_why(run: Run) -> None:
    """Alone it is a failure; beside others it is not."""
    words = "s055-r202-pc01: off, and cannot be woken: the inventory does not know its MAC address\n"
    assert run("wake", "s055-r202-pc01") == (3, f"{words}1 PC: 1 cannot be woken.\n", "")
    code, out, _ = run("wake", "s055-r202-pc01", "s055-r201-pc02")
    assert code == 0
    assert words in out
    assert out.endswith("2 PCs: 1 woke up, 1 cannot be woken.\n")


def test_a_lab_without_pcs_wakes_nobody_real(root: Path, room: Room) -> None:
    """It would be the real ones that are switched on."""
    desk = replace(room.desk(root), wake_to=None)
    asked = workflow.asked_pcs(root, [SCHOOL])
    with pytest.raises(WorkspaceError, match="the lab that is up has no PCs\nhint: campusctl lab down, then"):
        workflow.wake_pcs(desk, asked, workflow.WakeTerms(), ignore, lambda _number: None)


def target(device: str, room: Room, host: str, driver: str = "pc") -> Target:
    """What is going to be read."""
    login = DeviceLogin(host=host, port=room.port, user="campus", known_hosts="/x")
    return Target(device=device, school=SCHOOL, driver=driver, dialect="linux", login=login, intended="{}")


def test_before_a_run_reads_it_wakes_whom_it_wants(root: Path, room: Room) -> None:
    """Only PCs, only those that are off; the audit names the run."""
    desk, city = room.desk(root), load_city(root, [SCHOOL])
    events: list[Event] = []
    targets = [
        target("s055-r203-dt01", room, "127.55.60.11", "board"),
        target("s055-r201-pc01", room, "127.55.101.11"),
        target("s055-r201-pc02", room, "127.55.101.13"),
    ]
    with workflow.running(desk, RunKind.DRIFT, [SCHOOL]) as run:
        found = workflow.wake_first(run, city, targets, workflow.WakeTerms(wait_s=5), events.append)
        assert workflow.wake_first(run, city, targets[:1], workflow.WakeTerms(), ignore) == ()
        run.end(workflow.state_of(0), 0)
    assert [(result.device, result.state) for result in found] == [
        ("s055-r201-pc01", WakeState.ON), ("s055-r201-pc02", WakeState.WOKE)
    ]  # fmt: skip
    # It is read afterwards, so it is not finished.
    assert [event.kind for event in events] == [EventKind.STARTED, EventKind.CONNECTED]
    detail = {"devices": ["s055-r201-pc02"], "lab": True, "run": run.info.id}
    assert audited(root) == [("wake", SCHOOL, detail)]


def test_a_run_does_not_wake_during_lessons_either(root: Path, room: Room) -> None:
    """It is refused before anything is read, and written down as refused."""
    desk, city = room.desk(root, NOON), load_city(root, [SCHOOL])
    wanted = [target("s055-r201-pc02", room, "127.55.101.13")]
    with (
        pytest.raises(ClosedError, match="lessons until 15:20"),
        workflow.running(desk, RunKind.DRIFT, [SCHOOL]) as run,
    ):
        workflow.wake_first(run, city, wanted, workflow.WakeTerms(), ignore)
    with open_store(root) as store:
        assert store.run(run.info.id).state == "refused"
    assert room.packets == []


def test_what_cannot_be_written_down_is_not_done(root: Path, room: Room) -> None:
    """No packet without its entry."""
    (root / ".campusctl").mkdir()
    (root / ".campusctl" / "history.db").write_text("no database" * 1000)
    asked = workflow.asked_pcs(root, [SCHOOL])
    with pytest.raises(CampusError, match=r"history\.db"):
        workflow.wake_pcs(room.desk(root), asked, workflow.WakeTerms(), ignore, lambda _number: None)
    assert room.packets == []


def test_names_in_a_school_that_is_not_there(root: Path) -> None:
    """With `--school`, too."""
    with pytest.raises(UnknownNameError, match="no school `schule-056`"):
        workflow.asked_pcs(root, ["R201"], "schule-056")
    with pytest.raises(UnknownNameError, match="no school `s56`"):
        workflow.asked_pcs(root, ["s56/R201"])


_CLI = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from campusctl import workflow
from campusctl.cli.main import run
from campusctl.lab.state import lab_address
from wake_room import Nothing, SATURDAY
root, port, ear = Path(sys.argv.pop(1)), int(sys.argv.pop(1)), int(sys.argv.pop(1))
desk = workflow.Desk(
    root, Nothing(), lambda address: (lab_address(address), port), root / "known_hosts", b"k" * 32, lab=True,
    clock=lambda: SATURDAY, wake_to=("127.0.0.1", ear),
)
workflow.open_desk = lambda _root, *, lab, ask=None: desk
run()
"""


def test_ctrl_c_ends_it_at_once(root: Path) -> None:
    """Exit 130 and one word, while it waits for a PC that sleeps on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear, socket.create_server(("127.0.0.1", 0)) as free:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(20)
        ports = [str(free.getsockname()[1]), str(ear.getsockname()[1])]
        words = [sys.executable, "-c", _CLI, str(root), *ports, "--workspace", str(root), "wake", "s055-r201-pc03"]
        path = os.pathsep.join(map(str, (REPO, Path(__file__).parent)))
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
        ) as process:
            assert len(ear.recv(2000)) == 102
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, "", "\ninterrupted\n")
