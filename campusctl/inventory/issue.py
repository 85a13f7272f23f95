"""A problem before its line is known: lines are looked up only when somebody reads them."""

from typing import NamedTuple

Place = tuple[str | int, ...]
"""Keys from the top of a file to a value."""


class Issue(NamedTuple):
    """One thing wrong, and where."""

    file: str
    """Path relative to the workspace."""
    place: Place
    """Keys to the value in that file; empty: the whole file."""
    where: str
    """Device, school or key it is about; may be empty."""
    what: str
    """One sentence."""
    hint: str = ""
    """What to do about it."""
    line: int = 0
    """1-based, if it is known already."""


class FileError(Exception):
    """A file cannot be read; carries the issue."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.what)
        self.issue = issue
