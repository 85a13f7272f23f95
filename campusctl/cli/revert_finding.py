"""`campusctl revert-finding`: a plan of exactly what takes a finding away."""

import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import actor, current, open_desk

if TYPE_CHECKING:
    from campusctl.model.plan import Plan


@click.command()
@click.argument("finding", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help="Only save the plan, for `campusctl apply --plan FILE`.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--commands", is_flag=True, help="Also show the exact commands, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print plan and outcomes as JSON; needs --yes.")
@click.pass_context
def command(ctx: click.Context, finding: str, out: Path | None, yes: bool, commands: bool, as_json: bool) -> int:
    """Undo the finding ID on its devices, and nothing else: shows the plan, asks, and applies it like `apply`.

    Exit codes: as `campusctl apply`.

    Example: campusctl revert-finding 3fa9c1d2e0 --commands
    """
    from campusctl.cli.apply import command as apply  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.files import write_file  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.engine.planner import dump_plan  # noqa: PLC0415 - likewise
    from campusctl.model.finding import FindingState  # noqa: PLC0415 - likewise
    from campusctl.workflow import findings  # noqa: PLC0415 - likewise

    if as_json and not (yes or out):
        raise click.UsageError("--json cannot ask: add --yes")
    desk = open_desk()
    with findings.open_store(desk.root) as store, tempfile.TemporaryDirectory(prefix="campusctl-") as folder:
        with progress("reading") as bar:
            plan = findings.revert(desk, store, finding, bar.emit, bar.start)
        file = out or Path(folder) / "finding.plan"
        write_file(file, dump_plan(plan, desk.key))
        if out:
            return _saved(plan, out, commands=commands, as_json=as_json)
        code = int(ctx.invoke(apply, plan_file=file, yes=yes, commands=commands, as_json=as_json))
        if code == Exit.DONE:
            store.decide(store.finding(finding).id, FindingState.REVERTED, actor=actor())
    return code


def _saved(plan: "Plan", out: Path, *, commands: bool, as_json: bool) -> Exit:
    from campusctl.cli import plan_views  # noqa: PLC0415 - `--help` must not pay for it

    plan_views.show_plan(plan, commands=commands, as_json=as_json)
    lab = " --lab" if current().lab else ""
    click.echo(f"saved to {out}; apply it with: campusctl{lab} apply --plan {shlex.quote(str(out))}", err=True)
    return Exit.DEVICES if plan.faults else Exit.DONE
