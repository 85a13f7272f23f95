"""One driver for all appliances: read, compare, set, read back. A device class only brings its dialects."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from campusctl.drivers.appliance.base import DeviceTroubleError, Dialect, Link, Reading, Session, Wish
from campusctl.drivers.appliance.compare import (
    Wanted,
    assessment,
    config_text,
    digest,
    left,
    masked,
    stranger_in,
    wanted_of,
    way_back,
    wishes,
)
from campusctl.drivers.appliance.crowd import each
from campusctl.drivers.appliance.trouble import translate
from campusctl.engine.words import subject_words
from campusctl.errors import JournalError, MissingExtraError, SecretError
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Armed, Assessment, Change, Target
from campusctl.model.run import Step, StepKind
from campusctl.model.sentence import joined, sentence, told_as
from campusctl.model.setting import Path
from campusctl.ports import Record, SecretSource
from campusctl.words.language import N_
from campusctl.words.trouble import in_words

_CUT_OFF = frozenset({FaultKind.TIMEOUT, FaultKind.UNREACHABLE, FaultKind.MALFORMED})
"""Trouble after which a device may have done what it was told."""

_INTERRUPTED = DeviceTroubleError(FaultKind.INTERRUPTED, "stopped", "run it again")


class ApplianceDriver:
    """A device class whose devices have settings. See `campusctl.ports.Driver`."""

    name: ClassVar[str]
    """The driver's name."""
    dialects: ClassVar[Mapping[str, Dialect]]
    """Dialects of its devices by name."""

    def __init__(
        self,
        secrets: SecretSource,
        key: bytes,
        *,
        stop: threading.Event | None = None,
        record: Record | None = None,
    ) -> None:
        """Prepare; nothing is contacted yet. See `campusctl.ports.DriverMaker`."""
        self._source, self._key, self._record = secrets, key, record
        self._stop = stop or threading.Event()

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Read each device and say what it would take; writes nothing."""
        secrets, lacking = self._secrets(targets)
        for target in targets:
            emit(Event(kind=EventKind.STARTED, device=target.device))

        async def work(target: Target) -> Assessment | Fault:
            if target.device in lacking:
                return _fault(target, lacking[target.device])
            return await self._assess(target, secrets, emit)

        for result in each(targets, work, self._stop, lambda target: _fault(target, _INTERRUPTED)):
            if isinstance(result, Assessment):
                emit(Event(kind=EventKind.OBSERVED, device=result.device))
            emit(Event(kind=EventKind.FINISHED, device=result.device))
            yield result

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make each change, read back, prove."""
        secrets, lacking = self._secrets([change.target for change in changes])
        for change in changes:
            emit(Event(kind=EventKind.STARTED, device=change.target.device))
        begun: set[str] = set()

        async def work(change: Change) -> Outcome:
            if change.target.device in lacking:
                return _failed(change.target, lacking[change.target.device])
            return await _Work(self, change, secrets, emit, begun).go()

        for outcome in each(changes, work, self._stop, lambda change: _stopped(change, begun)):
            if outcome.kind is OutcomeKind.OK:
                emit(Event(kind=EventKind.VERIFIED, device=outcome.device))
            emit(Event(kind=EventKind.FINISHED, device=outcome.device))
            yield outcome

    def settle(self, armed: Sequence[Armed], emit: Emit) -> Iterator[Outcome]:
        """Nothing is ever armed on an appliance."""
        del armed, emit
        return iter(())

    def _secrets(self, targets: Sequence[Target]) -> tuple[Mapping[str, str], Mapping[str, DeviceTroubleError]]:
        """The secrets of all, and the devices whose secrets are not there."""
        try:
            return self._source.resolve(sorted({ref for target in targets for ref in target.secret_refs})), {}
        except SecretError:
            pass
        found: dict[str, str] = {}
        lacking: dict[str, DeviceTroubleError] = {}
        for target in targets:
            try:
                found.update(self._source.resolve(target.secret_refs))
            except SecretError as error:
                lacking[target.device] = DeviceTroubleError(FaultKind.SECRET, error.what, error.hint)
        return found, lacking

    async def _assess(self, target: Target, secrets: Mapping[str, str], emit: Emit) -> Assessment | Fault:
        found: list[Assessment] = []

        async def look(dialect: Dialect, session: Session, wanted: Wanted) -> None:
            reading = await session.read(wanted.values)
            found.append(assessment(target, dialect, wanted, reading, self._key))
            self.keep(target, wanted, reading)

        trouble = await self.talk(target, secrets, emit, look)
        return found[0] if trouble is None else _fault(target, trouble)

    def keep(self, target: Target, wanted: Wanted, reading: Reading) -> None:
        """Hand on what a device is, to be kept; not what was read of it in part, to go back."""
        if self._record and not target.only:
            self._record.config(target.school, target.device, config_text(target, wanted, reading))

    async def talk(
        self,
        target: Target,
        secrets: Mapping[str, str],
        emit: Emit,
        work: "Callable[[Dialect, Session, Wanted], object]",
    ) -> DeviceTroubleError | None:
        """Open a conversation and have it; what went wrong, in our words.

        Args:
            target: The device.
            secrets: Plaintext by reference.
            emit: Told when it answers.
            work: A coroutine function, given the dialect, the session and what is wanted.
        """
        dialect = self.dialects.get(target.dialect)
        if dialect is None:
            what = f"campusctl knows no {self.name} of the kind {target.dialect!r}"
            return DeviceTroubleError(FaultKind.REFUSED, what, f"a profile's dialect is {', '.join(self.dialects)}")
        wanted = wanted_of(target, secrets)
        login, connected = target.login, False
        link = Link(
            target.device, login.host, login.port or dialect.port, login, secrets, wanted.document.options,
            login.timeout_s,
        )  # fmt: skip
        try:
            async with asyncio.timeout(login.read_timeout_s), dialect.open(link) as session:
                connected = True
                emit(Event(kind=EventKind.CONNECTED, device=target.device))
                await work(dialect, session, wanted)  # type: ignore[misc]
        except MissingExtraError:
            raise
        except Exception as error:  # noqa: BLE001 - one device's trouble never stops another; our bugs have their own word
            found = translate(error, connected=connected, off_when_silent=dialect.off_when_silent)
            return DeviceTroubleError(
                found.kind, masked(found.what, wanted.secrets), masked(found.hint, wanted.secrets)
            )
        return None


