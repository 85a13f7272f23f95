"""What `swap`, `retire` and `move` have in common: the whole effect is shown, then the inventory, then the devices."""

import functools
import shlex
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import current, open_desk, translator
from campusctl.cli.speaking import agreed, spoken
from campusctl.model.sentence import joined, sentence
from campusctl.words.language import N_

if TYPE_CHECKING:
    from campusctl.model.plan import Plan
    from campusctl.workflow import Desk, Running, Terms
    from campusctl.workflow.git_care import Standing
    from campusctl.workflow.lifecycle import Proposal


class Manner(NamedTuple):
    """How it shall be done."""

    undo: bool
    """The last such change is taken back."""
    yes: bool
    """Nobody is asked."""
    later: bool
    """The inventory only; the devices follow with the next apply."""
    branch: str
    """Git branch of its own; empty: the one that is checked out."""
    now: bool
    """Also outside a window."""
    reason: str
    """Why."""
    commands: bool
    """The exact commands are shown too."""
    as_json: bool
    """JSON instead of words."""
    lang: str | None
    """Language of what a person reads; None: as for every command."""


def options(function: Callable[..., int]) -> Callable[..., int]:
    """The options of every command that changes what becomes of a device; it gets them as one `manner`."""

    @functools.wraps(function)
    def gathered(**said: Any) -> int:  # noqa: ANN401 - click's own
        manner = Manner(**{name: said.pop(name) for name in Manner._fields})
        return function(manner=manner, **said)

    found: Callable[..., int] = spoken(gathered)
    for option in (
        lang_option,
        click.option("--json", "as_json", is_flag=True, help="Print the change and the outcomes as JSON; needs --yes."),
        click.option("--commands", is_flag=True, help="Also show the exact commands, in order."),
        click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history."),
        click.option("--now", is_flag=True, help="Also outside a window; needs --reason, and is audited."),
        click.option("--branch", default="", metavar="NAME", help="Commit on a Git branch of its own, and stay on it."),
        click.option("--later", is_flag=True, help="Change the inventory only; the next apply changes the devices."),
        click.option("--undo", is_flag=True, help="Take the last such change of DEVICE back."),
        click.option("--yes", is_flag=True, help="Do not ask; for scripts."),
    ):
        found = option(found)
    return found


