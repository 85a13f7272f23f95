"""What a change replaced comes back, where nobody else has changed it since."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable

from . import atomic, ways
from .atomic import Owned
from .edits import Edit, Trouble, Value, Work, shown
from .files import seen
from .keeping import load
from .paths import Node, read
from .placing import Placed, foresee, is_unit_file, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .pc import Pc


def look(pc: Pc, keep: str) -> list[Work]:
    """Files, links and directories that change `keep` replaced and that still stand as it left them.

    Raises:
        Trouble: `refused`: nothing is kept under this name.
    """
    manifest = load(pc.keeper.state, keep)
    if manifest is None:
        raise Trouble(
            "refused",
            f"this PC keeps nothing of {keep}",
            "the newest thirty changes are kept, and those of ninety days",
        )
    for kind, names in _others(manifest["others"]).items():
        pc.note(f"not taken back: {kind} {', '.join(names)}")
    works: list[Work] = []
    entries = _first_and_last(manifest["entries"])
    ours = {path for path, entry in entries.items() if entry["was"]["kind"] == "none"}
    for path, entry in entries.items():
        try:
            node = read(path)
        except (OSError, Trouble) as error:
            words = atomic.in_words(path, error).what if isinstance(error, OSError) else error.what
            pc.note(f"{words}; it stays as it is")
            continue
        pc.saw(("file", path), node.facts)
        if path in ours and node.kind == "directory" and {os.path.join(path, name) for name in os.listdir(path)} - ours:
            pc.note(f"{path}: something is in it by now; it stays")
            continue
        works += _entry(pc, keep, node, entry)
    return sorted(works, key=lambda work: (work.edits[0].path[0] == "directory", -len(work.edits[0].path[1])))


def _others(edits: list[dict[str, Any]]) -> dict[str, dict[str, None]]:
    """What a change did that is no file, link or directory: names by kind."""
    found: dict[str, dict[str, None]] = {}
    for edit in edits:
        found.setdefault(edit["path"][0], {})[edit["path"][1]] = None
    return found


def _first_and_last(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        first = found.setdefault(entry["path"], dict(entry))
        first["now"] = entry["now"]
    return found


def _same(node: Node, facts: Mapping[str, Any]) -> bool:
    if node.kind != facts["kind"]:
        return False
    if node.kind in ("none", "other"):
        return True
    if node.kind == "link":
        return node.target == str(facts["target"])
    own = (node.mode, node.uid, node.gid) == (facts["mode"], facts["uid"], facts["gid"])
    return own and node.digest == str(facts["digest"])


def _entry(pc: Pc, keep: str, node: Node, entry: Mapping[str, Any]) -> list[Work]:
    path, was = entry["path"], entry["was"]
    if _same(node, was):
        return []
    if not _same(node, entry["now"]):
        pc.note(f"{path}: somebody else has changed it since; it stays as it is")
        return []
    kind = "directory" if "directory" in (node.kind, was["kind"]) else _file_or_link(node.kind, was["kind"])
    kept = os.path.join(pc.keeper.state, "kept", keep, entry.get("data", ""))
    if "data" in entry and not os.path.lexists(kept):
        pc.note(f"{path}: what was kept of it is not there any more; it stays as it is")
        return []
    runs = tuple((run, for_path) for run, for_path in entry["runs"])
    before, after = _shown(path, node, entry, kept)
    edit = Edit((kind, path), before, after, f"bring back {path}" if was["kind"] != "none" else f"remove {path}")
    if was["kind"] == "file":
        return _file(pc, (edit, node), entry, kept, runs)
    ways.check_removal(pc, path)
    return [Work([edit], _maker(pc, entry, kept), runs, unit_file=is_unit_file(path))]


def _file_or_link(now: str, was: str) -> str:
    return "link" if was == "link" or (now, was) == ("link", "none") else "file"


def _file(
    pc: Pc, edited: tuple[Edit, Node], entry: Mapping[str, Any], kept: str, runs: tuple[tuple[str, str], ...]
) -> list[Work]:
    edit, node = edited
    with open(kept, "rb") as file:
        data = file.read()
    was = entry["was"]
    placed = Placed(entry["path"], data, Owned(was["mode"], was["uid"], was["gid"]), runs, entry["secret"])
    if node.kind == "file" and node.digest == was["digest"]:
        fields = (
            ("mode", f"{node.mode:04o}", f"{was['mode']:04o}"),
            ("owner", node.uid, was["uid"]),
            ("group", node.gid, was["gid"]),
        )
        edits = [
            Edit((*edit.path, name), before, after, edit.step) for name, before, after in fields if before != after
        ]
    else:
        edits = [edit]
    return [Work(edits, lambda: put(pc, placed, node), runs, foresee(pc, placed), is_unit_file(entry["path"]))]


def _shown(path: str, node: Node, entry: Mapping[str, Any], kept: str) -> tuple[Value, Value]:
    was, hidden = entry["was"], entry["secret"]
    before = seen(path, node, secret=hidden)
    if was["kind"] == "file":
        private = not was["mode"] & 0o004 and not ways.is_sudoers(path)
        with open(kept, "rb") as file:
            return before, shown(file.read(), secret=hidden or private)
    if was["kind"] == "link":
        return before, f"-> {was['target']}"
    return before, None if was["kind"] == "none" else f"({was['kind']})"


def _maker(pc: Pc, entry: Mapping[str, Any], kept: str) -> Callable[[], None]:
    path, was = entry["path"], entry["was"]

    def make() -> None:
        node = read(path)
        if was["kind"] == "none" and node.kind == "directory":
            pc.keeper.replaced(path, Node("none"), [])
            os.rmdir(path)
            return
        now = Node(was["kind"], was["mode"], was["uid"], was["gid"], target=was["target"])
        pc.keeper.replaced(path, now, [])
        if was["kind"] == "none":
            atomic.remove(path)
        elif was["kind"] == "link":
            atomic.link(path, was["target"])
        elif node.kind == "directory":
            atomic.own_directory(path, Owned(was["mode"], was["uid"], was["gid"]))
        else:
            pc.machine.must(["cp", "-a", "-T", "--", kept, path])

    return make
