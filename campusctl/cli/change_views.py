"""What shall become of a device, as a person reads it before agreeing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from campusctl.cli.finding_views import show_diff
from campusctl.model.printable import printable
from campusctl.render.dhcp import entry
from campusctl.words.language import Translator

if TYPE_CHECKING:
    from campusctl.workflow.git_care import Standing
    from campusctl.workflow.lifecycle import Proposal


def show_change(proposal: "Proposal", git: "Standing", orphans: Sequence[str], tr: Translator) -> None:
    """The inventory's lines, DHCP and DNS, what is forgotten, and what else there is to know.

    Args:
        proposal: The change.
        git: What becomes of it in Git.
        orphans: References of secrets that nobody else at the school needs.
        tr: The reader's language.
    """
    click.secho(printable(tr.said(proposal.summary)), bold=True)
    show_diff(proposal.files.diff())
    click.echo()
    _reservation(proposal, tr)
    for note in proposal.notes:
        click.echo(f"  · {printable(tr.said(note))}")
    if proposal.forgets:
        click.echo("  · " + tr("its SSH host key is forgotten, if one is known"))
    for ref in orphans:
        click.echo(
            "  · "
            + tr("nobody else at {school} needs the secret {ref}: campusctl secrets list knows the city",
                 school=proposal.school, ref=ref)
        )  # fmt: skip
    click.echo(f"  · {tr.said(git.words())}")
    click.echo()


def _reservation(proposal: "Proposal", tr: Translator) -> None:
    if proposal.before == proposal.after:
        return
    click.secho(tr("DHCP and DNS (as dnsmasq has it)"), bold=True)
    for host, sign, colour in ((proposal.before, "-", "red"), (proposal.after, "+", "green")):
        for line in entry("dnsmasq", host).splitlines() if host else ():
            click.secho(f"  {sign} {line}", fg=colour)


def show_kept(commit: str, git: "Standing", tr: Translator) -> None:
    """Where the inventory's change is now."""
    if commit:
        said = tr("inventory: commit {commit} on {branch}", commit=commit[:10], branch=git.branch)
    elif git.why_not:
        said = tr("inventory: written, not committed: {why}", why=tr.said(git.why_not))
    else:
        said = tr("inventory: written")
    click.echo(said, err=True)
