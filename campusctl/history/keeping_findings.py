"""The part of the journal that remembers findings, and which secret was set when."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from campusctl.history import findings, secrets_set, trail
from campusctl.history.opened import Opened
from campusctl.history.process import this_process
from campusctl.model.finding import FindingRow, FindingSeen, FindingState
from campusctl.model.journal import AuditEntry, SecretSet


class KeepsFindings(Opened):
    """Findings from run to run, and secrets that were set."""

    def record_findings(
        self, run_id: str, seen: Iterable[FindingSeen], covered: Collection[str]
    ) -> tuple[FindingRow, ...]:
        """Merge what a run has seen; `covered` are the devices it has read. Returns what it saw and what is gone."""
        found = tuple(seen)
        return self._database.write(lambda connection: findings.record(connection, run_id, found, covered, self._now()))

    def findings(
        self, school: str | None = None, states: Collection[FindingState] | None = None
    ) -> tuple[FindingRow, ...]:
        """Findings of a school, or of all; in these states, or in any."""
        return self._database.read(lambda connection: findings.listed(connection, school or "", states, self._now()))

    def finding(self, named: str) -> FindingRow:
        """A finding by its id, or by a beginning that only it has.

        Raises:
            UnknownNameError: There is none, or several.
        """
        return self._database.read(lambda connection: findings.one(connection, named, self._now()))

    def decide(  # noqa: PLR0913 - a decision says all of this
        self,
        named: str,
        state: FindingState,
        *,
        actor: str,
        reason: str = "",
        owner: str = "",
        until: datetime | None = None,
        host: str = "",
    ) -> FindingRow:
        """Decide what becomes of a finding; audited.

        Raises:
            UnknownNameError: There is none, or several.
        """
        where = host or this_process().host

        def work(connection: Connection) -> tuple[FindingRow, AuditEntry]:
            now = self._now()
            row = findings.one(connection, named, now).model_copy(
                update={
                    "state": state, "decided": now, "decided_by": actor, "reason": reason, "owner": owner,
                    "until": until.astimezone(UTC) if until else None,
                }
            )  # fmt: skip
            findings.decide(connection, row)
            detail = {"school": row.school, "reason": reason, "owner": owner, "until": row.until, "title": row.title}
            return row, trail.append(connection, trail.Said(actor, where, f"finding.{state}", row.id, detail), now)

        row, entry = self._database.write(work)
        self._note(entry)
        return row

    def remember_secret(self, device: str, path: Iterable[str], ref: str, fingerprint: str, run_id: str) -> None:
        """Write down that a secret was set; the fingerprint is a keyed hash, never the value."""
        said = SecretSet(
            device=device, path=tuple(path), ref=ref, fingerprint=fingerprint, run_id=run_id, at=self._now()
        )
        self._database.write(lambda connection: secrets_set.remember(connection, said))

    def secrets_set(self, device: str | None = None, ref: str | None = None) -> tuple[SecretSet, ...]:
        """What was set when, newest first."""
        return self._database.read(lambda connection: secrets_set.listed(connection, device or "", ref or ""))
