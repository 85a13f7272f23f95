"""Which commit of a Git repository a workspace stands at, read from Git's files."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from campusctl.child import child_environ

_SHA: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_REF: Final = re.compile(r"ref: (refs/[^\s]+)")
_STATUS_S: Final = 2.0
"""How long to wait for Git to look at the files, in seconds."""


def inventory_commit(root: Path) -> str:
    """The commit checked out around a workspace, `+` behind it when inventory or templates differ from it.

    Returns:
        Hex digits; empty: there is no repository, no commit, or a form of repository that only Git itself reads.
    """
    try:
        commit = _checked_out(root)
    except (OSError, UnicodeDecodeError):
        return ""
    return commit + "+" if commit and _differs(root) else commit


def _checked_out(root: Path) -> str:
    folder = _git_folder(root)
    if folder is None:
        return ""
    head = (folder / "HEAD").read_text(encoding="utf-8").strip()
    found = _REF.fullmatch(head)
    if not found:
        return head if _SHA.fullmatch(head) else ""
    return next((sha for place in (folder, _common(folder)) if (sha := _resolved(place, found[1]))), "")


def _git_folder(root: Path) -> Path | None:
    """The folder `.git` of the nearest repository; in a worktree `.git` is a file that names it."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.is_dir():
            return git
        if git.is_file():
            text = git.read_text(encoding="utf-8").strip()
            return (folder / text.removeprefix("gitdir: ")).resolve() if text.startswith("gitdir: ") else None
    return None


def _common(folder: Path) -> Path:
    """Where a worktree's branches are."""
    file = folder / "commondir"
    return (folder / file.read_text(encoding="utf-8").strip()).resolve() if file.is_file() else folder


def _resolved(folder: Path, ref: str) -> str:
    loose = folder / ref
    if loose.is_file():
        sha = loose.read_text(encoding="ascii").strip()
        return sha if _SHA.fullmatch(sha) else ""
    packed = folder / "packed-refs"
    if not packed.is_file():
        return ""
    for line in packed.read_text(encoding="utf-8").splitlines():
        sha, _, name = line.partition(" ")
        if name == ref and _SHA.fullmatch(sha):
            return sha
    return ""


def _differs(root: Path) -> bool:
    """Files differ from the commit, as far as Git is installed and says so in time."""
    git = shutil.which("git")
    if git is None:
        return False
    # It gets no more than it needs: no variable of ours, no lock, no hook of a file watcher.
    command = [git, "-c", "core.fsmonitor=false", "status", "--porcelain", "--", "inventory", "templates"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, found in PATH
            command, cwd=root, env=child_environ({**kept, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_STATUS_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())
