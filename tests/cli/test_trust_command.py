"""`campusctl trust`, from a file that knows nobody to one that knows every switch of a school."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
from small_lab import SmallLab, lab_up, make_workspace, school_spec

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.drivers.switch.hostkeys import KnownHosts, fingerprint
from campusctl.errors import PlanError
from campusctl.lab.state import known_hosts
from campusctl.model.run import RunKind

REPOSITORY = Path(__file__).parents[2]
CAMPUSCTL = Path(sys.executable).parent / "campusctl"
SCHOOL = "schule-007"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example workspace with the school's simulated switches up."""
    root = tmp_path_factory.mktemp("trust")
    for folder in ("inventory", "templates"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    subprocess.run([CAMPUSCTL, "lab", "up", SCHOOL], check=True, capture_output=True, cwd=root)
    yield root
    subprocess.run([CAMPUSCTL, "lab", "down"], check=True, capture_output=True, cwd=root)


@pytest.fixture
def workspace(lab: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whoever types commands is in it, and nobody is known."""
    monkeypatch.chdir(lab)
    known_hosts(lab).unlink(missing_ok=True)
    return lab


def states(text: str) -> list[str]:
    """The third column of the table."""
    return [line.split()[2] for line in text.splitlines() if "ssh-ed25519" in line]


def test_a_school_is_trusted(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """New keys are shown and remembered with --yes; without a terminal and without --yes nothing is."""
    path = known_hosts(workspace)
    capsys.readouterr()
    assert call(["--lab", "trust", SCHOOL]) == 1
    told = capsys.readouterr()
    assert set(states(told.out)) == {"new"}
    assert told.err.endswith("hint: add --yes to accept what is shown\n")
    assert not path.exists()

    assert call(["--lab", "trust", SCHOOL, "--yes"]) == 0
    count = len(states(capsys.readouterr().out))
    assert len(path.read_text().splitlines()) == count
    assert call(["--lab", "trust", SCHOOL]) == 0
    assert states(capsys.readouterr().out) == ["same"] * count


def test_a_changed_key_needs_a_word_of_its_own(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused, also with --yes; --replace takes the new key in the old one's place."""
    path = known_hosts(workspace)
    assert call(["--lab", "trust", SCHOOL, "--yes"]) == 0
    known = KnownHosts.load(path)
    name, keytype, _, device = known.lines[0].split()
    host, _, port = name.removeprefix("[").partition("]:")
    other = asyncssh.generate_private_key("ssh-ed25519").public_data
    known.remove(host, int(port)).add(host, int(port), keytype, other, device).save()
    capsys.readouterr()

    assert call(["--lab", "trust", SCHOOL, "--yes"]) == 3
    told = capsys.readouterr()
    assert states(told.out).count("CHANGED") == 1
    assert f"the host key of {name} has CHANGED: known is ssh-ed25519 SHA256:" in told.err
    assert told.err.endswith("hint: was the switch replaced? then: campusctl trust SCHOOL --replace\n")

    assert call(["--lab", "trust", SCHOOL, "--yes", "--replace"]) == 0
    assert call(["--lab", "trust", SCHOOL]) == 0


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallLab]:
    """Three switches up in a workspace as it is with real ones: a known_hosts file per school, and nobody known."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    with lab_up(root, school_spec(root), timeout_s=6.0) as lab:
        desk = replace(lab.desk, known_hosts=root / "known_hosts", known_hosts_per_school=True)
        monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: desk)
        yield lab


def print_of(lab: SmallLab, name: str) -> str:
    """The fingerprint that a switch's console shows."""
    return fingerprint(lab.thread.keys[name].public_data)


def test_a_list_from_the_consoles_is_compared_instead_of_asking(
    school: SmallLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is on it is remembered; what differs or is missing is not, by name; a second run with all is clean."""
    right, wrong, missing = school.names
    noted = tmp_path / "noted"
    noted.write_text(f"# by hand\n{right} {print_of(school, right)}\n{wrong} {print_of(school, right)}\n")
    assert call(["trust", SCHOOL, "--fingerprints", str(noted)]) == 3
    told = capsys.readouterr()
    assert "1 remembered" in told.out
    said, shown = print_of(school, right), print_of(school, wrong)
    assert f"{wrong}: not trusted: {noted} says {said}, and it shows ssh-ed25519 {shown}" in told.err
    assert f"{missing}: not trusted: it is not in {noted}" in told.err
    path = school.root / "known_hosts" / SCHOOL
    assert [line.split()[-1] for line in path.read_text().splitlines()] == [right]

    noted.write_text("".join(f"{name} {print_of(school, name)}\n" for name in school.names))
    assert call(["trust", SCHOOL, "--fingerprints", str(noted)]) == 0
    assert "2 remembered" in capsys.readouterr().out
    assert call(["drift", SCHOOL]) == 0
    # A list that says something else than what is known is told, whatever is known.
    noted.write_text(f"{right} {print_of(school, wrong)}\n")
    assert call(["trust", SCHOOL, "--device", right, "--fingerprints", str(noted)]) == 3
    assert f"{right}: not trusted" in capsys.readouterr().err

    noted.write_text(f"{right} nothing\n")
    assert call(["trust", SCHOOL, "--fingerprints", str(noted)]) == 1
    assert f"error: {noted}:1: no fingerprints" in capsys.readouterr().err
    assert call(["trust", SCHOOL, "--fingerprints", str(noted), "--yes"]) == 2


def test_a_retired_switch_is_forgotten_and_then_unknown(school: SmallLab, capsys: pytest.CaptureFixture[str]) -> None:
    """Its key is shown once more; drift then refuses it before it logs in, and says the fingerprint it saw."""
    gone, *rest = school.names
    assert call(["trust", SCHOOL, "--yes"]) == 0
    capsys.readouterr()
    assert call(["trust", SCHOOL, "--remove", gone]) == 0
    assert capsys.readouterr().out.endswith(f" ssh-ed25519 {print_of(school, gone)}\n")
    path = school.root / "known_hosts" / SCHOOL
    assert [line.split()[-1] for line in path.read_text().splitlines()] == rest
    assert call(["drift", SCHOOL]) == 3
    out = capsys.readouterr().out
    assert f"{gone}: host_key: the host key of " in out
    assert f"is unknown: ssh-ed25519 {print_of(school, gone)}" in out
    assert call(["trust", SCHOOL, "--remove", gone]) == 1
    assert f"error: no known host {gone} in {SCHOOL}" in capsys.readouterr().err
    assert call(["trust", SCHOOL, "--remove", gone, "--yes"]) == 2
    assert call(["trust", SCHOOL, "schule-042", "--remove", gone]) == 2


def test_a_plan_names_the_schools_file(school: SmallLab, capsys: pytest.CaptureFixture[str]) -> None:
    """And is refused at a desk that would look a key up elsewhere."""
    assert call(["trust", SCHOOL, "--yes"]) == 0
    desk = workflow.open_desk(school.root, lab=False)
    with workflow.running(desk, RunKind.PLAN, [SCHOOL]) as run:
        plan = workflow.plan(run, [SCHOOL], workflow.EVERYTHING, lambda _event: None, lambda _count: None)
    assert {change.target.login.known_hosts for change in plan.changes} == {str(school.root / "known_hosts" / SCHOOL)}
    workflow.check(desk, plan)
    for other in (replace(desk, known_hosts_per_school=False), replace(desk, known_hosts=school.root / "others")):
        with pytest.raises(PlanError, match="made for other devices"):
            workflow.check(other, plan)


def test_the_real_desk_has_a_file_per_school(tmp_path: Path) -> None:
    """And goes on reading the one file of an earlier version."""
    root = make_workspace(tmp_path / "ws")
    desk = workflow.open_desk(root, lab=False)
    assert desk.known_hosts_of(SCHOOL) == root / "known_hosts" / SCHOOL
    assert desk.known_hosts_before == str(root / "known_hosts")


@pytest.mark.parametrize("kind", ["folder", "garbage", "unreadable name"])
def test_a_file_that_cannot_be_read_stops_before_anybody_is_asked(
    school: SmallLab, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """In plain words, with the file; it is not overwritten."""
    path = school.root / "known_hosts" / SCHOOL
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    elif kind == "garbage":
        path.write_bytes(b"\xff\xfe\x00")
    else:
        path.symlink_to(path)
    assert call(["trust", SCHOOL, "--yes"]) == 1
    assert f"error: {path}: cannot be read: " in capsys.readouterr().err
