"""A problem before its line is known: lines are looked up only when somebody reads them."""

from typing import Final, NamedTuple

from campusctl.model.sentence import sentence

Place = tuple[str | int, ...]
"""Keys from the top of a file to a value."""


MAX_DEVICES: Final = 5000
"""Devices in one file; the largest schools have 600. Bounds the time it takes to say what is wrong with all of them."""


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


def too_many(file: str, line: int = 0) -> Issue:
    """A file with more devices than any school has."""
    return Issue(
        file,
        (),
        "",
        sentence("holds more than {limit} devices", limit=MAX_DEVICES),
        sentence("spread them over several files"),
        line,
    )


class FileError(Exception):
    """A file cannot be read; carries everything that is wrong with it."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__(issues[0].what)
        self.issues = issues
