"""Plans, outcomes and drift, for a person or as JSON."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

import click

from campusctl.cli.rollout_views import order_json, report_json, show_order, show_waves
from campusctl.cli.views import print_json, show_commands, show_edit, show_refused
from campusctl.cli.words import counted, counted_devices, without_parts
from campusctl.engine.rolling import report
from campusctl.engine.rollout import Rollout
from campusctl.model.outcome import Fault, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, DriftReport, Pass, Plan, Stage
from campusctl.model.printable import printable

_SWITCH: Final = "switch"
_OVERDUE: Final = "overdue"
"""How the fault of a PC begins that was not seen for too long."""
_PASSES: Final = {Pass.ADD: "core → edge", Pass.PATH: "farthest first", Pass.REMOVE: "edge → core"}


def show_plan(plan: Plan, *, commands: bool, as_json: bool, rollout: Rollout | None = None) -> None:
    """A plan as a person reads it, with the order in which it is rolled out; or its JSON."""
    if as_json:
        print_json(plan.model_dump(mode="json") | ({"waves": order_json(rollout)} if rollout else {}))
        return
    for change in plan.changes:
        if change.assessment.drifted or change.assessment.unmanaged:
            _change(change.assessment, commands=commands)
    show_off(plan.off)
    show_faults(plan.failures)
    _summary(plan)
    if rollout:
        show_order(rollout)


def _change(found: Assessment, *, commands: bool) -> None:
    click.secho(f"{found.device}", bold=True, nl=False)
    click.echo(f"  {found.dialect}")
    for edit in without_parts(found.edits):
        show_edit(edit)
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
    _quiet("not managed, kept", found.unmanaged)
    _quiet("cannot be checked", found.unchecked)
    _quiet("note", found.notes)
    if len(found.stages) > 1:
        _quiet("in stages", [", then ".join(_stage(stage) for stage in found.stages)])
    if found.revert:
        click.secho(f"  the switch itself is armed to go back ({found.revert}) until a new session confirms", fg="cyan")
    if found.interrupts:
        click.secho(f"  interrupts for a moment: {printable(', '.join(found.interrupts))}", fg="magenta")
    click.echo()


def _stage(stage: Stage) -> str:
    return f"{counted(stage.commands, 'command')} {_PASSES[stage.kind]}"


def _quiet(title: str, lines: Sequence[str]) -> None:
    for line in lines:
        click.secho(f"  · {title}: {printable(line)}", dim=True)


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


def show_off(faults: Sequence[Fault]) -> None:
    """Devices that are switched off, which is no failure: their names on a few lines, and who is overdue."""
    overdue = [fault for fault in faults if fault.what.startswith(_OVERDUE)]
    names = [fault.device for fault in faults if fault not in overdue]
    if names:
        said = f"switched off: {', '.join(names)}"
        lines = textwrap.wrap(said, 80, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
        click.secho("\n".join(lines), dim=True)
    for fault in overdue:
        click.secho(f"{fault.device}: {printable(fault.what)}", fg="yellow")


def show_faults(faults: Iterable[Fault]) -> None:
    """What went wrong with which device, and what to do first."""
    told = tuple(faults)
    for fault, later in zip_longest(told, told[1:]):
        click.secho(f"{fault.device}: {fault.kind}: {printable(fault.what)}", fg="red")
        # Ten dead switches in a row need the same advice once.
        if fault.hint and not (later and later.hint == fault.hint):
            click.echo(f"  hint: {fault.hint}")


def show_outcomes(plan: Plan, outcomes: Sequence[Outcome], *, as_json: bool, rollout: Rollout | None = None) -> None:
    """What an apply did, wave by wave where there was more than one."""
    reports = report(rollout, outcomes) if rollout else ()
    if as_json:
        document = {
            "plan": plan.model_dump(mode="json"),
            "outcomes": [outcome.model_dump(mode="json") for outcome in outcomes],
            "waves": report_json(reports),
        }
        print_json(document)
        return
    drivers = {change.target.device: change.target.driver for change in plan.changes}
    for outcome in outcomes:
        _outcome(outcome, drivers.get(outcome.device, _SWITCH))
    show_faults(outcome.fault for outcome in outcomes if outcome.fault and not outcome.fault.off)
    tried = [outcome for outcome in outcomes if not (outcome.fault and outcome.fault.off)]
    if tried:
        show_waves(reports)
        done = [outcome for outcome in tried if outcome.kind in (OutcomeKind.OK, OutcomeKind.UNCHANGED)]
        colour = "green" if len(done) == len(tried) and not plan.failures else "red"
        all_of_them = counted_devices(drivers.get(outcome.device, _SWITCH) for outcome in tried)
        click.secho(f"{len(done)} of {all_of_them} done.", fg=colour, bold=True)
    _waiting(len(outcomes) - len(tried))


def _waiting(count: int) -> None:
    if count:
        who = "PC is" if count == 1 else "PCs are"
        click.secho(f"{count} {who} switched off: the next apply that finds them on makes their changes.", fg="cyan")


def _outcome(outcome: Outcome, driver: str) -> None:
    if outcome.fault:
        return
    click.secho(f"{outcome.device}: {outcome.kind}", fg="green", nl=False)
    if driver == _SWITCH:
        saved = "read back, saved, startup = running" if outcome.saved else "not saved"
        click.echo(f"  {counted(outcome.edits, 'setting')}, {counted(outcome.sent, 'command')}; {saved}")
    else:
        click.echo(f"  {counted(outcome.edits, 'setting')}; read again, nothing differs any more")
    for note in outcome.notes:
        click.echo(f"  · {note}")


def show_drift(report: DriftReport, *, verbose: bool, as_json: bool) -> None:
    """One line a device, or every difference; or JSON."""
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    for found in report.assessments:
        _drift_line(found)
        if verbose:
            for edit in without_parts((*found.edits, *found.refused_edits)):
                show_edit(edit)
            _quiet("not managed, kept", found.unmanaged)
            _quiet("cannot be checked", found.unchecked)
            _quiet("cable", found.cable_notes)
            _quiet("note", found.notes)
    show_off(report.off)
    show_faults(report.failures)
    for claim in report.claims:
        click.secho(claim, fg="cyan")
    for finding in report.findings:
        click.secho(finding, fg="yellow")
    drivers = [*(found.driver for found in report.assessments), *(fault.driver for fault in report.faults)]
    right = len(report.assessments) - report.drifted
    parts = [f"{right} as the inventory says", f"{report.drifted} differ", f"{len(report.failures)} not readable"]
    parts += [f"{len(report.off)} switched off"] if report.off else []
    click.secho(f"{counted_devices(drivers)}: {', '.join(parts)}.", bold=True)


def _drift_line(found: Assessment) -> None:
    if not found.drifted:
        click.secho(f"{found.device}: ok", fg="green")
        return
    count = len(found.edits) + len(found.refused_edits)
    parts = [f"{counted(count, 'setting')} differ{'s' if count == 1 else ''}"] if count else []
    if found.startup_differs:
        parts.append("running is not saved")
    parts += map(printable, found.cables)
    click.secho(f"{found.device}: drift  ", fg="yellow", nl=False)
    click.echo(", ".join(parts))
