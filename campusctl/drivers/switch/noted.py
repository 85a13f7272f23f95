"""Fingerprints that somebody noted at the switches' consoles: one switch a line, in any form a console shows."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from campusctl.errors import WorkspaceError

_MAX_FILE: Final = 4 * 1024 * 1024
_SHA256: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?", re.IGNORECASE)
_MD5: Final = re.compile(r"(?:MD5:)?((?:[0-9a-f]{2}:){15}[0-9a-f]{2})", re.IGNORECASE)
_DEVICE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HINT: Final = "a line is: DEVICE FINGERPRINT, such as s042-a1-sw01 SHA256:… or MD5:xx:xx:…"


def read_noted(path: Path) -> Mapping[str, frozenset[str]]:
    """Fingerprints by device, as `SHA256:…` and `MD5:…`; a device may stand on several lines, one for each of its keys.

    Raises:
        WorkspaceError: The file cannot be read, or a line is none; with its number.
    """
    found: dict[str, set[str]] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        prints = [shown for word in words[1:] if (shown := _fingerprint(word))]
        if len(prints) != 1 or not _DEVICE.fullmatch(words[0]):
            what = "not a device's name" if not _DEVICE.fullmatch(words[0]) else f"{len(prints) or 'no'} fingerprints"
            raise WorkspaceError(f"{path}:{number}: {what}", _HINT)
        found.setdefault(words[0], set()).add(prints[0])
    return {device: frozenset(prints) for device, prints in found.items()}


def _fingerprint(word: str) -> str:
    """A fingerprint as we write it; empty: the word is none."""
    if _SHA256.fullmatch(word):
        return f"SHA256:{word[7:50]}"
    found = _MD5.fullmatch(word)
    return f"MD5:{found[1].lower()}" if found else ""


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
        if len(data) > _MAX_FILE:
            raise WorkspaceError(f"{path}: more than {_MAX_FILE} bytes", _HINT)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise WorkspaceError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise WorkspaceError(f"{path}: cannot be read: it is no text", _HINT) from None
