"""What was left unfinished, for a person or as JSON."""

from datetime import tzinfo

import click

from campusctl.cli.moments import shown
from campusctl.cli.views import print_json
from campusctl.cli.words import counted
from campusctl.model.journal import DeviceRow, DeviceState, RunDetail
from campusctl.workflow import Status


def show_status(found: Status, *, as_json: bool) -> None:
    """Unfinished runs first, then locks and claims."""
    if as_json:
        print_json(_plain(found))
        return
    for run in found.unfinished:
        _run(run, found.zone)
    for run in found.half_done:
        _half(run, found.zone)
    for lock in found.locks:
        since = shown(lock.acquired, found.zone)
        click.echo(f"{lock.school}: {lock.holder} on {lock.host} changes it since {since} ({lock.reason})")
    for claim in found.claims:
        click.echo(f"{claim.school}: claimed by {claim.holder} until {shown(claim.until, found.zone)} ({claim.reason})")
    if not (found.unfinished or found.half_done):
        click.secho("nothing is unfinished", fg="green")


def _plain(found: Status) -> dict[str, object]:
    return {
        "unfinished": [
            {
                "run": run.info.id,
                "kind": run.info.kind,
                "state": run.state,
                "started": run.info.started.isoformat(),
                "user": run.info.user,
                "host": run.info.host,
                "command": run.info.command,
                "schools": list(run.info.schools),
                "devices": [
                    {"device": row.device, "school": row.school, "state": row.state, "last_step": _last(row)}
                    for row in run.devices
                    if row.change
                ],
            }
            for run in found.unfinished
        ],
        "half_done": [
            {"run": run.info.id, "devices": [{"device": row.device, "last_step": _last(row)} for row in run.devices]}
            for run in found.half_done
        ],
        "locks": [lock.model_dump(mode="json", exclude={"token"}) for lock in found.locks],
        "claims": [claim.model_dump(mode="json") for claim in found.claims],
    }


def _run(run: RunDetail, zone: tzinfo) -> None:
    info = run.info
    click.secho(f"run {info.id}", bold=True, nl=False)
    click.echo(f"  {info.kind} {' '.join(info.schools)}  by {info.user} on {info.host}, {shown(info.started, zone)}")
    click.secho(f"  {run.note or 'it was killed, or its machine went down'}", fg="yellow")
    for row in run.devices:
        if row.state in (DeviceState.BEGUN, DeviceState.PLANNED):
            click.echo(f"  {row.device}: {_words(row)}")
    begun = sum(row.state is DeviceState.BEGUN for row in run.devices)
    if begun:
        click.echo(f"  what stands on {counted(begun, 'switch').replace('switchs', 'switches')} only reading tells:")
    click.echo(f"    campusctl resume {info.id}   finishes it")
    click.echo(f"    campusctl revert {info.id}   undoes it")


def _half(run: RunDetail, zone: tzinfo) -> None:
    info = run.info
    click.secho(f"run {info.id}", bold=True, nl=False)
    click.echo(f"  {info.kind} {' '.join(info.schools)}  by {info.user} on {info.host}, {shown(info.started, zone)}")
    click.secho("  it ended with switches half changed:", fg="yellow")
    for row in run.devices:
        click.echo(f"  {row.device}: {row.fault.kind if row.fault else 'failed'}; last written down: {_last(row)}")
    click.echo(f"    campusctl resume {info.id}   finishes it")
    click.echo(f"    campusctl revert {info.id}   undoes it")


def _words(row: DeviceRow) -> str:
    if row.state is DeviceState.PLANNED:
        return "not begun"
    return f"begun; last written down: {_last(row) or 'that work begins'}"


def _last(row: DeviceRow) -> str:
    if not row.steps:
        return ""
    step = row.steps[-1]
    return (
        f"send commands {step.first}-{step.last} of {step.total}" if step.last else f"{step.kind} {step.text}".strip()
    )
