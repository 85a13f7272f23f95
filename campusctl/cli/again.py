"""What `resume` and `revert` have in common: a run from the history, its devices read again, a plan carried out."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.model.journal import RunDetail
    from campusctl.model.plan import Plan
    from campusctl.model.run import RunKind
    from campusctl.workflow import Running, Terms


def options(function: Callable[..., int]) -> Callable[..., int]:
    """RUN, and how to carry out what is planned for it; errors are told in the reader's language."""
    function = spoken(function)
    for option in (
        lang_option,
        click.option("--json", "as_json", is_flag=True, help="Print plan and outcomes as JSON; needs --yes."),
        click.option("--commands", is_flag=True, help="Also show the exact commands, in order."),
        click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history."),
        click.option("--now", is_flag=True, help="Also outside a window; needs --reason, and is audited."),
        click.option("--yes", is_flag=True, help="Do not ask; for scripts."),
        click.argument("run_id", metavar="RUN"),
    ):
        function = option(function)
    return function


def go(
    run_id: str, kind: "RunKind", planner: Callable[..., "Plan"], terms: "Terms", *, yes: bool, **shown: bool
) -> int:
    """Plan for the devices of an earlier run, and carry it out.

    Args:
        run_id: The earlier run, or the beginning of its id.
        kind: What this run does.
        planner: Makes the plan (`plan_resume`, `plan_revert`).
        terms: On which terms.
        yes: Do not ask.
        shown: `commands` and `as_json`.
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import carry_out, check_terms, show_troubles  # noqa: PLC0415 - likewise

    check_terms(terms, yes=yes, as_json=shown["as_json"])
    desk = open_desk()
    old = workflow.ended_run(desk, run_id)
    with workflow.running(desk, kind, old.info.schools, reason=terms.reason, parent=old.info.id) as run:
        workflow.refuse_locked(run)
        _settle(run, old, quiet=shown["as_json"])
        plan = _read(partial(planner, run, old))
        code = carry_out(run, plan, terms, yes=yes, commands=shown["commands"], as_json=shown["as_json"])
        if code in (Exit.DONE, Exit.CHANGES):
            workflow.close(run, old)
    show_troubles(run)
    return code


def _settle(run: "Running", old: "RunDetail", *, quiet: bool) -> None:
    """End what the run left armed on its devices; who cannot be reached shows when it is read."""
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.device_views import show_faults  # noqa: PLC0415 - likewise
    from campusctl.model.events import ignore  # noqa: PLC0415 - likewise

    outcomes = workflow.settle(run, old, ignore)
    tr = translator()
    show_faults((outcome.fault for outcome in outcomes if outcome.fault and not quiet), tr)
    for outcome in outcomes:
        for note in outcome.notes:
            click.echo(f"{outcome.device}: {tr.said(note)}", err=True)


def _read(planner: Callable[..., Any]) -> "Plan":
    from campusctl.cli.progress import progress  # noqa: PLC0415 - `--help` must not pay for it

    tr = translator()
    with progress(tr("reading"), tr) as bar:
        plan: Plan = planner(bar.emit, bar.start)
        return plan
