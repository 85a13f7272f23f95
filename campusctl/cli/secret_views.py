"""Secrets by reference, for a person or as JSON: never a value."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from campusctl.cli.columns import show_columns
from campusctl.cli.device_views import show_faults
from campusctl.cli.views import print_json
from campusctl.cli.words import counted, counted_devices
from campusctl.model.rotation import RotationReport, SecretCheck, SecretRow, SecretUse, Verdict


def show_list(rows: Sequence[SecretRow], *, verbose: bool, as_json: bool) -> None:
    """Each reference with its source and who needs it."""
    if as_json:
        print_json([{**row.model_dump(mode="json"), "usable": row.usable} for row in rows])
        return
    if not rows:
        click.echo("no secret is needed")
        return
    head = ("secret", "from", "needed by", "can be checked on")
    if verbose:
        for row in rows:
            click.secho(f"{row.ref}  {_source(row)}", bold=True)
            show_columns(("device", "setting", "checked"), [_use(use) for use in row.uses])
    else:
        show_columns(head, [_row(row) for row in rows])
    missing = sum(not row.usable for row in rows)
    if missing:
        click.secho(f"{counted(missing, 'secret')} missing or of no use.", fg="red", bold=True)


def _row(row: SecretRow) -> tuple[str, str, str, str]:
    return row.ref, _source(row), _devices(row.uses), _devices([use for use in row.uses if not use.unchecked])


def _devices(uses: Sequence[SecretUse]) -> str:
    """`3 switches and 2 PCs`; `none`."""
    return counted_devices({use.device: use.driver for use in uses}.values()) if uses else "none"


def _source(row: SecretRow) -> str:
    return f"{row.source or 'MISSING'}{f' ({row.trouble})' if row.trouble else ''}"


def _use(use: SecretUse) -> tuple[str, str, str]:
    return use.device, use.path.replace(" / ", " "), f"no: {use.unchecked}" if use.unchecked else "yes"


def show_rotation(report: RotationReport, *, verbose: bool, as_json: bool) -> None:
    """What is due, what cannot be told, and, if wanted, what is right."""
    if as_json:
        print_json({**report.model_dump(mode="json"), "due": len(report.due)})
        return
    shown = [check for check in report.checks if verbose or check.verdict is not Verdict.SAME or check.old]
    if shown:
        show_columns(
            ("switch", "secret", "setting", "state", "set"), [_check(check, ZoneInfo(report.zone)) for check in shown]
        )
    show_faults(report.faults)
    same = sum(check.verdict is Verdict.SAME for check in report.checks)
    open_ = sum(check.verdict is Verdict.UNCHECKED for check in report.checks)
    click.secho(
        f"{counted(len(report.checks), 'place')} with a secret: {same} as it should be, {open_} cannot be checked, "
        f"{len(report.due)} due, {_faulty(report)} not readable.",
        bold=True,
    )


def _faulty(report: RotationReport) -> str:
    return counted_devices(fault.driver for fault in report.faults) if report.faults else "none"


_WORDS = {
    Verdict.SAME: "as it should be",
    Verdict.DIFFERENT: "DIFFERENT",
    Verdict.MISSING: "MISSING",
    Verdict.UNCHECKED: "cannot be checked",
    Verdict.OUTDATED: "OUTDATED",
}


def _check(check: SecretCheck, zone: ZoneInfo) -> tuple[str, str, str, str, str]:
    when = f"{check.set_at.astimezone(zone):%Y-%m-%d}" if check.set_at else "-"
    state = f"{_WORDS[check.verdict]}{', OLD' if check.old else ''}"
    return check.device, check.ref, check.path.replace(" / ", " "), state, when
