"""What a person has done by hand on a device, and signed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias

from pydantic import AwareDatetime, Field

from campusctl.model.appliance import Shown
from campusctl.model.frozen import Frozen
from campusctl.model.names import DeviceName, Line, Word
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

Plain: TypeAlias = bool | int | Line | tuple[Line, ...]


class Signature(Frozen):
    """One device's checklist, as it was done."""

    signed: AwareDatetime
    """When."""
    by: Word
    """Who: a role of the school's contacts, or `campus-manager`; never a person."""
    note: Line = ""
    """What the role said besides."""
    settings: dict[Line, Plain]
    """The checklist: settings by their path, joined with ` / `."""
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """Fingerprint of exactly these settings; it stands in the audit trail, too."""

    @property
    def whole(self) -> bool:
        """Nobody has changed the settings since they were signed."""
        return self.digest == digest_of(self.settings)

    @property
    def words(self) -> str:
        """When and in which role: `signed 2026-11-26 by medien`."""
        return sentence("signed {day} by {role}", day=self.signed.strftime("%Y-%m-%d"), role=self.by)

    def older_than(self, days: int, now: datetime) -> bool:
        """It does not count any more; with 0 days it counts for ever."""
        return bool(days) and now - self.signed > timedelta(days=days)


class SignedFile(Frozen):
    """`signed/<school>.yml`: what people have done at one school."""

    signed: dict[DeviceName, Signature] = Field(default_factory=dict)
    """The newest signature of each device."""


def key_of(path: Path) -> str:
    """A path as a signature names it."""
    return " / ".join(path)


def checklist_of(settings: Iterable[tuple[Path, Shown]]) -> dict[str, Plain]:
    """The lines of a checklist: everything that is wanted."""
    return {key_of(path): value for path, value in settings if value is not None}


def digest_of(settings: Mapping[str, Plain]) -> str:
    """A fingerprint of a checklist: 32 hex digits; the order of its lines does not matter."""
    text = json.dumps(sorted(settings.items()), ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def why_open(signature: Signature | None, checklist: Mapping[str, Plain], days: int, now: datetime) -> str:
    """Why a checklist is open, in words; empty: it is done.

    Args:
        signature: The newest; None: there is none.
        checklist: What is wanted now. Lines that were taken away since are no reason.
        days: For how many days a signature counts; 0: until the checklist changes.
        now: The moment (aware).
    """
    if signature is None:
        return sentence("never signed")
    if not signature.whole:
        return sentence("{signed}, and the record was changed by hand since", signed=signature.words)
    if signature.older_than(days, now):
        return sentence("{signed}, which is more than {days} days ago", signed=signature.words, days=days)
    if any(signature.settings.get(name) != value for name, value in checklist.items()):
        return sentence("{signed}, and the checklist has changed since", signed=signature.words)
    return ""
