"""`campusctl export`: the inventory in the words of other programs."""

from pathlib import Path

import click

from campusctl.cli.options import current, find_workspace


@click.group()
def command() -> None:
    """Write the inventory down in the words of other programs."""


@command.command("ansible-inventory")
@click.argument("schools", nargs=-1, metavar="[SCHOOL]...")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write FILE instead of printing."
)
def ansible_inventory(schools: tuple[str, ...], out: Path | None) -> None:
    """Print the PCs of every SCHOOL, or of all, as a static inventory for Ansible.

    No secret is in it. Example: campusctl export ansible-inventory schule-042 --out pcs.yml
    """
    from campusctl.cli.files import write_file  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.exporting import ansible_inventory  # noqa: PLC0415 - likewise

    text = ansible_inventory(find_workspace(current()), schools or None)
    if out is None:
        click.echo(text, nl=False)
        return
    write_file(out, text)
    click.echo(f"inventory in {out}", err=True)
