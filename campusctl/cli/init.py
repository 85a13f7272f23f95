"""`campusctl init`: a new workspace from the defaults."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(folder: Path) -> None:
    """Make a workspace in DIR: an example city, the templates and the playbooks, ready to be changed and put into Git.

    DIR must be new or empty. Example: campusctl init musterstadt
    """
    from campusctl.workspace import create  # noqa: PLC0415 - `--help` must not pay for it

    create(folder)
    click.echo(f"workspace in {folder}")
    click.echo(f"next: cd {folder}, then campusctl validate", err=True)
