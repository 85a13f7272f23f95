"""The workspace: the folder that holds `inventory/`, found like Git finds its repository."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from campusctl.errors import WorkspaceError
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

CITY_FILE: Final = "inventory/city.yml"
"""What makes a folder a workspace."""

VARIABLE: Final = "CAMPUSCTL_WORKSPACE"
"""Environment variable that names the workspace."""


def find(start: Path | None = None, explicit: Path | None = None) -> Path:
    """The workspace to work in: `explicit`, else `CAMPUSCTL_WORKSPACE`, else the nearest one above `start`.

    Args:
        start: Folder to walk up from; the current one if not given.
        explicit: The folder itself, if somebody named it.

    Raises:
        WorkspaceError: There is none.
    """
    named = explicit or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is not None:
        return _checked(named)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CITY_FILE).is_file():
            return folder
    raise WorkspaceError(
        sentence("no workspace in {folder} or above it ({file} is missing)", folder=here, file=CITY_FILE),
        sentence(_HINT),
    )


_HINT: Final = N_("`campusctl init DIR` makes one; `--workspace DIR` names one that is elsewhere")


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise WorkspaceError(sentence("{folder} is no folder", folder=folder), sentence(_HINT))
    if not (folder / CITY_FILE).is_file():
        what = sentence("{folder} is no workspace: {file} is missing", folder=folder, file=CITY_FILE)
        raise WorkspaceError(what, sentence(_HINT))
    return folder.resolve()


def state_dir(root: Path) -> Path:
    """The folder `.campusctl` for what campusctl itself keeps (cache, known_hosts, journal); made if missing.

    Only the owner may enter it, and Git ignores it.

    Raises:
        WorkspaceError: It cannot be made, or something else has its name.
    """
    folder = root / ".campusctl"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
    except OSError as error:
        raise WorkspaceError(f"cannot use {folder}: {error.strerror}", "campusctl keeps its state there") from error
    return folder


def defaults() -> Path:
    """The folder with the `inventory`, `templates`, `playbooks` and `ansible.cfg` that campusctl comes with.

    Raises:
        WorkspaceError: The installation lacks them.
    """
    for folder in _default_folders():
        if (folder / CITY_FILE).is_file():
            return folder
    raise WorkspaceError("this installation of campusctl lacks its default inventory", "install it again")


def _default_folders() -> Iterator[Path]:
    package = Path(__file__).resolve().parent
    yield package / "_defaults"
    yield package.parent


_PARTS: Final = ("inventory", "templates", "playbooks")

_ANSIBLE: Final = "ansible.cfg"
"""What Ansible reads when a person runs it in the workspace."""

_IGNORED: Final = """\
# What campusctl keeps for itself: cache, known hosts, journal.
.campusctl/
# An unlocked vault never goes into Git; an encrypted inventory/vault.yml may.
vault-password
"""


def create(folder: Path) -> None:
    """Make a workspace from the defaults: inventory, templates, playbooks, `ansible.cfg` and a `.gitignore`.

    Args:
        folder: New, or empty apart from a `.git`.

    Raises:
        WorkspaceError: It is not empty, or cannot be written.
    """
    source = defaults()
    try:
        if folder.exists() and (not folder.is_dir() or any(item.name != ".git" for item in folder.iterdir())):
            raise WorkspaceError(f"{folder} is not empty", "name a new folder; nothing was changed")
        folder.mkdir(parents=True, exist_ok=True)
        for part in _PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        if (source / _ANSIBLE).is_file():
            shutil.copy(source / _ANSIBLE, folder / _ANSIBLE)
        (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    except shutil.Error as error:
        _remove_parts(folder)
        why = str(error.args[0][0][2]).partition("] ")[2].partition(": '")[0]
        raise WorkspaceError(f"cannot write {folder}: {why}", "nothing was left there") from error
    except OSError as error:
        raise WorkspaceError(f"cannot write {folder}: {error.strerror}", "is it yours?") from error


def _remove_parts(folder: Path) -> None:
    """Take away what a copy began; the folder was empty before."""
    for part in _PARTS:
        shutil.rmtree(folder / part, ignore_errors=True)
