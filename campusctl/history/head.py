"""The file `.campusctl/audit-head`: which entry was the last one, so that a trail cut short is found."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Head(NamedTuple):
    """The last entry, as noted outside the database."""

    journal: str
    """Random id of the journal."""
    number: int
    """Its newest entry."""
    digest: str
    """That entry's digest."""


@dataclass(frozen=True, slots=True)
class HeadFile:
    """One line for each database that this workspace has used."""

    path: Path
    place: str
    """The word for the database in use."""

    def read(self) -> Head | None:
        """What was noted last.

        Raises:
            OSError: The file cannot be read.
        """
        return self._lines().get(self.place)

    def advance(self, head: Head, still_there: Callable[[Head], bool]) -> None:
        """Note a newer entry, unless what is noted speaks of another trail: then it stands, as evidence.

        Args:
            head: The newest entry.
            still_there: Whether the trail has what was noted.

        Raises:
            OSError: It cannot be written.
        """
        with self._alone():
            noted = self.read()
            if noted is not None and (
                noted.journal != head.journal or noted.number >= head.number or not still_there(noted)
            ):
                return
            self._write({**self._lines(), self.place: head})

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self.path.with_name("audit-head.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _lines(self) -> dict[str, Head]:
        found: dict[str, Head] = {}
        try:
            text = self.path.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return found
        for line in text.splitlines():
            parts = line.split()
            if len(parts) == 4 and parts[2].isdecimal():
                found[parts[0]] = Head(parts[1], int(parts[2]), parts[3])
        return found

    def _write(self, heads: dict[str, Head]) -> None:
        text = "".join(f"{kind} {head.journal} {head.number} {head.digest}\n" for kind, head in sorted(heads.items()))
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".audit-head.")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
