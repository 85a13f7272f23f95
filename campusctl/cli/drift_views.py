"""What a drift check saw, one line a device or every difference."""

from typing import Final

import click

from campusctl.cli.device_views import in_rows, listed, show_faults, show_off, show_quiet
from campusctl.cli.views import print_json, show_edit
from campusctl.cli.words import counted, counted_devices, without_parts
from campusctl.model.command import RefusedCommand
from campusctl.model.plan import Assessment, DriftReport
from campusctl.model.printable import printable

_SWITCH: Final = "switch"


def show_drift(report: DriftReport, *, verbose: bool, as_json: bool) -> None:
    """One line a device, or every difference; or JSON."""
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    alike = [
        found.device
        for found in report.assessments
        if found.driver != _SWITCH and _is_plainly_right(found, verbose=verbose)
    ]
    for found in report.assessments:
        if found.device in alike:
            continue
        _drift_line(found)
        if verbose:
            _facts(found)
            for edit in without_parts((*found.edits, *found.refused_edits)):
                show_edit(edit)
            show_quiet("cannot be made", [f"{item.command}: {item.reason}" for item in _unseen(found)])
            show_quiet("not managed, kept", found.unmanaged)
            show_quiet("cannot be checked", found.unchecked)
            show_quiet("cable", found.cable_notes)
            show_quiet("note", found.notes)
    if alike:
        click.secho(listed("ok", alike), fg="green")
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


def _is_plainly_right(found: Assessment, *, verbose: bool) -> bool:
    """There is nothing to say of it but that."""
    return not (found.drifted or (verbose and (found.unchecked or found.notes or found.facts)))


def _facts(found: Assessment) -> None:
    """What the device is, and how it does: `serial BD042-0101, model WM75B, hours 1234`."""
    if found.facts:
        told = (f"{name.replace('_', ' ')} {printable(value)}" for name, value in found.facts.items())
        click.secho(in_rows(f"  {', '.join(told)}", indent="    "), dim=True)


def _unseen(found: Assessment) -> tuple[RefusedCommand, ...]:
    """What a device does not offer, so that nobody sees how it is."""
    seen = {edit.path for edit in (*found.edits, *found.refused_edits)}
    return tuple(item for item in found.refused if found.driver != _SWITCH and item.path not in seen)


def _drift_line(found: Assessment) -> None:
    if not found.drifted:
        click.secho(f"{found.device}: ok", fg="green")
        return
    count = len(found.edits) + len(found.refused_edits)
    parts = [f"{counted(count, 'setting')} differ{'s' if count == 1 else ''}"] if count else []
    unseen = _unseen(found)
    if unseen:
        parts.append(f"{counted(len(unseen), 'setting')} cannot be made")
    if found.startup_differs:
        parts.append("running is not saved")
    parts += map(printable, found.cables)
    reasons = tuple(dict.fromkeys(item.reason for item in found.refused))
    if found.driver != _SWITCH and len(reasons) == 1 and not found.edits:
        parts.append(printable(reasons[0]))
    click.secho(f"{found.device}: drift  ", fg="yellow", nl=False)
    click.echo(", ".join(parts))
