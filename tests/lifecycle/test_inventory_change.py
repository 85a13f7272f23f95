"""An edit of the inventory is found right first, then written and committed as a whole, or not at all."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from campusctl.errors import InventoryError
from campusctl.inventory.device_edits import changed, renamed
from campusctl.inventory.edit import EditError
from campusctl.inventory.edit_files import Edited, FileEdit
from campusctl.inventory.load import load_city
from campusctl.workflow.git_care import GitError, standing
from campusctl.workflow.inventory_change import keep, prepare, undo

BOARD = "s042-r101-dt01"
ROOMS = "inventory/schools/schule-042/devices-rooms.yml"
SCHOOL = "inventory/schools/schule-042/school.yml"

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="Debian package git is missing")


def git(root: Path, *words: str) -> str:
    """One command of Git, which must succeed."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Git knows nobody but the person of these tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "gitconfig").write_text(
        "[user]\nname = Campus Manager\nemail = campus@musterstadt.example\n[init]\ndefaultBranch = main\n"
    )


@pytest.fixture
def repo(musterstadt: Path, alone: None) -> Path:
    """The example city, committed."""
    git(musterstadt, "init", "--quiet")
    git(musterstadt, "add", ".")
    git(musterstadt, "commit", "--quiet", "-m", "Begin")
    return musterstadt


def swapped(root: Path, serial: str = "NEW-1") -> Edited:
    """A board with another serial number."""
    city = load_city(root, ["schule-042"])
    return prepare(root, changed(city, city.school("schule-042"), BOARD, {"serial": serial}))


def files(root: Path) -> dict[str, bytes]:
    """Every inventory file."""
    return {
        str(path.relative_to(root)): path.read_bytes() for path in (root / "inventory").rglob("*") if path.is_file()
    }


# -- found right before a byte is written ---------------------------------------------------------------------------


def test_an_inventory_that_would_be_wrong_is_refused_with_file_and_line(musterstadt: Path) -> None:
    """As it would stand in the edited file; nothing is written."""
    before = files(musterstadt)
    with pytest.raises(InventoryError) as refused:
        swapped(musterstadt, "BD042-0102")
    (problem,) = refused.value.problems
    assert str(problem).splitlines()[0] == f"{ROOMS}:7: s042-r102-dt01: serial BD042-0102 is that of {BOARD} too"
    assert files(musterstadt) == before


def test_a_serial_of_another_school_is_refused_too(musterstadt: Path) -> None:
    """The whole city is looked at."""
    with pytest.raises(InventoryError, match="BD101-0001 is that of"):
        swapped(musterstadt, "BD101-0001")


def test_a_mac_of_another_school_is_found_however_it_is_spelled(musterstadt: Path) -> None:
    """Dots, hyphens and capitals are the same address."""
    other = musterstadt / "inventory" / "schools" / "schule-101" / "devices.csv"
    other.write_text(other.read_text().replace("20:4c:03:65:00:01", "204C.0365.0001"))
    city = load_city(musterstadt, ["schule-042"])
    edits = changed(city, city.school("schule-042"), BOARD, {"mac": "20:4c:03:65:00:01"})
    with pytest.raises(InventoryError, match="MAC 20:4c:03:65:00:01 is that of"):
        prepare(musterstadt, edits)


def test_what_was_wrong_before_elsewhere_stands_in_nobodys_way(musterstadt: Path) -> None:
    """Another school's mistake is not ours; a new one there is."""
    other = musterstadt / "inventory" / "schools" / "schule-007" / "school.yml"
    other.write_text(other.read_text().replace("type: ", "type: x"))
    assert swapped(musterstadt).files == (ROOMS,)
    with pytest.raises(InventoryError):
        prepare(musterstadt, [FileEdit("inventory/city.yml", "remove", ("vlans", "60"))])


def test_what_was_wrong_before_in_the_same_school_is_refused(musterstadt: Path) -> None:
    """Nobody knows what an edit of a wrong school means."""
    city = load_city(musterstadt, ["schule-042"])
    edits = changed(city, city.school("schule-042"), BOARD, {"serial": "NEW-1"})
    school = musterstadt / SCHOOL
    school.write_text(school.read_text().replace("type: gymnasium", "type: gymnasum"))
    with pytest.raises(InventoryError, match="gymnasum"):
        prepare(musterstadt, edits)


# -- without Git ----------------------------------------------------------------------------------------------------


