"""In which order a plan is rolled out: schools in waves, the switches of a school in passes.

In a school, one switch at a time: what is new from the core to the edge, then what touches the way to a switch,
farthest first, then what takes carriage away, from the edge to the core. Devices that carry nobody (PCs) come last, all
of a school at once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Final

from campusctl.errors import UnknownNameError
from campusctl.model.plan import Change, Pass, Plan
from campusctl.model.sentence import sentence

ORDERED: Final = frozenset({"switch"})
"""Drivers of the devices that carry others: those go one at a time, in the order in which they hang together."""

SIZES: Final = (5, 25)
"""Schools in the first, second, … wave, unless the operator says otherwise; the last number holds from there on."""

Above = Mapping[str, Sequence[str]]
"""The switches right above each switch, towards the core; the core has none."""


@dataclass(frozen=True, slots=True)
class RolloutOptions:
    """How careful a rollout is."""

    canary: tuple[str, ...] = ()
    """Schools that go first, alone; any failure there ends the rollout."""
    sizes: tuple[int | None, ...] = (None,)
    """Schools in the first, second, … wave, at least one; None: all that are left. The last one holds from there on."""
    max_failures: int = 0
    """No further wave is begun when more switches than this have failed."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to one switch at a time: a whole change, or stages of one that follow one another directly."""

    whole: Change
    """The change that this is a part of."""
    first: int
    """Number of the first stage, from 0."""
    kinds: tuple[Pass, ...]
    """The pass of each stage."""

    @property
    def device(self) -> str:
        """Device name."""
        return self.whole.target.device

    @property
    def end(self) -> int:
        """Number of the stage after the last one."""
        return self.first + len(self.kinds)

    @property
    def change(self) -> Change:
        """The change, narrowed to these stages."""
        return narrowed(self.whole, self.first, self.end)

    @property
    def on_the_path(self) -> bool:
        """The way to this switch, or to those below it, may be lost by it."""
        return Pass.PATH in self.kinds

    @property
    def stages(self) -> "tuple[Step, ...]":
        """Each stage as a step of its own."""
        return tuple(Step(self.whole, number, (kind,)) for number, kind in enumerate(self.kinds, self.first))


@dataclass(frozen=True, slots=True)
class SchoolWork:
    """What is done in one school, one step after the other."""

    school: str
    """School id."""
    steps: tuple[Step, ...]
    """In this order."""
    together: tuple[Change, ...] = ()
    """What is made after that, side by side: changes of devices that carry nobody."""
    unread: tuple[str, ...] = ()
    """Its switches that could not be read when the plan was made."""

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device that is worked on, in the order of its first step."""
        ordered = dict.fromkeys(step.device for step in self.steps)
        return (*ordered, *(change.target.device for change in self.together))


@dataclass(frozen=True, slots=True)
class Wave:
    """Schools that are worked on side by side."""

    number: int
    """From 1."""
    total: int
    """How many waves there are."""
    canary: bool
    """Any failure in this wave ends the rollout."""
    work: tuple[SchoolWork, ...]
    """What is done, school by school."""

    @property
    def schools(self) -> tuple[str, ...]:
        """School ids."""
        return tuple(work.school for work in self.work)

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device that is worked on."""
        return tuple(device for work in self.work for device in work.devices)

    @property
    def title(self) -> str:
        """`wave 1 of 3 (canary schule-007)`."""
        if not self.canary:
            return sentence("wave {number} of {total}", number=self.number, total=self.total)
        schools = ", ".join(self.schools)
        return sentence(
            "wave {number} of {total} (canary {schools})", number=self.number, total=self.total, schools=schools
        )


@dataclass(frozen=True, slots=True)
class Rollout:
    """A plan in the order in which it is made."""

    waves: tuple[Wave, ...]
    """One after the other."""
    above: Above
    """How the switches hang together."""
    max_failures: int
    """No further wave is begun when more switches than this have failed."""

    @property
    def steps(self) -> int:
        """How many steps there are in all."""
        return sum(len(work.steps) + len(work.together) for wave in self.waves for work in wave.work)


def rollout(plan: Plan, schools: Mapping[str, Above], options: RolloutOptions) -> Rollout:
    """The order of a plan.

    Args:
        plan: What to do; its schools in the order in which they shall go.
        schools: How the switches of each school hang together; one that is missing counts as a core.
        options: How careful.

    Raises:
        UnknownNameError: A canary is no school of the plan.
    """
    check_canary(options.canary, plan.schools)
    above = {name: tuple(near) for each in schools.values() for name, near in each.items()}
    distance = distances(above)
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in plan.pending:
        changes[change.target.school].append(change)
    faulty = tuple(fault.device for fault in plan.failures)
    work = {
        school: SchoolWork(
            school,
            tuple(_steps([change for change in changes[school] if change.target.driver in ORDERED], distance)),
            tuple(change for change in changes[school] if change.target.driver not in ORDERED),
            tuple(device for device in faulty if device in schools.get(school, {})),
        )
        for school in dict.fromkeys((*plan.schools, *changes))
    }
    canaries = tuple(work[school] for school in dict.fromkeys(options.canary))
    first = tuple(each for each in canaries if each.devices or each.unread)
    rest = [each for each in work.values() if each.devices and each not in canaries]
    groups = [*([first] if first else []), *_cut(rest, options.sizes)]
    return Rollout(
        tuple(
            Wave(number, len(groups), bool(first) and number == 1, tuple(group))
            for number, group in enumerate(groups, 1)
        ),
        above,
        options.max_failures,
    )


