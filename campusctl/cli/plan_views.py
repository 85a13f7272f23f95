"""Plans, for a person or as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import click

from campusctl.cli.device_views import in_rows, show_faults, show_off, show_quiet
from campusctl.cli.rollout_views import order_json, show_order
from campusctl.cli.views import print_json, show_commands, show_edit, show_refused
from campusctl.cli.words import counted_devices, without_parts
from campusctl.engine.rollout import Rollout
from campusctl.engine.words import written_path
from campusctl.model.plan import Assessment, Change, EditView, Pass, Plan, Stage
from campusctl.model.printable import printable
from campusctl.words.language import Translator

_SWITCH: Final = "switch"


def show_plan(plan: Plan, tr: Translator, *, commands: bool, as_json: bool, rollout: Rollout | None = None) -> None:
    """A plan as a person reads it, with the order in which it is rolled out; or its JSON."""
    if as_json:
        print_json(plan.model_dump(mode="json") | ({"waves": order_json(rollout)} if rollout else {}))
        return
    for group in _alike(change.assessment for change in plan.changes):
        if group.first.drifted or group.first.unmanaged or (group.first.notes and group.first.driver != _SWITCH):
            _change(group, tr, commands=commands)
    show_off(plan.off, tr)
    show_faults(plan.failures, tr)
    click.secho(tr("Plan {id}: {what}.", id=plan.id, what="; ".join(_summary(plan, tr))), bold=True)
    if rollout:
        show_order(rollout, tr)


@dataclass(frozen=True, slots=True)
class _Group:
    """Devices of which the same is to be said; a switch stands alone."""

    members: tuple[Assessment, ...]

    @property
    def first(self) -> Assessment:
        return self.members[0]

    @property
    def heading(self) -> str:
        """The names, how many there are at the end."""
        count = f" ({len(self.members)})" if len(self.members) > 1 else ""
        names = ", ".join(found.device for found in self.members)
        return in_rows(names + count)

    def edits(self) -> Iterator[tuple[EditView, bool]]:
        """Each edit of the first device, and whether its values are others on each device."""
        shared = frozenset.intersection(*(frozenset(without_parts(found.edits)) for found in self.members))
        for edit in without_parts(self.first.edits):
            yield edit, edit not in shared


def _alike(assessments: Iterable[Assessment]) -> tuple[_Group, ...]:
    """Devices of which the same is to be said, in the order of the first of each group."""
    groups: dict[object, list[Assessment]] = {}
    for found in assessments:
        paths = tuple(edit.path for edit in found.edits)
        said = (found.dialect, paths, found.refused, found.unchecked, found.notes, found.interrupts)
        groups.setdefault(found.device if found.driver == _SWITCH else said, []).append(found)
    return tuple(_Group(tuple(members)) for members in groups.values())


def _change(group: _Group, tr: Translator, *, commands: bool) -> None:
    found = group.first
    each = "  " + tr("(each its own; this is {device})", device=found.device)
    click.secho(group.heading, bold=True, nl=False)
    click.echo(f"  {found.dialect}")
    for edit, own in group.edits():
        show_edit(edit, tr, note=each if own else "")
    if found.cables:
        for cable in found.cables:
            click.secho("  " + tr("blocked by a cable: {what}", what=printable(tr.said(cable))), fg="red")
        click.echo()
        return
    if found.startup_differs:
        click.secho("  ~ " + tr("running is not saved: it will be saved"), fg="yellow")
    if commands:
        show_commands(found.commands, tr)
    show_refused(found.refused, tr)
    show_quiet(tr("not managed, kept"), found.unmanaged)
    show_quiet(tr("cannot be checked"), [tr.said(written_path(text)) for text in found.unchecked])
    show_quiet(tr("note"), [tr.said(note) for note in found.notes])
    if len(found.stages) > 1:
        show_quiet(tr("in stages"), [_in_turn([_stage(stage, tr) for stage in found.stages], tr)])
    if found.revert:
        armed = tr("the switch itself is armed to go back ({revert}) until a new session confirms", revert=found.revert)
        click.secho(f"  {armed}", fg="cyan")
    if found.interrupts:
        what = printable(", ".join(map(tr.said, found.interrupts)))
        click.secho("  " + tr("interrupts for a moment: {what}", what=what), fg="magenta")
    click.echo()


def _in_turn(stages: Sequence[str], tr: Translator) -> str:
    return reduce(lambda one, other: tr("{one}, then {other}", one=one, other=other), stages)


def _stage(stage: Stage, tr: Translator) -> str:
    match stage.kind:
        case Pass.ADD:
            return tr.many("{number} command core → edge", "{number} commands core → edge", stage.commands)
        case Pass.PATH:
            return tr.many("{number} command farthest first", "{number} commands farthest first", stage.commands)
        case Pass.REMOVE:
            return tr.many("{number} command edge → core", "{number} commands edge → core", stage.commands)


def _summary(plan: Plan, tr: Translator) -> Iterator[str]:
    """What there is to do, and what is not done."""
    changes = [change for change in plan.pending if change.assessment.commands]
    blocked = sum(bool(change.assessment.cables) for change in plan.changes)
    unsaved = [change for change in plan.pending if not change.assessment.commands]
    edits = sum(len(change.assessment.edits) for change in changes)
    refused = sum(len(change.assessment.refused) for change in plan.changes)
    yield tr("{devices} read", devices=counted_devices((change.target.driver for change in plan.changes), tr))
    if changes:
        settings = tr.many("{number} setting", "{number} settings", edits)
        yield tr("{number} to change, {settings}", number=len(changes), settings=settings)
    else:
        yield tr("nothing to change")
    if unsaved:
        yield tr("{number} only to save", number=len(unsaved))
    yield from _disturbed(changes, tr)
    if refused:
        yield tr("{number} refused", number=refused)
    if blocked:
        yield tr("{number} blocked by a cable", number=blocked)
    if plan.off:
        yield tr("{number} switched off", number=len(plan.off))
    if plan.failures:
        yield tr("{number} not readable", number=len(plan.failures))


def _disturbed(changes: Sequence[Change], tr: Translator) -> Iterator[str]:
    """How much work and traffic is interrupted."""
    ports = sum(len(_interrupted_ports(change)) for change in changes)
    rooms = ", ".join(sorted({room for change in changes for room in _rooms(change)}))
    wide = sum(_is_wide(change) for change in changes if change.target.driver == _SWITCH)
    others = [change.target.driver for change in changes if change.target.driver != _SWITCH
              and change.assessment.disruptive]  # fmt: skip
    if ports and rooms:
        yield tr.many(
            "{number} port interrupted in {rooms}", "{number} ports interrupted in {rooms}", ports, rooms=rooms
        )
    elif ports:
        yield tr.many("{number} port interrupted", "{number} ports interrupted", ports)
    if wide:
        yield tr.many(
            "{number} switch interrupted as a whole or in a VLAN",
            "{number} switches interrupted as a whole or in a VLAN",
            wide,
        )
    if others:
        yield tr("work interrupted on {devices}", devices=counted_devices(others, tr))


def _interrupted_ports(change: Change) -> set[str]:
    """Ports that a change interrupts: the others of its interruptions are of no port alone."""
    named = {edit.path[1] for edit in change.assessment.edits if edit.path[0] == "port"}
    return named & {text.partition(" (")[0] for text in change.assessment.interrupts}


def _is_wide(change: Change) -> bool:
    return len(change.assessment.interrupts) > len(_interrupted_ports(change))


def _rooms(change: Change) -> Iterable[str]:
    """Rooms of the ports that a change interrupts."""
    interrupted = _interrupted_ports(change)
    return (room for port, room in change.target.rooms.items() if port in interrupted)
