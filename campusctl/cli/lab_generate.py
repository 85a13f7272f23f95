"""`campusctl lab generate`: a whole made-up city."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--schools", type=int, default=155, show_default=True, help="How many schools.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same city.")
@click.option("--no-appliances", is_flag=True, help="Nobody says what boards, projectors and printers speak.")
def command(folder: Path, schools: int, seed: int, no_appliances: bool) -> None:
    """Write a workspace with a made-up city into DIR, which must be empty or missing.

    155 schools are 24,000 devices, about 5,500 boards, projectors, printers and print servers among them.
    Try it: campusctl --workspace DIR validate
    """
    from campusctl.lab.generate import generate  # noqa: PLC0415 - `--help` must not pay for it

    made = generate(folder, schools, seed, appliances=not no_appliances)
    click.echo(
        f"{folder}: {made.schools} schools, {made.sites} sites, {made.switches} switches, {made.devices} devices"
    )
