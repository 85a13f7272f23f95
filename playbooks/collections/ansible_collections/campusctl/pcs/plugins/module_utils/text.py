"""Single lines and marked blocks inside files that belong to somebody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from re import Pattern
from typing import Any, NamedTuple

from .atomic import Owned
from .edits import MASK, Edit, Trouble, Work, shown
from .files import unreadable
from .paths import Node, read
from .pc import Pc, secret
from .placing import Placed, foresee, in_the_way, is_unit_file, put

_COMMENT = re.compile(r"\s*[#;]")


_Wanted = tuple[list[dict[str, Any]], Mapping[str, Any]]
"""Lines and blocks of one file."""


class Line(NamedTuple):
    """One line that is to stand in a file, or not."""

    name: str
    """What the document calls it."""
    match: Pattern[str] | None
    """Lines that it takes the place of; None: only itself."""
    line: str
    """The line, secrets in the clear."""
    present: bool
    """It is to stand there."""


class Found(NamedTuple):
    """A text, and what stood there before."""

    text: str
    """The text as it is to be."""
    before: str | None
    """What stood there; None: nothing."""
    differs: bool
    """Something was to be done."""


def set_line(text: str, line: Line, *, before_match: bool = False) -> Found:
    """The text with the line in it, or without.

    The last line that matches becomes the line, and other matching lines go unless they are comments; without one, a
    commented one becomes it; else it comes at the end, or before the first `Match` of an sshd_config (`before_match`).
    """
    rows = (
        text.splitlines(keepends=True)
        if "\r" not in text and not _ODD.search(text)
        else re.findall(r"[^\n]*\n|[^\n]+", text)
    )
    bare = [row.rstrip("\r\n") for row in rows]
    matching = [
        number for number, row in enumerate(bare) if row == line.line or (line.match and line.match.search(row))
    ]
    if not line.present:
        gone = set(matching)
        kept = "".join(row for number, row in enumerate(rows) if number not in gone)
        return Found(kept, "\n".join(bare[number] for number in matching) if matching else None, bool(matching))
    active = [number for number in matching if bare[number] == line.line or not _COMMENT.match(bare[number])]
    if [bare[number] for number in active] == [line.line]:
        return Found(text, line.line, differs=False)
    place = (active or matching)[-1] if matching else None
    before = "\n".join(bare[number] for number in active) or None
    if place is None:
        return Found(_inserted(rows, line.line, before_match=before_match), None, differs=True)
    rows[place] = line.line + ("\n" if rows[place].endswith("\n") else "")
    return Found(
        "".join(row for number, row in enumerate(rows) if number == place or number not in active), before, differs=True
    )


_ODD = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Python takes these for line ends; nobody else does."""


def _inserted(rows: list[str], line: str, *, before_match: bool) -> str:
    place = len(rows)
    if before_match:
        place = next((number for number, row in enumerate(rows) if re.match(r"\s*Match\s", row, re.IGNORECASE)), place)
    above = "".join(rows[:place])
    return above + ("\n" if above and not above.endswith("\n") else "") + line + "\n" + "".join(rows[place:])


def set_block(text: str, name: str, content: str | None) -> Found:
    """The text with the block `name` holding `content`, or without it where that is None.

    The first block of the name stays in its place, others of the name go; so does a mark without its other half.
    """
    begin, end = f"# BEGIN campusctl {name}", f"# END campusctl {name}"
    pattern = re.compile(
        rf"^{re.escape(begin)}\n((?:(?!{re.escape(begin)}$).*\n)*?){re.escape(end)}(?:\n|\Z)", re.MULTILINE
    )
    stray = re.compile(rf"^({re.escape(begin)}|{re.escape(end)})(\n|\Z)", re.MULTILINE)
    first = pattern.search(text)
    block = (
        ""
        if content is None
        else f"{begin}\n{content}{'' if content.endswith(chr(10)) or not content else chr(10)}{end}\n"
    )
    if first is None:
        above = stray.sub("", text)
        new = above + ("\n" if block and above and not above.endswith("\n") else "") + block
    else:
        above, below = stray.sub("", text[: first.start()]), stray.sub("", pattern.sub("", text[first.end() :]))
        new = above + block + below
    return Found(new, None if first is None else first[1], new != text)


