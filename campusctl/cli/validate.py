"""`campusctl validate`: every problem of the inventory at once."""

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import current, find_workspace, translator
from campusctl.cli.speaking import spoken


@click.command()
@click.argument("schools", nargs=-1, metavar="[SCHOOL]...")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@spoken
def command(schools: tuple[str, ...], lang: str | None, as_json: bool) -> int:
    """Check the inventory of the city, or of each SCHOOL, and list every problem with its file and line.

    Exit code 1 if there is one. Notes (such as old SSH algorithms) are no problems.
    Example: campusctl validate schule-042
    """
    from campusctl.cli.views import print_json  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.load import validate  # noqa: PLC0415 - likewise

    report = validate(find_workspace(current()), schools or None)
    if as_json:
        print_json(report.as_json())
        return Exit.ERROR if report.problems else Exit.DONE
    tr = translator(lang)
    for problem in report.problems:
        click.echo(tr.said(problem.told))
    for note in report.notes:
        click.secho(tr("note: {what}", what=tr.said(note.told)), fg="yellow", err=True)
    if report.problems:
        count = tr.many("{number} problem", "{number} problems", len(report.problems))
        click.secho(count, fg="red", bold=True, err=True)
        return Exit.ERROR
    schools_read = tr.many("{number} school", "{number} schools", report.schools)
    devices = tr.many("{number} device", "{number} devices", report.devices)
    switches = tr.many("{number} switch", "{number} switches", report.switches)
    click.secho(
        tr(
            "valid: {schools}, {devices}, {switches}",
            schools=schools_read,
            devices=devices,
            switches=switches if report.switches else tr("no switches"),
        ),
        fg="green",
    )
    return Exit.DONE
