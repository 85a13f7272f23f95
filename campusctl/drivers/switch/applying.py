"""Changing one switch: look again, send, read back, confirm, save, prove. Reading back decides, not the replies."""

import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Final

from campusctl.drivers.switch.compare import Difference, view
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.drivers.switch.observing import Observation, keeper, observe_in, vault_for
from campusctl.drivers.switch.rules import Revert, RevertKind
from campusctl.drivers.switch.session import Session, SessionError, open_session
from campusctl.drivers.switch.watching import Watch, lost, untold
from campusctl.errors import CampusError, SecretError
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Change
from campusctl.model.run import Step, StepKind
from campusctl.model.secret import TOKEN, SecretKind
from campusctl.model.sentence import sentence
from campusctl.ports import Record, SecretSource
from campusctl.words.trouble import in_words

_LOST: Final = frozenset({FaultKind.UNREACHABLE, FaultKind.TIMEOUT})
_NOT_ARMED: Final = frozenset({FaultKind.REJECTED, FaultKind.LOCKED})


@dataclass(slots=True)
class Applying:
    """One change on its way to one switch."""

    change: Change
    dialect: Dialect
    secrets: SecretSource
    key: bytes
    transport: str
    emit: Emit
    stop: threading.Event
    record: Record | None = None
    _watch: Watch = field(init=False)
    _known: dict[str, str] = field(default_factory=dict)
    _sent: int = 0
    _armed: bool = False
    _confirmed: bool = False
    _saving: bool = False

    def __post_init__(self) -> None:
        self._watch = Watch(self.change.target, self.change.assessment.edits, self.stop)

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
            self._refuse_unknown_secrets()
            self._begin(seen)
            if not self.change.assessment.commands:
                return self._save_only(session, seen)
            revert = self._revert(seen)
            self._watch.note(session, seen.difference.before)
            try:
                self._send(session, revert)
                if revert is None:
                    return self._finish(session, ())
                trouble = None
            except SessionError as wrong:
                if wrong.kind is FaultKind.JOURNAL and not (self._sent or self._armed):
                    raise
                if revert is None:
                    return self._look_again(wrong)
                if (wrong.kind in _NOT_ARMED and not self._sent) or not self._armed:
                    raise
                trouble = wrong
        return self._confirm(revert, trouble)

    def _begin(self, seen: Observation) -> None:
        """Write down what the switch was, before anything changes."""
        if self.record is not None:
            self._step(StepKind.BEGIN, text=seen.kept(self.key, self._known.values()))

    def _open(self) -> AbstractContextManager[Session]:
        return open_session(self.change.target.login, self.dialect.rules, self._reveal, self.transport, self.stop)

    def _reveal(self, ref: str) -> str:
        if ref not in self._known:
            raise SecretError(
                sentence("the plan needs the secret {ref}, and nobody knows it", ref=ref), sentence("make a new plan")
            )
        return self._known[ref]

    def _observe(self, session: Session) -> Observation:
        vault = {ref: text for ref, text in self._known.items() if "device/" not in ref}
        target = self.change.target
        keep = keeper(self.record, target, self.dialect, self.key)
        return observe_in(session, target, self.dialect, vault, self.emit, key=self.key, keep=keep)

    def _refuse_moved(self, seen: Observation) -> None:
        if seen.digest(self.key) != self.change.assessment.observed_digest:
            raise SessionError(
                FaultKind.MOVED,
                sentence("the switch has changed since the plan was made"),
                sentence("make a new plan and look at it"),
            )
        self._known.update(
            {
                ref: found.reveal()
                for ref, found in seen.difference.secrets.items()
                # What nobody knows the text of is no empty secret.
                if ref not in self._known and found.kind is not SecretKind.UNKNOWN
            }
        )

    def _refuse_unknown_secrets(self) -> None:
        """Better before the first line than in the middle."""
        for command in self.change.assessment.commands:
            for token in TOKEN.finditer(command.text):
                self._reveal(token[1])

    def _revert(self, seen: Observation) -> Revert | None:
        """The revert that the plan wants armed, if it wants one.

        Raises:
            SessionError: MOVED when the switch does not offer it any more.
        """
        name = self.change.assessment.revert
        if not name:
            return None
        if seen.revert is None or seen.revert.name != name:
            what = sentence(
                "the plan needs the revert `{revert}` on the switch, which is not offered any more", revert=name
            )
            raise SessionError(
                FaultKind.MOVED, what, sentence("save or look at the switch's configuration, then make a new plan")
            )
        return seen.revert

    def _send(self, session: Session, revert: Revert | None) -> None:
        commands = self.change.assessment.commands
        enter = self._arm(session, revert) if revert else ()

        def on_sent(count: int) -> None:
            text = "\n".join(command.text for command in commands[self._sent : count])
            self._step(StepKind.SEND, first=self._sent + 1, last=count, total=len(commands), text=text)
            self._sent = count
            self._event(EventKind.SENT, done=count, total=len(commands))

        try:
            self._sent = session.configure(commands, on_sent, enter=enter or None)
        except SessionError as wrong:
            self._sent = wrong.sent
            raise

    def _arm(self, session: Session, revert: Revert) -> tuple[str, ...]:
        """Arm a revert, or give the lines that arm it when they also enter configuration mode."""
        self._step(StepKind.ARM, text=revert.name)
        self._armed = True
        minutes = min(max(self.change.target.revert_minutes, revert.minutes[0]), revert.minutes[1])
        arm = tuple(line.format(minutes=minutes) for line in revert.arm)
        if revert.arm_enters_config:
            return arm
        session.execute(arm)
        return ()

    def _finish(self, session: Session, notes: tuple[str, ...]) -> Outcome:
        """Read back, compare with how it was doing, save, prove."""
        seen = self._observe(session)
        remaining = self._remaining(seen.difference)
        if remaining:
            return self._failed(_unverified(remaining, self._sent))
        if not self._confirmed:
            try:
                notes = (*notes, *self._check(session, seen))
            except SessionError as wrong:
                if wrong.kind is not FaultKind.CHECKS:
                    raise
                return self._failed(_unhealthy(wrong.what, self._sent))
        self._event(EventKind.VERIFIED)
        self._step(StepKind.SAVE)
        self._saving = True
        session.save()
        seen = self._observe(session)
        if seen.startup_differs:
            return self._failed(_unsaved(self._sent))
        self._event(EventKind.SAVED)
        return Outcome(
            device=self.change.target.device,
            kind=OutcomeKind.OK,
            sent=self._sent,
            edits=len(self.change.assessment.edits),
            saved=True,
            notes=notes,
            digest=seen.digest(self.key),
        )

    def _save_only(self, session: Session, seen: Observation) -> Outcome:
        device = self.change.target.device
        if not seen.startup_differs:
            return Outcome(device=device, kind=OutcomeKind.UNCHANGED, saved=True, digest=seen.digest(self.key))
        self._step(StepKind.SAVE)
        session.save()
        if self._observe(session).startup_differs:
            return self._failed(_unsaved(0))
        note = sentence("running was right but not saved; it is saved now")
        return Outcome(device=device, kind=OutcomeKind.OK, saved=True, notes=(note,), digest=seen.digest(self.key))

    def _confirm(self, revert: Revert, trouble: SessionError | None) -> Outcome:
        """Only a new session may confirm: it proves that the way in still stands."""
        try:
            with self._open() as fresh:
                seen = self._observe(fresh)
                remaining = self._remaining(seen.difference)
                if remaining:
                    return self._undo(fresh, revert, remaining, trouble)
                try:
                    notes = self._check(fresh, seen)
                    self._step(StepKind.CONFIRM, text=revert.name)
                except SessionError as wrong:
                    if wrong.kind in _LOST:
                        raise
                    return self._undo(fresh, revert, 0, wrong)
                fresh.execute(revert.confirm)
                self._confirmed = True
                return self._finish(
                    fresh, (sentence("confirmed from a new session ({revert})", revert=revert.name), *notes)
                )
        except SessionError as wrong:
            if self._confirmed:
                return self._look_again(wrong)
            return self._failed(_timer_reverts(trouble or wrong, revert, self._sent, self.change.target.revert_minutes))

    def _check(self, session: Session, seen: Observation) -> tuple[str, ...]:
        """Compare with how the switch was doing.

        Returns:
            Notes on what could not be compared.

        Raises:
            SessionError: CHECKS; something that worked does not any more.
        """
        checks = self._watch.compare(session, seen.difference.before)
        if trouble := lost(checks):
            raise SessionError(FaultKind.CHECKS, trouble)
        return untold(checks)

    def _undo(self, session: Session, revert: Revert, remaining: int, trouble: SessionError | None) -> Outcome:
        """Put the switch back at once, and look whether it is."""
        with suppress(SessionError):  # going back is safe, recorded or not
            self._step(StepKind.UNDO, text=revert.name)
        if revert.kind is RevertKind.REBOOT:
            # The line that restarts it gives no prompt any more.
            with suppress(SessionError):
                session.execute(revert.undo)
            return self._failed(_restarts(trouble, remaining, self._sent))
        session.execute(revert.undo)
        back = self._observe(session).digest(self.key) == self.change.assessment.observed_digest
        return self._failed(_reverted(trouble, remaining, self._sent, back=back))

    def _look_again(self, wrong: SessionError) -> Outcome:
        """A session broke while lines were in flight: what stands is read from a new one."""
        try:
            with self._open() as fresh:
                remaining = self._remaining(self._observe(fresh).difference)
                if not remaining and wrong.kind in _LOST:
                    return self._finish(fresh, (sentence("the session broke, and every setting stands all the same"),))
                return self._failed(_partly(wrong, remaining, len(self.change.assessment.edits)))
        except SessionError as again:
            hint = _MAYBE_SAVED if self._saving else _NOT_SAVED
            return self._failed(
                (
                    wrong.kind,
                    sentence(
                        "{what}; then: {then}",
                        what=in_words(wrong.kind, wrong.what),
                        then=in_words(again.kind, again.what),
                    ),
                    hint,
                )
            )

    def _remaining(self, difference: Difference) -> int:
        """How many settings are not as planned; what the plan refused, or leaves to a later stage, does not count."""
        planned = {edit.path for edit in self.change.assessment.edits}
        later = set(self.change.assessment.later) - planned
        refused = sum(view(edit).path in planned for edit in difference.refused_edits)
        return sum(view(edit).path not in later for edit in difference.edits) + refused

    def _failed(self, fault: tuple[FaultKind, str, str]) -> Outcome:
        kind, what, hint = fault
        device = self.change.target.device
        return Outcome(
            device=device,
            kind=OutcomeKind.FAILED,
            sent=self._sent,
            fault=Fault(device=device, kind=kind, what=what, hint=hint, sent=self._sent),
        )

    def _step(self, kind: StepKind, *, first: int = 0, last: int = 0, total: int = 0, text: str = "") -> None:
        """Write down what comes next.

        Raises:
            SessionError: JOURNAL; it could not be written, so it must not be done.
        """
        if self.record is None:
            return
        device = self.change.target.device
        try:
            self.record.step(Step(device=device, kind=kind, first=first, last=last, total=total, text=text))
        except CampusError as wrong:
            what = sentence("{what}, so nothing more was sent", what=wrong.what)
            raise SessionError(FaultKind.JOURNAL, what, wrong.hint, sent=self._sent) from None

    def _event(self, kind: EventKind, *, done: int = 0, total: int = 0) -> None:
        self.emit(Event(kind=kind, device=self.change.target.device, done=done, total=total))


