"""Trees of the repository, and the files beside `.git` that show the latest one."""

import os
import stat
import struct
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from dulwich.index import Index
    from dulwich.objects import Blob, ObjectID, ShaFile, Tree
    from dulwich.repo import Repo

Place: TypeAlias = tuple[str, str]
"""School and device."""

_FILE: Final = 0o100644
_FOLDER: Final = 0o040000


class Grown(NamedTuple):
    """A tree with new files in it."""

    tree: "Tree"
    """The root."""
    objects: "list[ShaFile]"
    """Everything that is new in it, blobs first."""


def tree_of(repo: "Repo", commit: "ObjectID | None") -> "Tree":
    """The root tree of a commit; an empty one for None."""
    from dulwich.objects import Commit, Tree  # noqa: PLC0415 - slow to import

    if commit is None:
        return Tree()
    found = repo[commit]
    root = repo[found.tree] if isinstance(found, Commit) else None
    if not isinstance(root, Tree):
        raise KeyError(commit)
    return root


def blob_id(repo: "Repo", root: "Tree", place: Place) -> "ObjectID | None":
    """The id of a device's text in a tree, or None."""
    folder = _folder(repo, root, place[0])
    entry = _entry(folder, place[1]) if folder else None
    return entry[1] if entry and stat.S_ISREG(entry[0]) else None


def texts_of(repo: "Repo", root: "Tree", schools: Collection[str] | None = None) -> "dict[Place, ObjectID]":
    """The ids of all texts of a tree, or of these schools only, by school and device in order."""
    found: dict[Place, ObjectID] = {}
    for name, mode, _ in root.items():
        school = (name or b"").decode(errors="replace")
        folder = _folder(repo, root, school) if mode == _FOLDER and (schools is None or school in schools) else None
        for entry in folder.items() if folder else ():
            if entry.path and entry.sha and stat.S_ISREG(entry.mode or 0):
                found[school, entry.path.decode(errors="replace")] = entry.sha
    return found


def _entry(tree: "Tree", name: str) -> "tuple[int, ObjectID] | None":
    try:
        return tree[name.encode()]
    except KeyError:
        return None


def _folder(repo: "Repo", root: "Tree", school: str) -> "Tree | None":
    from dulwich.objects import Tree  # noqa: PLC0415 - slow to import

    entry = _entry(root, school)
    found = repo[entry[1]] if entry and entry[0] == _FOLDER else None
    return found if isinstance(found, Tree) else None


def grow(repo: "Repo", root: "Tree", blobs: "Mapping[Place, Blob]") -> Grown:
    """A tree with these files added or replaced; everything else in it stays."""
    by_school: dict[str, dict[str, Blob]] = {}
    for (school, device), blob in blobs.items():
        by_school.setdefault(school, {})[device] = blob
    new_root = _copy(root)
    objects: list[ShaFile] = list(blobs.values())
    for school, files in by_school.items():
        folder = _copy(_folder(repo, root, school))
        for device, blob in files.items():
            folder[device.encode()] = (_FILE, blob.id)
        new_root[school.encode()] = (_FOLDER, folder.id)
        objects.append(folder)
    return Grown(new_root, [*objects, new_root])


def _copy(tree: "Tree | None") -> "Tree":
    from dulwich.objects import Tree  # noqa: PLC0415 - slow to import

    copy = Tree()
    for entry in tree.items() if tree else ():
        copy.add(entry.path, entry.mode, entry.sha)
    return copy


def check_out(repo: "Repo", blobs: "Mapping[Place, Blob]", *, whole: bool = False) -> None:
    """Put the texts beside `.git`, and into the index, so that `git status` is clean. No link is followed.

    Args:
        repo: The repository.
        blobs: Texts to put there.
        whole: They are all there is, and the index may be damaged: make it anew if it is.
    """
    from dulwich.index import index_entry_from_stat  # noqa: PLC0415 - slow to import

    index = _index(repo, whole=whole)
    root = os.open(repo.path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for (school, device), blob in blobs.items():
            folder = _open_folder(root, school)
            try:
                _write(folder, device, blob.data)
                entry = index_entry_from_stat(os.lstat(device, dir_fd=folder), blob.id, mode=_FILE)
            finally:
                os.close(folder)
            index[f"{school}/{device}".encode()] = entry
    finally:
        os.close(root)
    index.write()


def _index(repo: "Repo", *, whole: bool) -> "Index":
    from dulwich.index import Index  # noqa: PLC0415 - slow to import

    try:
        return repo.open_index()
    except (ValueError, AssertionError, EOFError, struct.error):
        if not whole:
            raise
        return Index(repo.index_path(), read=False)


def _open_folder(root: int, name: str) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    with suppress(OSError):
        return os.open(name, flags, dir_fd=root)
    # A link or a file that somebody put there: it goes, what it points to stays.
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=root)
    os.mkdir(name, 0o700, dir_fd=root)
    return os.open(name, flags, dir_fd=root)


def _write(folder: int, name: str, data: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old or the new text."""
    new = f".{name}.new"
    with suppress(FileNotFoundError):
        os.unlink(new, dir_fd=folder)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(new, dir_fd=folder)
        raise
