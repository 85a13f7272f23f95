"""`campusctl adopt-finding`: takes what a device has into the inventory."""

import sys

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import actor, open_desk


@click.command()
@click.argument("finding", metavar="ID")
@click.option("--reason", help="Why, in one sentence; only where an exception is needed.")
@click.option("--owner", help="A role of the school's contacts; likewise.")
@click.option("--until", metavar="DATE", help="Last day of the exception, such as 2027-07-31; likewise.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--dry-run", is_flag=True, help="Show the change of the files, write nothing.")
def command(finding: str, reason: str | None, owner: str | None, until: str | None, yes: bool, dry_run: bool) -> int:
    """Let the inventory say what the devices of the finding ID have. Reads the devices, changes none.

    Shows the change of the files and asks. It is written only when it is proven that the intended configuration
    becomes what the device has, and that nothing else changes at the school. Comments and order stay.

    Example: campusctl adopt-finding 3fa9c1d2e0
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.finding_views import show_diff  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    terms = findings.terms(reason, owner, until)
    desk = open_desk()
    row = findings.find(desk.root, finding)
    with workflow.running(desk, RunKind.PLAN, [row.school] if row.school else []) as run:
        with progress("reading") as bar:
            adoption = findings.adopt(run, row, bar.emit, bar.start, terms=terms)
        show_diff(adoption.files.diff())
        if not dry_run:
            _consent(yes=yes)
            findings.finish_adoption(run.store, adoption, actor=actor())
            click.echo("written; look at it and commit it", err=True)
        run.end(workflow.state_of(Exit.DONE), Exit.DONE)
    show_troubles(run)
    return Exit.DONE


def _consent(*, yes: bool) -> None:
    from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

    if yes:
        return
    if not sys.stdin.isatty():
        raise CampusError("nobody is there to ask, so nothing was written", "add --yes to write without asking")
    if not click.confirm("Write this?", default=False, err=True):
        raise CampusError("you did not agree, so nothing was written")
