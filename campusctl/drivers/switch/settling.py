"""Ending a revert that a run left armed on a switch, so that it does not take back what comes next."""

from dataclasses import dataclass, field
from typing import Final

from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.drivers.switch.observing import vault_for
from campusctl.drivers.switch.rules import Revert, RevertKind
from campusctl.drivers.switch.session import SessionError, open_session
from campusctl.model.outcome import FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Armed
from campusctl.model.run import Step, StepKind
from campusctl.ports import Record, SecretSource

_GONE: Final = frozenset({FaultKind.REJECTED, FaultKind.UNREACHABLE, FaultKind.TIMEOUT})


@dataclass(slots=True)
class Settling:
    """One armed revert that is to end now."""

    armed: Armed
    dialect: Dialect
    secrets: SecretSource
    transport: str
    record: Record | None = None
    _notes: list[str] = field(default_factory=list)

    def run(self) -> Outcome:
        """Let a rollback happen at once; call a pending reboot off. What stands then, reading will tell.

        Returns:
            OK, with a note whether anything was armed any more.

        Raises:
            SessionError: The switch does not answer: it may be cut off until its timer runs out.
            SecretError: A secret is missing.
        """
        device = self.armed.target.device
        revert = self._revert()
        if revert is None:
            note = f"this campusctl knows no revert `{self.armed.revert}`; its timer runs out by itself"
            return Outcome(device=device, kind=OutcomeKind.UNCHANGED, notes=(note,))
        if self.record is not None:
            self.record.step(Step(device=device, kind=StepKind.UNDO, text=revert.name))
        self._end(revert)
        return Outcome(device=device, kind=OutcomeKind.OK, notes=tuple(self._notes))

    def _revert(self) -> Revert | None:
        return next((revert for revert in self.dialect.rules.reverts if revert.name == self.armed.revert), None)

    def _end(self, revert: Revert) -> None:
        # A reboot would interrupt everybody; as we are connected, it is not needed.
        lines = revert.undo if revert.kind is RevertKind.TIMER else revert.confirm
        target = self.armed.target
        vault = vault_for(target, self.secrets)
        with open_session(target.login, self.dialect.rules, vault.__getitem__, self.transport) as session:
            try:
                session.execute(lines)
                self._notes.append(f"the revert that was armed ({revert.name}) has ended")
            except SessionError as wrong:
                if wrong.kind not in _GONE:
                    raise
                self._notes.append(f"no revert was pending any more ({revert.name})")
