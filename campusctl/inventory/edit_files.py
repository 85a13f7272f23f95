"""Several inventory files changed together: all of them or none, and none that somebody else has changed meanwhile."""

import codecs
import difflib
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from campusctl.inventory.edit import EditError, append, remove, set_value
from campusctl.inventory.files import decode, read_bytes
from campusctl.inventory.issue import FileError, Place

_BOM: Final = codecs.BOM_UTF8


class FileEdit(NamedTuple):
    """One change of one file."""

    file: str
    """Path relative to the workspace."""
    what: Literal["set", "append", "remove"]
    """A value is set, an item appended to a list, an entry taken away."""
    place: Place
    """Keys from the top of the file."""
    value: Any = None
    """The value or the item."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Files as they are and as they shall be."""

    root: Path
    """The workspace."""
    before: Mapping[str, bytes] = field(default_factory=dict)
    """What stands in each file now."""
    after: Mapping[str, bytes] = field(default_factory=dict)
    """What shall stand there."""

    def diff(self) -> str:
        """A unified diff of every file, without a line end at its end."""
        found: list[str] = []
        for file, data in self.before.items():
            old, new = (side.decode("utf-8-sig").splitlines() for side in (data, self.after[file]))
            found += difflib.unified_diff(old, new, f"a/{file}", f"b/{file}", lineterm="")
        return "\n".join(found)

    def write(self) -> None:
        """Put the new files in the place of the old ones, each in full or not at all.

        Raises:
            EditError: Somebody has changed one of them meanwhile; nothing was written.
            OSError: The disk is full or read-only; what was written already is put back.
        """
        for file, old in self.before.items():
            if _bytes(self.root, file) != old:
                raise EditError(f"{file} was changed meanwhile, so nothing was written", "look at it, then try again")
        done: list[str] = []
        try:
            for file, new in self.after.items():
                _replace(self.root / file, new)
                done.append(file)
        except OSError:
            for file in done:
                _replace(self.root / file, self.before[file])
            raise


def edited(root: Path, edits: Iterable[FileEdit]) -> Edited:
    """The files with the edits made one after the other; nothing is written.

    Raises:
        EditError: An edit cannot be made so that nothing else changes.
    """
    before: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    for edit in edits:
        if edit.file not in texts:
            before[edit.file] = _bytes(root, edit.file)
            texts[edit.file] = decode(edit.file, before[edit.file])
        texts[edit.file] = _made(texts[edit.file], edit)
    after = {file: (_BOM if before[file].startswith(_BOM) else b"") + text.encode() for file, text in texts.items()}
    return Edited(root, before, after)


def _made(text: str, edit: FileEdit) -> str:
    if not edit.file.endswith(".yml"):
        raise EditError(f"{edit.file} is a spreadsheet and has no such column", "move the device to a devices.yml")
    try:
        if edit.what == "set":
            return set_value(text, edit.place, edit.value).apply(text)
        if edit.what == "append":
            return append(text, edit.place, edit.value).apply(text)
        return remove(text, edit.place).apply(text)
    except EditError as error:
        raise EditError(f"{edit.file}: {error.what}", error.hint) from error


def _bytes(root: Path, file: str) -> bytes:
    try:
        return read_bytes(root, file)
    except FileError as error:
        raise EditError(f"{file} {error.issues[0].what}", error.issues[0].hint) from error


def _replace(path: Path, data: bytes) -> None:
    real = path.resolve()
    mode = real.stat().st_mode & 0o7777
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
