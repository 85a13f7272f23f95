"""`campusctl lab advance`: lets the lab's time pass."""

import click

from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("minutes", metavar="MINUTES", type=click.FloatRange(0, 525_600))
def command(minutes: float) -> None:
    """Let MINUTES pass at once on the lab's clock: reverts and reloads that fall due happen.

    Example: campusctl lab advance 6
    """
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - `--help` must not pay for it

    Remote(find_workspace(current())).advance(minutes * 60)
    click.echo(f"{minutes:g} minutes have passed in the lab")
