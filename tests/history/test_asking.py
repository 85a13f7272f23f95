"""Who runs campusctl, on which commit, and with which command line."""

import os
import pwd
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.cli.moments import parse_span, parse_until, shown
from campusctl.inventory.zone import city_zone
from campusctl.model.run import RunKind
from campusctl.workflow.commit import inventory_commit
from campusctl.workflow.history import person, run_info

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


def git(folder: Path, *words: str) -> str:
    """What Git says."""
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words], cwd=folder, check=True, text=True,
        capture_output=True, env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A workspace within a repository, committed."""
    if shutil.which("git") is None:
        pytest.skip("the Debian package git is not installed: apt-get install git")
    root = tmp_path / "city" / "ws"
    (root / "inventory").mkdir(parents=True)
    (root / "inventory" / "city.yml").write_text("name: X\n")
    git(root.parent, "init", "-q", "-b", "main")
    git(root.parent, "add", ".")
    git(root.parent, "commit", "-q", "-m", "one")
    return root


def test_the_commit_is_read_from_git_s_files(repository: Path) -> None:
    """A branch, a packed branch, no branch, a worktree: as Git says."""
    head = git(repository, "rev-parse", "HEAD")
    assert inventory_commit(repository) == head
    git(repository, "pack-refs", "--all")
    assert inventory_commit(repository) == head
    git(repository, "worktree", "add", "-q", "../other", "-b", "feature/x")
    assert inventory_commit(repository.parent / "other") == head
    assert inventory_commit(repository.parent / "other" / "ws") == head
    git(repository, "checkout", "-q", "--detach")
    assert inventory_commit(repository) == head


def test_files_that_differ_from_the_commit_are_marked(repository: Path) -> None:
    """Changed and new ones of the inventory; others do not matter."""
    (repository / "notes.txt").write_text("x")
    assert not inventory_commit(repository).endswith("+")
    (repository / "inventory" / "new.yml").write_text("x")
    assert inventory_commit(repository).endswith("+")
    git(repository, "add", "inventory")
    git(repository, "commit", "-q", "-m", "two")
    assert inventory_commit(repository) == git(repository, "rev-parse", "HEAD")
    (repository / "inventory" / "city.yml").write_text("name: Y\n")
    assert inventory_commit(repository).endswith("+")


def test_without_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    """Nor in one that has none yet, or is damaged; nothing stops because of it."""
    assert inventory_commit(tmp_path) == ""
    for content in ("", "ref: refs/heads/none", "ref: ../../../etc/passwd", "\xff", "x" * 100_000):
        (tmp_path / ".git").mkdir(exist_ok=True)
        (tmp_path / ".git" / "HEAD").write_text(content, encoding="latin-1")
        assert inventory_commit(tmp_path) == ""
    shutil.rmtree(tmp_path / ".git")
    (tmp_path / ".git").write_text("gitdir: nowhere")
    assert inventory_commit(tmp_path) == ""


def test_a_run_knows_who_began_it_and_how(tmp_path: Path) -> None:
    """A command line is kept as one can type it again; what looks like a secret is masked."""
    argv = ["apply", "schule-042", "--reason", "neues password canary-1 \udcff"]
    info = run_info(tmp_path, RunKind.APPLY, ["schule-042"], argv, reason="x", lab=True)
    assert info.command == "apply schule-042 --reason 'neues password ******** \\udcff'"
    assert (info.pid, info.user, info.lab, info.reason) == (os.getpid(), person(), True, "x")
    assert len(info.id) == 8
    assert info.id != run_info(tmp_path, RunKind.APPLY, [], []).id
    assert info.process_start > 0


def test_a_person_is_the_account_or_named_beside_it() -> None:
    """Behind sudo the account that called it; a name that was given does not hide the account."""
    account = pwd.getpwuid(os.getuid()).pw_name
    assert person({}) == account
    assert person({"CAMPUSCTL_USER": " meier "}) == f"meier ({account})"
    assert person({"CAMPUSCTL_USER": account}) == account
    if os.getuid() == 0:
        assert person({"SUDO_USER": "meier"}) == "meier"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("14:00", "2026-11-26 13:00"),
        ("9:05", "2026-11-26 08:05"),
        ("2026-11-27", "2026-11-27 23:00"),
        ("2026-11-27T14:00", "2026-11-27 13:00"),
        ("2026-11-27 14:00", "2026-11-27 13:00"),
        ("2026-11-27T14:00Z", "2026-11-27 14:00"),
        ("2026-11-27T14:00+05:00", "2026-11-27 09:00"),
        ("2026-07-01T14:00", "2026-07-01 12:00"),
        ("2027-03-28T02:30", "2027-03-28 01:30"),
        ("90m", "2026-11-26 10:00"),
        ("2h", "2026-11-26 10:30"),
        ("3d", "2026-11-29 08:30"),
    ],
)
def test_a_time_is_typed_in_the_city_s_zone(text: str, utc: str) -> None:
    """Also on the day when the clocks change."""
    assert parse_until(text, NOW, BERLIN).strftime("%Y-%m-%d %H:%M") == utc


@pytest.mark.parametrize(
    "text", ["", "25:00", "14", "morgen", "2026-02-30", "0h", "1y", "9999-12-31", "-5h", "\uff114:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """With examples."""
    with pytest.raises(click.BadParameter, match="is no"):
        parse_until(text, NOW, BERLIN)


def test_a_span_is_days_weeks_or_years() -> None:
    """A year has 365 days."""
    assert [parse_span(text) for text in ("90d", " 12W ", "1y")] == [
        timedelta(days=90), timedelta(days=84), timedelta(days=365),
    ]  # fmt: skip
    for text in ("", "d", "0d", "-1d", "1.5d", "400", "1000000d", "2h", "\uff11d"):
        with pytest.raises(click.BadParameter, match="is no span of time, such as 90d, 12w or 1y"):
            parse_span(text)


def test_times_are_told_in_the_city_s_zone(tmp_path: Path) -> None:
    """UTC when the inventory cannot be read."""
    (tmp_path / "inventory").mkdir()
    for text, name in (
        ("settings: {timezone: Asia/Tokyo}", "Asia/Tokyo"), ("name: X", "Europe/Berlin"), ("settings: [", "UTC"),
        ("settings: {timezone: No/Where}", "UTC"), ("settings: {timezone: ../../etc/passwd}", "UTC"), ("[]", "UTC"),
        ("settings: {timezone: 7}", "UTC"), ("settings: 7", "UTC"),
    ):  # fmt: skip
        (tmp_path / "inventory" / "city.yml").write_text(text)
        assert str(city_zone(tmp_path)) == name, text
    assert shown(NOW, BERLIN) == "2026-11-26 09:30"
    assert shown(None, BERLIN) == ""


@given(st.text(max_size=30) | st.from_regex(r"[0-9T:+Z .-]{1,25}", fullmatch=True))
def test_whatever_is_typed_is_a_time_or_refused(text: str) -> None:
    """Nothing else comes of it."""
    try:
        found = parse_until(text, NOW, BERLIN)
    except click.BadParameter:
        return
    assert found.tzinfo is UTC
