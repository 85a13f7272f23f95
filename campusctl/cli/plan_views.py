"""Plans, for a person or as JSON."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import click

from campusctl.cli.device_views import show_faults, show_off, show_quiet
from campusctl.cli.rollout_views import order_json, show_order
from campusctl.cli.views import print_json, show_commands, show_edit, show_refused
from campusctl.cli.words import counted, counted_devices, without_parts
from campusctl.engine.rollout import Rollout
from campusctl.model.plan import Assessment, Change, EditView, Pass, Plan, Stage
from campusctl.model.printable import printable

_SWITCH: Final = "switch"
_PASSES: Final = {Pass.ADD: "core → edge", Pass.PATH: "farthest first", Pass.REMOVE: "edge → core"}


def show_plan(plan: Plan, *, commands: bool, as_json: bool, rollout: Rollout | None = None) -> None:
    """A plan as a person reads it, with the order in which it is rolled out; or its JSON."""
    if as_json:
        print_json(plan.model_dump(mode="json") | ({"waves": order_json(rollout)} if rollout else {}))
        return
    for group in _alike(change.assessment for change in plan.changes):
        if group.first.drifted or group.first.unmanaged or (group.first.notes and group.first.driver != _SWITCH):
            _change(group, commands=commands)
    show_off(plan.off)
    show_faults(plan.failures)
    _summary(plan)
    if rollout:
        show_order(rollout)


@dataclass(frozen=True, slots=True)
class _Group:
    """Devices of which the same is to be said; a switch stands alone."""

    members: tuple[Assessment, ...]

    @property
    def first(self) -> Assessment:
        return self.members[0]

    @property
    def heading(self) -> str:
        """The names on one or more lines of 80 columns, how many there are at the end."""
        count = f" ({len(self.members)})" if len(self.members) > 1 else ""
        names = ", ".join(found.device for found in self.members)
        return "\n".join(textwrap.wrap(names + count, 80, break_on_hyphens=False, break_long_words=False))

    def edits(self) -> Iterator[tuple[EditView, str]]:
        """Each edit of the first device, with a word behind it where its values are others on each device."""
        shared = frozenset.intersection(*(frozenset(without_parts(found.edits)) for found in self.members))
        for edit in without_parts(self.first.edits):
            yield edit, "" if edit in shared else f"  (each its own; this is {self.first.device})"


def _alike(assessments: Iterable[Assessment]) -> tuple[_Group, ...]:
    """Devices of which the same is to be said, in the order of the first of each group."""
    groups: dict[object, list[Assessment]] = {}
    for found in assessments:
        paths = tuple(edit.path for edit in found.edits)
        said = (found.dialect, paths, found.refused, found.unchecked, found.notes, found.interrupts)
        groups.setdefault(found.device if found.driver == _SWITCH else said, []).append(found)
    return tuple(_Group(tuple(members)) for members in groups.values())


def _change(group: _Group, *, commands: bool) -> None:
    found = group.first
    click.secho(group.heading, bold=True, nl=False)
    click.echo(f"  {found.dialect}")
    for edit, note in group.edits():
        show_edit(edit, note=note)
    if found.cables:
        for cable in found.cables:
            click.secho(f"  blocked by a cable: {printable(cable)}", fg="red")
        click.echo()
        return
    if found.startup_differs:
        click.secho("  ~ running is not saved: it will be saved", fg="yellow")
    if commands:
        show_commands(found.commands)
    show_refused(found.refused)
    show_quiet("not managed, kept", found.unmanaged)
    show_quiet("cannot be checked", found.unchecked)
    show_quiet("note", found.notes)
    if len(found.stages) > 1:
        show_quiet("in stages", [", then ".join(_stage(stage) for stage in found.stages)])
    if found.revert:
        click.secho(f"  the switch itself is armed to go back ({found.revert}) until a new session confirms", fg="cyan")
    if found.interrupts:
        click.secho(f"  interrupts for a moment: {printable(', '.join(found.interrupts))}", fg="magenta")
    click.echo()


def _stage(stage: Stage) -> str:
    return f"{counted(stage.commands, 'command')} {_PASSES[stage.kind]}"


def _summary(plan: Plan) -> None:
    changes = [change for change in plan.pending if change.assessment.commands]
    blocked = sum(bool(change.assessment.cables) for change in plan.changes)
    unsaved = [change for change in plan.pending if not change.assessment.commands]
    edits = sum(len(change.assessment.edits) for change in changes)
    refused = sum(len(change.assessment.refused) for change in plan.changes)
    ports = sum(len(_interrupted_ports(change)) for change in changes)
    wide = sum(_is_wide(change) for change in changes if change.target.driver == _SWITCH)
    disturbed = [change.target.driver for change in changes if change.target.driver != _SWITCH
                 and change.assessment.disruptive]  # fmt: skip
    rooms = {room for change in changes for room in _rooms(change)}
    parts = [f"{counted_devices(change.target.driver for change in plan.changes)} read"]
    parts.append(f"{len(changes)} to change, {counted(edits, 'setting')}" if changes else "nothing to change")
    if unsaved:
        parts.append(f"{len(unsaved)} only to save")
    if ports:
        where = f" in {', '.join(sorted(rooms))}" if rooms else ""
        parts.append(f"{counted(ports, 'port')} interrupted{where}")
    if wide:
        parts.append(f"{wide} switch{'es' if wide != 1 else ''} interrupted as a whole or in a VLAN")
    if disturbed:
        parts.append(f"work interrupted on {counted_devices(disturbed)}")
    if refused:
        parts.append(f"{refused} refused")
    if blocked:
        parts.append(f"{blocked} blocked by a cable")
    if plan.off:
        parts.append(f"{len(plan.off)} switched off")
    if plan.failures:
        parts.append(f"{len(plan.failures)} not readable")
    click.secho(f"Plan {plan.id}: {'; '.join(parts)}.", bold=True)


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
