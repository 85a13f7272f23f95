"""What people do by hand and sign: checklists of devices without a protocol."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.appliances import appliance, document_of
from campusctl.inventory.appliances.board import MANUAL
from campusctl.inventory.load import load_for
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.signed import FOLDER, read_signed, write_signed
from campusctl.inventory.zone import city_zone
from campusctl.model.sentence import sentence
from campusctl.model.signature import Plain, Signature, checklist_of, digest_of, why_open

CAMPUS_MANAGER: Final = "campus-manager"
"""Who signs unless a role is named."""
LAB_FOLDER: Final = ".campusctl/lab/signed"
"""What is signed in the lab is no real work."""


class Checklist(NamedTuple):
    """What a person does at one device."""

    device: str
    """Device name."""
    school: str
    """School id."""
    place: str
    """Where it stands, for people."""
    lines: Mapping[str, Plain]
    """Every setting, by its path joined with ` / `."""
    signed: Signature | None
    """The newest signature; None: it was never signed."""
    roles: tuple[str, ...]
    """Who may sign."""

    open_because: str
    """Why it is open, in words; empty: it is done."""


def signatures(root: Path, school: str, *, lab: bool) -> Mapping[str, Signature]:
    """The signatures of a school by device name.

    Raises:
        InventoryError: The file is there and cannot be read.
    """
    return read_signed(root, school, LAB_FOLDER if lab else FOLDER)


def checklist(root: Path, device: str, *, lab: bool) -> Checklist:
    """What a person does at a device, and what was signed of it.

    Raises:
        UnknownNameError: There is no such device.
        CampusError: It has a protocol, and needs nobody's signature.
        InventoryError: The school has problems.
    """
    city = load_for(root, device)
    school = city.school_of(device)
    found = appliance(city, school.devices[device])
    if found is None or found.dialect != MANUAL:
        hint = sentence(
            "a device whose profile says `dialect: {dialect}` is signed; campusctl apply does the others",
            dialect=MANUAL,
        )
        raise CampusError(sentence("{device} has no checklist", device=device), hint)
    document = document_of(city, school, found)
    known = signatures(root, school.id, lab=lab).get(device)
    room = school.rooms[found.device.room].room.title
    where = f"{school.spec.name}, {found.device.room}{f' ({room})' if room else ''}"
    roles = (CAMPUS_MANAGER, *school.spec.contacts)
    lines = checklist_of(document.settings)
    words = why_open(known, lines, int(document.options["signed_days"]), datetime.now(UTC))
    return Checklist(device, school.id, where, lines, known, roles, words)


def sign(  # noqa: PLR0913 - what, who, why, where and when: each is one question
    root: Path, asked: Checklist, by: str, note: str, *, lab: bool, now: datetime | None = None
) -> str:
    """Remember that everything on a checklist is done: in the audit trail, then in the file of the school.

    Args:
        root: The workspace.
        asked: The checklist as it was shown.
        by: A role of the school's contacts, or `campus-manager`.
        note: What the role says besides, one line.
        lab: In the lab.
        now: The moment; None: this one.

    Returns:
        The file, relative to the workspace.

    Raises:
        UnknownNameError: There is no such role.
        CampusError: The note is none, or the checklist has changed while somebody looked at it.
        JournalError: The audit trail cannot be written; nothing was signed.
        InventoryError: The file of the school cannot be read; likewise.
    """
    if by not in asked.roles:
        known = sentence("roles of {school}: {roles}", school=asked.school, roles=", ".join(asked.roles))
        what = sentence("no role `{role}` at {school}", role=by, school=asked.school)
        raise UnknownNameError(what, did_you_mean(by, asked.roles) or known)
    if note and not note.isprintable():
        raise CampusError(sentence("the note is one line of text"), sentence("without control characters"))
    if checklist(root, asked.device, lab=lab).lines != asked.lines:
        what = sentence("the checklist has changed meanwhile, so nothing was signed")
        raise CampusError(what, sentence("look at it again"))
    moment = (now or datetime.now(UTC)).astimezone(city_zone(root)).replace(microsecond=0)
    digest = digest_of(asked.lines)
    signature = Signature(signed=moment, by=by, note=note, settings=dict(asked.lines), digest=digest)
    if not lab:
        _audit(root, asked, signature)
    return write_signed(root, asked.school, asked.device, signature, LAB_FOLDER if lab else FOLDER)


def _audit(root: Path, asked: Checklist, signature: Signature) -> None:
    from campusctl.history.process import this_process  # noqa: PLC0415 - the database's library is slow to import
    from campusctl.workflow.history import journal, person  # noqa: PLC0415 - likewise

    with journal(root) as store:
        detail = {"by": signature.by, "digest": signature.digest, "lines": len(signature.settings)}
        store.audit(person(), this_process().host, "checklist.signed", asked.device, detail)
