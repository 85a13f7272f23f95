"""Every running configuration that was read, in a Git repository: a folder per school, a file per device."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campusctl.backups import _commits, _files, _store
from campusctl.backups._commits import Kept, Snapshot
from campusctl.backups._files import Place
from campusctl.backups.versions import Version, moment, pick
from campusctl.errors import BackupError, UnknownNameError

__all__ = ["Backups", "Kept", "Place", "Snapshot", "Version"]

if TYPE_CHECKING:
    from dulwich.objects import Blob
    from dulwich.repo import Repo

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Backups:
    """The repository. It is made when something is first kept; Git and Oxidized's users find their way in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        """Its folder, not bare: the files beside `.git` show the latest texts."""

    def keep(self, texts: Mapping[Place, str], message: str, author: str, when: datetime) -> Kept:
        """Commit the texts that differ from the last ones kept; one commit at most, whole or not at all.

        Raises:
            BackupError: A name is no name, the disk is full, the repository is damaged, or another one writes.
        """
        if not texts:
            return Kept()
        _check_names(texts)
        return self.keep_all([Snapshot(texts, message, author, when)])[0]

    def keep_all(self, snapshots: Iterable[Snapshot]) -> tuple[Kept, ...]:
        """The same for several moments, oldest first: one commit each at most.

        Raises:
            BackupError: See `keep`; the moments before the failed one are kept.
        """
        latest: dict[Place, Blob] = {}
        kept: list[Kept] = []
        with _store.locked(self.root, write=True):
            _store.make(self.root)
            with _store.opened(self.root) as repo, _store.writing(self.root / ".git") as died:
                if died:
                    _files.check_out(repo, _commits.latest(repo), whole=True)
                for snapshot in snapshots:
                    _check_names(snapshot.texts)
                    kept.append(_commits.commit(repo, snapshot, latest))
                    _commits.tidy(repo)
                if latest:
                    _files.check_out(repo, latest)
        return tuple(kept)

    def devices(self) -> tuple[Place, ...]:
        """Every school and device that was ever kept."""
        if not _store.exists(self.root):
            return ()
        with self._read() as repo:
            return tuple(_files.texts_of(repo, _files.tree_of(repo, _commits.head(repo))))

    def log(self, school: str, device: str, limit: int | None = None) -> tuple[Version, ...]:
        """Versions of a device's text, newest first.

        Raises:
            UnknownNameError: There is none.
        """
        with self._read() as repo:
            versions, line = _commits.versions(repo, (school, device))
            pick(device, versions, line, "", None, UTC)
            older = (*versions[1:], None)
            return tuple(_commits.counted(repo, new, old) for new, old in zip(versions[:limit], older, strict=False))

    def at(self, school: str, device: str, rev: str = "", *, zone: tzinfo = UTC) -> Version:
        """The version that a hash, `HEAD~2`, `~1`, a date or `yesterday` means; empty: the newest.

        Args:
            school: School id.
            device: Device name.
            rev: What somebody typed. `HEAD~2` counts commits as Git does, `~2` versions of this device; a date means
                the end of that day.
            zone: Whose days these are.

        Raises:
            UnknownNameError: There is no such version.
        """
        with self._read() as repo:
            return _at(repo, (school, device), rev, zone)

    def show(self, school: str, device: str, rev: str = "", *, zone: tzinfo = UTC) -> str:
        """A device's text, secrets masked; see `at`."""
        with self._read() as repo:
            return _commits.text(repo, _at(repo, (school, device), rev, zone).blob)

    def diff(self, school: str, device: str, old: str = "", new: str = "", *, zone: tzinfo = UTC) -> str:
        """What differs between two versions, as a unified diff; empty when nothing does.

        Args:
            school: School id.
            device: Device name.
            old: See `at`; empty: the version before `new`.
            new: See `at`; empty: the newest.
            zone: Whose days these are.
        """
        with self._read() as repo:
            after = _at(repo, (school, device), new, zone)
            before = _at(repo, (school, device), old, zone) if old else _before(repo, (school, device), after)
            lines = difflib.unified_diff(
                _commits.text(repo, before.blob).splitlines() if before else [],
                _commits.text(repo, after.blob).splitlines(),
                _title((school, device), before, zone) if before else "(nothing)",
                _title((school, device), after, zone),
                lineterm="",
            )
            return "".join(f"{line}\n" for line in lines)

    @contextmanager
    def _read(self) -> "Iterator[Repo]":
        """The repository, while nobody writes."""
        if not _store.exists(self.root):
            raise UnknownNameError("there are no backups yet", "campusctl backup SCHOOL makes some")
        with _store.locked(self.root, write=False), _store.opened(self.root) as repo:
            yield repo


def _at(repo: "Repo", place: Place, rev: str, zone: tzinfo) -> Version:
    versions, line = _commits.versions(repo, place)
    when = moment(rev, zone, datetime.now(UTC)) if rev else None
    return pick(place[1], versions, line, rev, when, zone)


def _title(place: Place, version: Version, zone: tzinfo) -> str:
    return f"{'/'.join(place)} {version.commit[:10]} {version.when.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _before(repo: "Repo", place: Place, version: Version) -> Version | None:
    """The version before another one, if there is one."""
    versions, _ = _commits.versions(repo, place)
    at = versions.index(version)
    return versions[at + 1] if at + 1 < len(versions) else None


def _check_names(texts: Mapping[Place, str]) -> None:
    for place in texts:
        for name in place:
            if not _NAME.fullmatch(name) or name.endswith((".", ".lock", ".git")):
                shown = name.encode("unicode_escape").decode()[:100]
                raise BackupError(f"no file can be named `{shown}`", "names are letters, digits, hyphens, dots")
