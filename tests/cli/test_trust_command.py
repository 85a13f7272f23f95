"""`campusctl trust`, from a file that knows nobody to one that knows every switch of a school."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from campusctl.cli.main import call
from campusctl.drivers.switch.hostkeys import KnownHosts
from campusctl.lab.state import known_hosts

REPOSITORY = Path(__file__).parents[2]
CAMPUSCTL = Path(sys.executable).parent / "campusctl"
SCHOOL = "schule-007"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example workspace with the school's simulated switches up, and nobody known."""
    for folder in ("inventory", "templates"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    subprocess.run([CAMPUSCTL, "lab", "up", SCHOOL], check=True, capture_output=True)
    known_hosts(tmp_path).unlink()
    yield tmp_path
    subprocess.run([CAMPUSCTL, "lab", "down"], check=True, capture_output=True)


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
