"""`campusctl lab text`: what a simulated switch runs, or has stored."""

import click

from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("device", metavar="DEVICE")
@click.option("--startup", is_flag=True, help="What it has stored, instead of what it runs.")
def command(device: str, startup: bool) -> None:
    """Print the configuration of a simulated switch as its memory holds it, without a session; secrets are masked.

    Example: campusctl lab text s042-a2-sw01 --startup
    """
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.model.secret import redact  # noqa: PLC0415 - likewise

    text = Remote(find_workspace(current())).texts(device, startup=startup)[device]
    for line in text.splitlines():
        click.echo(redact(line))
