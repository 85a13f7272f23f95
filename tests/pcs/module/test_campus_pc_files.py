"""Files, links, directories and absent paths: what is seen, what is written, what is kept and comes back."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from campus_pc_here import edits, file, run

if TYPE_CHECKING:
    from pathlib import Path


def test_file_is_written_whole_with_its_mode(tmp_path: Path) -> None:
    """A new file is one edit with its text, and stands with content and mode."""
    path = tmp_path / "motd"
    result = run(tmp_path, {"files": {str(path): file("Hallo\n", mode="0640")}})
    assert edits(result) == [(("file", str(path)), None, "Hallo\n")]
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("Hallo\n", 0o640)
    assert (result["changed"], result["remaining"]) == (True, [])


def test_check_mode_changes_nothing(tmp_path: Path) -> None:
    """Check mode says the same and writes neither the file nor anything of its own."""
    path = tmp_path / "motd"
    result = run(tmp_path, {"files": {str(path): file("Hallo\n")}}, check=True, keep="k")
    assert edits(result) == [(("file", str(path)), None, "Hallo\n")]
    assert list(tmp_path.iterdir()) == []
    assert (result["kept"], result["edits"][0]["done"]) == ("", False)


def test_missing_directories_are_edits_of_their_own(tmp_path: Path) -> None:
    """A file's directories are created with 0755, and are told."""
    path = tmp_path / "a/b/c"
    result = run(tmp_path, {"files": {str(path): file("x")}})
    made = [(("directory", str(tmp_path / name)), None, "0755") for name in ("a", "a/b")]
    assert edits(result) == [*made, (("file", str(path)), None, "x")]
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (b"\xff\xfe\x00", "sha256:ba778c026100 (3 bytes)"),
        ("ä".encode() * 5000, "sha256:1be92b276031 (10000 bytes)"),
        (b"line\r\n", "line\r\n"),
    ],
)
def test_long_and_binary_files_are_shown_as_a_digest(tmp_path: Path, before: bytes, shown: str) -> None:
    """Text up to 4096 characters is shown; anything else is its digest and size."""
    path = tmp_path / "x"
    path.write_bytes(before)
    path.chmod(0o644)
    result = run(tmp_path, {"files": {str(path): file("new\n")}}, check=True)
    assert edits(result) == [(("file", str(path)), shown, "new\n")]


def test_old_text_of_a_private_file_is_not_shown(tmp_path: Path) -> None:
    """What not everybody may read may hold a secret that no document names any more."""
    path = tmp_path / "x"
    path.write_text("psk=old")
    path.chmod(0o600)
    result = run(tmp_path, {"files": {str(path): file("new\n")}}, check=True)
    assert edits(result) == [(("file", str(path)), "********", "new\n"), (("file", str(path), "mode"), "0600", "0644")]


def test_link_in_the_place_of_a_file_is_replaced_and_kept(tmp_path: Path) -> None:
    """The file takes the link's place, what the link led to is untouched, and the link comes back."""
    target, path = tmp_path / "target", tmp_path / "x"
    target.write_text("mine")
    path.symlink_to(target)
    result = run(tmp_path, {"files": {str(path): file("new\n")}}, keep="k1")
    assert edits(result) == [(("file", str(path)), f"-> {target}", "new\n")]
    assert (target.read_text(), path.is_symlink()) == ("mine", False)
    back = run(tmp_path, {"restore": "k1"})
    assert edits(back) == [(("link", str(path)), "new\n", f"-> {target}")]
    assert path.readlink() == target


def test_directory_in_the_way_of_a_file_is_one_things_trouble(tmp_path: Path) -> None:
    """Check mode tells it, apply fails with it, and the other file is written all the same."""
    (tmp_path / "x").mkdir()
    document = {"files": {str(tmp_path / "x"): file("a"), str(tmp_path / "y"): file("b")}}
    checked = run(tmp_path, document, check=True)
    assert "fault" not in checked
    assert checked["notes"] == [f"cannot be done: {tmp_path}/x: a directory is in the way"]
    result = run(tmp_path, document)
    assert result["fault"] == {
        "kind": "rejected",
        "what": f"{tmp_path}/x: a directory is in the way (1 of 2 changes are made)",
        "hint": "remove it by hand",
    }
    assert [edit["done"] for edit in result["edits"]] == [False, True]
    assert [edit["path"] for edit in result["remaining"]] == [["file", str(tmp_path / "x")]]


def test_refused_by_its_validator_the_old_file_stays(tmp_path: Path) -> None:
    """What a validator does not take is never put in place, and the plan says so already."""
    path = tmp_path / "x"
    path.write_text("good\n")
    path.chmod(0o644)
    document = {"files": {str(path): file("bad\n", validate=["grep", "-q", "good", "%s"])}}
    assert run(tmp_path, document, check=True)["notes"] == [
        f"cannot be done: {path}: grep does not take it: exit code 1"
    ]
    result = run(tmp_path, document, keep="k")
    assert (result["fault"]["kind"], path.read_text(), result["kept"]) == ("rejected", "good\n", "")
    assert (
        run(tmp_path, {"files": {str(path): file("good 2\n", validate=["grep", "-q", "good", "%s"])}})["remaining"]
        == []
    )


def test_moved_pc_is_not_changed(tmp_path: Path) -> None:
    """Apply stands on what the plan saw: after that somebody wrote the file, so nothing is changed."""
    path = tmp_path / "x"
    document = {"files": {str(path): file("new\n")}}
    plan = run(tmp_path, document, check=True, salt="s")
    path.write_text("theirs")
    result = run(tmp_path, document, expect=plan["observed"], salt="s")
    assert (result["moved"], result["changed"], path.read_text()) == (True, False, "theirs")
    again = run(tmp_path, document, check=True, salt="s")
    done = run(tmp_path, document, expect=again["observed"], salt="s")
    assert (done["moved"], path.read_text()) == (False, "new\n")
    assert done["digest"] == run(tmp_path, document, check=True, salt="s")["observed"]