def check_canary(canary: Sequence[str], schools: Sequence[str]) -> None:
    """Refuse a canary that is not among the schools.

    Raises:
        UnknownNameError: With the school that was probably meant.
    """
    for school in canary:
        if school not in schools:
            close = get_close_matches(school, schools, 1)
            hint = sentence("name it among the schools, too")
            raise UnknownNameError(
                sentence("the canary {school} is none of the schools to be changed", school=school),
                sentence("did you mean {names}?", names=close[0]) if close else hint,
            )


def _cut(work: Sequence[SchoolWork], sizes: Sequence[int | None]) -> Iterator[tuple[SchoolWork, ...]]:
    """Schools in waves of these sizes, the last one for the rest."""
    start, number = 0, 0
    while start < len(work):
        size = sizes[min(number, len(sizes) - 1)] or len(work)
        yield tuple(work[start : start + size])
        start, number = start + size, number + 1


# -- one school ------------------------------------------------------------------------------------------------------


def _steps(changes: Sequence[Change], distance: Mapping[str, int]) -> Iterator[Step]:
    """The steps of a school, in order; stages of one switch that follow one another are one step.

    But for removals: what is new has been read back before anything goes. A switch that nobody has to wait for makes
    its change in one go.
    """
    if len(changes) == 1:
        yield Step(changes[0], 0, _kinds(changes[0]))
        return
    ordered = _stages(changes, distance)
    for _, group in groupby(ordered, key=lambda stage: (stage.device, stage.kinds == (Pass.REMOVE,))):
        stages = tuple(group)
        yield Step(stages[0].whole, stages[0].first, tuple(kind for stage in stages for kind in stage.kinds))


def _stages(changes: Sequence[Change], distance: Mapping[str, int]) -> Iterator[Step]:
    """Every stage of every change, in the order of the passes."""
    stages = [stage for change in changes for stage in Step(change, 0, _kinds(change)).stages]
    for kind in Pass:
        mine = sorted(
            (stage for stage in stages if stage.kinds == (kind,)), key=lambda stage: distance.get(stage.device, 0)
        )
        # Backwards also among equals: the switch that ends one pass begins the next, and needs one session for both.
        yield from mine if kind is Pass.ADD else reversed(mine)


def _kinds(change: Change) -> tuple[Pass, ...]:
    found = change.assessment
    whole = Pass.PATH if found.revert else Pass.ADD
    return tuple(stage.kind for stage in found.stages) or (whole,)


def narrowed(change: Change, first: int, end: int) -> Change:
    """A change with only some of its stages: those from `first` on, before `end`, from 0.

    The fingerprint is still that of the switch before the first stage: what the stage before has read replaces it.
    """
    found = change.assessment
    if end - first >= len(found.stages):
        return change
    before, mine = found.stages[:first], found.stages[first:end]
    edits, commands = sum(stage.edits for stage in before), sum(stage.commands for stage in before)
    edits_end = edits + sum(stage.edits for stage in mine)
    commands_end = commands + sum(stage.commands for stage in mine)
    narrow = {
        "edits": found.edits[edits:edits_end],
        "commands": found.commands[commands:commands_end],
        "stages": mine,
        "later": tuple(edit.path for edit in found.edits[edits_end:]),
        "revert": next((stage.revert for stage in mine if stage.revert), ""),
        "startup_differs": found.startup_differs and not first,
    }
    return change.model_copy(update={"assessment": found.model_copy(update=narrow)})


# -- how switches hang together --------------------------------------------------------------------------------------


def distances(above: Above) -> dict[str, int]:
    """Links between each switch and its core, the longest way; a circle in the data does no harm."""
    found = dict.fromkeys(above, 0)
    for _ in above:
        longer = {name: 1 + max((found.get(each, 0) for each in near), default=-1) for name, near in above.items()}
        if longer == found:
            break
        found = longer
    return found


def way_of(device: str, above: Above) -> frozenset[str]:
    """Every switch that the way of a switch to the core may run over."""
    found: set[str] = set()
    waiting = [device]
    while waiting:
        near = set(above.get(waiting.pop(), ())) - found - {device}
        found |= near
        waiting += near
    return frozenset(found)
