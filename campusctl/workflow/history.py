"""What is remembered, for the commands that show it, and who it is that asks."""

import os
import pwd
import secrets as random_source
import shlex
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from campusctl import __version__
from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.load import school_ids
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.source import chosen
from campusctl.model.run import RunInfo, RunKind
from campusctl.model.secret import redact

if TYPE_CHECKING:
    from campusctl.history.store import Store
    from campusctl.model.journal import AuditEntry, AuditReport, Claim, Lease, PruneCount, RunDetail, RunRow

PERSON: Final = "CAMPUSCTL_USER"
"""Environment variable that names the person where several share an account."""
_LONGEST_CLAIM: Final = timedelta(days=366)


def journal(root: Path) -> "Store":
    """The workspace's journal, to be used in a `with`.

    Raises:
        JournalError, MissingExtraError: It cannot be opened.
    """
    from campusctl.history.store import open_store  # noqa: PLC0415 - SQLAlchemy is slow to import

    return open_store(root)


def person(environ: Mapping[str, str] = os.environ) -> str:
    """Who runs campusctl: the account, behind `sudo` the one that called it; named more closely by CAMPUSCTL_USER."""
    account = str(os.getuid())
    with suppress(KeyError):
        account = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        account = environ.get("SUDO_USER") or account
    named = environ.get(PERSON, "").strip()
    return f"{named} ({account})" if named and named != account else account


def run_info(root: Path, kind: RunKind, schools: Sequence[str], argv: Sequence[str], **more: Any) -> RunInfo:  # noqa: ANN401 - fields of RunInfo
    """A run that begins now, in this process.

    Args:
        root: The workspace.
        kind: What it does.
        schools: School ids.
        argv: The command line without the program's name.
        more: Other fields of `RunInfo`: `reason`, `parent`, `scheduled`, `lab`, `inventory_digest`, `template_digest`.
    """
    from campusctl.history.process import this_process  # noqa: PLC0415 - likewise
    from campusctl.workflow.commit import inventory_commit  # noqa: PLC0415 - likewise

    process = this_process()
    return RunInfo(
        id=random_source.token_hex(4),
        kind=kind,
        started=datetime.now(UTC),
        user=person(),
        host=process.host,
        pid=process.pid,
        boot_id=process.boot_id,
        process_start=process.start,
        command=_one_line(redact(shlex.join(argv))),
        schools=tuple(schools),
        inventory_commit=inventory_commit(root),
        tool_version=__version__,
        **more,
    )


def _one_line(text: str) -> str:
    """Half a surrogate pair, from a command line that is no UTF-8, is spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def runs_of(root: Path, subject: str | None, limit: int, kind: RunKind | None = None) -> "tuple[RunRow, ...]":
    """The newest runs; only those of a school or a device when one is named.

    Raises:
        UnknownNameError: Neither the inventory nor the journal knows the name; says what was probably meant.
    """
    with journal(root) as store:
        if subject is None:
            return store.runs(kind=kind, limit=limit)
        known, devices = store.names()
        schools = known | frozenset(school_ids(root))
        if subject in devices:
            return store.runs(device=subject, kind=kind, limit=limit)
        school = subject if subject in schools else _short(root, subject)
        if school:
            return store.runs(school=school, kind=kind, limit=limit)
        if _is_device(root, subject):
            return ()
        hint = did_you_mean(subject, (*schools, *devices, "show", "verify", "prune", "audit"))
        raise UnknownNameError(f"no school or device `{subject}`", hint or "`campusctl history` lists every run")


def _short(root: Path, subject: str) -> str:
    """The school with this short name, or nothing."""
    try:
        return chosen(root, [subject])[0]
    except CampusError:
        return ""


def _is_device(root: Path, name: str) -> bool:
    """A device of the inventory of which nothing is remembered yet."""
    from campusctl.inventory.load import load_for  # noqa: PLC0415 - only for a name that the journal does not know

    try:
        load_for(root, name).find_device(name)
    except CampusError:
        return False
    return True


def run_detail(root: Path, named: str) -> "RunDetail":
    """One run, with its devices and steps.

    Raises:
        UnknownNameError: There is none, or several begin so.
    """
    with journal(root) as store:
        return store.run(named)


def trail(root: Path, limit: int) -> "tuple[AuditEntry, ...]":
    """The newest entries of the audit trail."""
    with journal(root) as store:
        return store.audit_entries(limit)


def verify(root: Path) -> "AuditReport":
    """Look for tampering."""
    with journal(root) as store:
        return store.verify()


def count_old(root: Path, older_than: timedelta) -> "PruneCount":
    """What a pruning would delete."""
    with journal(root) as store:
        return store.count_old(older_than)


def prune(root: Path, older_than: timedelta) -> "PruneCount":
    """Delete it."""
    with journal(root) as store:
        return store.prune(older_than, actor=person(), host=socket.gethostname())


def claims_and_leases(root: Path) -> "tuple[tuple[Claim, ...], tuple[Lease, ...]]":
    """Who claims which school, and who is writing to which."""
    with journal(root) as store:
        return store.claims(), store.leases()


def claim(root: Path, school: str, until: datetime, reason: str) -> "Claim":
    """Claim a school for the person who runs campusctl.

    Raises:
        UnknownNameError: No such school.
        LockedError: Somebody else claims it.
        CampusError: The time is past, or too far away.
    """
    school_id = chosen(root, [school])[0]
    now = datetime.now(UTC)
    if until <= now:
        raise CampusError("this time is past already", "name the day, too: --until 2026-12-31T14:00")
    if until - now > _LONGEST_CLAIM:
        raise CampusError("nobody claims a school for more than a year", "is the year right?")
    with journal(root) as store:
        return store.claim(school_id, holder=person(), until=until, reason=reason)


def release(root: Path, school: str, reason: str) -> "Claim | None":
    """End a claim; None when there was none.

    Raises:
        UnknownNameError: No such school.
        LockedError: It is somebody else's, and no reason is given.
    """
    school_id = chosen(root, [school])[0]
    with journal(root) as store:
        return store.release_claim(school_id, holder=person(), reason=reason)
