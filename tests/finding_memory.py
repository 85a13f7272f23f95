"""A store of findings in memory, with the rules of the real one that the commands rely on."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from campusctl.errors import UnknownNameError
from campusctl.model.finding import FindingRow, FindingSeen, FindingState


class FindingMemory:
    """See `campusctl.ports.FindingStore`."""

    def __init__(self) -> None:
        self.rows: dict[str, FindingRow] = {}
        self.clock = lambda: datetime.now(UTC)

    def __enter__(self) -> Self:
        """Nothing is opened."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing is closed."""

    def record_findings(
        self, run_id: str, seen: Iterable[FindingSeen], covered: Collection[str]
    ) -> tuple[FindingRow, ...]:
        """What was seen is there; what was not seen on devices that were read is gone."""
        now = self.clock()
        told = {found.id: found for found in seen}
        for found in told.values():
            known = self.rows.get(found.id)
            if known and known.state is FindingState.ACCEPTED:
                self.rows[found.id] = known.model_copy(update={"devices": found.devices, "last_seen": now})
            else:
                first = known.first_seen if known else now
                self.rows[found.id] = FindingRow(**found.model_dump(), first_seen=first, last_seen=now, last_run=run_id)
        for name, row in self.rows.items():
            if name not in told and set(row.devices) <= set(covered):
                self.rows[name] = row.model_copy(update={"state": FindingState.GONE})
        return tuple(self.rows.values())

    def findings(
        self, school: str | None = None, states: Collection[FindingState] | None = None
    ) -> tuple[FindingRow, ...]:
        """By school and state."""
        found = (row for row in self.rows.values() if school in (None, row.school))
        return tuple(row for row in found if states is None or row.state in states)

    def finding(self, name: str) -> FindingRow:
        """By the beginning of an id."""
        found = [row for row in self.rows.values() if row.id.startswith(name)]
        if len(found) != 1:
            raise UnknownNameError(f"no finding {name}", "`campusctl findings` lists them")
        return found[0]

    def decide(
        self,
        name: str,
        state: FindingState,
        *,
        actor: str,
        reason: str = "",
        owner: str = "",
        until: datetime | None = None,
    ) -> FindingRow:
        """What was decided, and by whom."""
        change = {"state": state, "decided_by": actor, "reason": reason, "owner": owner, "until": until}
        row = self.finding(name).model_copy(update=change)
        self.rows[row.id] = row
        return row