class _Work:
    """One change, as it goes."""

    def __init__(
        self, driver: ApplianceDriver, change: Change, secrets: Mapping[str, str], emit: Emit, begun: set[str]
    ) -> None:
        """Nothing is done yet."""
        self._driver, self._change, self._secrets, self._emit, self._begun = driver, change, secrets, emit, begun
        self._target = change.target
        self._sent = 0
        self._refusals: Mapping[tuple[str, ...], str] = {}
        self._tried: tuple[Wish, ...] = ()
        self._left: tuple[Wish, ...] = ()
        self._after: Reading | None = None
        self._edits = 0
        self._notes: tuple[str, ...] = ()

    async def go(self) -> Outcome:
        """Make the change."""
        trouble = await self._driver.talk(self._target, self._secrets, self._emit, self._change_it)
        if trouble is not None and trouble.kind in _CUT_OFF and self._sent:
            trouble = await self._look_again(trouble)
        if trouble is not None:
            if trouble.kind is FaultKind.OFF and not self._sent:
                trouble = DeviceTroubleError(
                    FaultKind.OFF,
                    sentence("pending: {what}", what=in_words(trouble.kind, trouble.what)),
                    sentence("the next run that finds it on makes the change"),
                )
            return _failed(self._target, trouble, self._sent)
        if self._left:
            return _failed(self._target, self._unproven(), self._sent)
        return Outcome(
            device=self._target.device,
            kind=OutcomeKind.OK if self._edits else OutcomeKind.UNCHANGED,
            sent=self._sent,
            edits=self._edits,
            saved=True,
            notes=self._notes,
            digest=digest(self._after, self._driver._key) if self._after else "",  # noqa: SLF001 - a part of it
        )

    async def _change_it(self, dialect: Dialect, session: Session, wanted: Wanted) -> None:
        before = await session.read(wanted.values)
        if stranger := stranger_in(wanted.document, before):
            raise DeviceTroubleError(FaultKind.MOVED, stranger, sentence("make a new plan and look at it"))
        if digest(before, self._driver._key) != self._change.assessment.observed_digest:  # noqa: SLF001 - a part of it
            raise DeviceTroubleError(
                FaultKind.MOVED,
                sentence("the device has changed since the plan was made"),
                sentence("make a new plan and look at it"),
            )
        differs, self._after = wishes(wanted, before), before
        if not differs:
            return
        self._note(wanted, differs, dialect)
        self._begun.add(self._target.device)
        self._tried, self._sent = differs, len(differs)
        self._emit(Event(kind=EventKind.SENT, device=self._target.device, done=self._sent, total=self._sent))
        self._refusals = {path: masked(why, wanted.secrets) for path, why in (await session.write(differs)).items()}
        self._read_back(wanted, await session.read(wanted.values))

    async def _look_again(self, trouble: DeviceTroubleError) -> DeviceTroubleError | None:
        """What became of a device that fell silent in the middle: it may have done what it was told.

        Returns:
            None: everything is made; else what went wrong, with what is made.
        """

        async def look(_dialect: Dialect, session: Session, wanted: Wanted) -> None:
            self._read_back(wanted, await session.read(wanted.values))

        again = await self._driver.talk(self._target, self._secrets, self._emit, look)
        if again is not None:
            what = sentence("{what}, and what it is now cannot be read: {then}", what=trouble.what, then=again.what)
            return DeviceTroubleError(trouble.kind, what, sentence("the next plan says which settings are made"))
        if not self._left:
            return None
        return DeviceTroubleError(
            trouble.kind,
            sentence("{what} ({made})", what=in_words(trouble.kind, trouble.what), made=self._made()),
            trouble.hint,
        )

    def _made(self) -> str:
        return sentence("{done} of {number} settings are made", done=self._edits, number=self._sent)

    def _read_back(self, wanted: Wanted, reading: Reading) -> None:
        self._after = reading
        self._left = left(wanted, self._tried, reading)
        self._driver.keep(self._target, wanted, reading)
        open_ = {wish.path for wish in self._left}
        self._edits = sum(wish.path not in open_ for wish in self._tried)
        self._notes = tuple(masked(note, wanted.secrets) for note in reading.notes)

    def _note(self, wanted: Wanted, differs: Sequence[Wish], dialect: Dialect) -> None:
        record, device, total = self._driver._record, self._target.device, len(differs)  # noqa: SLF001 - a part of it
        if record is None:
            return
        text = "\n".join(masked(dialect.step(wish), wanted.secrets) for wish in differs)
        try:
            record.step(Step(device=device, kind=StepKind.BEGIN, text=way_back(wanted, differs)))
            record.step(Step(device=device, kind=StepKind.SEND, first=1, last=total, total=total, text=text))
        except JournalError as error:
            raise DeviceTroubleError(FaultKind.JOURNAL, error.what, error.hint) from None

    def _unproven(self) -> DeviceTroubleError:
        """A device that refused, or that said yes and did not; what it refused and did all the same is made."""
        left = [wish.path for wish in self._left]
        lacks = self._after.lacks if self._after else {}
        refused = [_because(path, self._refusals[path]) for path in left if path in self._refusals]
        lost = [_because(path, lacks[path]) for path in left if path in lacks and path not in self._refusals]
        silent = [_subject(path) for path in left if path not in self._refusals and path not in lacks]
        parts = [sentence("it refuses {what}", what=_few("; ", refused))] if refused else []
        parts += [sentence("it says yes and does not change {what}", what=_few(", ", silent))] if silent else []
        parts += [sentence("nobody can see whether it is made: {what}", what=_few("; ", lost))] if lost else []
        what = sentence("{what} ({made})", what=joined(parts), made=self._made()) if self._edits else joined(parts)
        if refused:
            return DeviceTroubleError(
                FaultKind.REJECTED, what, sentence("the inventory asks for what this device does not take")
            )
        if not silent:
            return DeviceTroubleError(
                FaultKind.UNVERIFIED, what, sentence("the next plan says which settings are made")
            )
        return DeviceTroubleError(
            FaultKind.UNVERIFIED, what, sentence("set it at the device, or take it out of the inventory")
        )


