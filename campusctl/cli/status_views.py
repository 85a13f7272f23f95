"""What was left unfinished, for a person or as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Final

import click

from campusctl.cli.moments import shown
from campusctl.cli.views import print_json
from campusctl.cli.words import counted, counted_devices
from campusctl.model.journal import DeviceRow, DeviceState, PendingRow, RunDetail
from campusctl.workflow import Status

_FEW: Final = 8
"""So many PCs of a school are named."""


def show_status(found: Status, *, as_json: bool) -> None:
    """Unfinished runs first, then locks and claims, then PCs that are off."""
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
    for line in _absent(found):
        click.echo(line)
    if found.note:
        click.secho(f"warning: {found.note}", err=True, fg="yellow")
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
        "pending": [row.model_dump(mode="json") for row in found.pending],
        "overdue": [
            {"device": pc.device, "school": pc.school, "seen": pc.seen.isoformat() if pc.seen else None}
            for pc in found.overdue
        ],
        "note": found.note,
    }


def _absent(found: Status) -> Iterator[str]:
    """PCs that are off: whose change waits, by school and run, and who was not seen for too long, by school."""
    groups: dict[tuple[str, str], list[PendingRow]] = {}
    for row in sorted(found.pending, key=lambda row: (row.school, row.since)):
        groups.setdefault((row.school, row.run_id), []).append(row)
    for (school, run), rows in groups.items():
        waits, them = ("PC waits", "it") if len(rows) == 1 else ("PCs wait", "them")
        yield (
            f"{school}: {len(rows)} {waits} for being switched on: {_few(sorted(row.device for row in rows))}, "
            f"since run {run} of {shown(rows[0].since, found.zone)[:10]}; "
            f"the next apply that finds {them} on makes the change"
        )
    for school, pcs in groupby(found.overdue, lambda pc: pc.school):
        late = [f"{pc.device} ({pc.words})" for pc in pcs]
        yield f"{school}: {counted(len(late), 'PC')} {'is' if len(late) == 1 else 'are'} overdue: {_few(late)}"


def _few(names: Sequence[str]) -> str:
    """The first ones of many names, and how many more there are; JSON has all."""
    rest = len(names) - _FEW
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:_FEW])} and {rest} more"


def _run(run: RunDetail, zone: tzinfo) -> None:
    info = run.info
    click.secho(f"run {info.id}", bold=True, nl=False)
    click.echo(f"  {info.kind} {' '.join(info.schools)}  by {info.user} on {info.host}, {shown(info.started, zone)}")
    click.secho(f"  {run.note or 'it was killed, or its machine went down'}", fg="yellow")
    for row in run.devices:
        if row.state in (DeviceState.BEGUN, DeviceState.PLANNED):
            click.echo(f"  {row.device}: {_words(row)}")
    if run.open_devices:
        click.echo(f"  what stands on {_devices(run.open_devices)} only reading tells:")
    click.echo(f"    campusctl resume {info.id}   finishes it")
    click.echo(f"    campusctl revert {info.id}   undoes it")


def _half(run: RunDetail, zone: tzinfo) -> None:
    info = run.info
    click.secho(f"run {info.id}", bold=True, nl=False)
    click.echo(f"  {info.kind} {' '.join(info.schools)}  by {info.user} on {info.host}, {shown(info.started, zone)}")
    click.secho(f"  it ended with {_devices(run.devices)} half changed:", fg="yellow")
    for row in run.devices:
        click.echo(f"  {row.device}: {row.fault.kind if row.fault else 'failed'}; last written down: {_last(row)}")
    click.echo(f"    campusctl resume {info.id}   finishes it")
    click.echo(f"    campusctl revert {info.id}   undoes it")


def _devices(rows: Iterable[DeviceRow]) -> str:
    return counted_devices(row.change.target.driver if row.change else "switch" for row in rows)


def _words(row: DeviceRow) -> str:
    if row.state is DeviceState.PLANNED:
        return "not begun"
    return f"begun; last written down: {_last(row) or 'that work begins'}"


def _last(row: DeviceRow) -> str:
    if not row.steps:
        return ""
    step = row.steps[-1]
    if not step.last:
        return f"{step.kind} {step.text}".strip()
    if row.change and row.change.target.driver != "switch":
        return counted(step.total, "step")
    return f"send commands {step.first}-{step.last} of {step.total}"
