"""`campusctl lab fault`: breaks and mends switches of the running lab."""

import click

from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("specs", nargs=-1, metavar="[DEVICE:KIND[=VALUE]...]")
@click.option("--clear", is_flag=True, help="Mend every switch first.")
@click.option("--release", is_flag=True, help="Let replies that `hold-after` keeps back get out.")
def command(specs: tuple[str, ...], clear: bool, release: bool) -> None:
    """Break switches of the running lab, from now on; a switch that is named has only the faults named here.

    Lines are counted from now. `campusctl lab up --fault help` lists the kinds.

    Example: campusctl lab fault s042-a2-sw01:drop-after=9
    """
    from campusctl.lab.faults import in_words, parse_faults  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - likewise
    from campusctl.lab.spec import Faults  # noqa: PLC0415 - likewise

    if not (specs or clear or release):
        raise click.UsageError("name a fault, such as s042-a2-sw01:drop-after=9, or say --clear or --release")
    lab = Remote(find_workspace(current()))
    wanted = parse_faults(specs, lab.faults())
    if clear:
        lab.fault(Faults())
    for device, faults in wanted.items():
        lab.fault(faults, device)
        click.echo(f"{device}: {in_words(faults)}")
    if release:
        lab.release()
    if not wanted:
        click.echo("every switch is mended" if clear else "no reply is kept back")