def look(pc: Pc, document: Mapping[str, Any]) -> list[Work]:
    """Lines and blocks, all of a file in one piece of work."""
    lines, blocks, works = document.get("lines", {}), document.get("blocks", {}), []
    for path in {**lines, **blocks}:
        try:
            node = read(path)
        except (OSError, Trouble) as error:
            works.append(unreadable(("line" if path in lines else "block", path), "(lines and blocks)", path, error))
            continue
        pc.saw(("line", path), node.facts)
        works += _file(pc, path, node, (lines.get(path, []), blocks.get(path, {})))
    return works


def _file(pc: Pc, path: str, node: Node, wanted: _Wanted) -> list[Work]:
    if node.kind not in ("none", "file") or (node.kind == "file" and node.data is None):
        return [_cannot(path, node, wanted)]
    editing = _Editing(pc, path, (node.data or b"").decode("utf-8", "surrogateescape"), private=node.private)
    editing.make(wanted)
    if not editing.edits:
        return []
    again = _Editing(pc, path, editing.text, private=False)
    again.make(wanted)
    if again.edits:
        words = "its lines and blocks in the document undo each other"
        raise Trouble("malformed", f"{path}: {words}", "two of them match one line")
    owned = Owned(node.mode, node.uid, node.gid) if node.kind == "file" else Owned(0o644, 0, 0)
    hidden = any(edit.after == MASK for edit in editing.edits)
    runs = tuple((run, path) for run in editing.runs)
    placed = Placed(path, editing.text.encode("utf-8", "surrogateescape"), owned, runs, hidden)
    return [Work(editing.edits, lambda: put(pc, placed, node), runs, foresee(pc, placed), is_unit_file(path))]


def _cannot(path: str, node: Node, wanted: _Wanted) -> Work:
    words = in_the_way(node) if node.kind != "file" else "it is larger than 8 MiB"
    trouble = Trouble("rejected", f"{path}: {words}", "write the whole file, or remove what is there by hand")
    names = [("line", path, line["name"]) for line in wanted[0]] + [("block", path, name) for name in wanted[1]]
    edits = [Edit(name, f"({node.kind})", "(set)", f"write {path}") for name in names]
    return Work(edits, lambda: None, trouble=trouble)


class _Editing:
    """A text on its way from what it is to what it is to be."""

    def __init__(self, pc: Pc, path: str, text: str, *, private: bool) -> None:
        self._pc = pc
        self._path = path
        self._private = private
        self.text = text
        self.edits: list[Edit] = []
        self.runs: dict[str, None] = {}

    def make(self, wanted: _Wanted) -> None:
        """All lines, then all blocks, in the document's order."""
        for given in wanted[0]:
            line = _line(self._pc, self._path, given)
            found = set_line(self.text, line, before_match=self._path.startswith("/etc/ssh/sshd_config"))
            self._note(("line", self._path, line.name), found, given, given.get("line", "") if line.present else None)
        for name, given in wanted[1].items():
            content = self._pc.expand(given["content"]) if given.get("state", "present") == "present" else None
            if content is not None and {f"# {word} campusctl {name}" for word in ("BEGIN", "END")} & {
                *content.split("\n")
            }:
                raise Trouble("malformed", f"{self._path}: the block {name} holds its own mark")
            found = set_block(self.text, name, content)
            self._note(("block", self._path, name), found, given, None if content is None else given["content"])

    def _note(self, where: tuple[str, ...], found: Found, given: Mapping[str, Any], after: str | None) -> None:
        self.text = found.text
        if not found.differs:
            return
        hidden = secret(given.get("line", "") + given.get("content", ""))
        # A file that not everybody may read may hold a secret, in this very line.
        before = _shown(found.before, hidden=hidden or self._private)
        self.edits.append(Edit(where, before, _shown(after, hidden=hidden), f"write {where[1]}"))
        if given.get("run"):
            self.runs[given["run"]] = None


def _shown(text: str | None, *, hidden: bool) -> str | None:
    return None if text is None else shown(text.encode("utf-8", "surrogateescape"), secret=hidden)


def _line(pc: Pc, path: str, given: Mapping[str, Any]) -> Line:
    try:
        match = re.compile(given["match"]) if given.get("match") else None
    except re.error as error:
        raise Trouble("malformed", f"{path}: line {given['name']}: {given['match']!r} is no pattern: {error}") from None
    return Line(given["name"], match, pc.expand(given.get("line", "")), given.get("state", "present") == "present")
