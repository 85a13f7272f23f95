"""Directories, files, links, and paths that are not to be there."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, Callable

from . import atomic, ways
from .atomic import Owned
from .edits import Edit, Trouble, Value, Work, shown
from .paths import Node, missing_parents, mounts_below, open_directory, read, read_directory
from .pc import Pc, gid_of, group_name, secret, uid_of, user_name
from .placing import Placed, foresee, guarded, in_the_way, is_unit_file, put

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNREADABLE = "(cannot be read)"


def look_directories(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Directories, with what is above them."""
    works: list[Work] = []
    for path, directory in wanted.items():
        try:
            node = read_directory(path)
        except (OSError, Trouble) as error:
            works.append(unreadable(("directory", path), directory.get("mode", "0755"), path, error))
            continue
        pc.saw(("directory", path), node.facts)
        works += _directory(pc, path, node, directory)
    return works


def _directory(pc: Pc, path: str, node: Node, wanted: Mapping[str, Any]) -> list[Work]:
    mode = _octal(int(wanted.get("mode", "0755"), 8))
    if node.kind == "directory":
        edits = _ownership("directory", path, node, {"mode": "0755", **wanted}, f"set up {path}")
        if edits:
            ways.check_directory(pc, path)
    else:
        edits = [Edit(("directory", path), None if node.kind == "none" else node.kind, mode, f"create {path}")]
    trouble = (
        None
        if node.kind in ("none", "directory")
        else Trouble("rejected", f"{path}: {in_the_way(node)}", "remove it by hand")
    )

    def make() -> None:
        owned = owned_by({"mode": "0755", **wanted})
        pc.keeper.replaced(path, Node("directory", *owned), [])
        atomic.own_directory(path, owned)

    return [Work(edits, make, trouble=trouble)] if edits else []


def look_parents(pc: Pc, document: Mapping[str, Any]) -> list[Work]:
    """Directories above the document's files that are not there, and that the document does not name itself."""
    named = set(document.get("directories", {}))
    paths = [path for kind in ("files", "links", "lines", "blocks") for path in document.get(kind, {})]
    missing: dict[str, None] = {}
    for path in paths:
        missing.update(dict.fromkeys(above for above in missing_parents(path) if above not in named))
    return [work for path in missing for work in _directory(pc, path, Node("none"), {})]


