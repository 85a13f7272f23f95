"""Commits: how texts become one, and which of them changed a device."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from campusctl.backups import _files
from campusctl.backups._files import Place
from campusctl.backups.versions import Version
from campusctl.errors import BackupError

if TYPE_CHECKING:
    from dulwich.objects import Blob, Commit, ObjectID
    from dulwich.refs import Ref
    from dulwich.repo import Repo

_LOOSE: Final = 500
"""Loose objects from which on they are packed."""
_PACKS: Final = 50
"""Packs from which on they are made one."""
_MANY: Final = 100
"""New objects from which on they are written as one pack."""
_NOT_IN_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f-\x9f<>]+")
_NOT_IN_A_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_AUTHOR: Final = re.compile(r"\s*([^<>]*?)\s*(?:<([^<>]*)>)?\s*")


@dataclass(frozen=True, slots=True)
class Kept:
    """What `Backups.keep` did."""

    changed: tuple[str, ...] = ()
    """Devices whose text differed from the last one kept, in order of their names."""
    commit: str | None = None
    """The commit's id; None: nothing differed."""
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Lines that came and went, by device."""
    new: frozenset[str] = frozenset()
    """Devices that were never kept before."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Texts of one moment."""

    texts: Mapping[Place, str]
    """By school and device, secrets masked."""
    message: str
    """What happened, in one line."""
    author: str
    """Who kept them: a name, or `name <address>`."""
    when: datetime
    """When, with its zone."""


def head(repo: "Repo") -> "ObjectID | None":
    """The newest commit; None: there is none yet.

    Raises:
        BackupError: No branch is checked out, so a commit would be lost.
    """
    return _branch(repo)[1]


def _branch(repo: "Repo") -> "tuple[Ref, ObjectID | None]":
    """The branch that is checked out, and its newest commit."""
    from dulwich.refs import HEADREF  # noqa: PLC0415 - slow to import

    names, newest = repo.refs.follow(HEADREF)
    if not names[-1].startswith(b"refs/heads/"):
        raise BackupError("no branch is checked out in the backups", "`git switch main` in their folder")
    return names[-1], newest


def commit(repo: "Repo", snapshot: Snapshot, latest: "dict[Place, Blob]") -> Kept:
    """Commit what differs, and note it in `latest`; the objects first, then the branch in one step."""
    from dulwich.objects import Blob  # noqa: PLC0415 - slow to import

    parent = head(repo)
    root = _files.tree_of(repo, parent)
    old = _files.texts_of(repo, root, {school for school, _ in snapshot.texts})
    new: dict[Place, Blob] = {}
    for place, wanted in sorted(snapshot.texts.items()):
        blob = Blob.from_string(wanted.encode(errors="backslashreplace"))
        if old.get(place) != blob.id:
            new[place] = blob
    if not new:
        return Kept()
    grown = _files.grow(repo, root, new)
    made = _made(snapshot, grown.tree.id, parent, new)
    objects = [*grown.objects, made]
    if len(objects) > _MANY:
        repo.object_store.add_objects([(item, None) for item in objects])
    else:
        for item in objects:
            repo.object_store.add_object(item)
    _advance(repo, parent, made.id)
    latest.update(new)
    counts = {place[1]: _lines(repo, old.get(place), blob.data) for place, blob in new.items()}
    fresh = frozenset(place[1] for place in new if place not in old)
    return Kept(tuple(counts), made.id.decode(), counts, fresh)


