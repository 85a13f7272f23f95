"""Runs, the audit trail, claims and locks, for a person or as JSON. What others typed is shown without its controls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

import click

from campusctl.cli.columns import show_columns, show_facts
from campusctl.cli.moments import shown
from campusctl.cli.views import print_json, show_edit
from campusctl.cli.words import counted, without_parts
from campusctl.model.frozen import Frozen
from campusctl.model.journal import (
    AuditEntry,
    AuditReport,
    Claim,
    DeviceRow,
    DeviceState,
    Lease,
    PruneCount,
    RunDetail,
    RunRow,
    StepRow,
)
from campusctl.model.printable import printable
from campusctl.model.run import RunState, StepKind
from campusctl.model.secret import MASK, TOKEN

_NARROW: Final = 18
"""Widest cell of a list, so that it stays within 80 columns."""
_STATES: Final = {
    DeviceState.DONE: "done",
    DeviceState.FAILED: "failed",
    DeviceState.BEGUN: "begun, end unknown",
    DeviceState.PLANNED: "not begun",
    DeviceState.SKIPPED: "skipped",
    DeviceState.READ: "read",
    DeviceState.PENDING: "pending: off, changed when it is on",
    DeviceState.OFF: "off",
}
_COLOURS: Final = {
    RunState.DONE: "green",
    RunState.FAILED: "red",
    RunState.INTERRUPTED: "yellow",
    RunState.REFUSED: "yellow",
    RunState.RUNNING: "cyan",
}


def _short(text: str, width: int = _NARROW) -> str:
    told = printable(text)
    return told if len(told) <= width else told[: width - 1] + "…"


def show_runs(rows: Sequence[RunRow], zone: tzinfo, *, as_json: bool) -> None:
    """A list of runs, newest first."""
    if as_json:
        _print_models(rows)
    elif not rows:
        click.echo("no runs", err=True)
    else:
        head = ("run", "started", "who", "what", "school", "how it ended")
        show_columns(head, [_row(row, zone) for row in rows], indent="")


def _row(row: RunRow, zone: tzinfo) -> tuple[str, ...]:
    schools = row.info.schools
    where = _short(schools[0], 12) + (f" +{len(schools) - 1}" if len(schools) > 1 else "") if schools else "-"
    who = _short(row.info.user, 10)
    return printable(row.info.id), shown(row.info.started, zone), who, row.info.kind, where, _short(_state(row), 20)


def _state(row: RunRow) -> str:
    if row.state is not RunState.RUNNING:
        bad = row.counts.get(DeviceState.FAILED, 0)
        return f"{row.state}, {bad} failed" if bad and row.state is not RunState.FAILED else str(row.state)
    return "at work" if row.alive else "KILLED"


def show_run(found: RunDetail, zone: tzinfo, *, verbose: bool, as_json: bool) -> None:
    """One run with its devices."""
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    info = found.info
    click.secho(f"{printable(info.id)}  {info.kind}  ", bold=True, nl=False)
    click.secho(_state(found), fg=_COLOURS[found.state])
    show_facts((name, printable(value)) for name, value in _facts(found, zone))
    for row in found.devices:
        _device(row, zone, verbose=verbose)
    if found.counts:
        click.secho(", ".join(_counts(found.counts)) + ".", bold=True)
    if found.open_devices and not found.alive:
        click.echo(f"hint: campusctl resume {printable(info.id)} or campusctl revert {printable(info.id)}", err=True)


def _facts(found: RunDetail, zone: tzinfo) -> Iterator[tuple[str, str]]:
    info = found.info
    yield "who", f"{info.user} on {info.host}, process {info.pid}" + (", scheduled" if info.scheduled else "")
    yield "began", shown(info.started, zone)
    yield "ended", shown(found.finished, zone) + ("" if found.exit_code is None else f", exit code {found.exit_code}")
    yield "note", found.note
    yield "command", f"campusctl {info.command}"
    yield "schools", " ".join(info.schools) + (" (simulated)" if info.lab else "")
    yield "reason", info.reason
    yield "continues run", info.parent
    yield "inventory", info.inventory_commit
    yield "tool", info.tool_version


def _device(row: DeviceRow, zone: tzinfo, *, verbose: bool) -> None:
    click.secho(f"{printable(row.device)}: ", bold=True, nl=False)
    click.echo(f"{_STATES[row.state]}{_told(row)}")
    if row.fault and row.state not in (DeviceState.OFF, DeviceState.PENDING):
        click.secho(f"  {row.fault.kind}: {printable(row.fault.what)}", fg="red")
    for name in row.unreadable:
        click.secho(f"  {name} cannot be read: another version wrote it, or somebody changed it", fg="yellow")
    if not verbose:
        return
    if row.assessment:
        for edit in without_parts(row.assessment.edits):
            show_edit(edit)
    for step in row.steps:
        _step(step, zone)


def _told(row: DeviceRow) -> str:
    if row.outcome:
        saved = ", saved" if row.outcome.saved and _is_switch(row) else ""
        steps = counted(row.outcome.sent, "command" if _is_switch(row) else "step")
        return f"  {counted(row.outcome.edits, 'setting')}, {steps}{saved}"
    if row.assessment and row.assessment.edits:
        return f"  {counted(len(row.assessment.edits), 'setting')} to change"
    return ""


def _is_switch(row: DeviceRow) -> bool:
    return row.change is None or row.change.target.driver == "switch"


def _step(step: StepRow, zone: tzinfo) -> None:
    which = f" {step.first}-{step.last} of {step.total}" if step.total else ""
    click.echo(f"  {step.at.astimezone(zone):%H:%M:%S} {step.kind}{which}")
    if step.kind is not StepKind.BEGIN:
        for line in step.text.splitlines():
            click.echo(f"           {printable(TOKEN.sub(MASK, line))}")


def _counts(found: Mapping[DeviceState, int]) -> Iterator[str]:
    return (f"{found[state]} {words}" for state, words in _STATES.items() if found.get(state))


def show_audit(entries: Sequence[AuditEntry], zone: tzinfo, *, as_json: bool) -> None:
    """Entries of the audit trail, oldest first."""
    if as_json:
        _print_models(entries)
        return
    rows = [
        (str(entry.number), _entry_time(entry, zone), _short(entry.actor or "-", 12), _short(entry.action, 20),
         _short(entry.subject or "-"))
        for entry in entries
    ]  # fmt: skip
    show_columns(("entry", "when", "who", "what", "to what"), rows, indent="")


def _entry_time(entry: AuditEntry, zone: tzinfo) -> str:
    try:
        return shown(datetime.fromisoformat(entry.at), zone)
    except ValueError:
        return _short(entry.at, 16)


def show_report(report: AuditReport, *, as_json: bool) -> None:
    """What `verify` found."""
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    for problem in report.problems:
        subject = f"entry {problem.number} " if problem.number else ""
        click.secho(f"{subject}{printable(problem.what)}", fg="red")
    if report.problems:
        click.secho(f"The audit trail is NOT whole: {counted(len(report.problems), 'problem')}.", fg="red", bold=True)
        return
    pruned = f" (older ones were pruned, as entry {report.last} or one before says)" if report.pruned else ""
    click.echo(f"entries {report.first}-{report.last}{pruned}; {counted(report.runs, 'run')} compared")
    click.echo(f"digest of entry {report.last}: {report.head}")
    click.secho("The audit trail is whole.", fg="green", bold=True)


def show_old(found: PruneCount, zone: tzinfo) -> None:
    """What would be deleted."""
    click.echo(
        f"older than {shown(found.before, zone)}: {counted(found.runs, 'run')}, {counted(found.findings, 'finding')}, "
        f"{found.audit} audit entries" + (f"; {found.kept} unfinished stay" if found.kept else ""),
        err=True,
    )


def show_pruned(found: PruneCount) -> None:
    """What was deleted."""
    click.echo(
        f"deleted: {counted(found.runs, 'run')}, {counted(found.findings, 'finding')}, {found.audit} audit entries"
    )


def show_locks(claims: Sequence[Claim], leases: Sequence[Lease], zone: tzinfo, *, as_json: bool) -> None:
    """Who claims which school, and who is changing which."""
    if as_json:
        locks = [lease.model_dump(mode="json", exclude={"token"}) for lease in leases]
        print_json({"claims": [claim.model_dump(mode="json") for claim in claims], "locks": locks})
        return
    if not claims and not leases:
        click.echo("no school is claimed or locked", err=True)
    for claim in claims:
        _show(claim.school, f"claimed by {claim.holder} until {shown(claim.until, zone)}", claim.reason)
    for lease in leases:
        how = "" if lease.alive else " (its process is gone: the next run takes over)"
        since = f"locked by {lease.holder} on {lease.host}, process {lease.pid}, since {shown(lease.acquired, zone)}"
        _show(lease.school, since + how, lease.reason)


def _show(school: str, what: str, reason: str) -> None:
    click.secho(f"{printable(school)}: ", bold=True, nl=False)
    click.echo(printable(what))
    if reason:
        click.echo(f"  {printable(reason)}")


def show_claim(made: Claim, zone: tzinfo, *, as_json: bool) -> None:
    """A claim that was made."""
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    click.echo(f"{printable(made.school)} is yours until {shown(made.until, zone)}")


def show_released(school: str, ended: Claim | None, *, as_json: bool) -> None:
    """A claim that was ended."""
    if as_json:
        print_json(ended.model_dump(mode="json") if ended else None)
    elif ended is None:
        click.echo(f"{printable(school)} was not claimed")
    else:
        click.echo(f"{printable(ended.school)} is free again; it was claimed by {printable(ended.holder)}")


def _print_models(values: Iterable[Frozen]) -> None:
    print_json([value.model_dump(mode="json") for value in values])
