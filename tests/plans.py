"""Plans made up for tests of the rollout, and a driver that only notes what it is given."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from campusctl.engine.rolling import run_rollout
from campusctl.engine.rollout import Rollout
from campusctl.model.command import Command
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, DeviceLogin, EditView, ManagementPath, Pass, Plan, Stage, Target

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


class Part(NamedTuple):
    """One stage: its pass and what it edits; one command for each edit."""

    kind: Pass
    edits: tuple[EditView, ...]
    revert: str = ""


def vlan(number: int, kind: Pass) -> Part:
    """A VLAN that comes, or goes."""
    there = (None, True) if kind is Pass.ADD else (True, None)
    return Part(kind, (EditView(path=("vlan", str(number)), before=there[0], after=there[1]),))


def uplink(revert: str = "timer") -> Part:
    """The uplink gets another native VLAN, for which a revert is armed."""
    return Part(Pass.PATH, (EditView(path=("port", "1", "native_vlan"), before="1", after="999"),), revert)


def text(value: str = "new") -> Part:
    """A description."""
    return Part(Pass.ADD, (EditView(path=("port", "7", "description"), before=None, after=value),))


def change(device: str, school: str, *parts: Part, staged: bool = True) -> Change:
    """One switch's change, with these stages."""
    edits = tuple(edit for part in parts for edit in part.edits)
    commands = tuple(
        Command(text=f"{part.kind} {number}") for part in parts for number in range(1, len(part.edits) + 1)
    )
    stages = tuple(
        Stage(kind=part.kind, edits=len(part.edits), commands=len(part.edits), revert=part.revert) for part in parts
    )
    target = Target(
        device=device, school=school, dialect="any", intended="", management=ManagementPath(vlan="3"),
        login=DeviceLogin(host="192.0.2.1", user="campus", known_hosts="known_hosts"),
    )  # fmt: skip
    found = Assessment(
        device=device, school=school, dialect="any", edits=edits, commands=commands, stages=stages if staged else (),
        revert=next((part.revert for part in parts if part.revert), ""), observed_digest=f"{device} as read",
    )  # fmt: skip
    return Change(target=target, assessment=found)


def plan(*changes: Change, unread: Sequence[str] = (), schools: Sequence[str] = ()) -> Plan:
    """A plan of these changes; the schools in their order."""
    faults = tuple(Fault(device=name, kind=FaultKind.UNREACHABLE, what="no connection") for name in unread)
    return Plan(
        id="0a1b2c3d", made=NOW, expires=NOW + timedelta(hours=12), tool_version="1", inventory_digest="i",
        template_digest="t", schools=tuple(schools or dict.fromkeys(each.target.school for each in changes)),
        changes=changes, faults=faults,
    )  # fmt: skip


@dataclass
class Drill:
    """A driver that notes what it is given, and fails where it is told to."""

    fails: Mapping[str, FaultKind] = field(default_factory=dict)
    """`DEVICE` or `DEVICE PASS` to the fault."""
    stop_at: str = ""
    """The step after which the operator wants an end."""
    log: list[str] = field(default_factory=list)
    """`DEVICE PASS+PASS`, in the order in which they were made; `|` between batches."""
    stopped: bool = False
    """Somebody pressed Ctrl-C."""
    digests: dict[str, str] = field(default_factory=dict)

    def run(self, rollout: Rollout) -> dict[str, Outcome]:
        """Every outcome; one per switch, or it is an error."""
        found: dict[str, Outcome] = {}
        for outcome in run_rollout(rollout, self.apply, lambda: self.stopped):
            assert outcome.device not in found
            found[outcome.device] = outcome
        return found

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Backwards, because drivers answer in any order."""
        schools = [each.target.school for each in changes if each.target.driver == "switch"]
        assert len(schools) == len(set(schools)), "two switches of one school side by side"
        if self.log:
            self.log.append("|")
        yield from [self._make(each) for each in reversed(changes)]

    def _make(self, change: Change) -> Outcome:
        device, found = change.target.device, change.assessment
        assert found.observed_digest == self.digests.get(device, f"{device} as read")
        assert sum(stage.edits for stage in found.stages) in (0, len(found.edits))
        assert sum(stage.commands for stage in found.stages) in (0, len(found.commands))
        kinds = [str(stage.kind) for stage in found.stages] or ["whole"]
        self.log.append(f"{device} {'+'.join(kinds)}")
        self.stopped = self.stopped or self.log[-1] == self.stop_at
        kind = next(
            (self.fails[key] for key in (device, *(f"{device} {kind}" for kind in kinds)) if key in self.fails), None
        )
        if kind:
            fault = Fault(device=device, kind=kind, what="it failed", sent=1)
            ended = OutcomeKind.SKIPPED if kind is FaultKind.OFF else OutcomeKind.FAILED
            return Outcome(device=device, kind=ended, sent=1, fault=fault)
        self.digests[device] = f"{device} after {len(self.log)}"
        return Outcome(
            device=device, kind=OutcomeKind.OK, sent=len(found.commands), edits=len(found.edits), saved=True,
            notes=("made",), digest=self.digests[device],
        )  # fmt: skip


def made(log: Iterable[str]) -> list[str]:
    """What was made, whatever the batch."""
    return [line for line in log if line != "|"]