def go(kind: str, device: str, manner: Manner, make: "Callable[[Desk], Proposal]") -> int:
    """Show what a change means everywhere, ask, and do it; or take the last such change back.

    Args:
        kind: `swap`, `move` or `retire`.
        device: The device's name.
        manner: How it shall be done.
        make: Makes the proposal; nothing is written by it.
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import check_terms, show_troubles  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise
    from campusctl.workflow import lifecycle  # noqa: PLC0415 - likewise

    terms = workflow.Terms(now=manner.now, reason=manner.reason)
    check_terms(terms, yes=manner.yes, as_json=manner.as_json)
    desk = open_desk()
    proposal = lifecycle.undo_of(desk, device, lifecycle.Kind(kind)) if manner.undo else make(desk)
    why = "; ".join(part for part in (proposal.summary, manner.reason) if part)
    with workflow.running(desk, RunKind.APPLY, [proposal.school], reason=why) as run:
        code = _Change(run, proposal, terms, manner).go()
    show_troubles(run)
    return Exit.ERROR if run.troubles and code is Exit.DONE else code


class _Change:
    """One proposal, on its way."""

    def __init__(self, run: "Running", proposal: "Proposal", terms: "Terms", manner: Manner) -> None:
        self._run, self._proposal, self._terms, self._manner = run, proposal, terms, manner
        self.tr = translator(manner.lang)

    def go(self) -> Exit:
        """Show, ask, keep, carry out."""
        from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - likewise
        from campusctl.workflow.git_care import standing  # noqa: PLC0415 - likewise

        run, proposal, manner = self._run, self._proposal, self._manner
        workflow.refuse_locked(run)
        git = standing(run.desk.root, proposal.files.files, manner.branch)
        plan = None if manner.later else self._plan()
        if plan:
            lifecycle.refuse_unreadable(proposal, plan)
            workflow.refuse_closed(run, plan, self._terms)
        if not manner.as_json:
            self._show(plan, git)
        self._consent()
        commit = lifecycle.keep(run, proposal, manner.branch)
        self._told_kept(commit, git)
        more = {"change": change_json(proposal, commit)}
        if plan is None:
            return self._only_kept(more)
        if proposal.renews and any(fault.device == proposal.name for fault in plan.faults):
            return self._successor(plan, more)
        return self._carry_out(plan, more)

    def _plan(self) -> "Plan":
        from campusctl.cli.progress import progress  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - likewise

        with progress(self.tr("reading"), self.tr) as bar:
            return lifecycle.plan_of(self._run, self._proposal, bar.emit, bar.start)

    def _show(self, plan: "Plan | None", git: "Standing") -> None:
        from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.cli import change_views, plan_views  # noqa: PLC0415 - likewise

        change_views.show_change(self._proposal, git, self._orphans(), self.tr)
        if plan is None:
            return
        if plan.changes or plan.faults:
            rollout = workflow.waves(self._run.desk, plan, self._terms.options)
            plan_views.show_plan(plan, self.tr, commands=self._manner.commands, as_json=False, rollout=rollout)
        else:
            click.echo(self.tr("No device has to be set up otherwise."))

    def _orphans(self) -> tuple[str, ...]:
        from campusctl.workflow.lifecycle import Kind, orphaned_secrets  # noqa: PLC0415 - `--help` must not pay for it

        return orphaned_secrets(self._run.desk, self._proposal) if self._proposal.kind is Kind.RETIRE else ()

    def _consent(self) -> None:
        if self._manner.yes:
            return
        from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

        if not sys.stdin.isatty():
            raise CampusError(
                sentence("nobody is there to ask, so nothing was changed"),
                sentence("add --yes to do it without asking"),
            )
        if not agreed(self.tr("Do this?"), self.tr):
            raise CampusError(sentence("you did not agree, so nothing was changed"))

    def _told_kept(self, commit: str, git: "Standing") -> None:
        if self._manner.as_json:
            return
        from campusctl.cli.change_views import show_kept  # noqa: PLC0415 - `--help` must not pay for it

        show_kept(commit, git, self.tr)

    def _only_kept(self, more: Mapping[str, Any]) -> Exit:
        from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.cli.views import print_json  # noqa: PLC0415 - likewise

        self._forget()
        self._run.end(workflow.state_of(Exit.DONE), Exit.DONE, "the inventory only")
        self._show_first_lines()
        if self._manner.as_json:
            print_json(more)
        else:
            command = self._command("apply", self._proposal.school)
            click.echo(self.tr("the devices follow with: {command}", command=command), err=True)
        return Exit.DONE

    def _carry_out(self, plan: "Plan", more: Mapping[str, Any]) -> Exit:
        """Apply the plan that was shown; if no device was touched, the inventory is put back."""
        from campusctl.cli.carrying import carry_out  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.errors import CampusError  # noqa: PLC0415 - likewise
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - likewise

        manner = self._manner
        try:
            code = carry_out(
                self._run, plan, self._terms, yes=True, commands=manner.commands, as_json=manner.as_json,
                shown=True, more=more,
            )  # fmt: skip
        except BaseException as wrong:
            said = lifecycle.taken_back(self._run, self._proposal)
            if isinstance(wrong, CampusError):
                raise CampusError(joined((wrong.what, said), "\n"), wrong.hint) from wrong
            click.echo(self.tr.said(said), err=True)
            raise
        self._forget()
        self._say_how_to_go_on(code)
        return code

    def _forget(self) -> None:
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - `--help` must not pay for it

        for said in lifecycle.forget(self._run, self._proposal):
            click.echo(self.tr.said(said), err=True)

    def _successor(self, plan: "Plan", more: Mapping[str, Any]) -> Exit:
        """The new machine does not answer yet, or shows another host key: its settings wait, those of others do not."""
        from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.cli.views import print_json  # noqa: PLC0415 - likewise

        proposal = self._proposal
        if plan.pending:
            self._carry_out(plan, more)
        else:
            self._forget()
            self._run.end(workflow.state_of(Exit.DEVICES), Exit.DEVICES, "the successor is not set up yet")
            if self._manner.as_json:
                print_json(more)
        said = self.tr("The inventory knows the new {device}; it is not set up yet.", device=proposal.name)
        click.secho(said, fg="yellow", err=True)
        self._show_first_lines()
        if proposal.forgets:
            self._hint(N_("its host key"), "trust", proposal.school, "--device", proposal.name)
        self._hint(N_("its settings"), "apply", proposal.school, "--device", proposal.name)
        self._say_the_way_back()
        return Exit.DEVICES

    def _show_first_lines(self) -> None:
        """What must be typed at the console of a new switch before it can be reached."""
        if self._manner.as_json or not self._proposal.first_lines:
            return
        said = self.tr("paste this at its console; for <<secret:…>> type what the vault says")
        click.echo(f"{self._proposal.name}: {said}", err=True)
        click.echo(self._proposal.first_lines, nl=False)

    def _hint(self, what: str, *words: str) -> None:
        click.echo(f"  {self.tr(what)}:  {self._command(*words)}", err=True)

    def _say_how_to_go_on(self, code: Exit) -> None:
        name = self._proposal.name
        if self._manner.as_json:
            return
        if code is Exit.DONE and str(self._proposal.kind) in ("swap", "move"):
            self._hint(N_("label"), "label", name, "--out", f"{name}.pdf")
            self._hint(N_("record"), "acceptance", name, "--out", f"{name}-abnahme.pdf")
        if code in (Exit.DEVICES, Exit.INTERRUPTED):
            said = self.tr("The inventory says it already, and not every device does.")
            click.secho(said, fg="yellow", err=True)
            self._hint(N_("go on"), "apply", self._proposal.school)
            self._say_the_way_back()

    def _say_the_way_back(self) -> None:
        proposal = self._proposal
        if str(proposal.kind) != "undo":
            self._hint(N_("or take it back"), str(proposal.kind), proposal.name or proposal.device, "--undo")

    @staticmethod
    def _command(*words: str) -> str:
        lab = ("--lab",) if current().lab else ()
        return shlex.join(("campusctl", *lab, *words))


def change_json(proposal: "Proposal", commit: str) -> dict[str, Any]:
    """A proposal as plain data."""
    return {
        "kind": str(proposal.kind),
        "school": proposal.school,
        "device": proposal.device,
        "name": proposal.name,
        "summary": proposal.summary,
        "facts": {field: {"before": old, "after": new} for field, (old, new) in proposal.facts.items()},
        "reservation": {
            "before": proposal.before.model_dump(mode="json") if proposal.before else None,
            "after": proposal.after.model_dump(mode="json") if proposal.after else None,
        },
        "notes": list(proposal.notes),
        "first_lines": proposal.first_lines,
        "files": list(proposal.files.files),
        "diff": proposal.files.diff(),
        "commit": commit,
    }
