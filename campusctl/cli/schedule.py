"""`campusctl schedule`: drift checks that run by themselves."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from campusctl.schedule.machine import Machine

_PLACE = (
    click.option("--system", "place", flag_value="system", help="Units of the machine; needs root. [default for root]"),
    click.option("--user", "place", flag_value="user", help="Units of your own account. [default for others]"),
    click.option("--crontab", "place", flag_value="crontab", help="A marked block in your crontab."),
    click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="The units' folder, if another one."),
)


@click.group()
def command() -> None:
    """Let drift checks run by themselves, with systemd or cron. They only read.

    Example: campusctl schedule install --all --nightly
    """


@command.command("install")
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--all", "every_school", is_flag=True, help="Every school of the city.")
@click.option("--nightly", is_flag=True, help="Once a night, at 01:30. [default]")
@click.option("--every", metavar="TIME", help="Every 6h, 30min, …: an even part of a day or an hour.")
@click.option("--calendar", metavar="TEXT", help='When, as systemd says it: "Mon..Fri 05:30".')
@click.option(
    "--jitter", default=30, show_default=True, type=click.IntRange(0, 1440), help="Minutes to spread it over."
)
@click.option(
    "--vault-password-file", "password", type=click.Path(path_type=Path), help="File with the vault's password."
)
@click.option("--environment-file", "variables", type=click.Path(path_type=Path), help="File of variables for the run.")
@click.option("--dry-run", is_flag=True, help="Print what would be written; write nothing.")
@_PLACE[0]
@_PLACE[1]
@_PLACE[2]
@_PLACE[3]
def install(
    schools: tuple[str, ...],
    every_school: bool,
    nightly: bool,
    every: str | None,
    calendar: str | None,
    jitter: int,
    password: Path | None,
    variables: Path | None,
    dry_run: bool,
    place: str | None,
    into: Path | None,
) -> int:
    """Write a systemd service and timer, or a crontab line, that check each SCHOOL. Again, it changes what is there.

    Example: campusctl schedule install --all --calendar "Mon..Fri 05:30"
    """
    from campusctl.cli import schedule_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.schedule import installing, machine, order  # noqa: PLC0415 - likewise
    from campusctl.workflow import scheduling  # noqa: PLC0415 - likewise

    if bool(schools) == every_school:
        raise click.UsageError("name a school, or --all for every school (not both)")
    where = _place(place, into)
    when = order.calendar_of(every=every, nightly=nightly, calendar=calendar)
    here = machine.this_machine(system=where == "system", into=into)
    made, zone = scheduling.order_for(
        find_workspace(current()), schools or None, here, calendar=when, jitter_s=jitter * 60,
        lab=current().lab, password_file=password, environment_file=variables,
    )  # fmt: skip
    if where != "crontab":
        made = installing.checked_calendar(made, here, zone)
    if dry_run:
        views.show_texts(made, cron=where == "crontab")
        return Exit.DONE
    _refuse_without_root(where, into)
    scheduling.make_places(Path(made.workspace))
    done = installing.install_cron(made, here.run) if where == "crontab" else installing.install(made, here)
    views.show_installed(done, made, cron=where == "crontab")
    return Exit.DONE


@command.command("show")
@_PLACE[3]
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(into: Path | None, as_json: bool) -> int:
    """Say what is installed for this workspace, when it runs next, and whether somebody has changed it.

    Exit codes: 0 as it was written, or nothing is there; 4 it was changed.

    Example: campusctl schedule show
    """
    from campusctl.cli import schedule_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.schedule import installing, machine  # noqa: PLC0415 - likewise

    workspace = find_workspace(current())
    root = str(workspace)
    found = [item for here in _machines(into) for item in installing.found_units(root, here)]
    cron = None if into else installing.found_cron(root, machine.run)
    found += [cron] if cron else []
    views.show_found(found, city_zone(workspace), as_json=as_json)
    return Exit.DONE if all(item.as_written for item in found) else Exit.CHANGES


@command.command("remove")
@click.option("--force", is_flag=True, help="Also what somebody has changed.")
@_PLACE[3]
def remove(force: bool, into: Path | None) -> int:
    """Take away what `schedule install` wrote for this workspace, and nothing else.

    Example: campusctl schedule remove
    """
    from campusctl.schedule import installing, machine  # noqa: PLC0415 - `--help` must not pay for it

    root = str(find_workspace(current()))
    gone = [file for here in _machines(into) for file in installing.remove(root, here, force=force)]
    if not into and installing.remove_cron(root, machine.run, force=force):
        gone.append("the block in your crontab")
    for file in gone:
        click.echo(f"removed: {file}")
    if not gone:
        click.echo("nothing was installed for this workspace", err=True)
    return Exit.DONE


def _place(place: str | None, into: Path | None) -> str:
    if into and place == "crontab":
        raise click.UsageError("--into is a folder for units; a crontab has none")
    return place or ("system" if os.geteuid() == 0 else "user")


def _refuse_without_root(where: str, into: Path | None) -> None:
    from campusctl.schedule.order import ScheduleError  # noqa: PLC0415 - `--help` must not pay for it

    if where == "system" and not into and os.geteuid() != 0:
        raise ScheduleError("units of the machine need root", "use sudo, or --user for units of your own account")


def _machines(into: Path | None) -> "list[Machine]":
    """Where units of this workspace may be."""
    from campusctl.schedule.machine import this_machine  # noqa: PLC0415 - `--help` must not pay for it

    if into:
        return [this_machine(system=os.geteuid() == 0, into=into)]
    return [this_machine(system=system, into=None) for system in (True, False)]
