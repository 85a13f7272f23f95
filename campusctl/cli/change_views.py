"""What shall become of a device, as a person reads it before agreeing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from campusctl.cli.finding_views import show_diff
from campusctl.model.printable import printable
from campusctl.render.dhcp import entry

if TYPE_CHECKING:
    from campusctl.workflow.git_care import Standing
    from campusctl.workflow.lifecycle import Proposal


def show_change(proposal: "Proposal", git: "Standing", orphans: Sequence[str]) -> None:
    """The inventory's lines, DHCP and DNS, what is forgotten, and what else there is to know.

    Args:
        proposal: The change.
        git: What becomes of it in Git.
        orphans: References of secrets that nobody else at the school needs.
    """
    click.secho(printable(proposal.summary), bold=True)
    show_diff(proposal.files.diff())
    click.echo()
    _reservation(proposal)
    for note in proposal.notes:
        click.echo(f"  · {printable(note)}")
    if proposal.forgets:
        click.echo("  · its SSH host key is forgotten, if one is known")
    for ref in orphans:
        click.echo(
            f"  · nobody else at {proposal.school} needs the secret {ref}: campusctl secrets list knows the city"
        )
    click.echo(f"  · {git.words()}")
    click.echo()


def _reservation(proposal: "Proposal") -> None:
    if proposal.before == proposal.after:
        return
    click.secho("DHCP and DNS (as dnsmasq has it)", bold=True)
    for host, sign, colour in ((proposal.before, "-", "red"), (proposal.after, "+", "green")):
        for line in entry("dnsmasq", host).splitlines() if host else ():
            click.secho(f"  {sign} {line}", fg=colour)


def show_kept(commit: str, git: "Standing") -> None:
    """Where the inventory's change is now."""
    if commit:
        click.echo(f"inventory: commit {commit[:10]} on {git.branch}", err=True)
    else:
        click.echo(f"inventory: written{f', not committed: {git.why_not}' if git.why_not else ''}", err=True)
