"""`campusctl schedule` and `drift --scheduled`, from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from campusctl.cli.main import call
from campusctl.schedule.lock import only_run

REPO = Path(__file__).parents[2]


@pytest.fixture
def here(musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prompt in the example city; no vault's password is known."""
    monkeypatch.chdir(musterstadt)
    monkeypatch.delenv("CAMPUSCTL_VAULT_PASSWORD_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(musterstadt / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(musterstadt / "run"))
    return musterstadt


def test_a_users_units_are_written_shown_and_taken_back(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No systemd is at work there, so the words say what to run."""
    units = here / "config" / "systemd" / "user"
    assert call(["schedule", "install", "s042", "--user", "--every", "6h"]) == 0
    said = capsys.readouterr()
    assert "systemctl --user enable --now campusctl-drift-musterstadt-" in said.err
    service, timer = sorted(units.iterdir())
    assert '"drift" "schule-042" "--scheduled"' in service.read_text()
    assert "OnCalendar=*-*-* 00/6:00 Europe/Berlin\n" in timer.read_text()
    assert call(["schedule", "show", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [item["as_written"] for item in found] == [True, True]
    timer.write_text(timer.read_text().replace("Persistent=yes", "Persistent=no"))
    assert call(["schedule", "show"]) == 4
    assert "CHANGED since it was written" in capsys.readouterr().out
    assert call(["schedule", "remove"]) == 1
    assert call(["schedule", "remove", "--force"]) == 0
    assert list(units.iterdir()) == []


def test_what_would_be_written_is_printed_and_not_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For both units, and for cron where there is none."""
    assert call(["schedule", "install", "--all", "--user", "--dry-run"]) == 0
    assert "[Timer]" in capsys.readouterr().out
    assert call(["--lab", "schedule", "install", "--all", "--crontab", "--dry-run", "--jitter", "0"]) == 0
    line = capsys.readouterr().out.splitlines()[2]
    assert line.startswith("30 1 * * * /")
    assert "--lab drift --all --scheduled" in line
    assert not (here / "config").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["install"], 2, "name a school"),
        (["install", "s042", "--all"], 2, "name a school"),
        (["install", "s043"], 1, "did you mean"),
        (["install", "--all", "--calendar", "Mnn 05:30"], 1, "Mnn 05:30"),
        (["install", "--all", "--every", "7h"], 1, "even rhythm"),
        (["install", "--all", "--every", "6h", "--nightly"], 1, "say one of"),
        (["install", "--all", "--crontab", "--calendar", "*-*-1 05:30", "--dry-run"], 1, "cron cannot say"),
        (["install", "--all", "--crontab", "--into", "x"], 2, "--into"),
        (["install", "--all", "--vault-password-file", "missing"], 1, "No such file"),
        (["instal"], 2, "install"),
    ],
)
def test_slips_are_told(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    """And nothing is written."""
    assert call(["schedule", *arguments]) == code
    assert words in capsys.readouterr().err
    assert not (here / "config").exists()


def test_a_password_that_others_can_read_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its value is in no unit; its path is, when only its owner may read it."""
    secret = here / "vault password"
    secret.write_text("geheim-canary\n")
    secret.chmod(0o644)
    arguments = ["schedule", "install", "--all", "--system", "--into", "units", "--vault-password-file", str(secret)]
    assert call(arguments) == 1
    assert "can be read by others" in capsys.readouterr().err
    secret.chmod(0o600)
    assert call(arguments) == 0
    texts = [path.read_text() for path in (here / "units").iterdir()]
    assert any(f"LoadCredential=vault-password:{secret}\n" in text for text in texts)
    assert not any("geheim-canary" in text for text in texts)


def test_units_of_the_machine_need_root(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said before anything is tried."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert call(["schedule", "install", "--all", "--system"]) == 1
    assert "units of the machine need root" in capsys.readouterr().err


def test_a_second_scheduled_run_has_nothing_to_do(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever started the first one; a person's own check is not held up."""
    with only_run(here) as alone:
        assert alone
        assert call(["drift", "--all", "--scheduled"]) == 0
        assert "another scheduled run" in capsys.readouterr().err
        assert call(["drift", "--all"]) == 1
        assert "another scheduled run" not in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_told_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No switch is asked for nothing."""
    for option in ("--junit", "--json-out"):
        assert call(["drift", "--all", option, "missing/x"]) == 2
        assert "is no folder" in capsys.readouterr().err
        assert call(["drift", "--all", option, "inventory"]) == 2
    assert call(["drift", "--all", "--junit", "x", "--json-out", "./x"]) == 2


def test_the_units_command_runs_and_leaves_its_files(tmp_path: Path) -> None:
    """The very words of the unit, with real switches out of reach: a result for each, in both files."""
    odd = tmp_path / "50% Schüler $HOME"
    odd.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CAMPUSCTL_")}
    environment |= {"PYTHONPATH": str(REPO), "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    program = str(Path(sys.executable).parent / "campusctl")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *arguments], cwd=odd, env=environment, capture_output=True, text=True, check=False
        )

    assert run("init", ".").returncode == 0
    assert run("lab", "up", "s007", "--drift", "3").returncode == 0
    try:
        installed = run("--lab", "schedule", "install", "s007", "--into", "units", "--user")
        assert installed.returncode == 0, installed.stderr
        shown = json.loads(run("schedule", "show", "--into", "units", "--json").stdout)
        order = shown[0]["order"]
        done = run("--workspace", order["workspace"], "--lab", "drift", *order["schools"], "--scheduled",
                   "--json-out", str(odd / ".campusctl/scheduled/drift.json"),
                   "--junit", str(odd / ".campusctl/scheduled/drift.xml"))  # fmt: skip
        assert done.returncode == 4, done.stderr
    finally:
        run("lab", "down")
    report = json.loads((odd / ".campusctl/scheduled/drift.json").read_text())
    switches = [found for found in report["assessments"] if found["driver"] == "switch"]
    assert [found["school"] for found in switches] == ["schule-007"] * 3
    suites = ET.fromstring((odd / ".campusctl/scheduled/drift.xml").read_text())
    assert int(suites.get("failures", "0")) > 0
    assert run("findings").returncode == 4
