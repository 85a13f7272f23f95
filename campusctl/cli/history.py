"""`campusctl history`: what was run, by whom, and what became of it."""

import sys
from typing import TYPE_CHECKING, Final

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from campusctl.model.journal import PruneCount

_DEFAULT: Final = "list"
_HELP: Final = ("-h", "--help")


class _HistoryGroup(click.Group):
    """`campusctl history schule-042` is short for `campusctl history list schule-042`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no command of the group is an argument of `list`."""
        named = args[0] if args else ""
        return super().parse_args(ctx, args if named in self.commands or named in _HELP else [_DEFAULT, *args])


@click.group(cls=_HistoryGroup, subcommand_metavar="[SCHOOL|DEVICE] | COMMAND [ARGS]...")
def command() -> None:
    """List the runs of a SCHOOL or DEVICE, newest first; of all without one. Show one, prune old ones, verify.

    Examples: campusctl history schule-042, campusctl history show 0a1b2c3d
    """


@command.command(_DEFAULT, short_help="List runs, newest first; the word may be left out.")
@click.argument("subject", required=False, metavar="[SCHOOL|DEVICE]")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, help="At most so many.  [default: 20]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(subject: str | None, limit: int, as_json: bool) -> int:
    """List the runs of a SCHOOL or DEVICE, newest first; the word `list` may be left out.

    Example: campusctl history s042-a1-sw01 --limit 5
    """
    from campusctl.cli import history_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow import history  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    views.show_runs(history.runs_of(root, subject, limit), city_zone(root), as_json=as_json)
    return Exit.DONE


@command.command(short_help="Show one run with its devices.")
@click.argument("run", metavar="RUN")
@click.option("-v", "--verbose", is_flag=True, help="Also every difference, and every step that was written down.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(run: str, verbose: bool, as_json: bool) -> int:
    """Show one RUN: who, when, why, and what became of each device. The beginning of its id is enough.

    Example: campusctl history show 0a1b -v
    """
    from campusctl.cli import history_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow import history  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    views.show_run(history.run_detail(root, run), city_zone(root), verbose=verbose, as_json=as_json)
    return Exit.DONE


@command.command(short_help="List the newest entries of the audit trail.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, help="At most so many.  [default: 20]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(limit: int, as_json: bool) -> int:
    """List the newest entries of the audit trail: changes, overrides, claims, decisions.

    Example: campusctl history audit --limit 100
    """
    from campusctl.cli import history_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow import history  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    views.show_audit(history.trail(root, limit), city_zone(root), as_json=as_json)
    return Exit.DONE


@command.command(short_help="Look for tampering in the audit trail.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> int:
    """Look for tampering in the audit trail, and in the runs that it vouches for.

    Exit codes: 0 all is as it was written, 1 something was changed, deleted, inserted or cut off: it is named.

    Example: campusctl history verify
    """
    from campusctl.cli import history_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import history  # noqa: PLC0415 - likewise

    report = history.verify(find_workspace(current()))
    views.show_report(report, as_json=as_json)
    return Exit.ERROR if report.problems else Exit.DONE


@command.command(short_help="Delete what is older than wanted.")
@click.option("--older-than", required=True, metavar="SPAN", help="Such as 90d, 12w or 1y.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
def prune(older_than: str, yes: bool) -> int:
    """Delete runs, findings that are gone and audit entries that are older than that. Unfinished runs stay.

    Example: campusctl history prune --older-than 400d
    """
    from campusctl.cli import history_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.moments import parse_span  # noqa: PLC0415 - likewise
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow import history  # noqa: PLC0415 - likewise

    root, span = find_workspace(current()), parse_span(older_than)
    zone = city_zone(root)
    counted = history.count_old(root, span)
    views.show_old(counted, zone)
    if counted.runs or counted.findings or counted.audit:
        _consent(counted, yes=yes)
        views.show_pruned(history.prune(root, span))
    return Exit.DONE


def _consent(counted: "PruneCount", *, yes: bool) -> None:
    if yes:
        return
    from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

    if not sys.stdin.isatty():
        raise CampusError("nobody is there to ask, so nothing was deleted", "add --yes to delete without asking")
    if not click.confirm(f"Delete {counted.runs} runs for good?", default=False, err=True):
        raise CampusError("you did not agree, so nothing was deleted")
