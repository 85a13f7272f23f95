"""`campusctl lab fault`: breaks and mends devices of the running lab."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from campusctl.lab.state import LabState


@click.command()
@click.argument("specs", nargs=-1, metavar="[DEVICE:KIND[=VALUE]...]")
@click.option("--clear", is_flag=True, help="Mend every device first.")
@click.option("--release", is_flag=True, help="Let replies that `hold-after` keeps back get out.")
def command(specs: tuple[str, ...], clear: bool, release: bool) -> None:
    """Break devices of the running lab, from now on; one that is named has only the faults named here.

    Lines are counted from now. `campusctl lab up --fault help` lists the kinds.

    Example: campusctl lab fault s042-a2-sw01:drop-after=9
    """
    from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.lab import state  # noqa: PLC0415 - likewise
    from campusctl.lab.faults import in_words, parse_faults  # noqa: PLC0415 - likewise
    from campusctl.lab.pcs.faults import parse_pc_faults  # noqa: PLC0415 - likewise
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - likewise
    from campusctl.lab.spec import Faults  # noqa: PLC0415 - likewise

    if not (specs or clear or release):
        raise click.UsageError("name a fault, such as s042-a2-sw01:drop-after=9, or say --clear or --release")
    root = find_workspace(current())
    lab, up = Remote(root), state.read(root)
    if up is None:
        raise CampusError("the lab is not up", "start it: campusctl lab up")
    of_pcs = [spec for spec in specs if spec.partition(":")[0] in up.pcs]
    of_ends = [spec for spec in specs if _of_an_end(spec, up)]
    wanted = parse_faults([spec for spec in specs if spec not in of_pcs and spec not in of_ends], up.switches)
    wanted_of_pcs = parse_pc_faults(of_pcs)
    if clear:
        lab.fault(Faults())
    for device in dict.fromkeys(spec.partition(":")[0] for spec in of_ends):
        named = [spec.partition(":")[2] for spec in of_ends if spec.partition(":")[0] == device]
        lab.fault_appliance(named, device)
        click.echo(f"{device}: {', '.join(named)}")
    for device, faults in wanted.items():
        lab.fault(faults, device)
    for device, broken in wanted_of_pcs.items():
        lab.fault_pc(broken, device)
    if release:
        lab.release()
    for device, said in (wanted | wanted_of_pcs).items():
        click.echo(f"{device}: {in_words(said)}")
    if not specs:
        click.echo(
            f"every {'device' if up.pcs or up.appliances else 'switch'} is mended" if clear else "no reply is kept back"
        )


def _of_an_end(spec: str, up: "LabState") -> bool:
    """Whether a fault is about a device that is neither switch nor PC, and says which fault."""
    device, _, fault = spec.partition(":")
    return bool(fault) and device not in up.switches and device not in up.pcs
