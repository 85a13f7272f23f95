"""Making a rollout: wave after wave, step after step, and what is not begun after something went wrong."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from campusctl.engine.carriage import brought, left, made, shared, taken
from campusctl.engine.rollout import Above, Rollout, SchoolWork, Step, Wave, way_of
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Change, EditView
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

ApplyBatch = Callable[[Sequence[Change]], Iterable[Outcome]]
"""Makes changes side by side: one switch of a school at most, or devices that carry nobody; one outcome each."""

_GONE: Final = frozenset({FaultKind.UNREACHABLE, FaultKind.TIMEOUT})
"""The switch was there when the plan was made, and is not any more."""
_NOT_BEGUN: Final = frozenset({FaultKind.HELD, FaultKind.INTERRUPTED, FaultKind.OFF})
_AGAIN: Final = N_("mend it, then apply again: what is done is not sent twice")
_STOPPED: Final = N_("the run was stopped")


def run_rollout(
    rollout: Rollout, apply_batch: ApplyBatch, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Make the changes; exactly one outcome per switch, its stages put together.

    Args:
        rollout: What to do, in which order.
        apply_batch: Makes a batch in which each school has one change at most.
        stopped: Whether the operator wants an end; asked before every batch.
    """
    failed: list[str] = []
    why: tuple[FaultKind, str] | None = None
    for wave in rollout.waves:
        schools = [_School(work, rollout.above) for work in wave.work]
        if why:
            for school in schools:
                school.stop(*why)
        # A canary proves nothing while one of its switches is dark.
        here = [device for work in wave.work for device in work.unread] if wave.canary else []
        for outcome in _make(schools, apply_batch, stopped):
            yield outcome
            if outcome.fault and outcome.fault.kind is FaultKind.JOURNAL:
                why = FaultKind.HELD, _unrecorded(outcome.device)
            if outcome.kind is OutcomeKind.FAILED and outcome.fault and outcome.fault.kind not in _NOT_BEGUN:
                here.append(outcome.device)
        failed += here
        if here and (wave.canary or len(failed) > rollout.max_failures):
            why = why or (FaultKind.HELD, sentence("{wave} failed: {devices}", wave=wave.title, devices=_named(here)))
        if stopped():
            why = FaultKind.INTERRUPTED, sentence(_STOPPED)


def _make(schools: "Sequence[_School]", apply_batch: ApplyBatch, stopped: Callable[[], bool]) -> Iterator[Outcome]:
    """One wave: the next step of every school, again and again."""
    while True:
        batch: dict[str, _School] = {}
        changes: list[Change] = []
        for school in schools:
            if stopped():
                school.stop(FaultKind.INTERRUPTED, sentence(_STOPPED))
            found = school.next_changes()
            yield from school.told()
            changes += found
            batch.update((change.target.device, school) for change in found)
        if not changes:
            return
        for outcome in apply_batch(tuple(changes)):
            school = batch.pop(outcome.device)
            school.take(outcome)
            yield from school.told()
            if outcome.fault and outcome.fault.kind is FaultKind.JOURNAL:
                for other in schools:
                    other.stop(FaultKind.HELD, _unrecorded(outcome.device))
        for device, school in batch.items():
            school.take(_lost(device))
            yield from school.told()


def _unrecorded(device: str) -> str:
    return sentence("{device} could not be recorded", device=device)


def _lost(device: str) -> Outcome:
    what = sentence("campusctl has a bug: the driver said nothing of this switch")
    hint = sentence("look at the switch, and please report this")
    fault = Fault(device=device, kind=FaultKind.INTERNAL, what=what, hint=hint)
    return Outcome(device=device, kind=OutcomeKind.FAILED, fault=fault)


