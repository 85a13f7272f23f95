"""Findings for a person or as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from campusctl.cli.views import print_json
from campusctl.cli.words import counted
from campusctl.engine.findings import printable
from campusctl.model.finding import FindingRow, FindingState
from campusctl.workflow.findings import is_open


def show_findings(rows: Sequence[FindingRow], zone: ZoneInfo, now: datetime, *, as_json: bool) -> None:
    """Three lines a finding, or JSON."""
    if as_json:
        print_json([_json(row, now) for row in rows])
        return
    for row in rows:
        _finding(row, zone, now)
    waiting = sum(is_open(row) for row in rows)
    click.secho(f"{counted(len(rows), 'finding')}, {waiting} open.", bold=True)


def _json(row: FindingRow, now: datetime) -> dict[str, Any]:
    more = {"age_days": _days(row, now), "open": is_open(row)}
    return row.model_dump(mode="json") | more


def _finding(row: FindingRow, zone: ZoneInfo, now: datetime) -> None:
    waiting = is_open(row)
    click.secho(f"{row.id}  {row.state:<8}  ", fg="yellow" if waiting else "green", nl=False)
    click.secho(printable(row.title), bold=waiting)
    places = ", ".join(row.devices) or "the inventory"
    click.echo(f"  {row.school}: {places}" if row.school else f"  {places}")
    first, last = (_local(moment, zone) for moment in (row.first_seen, row.last_seen))
    click.echo(f"  first seen {first}, last {last}, {counted(_days(row, now), 'day')} old")
    if row.reason:
        owner = f" ({row.owner})" if row.owner else ""
        until = f", until {row.until.astimezone(zone):%Y-%m-%d %H:%M}" if row.until else ""
        click.echo(f"  {printable(row.reason)}{owner}{until}")


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _days(row: FindingRow, now: datetime) -> int:
    end = row.last_seen if row.state is FindingState.GONE else now
    return max(0, (end - row.first_seen).days)


def show_diff(diff: str) -> None:
    """A unified diff, coloured."""
    for line in diff.split("\n"):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        click.secho(line, fg=colour)