def test_digest_is_another_for_every_salt(tmp_path: Path) -> None:
    """Two PCs that are alike have digests that say nothing of each other."""
    document = {"files": {str(tmp_path / "x"): file("new\n")}}
    assert len({run(tmp_path, document, check=True, salt=salt)["observed"] for salt in ("a", "b")}) == 2


def test_restore_brings_back_what_was_replaced(tmp_path: Path) -> None:
    """Files, links, whole directories and modes come back, new things go, and the restore can be taken back in turn."""
    old, tree, link = tmp_path / "old", tmp_path / "tree", tmp_path / "link"
    old.write_text("before\n")
    old.chmod(0o600)
    (tree / "deep").mkdir(parents=True)
    (tree / "deep/x").write_text("x")
    link.symlink_to("/a")
    document = {
        "files": {str(old): file("after\n"), str(tmp_path / "sub/new"): file("new\n")},
        "links": {str(link): "/b"},
        "absent": {str(tree): True},
    }
    assert run(tmp_path, document, keep="run-1")["kept"] == "run-1"
    assert not tree.exists()
    said = edits(run(tmp_path, {"restore": "run-1"}, check=True))
    assert sorted(path for path, _, _ in said) == [
        ("directory", str(tmp_path / "sub")),
        ("directory", str(tree)),
        ("file", str(old)),
        ("file", str(tmp_path / "sub/new")),
        ("link", str(link)),
    ]
    back = run(tmp_path, {"restore": "run-1"}, keep="run-2")
    assert ("fault" in back, back["remaining"]) == (False, [])
    assert (old.read_text(), stat.S_IMODE(old.stat().st_mode), str(link.readlink())) == ("before\n", 0o600, "/a")
    assert ((tree / "deep/x").read_text(), (tmp_path / "sub").exists()) == ("x", False)
    again = run(tmp_path, {"restore": "run-2"})
    assert (again["remaining"], again["notes"]) == ([], [f"{tree}: something is in it by now; it stays"])
    assert (old.read_text(), (tmp_path / "sub/new").read_text()) == ("after\n", "new\n")


def test_restore_leaves_what_somebody_changed_since(tmp_path: Path) -> None:
    """A file that is not as the change left it is somebody's: it stays, and is told."""
    path = tmp_path / "x"
    path.write_text("before")
    run(tmp_path, {"files": {str(path): file("after")}}, keep="k")
    path.write_text("theirs")
    result = run(tmp_path, {"restore": "k"})
    assert result["notes"] == [f"{path}: somebody else has changed it since; it stays as it is"]
    assert (path.read_text(), result["edits"]) == ("theirs", [])


def test_restore_of_nothing_is_refused(tmp_path: Path) -> None:
    """An id under which nothing is kept, or not any more, is an error in words."""
    fault = run(tmp_path, {"restore": "never"})["fault"]
    assert (fault["kind"], fault["what"]) == ("refused", "this PC keeps nothing of never")


def test_leftovers_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    """A run that was killed while it wrote leaves a file beside; the next one that changes something removes it."""
    leftover = tmp_path / ".x.campusctl-0123abcd"
    leftover.write_text("half")
    run(tmp_path, {"files": {str(tmp_path / "x"): file("whole")}})
    assert (leftover.exists(), (tmp_path / "x").read_text()) == (False, "whole")


def test_deadline_ends_a_validator_and_tells_what_was_done(tmp_path: Path) -> None:
    """The module stops by itself: the command is ended, what came after it is not done, and it is a timeout."""
    first, slow = tmp_path / "a", tmp_path / "b"
    path = tmp_path / "validator"
    path.write_text('#!/bin/sh\n[ -e "$1.slow" ] || [ ! -e ' + str(first) + " ] || exec sleep 60\n")
    path.chmod(0o755)
    document = {"files": {str(first): file("1"), str(slow): file("2", validate=[str(path), "%s"])}}
    result = run(tmp_path, document, deadline_s=3.0)
    assert result["fault"]["kind"] == "timeout"
    assert [edit["done"] for edit in result["edits"]] == [True, False]
    assert not slow.exists()


def test_user_of_the_pc_cannot_lead_root_astray(tmp_path: Path) -> None:
    """A link that a user put on the way to a file is not followed."""
    if os.geteuid() != 0:
        pytest.skip("only root can be led astray")
    home, secret = tmp_path / "home", tmp_path / "etc"
    secret.mkdir()
    home.mkdir()
    (home / "config").symlink_to(secret)
    os.chown(home, 65534, 65534)
    result = run(tmp_path, {"files": {str(home / "config/x"): file("x")}})
    assert result["fault"]["what"].startswith(f"{home}/config: the link config on the way to it is not root's own")
    assert list(secret.iterdir()) == []


def test_kept_changes_are_tidied(tmp_path: Path) -> None:
    """The newest thirty stay whatever their age, and everything younger than ninety days."""
    kept = tmp_path / "state/kept"
    for number in range(40):
        folder = kept / f"old-{number:02d}"
        folder.mkdir(parents=True)
        os.utime(folder, (1_000_000 + number, 1_000_000 + number))
    run(tmp_path, {"files": {str(tmp_path / "x"): file("x")}}, keep="new")
    assert sorted(path.name for path in kept.iterdir()) == ["new", *(f"old-{number:02d}" for number in range(11, 40))]
