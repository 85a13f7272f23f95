"""`campusctl apply`: shows the plan, asks, changes, proves."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import open_desk
from campusctl.cli.rollout_options import rollout_options

if TYPE_CHECKING:
    from campusctl.engine.rollout import Rollout, RolloutOptions
    from campusctl.model.outcome import Outcome
    from campusctl.model.plan import Plan
    from campusctl.workflow import Desk


@click.command()
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Apply this saved plan, and nothing else.")
@click.option("--device", help="Only this switch.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--commands", is_flag=True, help="Also show the exact commands, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print plan and outcomes as JSON; needs --yes.")
@rollout_options
def command(
    schools: tuple[str, ...],
    plan_file: Path | None,
    device: str | None,
    yes: bool,
    commands: bool,
    as_json: bool,
    options: "RolloutOptions",
) -> int:
    """Bring the switches of each SCHOOL to what the inventory says.

    Reads them, shows the plan, asks, sends, reads back, saves, and proves that startup equals running.
    Ctrl-C begins nothing new and says what was done and what was not.

    Exit codes: 0 as the inventory says, 4 done but for what is refused, 3 some switch failed, 130 interrupted.

    Example: campusctl apply schule-042
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import plan_views  # noqa: PLC0415 - likewise

    if bool(schools) == bool(plan_file):
        raise click.UsageError("name a school, or a saved plan with --plan FILE (not both)")
    if plan_file and device:
        raise click.UsageError("--device cannot narrow a saved plan: make a plan of that device")
    if as_json and not yes:
        raise click.UsageError("--json cannot ask: add --yes")
    desk = open_desk()
    plan = _load(desk, plan_file) if plan_file else _make(desk, schools, device)
    rollout = workflow.waves(desk, plan, options)
    if not as_json:
        plan_views.show_plan(plan, commands=commands, as_json=False, rollout=rollout)
    outcomes: Sequence[Outcome] = ()
    stop = threading.Event()
    if plan.pending:
        _consent(plan, yes=yes)
        outcomes = _apply(desk, plan, stop, rollout, options)
    plan_views.show_outcomes(plan, outcomes, as_json=as_json, rollout=rollout)
    return Exit.INTERRUPTED if stop.is_set() else _exit(plan, outcomes)


def _exit(plan: "Plan", outcomes: "Sequence[Outcome]") -> Exit:
    if plan.faults or any(outcome.fault for outcome in outcomes):
        return Exit.DEVICES
    refused = any(change.assessment.refused for change in plan.changes)
    return Exit.CHANGES if refused else Exit.DONE


def _load(desk: "Desk", plan_file: Path) -> "Plan":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.engine.planner import parse_plan  # noqa: PLC0415 - likewise

    plan = parse_plan(plan_file.read_bytes(), desk.key, str(plan_file))
    workflow.check(desk, plan)
    return plan


def _make(desk: "Desk", schools: Sequence[str], device: str | None) -> "Plan":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise

    with progress("reading") as bar:
        return workflow.plan(desk, schools, device, bar.emit, bar.start)


def _consent(plan: "Plan", *, yes: bool) -> None:
    if yes:
        return
    from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

    if not sys.stdin.isatty():
        raise CampusError("nobody is there to ask, so nothing was changed", "add --yes to apply without asking")
    count = len(plan.pending)
    if not click.confirm(f"Apply this to {count} switch{'es' if count > 1 else ''}?", default=False, err=True):
        raise CampusError("you did not agree, so nothing was changed")


def _apply(
    desk: "Desk", plan: "Plan", stop: threading.Event, rollout: "Rollout", options: "RolloutOptions"
) -> "list[Outcome]":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.interrupt import stopped_by_ctrl_c  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.cli.rollout_views import told_by_wave  # noqa: PLC0415 - likewise

    with stopped_by_ctrl_c(stop), progress("applying") as bar:
        bar.start(rollout.steps)
        return list(told_by_wave(rollout, workflow.apply(desk, plan, bar.emit, stop, options), bar.say))
