"""`campusctl revert-finding`: undoes a finding on its devices, and nothing else."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import actor, current, open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.model.finding import FindingRow
    from campusctl.workflow import Desk, Terms


@click.command()
@click.argument("finding", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help="Only save the plan, for `campusctl apply --plan FILE`.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--now", is_flag=True, help="Also outside a window; needs --reason, and is audited.")
@click.option("--reason", default="", help="Why; needed with --now.")
@click.option("--commands", is_flag=True, help="Also show the exact commands, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print plan and outcomes as JSON; needs --yes or --out.")
@lang_option
@spoken
def command(
    finding: str,
    out: Path | None,
    yes: bool,
    now: bool,
    reason: str,
    commands: bool,
    as_json: bool,
    lang: str | None,
) -> int:
    """Undo the finding ID on its devices, and nothing else: shows the plan, asks, and applies it like `apply`.

    A device on which it looks otherwise by now is left alone: that is another finding.

    Exit codes: as `campusctl apply`.

    Example: campusctl revert-finding 3fa9c1d2e0 --commands
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import check_terms  # noqa: PLC0415 - likewise
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    if out and not out.parent.is_dir():
        tr = translator(lang)
        raise click.BadParameter(tr("{folder} is no folder", folder=out.parent), param_hint="--out")
    terms = workflow.Terms(now=now, reason=reason)
    check_terms(terms, yes=yes or out is not None, as_json=as_json)
    desk = open_desk()
    row = findings.find(desk.root, finding)
    if out:
        return _save(desk, row, out, commands=commands, as_json=as_json)
    return _carry_out(desk, row, terms, yes=yes, commands=commands, as_json=as_json)


def _carry_out(desk: "Desk", row: "FindingRow", terms: "Terms", *, yes: bool, commands: bool, as_json: bool) -> Exit:
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import carry_out, show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    with workflow.running(desk, RunKind.APPLY, [row.school], reason=terms.reason) as run:
        workflow.refuse_locked(run)
        tr = translator()
        with progress(tr("reading"), tr) as bar:
            plan = findings.revert(run, row, bar.emit, bar.start)
        code = carry_out(run, plan, terms, yes=yes, commands=commands, as_json=as_json)
        if code is Exit.DONE:
            findings.mark_reverted(run.store, row, actor=actor())
    show_troubles(run)
    return Exit.ERROR if run.troubles and code is Exit.DONE else code


def _save(desk: "Desk", row: "FindingRow", out: Path, *, commands: bool, as_json: bool) -> Exit:
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import plan_views  # noqa: PLC0415 - likewise
    from campusctl.cli.carrying import show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.files import write_file  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.engine.planner import dump_plan  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    with workflow.running(desk, RunKind.PLAN, [row.school]) as run:
        tr = translator()
        with progress(tr("reading"), tr) as bar:
            plan = findings.revert(run, row, bar.emit, bar.start)
        write_file(out, dump_plan(plan, desk.key))
        plan_views.show_plan(plan, tr, commands=commands, as_json=as_json)
        code = Exit.DEVICES if plan.failures else Exit.DONE
        run.end(workflow.state_of(code), code)
    show_troubles(run)
    _tell(out)
    return code


def _tell(out: Path) -> None:
    command = f"campusctl{' --lab' if current().lab else ''} apply --plan {shlex.quote(str(out))}"
    tr = translator()
    click.echo(tr("saved to {file}; apply it with: {command}", file=out, command=command), err=True)
