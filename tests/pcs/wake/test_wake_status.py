"""`campusctl status` about PCs that are off: whose change waits, and who was not seen for too long."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from wake_room import SATURDAY, SCHOOL, Room, make_city

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.history.store import open_store
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment
from campusctl.model.run import RunInfo, RunKind, RunState
from campusctl.workflow.absent import off_since

REPO = Path(__file__).parents[3]
Status = Callable[..., tuple[int, str, str]]
PCS = [f"s055-r201-pc0{number}" for number in (1, 2, 3)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with the school."""
    return make_city(tmp_path / "ws", REPO)


@pytest.fixture
def status(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Status]:
    """Runs `campusctl status` on Saturday, 2026-11-28; gives exit code, stdout and stderr."""
    room = Room()
    monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: room.desk(root))

    def run(*options: str) -> tuple[int, str, str]:
        code = call(["--workspace", str(root), "status", *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    yield run
    room.close()


def off(device: str) -> Fault:
    """It is switched off."""
    return Fault(device=device, kind=FaultKind.OFF, what="does not answer on port 22: switched off, or not there")


def ran(root: Path, run_id: str, days_ago: float, *, on: tuple[str, ...] = (), pending: tuple[str, ...] = ()) -> None:
    """An apply on the lab, so many days before Saturday."""
    at = SATURDAY - timedelta(days=days_ago)
    info = RunInfo(
        id=run_id, kind=RunKind.APPLY, started=at, user="meier", host="desk-7", pid=1, command="apply", lab=True,
        schools=(SCHOOL,), tool_version="1",
    )  # fmt: skip
    read = [Assessment(device=device, school=SCHOOL, dialect="linux") for device in on]
    with open_store(root, clock=lambda: at) as store:
        store.begin_run(info)
        store.add_results(run_id, [*read, *map(off, pending)], dict.fromkeys(pending, SCHOOL))
        for device in pending:
            store.outcome(run_id, Outcome(device=device, kind=OutcomeKind.SKIPPED, fault=off(device)))
        store.finish_run(run_id, RunState.DONE, 0)


def test_changes_that_wait_are_listed_by_school_and_run(root: Path, status: Status) -> None:
    """They are no reason for another exit code; the newest information counts."""
    ran(root, "12ab34cd", 2, pending=(PCS[2], PCS[0]), on=(PCS[1],))
    ran(root, "22ab34cd", 1, pending=(PCS[0], PCS[1]))
    code, out, err = status()
    assert (code, err) == (0, "")
    assert out == (
        f"{SCHOOL}: 2 PCs wait for being switched on: {PCS[0]}, {PCS[2]}, since run 12ab34cd of 2026-11-26; "
        "the next apply that finds them on makes the change\n"
        f"{SCHOOL}: 1 PC waits for being switched on: {PCS[1]}, since run 22ab34cd of 2026-11-27; "
        "the next apply that finds it on makes the change\n"
        "nothing is unfinished\n"
    )
    ran(root, "32ab34cd", 0.1, on=(PCS[0], PCS[1], PCS[2]))
    assert status() == (0, "nothing is unfinished\n", "")


def test_pcs_that_were_not_seen_for_too_long(root: Path, status: Status) -> None:
    """Holidays do not count: 45 days with the autumn holidays and All Saints' Day in them are 29 without."""
    ran(root, "12ab34cd", 23, on=(PCS[0],))
    ran(root, "22ab34cd", 14, on=(PCS[1],))
    ran(root, "32ab34cd", 0, on=("s055-r203-dt01", "s055-r999-pc01"))
    words = f"{SCHOOL}: 1 PC is overdue: {PCS[0]} (not seen for 23 days)\nnothing is unfinished\n"
    assert status() == (0, words, "")
    ran(root, "42ab34cd", 45, on=(PCS[2],))
    _, out, _ = status()
    assert f"{PCS[2]} (not seen for 45 days, 29 without holidays)" in out
    found = json.loads(status("--json")[1])
    assert found["pending"] == []
    assert found["overdue"][0] == {"device": PCS[0], "school": SCHOOL, "seen": "2026-11-05T12:00:00+00:00"}


def test_a_retired_pc_neither_waits_nor_is_missed(root: Path, status: Status) -> None:
    """What the inventory does not have any more is nobody's business; nor is a school that is gone."""
    ran(root, "12ab34cd", 30, pending=(PCS[0], "s055-r299-pc01"), on=("s055-r298-pc01",))
    devices = root / "inventory" / "schools" / SCHOOL / "devices.yml"
    devices.write_text(devices.read_text().replace(f"  {PCS[0]}:", "  s055-r201-pc77:"))
    assert status() == (0, "nothing is unfinished\n", "")


def test_with_a_broken_inventory_what_is_unfinished_is_shown_all_the_same(root: Path, status: Status) -> None:
    """And that something may be missing."""
    ran(root, "12ab34cd", 30, pending=(PCS[0],))
    (root / "inventory" / "schools" / SCHOOL / "school.yml").write_text("name: [\n")
    code, out, err = status()
    assert code == 0
    assert "1 PC waits for being switched on" in out
    assert err == "warning: the inventory has problems, so PCs that are overdue are not listed\n"


def test_many_are_counted(root: Path, status: Status) -> None:
    """Eight are named; JSON has all of them."""
    devices = root / "inventory" / "schools" / SCHOOL / "devices.yml"
    many = [f"s055-r202-pc{number}" for number in range(10, 30)]
    more = (
        f"  {name}: {{profile: wecker, room: R202, address: 10.55.30.{name[-2:]}}}\n" for name in many
    )  # fmt: skip
    devices.write_text(devices.read_text() + "".join(more))
    ran(root, "12ab34cd", 0.5, on=(), pending=tuple(many))
    code, out, _ = status()
    assert code == 0
    assert f"20 PCs wait for being switched on: {', '.join(many[:8])} and 12 more, since run" in out
    assert len(json.loads(status("--json")[1])["pending"]) == 20


def test_the_words_for_those_that_are_off(root: Path) -> None:
    """For drift: seen last, overdue, asked for the first time; nothing of one that is not in the files yet."""
    ran(root, "12ab34cd", 23, on=(PCS[0],))
    ran(root, "22ab34cd", 2, on=(PCS[1],))
    room = Room()
    names = (*PCS, "s055-r999-pc01")
    faults = [Fault(device=name, kind=FaultKind.OFF, what="does not answer", driver="pc") for name in names]
    with workflow.running(room.desk(root), RunKind.DRIFT, [SCHOOL]) as run:
        told = off_since(run, faults, dict.fromkeys(names, SCHOOL))
    room.close()
    assert {name: fault.what for name, fault in told.items()} == {
        PCS[0]: "overdue: not seen for 23 days", PCS[1]: "off (seen last 2026-11-26)", PCS[2]: "off (not seen yet)"
    }  # fmt: skip
