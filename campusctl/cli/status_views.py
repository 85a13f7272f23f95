"""What was left unfinished, for a person or as JSON."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Final

import click

from campusctl.cli.moments import shown
from campusctl.cli.views import print_json
from campusctl.cli.words import counted
from campusctl.model.journal import DeviceRow, DeviceState, PendingRow, RunDetail
from campusctl.model.onboarding import Onboarding
from campusctl.model.printable import printable
from campusctl.words.language import Translator
from campusctl.words.status import absent_words, devices_counted, fault_words, step_words
from campusctl.workflow import Status

_FEW: Final = 8
"""So many PCs of a school are named."""


def show_status(found: Status, tr: Translator, *, as_json: bool) -> None:
    """Unfinished runs first, then locks and claims, then PCs that are off."""
    if as_json:
        print_json(_plain(found))
        return
    for run in found.unfinished:
        _run(run, found.zone, tr)
    for run in found.half_done:
        _half(run, found.zone, tr)
    for onboarding in found.onboardings:
        _new(onboarding, found.zone, tr)
    for line in (*_people(found, tr), *_absent(found, tr)):
        click.echo(line)
    if found.note:
        click.secho(tr("warning: {what}", what=tr(found.note)), err=True, fg="yellow")
    if not (found.unfinished or found.half_done or found.onboardings):
        click.secho(tr("nothing is unfinished"), fg="green")


def _people(found: Status, tr: Translator) -> Iterator[str]:
    """Who changes which school now, and who keeps one for themselves."""
    for lock in found.locks:
        yield tr(
            "{school}: {holder} on {host} changes it since {since} ({reason})",
            school=lock.school,
            holder=printable(lock.holder),
            host=printable(lock.host),
            since=shown(lock.acquired, found.zone),
            reason=printable(lock.reason),
        )
    for claim in found.claims:
        yield tr(
            "{school}: claimed by {holder} until {until} ({reason})",
            school=claim.school,
            holder=printable(claim.holder),
            until=shown(claim.until, found.zone),
            reason=printable(claim.reason),
        )


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
        "onboardings": [
            {
                "id": one.id,
                "made": one.made.isoformat(),
                "by": one.by,
                "lab": one.lab,
                "devices": [
                    {"device": device.name, "school": device.school, "next": device.next_step} for device in one.devices
                ],
            }
            for one in found.onboardings
        ],
        "note": found.note,
    }


def _absent(found: Status, tr: Translator) -> Iterator[str]:
    """PCs that are off: whose change waits, by school and run, and who was not seen for too long, by school."""
    groups: dict[tuple[str, str], list[PendingRow]] = {}
    for row in sorted(found.pending, key=lambda row: (row.school, row.since)):
        groups.setdefault((row.school, row.run_id), []).append(row)
    for (school, run), rows in groups.items():
        number, names = len(rows), _few(sorted(row.device for row in rows), tr)
        yield tr.many(
            "{school}: {number} PC waits for being switched on: {names}, since run {run} of {day}; "
            "the next apply that finds it on makes the change",
            "{school}: {number} PCs wait for being switched on: {names}, since run {run} of {day}; "
            "the next apply that finds them on makes the change",
            number,
            school=school,
            names=names,
            run=run,
            day=shown(rows[0].since, found.zone)[:10],
        )
    for school, pcs in groupby(found.overdue, lambda pc: pc.school):
        late = [f"{pc.device} ({absent_words(pc.seen, pc.days, pc.school_days, tr)})" for pc in pcs]
        number, names = len(late), _few(late, tr)
        yield tr.many(
            "{school}: {number} PC is overdue: {names}",
            "{school}: {number} PCs are overdue: {names}",
            number,
            school=school,
            names=names,
        )


def _few(names: Sequence[str], tr: Translator) -> str:
    """The first ones of many names, and how many more there are; JSON has all."""
    rest = len(names) - _FEW
    if rest <= 1:
        return ", ".join(names)
    return tr("{names} and {number} more", names=", ".join(names[:_FEW]), number=rest)


def _run(run: RunDetail, zone: tzinfo, tr: Translator) -> None:
    _title(run, zone, tr)
    note = printable(run.note) or tr("it was killed, or its machine went down")
    click.secho(f"  {note}", fg="yellow")
    for row in run.devices:
        if row.state in (DeviceState.BEGUN, DeviceState.PLANNED):
            click.echo(f"  {row.device}: {_words(row, tr)}")
    if run.open_devices:
        devices = _devices(run.open_devices, tr)
        click.echo("  " + tr("what stands on {devices} only reading tells:", devices=devices))
        _ways_out(run.info.id, tr)


def _half(run: RunDetail, zone: tzinfo, tr: Translator) -> None:
    _title(run, zone, tr)
    click.secho("  " + tr("it ended with {devices} half changed:", devices=_devices(run.devices, tr)), fg="yellow")
    for row in run.devices:
        why = fault_words(row.fault.kind if row.fault else None, tr)
        last = tr("last written down: {step}", step=_last_words(row, tr))
        click.echo(f"  {row.device}: {why}; {last}")
    _ways_out(run.info.id, tr)


def _new(onboarding: Onboarding, zone: tzinfo, tr: Translator) -> None:
    """New devices on their way, and how to go on with them."""
    names = _few([device.name for device in onboarding.devices if device.next_step], tr)
    click.secho(tr("onboarding {id}", id=onboarding.id), bold=True, nl=False)
    what = tr("of {names}, by {user}, {at}", names=names, user=onboarding.by, at=shown(onboarding.made, zone))
    click.echo(f"  {what}")
    on, up = tr("goes on with it"), tr("gives it up")
    campusctl = "campusctl --lab" if onboarding.lab else "campusctl"
    click.echo(f"    {campusctl} onboard resume {onboarding.id}            {on}")
    click.echo(f"    {campusctl} onboard resume {onboarding.id} --abandon  {up}")


def _title(run: RunDetail, zone: tzinfo, tr: Translator) -> None:
    info = run.info
    click.secho(tr("run {id}", id=info.id), bold=True, nl=False)
    where = tr("by {user} on {host}, {at}", user=info.user, host=info.host, at=shown(info.started, zone))
    click.echo(f"  {info.kind} {' '.join(info.schools)}  {where}")


def _ways_out(run: str, tr: Translator) -> None:
    finishes, undoes = tr("finishes it"), tr("undoes it")
    click.echo(f"    campusctl resume {run}   {finishes}")
    click.echo(f"    campusctl revert {run}   {undoes}")


def _devices(rows: Sequence[DeviceRow], tr: Translator) -> str:
    return devices_counted([row.change.target.driver if row.change else "switch" for row in rows], tr)


def _words(row: DeviceRow, tr: Translator) -> str:
    if row.state is DeviceState.PLANNED:
        return tr("not begun")
    last = tr("last written down: {step}", step=_last_words(row, tr) or tr("that work begins"))
    return tr("begun; {last}", last=last)


def _last_words(row: DeviceRow, tr: Translator) -> str:
    """The last step that was written down, for a person."""
    return step_words(row.steps[-1], _is_switch(row), tr) if row.steps else ""


def _is_switch(row: DeviceRow) -> bool:
    return row.change is None or row.change.target.driver == "switch"


def _last(row: DeviceRow) -> str:
    """The same for JSON, which is English."""
    if not row.steps:
        return ""
    step = row.steps[-1]
    if not step.last:
        return f"{step.kind} {step.text}".strip()
    if not _is_switch(row):
        return counted(step.total, "step")
    return f"send commands {step.first}-{step.last} of {step.total}"
