"""What an apply did, device by device and wave by wave."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from campusctl.cli.device_views import listed, show_faults
from campusctl.cli.rollout_views import report_json, show_waves
from campusctl.cli.views import print_json
from campusctl.cli.words import counted, counted_devices, done_of
from campusctl.engine.rolling import report
from campusctl.engine.rollout import Rollout
from campusctl.model.outcome import Outcome, OutcomeKind
from campusctl.model.plan import Plan
from campusctl.model.printable import printable

_SWITCH: Final = "switch"


def show_outcomes(
    plan: Plan,
    outcomes: Sequence[Outcome],
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
            _outcome(outcome)
    _together([outcome for outcome in outcomes if drivers.get(outcome.device, _SWITCH) != _SWITCH])
    show_faults(outcome.fault for outcome in outcomes if outcome.fault and not outcome.fault.off)
    _notes_of_failed(outcomes)
    tried = [outcome for outcome in outcomes if not (outcome.fault and outcome.fault.off)]
    if tried:
        show_waves(reports)
        done = [outcome for outcome in tried if outcome.kind in (OutcomeKind.OK, OutcomeKind.UNCHANGED)]
        colour = "green" if len(done) == len(tried) and not plan.failures else "red"
        words = done_of(len(done), (drivers.get(outcome.device, _SWITCH) for outcome in tried))
        click.secho(f"{words}.", fg=colour, bold=True)
    _waiting([outcome.fault.driver for outcome in outcomes if outcome.fault and outcome.fault.off])


def _notes_of_failed(outcomes: Sequence[Outcome]) -> None:
    """What is worth knowing where it went wrong, each sentence once."""
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        for note in outcome.notes if outcome.fault and not outcome.fault.off else ():
            found.setdefault(note, []).append(outcome.device)
    for note, names in found.items():
        click.echo(f"  · {listed(printable(note), sorted(names))}")


def _waiting(drivers: Sequence[str]) -> None:
    if drivers:
        who = f"{counted_devices(drivers)} {'is' if len(drivers) == 1 else 'are'}"
        which, change = ("it", "its change") if len(drivers) == 1 else ("them", "their changes")
        click.secho(f"{who} switched off: the next apply that finds {which} on makes {change}.", fg="cyan")


def _together(outcomes: Sequence[Outcome]) -> None:
    """Devices that were changed side by side: those with the same to say in one go."""
    groups: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in outcomes:
        if not outcome.fault:
            groups.setdefault(outcome.notes, []).append(outcome)
    for notes, members in groups.items():
        click.secho(listed("ok", sorted(outcome.device for outcome in members)), fg="green")
        click.echo(
            f"  {counted(sum(outcome.edits for outcome in members), 'setting')}; read again, nothing differs any more"
        )
        for note in notes:
            click.echo(f"  · {printable(note)}")


def _outcome(outcome: Outcome) -> None:
    if outcome.fault:
        return
    click.secho(f"{outcome.device}: {outcome.kind}", fg="green", nl=False)
    saved = "read back, saved, startup = running" if outcome.saved else "not saved"
    click.echo(f"  {counted(outcome.edits, 'setting')}, {counted(outcome.sent, 'command')}; {saved}")
    for note in outcome.notes:
        click.echo(f"  · {note}")
