"""What an operator says of files: whole ones, folders, links, paths that must not be there, lines and blocks."""

import re
from typing import Any

from campusctl.model.inventory import Settings
from campusctl.model.pc_parts import PcFile
from campusctl.render.pc.document import Fragment, Text


def directories(settings: Settings, _: Text) -> Fragment:
    """Folders, and links, and paths that must not be there."""
    pc = settings.pc
    folders = {
        path: {"mode": said.mode or "0755", "owner": said.owner or "root", "group": said.group or "root"}
        for path, said in pc.directories.items()
        if said
    }
    return {
        "directories": folders,
        "links": {path: target for path, target in pc.links.items() if target},
        "absent": {path: True for path, gone in pc.absent.items() if gone},
    }


def lines(settings: Settings, _: Text) -> Fragment:
    """Single lines of files."""
    return {"lines": {path: found for path, said in settings.pc.lines.items() if (found := _lines(said))}}


def _lines(said: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a map of PcLine
    return [
        {
            "name": name,
            "match": line.match or f"^{re.escape(line.line)}$",
            "line": line.line,
            "state": line.state,
            **({"run": line.run} if line.run else {}),
        }
        for name, line in sorted(said.items())
        if line
    ]


def blocks(settings: Settings, _: Text) -> Fragment:
    """Blocks of lines in files; a last line break is not part of one."""
    found = {}
    for path, said in settings.pc.blocks.items():
        kept = {name: block for name, block in said.items() if block}
        if kept:
            found[path] = {
                name: {"content": block.content.rstrip("\n"), "state": block.state}
                | ({"run": block.run} if block.run else {})
                for name, block in kept.items()
            }
    return {"blocks": found}


def file_entry(said: PcFile, content: str) -> dict[str, Any]:
    """A whole file as the document has it."""
    entry: dict[str, Any] = {
        "content": content,
        "mode": said.mode or "0644",
        "owner": said.owner or "root",
        "group": said.group or "root",
    }
    if said.check:
        entry["validate"] = list(said.check)
    if said.run:
        entry["run"] = said.run
    return entry