def look_files(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Files, whole: content, mode, owner, group."""
    works: list[Work] = []
    for path, file in wanted.items():
        try:
            node = read(path)
        except (OSError, Trouble) as error:
            works.append(unreadable(("file", path), shown(b"", secret=secret(file["content"])), path, error))
            continue
        pc.saw(("file", path), node.facts)
        works += _file(pc, path, node, file)
    return works


def _file(pc: Pc, path: str, node: Node, wanted: Mapping[str, Any]) -> list[Work]:
    data = pc.expand(wanted["content"]).encode("utf-8", "surrogateescape")
    hidden = secret(wanted["content"])
    edits: list[Edit] = []
    if node.kind != "file" or node.data != data:
        before = seen(path, node, secret=hidden)
        edits.append(Edit(("file", path), before, shown(data, secret=hidden), f"write {path}"))
    if node.kind == "file":
        edits += _ownership("file", path, node, wanted, f"write {path}")
    if not edits:
        return []
    runs = ((wanted["run"], path),) if wanted.get("run") else ()

    def placed() -> Placed:
        return Placed(path, data, owned_by(wanted), runs, hidden, wanted.get("validate", ()))

    trouble = _in_the_way(path, node) or foresee(
        pc, Placed(path, data, Owned(0, 0, 0), runs, hidden, wanted.get("validate", ()))
    )
    return [Work(edits, lambda: put(pc, placed(), node), runs, trouble, is_unit_file(path))]


def _in_the_way(path: str, node: Node) -> Trouble | None:
    if node.kind in ("directory", "other"):
        return Trouble("rejected", f"{path}: {in_the_way(node)}", "remove it by hand")
    return None


def look_links(pc: Pc, wanted: Mapping[str, str]) -> list[Work]:
    """Symbolic links."""
    works: list[Work] = []
    for path, target in wanted.items():
        try:
            node = read(path)
        except (OSError, Trouble) as error:
            works.append(unreadable(("link", path), target, path, error))
            continue
        pc.saw(("link", path), node.facts)
        if node.kind == "link" and node.target == target:
            continue
        if node.kind != "none":
            ways.check_removal(pc, path)
        before = node.target if node.kind == "link" else None if node.kind == "none" else f"({node.kind})"
        edit = Edit(("link", path), before, target, f"link {path}")
        works.append(Work([edit], _linker(pc, path, target), (), _in_the_way(path, node), is_unit_file(path)))
    return works


def _linker(pc: Pc, path: str, target: str) -> Callable[[], None]:
    def make() -> None:
        pc.keeper.replaced(path, Node("link", target=target), [])
        os.close(open_directory(os.path.dirname(path), create=True))
        atomic.link(path, target)

    return make


def look_absent(pc: Pc, wanted: Mapping[str, bool]) -> list[Work]:
    """Paths that are not to be there."""
    works: list[Work] = []
    for path in [path for path, gone in wanted.items() if gone]:
        try:
            node = read(path)
        except (OSError, Trouble) as error:
            works.append(unreadable(("absent", path), None, path, error))
            continue
        pc.saw(("absent", path), node.facts)
        if node.kind == "none":
            continue
        ways.check_removal(pc, path)
        mounted = mounts_below(path)
        trouble = (
            Trouble("rejected", f"{path}: {mounted[0]} is mounted there", "unmount it by hand") if mounted else None
        )
        edit = Edit(("absent", path), f"-> {node.target}" if node.target else node.kind, None, f"remove {path}")
        works.append(Work([edit], _remover(pc, path, node), (), trouble, is_unit_file(path)))
    return works


def _remover(pc: Pc, path: str, node: Node) -> Callable[[], None]:
    def make() -> None:
        into = pc.keeper.replaced(path, Node("none"), [])
        if into and not atomic.moved(path, into):
            pc.machine.must(["cp", "-a", "-T", "--", path, into])
        guarded(pc, path, node, lambda: atomic.remove(path))

    return make


def owned_by(wanted: Mapping[str, Any]) -> Owned:
    """Numbers for mode, owner and group. Raises Trouble `rejected` for accounts that are not there."""
    mode = int(wanted.get("mode", "0644"), 8)
    return Owned(mode, uid_of(wanted.get("owner", "root")), gid_of(wanted.get("group", "root")))


def _ownership(kind: str, path: str, node: Node, wanted: Mapping[str, Any], step: str) -> list[Edit]:
    owner, group = wanted.get("owner", "root"), wanted.get("group", "root")
    pairs: list[tuple[str, Value, Value]] = [
        ("mode", _octal(node.mode), _octal(int(wanted.get("mode", "0644"), 8))),
        ("owner", str(node.uid) if owner.isdigit() else user_name(node.uid), owner),
        ("group", str(node.gid) if group.isdigit() else group_name(node.gid), group),
    ]
    return [Edit((kind, path, field), before, after, step) for field, before, after in pairs if before != after]


def _octal(mode: int) -> str:
    return f"{stat.S_IMODE(mode):04o}"


def seen(path: str, node: Node, *, secret: bool) -> Value:
    """What stands at a file's path, as an edit shows it; a file that not everybody may read may hold a secret."""
    if node.kind == "none":
        return None
    if node.kind == "link":
        return f"-> {node.target}"
    if node.kind != "file":
        return f"({node.kind})"
    if node.data is None:
        return f"sha256:{node.digest[:12]} (more than 8 MiB)"
    return shown(node.data, secret=secret or (node.private and not ways.is_sudoers(path)))


def unreadable(where: tuple[str, ...], after: Value, path: str, error: Exception) -> Work:
    """Work for what cannot even be read; it fails with the reason."""
    trouble = atomic.in_words(path, error) if isinstance(error, OSError) else error
    assert isinstance(trouble, Trouble)  # noqa: S101 - callers catch nothing else
    return Work([Edit(where, _UNREADABLE, after)], lambda: None, trouble=trouble)
