"""The module's core in this process, on a folder that plays the PC: for kinds that need nothing but files."""

from __future__ import annotations

import grp
import os
import pwd
from typing import TYPE_CHECKING, Any

from ansible_collections.campusctl.pcs.plugins.module_utils.converge import Request, converge

if TYPE_CHECKING:
    from pathlib import Path

ME = pwd.getpwuid(os.geteuid()).pw_name
"""Owner of every file."""
OURS = grp.getgrgid(os.getegid()).gr_name
"""Group of every file."""


def file(content: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A file of the document that belongs to whoever runs the tests."""
    return {"content": content, "owner": ME, "group": OURS, **more}


def run(place: Path, document: dict[str, Any], **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The module's result; it keeps its own things in `place/state`, and applies unless `check` says otherwise."""
    asked = {"check": False, "user": "campus", "state": str(place / "state"), "deadline_s": 20.0, **request}
    return converge(Request(document={"format": 1, "os": "linux", **document}, **asked))


def edits(result: dict[str, Any]) -> list[tuple[tuple[str, ...], object, object]]:
    """Path, before and after of every edit."""
    return [(tuple(edit["path"]), edit["before"], edit["after"]) for edit in result["edits"]]
