"""`campusctl backup`: keeps what switches run, and shows what was kept."""

from difflib import get_close_matches
from pathlib import Path
from typing import Final

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import open_desk

_COMMANDS: Final = ("read", "log", "show", "diff", "import")


class _ReadByDefault(click.Group):
    """`campusctl backup schule-042` means `campusctl backup read schule-042`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of use."""
        return list(_COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in that was left out."""
        first = args[0] if args else ""
        if first and first not in (*_COMMANDS, "-h", "--help"):
            close = get_close_matches(first, _COMMANDS, 1, 0.7)
            if close:
                ctx.fail(f"No such command or school {first!r}.\nhint: did you mean {close[0]}?")
            args = ["read", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ReadByDefault)
def command() -> None:
    """Keep what devices are set to in a Git repository of the workspace, and show what was kept. Secrets are masked.

    \b
    campusctl backup schule-042             read a school's devices (the same as `backup read`)
    campusctl backup --all                  read every school's devices
    campusctl backup log s042-a1-sw01       what changed when
    campusctl backup diff s042-a1-sw01      the last change
    campusctl backup show s042-a1-sw01 --at yesterday

    Every other command that reads devices keeps what it has read, too.
    """


@command.command()
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--all", "every", is_flag=True, help="Every school of the city.")
@click.option("--device", help="Only this one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def read(schools: tuple[str, ...], every: bool, device: str | None, as_json: bool) -> int:
    """Read the switches, printers, print servers, projectors and boards of each SCHOOL, and keep what they are set to.

    Writes nothing to any device. Exit codes: 0 all were read or are switched off, 3 some could not be read; the others
    are kept.

    Example: campusctl backup schule-042
    """
    from campusctl.cli import backup_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.workflow import backups  # noqa: PLC0415 - likewise

    if bool(schools) == every:
        raise click.UsageError("name a school, or --all for every school (not both)")
    with progress("reading") as bar:
        report = backups.backup(open_desk(), schools or None, device, bar.emit, bar.start)
    backup_views.show_report(report, as_json=as_json)
    return Exit.DEVICES if report.faults else Exit.DONE


@command.command()
@click.argument("device")
@click.option("-n", "--limit", type=click.IntRange(1), help="Only so many versions.  [default: all]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def log(device: str, limit: int | None, as_json: bool) -> int:
    """List the versions of a DEVICE's configuration, newest first.

    Example: campusctl backup log s042-a1-sw01 -n 10
    """
    from campusctl.cli import backup_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow import backups  # noqa: PLC0415 - likewise

    desk = open_desk()
    place, versions = backups.log(desk, device, limit)
    backup_views.show_log(place, versions, city_zone(desk.root), as_json=as_json)
    return Exit.DONE


@command.command()
@click.argument("device")
@click.option(
    "--at", "rev", default="", metavar="REV", help="A hash, ~1, HEAD~2, a date, yesterday.  [default: newest]"
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(device: str, rev: str, as_json: bool) -> int:
    """Print a version of a DEVICE's configuration, secrets masked.

    REV is a hash of `campusctl backup log`; ~1 is the version before the newest one; HEAD~2 counts commits as Git
    does; a date means the end of that day, in the city's time.

    Example: campusctl backup show s042-a1-sw01 --at 2026-11-01
    """
    from campusctl.cli import backup_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import backups  # noqa: PLC0415 - likewise

    place, version, text = backups.show(open_desk(), device, rev)
    backup_views.show_text(place, version, text, as_json=as_json)
    return Exit.DONE


@command.command()
@click.argument("device")
@click.argument("old", default="")
@click.argument("new", default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(device: str, old: str, new: str, as_json: bool) -> int:
    """Show what differs between two versions of a DEVICE: the last change, from OLD to the newest, or from OLD to NEW.

    Exit codes: 0 nothing differs, 4 something does.

    Example: campusctl backup diff s042-a1-sw01 2026-11-01 yesterday
    """
    from campusctl.cli import backup_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import backups  # noqa: PLC0415 - likewise

    place, text = backups.diff(open_desk(), device, old, new)
    backup_views.show_diff(place, text, as_json=as_json)
    return Exit.CHANGES if text else Exit.DONE


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--school", "schools", multiple=True, help="Only the switches of this school; may be given again.")
@click.option("--history", is_flag=True, help="Every revision with its date, not only the newest.")
@click.option("--dry-run", is_flag=True, help="Only say which nodes are which switches.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, schools: tuple[str, ...], history: bool, dry_run: bool, as_json: bool) -> int:
    """Take the Oxidized Git repository at PATH as baseline, for switches that have no backup yet. Secrets are masked.

    PATH is a repository, bare or not, or a folder with one per group. Nodes are found by name (with or without a
    domain) or address, in any group.

    Example: campusctl backup import /var/lib/oxidized/devices.git --history
    """
    from campusctl.cli import backup_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import baseline  # noqa: PLC0415 - likewise

    found = baseline.read_baseline(open_desk(), path, schools or None, history=history, dry_run=dry_run)
    backup_views.show_baseline(found, dry_run=dry_run, as_json=as_json)
    return Exit.DONE
