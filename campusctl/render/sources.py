"""Templates as files: read once, inside their folder only, with bounds."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from campusctl.errors import RenderError

_SUFFIX: Final = ".j2"
_MAX_FILES: Final = 1000
_MAX_BYTES: Final = 1_000_000


def read_templates(template_dir: Path) -> dict[str, tuple[str, str]]:
    """Every template below a folder: its name with `/` between folders, to its text and its path for messages.

    Raises:
        RenderError: The folder is missing, a file leaves it by a symbolic link, is too large, or is no UTF-8.
    """
    root = template_dir.resolve()
    if not root.is_dir():
        raise RenderError(f"{template_dir}: no such folder of templates", "`campusctl init` makes a workspace.")
    found: dict[str, tuple[str, str]] = {}
    for path in _files(root):
        if len(found) == _MAX_FILES:
            raise RenderError(f"{template_dir}: more than {_MAX_FILES} templates")
        name = path.relative_to(root).as_posix()
        shown = f"{template_dir.name}/{name}"
        found[name] = (_read(path, root, shown), shown)
    return found


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root, followlinks=False):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(_SUFFIX))


def _read(path: Path, root: Path, shown: str) -> str:
    try:
        real = path.resolve()
    except RuntimeError:  # Python before 3.13 calls a circle of links so
        raise RenderError(f"{shown}: the symbolic links run in a circle", "Copy the file instead.") from None
    if not real.is_relative_to(root):
        raise RenderError(f"{shown}: the symbolic link leaves the folder of templates", "Copy the file instead.")
    if not real.is_file():
        raise RenderError(f"{shown}: not a regular file")
    with real.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise RenderError(f"{shown}: larger than {_MAX_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise RenderError(f"{shown}:{line}: not UTF-8") from wrong


def digest(templates: dict[str, tuple[str, str]]) -> str:
    """A fingerprint of names and texts, 32 hex digits."""
    found = hashlib.blake2b(digest_size=16)
    for name, (text, _) in sorted(templates.items()):
        for part in (name, text):
            data = part.encode()
            found.update(len(data).to_bytes(8, "big"))
            found.update(data)
    return found.hexdigest()
