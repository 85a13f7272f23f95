"""`campusctl plan`: what would change."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.choice_options import choice_options
from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import current, open_desk, translator
from campusctl.cli.rollout_options import rollout_options
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.engine.rollout import RolloutOptions
    from campusctl.model.plan import Plan
    from campusctl.workflow import Choice


@click.command()
@spoken
@click.argument("schools", nargs=-1, required=True, metavar="SCHOOL...")
@choice_options
@click.option("--out", type=click.Path(path_type=Path), help="Save the plan, for `campusctl apply --plan FILE`.")
@click.option("--exit-code", is_flag=True, help="Exit 4 when a device differs.")
@click.option("--commands", is_flag=True, help="Also show the exact commands, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@rollout_options
@lang_option
def command(
    schools: tuple[str, ...],
    choice: "Choice",
    out: Path | None,
    exit_code: bool,
    commands: bool,
    as_json: bool,
    options: "RolloutOptions",
    lang: str | None,
) -> int:
    """Read the devices of each SCHOOL and say what would change, setting by setting. Writes nothing.

    Example: campusctl plan schule-042 --commands
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import plan_views  # noqa: PLC0415 - likewise
    from campusctl.cli.carrying import show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.files import write_file  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.engine.planner import dump_plan  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise

    tr = translator(lang)
    if out and not out.parent.is_dir():
        raise click.BadParameter(tr("{folder} is no folder", folder=out.parent), param_hint="--out")
    desk = open_desk()
    with workflow.running(desk, RunKind.PLAN, schools) as run:
        with progress(tr("reading"), tr) as bar:
            plan = workflow.plan(run, schools, choice, bar.emit, bar.start)
        if out:
            write_file(out, dump_plan(plan, desk.key))
        rollout = workflow.waves(desk, plan, options)
        plan_views.show_plan(plan, tr, commands=commands, as_json=as_json, rollout=rollout)
        code = _exit(plan, exit_code=exit_code)
        run.end(workflow.state_of(code), code)
    show_troubles(run)
    if out:
        command = f"campusctl{' --lab' if current().lab else ''} apply --plan {shlex.quote(str(out))}"
        click.echo(tr("saved to {file}; apply it with: {command}", file=out, command=command), err=True)
    return code


def _exit(plan: "Plan", *, exit_code: bool) -> Exit:
    if plan.failures:
        return Exit.DEVICES
    differs = any(change.assessment.drifted for change in plan.changes)
    return Exit.CHANGES if exit_code and differs else Exit.DONE
