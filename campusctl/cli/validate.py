"""`campusctl validate`: every problem of the inventory at once."""

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("schools", nargs=-1, metavar="[SCHOOL]...")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def command(schools: tuple[str, ...], as_json: bool) -> int:
    """Check the inventory of the city, or of each SCHOOL, and list every problem with its file and line.

    Exit code 1 if there is one. Notes (such as old SSH algorithms) are no problems.
    Example: campusctl validate schule-042
    """
    from campusctl.cli.views import print_json  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.words import counted, counted_devices  # noqa: PLC0415 - likewise
    from campusctl.inventory.load import validate  # noqa: PLC0415 - likewise

    report = validate(find_workspace(current()), schools or None)
    if as_json:
        print_json(report.as_json())
        return Exit.ERROR if report.problems else Exit.DONE
    for problem in report.problems:
        click.echo(str(problem))
    for note in report.notes:
        click.secho(f"note: {note}", fg="yellow", err=True)
    if report.problems:
        count = len(report.problems)
        click.secho(f"{count} problem{'s' if count > 1 else ''}", fg="red", bold=True, err=True)
        return Exit.ERROR
    switches = counted_devices(["switch"] * report.switches) if report.switches else "no switches"
    parts = f"{counted(report.schools, 'school')}, {counted(report.devices, 'device')}, {switches}"
    click.secho(f"valid: {parts}", fg="green")
    return Exit.DONE