def _made(snapshot: Snapshot, tree: "ObjectID", parent: "ObjectID | None", new: "Mapping[Place, Blob]") -> "Commit":
    from dulwich.objects import Commit  # noqa: PLC0415 - slow to import

    found = _AUTHOR.fullmatch(_NOT_IN_A_LINE.sub(" ", snapshot.author))
    name = _NOT_IN_A_NAME.sub(" ", (found[1] if found else snapshot.author)).strip() or "campusctl"
    address = _NOT_IN_A_NAME.sub("", (found[2] or "") if found else "")
    subject = _NOT_IN_A_LINE.sub(" ", snapshot.message).strip() or "backup"
    body = "".join(f"{school}/{device}\n" for school, device in new)
    made = Commit()
    made.tree = tree
    made.parents = [parent] if parent else []
    made.author = made.committer = f"{name} <{address}>".encode(errors="replace")
    made.author_time = made.commit_time = int(snapshot.when.timestamp())
    made.author_timezone = made.commit_timezone = 0
    made.encoding = b"UTF-8"
    made.message = f"{subject}\n\n{body}".encode(errors="replace")
    return made


def _advance(repo: "Repo", parent: "ObjectID | None", new: "ObjectID") -> None:
    branch, _ = _branch(repo)
    done = repo.refs.add_if_new(branch, new) if parent is None else repo.refs.set_if_equals(branch, parent, new)
    if not done:
        raise BackupError("somebody else committed to the backups at the same moment", "run it again")


def latest(repo: "Repo") -> "dict[Place, Blob]":
    """Every text of the newest commit."""
    root = _files.tree_of(repo, head(repo))
    return {place: _blob(repo, name) for place, name in _files.texts_of(repo, root).items()}


def versions(repo: "Repo", place: Place) -> tuple[list[Version], list[str]]:
    """The commits that changed a device, newest first, and the ids of all commits."""
    found: list[Version] = []
    line: list[str] = []
    newer: tuple[Commit, bytes | None] | None = None
    for item in _line(repo):
        here = _files.blob_id(repo, _files.tree_of(repo, item.id), place)
        if newer and newer[1] and newer[1] != here:
            found.append(_version(newer[0], newer[1]))
        newer = item, here
        line.append(item.id.decode())
    if newer and newer[1]:
        found.append(_version(newer[0], newer[1]))
    return found, line


def _line(repo: "Repo") -> "Iterator[Commit]":
    """Commits from the newest back, first parents only."""
    from dulwich.objects import Commit  # noqa: PLC0415 - slow to import

    at = head(repo)
    while at:
        item = repo[at]
        if not isinstance(item, Commit):
            raise KeyError(at)
        yield item
        at = item.parents[0] if item.parents else None


def _version(item: "Commit", blob: bytes) -> Version:
    message = item.message.decode(errors="replace").partition("\n")[0]
    author = item.author.decode(errors="replace").partition(" <")[0]
    return Version(item.id.decode(), datetime.fromtimestamp(item.commit_time, UTC), author, message, blob.decode())


def counted(repo: "Repo", new: Version, old: Version | None) -> Version:
    """A version with the lines that came and went since an older one."""
    added, removed = _lines(repo, old.blob.encode() if old else None, text(repo, new.blob).encode())
    return replace(new, added=added, removed=removed)


def _lines(repo: "Repo", before: bytes | None, after: bytes) -> tuple[int, int]:
    """How many lines came, and how many went."""
    old = _blob(repo, before).data.splitlines() if before else []
    new = after.splitlines()
    if not old:
        return len(new), 0
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [code for code in codes if code[0] != "equal"]
    return sum(code[4] - code[3] for code in changed), sum(code[2] - code[1] for code in changed)


def text(repo: "Repo", blob: str) -> str:
    """A text that was kept."""
    return _blob(repo, blob.encode()).data.decode(errors="replace")


def _blob(repo: "Repo", name: bytes) -> "Blob":
    from dulwich.objects import Blob  # noqa: PLC0415 - slow to import

    found = repo[name]
    if not isinstance(found, Blob):
        raise KeyError(name)
    return found


def tidy(repo: "Repo") -> None:
    """Now and then: loose objects into a pack, many packs into one."""
    store = repo.object_store
    if len(store.packs) > _PACKS:
        store.repack()
    elif store.count_loose_objects() > _LOOSE:
        store.pack_loose_objects()
