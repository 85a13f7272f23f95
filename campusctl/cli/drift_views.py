"""What a drift check saw, one line a device or every difference."""

from typing import Final

import click

from campusctl.cli.device_views import in_rows, listed, show_faults, show_off, show_quiet
from campusctl.cli.views import print_json, show_edit
from campusctl.cli.words import counted_devices, without_parts
from campusctl.engine.words import written_path
from campusctl.model.command import RefusedCommand
from campusctl.model.plan import Assessment, DriftReport
from campusctl.model.printable import printable
from campusctl.model.sentence import told_as
from campusctl.words.language import N_, Translator

_SWITCH: Final = "switch"
_CABLE: Final = told_as("cable", N_("a cable"))
"""The title of what could not be checked; the word alone is a kind of fault, which other languages say at length."""
_FACTS: Final = {
    "serial": N_("serial"),
    "model": N_("model"),
    "firmware": N_("firmware"),
    "manufacturer": N_("manufacturer"),
    "name": N_("name"),
    "about": N_("about"),
    "class": N_("class"),
    "power": N_("power"),
    "state": N_("state"),
    "source": N_("source"),
    "signal": N_("signal"),
    "volume": N_("volume"),
    "hours": N_("hours"),
    "lamp_hours": N_("lamp hours"),
    "filter_hours": N_("filter hours"),
    "temperature": N_("temperature"),
    "alarms": N_("alarms"),
    "pages": N_("pages"),
    "supplies": N_("supplies"),
    "queues": N_("queues"),
    "signed": N_("signed"),
    "signed_by": N_("signed by"),
    "build": N_("build"),
    "security_patch": N_("security patch"),
    "last_report": N_("last report"),
    "policy_version": N_("policy version"),
    "applied_policy_version": N_("applied policy version"),
    "compliant": N_("compliant"),
}
"""What a device says of itself; a name that is not here is told as it is."""
_SAID: Final = {
    "yes": N_("yes"),
    "no": N_("no"),
    "on": N_("on"),
    "standby": N_("standby"),
    "unknown": N_("unknown"),
    "idle": N_("idle"),
    "printing": N_("printing"),
    "stopped": N_("stopped"),
}
"""What it says in one word; everything else is told as it is."""


def show_drift(report: DriftReport, tr: Translator, *, verbose: bool, as_json: bool) -> None:
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
        _drift_line(found, tr)
        if verbose:
            _facts(found, tr)
            for edit in without_parts((*found.edits, *found.refused_edits)):
                show_edit(edit, tr)
            show_quiet(tr("cannot be made"), [f"{item.command}: {tr.said(item.reason)}" for item in _unseen(found)])
            show_quiet(tr("not managed, kept"), found.unmanaged)
            show_quiet(tr("cannot be checked"), [tr.said(written_path(text)) for text in found.unchecked])
            show_quiet(tr.said(_CABLE), [tr.said(note) for note in found.cable_notes])
            show_quiet(tr("note"), [tr.said(note) for note in found.notes])
    if alike:
        click.secho(listed(tr("ok"), alike), fg="green")
    show_off(report.off, tr)
    show_faults(report.failures, tr)
    for claim in report.claims:
        click.secho(tr.said(claim), fg="cyan")
    for finding in report.findings:
        click.secho(tr.said(finding), fg="yellow")
    click.secho(_summary(report, tr), bold=True)


def _summary(report: DriftReport, tr: Translator) -> str:
    drivers = [*(found.driver for found in report.assessments), *(fault.driver for fault in report.faults)]
    parts = [
        tr("{number} as the inventory says", number=len(report.assessments) - report.drifted),
        tr("{number} differ", number=report.drifted),
        tr("{number} not readable", number=len(report.failures)),
    ]
    if report.off:
        parts.append(tr("{number} switched off", number=len(report.off)))
    return tr("{devices}: {counts}.", devices=counted_devices(drivers, tr), counts=", ".join(parts))


def _is_plainly_right(found: Assessment, *, verbose: bool) -> bool:
    """There is nothing to say of it but that."""
    return not (found.drifted or (verbose and (found.unchecked or found.notes or found.facts)))


def _facts(found: Assessment, tr: Translator) -> None:
    """What the device is, and how it does: `serial BD042-0101, model WM75B, hours 1234`."""
    if found.facts:
        told = (f"{_fact(name, tr)} {_said(value, tr)}" for name, value in found.facts.items())
        click.secho(in_rows(f"  {', '.join(told)}", indent="    "), dim=True)


def _unseen(found: Assessment) -> tuple[RefusedCommand, ...]:
    """What a device does not offer, so that nobody sees how it is."""
    seen = {edit.path for edit in (*found.edits, *found.refused_edits)}
    return tuple(item for item in found.refused if found.driver != _SWITCH and item.path not in seen)


def _fact(name: str, tr: Translator) -> str:
    return tr(_FACTS[name]) if name in _FACTS else name.replace("_", " ")


def _said(value: str, tr: Translator) -> str:
    return tr(_SAID[value]) if value in _SAID else printable(value)


def _drift_line(found: Assessment, tr: Translator) -> None:
    if not found.drifted:
        click.secho(tr("{device}: ok", device=found.device), fg="green")
        return
    count = len(found.edits) + len(found.refused_edits)
    parts = [tr.many("{number} setting differs", "{number} settings differ", count)] if count else []
    unseen = _unseen(found)
    if unseen:
        parts.append(tr.many("{number} setting cannot be made", "{number} settings cannot be made", len(unseen)))
    if found.startup_differs:
        parts.append(tr("running is not saved"))
    parts += (printable(tr.said(cable)) for cable in found.cables)
    reasons = tuple(dict.fromkeys(item.reason for item in found.refused))
    if found.driver != _SWITCH and len(reasons) == 1 and not found.edits:
        parts.append(printable(tr.said(reasons[0])))
    click.secho(tr("{device}: drift", device=found.device) + "  ", fg="yellow", nl=False)
    click.echo(", ".join(parts))
