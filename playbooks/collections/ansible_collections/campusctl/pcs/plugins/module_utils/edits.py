"""What differs on a PC and what is done about it: edits, the work that makes them, and how values are shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Callable, Union

Value = Union[None, bool, int, str, list[str]]
"""What an edit may show: a JSON scalar or a list of words; None: not there."""

MASK = "********"
"""Stands for a secret."""

SHOWN_CHARACTERS = 4096
"""A longer text is shown as its digest."""


class Trouble(Exception):  # noqa: N818 - it is the PC's trouble, not a programming error
    """One thing that could not be read or done, in words for a person."""

    def __init__(self, kind: str, what: str, hint: str = "") -> None:
        """Kind is one of the result's fault kinds."""
        super().__init__(what)
        self.kind = kind
        self.what = what
        self.hint = hint


@dataclass
class Edit:
    """One difference between the PC and its document."""

    path: tuple[str, ...]
    """Kind, name and, where it has some, field."""
    before: Value
    """What is there."""
    after: Value
    """What the document wants."""
    step: str = ""
    """What is done about it, in words."""
    done: bool = False
    """It was done, and reading again says so."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in the module's result."""
        return {
            "path": list(self.path),
            "before": self.before,
            "after": self.after,
            "step": self.step,
            "done": self.done,
        }


@dataclass
class Work:
    """Edits that are made together."""

    edits: list[Edit]
    """At least one."""
    do: Callable[[], None]
    """Makes them, or raises Trouble or OSError."""
    runs: tuple[tuple[str, str], ...] = ()
    """What makes them take effect: (what, path of the file)."""
    trouble: Trouble | None = None
    """Why it cannot be done, where looking already tells."""
    unit_file: bool = field(default=False)
    """systemd has to read its unit files again."""


def shown(data: bytes | None, *, secret: bool) -> str | None:
    """A file's bytes as an edit shows them: text, a digest, a mask, or None where nothing is there."""
    if data is None or secret:
        return None if data is None else MASK
    text = data.decode("utf-8", "surrogateescape")
    if len(text) > SHOWN_CHARACTERS or not _plain(text):
        return f"sha256:{hashlib.sha256(data).hexdigest()[:12]} ({len(data)} bytes)"
    return text


def _plain(text: str) -> bool:
    return not any("\udc80" <= letter <= "\udcff" or (letter < " " and letter not in "\t\n\r") for letter in text)
