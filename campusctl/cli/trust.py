"""`campusctl trust`: shows host key fingerprints, asks, remembers; forgets those of retired switches."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.columns import show_columns
from campusctl.cli.exits import Exit
from campusctl.cli.options import open_desk

if TYPE_CHECKING:
    from campusctl.drivers.switch.trusting import SeenKey


@click.command()
@click.argument("schools", nargs=-1, required=True, metavar="SCHOOL...")
@click.option("--device", help="Only this switch.")
@click.option("--replace", is_flag=True, help="Also remember keys that have CHANGED, in place of the known ones.")
@click.option(
    "--fingerprints",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Do not ask; remember the keys that somebody noted at the consoles: DEVICE FINGERPRINT, one a line.",
)
@click.option("--remove", metavar="DEVICE", help="Forget the keys of a switch that was retired; contacts nobody.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
def command(
    schools: tuple[str, ...],
    device: str | None,
    replace: bool,
    fingerprints: Path | None,
    remove: str | None,
    yes: bool,
) -> int:
    """Show the host keys of each SCHOOL's switches, and remember them after you have agreed.

    Nobody logs in. Compare the fingerprints with what the switches' consoles show: this is the one moment when
    somebody in between could pretend to be a switch.

    Exit codes: 0 every switch is known now, 3 some showed no key, or one that is not accepted.

    Example: campusctl trust schule-042
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.drivers.switch.trusting import KeyState  # noqa: PLC0415 - likewise

    if remove is not None:
        _refuse_beside_remove(schools, device or fingerprints or replace or yes)
        return _forget(schools[0], remove)
    if fingerprints and yes:
        raise click.UsageError("--fingerprints answers in your place: leave --yes out")
    desk = open_desk()
    seen = workflow.look_at_keys(desk, schools, device, fingerprints)
    _show(seen)
    takes = (KeyState.NEW, KeyState.CHANGED) if replace else (KeyState.NEW,)
    wanted = [key for key in seen if key.state in takes and not key.refused]
    if wanted:
        _consent(len(wanted), yes=yes or fingerprints is not None)
        click.echo(f"{len(workflow.remember_keys(desk, wanted))} remembered")
    rest = [key for key in seen if key.refused or (key.state is not KeyState.SAME and key not in wanted)]
    if any(key.state is KeyState.CHANGED for key in rest) and not replace:
        click.echo("hint: was the switch replaced? then: campusctl trust SCHOOL --replace", err=True)
    return Exit.DEVICES if rest else Exit.DONE


def _refuse_beside_remove(schools: Sequence[str], others: object) -> None:
    if len(schools) != 1 or others:
        raise click.UsageError("--remove takes one school and no other option")


def _forget(school: str, name: str) -> int:
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it

    for key in workflow.forget_key(open_desk(), school, name):
        click.echo(f"{key.device}: forgotten: {key.host} {key.keytype} {key.fingerprint}")
    return Exit.DONE


def _show(seen: "Sequence[SeenKey]") -> None:
    """The table, and below it, on stderr, what a person must know."""
    from campusctl.drivers.switch.trusting import KeyState  # noqa: PLC0415 - `--help` must not pay for it

    show_columns(("switch", "address", "state", "fingerprint"), [_row(key) for key in seen])
    for key in seen:
        if key.trouble and key.state is not KeyState.NEW:
            click.secho(f"{key.device}: {key.trouble}", err=True, fg="red")
        if key.refused:
            click.secho(f"{key.device}: not trusted: {key.refused}", err=True, fg="red")
        for note in key.notes:
            click.secho(f"{key.device}: {note}", err=True, fg="yellow")


def _row(key: "SeenKey") -> tuple[str, str, str, str]:
    shown = f"{key.keytype} {key.fingerprint}" if key.blob else "-"
    return key.device, f"{key.login.host}:{key.login.port}", key.state, shown


def _consent(count: int, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

        raise CampusError("nobody is there to ask, so no key was remembered", "add --yes to accept what is shown")
    click.confirm(f"Remember {count} key{'s' if count > 1 else ''}?", default=False, abort=True, err=True)
