"""Errors an operator or we are to blame for. One device's trouble is a `Fault` value instead.

CampusError                 exit 1; message, and a hint on its own line
├── WorkspaceError          no workspace here, or it cannot be read
├── InventoryError          problems in the inventory, each with file and line
├── RenderError             a template failed, with its file and line
├── PlanError               a saved plan cannot be used
├── SecretError             a secret is missing, or its source cannot be opened
├── JournalError            the record cannot be written or read
├── BackupError             the backups cannot be written or read
├── LockedError             somebody else has the school
├── ClosedError             it would interrupt somebody, and no window is open
├── UnknownNameError        no such school, device or path; knows what was probably meant
│   └── UnknownPlaceError   no such school, room or device, where a person in a school types it
└── MissingExtraError       an optional dependency is not installed
"""

from dataclasses import dataclass
from typing import Final, Literal


class CampusError(Exception):
    """The base of all errors of this project."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\nhint: {self.hint}" if self.hint else self.what


class WorkspaceError(CampusError):
    """There is no workspace, or it cannot be read."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in the inventory."""

    file: str
    """Path relative to the workspace."""
    line: int
    """1-based; 0 when the whole file is meant."""
    where: str
    """Device, school or key the problem is about; may be empty."""
    what: str
    """One sentence."""
    hint: str = ""
    """What to do about it."""

    def __str__(self) -> str:
        return str(self.told)

    @property
    def told(self) -> str:
        """All of it, as a sentence that other languages say, too."""
        # It takes pydantic, which is loaded already where somebody has read an inventory.
        from campusctl.model.sentence import joined, sentence  # noqa: PLC0415 - see above

        place = f"{self.file}:{self.line}" if self.line else self.file
        hint = sentence("hint: {what}", what=self.hint) if self.hint else ""
        return joined((joined((place, self.where, self.what), ": "), hint), "\n")


class InventoryError(CampusError):
    """The inventory has problems; all of them are listed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        from campusctl.model.sentence import joined  # noqa: PLC0415 - as in `Problem`

        super().__init__(joined((problem.told for problem in problems), "\n"))
        self.problems = problems


class RenderError(CampusError):
    """A template cannot be rendered."""


class PlanError(CampusError):
    """A saved plan cannot be used."""


class SecretError(CampusError):
    """A secret is missing, or its source cannot be opened."""


class MissingSecretError(SecretError):
    """No source has a secret; the others can be had."""


class JournalError(CampusError):
    """The record of runs cannot be written or read; what was to be recorded must not be done."""


class BackupError(CampusError):
    """The repository of backups cannot be written or read; what was read from devices is not kept."""


class LockedError(CampusError):
    """Somebody else has the school."""


class ClosedError(CampusError):
    """It would interrupt lessons or exams, and no window is open."""


class UnknownNameError(CampusError):
    """No such school, device or path; what was typed is shown without what would move the cursor, and not at length."""

    def __init__(self, what: str, hint: str = "") -> None:
        shown = what if len(what) <= _LONGEST_NAME else f"{what[:_LONGEST_NAME]}…"
        plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in shown)
        # What needs no change stays what it is: it may be a sentence that other languages say, too.
        super().__init__(what if plain == what else plain, hint)


class UnknownPlaceError(UnknownNameError):
    """No such school, room or device. Its parts are kept, so that it can be said in another language."""

    def __init__(
        self, kind: Literal["school", "room", "place", "several", "which"], name: str, near: tuple[str, ...] = ()
    ) -> None:
        """Say what is not known.

        Args:
            kind: What was looked for; `place`: what was typed is neither a room's place nor a device; `several`: more
                than one school has such a room; `which`: it is a school, and says no room.
            name: As it was typed.
            near: What was probably meant.
        """
        hint = f"did you mean {', '.join(near)}?" if near else ""
        what = {"several": f"more than one room `{name}`", "which": f"no room of `{name}` is named"}
        super().__init__(what.get(kind, f"no {kind} `{name}`"), hint or "a room is named like schule-042/R101")
        self.kind, self.name, self.near = kind, name, near


_LONGEST_NAME: Final = 200


class MissingExtraError(CampusError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs the extra [{extra}]", f"pip install 'campusctl[{extra}]'")