def test_without_a_repository_the_files_are_written_and_undone(musterstadt: Path) -> None:
    """No commit is named."""
    before = files(musterstadt)
    found = swapped(musterstadt)
    assert keep(found, "Swap") == ""
    assert b"serial: NEW-1" in (musterstadt / ROOMS).read_bytes()
    assert undo(found, "Back") == ""
    assert files(musterstadt) == before


def test_a_branch_needs_a_repository(musterstadt: Path) -> None:
    """Nothing is written."""
    before = files(musterstadt)
    with pytest.raises(GitError, match="no branch tafel without a commit"):
        keep(swapped(musterstadt), "Swap", branch="tafel")
    assert files(musterstadt) == before


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(musterstadt: Path) -> None:
    """Their work stays, ours is not begun."""
    found = swapped(musterstadt)
    (musterstadt / ROOMS).write_text("theirs")
    with pytest.raises(EditError, match="was changed meanwhile"):
        keep(found, "Swap")
    assert (musterstadt / ROOMS).read_text() == "theirs"


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_whichever_write_fails_every_file_is_as_it_was(
    musterstadt: Path, monkeypatch: pytest.MonkeyPatch, at: int, fault: BaseException
) -> None:
    """Three files change when a printer gets another name; a full disk or Ctrl-C at each of them."""
    city = load_city(musterstadt, ["schule-042"])
    found = prepare(musterstadt, renamed(city, city.school("schule-042"), "s042-r201-pr01", "s042-r201-pr09"))
    assert len(found.files) == 3
    before, real, calls = files(musterstadt), Path.replace, [0]

    def failing(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == at:
            raise fault
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", failing)
        with pytest.raises(type(fault)):
            keep(found, "Rename")
    assert files(musterstadt) == before


@pytest.mark.parametrize("at", [1, 2, 3])
def test_whichever_file_cannot_be_put_on_the_disk_none_is_changed(
    musterstadt: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """And no half of a new one lies about."""
    city = load_city(musterstadt, ["schule-042"])
    found = prepare(musterstadt, renamed(city, city.school("schule-042"), "s042-r201-pr01", "s042-r201-pr09"))
    before, real, calls = files(musterstadt), os.fsync, [0]

    def full(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            keep(found, "Rename")
    assert files(musterstadt) == before


# -- with Git -------------------------------------------------------------------------------------------------------


@needs_git
def test_exactly_the_edited_files_are_committed_by_the_person_themselves(repo: Path) -> None:
    """What they had staged stays staged, what they had not stays as it is."""
    (repo / "inventory" / "city.yml").write_text((repo / "inventory" / "city.yml").read_text() + "# staged\n")
    git(repo, "add", "inventory/city.yml")
    (repo / SCHOOL).write_text((repo / SCHOOL).read_text() + "# not staged\n")
    commit = keep(swapped(repo), f"Swap {BOARD}\n\nserial: BD042-0101 -> NEW-1")
    assert git(repo, "rev-parse", "HEAD") == commit
    assert git(repo, "show", "--format=%an <%ae>%n%B", "--name-only", commit).split("\n") == [
        "Campus Manager <campus@musterstadt.example>", f"Swap {BOARD}", "", "serial: BD042-0101 -> NEW-1", "", "",
        ROOMS,
    ]  # fmt: skip
    assert git(repo, "status", "--porcelain").split("\n") == ["M  inventory/city.yml", f" M {SCHOOL}".rstrip()]


@needs_git
def test_undo_is_a_commit_of_its_own(repo: Path) -> None:
    """Both stay in the history; the files are as they were."""
    before, found = files(repo), swapped(repo)
    keep(found, "Swap")
    undo(found, "Take back")
    assert files(repo) == before
    assert git(repo, "log", "--format=%s").split("\n") == ["Take back", "Swap", "Begin"]
    assert git(repo, "status", "--porcelain") == ""


@needs_git
def test_a_branch_of_its_own_is_made_and_stayed_on(repo: Path) -> None:
    """The branch before does not move."""
    keep(swapped(repo), "Swap", branch="tafel-r101")
    assert git(repo, "branch", "--show-current") == "tafel-r101"
    assert git(repo, "log", "--format=%s", "main") == "Begin"
    assert git(repo, "log", "--format=%s", "tafel-r101").split("\n") == ["Swap", "Begin"]


def _merge(repo: Path) -> None:
    (repo / ".git" / "MERGE_HEAD").write_text(git(repo, "rev-parse", "HEAD"))


def _rebase(repo: Path) -> None:
    (repo / ".git" / "rebase-merge").mkdir()


def _dirty(repo: Path) -> None:
    (repo / ROOMS).write_text((repo / ROOMS).read_text() + "# mine\n")


def _dirty_and_staged(repo: Path) -> None:
    _dirty(repo)
    git(repo, "add", ROOMS)


def _detached(repo: Path) -> None:
    git(repo, "switch", "--quiet", "--detach")


@needs_git
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (_merge, "in the middle of a merge"),
        (_rebase, "in the middle of a rebase"),
        (_dirty, "devices-rooms.yml: has changes that are not committed"),
        (_dirty_and_staged, "devices-rooms.yml: has changes that are not committed"),
        (_detached, "no branch is checked out"),
    ],
)
def test_when_it_is_no_moment_for_a_commit_nothing_is_written(
    repo: Path, state: Callable[[Path], None], words: str
) -> None:
    """The sentence says why."""
    state(repo)
    before, head = files(repo), git(repo, "rev-parse", "HEAD")
    with pytest.raises(GitError, match=words):
        keep(swapped(repo), "Swap")
    assert files(repo) == before
    assert git(repo, "rev-parse", "HEAD") == head


@needs_git
@pytest.mark.parametrize(
    ("name", "words"),
    [("main", "a branch main already"), ("-x", "no name of a branch"), ("a..b", "no name of a branch")],
)
def test_a_branch_that_cannot_be_made_is_refused(repo: Path, name: str, words: str) -> None:
    """Before anything is written; a name is never taken for an option."""
    before = files(repo)
    with pytest.raises(GitError, match=words):
        keep(swapped(repo), "Swap", branch=name)
    assert files(repo) == before


def _hook(repo: Path, name: str, script: str) -> None:
    path = repo / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@needs_git
@pytest.mark.parametrize("branch", ["", "tafel-r101"])
def test_a_hook_that_refuses_is_quoted_and_everything_is_as_it_was(repo: Path, branch: str) -> None:
    """Files, branch, index; the branch that was made for it is gone."""
    _hook(repo, "pre-commit", "echo 'serial numbers begin with BD' >&2; exit 1")
    before = files(repo)
    with pytest.raises(GitError, match="serial numbers begin with BD"):
        keep(swapped(repo), "Swap", branch=branch)
    assert files(repo) == before
    assert git(repo, "status", "--porcelain") == ""
    assert git(repo, "branch", "--format=%(refname:short)") == "main"


@needs_git
def test_a_hook_sees_only_what_is_committed(repo: Path) -> None:
    """Not what the person has staged besides."""
    (repo / "inventory" / "city.yml").write_text((repo / "inventory" / "city.yml").read_text() + "# staged\n")
    git(repo, "add", "inventory/city.yml")
    _hook(repo, "pre-commit", 'git diff --cached --name-only > "$(git rev-parse --git-dir)/seen"')
    keep(swapped(repo), "Swap")
    assert (repo / ".git" / "seen").read_text().strip() == ROOMS


@needs_git
def test_without_an_identity_nothing_is_kept(repo: Path, tmp_path: Path) -> None:
    """Git's own words are quoted."""
    (tmp_path / "gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    before = files(repo)
    with pytest.raises(GitError, match=r"user\.name|tell me who you are|auto-detection"):
        keep(swapped(repo), "Swap")
    assert files(repo) == before


@needs_git
def test_files_that_git_does_not_know_are_written_and_that_is_said(musterstadt: Path, alone: None) -> None:
    """A repository without a commit, or one that ignores the inventory."""
    git(musterstadt, "init", "--quiet")
    found = swapped(musterstadt)
    assert standing(musterstadt, found.files).words() == (
        "the change is written and not committed: Git does not know these files yet: add and commit them once"
    )
    assert keep(found, "Swap") == ""
    assert b"NEW-1" in (musterstadt / ROOMS).read_bytes()


@needs_git
def test_a_workspace_below_the_top_of_its_repository(tmp_path: Path, alone: None) -> None:
    """Paths are the workspace's."""
    root = tmp_path / "city" / "workspace"
    shutil.copytree(Path(__file__).parents[2] / "inventory", root / "inventory")
    git(root.parent, "init", "--quiet")
    git(root.parent, "add", ".")
    git(root.parent, "commit", "--quiet", "-m", "Begin")
    commit = keep(swapped(root), "Swap")
    assert git(root, "show", "--format=", "--name-only", commit) == f"workspace/{ROOMS}"


@needs_git
def test_variables_of_a_hook_lead_git_nowhere_else(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be called from a hook of another repository."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    commit = keep(swapped(repo), "Swap")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert git(repo, "rev-parse", "HEAD") == commit
