"""An Oxidized repository read as baseline: bare or not, one for all or one per group."""

from pathlib import Path

import pytest
from oxidized_repo import git, make

from campusctl.backups import oxidized
from campusctl.errors import BackupError

HEADER = "! Last configuration change at 10:00\n# model comment\n\n"


def _names(path: Path) -> list[tuple[str, str]]:
    return [(node.group, node.name) for node in oxidized.nodes(path)]


def test_one_repository_with_groups(tmp_path: Path) -> None:
    """`single_repo: true`: a folder per group; bare is the same."""
    root = make(tmp_path / "work", {"schule-042/s042-a1-sw01": f"{HEADER}hostname a\n", "s007-v1-sw01": "x\n"})
    git(tmp_path, "clone", "-q", "--bare", "work", "devices.git")
    expected = [("work", "s007-v1-sw01"), ("schule-042", "s042-a1-sw01")]
    assert _names(root) == expected
    assert [name for _, name in _names(tmp_path / "devices.git")] == [name for _, name in expected]
    texts = oxidized.texts(oxidized.nodes(tmp_path / "devices.git"))
    assert sorted(texts.values()) == ["hostname a\n", "x\n"]


def test_a_repository_per_group(tmp_path: Path) -> None:
    """A folder of repositories: their names are the groups."""
    make(tmp_path / "oxidized" / "schule-042.git", {"s042-a1-sw01.schulen.example": "x\n"})
    make(tmp_path / "oxidized" / "schule-007.git", {"10.7.3.11": "y\n"})
    assert _names(tmp_path / "oxidized") == [
        ("schule-007", "10.7.3.11"),
        ("schule-042", "s042-a1-sw01.schulen.example"),
    ]


def test_every_revision_with_its_date(tmp_path: Path) -> None:
    """Only what changed, oldest first, only of the nodes that are wanted."""
    root = make(tmp_path / "r", {"g/a": "1\n", "g/b": "1\n"}, {"g/b": "2\n"}, {"g/a": "3\n"}, {"g/c": "4\n"})
    wanted = [node for node in oxidized.nodes(root) if node.name == "a"]
    told = [(item.when.isoformat(), item.message, list(item.texts.values())) for item in oxidized.revisions(wanted)]
    assert told == [
        ("2026-01-01T01:00:00+00:00", "update g/a g/b", ["1\n"]),
        ("2026-01-03T01:00:00+00:00", "update g/a", ["3\n"]),
    ]


def test_links_and_hidden_files_are_no_nodes(tmp_path: Path) -> None:
    """What a repository holds is data: nothing in it is followed."""
    root = make(tmp_path / "r", {"g/a": "1\n", ".gitignore": "x\n"})
    (root / "g" / "link").symlink_to("/etc/passwd")
    (root / "etc").symlink_to("/etc")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "links")
    assert [name for _, name in _names(root)] == ["a"]


def test_what_oxidized_hid_and_what_it_cannot_decode(tmp_path: Path) -> None:
    """Its placeholder has no blank in it any more, so that it reads as one word."""
    root = make(tmp_path / "r", {"a": "snmp-server community <secret hidden> RO\n"})
    (root / "a").write_bytes((root / "a").read_bytes() + b"\xff\r\n")
    git(root, "commit", "-qam", "x")
    assert list(oxidized.texts(oxidized.nodes(root)).values()) == ["snmp-server community <hidden> RO\n\ufffd\n"]


@pytest.mark.parametrize("made", ["nothing", "file", "empty", "damaged", "no commit"])
def test_what_is_no_repository_is_told(tmp_path: Path, made: str) -> None:
    """Or it has no nodes; never a traceback."""
    path = tmp_path / "r"
    if made == "file":
        path.write_text("x")
    elif made == "empty":
        path.mkdir()
    elif made == "no commit":
        make(path)
        assert oxidized.nodes(path) == ()
        return
    elif made == "damaged":
        make(path, {"a": "1\n"})
        (path / ".git" / "refs" / "heads" / "master").write_text("e" * 40)
    with pytest.raises(BackupError) as told:
        oxidized.nodes(path)
    assert told.value.hint
