"""What a run replaces is kept first, readable by root only, so that it can come back."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from typing import Any

from .edits import Trouble
from .paths import Node, read

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NEWEST = 30
_DAYS = 90


class Keeper:
    """The folder of one run below `/var/lib/campusctl/kept`; without an id it keeps nothing."""

    def __init__(self, state: str, keep: str) -> None:
        """`state` is the module's own folder; raises Trouble `malformed` for an id that is no plain name."""
        if keep and not _ID.fullmatch(keep):
            raise Trouble("malformed", f"{keep!r} is not a name under which something can be kept")
        self.keep = keep
        self.state = state
        self.folder = os.path.join(state, "kept", keep) if keep else ""
        self._entries: list[dict[str, Any]] = []
        self._others: list[dict[str, Any]] = []

    @property
    def used(self) -> bool:
        """Something is kept."""
        return bool(self._entries or self._others)

    def others(self, edits: list[dict[str, Any]]) -> None:
        """Note edits that a restore will not take back: packages, users, services."""
        self._others += edits
        if self.folder and edits:
            self._write()

    def replaced(self, path: str, now: Node, runs: list[list[str]], *, secret: bool = False) -> str | None:
        """Keep what stands at a path, before `now` takes its place; flushed when this returns.

        Returns:
            For a directory, where it has to be moved to; otherwise None.

        Raises:
            OSError: It could not be kept, so it must not be replaced.
        """
        if not self.folder:
            return None
        was = read(path)
        entry = {"path": path, "was": _facts(was), "now": _facts(now), "runs": runs, "secret": secret}
        self._make()
        data = os.path.join(self.folder, f"{len(self._entries):04d}")
        if was.kind == "file":
            _copy(path, was, data)
            entry["data"] = os.path.basename(data)
        elif was.kind == "directory" and now.kind != "directory":
            entry["data"] = os.path.basename(data)
        self._entries.append(entry)
        self._write()
        return data if was.kind == "directory" else None

    def _make(self) -> None:
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        for folder in (self.state, os.path.dirname(self.folder), self.folder):
            os.chmod(folder, 0o700)
        if not self._entries and not self._others:
            self._resume()

    def _resume(self) -> None:
        """An id that was used before (a run that was killed and repeated) goes on; what it kept first counts."""
        manifest = load(self.state, self.keep)
        if manifest:
            self._entries, self._others = list(manifest["entries"]), list(manifest["others"])

    def _write(self) -> None:
        self._make()
        text = {"format": 1, "time": int(time.time()), "entries": self._entries, "others": self._others}
        _flushed(os.path.join(self.folder, "manifest.json.new"), json.dumps(text).encode("ascii"))
        os.replace(os.path.join(self.folder, "manifest.json.new"), os.path.join(self.folder, "manifest.json"))
        _flush_directory(self.folder)


def load(state: str, keep: str) -> dict[str, Any] | None:
    """The manifest of what was kept under an id; None: there is none, or it cannot be read."""
    try:
        with open(os.path.join(state, "kept", keep, "manifest.json"), encoding="ascii") as file:
            manifest = json.load(file)
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("format") == 1 else None


def tidy(state: str) -> None:
    """Remove what was kept longer than 90 days ago, but for the newest 30."""
    kept = os.path.join(state, "kept")
    try:
        folders = sorted((os.path.join(kept, name) for name in os.listdir(kept)), key=os.path.getmtime, reverse=True)
    except OSError:
        return
    for folder in folders[_NEWEST:]:
        if time.time() - os.path.getmtime(folder) > _DAYS * 86400:
            shutil.rmtree(folder, ignore_errors=True)


def _facts(node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "mode": node.mode,
        "uid": node.uid,
        "gid": node.gid,
        "digest": node.digest,
        "target": node.target,
    }


def _copy(path: str, node: Node, into: str) -> None:
    if node.data is not None:
        _flushed(into, node.data)
        return
    shutil.copyfile(path, into)
    os.chmod(into, 0o600)
    _flush_directory(into)


def _flushed(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_directory(path: str) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
