"""What an apply did, device by device and wave by wave."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from campusctl.cli.device_views import listed, show_faults
from campusctl.cli.rollout_views import report_json, show_waves
from campusctl.cli.views import print_json
from campusctl.cli.words import counted_devices, done_of
from campusctl.engine.rolling import report
from campusctl.engine.rollout import Rollout
from campusctl.model.outcome import Outcome, OutcomeKind
from campusctl.model.plan import Plan
from campusctl.model.printable import printable
from campusctl.words.language import N_, Translator

_SWITCH: Final = "switch"
_ENDS: Final = {OutcomeKind.OK: N_("{device}: ok"), OutcomeKind.UNCHANGED: N_("{device}: unchanged")}
"""How a switch ended that did not fail."""


def show_outcomes(
    plan: Plan,
    outcomes: Sequence[Outcome],
    tr: Translator,
    *,
    as_json: bool,
    rollout: Rollout | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """What an apply did, wave by wave where there was more than one; `more` are further parts of the JSON."""
    reports = report(rollout, outcomes) if rollout else ()
    if as_json:
        document = {
            "plan": plan.model_dump(mode="json"),
            "outcomes": [outcome.model_dump(mode="json") for outcome in outcomes],
            "waves": report_json(reports),
            **(more or {}),
        }
        print_json(document)
        return
    drivers = {change.target.device: change.target.driver for change in plan.changes}
    for outcome in outcomes:
        if drivers.get(outcome.device, _SWITCH) == _SWITCH:
            _outcome(outcome, tr)
    _together([outcome for outcome in outcomes if drivers.get(outcome.device, _SWITCH) != _SWITCH], tr)
    show_faults((outcome.fault for outcome in outcomes if outcome.fault and not outcome.fault.off), tr)
    _notes_of_failed(outcomes, tr)
    tried = [outcome for outcome in outcomes if not (outcome.fault and outcome.fault.off)]
    if tried:
        show_waves(reports, tr)
        done = [outcome for outcome in tried if outcome.kind in (OutcomeKind.OK, OutcomeKind.UNCHANGED)]
        colour = "green" if len(done) == len(tried) and not plan.failures else "red"
        words = done_of(len(done), (drivers.get(outcome.device, _SWITCH) for outcome in tried), tr)
        click.secho(f"{words}.", fg=colour, bold=True)
    _waiting([outcome.fault.driver for outcome in outcomes if outcome.fault and outcome.fault.off], tr)


def _notes_of_failed(outcomes: Sequence[Outcome], tr: Translator) -> None:
    """What is worth knowing where it went wrong, each sentence once."""
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        for note in outcome.notes if outcome.fault and not outcome.fault.off else ():
            found.setdefault(tr.said(note), []).append(outcome.device)
    for note, names in found.items():
        click.echo(f"  · {listed(printable(note), sorted(names))}")


def _waiting(drivers: Sequence[str], tr: Translator) -> None:
    if drivers:
        devices = counted_devices(drivers, tr)
        said = tr.many(
            "{devices} is switched off: the next apply that finds it on makes its change.",
            "{devices} are switched off: the next apply that finds them on makes their changes.",
            len(drivers),
            devices=devices,
        )
        click.secho(said, fg="cyan")


def _together(outcomes: Sequence[Outcome], tr: Translator) -> None:
    """Devices that were changed side by side: those with the same to say in one go."""
    groups: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in outcomes:
        if not outcome.fault:
            groups.setdefault(outcome.notes, []).append(outcome)
    for notes, members in groups.items():
        click.secho(listed(tr("ok"), sorted(outcome.device for outcome in members)), fg="green")
        settings = tr.many("{number} setting", "{number} settings", sum(outcome.edits for outcome in members))
        click.echo("  " + tr("{settings}; read again, nothing differs any more", settings=settings))
        for note in notes:
            click.echo(f"  · {printable(tr.said(note))}")


def _outcome(outcome: Outcome, tr: Translator) -> None:
    if outcome.fault:
        return
    click.secho(tr(_ENDS[outcome.kind], device=outcome.device), fg="green", nl=False)
    settings = tr.many("{number} setting", "{number} settings", outcome.edits)
    commands = tr.many("{number} command", "{number} commands", outcome.sent)
    if outcome.saved:
        said = tr("{settings}, {commands}; read back, saved, startup = running", settings=settings, commands=commands)
    else:
        said = tr("{settings}, {commands}; not saved", settings=settings, commands=commands)
    click.echo(f"  {said}")
    for note in outcome.notes:
        click.echo(f"  · {tr.said(note)}")
