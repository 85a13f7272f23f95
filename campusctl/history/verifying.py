"""Finds tampering: the trail against itself, against the note outside the database, and runs against the trail."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from campusctl.history import trail
from campusctl.history.head import Head
from campusctl.history.runs import digest_of
from campusctl.history.schema import audit, meta
from campusctl.model.journal import AuditProblem, AuditReport

FINISH: Final = "run.finish"
"""The action of the entry that carries the digest of a run."""


def journal_id(connection: Connection) -> str:
    """The random id that was made with this journal."""
    return str(connection.execute(select(meta.c.value).where(meta.c.name == "journal")).scalar() or "")


def verify(connection: Connection, noted: Head | None, *, shared: bool) -> AuditReport:
    """Check everything.

    Args:
        connection: In one transaction.
        noted: What this workspace noted of the newest entry.
        shared: Other hosts write to this journal, too, so that this one may have noted nothing yet.
    """
    walked = trail.walk(connection)
    count, changed = _runs(connection)
    problems = [*walked.problems, *_against_head(connection, walked, noted, shared=shared), *changed]
    return AuditReport(
        first=walked.first,
        last=walked.last,
        pruned=walked.pruned,
        head=walked.digest,
        runs=count,
        problems=tuple(sorted(problems, key=lambda problem: problem.number)),
    )


def _against_head(
    connection: Connection, walked: trail.Walked, noted: Head | None, *, shared: bool
) -> Iterator[AuditProblem]:
    if noted is None:
        if walked.last and not shared:
            yield AuditProblem(number=0, what="the file .campusctl/audit-head is missing: a cut-off end is not found")
        return
    if noted.journal != journal_id(connection):
        what = f"this is another journal than the one whose entry {noted.number} was noted in .campusctl/audit-head"
        yield AuditProblem(number=0, what=what)
    elif noted.number > walked.last:
        gap = trail.missing(walked.last + 1, noted.number)
        yield AuditProblem(number=gap.number, what=f"{gap.what}: the end was cut off")
    elif noted.number > walked.pruned:
        found = trail.entry(connection, noted.number)
        if found and found.digest != noted.digest:
            what = "is not the entry that was noted in .campusctl/audit-head"
            yield AuditProblem(number=noted.number, what=what)


def _runs(connection: Connection) -> tuple[int, list[AuditProblem]]:
    """Runs whose rows do not fit what the trail said when they ended."""
    last: dict[str, tuple[int, Mapping[str, Any]]] = {}
    query = select(audit.c.seq, audit.c.subject, audit.c.detail).where(audit.c.action == FINISH).order_by(audit.c.seq)
    for row in connection.execute(query):
        last[row.subject] = (row.seq, trail.detail_of(row.detail))
    pruned = _pruned_before(connection)
    problems: list[AuditProblem] = []
    count = 0
    for run_id, (number, detail) in last.items():
        found = digest_of(connection, run_id)
        count += found is not None
        if found is None and not _is_before(detail.get("started"), pruned):
            problems.append(AuditProblem(number=number, what=f"speaks of run {run_id}, which is missing"))
        elif found is not None and found != detail.get("digest"):
            what = f"speaks of run {run_id}, whose rows were changed since"
            problems.append(AuditProblem(number=number, what=what))
    return count, problems


def _pruned_before(connection: Connection) -> datetime | None:
    """Runs that started before this moment may be gone."""
    query = select(audit.c.detail).where(audit.c.action == trail.PRUNE)
    found = (_moment(trail.detail_of(form).get("before")) for form in connection.execute(query).scalars())
    return max((moment for moment in found if moment), default=None)


def _is_before(started: object, pruned: datetime | None) -> bool:
    moment = _moment(started)
    return moment is not None and pruned is not None and moment < pruned


def _moment(form: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(form))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
