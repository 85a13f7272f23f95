"""Stands in for the core of campus_pc: knows files, speaks its contract, and fails as it is told to."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def wanted(document: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
    """Path and content of each file, secrets filled in."""
    found = {}
    for path, file in document.get("files", {}).items():
        content = file["content"]
        for ref, value in secrets.items():
            content = content.replace("<<secret:" + ref + ">>", value)
        found[path] = content
    return found


def look(paths: Mapping[str, str]) -> dict[str, str | None]:
    """What the files are."""
    return {path: Path(path).read_text() if Path(path).exists() else None for path in paths}


def answer(given: Mapping[str, Any]) -> dict[str, Any]:
    """Compare, change, look again."""
    told = given["document"].get("do", {})
    if "sign" in told:
        Path(told["sign"]).touch()
    time.sleep(told.get("sleep", 0))
    if "kill" in told:
        os.kill(os.getpid(), told["kill"])
    if "raise" in told:
        raise OSError(*told["raise"])
    if "fail" in told:
        return {"failed": True, **told["fail"]}
    goal = wanted(given["document"], given["secrets"])
    before = look(goal)

    def digest(state: Mapping[str, str | None]) -> str:
        text = json.dumps([given["salt"], state], sort_keys=True)
        return hashlib.blake2b(text.encode()).hexdigest()[:32]

    differs = [path for path in goal if before[path] != goal[path]]
    moved = bool(given["expect"]) and digest(before) != given["expect"]
    change = not given["check"] and not moved
    if change:
        for path in differs:
            if path not in told.get("stuck", ()):
                Path(path).write_text(goal[path])
    after = look(goal)

    def edits(state: Mapping[str, str | None], paths: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "path": ["file", path],
                "before": state[path],
                "after": goal[path],
                "step": "write " + path,
                "done": change,
            }
            for path in paths
        ]

    return {
        "changed": bool(differs) and not moved,
        "format": 1,
        "edits": [] if moved else edits(before, differs),
        "remaining": edits(after, [path for path in goal if after[path] != goal[path]]) if change else [],
        "observed": digest(before),
        "digest": digest(after),
        "moved": moved,
        "notes": told.get("notes", []),
        "kept": given["keep"] if change and differs else "",
        "facts": {"time": time.time() + told.get("ahead", 0), "os": "stand-in", "boot": 0},
    }
