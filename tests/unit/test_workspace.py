"""Finding the workspace, and making one."""

from pathlib import Path

import pytest

from campusctl import workspace
from campusctl.errors import WorkspaceError
from campusctl.inventory.load import check


def test_the_nearest_workspace_above_is_found(musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Like Git does: from any folder below."""
    monkeypatch.delenv("CAMPUSCTL_WORKSPACE", raising=False)
    monkeypatch.chdir(musterstadt / "inventory/schools/schule-042")
    assert workspace.find() == musterstadt
    assert workspace.find(start=musterstadt / "inventory") == musterstadt


def test_a_named_workspace_goes_before_the_environment(
    musterstadt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--workspace`, then CAMPUSCTL_WORKSPACE, then the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMPUSCTL_WORKSPACE", str(musterstadt))
    assert workspace.find() == musterstadt
    workspace.create(tmp_path / "other")
    assert workspace.find(explicit=tmp_path / "other") == tmp_path / "other"


def test_no_workspace_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the folder that was looked at."""
    monkeypatch.delenv("CAMPUSCTL_WORKSPACE", raising=False)
    with pytest.raises(WorkspaceError) as caught:
        workspace.find(start=tmp_path)
    assert caught.value.what == f"no workspace in {tmp_path} or above it (inventory/city.yml is missing)"
    assert caught.value.hint == "`campusctl init DIR` makes one; `--workspace DIR` names one that is elsewhere"


@pytest.mark.parametrize(
    ("name", "what"), [("nowhere", "is no folder"), ("empty", "is no workspace: inventory/city.yml is missing")]
)
def test_a_named_folder_must_be_one(tmp_path: Path, name: str, what: str) -> None:
    """The parent folders are not looked at."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match=what):
        workspace.find(explicit=tmp_path / name)


def test_the_state_folder_is_private_and_ignored(musterstadt: Path) -> None:
    """Mode 0700, and Git does not see it."""
    folder = workspace.state_dir(musterstadt)
    assert folder == musterstadt / ".campusctl"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"
    assert workspace.state_dir(musterstadt) == folder


def test_a_file_in_the_state_folders_place_is_told(musterstadt: Path) -> None:
    """Not a traceback."""
    (musterstadt / ".campusctl").write_text("")
    with pytest.raises(WorkspaceError, match=r"cannot use .*\.campusctl"):
        workspace.state_dir(musterstadt)


def test_a_new_workspace_is_valid(tmp_path: Path) -> None:
    """The example city, the templates and a `.gitignore`; a `.git` may be there already."""
    (tmp_path / "new" / ".git").mkdir(parents=True)
    workspace.create(tmp_path / "new")
    assert check(tmp_path / "new") == ()
    assert (tmp_path / "new/templates/switch").is_dir()
    assert ".campusctl/" in (tmp_path / "new/.gitignore").read_text()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """Nothing is overwritten, nothing is added."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(WorkspaceError) as caught:
        workspace.create(tmp_path)
    assert caught.value.what == f"{tmp_path} is not empty"
    assert [item.name for item in tmp_path.iterdir()] == ["notes.txt"]