@dataclass(slots=True)
class _School:
    """How far a school has come."""

    work: SchoolWork
    above: Above
    _waiting: deque[Step] = field(init=False)
    _made: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    _at_work: Step | None = None
    _stages_made: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _ended: dict[str, str] = field(default_factory=dict)
    """Switches that did not come to their end, and why in a few words."""
    _finals: list[Outcome] = field(default_factory=list)
    _over: tuple[FaultKind, str] | None = None
    _together: tuple[Change, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = deque(self.work.steps)
        self._together = self.work.together
        self._ended.update(dict.fromkeys(self.work.unread, _UNREAD))

    def told(self) -> Iterator[Outcome]:
        """Final outcomes that nobody has heard of yet."""
        while self._finals:
            yield self._finals.pop(0)

    def next_changes(self) -> tuple[Change, ...]:
        """The next changes to be made: of one switch, or of all devices that carry nobody; () when none is left."""
        change = self._next_step()
        return (change,) if change else self._rest()

    def _rest(self) -> tuple[Change, ...]:
        """What is made side by side after the switches, once."""
        rest, self._together, self._at_work = self._together, (), None
        if rest and self._over:
            for change in rest:
                self._hold(change.target.device, *self._over)
            return ()
        return rest

    def _next_step(self) -> Change | None:
        """The change of the next switch; None when there is none left."""
        while self._waiting:
            step = self._waiting.popleft()
            if step.device in self._ended:
                continue
            why = self._over or self._leans(step)
            if not why:
                self._at_work = step
                return self._with_digest(step)
            if len(step.kinds) > 1:
                # Its first stages may do without.
                self._waiting.extendleft(reversed(step.stages))
            else:
                self._hold(step.device, *why)
        return None

    def stop(self, kind: FaultKind, why: str) -> None:
        """Begin nothing any more; the first reason counts."""
        self._over = self._over or (kind, why)

    def take(self, outcome: Outcome) -> None:
        """What became of the change that was made last."""
        device = outcome.device
        self._made[device].append(outcome)
        well = outcome.kind in (OutcomeKind.OK, OutcomeKind.UNCHANGED)
        if well and self._at_work:
            self._stages_made[device] = self._at_work.end
        if well and any(step.device == device for step in self._waiting):
            return
        self._finals.append(_merged(self._made[device]))
        if not well:
            self._ended[device] = _FAILED if outcome.kind is OutcomeKind.FAILED else _HELD
            self._stop_after(outcome)

    def _stop_after(self, outcome: Outcome) -> None:
        """Whether the rest of the school must not be touched."""
        if outcome.kind is not OutcomeKind.FAILED or outcome.fault is None:
            return
        if outcome.fault.kind in _GONE:
            self.stop(FaultKind.HELD, sentence("{device} does not answer any more", device=outcome.device))
        elif outcome.sent and self._at_work and self._at_work.on_the_path:
            why = sentence("{device} failed with a change of its management path", device=outcome.device)
            self.stop(FaultKind.HELD, why)

    def _with_digest(self, step: Step) -> Change:
        """The change of a step, on the state that the step before has left."""
        made_before = self._made.get(step.device)
        if not made_before:
            return step.change
        found = step.change.assessment.model_copy(update={"observed_digest": made_before[-1].digest})
        return step.change.model_copy(update={"assessment": found})

    def _hold(self, device: str, kind: FaultKind, why: str) -> None:
        """This switch, or the rest of its change, is not begun."""
        self._ended[device] = _HELD
        begun = bool(self._made.get(device))
        hint = "" if kind is FaultKind.INTERRUPTED else sentence(_AGAIN)
        fault = Fault(device=device, kind=kind, what=_not_begun(kind, why, begun=begun), hint=hint)
        self._made[device].append(Outcome(device=device, kind=OutcomeKind.SKIPPED, fault=fault))
        self._finals.append(_merged(self._made[device]))

    def _leans(self, step: Step) -> tuple[FaultKind, str] | None:
        """Whether a step leans on a switch that did not come to its end, and why it must wait then."""
        for other, what in self._ended.items():
            edits = step.change.assessment.edits
            if other in way_of(step.device, self.above):
                missing = shared(brought(edits), brought(self._not_made(other))) if self._known(other) else made(edits)
                if missing:
                    return FaultKind.HELD, sentence(_TOWARDS[what], device=other, vlans=_vlans(missing))
            elif step.device in way_of(other, self.above):
                management = step.change.target.management
                going = taken(edits, (*management.uplinks, *management.downlinks))
                used = shared(going, left(self._not_made(other))) if self._known(other) else going
                if used:
                    return FaultKind.HELD, sentence(_FARTHER[what], device=other, vlans=_vlans(used))
        return None

    def _known(self, device: str) -> bool:
        return device not in self.work.unread

    def _not_made(self, device: str) -> tuple[EditView, ...]:
        """What a switch that did not come to its end lacks, or may lack."""
        found = next(step.whole.assessment for step in self.work.steps if step.device == device)
        done = sum(stage.edits for stage in found.stages[: self._stages_made[device]])
        return found.edits[done:]


_FAILED: Final = "failed"
_HELD: Final = "held"
_UNREAD: Final = "unread"
"""How a switch ended that did not come to its end."""
_TOWARDS: Final = {
    _FAILED: N_("{device}, towards the core, failed and may not carry {vlans}"),
    _UNREAD: N_("{device}, towards the core, could not be read and may not carry {vlans}"),
    _HELD: N_("{device}, towards the core, was not begun and may not carry {vlans}"),
}
_FARTHER: Final = {
    _FAILED: N_("{device}, farther out, failed and may still use {vlans}"),
    _UNREAD: N_("{device}, farther out, could not be read and may still use {vlans}"),
    _HELD: N_("{device}, farther out, was not begun and may still use {vlans}"),
}


def _not_begun(kind: FaultKind, why: str, *, begun: bool) -> str:
    """Why a switch, or the rest of its change, is not begun."""
    if kind is FaultKind.INTERRUPTED:
        if begun:
            return sentence("{why}; the rest of the change was not sent", why=why)
        return sentence("{why}; nothing was sent to this switch", why=why)
    if begun:
        return sentence("the rest of the change was not begun: {why}", why=why)
    return sentence("not begun: {why}", why=why)


def _merged(outcomes: Sequence[Outcome]) -> Outcome:
    """What became of a switch, from what became of its stages."""
    last = outcomes[-1]
    if len(outcomes) == 1:
        return last
    begun = [outcome for outcome in outcomes if outcome.kind is not OutcomeKind.SKIPPED]
    sent = sum(outcome.sent for outcome in outcomes)
    # Half done is not "not touched".
    kind = OutcomeKind.FAILED if last.fault else OutcomeKind.OK
    return Outcome(
        device=last.device,
        kind=kind,
        sent=sent,
        edits=sum(outcome.edits for outcome in outcomes),
        saved=begun[-1].saved,
        notes=tuple(dict.fromkeys(note for outcome in outcomes for note in outcome.notes)),
        fault=last.fault.model_copy(update={"sent": sent}) if last.fault else None,
        digest=last.digest,
    )


def _vlans(vlans: Iterable[str]) -> str:
    known = sorted(vlans, key=lambda vlan: (len(vlan), vlan))
    return sentence("any VLAN") if known == ["all"] else sentence("VLAN {vlans}", vlans=_named(known))


_MOST_NAMED: Final = 5


def _named(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    first = ", ".join(names[:_MOST_NAMED])
    if len(names) <= _MOST_NAMED:
        return first
    return sentence("{names} and {number} more", names=first, number=len(names) - _MOST_NAMED)


# -- what a person is told -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaveReport:
    """How far a wave has come."""

    wave: Wave
    """The wave."""
    done: tuple[str, ...]
    """Switches that are as planned."""
    failed: tuple[str, ...]
    """Switches that failed."""
    held: tuple[str, ...]
    """Switches that were not begun, or not brought to their end, because something else failed."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Switches that could not be read when the plan was made."""
        return tuple(device for work in self.wave.work for device in work.unread)

    @property
    def complete(self) -> bool:
        """Every switch of the wave has its outcome."""
        return len(self.done) + len(self.failed) + len(self.held) == len(self.wave.devices)

    @property
    def begun(self) -> bool:
        """Something was done, or tried."""
        return bool(self.done or self.failed)


def report(rollout: Rollout, outcomes: Iterable[Outcome]) -> tuple[WaveReport, ...]:
    """How far each wave has come, from the outcomes so far."""
    found = {outcome.device: outcome for outcome in outcomes}
    return tuple(_wave_report(wave, [found[device] for device in wave.devices if device in found])
                 for wave in rollout.waves)  # fmt: skip


def _wave_report(wave: Wave, outcomes: Sequence[Outcome]) -> WaveReport:
    held = tuple(each.device for each in outcomes if each.fault and each.fault.kind in _NOT_BEGUN)
    failed = tuple(each.device for each in outcomes if each.fault and each.fault.kind not in _NOT_BEGUN)
    done = tuple(each.device for each in outcomes if not each.fault)
    return WaveReport(wave, done, failed, held)
