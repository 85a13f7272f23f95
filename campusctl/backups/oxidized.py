"""An Oxidized Git repository, read as baseline. What stands in it is data: nothing in it is run or followed."""

import re
import stat
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campusctl.errors import BackupError

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID, Tree
    from dulwich.repo import Repo

_LARGEST: Final = 8 << 20
"""Bytes of a text from which on it is no configuration."""
_MOST_NODES: Final = 100_000
_DEEPEST: Final = 4
"""Folders in folders: Oxidized makes one level, a path in the group's name some more."""


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A device as Oxidized knows it."""

    repository: str
    """Path of the repository it stands in."""
    path: str
    """Path in the repository, such as `schule-042/s042-a1-sw01`."""

    @property
    def name(self) -> str:
        """The node's own name: a host name, with or without a domain, or an address."""
        return self.path.rpartition("/")[2]

    @property
    def group(self) -> str:
        """Its group; of a repository per group, the repository's name."""
        return self.path.rpartition("/")[0] or Path(self.repository).name.removesuffix(".git")


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed at one moment."""

    when: datetime
    """When Oxidized kept it (UTC)."""
    message: str
    """What it said, first line."""
    texts: Mapping[Node, str]
    """The texts that changed."""


def nodes(path: Path) -> tuple[Node, ...]:
    """Every node of a repository (bare or not), or of a folder with a repository per group.

    Raises:
        BackupError: There is no Git repository, or it cannot be read.
    """
    return tuple(Node(str(root), name) for root in _roots(path) for name in sorted(_newest(root)))


def texts(wanted: Collection[Node]) -> dict[Node, str]:
    """The newest text of each node, comments on top left out.

    Raises:
        BackupError: A repository cannot be read.
    """
    found: dict[Node, str] = {}
    for root in sorted({node.repository for node in wanted}):
        newest = _newest(Path(root))
        with _opened(Path(root)) as repo:
            for node in wanted:
                if node.repository == root and node.path in newest:
                    found[node] = _text(repo, newest[node.path])
    return found


def revisions(wanted: Collection[Node]) -> Iterator[Revision]:
    """Every revision of the nodes, of each repository from the oldest to the newest.

    Raises:
        BackupError: A repository cannot be read.
    """
    for root in sorted({node.repository for node in wanted}):
        mine = {node.path: node for node in wanted if node.repository == root}
        with _opened(Path(root)) as repo:
            before: dict[str, ObjectID] = {}
            known: dict[ObjectID, dict[str, ObjectID]] = {}
            for commit in reversed(list(_line(repo))):
                now = {name: blob for name, blob in _files(repo, _root(repo, commit), known).items() if name in mine}
                changed = [name for name, blob in now.items() if before.get(name) != blob]
                if changed:
                    message = commit.message.decode(errors="replace").partition("\n")[0]
                    when = datetime.fromtimestamp(commit.commit_time, UTC)
                    yield Revision(when, message, {mine[name]: _text(repo, now[name]) for name in changed})
                before = now


def _roots(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        raise BackupError(f"{path} is no folder", "name Oxidized's Git repository, such as …/oxidized/devices.git")
    if _is_repository(path):
        return (path,)
    found = tuple(sorted(child for child in path.iterdir() if child.is_dir() and _is_repository(child)))
    if not found:
        raise BackupError(
            f"{path} is no Git repository, and has none in it", "Oxidized writes one when its output is `git`"
        )
    return found


def _is_repository(path: Path) -> bool:
    return (path / ".git").is_dir() or all((path / part).exists() for part in ("HEAD", "objects", "refs"))


@contextmanager
def _opened(root: Path) -> "Iterator[Repo]":
    from dulwich.errors import FileFormatException, NotGitRepository  # noqa: PLC0415 - slow to import
    from dulwich.repo import Repo  # noqa: PLC0415 - likewise

    with ExitStack() as stack:
        try:
            repo = stack.enter_context(Repo(str(root)))
            yield repo
        except (
            OSError,
            NotGitRepository,
            FileFormatException,
            KeyError,
            ValueError,
            AssertionError,
            zlib.error,
        ) as wrong:
            what = getattr(wrong, "strerror", None) or type(wrong).__name__
            raise BackupError(f"cannot read {root}: {what}", "`git fsck` in it says more") from wrong


def _newest(root: Path) -> "dict[str, ObjectID]":
    with _opened(root) as repo:
        commit = next(_line(repo), None)
        return _files(repo, _root(repo, commit), {}) if commit else {}


def _line(repo: "Repo") -> "Iterator[Commit]":
    """Commits from the newest back, first parents only."""
    from dulwich.objects import Commit  # noqa: PLC0415 - slow to import
    from dulwich.refs import HEADREF  # noqa: PLC0415 - likewise

    at = repo.refs.follow(HEADREF)[1]
    while at:
        commit = repo[at]
        if not isinstance(commit, Commit):
            raise KeyError(at)
        yield commit
        at = commit.parents[0] if commit.parents else None


def _root(repo: "Repo", commit: "Commit") -> "Tree":
    from dulwich.objects import Tree  # noqa: PLC0415 - slow to import

    found = repo[commit.tree]
    if not isinstance(found, Tree):
        raise KeyError(commit.tree)
    return found


def _files(
    repo: "Repo", root: "Tree", known: "dict[ObjectID, dict[str, ObjectID]]", depth: int = 0
) -> "dict[str, ObjectID]":
    """Regular files by path; links, submodules and hidden ones are no nodes. `known` spares reading a folder again."""
    from dulwich.objects import Tree  # noqa: PLC0415 - slow to import

    found: dict[str, ObjectID] = {}
    for entry in root.items():
        name = (entry.path or b"").decode(errors="replace")
        if name.startswith(".") or entry.sha is None or len(found) > _MOST_NODES:
            continue
        if stat.S_ISREG(entry.mode or 0):
            found[name] = entry.sha
        elif stat.S_ISDIR(entry.mode or 0) and depth < _DEEPEST:
            folder = repo[entry.sha] if entry.sha not in known else None
            if isinstance(folder, Tree):
                known[entry.sha] = _files(repo, folder, known, depth + 1)
            found |= {f"{name}/{below}": blob for below, blob in known.get(entry.sha, {}).items()}
    return found


_COMMENTS: Final = re.compile(r"(?:[ \t]*(?:[#;!].*)?\n)+")
_HIDDEN: Final = re.compile(r"<(?:secret|configuration|password|community|key)[ _](?:hidden|removed)>")
"""What Oxidized's `remove_secret` leaves in a secret's place."""


def _text(repo: "Repo", name: "ObjectID") -> str:
    """A node's text without what Oxidized put on top of it."""
    from dulwich.objects import Blob  # noqa: PLC0415 - slow to import

    blob = repo[name]
    if not isinstance(blob, Blob) or len(blob.data) > _LARGEST:
        return ""
    text = blob.data.decode(errors="replace").replace("\r\n", "\n")
    comments = _COMMENTS.match(text)
    return _HIDDEN.sub("<hidden>", text[comments.end() :] if comments else text)
