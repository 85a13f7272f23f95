"""Shows a plan, asks, carries it out and tells what became of it: what `apply` and its kin have in common."""

import sys
import threading
from typing import TYPE_CHECKING, Final

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import translator
from campusctl.model.sentence import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from campusctl.engine.rollout import Rollout
    from campusctl.model.outcome import Outcome
    from campusctl.model.plan import Plan
    from campusctl.words.language import Translator
    from campusctl.workflow import Running, Terms


_SHORTEST_REASON: Final = 3


def carry_out(
    run: "Running",
    plan: "Plan",
    terms: "Terms",
    *,
    yes: bool,
    commands: bool,
    as_json: bool,
    shown: bool = False,
    more: "Mapping[str, Any] | None" = None,
) -> Exit:
    """Show a plan, ask, make its changes, tell; the run's end is written down.

    Args:
        run: The run this belongs to.
        plan: What to do.
        terms: On which terms.
        yes: Do not ask.
        commands: Show the exact commands as well.
        as_json: Print plan and outcomes as one JSON document instead.
        shown: The plan was shown, and agreed to.
        more: Further parts of that JSON document.
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import outcome_views, plan_views  # noqa: PLC0415 - likewise
    from campusctl.cli.words import counted_devices  # noqa: PLC0415 - likewise

    tr = translator()
    rollout = workflow.waves(run.desk, plan, terms.options)
    if not as_json and not shown:
        plan_views.show_plan(plan, tr, commands=commands, as_json=False, rollout=rollout)
    outcomes = [*workflow.waiting(run, plan), *workflow.blocked(run, plan)]
    stop = threading.Event()
    if plan.pending:
        workflow.refuse_closed(run, plan, terms)
        if not (yes or shown):
            _consent(counted_devices((change.target.driver for change in plan.pending), tr), tr)
        outcomes += _apply(run, plan, terms, stop, rollout, tr)
    outcome_views.show_outcomes(plan, outcomes, tr, as_json=as_json, rollout=rollout, more=more)
    code = Exit.INTERRUPTED if stop.is_set() else _exit(plan, outcomes)
    if code in (Exit.DONE, Exit.CHANGES):
        workflow.close_covered(run)
    run.end(workflow.state_of(code), code)
    if outcomes and not as_json:
        command = f"campusctl history show {run.info.id}"
        click.echo(tr("run {id}: {command}", id=run.info.id, command=command), err=True)
    return code


def check_terms(terms: "Terms", *, yes: bool, as_json: bool) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: JSON cannot ask; a closed window is not opened without a reason.
    """
    tr = translator()
    if as_json and not yes:
        raise click.UsageError(tr("--json cannot ask: add --yes"))
    if terms.now and len(terms.reason.strip()) < _SHORTEST_REASON:
        raise click.UsageError(tr("--now needs a reason: --reason 'why it cannot wait'"))


def show_troubles(run: "Running") -> None:
    """What of a run could not be written down or kept."""
    tr = translator()
    for trouble in run.troubles:
        click.secho(tr("warning: {what}", what=tr.said(trouble)), err=True, fg="yellow")


def _exit(plan: "Plan", outcomes: "list[Outcome]") -> Exit:
    if plan.failures or any(outcome.fault and not outcome.fault.off for outcome in outcomes):
        return Exit.DEVICES
    left = any(change.assessment.refused for change in plan.changes)
    return Exit.CHANGES if left else Exit.DONE


def _consent(devices: str, tr: "Translator") -> None:
    from campusctl.cli.speaking import agreed  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.errors import CampusError  # noqa: PLC0415 - likewise

    if not sys.stdin.isatty():
        raise CampusError(
            sentence("nobody is there to ask, so nothing was changed"), sentence("add --yes to apply without asking")
        )
    if not agreed(tr("Apply this to {devices}?", devices=devices), tr):
        raise CampusError(sentence("you did not agree, so nothing was changed"))


def _apply(
    run: "Running", plan: "Plan", terms: "Terms", stop: threading.Event, rollout: "Rollout", tr: "Translator"
) -> "list[Outcome]":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.interrupt import stopped_by_ctrl_c  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.cli.rollout_views import told_by_wave  # noqa: PLC0415 - likewise

    with stopped_by_ctrl_c(stop, tr), progress(tr("applying"), tr) as bar:
        bar.start(rollout.steps)
        return list(told_by_wave(rollout, workflow.apply(run, plan, terms, bar.emit, stop), tr, bar.say))