def _unverified(remaining: int, sent: int) -> tuple[FaultKind, str, str]:
    what = sentence(
        "{sent} commands were sent, and {remaining} settings are still not as planned; nothing was saved",
        sent=sent,
        remaining=remaining,
    )
    return (
        FaultKind.UNVERIFIED,
        what,
        sentence("campusctl plan shows what is left; the switch may have refused a line silently"),
    )


def _unhealthy(trouble: str, sent: int) -> tuple[FaultKind, str, str]:
    what = sentence(
        "every setting is as planned after {sent} commands, but {trouble}; nothing was saved",
        sent=sent,
        trouble=trouble,
    )
    return (
        FaultKind.CHECKS,
        what,
        sentence("mend that and apply again, or undo the run: campusctl revert"),
    )


def _unsaved(sent: int) -> tuple[FaultKind, str, str]:
    what = sentence("running is right after {sent} commands, but startup is not the same", sent=sent)
    return (
        FaultKind.UNSAVED,
        what,
        sentence("a reboot would lose the change: save by hand, and look for a full or broken flash"),
    )


def _reverted(trouble: SessionError | None, remaining: int, sent: int, *, back: bool) -> tuple[FaultKind, str, str]:
    put_back = sentence("the switch was put back")
    end = put_back if back else sentence("the switch was told to go back, and is not quite what it was")
    if trouble:
        return (
            trouble.kind,
            sentence("{what}; {end}, nothing was saved", what=in_words(trouble.kind, trouble.what), end=end),
            trouble.hint or sentence("campusctl plan shows the state"),
        )
    what = sentence(
        "{sent} commands were sent, {remaining} settings did not come out as planned; {end}, nothing was saved",
        sent=sent,
        remaining=remaining,
        end=end,
    )
    return FaultKind.UNVERIFIED, what, sentence("campusctl plan shows the state now")


