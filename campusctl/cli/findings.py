"""`campusctl findings`: what differs, since when, and what was decided about it."""

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("school", required=False, metavar="[SCHOOL]")
@click.option(
    "--state",
    type=click.Choice(["open", "accepted", "all"]),
    default="open",
    show_default=True,
    help="Which findings: those that wait for a decision, those that may stay, or all, gone ones too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(school: str | None, state: str, as_json: bool) -> int:
    """List the findings of a SCHOOL, or of every one: what drift checks saw, each difference once.

    Take one into the inventory with `adopt-finding`, undo it with `revert-finding`, or let it stay with `accept`.

    Exit codes: 0 none is open, 4 some are.

    Example: campusctl findings schule-042
    """
    from campusctl.cli.finding_views import show_findings  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    found = findings.overview(find_workspace(current()), school, state)
    show_findings(found.rows, found.zone, found.now, as_json=as_json)
    return Exit.CHANGES if found.waiting else Exit.DONE
