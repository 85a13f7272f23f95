"""Findings for a person or as JSON."""

import textwrap
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from campusctl.cli.views import print_json
from campusctl.cli.words import counted
from campusctl.model.finding import FindingRow, FindingState
from campusctl.model.printable import printable
from campusctl.workflow.findings import is_open

_WIDTH: Final = 80


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
    head = f"{row.id}  {row.state:<8}  "
    first, *more = textwrap.wrap(printable(row.title), _WIDTH - len(head)) or [""]
    click.secho(head, fg="yellow" if waiting else "green", nl=False)
    click.secho(first, bold=waiting)
    for line in more:
        click.secho(f"{' ' * len(head)}{line}", bold=waiting)
    places = ", ".join(row.devices)
    _wrapped(f"{row.school}: {places}" if row.school else places)
    begun, last = (_local(moment, zone) for moment in (row.first_seen, row.last_seen))
    _wrapped(f"first seen {begun}, last {last}, {counted(_days(row, now), 'day')} old")
    if row.reason:
        owner = f" ({row.owner})" if row.owner else ""
        _wrapped(f"{printable(row.reason)}{owner}{_until(row, zone)}")


def _until(row: FindingRow, zone: ZoneInfo) -> str:
    """The last day, not the midnight after it."""
    return f", until {(row.until - timedelta(seconds=1)).astimezone(zone):%Y-%m-%d}" if row.until else ""


def _wrapped(text: str) -> None:
    for line in textwrap.wrap(text, _WIDTH - 2, break_long_words=False, break_on_hyphens=False):
        click.echo(f"  {line}")


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
