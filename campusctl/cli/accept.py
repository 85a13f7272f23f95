"""`campusctl accept`: lets a finding stay until a day."""

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import actor, current, find_workspace


@click.command()
@click.argument("finding", metavar="ID")
@click.option("--reason", required=True, help="Why it may stay, in one sentence.")
@click.option("--owner", required=True, help="Who answers for it: a role of the school's contacts.")
@click.option("--until", required=True, metavar="DATE", help="Last day it may stay, such as 2027-07-31.")
def command(finding: str, reason: str, owner: str, until: str) -> int:
    """Let the finding ID stay as it is until the end of a day; then it is open again. Changes no device and no file.

    It is open again, too, when another device shows it.

    Example: campusctl accept 3fa9c1d2e0 --reason "Exam network" --owner sekretariat --until 2027-01-29
    """
    from campusctl.inventory.adoption import Terms  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    with findings.open_store(root) as store:
        row = findings.accept(root, store, finding, Terms(reason, owner, until), actor=actor())
    click.echo(f"finding {row.id} is accepted until the end of {until}: {row.title}")
    return Exit.DONE
