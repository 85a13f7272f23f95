"""`campusctl drift`: what differs; reads only."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.choice_options import choice_options
from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import current, find_workspace, open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.model.plan import DriftReport
    from campusctl.words.language import Translator
    from campusctl.workflow import Choice, WakeTerms


@click.command()
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--all", "every", is_flag=True, help="Every school of the city.")
@choice_options
@click.option("--wake", is_flag=True, help="Switch on PCs that are off first; not during lessons or on holidays.")
@click.option("--now", is_flag=True, help="With --wake: all the same; needs --reason, and is audited.")
@click.option("--reason", default="", metavar="TEXT", help="Why now; kept in the audit trail.")
@click.option("-v", "--verbose", is_flag=True, help="Every difference, and what devices say of themselves.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--json-out", type=click.Path(path_type=Path), help="Also write the JSON into this file.")
@click.option("--junit", "junit_out", type=click.Path(path_type=Path), help="Also write JUnit XML into this file.")
@click.option("--scheduled", is_flag=True, help="Started by a timer: one at a time, a second one has nothing to do.")
@lang_option
@spoken
def command(
    schools: tuple[str, ...],
    every: bool,
    choice: "Choice",
    wake: bool,
    now: bool,
    reason: str,
    verbose: bool,
    as_json: bool,
    json_out: Path | None,
    junit_out: Path | None,
    scheduled: bool,
    lang: str | None,
) -> int:
    """Read the devices of each SCHOOL and report what differs from the inventory. Writes nothing to any device.

    Exit codes: 0 as the inventory says, 4 drift or an expired exception, 3 some device could not be read.

    A PC, board or projector that is switched off is no failure.

    Example: campusctl drift schule-042 -v
    """
    from campusctl.cli import drift_files, drift_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.schedule.lock import only_run  # noqa: PLC0415 - likewise

    tr = translator(lang)
    if bool(schools) == every:
        raise click.UsageError(tr("name a school, or --all for every school (not both)"))
    files = drift_files.checked(json_out, junit_out, tr)
    terms = _wake_terms(tr, wake=wake, now=now, reason=reason)
    with only_run(find_workspace(current())) if scheduled else nullcontext(enter_result=True) as alone:
        if not alone:
            click.echo(tr("another scheduled run of this workspace is at work; nothing to do"), err=True)
            return Exit.DONE
        report = _check(schools, choice, files, terms, tr, scheduled=scheduled)
    drift_views.show_drift(report, tr, verbose=verbose, as_json=as_json)
    return _exit(report)


def _wake_terms(tr: "Translator", *, wake: bool, now: bool, reason: str) -> "WakeTerms | None":
    """On which terms PCs are woken first; None: nobody is woken.

    Raises:
        UsageError: The options do not go together.
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import check_terms  # noqa: PLC0415 - likewise

    if (now or reason) and not wake:
        raise click.UsageError(tr("--now and --reason are about --wake: reading disturbs nobody"))
    check_terms(workflow.Terms(now=now, reason=reason), yes=True, as_json=False)
    return workflow.WakeTerms(now=now, reason=reason) if wake else None


def _check(
    schools: tuple[str, ...],
    choice: "Choice",
    files: tuple[Path | None, Path | None],
    wake: "WakeTerms | None",
    tr: "Translator",
    *,
    scheduled: bool,
) -> "DriftReport":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import drift_files  # noqa: PLC0415 - likewise
    from campusctl.cli.carrying import show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.cli.wake_views import show_woken_first  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise
    from campusctl.workflow.findings import remember  # noqa: PLC0415 - likewise

    desk = open_desk()
    with workflow.running(desk, RunKind.DRIFT, schools or None, scheduled=scheduled) as run:
        with progress(tr("reading"), tr) as bar:
            report = workflow.drift(run, schools or None, choice, bar.emit, bar.start, wake=wake)
        show_woken_first(run, tr)
        drift_files.write(report, *files, findings=remember(run, report))
        code = _exit(report)
        run.end(workflow.state_of(code), code)
    show_troubles(run)
    return report


def _exit(report: "DriftReport") -> Exit:
    if report.failures:
        return Exit.DEVICES
    return Exit.CHANGES if report.drifted or report.findings else Exit.DONE
