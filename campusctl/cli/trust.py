"""`campusctl trust`: shows host key fingerprints, asks, remembers."""

import sys
from collections.abc import Sequence
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
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
def command(schools: tuple[str, ...], device: str | None, replace: bool, yes: bool) -> int:
    """Show the host keys of each SCHOOL's switches, and remember them after you have agreed.

    Nobody logs in. Compare the fingerprints with what the switches' consoles show: this is the one moment when
    somebody in between could pretend to be a switch.

    Exit codes: 0 every switch is known now, 3 some showed no key, or one that is not accepted.

    Example: campusctl trust schule-042
    """
    from campusctl.drivers.switch.trusting import KeyState, remember  # noqa: PLC0415 - `--help` must not pay for it

    seen = _look(schools, device)
    show_columns(("switch", "address", "state", "fingerprint"), [_row(key) for key in seen])
    wanted = [key for key in seen if key.state is KeyState.NEW or (replace and key.state is KeyState.CHANGED)]
    for key in seen:
        if key.trouble and key.state is not KeyState.NEW:
            click.secho(f"{key.device}: {key.trouble}", err=True, fg="red")
    if wanted:
        _consent(len(wanted), yes=yes)
        remember(wanted)
        click.echo(f"{len(wanted)} remembered")
    rest = [key for key in seen if key.state is not KeyState.SAME and key not in wanted]
    if any(key.state is KeyState.CHANGED for key in rest):
        click.echo("hint: was the switch replaced? then: campusctl trust SCHOOL --replace", err=True)
    return Exit.DEVICES if rest else Exit.DONE


def _look(schools: Sequence[str], device: str | None) -> "list[SeenKey]":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.drivers.switch.trusting import look  # noqa: PLC0415 - likewise
    from campusctl.inventory.load import load_city  # noqa: PLC0415 - likewise

    desk = open_desk()
    wanted = workflow.targets(desk, load_city(desk.root, schools), device)
    order = {target.device: place for place, target in enumerate(wanted)}
    return sorted(look([(target.device, target.login) for target in wanted]), key=lambda key: order[key.device])


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
