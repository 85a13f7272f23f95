"""`campusctl drift`: what differs; reads only."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import open_desk

if TYPE_CHECKING:
    from campusctl.model.plan import DriftReport


@click.command()
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--all", "every", is_flag=True, help="Every school of the city.")
@click.option("--device", help="Only this switch.")
@click.option("-v", "--verbose", is_flag=True, help="Every difference, not one line per switch.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(schools: tuple[str, ...], every: bool, device: str | None, verbose: bool, as_json: bool) -> int:
    """Read the switches of each SCHOOL and report what differs from the inventory. Writes nothing to any device.

    Exit codes: 0 as the inventory says, 4 drift or an expired exception, 3 some switch could not be read.

    Example: campusctl drift schule-042 -v
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import plan_views  # noqa: PLC0415 - likewise
    from campusctl.cli.carrying import show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise

    if bool(schools) == every:
        raise click.UsageError("name a school, or --all for every school (not both)")
    desk = open_desk()
    with workflow.running(desk, RunKind.DRIFT, schools or None) as run:
        with progress("reading") as bar:
            report = workflow.drift(run, schools or None, device, bar.emit, bar.start)
        plan_views.show_drift(report, verbose=verbose, as_json=as_json)
        code = _exit(report)
        run.end(workflow.state_of(code), code)
    show_troubles(run)
    return code


def _exit(report: "DriftReport") -> Exit:
    if report.faults:
        return Exit.DEVICES
    return Exit.CHANGES if report.drifted or report.findings else Exit.DONE
