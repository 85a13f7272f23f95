"""The Git repository around a workspace, as far as an edit of the inventory has to do with it.

The git program and not a library: the person's identity, signing, hooks and configuration are its business, and dulwich
runs no hooks of a commit that takes only some files.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from campusctl.child import child_environ
from campusctl.errors import CampusError
from campusctl.model.printable import printable
from campusctl.model.sentence import sentence

_PLACES: Final = frozenset({
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
})  # fmt: skip
"""Variables that lead Git to another repository, as they are set within a hook."""
_MIDDLE: Final = {
    "MERGE_HEAD": "merge", "rebase-merge": "rebase", "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick", "REVERT_HEAD": "revert", "BISECT_LOG": "bisect",
}  # fmt: skip
"""Files and folders below `.git` that say what a repository is in the middle of."""
_MOST_LINES: Final = 12
_REF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


class GitError(CampusError):
    """Git cannot take the change; nothing was written, or what was written is taken back."""


class Standing(NamedTuple):
    """How the repository stands to some files of the workspace."""

    commits: bool
    """They can be committed."""
    why_not: str = ""
    """Why they are not, in one sentence; empty: they are, or there is no repository at all."""
    branch: str = ""
    """The branch that is checked out; empty: none."""

    def words(self) -> str:
        """What will become of the change, in one sentence."""
        if self.commits and self.branch:
            return sentence("the change is committed on branch {branch}", branch=self.branch)
        if self.commits:
            return sentence("the change is committed")
        if self.why_not:
            return sentence("the change is written and not committed: {why}", why=self.why_not)
        return sentence("the change is written")


def standing(root: Path, files: Sequence[str], branch: str = "") -> Standing:
    """Whether an edit of some files can be committed.

    Args:
        root: The workspace.
        files: Paths relative to it.
        branch: A branch of its own for it, to be made; empty: the one that is checked out.

    Raises:
        GitError: There is a repository, and it is no moment for a commit: it is in the middle of something, the files
            have changes that are not committed, no branch is checked out, or the branch asked for cannot be made.
    """
    if not _is_repository(root):
        return _without(branch, "")
    if shutil.which("git") is None:
        return _without(branch, sentence("git is not installed (Debian package git)"))
    if _run(root, "rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
        said = _last_line(_run(root, "status").stderr)
        return _without(branch, sentence("Git does not read this repository: {words}", words=said))
    _refuse_middle(root)
    here = _run(root, "symbolic-ref", "--quiet", "--short", "HEAD").stdout.strip()
    unknown = _run(root, "ls-files", "--error-unmatch", "--", *files).returncode != 0
    if unknown or _run(root, "rev-parse", "--verify", "--quiet", "HEAD").returncode != 0:
        return _without(branch, sentence("Git does not know these files yet: add and commit them once"))
    _refuse_dirty(root, files)
    if not here and not branch:
        what = sentence("no branch is checked out (detached HEAD), a commit would be lost")
        raise GitError(what, sentence("say --branch NAME"))
    if branch:
        _refuse_branch(root, branch)
    return Standing(commits=True, branch=branch or here)


def _without(branch: str, why_not: str) -> Standing:
    if branch:
        what = sentence("there is no branch {branch} without a commit", branch=branch)
        raise GitError(what, why_not or sentence("the workspace is no Git repository"))
    return Standing(commits=False, why_not=why_not)


def commit(root: Path, files: Sequence[str], message: str, branch: str = "") -> str:
    """Commit some files as they are on the disk, and nothing else; hooks run, other staged changes stay staged.

    Args:
        root: The workspace.
        files: Paths relative to it.
        message: Subject, and after an empty line more.
        branch: Made and checked out first; empty: the one that is checked out.

    Returns:
        The commit, 40 hex digits (64 in a repository of SHA-256).

    Raises:
        GitError: Git or a hook refused; the branch is as it was, the files are not touched.
    """
    before = _run(root, "rev-parse", "HEAD").stdout.strip()
    here = _run(root, "symbolic-ref", "--quiet", "--short", "HEAD").stdout.strip() or before
    if branch:
        made = _run(root, "switch", "--quiet", "--create", branch)
        _checked(made, sentence("the branch {branch} cannot be made", branch=branch))
    try:
        done = _run(root, "commit", "--quiet", "--only", "--file=-", "--", *files, told=message)
        _checked(done, sentence("Git did not take the change"))
    except BaseException:
        # After Ctrl-C the commit may stand all the same.
        after = _run(root, "rev-parse", "HEAD").stdout.strip()
        if after != before:
            return after
        if branch:
            _run(root, "switch", "--quiet", *([] if here != before else ["--detach"]), here)
            _run(root, "branch", "--quiet", "--delete", "--force", branch)
        raise
    return _run(root, "rev-parse", "HEAD").stdout.strip()


def left_behind(root: Path, files: Sequence[str]) -> tuple[str, ...]:
    """Files that differ from the newest commit after all: a hook has changed them."""
    found = _run(root, "diff", "--name-only", "--relative", "-z", "HEAD", "--", *files).stdout
    return tuple(name for name in found.split("\0") if name)


def _is_repository(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def _refuse_middle(root: Path) -> None:
    folder = Path(_run(root, "rev-parse", "--absolute-git-dir").stdout.strip())
    for name, what in _MIDDLE.items():
        if (folder / name).exists():
            said = sentence("the Git repository is in the middle of a {command}", command=what)
            raise GitError(said, sentence("end that first: git status says how"))


def _refuse_dirty(root: Path, files: Sequence[str]) -> None:
    said = _run(root, "status", "--porcelain", "-z", "--untracked-files=no", "--", *files).stdout
    dirty = sorted(entry[3:] for entry in said.split("\0") if len(entry) > 3)
    if dirty:
        names = ", ".join(map(printable, dirty))
        what = sentence("{files}: has changes that are not committed", files=names)
        raise GitError(what, sentence("commit them first, or take them back"))


def _refuse_branch(root: Path, branch: str) -> None:
    good = _REF.fullmatch(branch) and _run(root, "check-ref-format", "--branch", branch).returncode == 0
    if not good:
        what = sentence("{branch} is no name of a branch", branch=repr(printable(branch)))
        raise GitError(what, sentence("such as {example}", example="tafel-r101"))
    if _run(root, "show-ref", "--verify", "--quiet", f"refs/heads/{branch}").returncode == 0:
        raise GitError(sentence("there is a branch {branch} already", branch=branch), sentence("choose another name"))


def _checked(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode == 0:
        return
    said = [printable(line.rstrip()) for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    quoted = "\n  ".join(said[-_MOST_LINES:])
    words = quoted or sentence("it says nothing")
    told = sentence("{what}, so the inventory is as it was:\n  {words}", what=what, words=words)
    raise GitError(told, sentence("git commit says the same"))


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return printable(lines[0].strip()) if lines else "it says nothing"


def _run(root: Path, *arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
    """One command of Git in the workspace; Ctrl-C reaches it too, as it is of our group."""
    environ = {name: value for name, value in os.environ.items() if name not in _PLACES}
    environ |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    words = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    return subprocess.run(  # noqa: S603 - a list of words, no shell; paths stand behind `--`
        words, cwd=root, env=child_environ(environ),
        input=told, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
