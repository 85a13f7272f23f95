"""Changing one switch: look again, send, read back, confirm, save, prove. Reading back decides, not the replies."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from campusctl.drivers.switch.compare import Difference
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.drivers.switch.observing import Observation, observe_in, vault_for
from campusctl.drivers.switch.rules import Revert
from campusctl.drivers.switch.session import Session, SessionError, open_session
from campusctl.errors import SecretError
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Change
from campusctl.ports import SecretSource

_LOST = frozenset({FaultKind.UNREACHABLE, FaultKind.TIMEOUT})


@dataclass(slots=True)
class Applying:
    """One change on its way to one switch."""

    change: Change
    dialect: Dialect
    secrets: SecretSource
    key: bytes
    transport: str
    emit: Emit
    _known: dict[str, str] = field(default_factory=dict)
    _sent: int = 0

    def run(self) -> Outcome:
        """Make the change.

        Returns:
            OK, UNCHANGED, or FAILED with what stands and what does not.

        Raises:
            SessionError, SecretError: Nothing was sent.
        """
        self._known.update(vault_for(self.change.target, self.secrets))
        with self._open() as session:
            seen = self._observe(session)
            self._refuse_moved(seen)
            if not self.change.assessment.commands:
                return self._save_only(session, seen)
            revert = self._revert()
            try:
                self._send(session, revert)
                if revert is None:
                    return self._finish(session, ())
            except SessionError as wrong:
                if revert is None:
                    return self._look_again(wrong)
        return self._confirm(revert) if revert else self._failed(_no_revert())

    def _open(self) -> AbstractContextManager[Session]:
        return open_session(self.change.target.login, self.dialect.rules, self._reveal, self.transport)

    def _reveal(self, ref: str) -> str:
        if ref not in self._known:
            raise SecretError(f"the plan needs the secret {ref}, and nobody knows it", "make a new plan")
        return self._known[ref]

    def _observe(self, session: Session) -> Observation:
        vault = {ref: text for ref, text in self._known.items() if "device/" not in ref}
        return observe_in(session, self.change.target, self.dialect, vault, self.emit)

    def _refuse_moved(self, seen: Observation) -> None:
        if seen.digest(self.key) != self.change.assessment.observed_digest:
            raise SessionError(
                FaultKind.MOVED, "the switch has changed since the plan was made", "make a new plan and look at it"
            )
        self._known.update(
            {ref: found.reveal() for ref, found in seen.difference.secrets.items() if ref not in self._known}
        )

    def _revert(self) -> Revert | None:
        name = self.change.assessment.revert
        return next((revert for revert in self.dialect.rules.reverts if revert.name == name), None)

    def _send(self, session: Session, revert: Revert | None) -> None:
        commands = self.change.assessment.commands
        minutes = self.change.target.revert_minutes

        def on_sent(count: int) -> None:
            self._sent = count
            self._event(EventKind.SENT, done=count, total=len(commands))

        arm = tuple(line.format(minutes=minutes) for line in revert.arm) if revert else ()
        if revert and not revert.arm_enters_config:
            session.execute(arm)
            arm = ()
        self._sent = session.configure(commands, on_sent, enter=arm or None)

    def _finish(self, session: Session, notes: tuple[str, ...]) -> Outcome:
        """Read back, save, prove."""
        remaining = self._remaining(self._observe(session).difference)
        if remaining:
            return self._failed(_unverified(remaining, self._sent))
        self._event(EventKind.VERIFIED)
        session.save()
        if self._observe(session).startup_differs:
            return self._failed(_unsaved(self._sent))
        self._event(EventKind.SAVED)
        edits = len(self.change.assessment.edits)
        return Outcome(
            device=self.change.target.device, kind=OutcomeKind.OK, sent=self._sent, edits=edits, saved=True, notes=notes
        )

    def _save_only(self, session: Session, seen: Observation) -> Outcome:
        device = self.change.target.device
        if not seen.startup_differs:
            return Outcome(device=device, kind=OutcomeKind.UNCHANGED, saved=True)
        session.save()
        if self._observe(session).startup_differs:
            return self._failed(_unsaved(0))
        note = "running was right but not saved; it is saved now"
        return Outcome(device=device, kind=OutcomeKind.OK, saved=True, notes=(note,))

    def _confirm(self, revert: Revert) -> Outcome:
        """Only a new session may confirm: it proves that the way in still stands."""
        try:
            with self._open() as fresh:
                remaining = self._remaining(self._observe(fresh).difference)
                if remaining:
                    fresh.execute(revert.undo)
                    return self._failed(_reverted(remaining, self._sent))
                fresh.execute(revert.confirm)
                return self._finish(fresh, (f"confirmed from a new session ({revert.name})",))
        except SessionError as wrong:
            return self._failed(_timer_reverts(wrong, self.change.target.revert_minutes, self._sent))

    def _look_again(self, wrong: SessionError) -> Outcome:
        """A session broke while lines were in flight: what stands is read from a new one."""
        self._sent = max(self._sent, wrong.sent)
        try:
            with self._open() as fresh:
                remaining = self._remaining(self._observe(fresh).difference)
                if not remaining and wrong.kind in _LOST:
                    return self._finish(fresh, ("the session broke, and every setting stands all the same",))
                return self._failed(_partly(wrong, remaining, len(self.change.assessment.edits)))
        except SessionError as again:
            hint = "the switch does not answer since; nothing was saved, so a power cycle brings the old configuration"
            return self._failed((wrong.kind, f"{wrong.what}; then: {again.what}", hint))

    def _remaining(self, difference: Difference) -> int:
        return len(difference.edits)

    def _failed(self, fault: tuple[FaultKind, str, str]) -> Outcome:
        kind, what, hint = fault
        device = self.change.target.device
        return Outcome(
            device=device,
            kind=OutcomeKind.FAILED,
            sent=self._sent,
            fault=Fault(device=device, kind=kind, what=what, hint=hint, sent=self._sent),
        )

    def _event(self, kind: EventKind, *, done: int = 0, total: int = 0) -> None:
        self.emit(Event(kind=kind, device=self.change.target.device, done=done, total=total))


def _unverified(remaining: int, sent: int) -> tuple[FaultKind, str, str]:
    what = f"{sent} commands were sent, and {remaining} settings are still not as planned; nothing was saved"
    return FaultKind.UNVERIFIED, what, "campusctl plan shows what is left; the switch may have refused a line silently"


def _unsaved(sent: int) -> tuple[FaultKind, str, str]:
    what = f"running is right after {sent} commands, but startup is not the same"
    return FaultKind.UNSAVED, what, "a reboot would lose the change: save by hand, and look for a full or broken flash"


def _reverted(remaining: int, sent: int) -> tuple[FaultKind, str, str]:
    what = f"{sent} commands were sent, {remaining} settings did not come out as planned; the switch was put back"
    return FaultKind.UNVERIFIED, what, "campusctl plan shows the state now"


def _timer_reverts(wrong: SessionError, minutes: int, sent: int) -> tuple[FaultKind, str, str]:
    what = f"{wrong.what}, after {sent} commands; they were not confirmed"
    return wrong.kind, what, f"the switch goes back by itself within {minutes} minutes; then plan again"


def _partly(wrong: SessionError, remaining: int, edits: int) -> tuple[FaultKind, str, str]:
    what = f"{wrong.what}; {max(edits - remaining, 0)} of {edits} settings stand, nothing was saved"
    return wrong.kind, what, wrong.hint or "campusctl plan shows what is left"


def _no_revert() -> tuple[FaultKind, str, str]:
    return FaultKind.INTERNAL, "the plan names no revert that this tool knows", "please report this"
