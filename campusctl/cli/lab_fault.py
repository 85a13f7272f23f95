"""`campusctl lab fault`: breaks and mends devices of the running lab."""

import click

from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("specs", nargs=-1, metavar="[DEVICE:KIND[=VALUE]...]")
@click.option("--clear", is_flag=True, help="Mend every device first; with names of devices only, just those.")
@click.option("--release", is_flag=True, help="Let replies that `hold-after` keeps back get out.")
def command(specs: tuple[str, ...], clear: bool, release: bool) -> None:
    """Break devices of the running lab, from now on; one that is named has only the faults named here.

    All of them are broken, or none if one cannot be. A switch's lines are counted from now.
    `campusctl lab fault help` lists the kinds of each kind of device.

    Example: campusctl lab fault s042-a2-sw01:drop-after=9 s042-r101-dt01:off
    """
    from campusctl.lab.faults import by_device  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.lab.faults_help import faults_help  # noqa: PLC0415 - likewise
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - likewise

    if specs == ("help",):
        click.echo(faults_help())
        return
    if not (specs or clear or release):
        raise click.UsageError("name a fault, such as s042-a2-sw01:drop-after=9, or say --clear or --release")
    lab = Remote(find_workspace(current()))
    mended = [spec for spec in specs if clear and ":" not in spec]
    wanted = by_device(spec for spec in specs if spec not in mended)
    if specs or clear:
        lab.change_faults({**dict.fromkeys(mended, ()), **wanted}, clear=clear and not mended)
    if release:
        lab.release()
    for name, faults in wanted.items():
        click.echo(f"{name}: {', '.join(faults)}")
    for name in mended:
        click.echo(f"{name} is mended")
    if not specs:
        click.echo("every device is mended" if clear else "no reply is kept back")