def _restarts(trouble: SessionError | None, remaining: int, sent: int) -> tuple[FaultKind, str, str]:
    kind = trouble.kind if trouble else FaultKind.UNVERIFIED
    first = (
        in_words(trouble.kind, trouble.what)
        if trouble
        else sentence("{remaining} settings did not come out as planned", remaining=remaining)
    )
    what = sentence(
        "{what}, after {sent} commands; the switch restarts with what was saved before", what=first, sent=sent
    )
    return kind, what, sentence("wait until it is back, then campusctl plan shows the state")


def _timer_reverts(wrong: SessionError, revert: Revert, sent: int, minutes: int) -> tuple[FaultKind, str, str]:
    what = sentence(
        "{what}, after {sent} commands; they were not confirmed, and nothing was saved",
        what=in_words(wrong.kind, wrong.what),
        sent=sent,
    )
    if revert.kind is RevertKind.REBOOT:
        hint = sentence(
            "the switch restarts with its old configuration within {minutes} minutes; then plan again", minutes=minutes
        )
    else:
        hint = sentence("the switch goes back by itself within {minutes} minutes; then plan again", minutes=minutes)
    return wrong.kind, what, hint


def _partly(wrong: SessionError, remaining: int, edits: int) -> tuple[FaultKind, str, str]:
    what = sentence(
        "{what}; {done} of {edits} settings stand, nothing was saved",
        what=in_words(wrong.kind, wrong.what),
        done=max(edits - remaining, 0),
        edits=edits,
    )
    return wrong.kind, what, wrong.hint or sentence("campusctl plan shows what is left")


_NOT_SAVED: Final = sentence(
    "the switch does not answer since; nothing was saved, so a power cycle brings the old configuration"
)
_MAYBE_SAVED: Final = sentence(
    "the switch does not answer since it was told to save: campusctl drift shows what it kept"
)
