"""An edit of the inventory, from its proposal to the file and into Git: all of it, or nothing.

`prepare` makes the edits in a copy, and the copy is read and checked like any inventory before a byte is written.
`keep` writes the files and commits exactly them. `undo` takes that back.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from campusctl.errors import InventoryError, Problem
from campusctl.inventory.city import City
from campusctl.inventory.edit_files import Edited, FileEdit, edited
from campusctl.inventory.elsewhere import files_with, identities
from campusctl.inventory.load import inventory_files, load_city
from campusctl.inventory.source import SCHOOLS
from campusctl.model.sentence import sentence
from campusctl.workflow.git_care import GitError, commit, left_behind, standing

_BESIDES: Final = ("templates", "playbooks")
"""What the intended states stand on besides the inventory."""


def prepare(root: Path, edits: Iterable[FileEdit]) -> Edited:
    """The files with the edits made, found right as a whole inventory; nothing is written.

    What is wrong elsewhere, and was before, stands in nobody's way: only the schools that are edited must be right, and
    nothing may become wrong.

    Args:
        root: The workspace.
        edits: Made one after the other.

    Raises:
        EditError: An edit cannot be made so that nothing else changes.
        InventoryError: The inventory would be wrong then; all problems are in it, with file and line as they would be.
    """
    return prepare_files(edited(root, edits))


def prepare_files(found: Edited) -> Edited:
    """The same edits, found right as a whole inventory; see `prepare`.

    Raises:
        InventoryError: As `prepare`.
    """
    schools = schools_of(found)
    if not _concerns_all(found):
        with overlay(found.root, found, schools) as trial:
            # Whatever is wrong in a school that is edited is refused, old or new.
            then = load_city(trial, schools)
        if not _meets_others(found.root, then, schools):
            return found
    with overlay(found.root, found) as trial:
        problems = _problems(trial)
        if problems:
            _refuse(problems, _problems(found.root), schools)
    return found


def _concerns_all(found: Edited) -> bool:
    """Whether a file is edited on which every school stands."""
    return any(not file.startswith(f"{SCHOOLS}/") for file in found.files)


def _meets_others(root: Path, then: City, schools: Sequence[str]) -> bool:
    """Whether another school may have what only one may have: only then the whole city has to be read."""
    try:
        now = load_city(root, schools)
    except InventoryError:
        return True
    for school in schools:
        before, after = now.school(school), then.school(school)
        if before.spec.site != after.spec.site:
            return True
        if any(files_with(root, identities(after) - identities(before), without=(school,))):
            return True
    return False


def _problems(root: Path) -> tuple[Problem, ...]:
    try:
        load_city(root)
    except InventoryError as error:
        return error.problems
    return ()


def _refuse(problems: Sequence[Problem], before: Sequence[Problem], schools: Sequence[str]) -> None:
    """Refuse what is wrong in an edited school, or was not wrong before.

    Raises:
        InventoryError: There is something.
    """
    # Lines move with an edit, so they do not count.
    known = Counter((item.file, item.where, item.what) for item in before)
    ours = tuple(f"{SCHOOLS}/{school}/" for school in schools)
    bad = []
    for item in problems:
        key = (item.file, item.where, item.what)
        if item.file.startswith(ours) or known[key] <= 0:
            bad.append(item)
        known[key] -= 1
    if bad:
        raise InventoryError(tuple(bad))


def schools_of(found: Edited) -> tuple[str, ...]:
    """Ids of the schools whose files are edited."""
    places = (file.removeprefix(f"{SCHOOLS}/") for file in found.files if file.startswith(f"{SCHOOLS}/"))
    return tuple(dict.fromkeys(place.partition("/")[0] for place in places))


@contextmanager
def overlay(root: Path, found: Edited, schools: Sequence[str] | None = None) -> Iterator[Path]:
    """A workspace with the edits made, for as long as the block lasts: to be read, rendered and planned from.

    Args:
        root: The workspace.
        found: The edits.
        schools: Ids of the schools that are in it; None: every school.

    Raises:
        OSError: There is no space for a copy.
    """
    with tempfile.TemporaryDirectory(prefix="campusctl-") as name:
        trial = Path(name)
        for file in inventory_files(root, schools):
            target = trial / file
            target.parent.mkdir(parents=True, exist_ok=True)
            if file in found.after:
                target.write_bytes(found.after[file])
            elif (root / file).is_file():
                shutil.copyfile(root / file, target)
        for part in _BESIDES:
            if (root / part).is_dir():
                (trial / part).symlink_to((root / part).resolve(), target_is_directory=True)
        yield trial


def keep(found: Edited, message: str, branch: str = "") -> str:
    """Write the files, and commit exactly them if the workspace is in a Git repository that knows them.

    Args:
        found: What `prepare` gave.
        message: Of the commit: a subject, and after an empty line more.
        branch: Made for it and checked out; empty: the branch that is checked out.

    Returns:
        The commit; empty: it is written and not committed (`git_care.standing` says why).

    Raises:
        EditError: A file was changed meanwhile; nothing was written.
        GitError: It is no moment for a commit, or Git or a hook refused; the files are as they were.
        OSError: A file cannot be written; they are as they were.
    """
    if not found.files:
        return ""
    how = standing(found.root, found.files, branch)
    found.write()
    if not how.commits:
        return ""
    try:
        made = commit(found.root, found.files, message, branch)
    except BaseException:
        _put_back(found)
        raise
    changed = left_behind(found.root, found.files)
    if changed:
        what = sentence(
            "commit {commit} is made, and a hook has changed {files} since", commit=made[:10], files=", ".join(changed)
        )
        raise GitError(what, sentence("look at git diff; then go on with campusctl plan"))
    return made


def _put_back(found: Edited) -> None:
    """The files as they were; a hook may have changed them in between, which goes too."""
    now = {file: (found.root / file).read_bytes() for file in found.files}
    Edited(found.root, now, {file: found.before[file] for file in found.files}).write()


def undo(found: Edited, message: str) -> str:
    """Take back what `keep` has written: the files are as they were before it, and that is committed likewise.

    Args:
        found: What was kept.
        message: Of the commit.

    Returns:
        The commit; empty: none was made.

    Raises:
        EditError: Somebody has changed a file since; nothing was written.
        GitError: As `keep`.
    """
    return keep(found.inverse, message)
