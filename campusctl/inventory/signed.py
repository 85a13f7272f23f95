"""`signed/<school>.yml`: who has done what by hand, in a file that Git can compare and a clone has."""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from campusctl.errors import InventoryError
from campusctl.inventory import lines
from campusctl.inventory.emit import emit_block
from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.issue import FileError
from campusctl.inventory.translate import issues_of
from campusctl.model.signature import Signature, SignedFile

FOLDER: Final = "signed"
"""Beside `inventory`: what was done is no wish, and a signature makes no saved plan old."""

_HEAD: Final = """\
# Written by `campusctl sign`: what people did by hand at devices without a protocol, when, and in which role.
# A line that is changed here does not count any more; sign again instead.
"""


def signed_file(school: str, folder: str = FOLDER) -> str:
    """The file of a school, relative to the workspace."""
    return f"{folder}/{school}.yml"


def read_signed(root: Path, school: str, folder: str = FOLDER) -> Mapping[str, Signature]:
    """The signatures of a school by device name; none where there is no file.

    Args:
        root: The workspace.
        school: School id.
        folder: Where they stand, relative to the workspace.

    Raises:
        InventoryError: The file is there and cannot be read; says in which line.
    """
    name = signed_file(school, folder)
    if not (root / name).exists():
        return {}
    try:
        data = parse_yaml(name, decode(name, read_bytes(root, name)))
        return SignedFile.model_validate(data or {}).signed
    except FileError as error:
        raise InventoryError(tuple(lines.problems(root, error.issues))) from error
    except ValidationError as error:
        raise InventoryError(tuple(lines.problems(root, issues_of(name, SignedFile, error)))) from error


def write_signed(root: Path, school: str, device: str, signature: Signature, folder: str = FOLDER) -> str:
    """Add a signature, or put it in the place of the device's older one; nothing else changes.

    Returns:
        The file, relative to the workspace.

    Raises:
        InventoryError: The file is there and cannot be read; nothing was written.
        OSError: It cannot be written; it is as it was.
    """
    name = signed_file(school, folder)
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with _alone(place.parent):
        known = {**read_signed(root, school, folder), device: signature}
        _replace(place, _text(known))
    return name


def _text(signatures: Mapping[str, Signature]) -> str:
    entries = {name: _entry(signatures[name]) for name in sorted(signatures)}
    found = [_HEAD, "signed:"]
    for name, entry in entries.items():
        found.append(f"  {name}:")
        for key, value in entry.items():
            if isinstance(value, dict) and value:
                # One line for each setting: what has changed since is then seen in a diff.
                found += [f"    {key}:", *(line for one in value.items() for line in emit_block(*one, 6, 2))]
            else:
                found += emit_block(key, value, 4, 2)
    return "\n".join(found) + "\n"


def _entry(signature: Signature) -> dict[str, object]:
    settings = {key: list(value) if isinstance(value, tuple) else value for key, value in signature.settings.items()}
    note = {"note": signature.note} if signature.note else {}
    return {
        "signed": signature.signed.isoformat(timespec="seconds"),
        "by": signature.by,
        **note,
        "settings": settings,
        "digest": signature.digest,
    }


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time, so that no signature is lost."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(place: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
