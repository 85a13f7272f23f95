"""Ending a revert that a run left armed on a switch, so that it does not take back what comes next."""

import re
from dataclasses import dataclass, field
from typing import Final

from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.drivers.switch.observing import vault_for
from campusctl.drivers.switch.rules import Revert
from campusctl.drivers.switch.session import Session, SessionError, open_session
from campusctl.model.outcome import FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Armed
from campusctl.model.run import Step, StepKind
from campusctl.model.sentence import sentence
from campusctl.ports import Record, SecretSource

_NOTHING: Final = re.compile(
    r"(?i)\bnot? (?:\w+ ){0,4}?(?:running|active|started|pending|armed|scheduled|in progress)\b|\bnothing\b"
)
"""What a switch says that has nothing armed: `%No Rollback Confirmed Change pending`, `… mode is not running`."""
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
        """Go back where that is quick, call a pending reboot off. What stands then, reading will tell.

        Returns:
            OK, with a note whether anything was armed any more.

        Raises:
            SessionError: The switch does not answer: it may be cut off until its timer runs out.
            SecretError: A secret is missing.
        """
        device = self.armed.target.device
        revert = self._revert()
        if revert is None:
            note = sentence(
                "this campusctl knows no revert `{revert}`; its timer runs out by itself", revert=self.armed.revert
            )
            return Outcome(device=device, kind=OutcomeKind.UNCHANGED, notes=(note,))
        self._end(revert)
        return Outcome(device=device, kind=OutcomeKind.OK, notes=tuple(self._notes))

    def _revert(self) -> Revert | None:
        return next((revert for revert in self.dialect.rules.reverts if revert.name == self.armed.revert), None)

    def _end(self, revert: Revert) -> None:
        target = self.armed.target
        vault = vault_for(target, self.secrets)
        with open_session(target.login, self.dialect.rules, vault.__getitem__, self.transport) as session:
            # Not before: a switch that cannot be reached stays armed.
            if self.record is not None:
                self.record.step(Step(device=target.device, kind=StepKind.UNDO, text=revert.name))
            for line in revert.settle:
                if not _took(session, line):
                    self._notes.append(sentence("no revert was pending any more ({revert})", revert=revert.name))
                    return
        self._notes.append(sentence("the revert that was armed ({revert}) has ended", revert=revert.name))


def _took(session: Session, line: str) -> bool:
    """Whether a line did something; a switch with nothing armed refuses it, or says so, or is gone by now."""
    try:
        (reply,) = session.execute((line,))
    except SessionError as wrong:
        if wrong.kind not in _GONE:
            raise
        return wrong.kind is not FaultKind.REJECTED
    return _NOTHING.search(reply) is None