def _subject(path: Path) -> str:
    """A setting: in English as the inventory spells it."""
    return told_as(" ".join(path), N_("{subject}"), subject=subject_words(path))


def _because(path: Path, why: str) -> str:
    return sentence("{subject}: {what}", subject=_subject(path), what=why)


def _few(between: str, words: Sequence[str]) -> str:
    few = joined(words[:3], between)
    return joined((few, "…"), " ") if len(words) > 3 else few


def _fault(target: Target, trouble: DeviceTroubleError, sent: int = 0) -> Fault:
    return Fault(
        device=target.device, kind=trouble.kind, what=trouble.what, hint=trouble.hint, sent=sent, driver=target.driver
    )


def _failed(target: Target, trouble: DeviceTroubleError, sent: int = 0) -> Outcome:
    untouched = trouble.kind in (FaultKind.OFF, FaultKind.INTERRUPTED) and not sent
    kind = OutcomeKind.SKIPPED if untouched else OutcomeKind.FAILED
    return Outcome(device=target.device, kind=kind, sent=sent, fault=_fault(target, trouble, sent))


def _stopped(change: Change, begun: set[str]) -> Outcome:
    """A change that was stopped: before it had begun, or in the middle."""
    device, total = change.target.device, len(change.assessment.commands)
    if device not in begun:
        return _failed(
            change.target, DeviceTroubleError(FaultKind.INTERRUPTED, sentence("stopped; nothing was sent to it"))
        )
    what = sentence("stopped while it was changed; some of its settings may be made")
    return _failed(
        change.target, DeviceTroubleError(FaultKind.INTERRUPTED, what, sentence("the next plan says which")), total
    )
