"""What a plan stands on beside inventory and templates: playbooks, roles, plugins."""

from pathlib import Path

import pytest

from campusctl.render import playbooks_digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A playbook, and a role with a task."""
    (tmp_path / "roles" / "x" / "tasks").mkdir(parents=True)
    (tmp_path / "pcs.yml").write_text("[]\n")
    (tmp_path / "roles" / "x" / "tasks" / "main.yml").write_text("[]\n")
    return tmp_path


def test_any_file_counts(folder: Path) -> None:
    """Content and place; what Python leaves behind does not."""
    before = playbooks_digest(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"1")
    assert playbooks_digest(folder) == before
    task = folder / "roles" / "x" / "tasks" / "main.yml"
    task.write_text("[{}]\n")
    changed = playbooks_digest(folder)
    task.rename(task.with_name("other.yml"))
    assert len({before, changed, playbooks_digest(folder)}) == 3


def test_a_large_file_counts_by_size_and_time(folder: Path) -> None:
    """A role may carry packages of many megabytes."""
    large = folder / "roles" / "x" / "package.deb"
    large.write_bytes(b"0" * 1_000_001)
    before = playbooks_digest(folder)
    large.write_bytes(b"0" * 1_000_002)
    assert playbooks_digest(folder) != before


def test_a_link_that_leads_nowhere_is_a_file_like_any(folder: Path) -> None:
    """And no folder at all is nothing to stand on."""
    before = playbooks_digest(folder)
    (folder / "gone").symlink_to("/nowhere/at/all")
    assert playbooks_digest(folder) != before
    assert playbooks_digest(folder / "missing") == ""
