"""`campusctl apply`: shows the plan, asks, changes, proves."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.choice_options import choice_options
from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.rollout_options import rollout_options
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.engine.rollout import RolloutOptions
    from campusctl.model.plan import Plan
    from campusctl.words.language import Translator
    from campusctl.workflow import Choice, Desk, Running, WakeTerms


@click.command()
@spoken
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Apply this saved plan, and nothing else.")
@choice_options
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--now", is_flag=True, help="Also outside a window; needs --reason, and is audited.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history.")
@click.option("--wake", is_flag=True, help="Switch on PCs that are off first; not during lessons or on holidays.")
@click.option("--commands", is_flag=True, help="Also show the exact commands, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print plan and outcomes as JSON; needs --yes.")
@rollout_options
@lang_option
def command(
    schools: tuple[str, ...],
    plan_file: Path | None,
    choice: "Choice",
    yes: bool,
    now: bool,
    reason: str,
    wake: bool,
    commands: bool,
    as_json: bool,
    options: "RolloutOptions",
    lang: str | None,
) -> int:
    """Bring the devices of each SCHOOL to what the inventory says.

    Reads them, shows the plan, asks, sends, reads back, saves, and proves that startup equals running.
    A PC, board or projector that is switched off is no failure: the next apply that finds it on makes its change.
    Ctrl-C begins nothing new and says what was done and what was not. Changes that interrupt somebody go only
    while a window is open (campusctl calendar SCHOOL).

    Exit codes: 0 as the inventory says, 4 done but for what is refused, 3 some device failed, 130 interrupted.

    Example: campusctl apply schule-042
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import carry_out, check_terms, show_troubles  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise

    _check_choice(schools, plan_file, choice, translator(lang), wake=wake)
    terms = workflow.Terms(now=now, reason=reason, options=options)
    check_terms(terms, yes=yes, as_json=as_json)
    desk = open_desk()
    loaded = _load(desk, plan_file) if plan_file else None
    with workflow.running(desk, RunKind.APPLY, loaded.schools if loaded else schools, reason=reason) as run:
        workflow.refuse_locked(run)
        plan = loaded or _make(run, schools, choice, workflow.WakeTerms(now=now, reason=reason) if wake else None)
        code = carry_out(run, plan, terms, yes=yes, commands=commands, as_json=as_json)
    show_troubles(run)
    return Exit.ERROR if run.troubles and code is Exit.DONE else code


def _check_choice(
    schools: Sequence[str], plan_file: Path | None, choice: "Choice", tr: "Translator", *, wake: bool
) -> None:
    if bool(schools) == bool(plan_file):
        raise click.UsageError(tr("name a school, or a saved plan with --plan FILE (not both)"))
    if plan_file and wake:
        raise click.UsageError(tr("--wake comes before a plan is made: wake the PCs, then make it"))
    from campusctl.workflow import EVERYTHING  # noqa: PLC0415 - `--help` must not pay for it

    if plan_file and choice != EVERYTHING:
        raise click.UsageError(
            tr("--device, --room and --class cannot narrow a saved plan: make a plan of those devices")
        )


def _load(desk: "Desk", plan_file: Path) -> "Plan":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.engine.planner import parse_plan  # noqa: PLC0415 - likewise

    plan = parse_plan(plan_file.read_bytes(), desk.key, str(plan_file))
    workflow.check(desk, plan)
    return plan


def _make(run: "Running", schools: Sequence[str], choice: "Choice", wake: "WakeTerms | None") -> "Plan":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.cli.wake_views import show_woken_first  # noqa: PLC0415 - likewise

    tr = translator()
    with progress(tr("reading"), tr) as bar:
        plan = workflow.plan(run, schools, choice, bar.emit, bar.start, wake=wake)
    show_woken_first(run, tr)
    return plan
