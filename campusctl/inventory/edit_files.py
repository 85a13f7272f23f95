"""Several inventory files changed together: all of them or none, and none that somebody else has changed meanwhile."""

import codecs
import difflib
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from campusctl.inventory.edit import EditError, append, remove, remove_last, rename, set_value, value_at
from campusctl.inventory.edit_sheet import edit_sheet
from campusctl.inventory.files import decode, read_bytes
from campusctl.inventory.issue import FileError, Place
from campusctl.model.sentence import joined, sentence

_BOM: Final = codecs.BOM_UTF8


class FileEdit(NamedTuple):
    """One change of one file."""

    file: str
    """Path relative to the workspace."""
    what: Literal["set", "put", "append", "remove", "rename"]
    """A value is set; set although lines of its own stand there, which go; an item is appended to a list; an entry is
    taken away; a key gets another name."""
    place: Place
    """Keys from the top of the file."""
    value: Any = None
    """The value, the item or the name."""
    behind: str = ""
    """The entry after which a new one belongs; empty or unknown: by its number, else at the end."""
    old: Any = None
    """What must stand there now; None: whatever it is."""


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

    @property
    def files(self) -> tuple[str, ...]:
        """The files that change, relative to the workspace."""
        return tuple(file for file, data in self.before.items() if self.after[file] != data)

    @property
    def inverse(self) -> "Edited":
        """The change that undoes this one."""
        return Edited(self.root, self.after, self.before)

    def write(self) -> None:
        """Put the new files in the place of the old ones: all of them, or none.

        Raises:
            EditError: Somebody has changed one of them meanwhile; nothing was written.
            OSError: The disk is full or read-only; what was written already is put back.
        """
        for file, old in self.before.items():
            if _bytes(self.root, file) != old:
                what = sentence("{file} was changed meanwhile, so nothing was written", file=file)
                raise EditError(what, sentence("look at it, then try again"))
        ready: dict[str, Path] = {}
        done: list[str] = []
        try:
            # Everything is on the disk before the first name is given away: what can fail has failed by then.
            for file in self.files:
                ready[file] = _beside(self.root / file, self.after[file])
            for file, path in ready.items():
                path.replace((self.root / file).resolve())
                done.append(file)
        except BaseException:
            for file in done:
                _beside(self.root / file, self.before[file]).replace((self.root / file).resolve())
            raise
        finally:
            for path in ready.values():
                path.unlink(missing_ok=True)


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
    try:
        if edit.file.endswith(".csv"):
            return edit_sheet(edit.file, text, edit.what, edit.place, edit.value, edit.behind)
        return _made_in_yaml(text, edit)
    except EditError as error:
        what = error.what if error.what.startswith(edit.file) else joined((edit.file, error.what), ": ")
        raise EditError(what, error.hint) from error


def _made_in_yaml(text: str, edit: FileEdit) -> str:
    place, value = edit.place, edit.value
    if edit.old is not None and value_at(text, place) != edit.old:
        what = sentence("{place} is not {value}", place=".".join(map(str, place)), value=edit.old)
        raise EditError(what, sentence("edit the file by hand"))
    if edit.what == "set":
        return set_value(text, place, value, edit.behind).apply(text)
    if edit.what == "put":
        return _put(text, edit)
    if edit.what == "append":
        return append(text, place, value).apply(text)
    if edit.what == "rename":
        return rename(text, place, str(value)).apply(text)
    return _removed(text, place)


def _put(text: str, edit: FileEdit) -> str:
    try:
        return set_value(text, edit.place, edit.value, edit.behind).apply(text)
    except EditError:
        # Lines of its own: they go, and what they say now stands on one line.
        less = _removed(text, edit.place)
        return set_value(less, edit.place, edit.value, edit.behind).apply(less)


def _removed(text: str, place: Place) -> str:
    try:
        return remove(text, place).apply(text)
    except EditError as error:
        if place[:1] != ("devices",):
            raise
        try:
            return remove_last(text, place).apply(text)
        except EditError:
            raise error from None


def _bytes(root: Path, file: str) -> bytes:
    try:
        return read_bytes(root, file)
    except FileError as error:
        raise EditError(f"{file} {error.issues[0].what}", error.issues[0].hint) from error


def _beside(path: Path, data: bytes) -> Path:
    """A new file in the folder of another one, with its rights, on the disk."""
    real = path.resolve()
    mode = real.stat().st_mode & 0o7777
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
