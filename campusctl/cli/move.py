"""`campusctl move`: a device stands in another room."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.changing import Manner, go, options
from campusctl.cli.options import translator

if TYPE_CHECKING:
    from campusctl.workflow import Desk
    from campusctl.workflow.lifecycle import Proposal


@click.command()
@click.argument("device", metavar="DEVICE")
@click.option("--room", default="", metavar="R", help="The room it stands in from now on.")
@click.option("--port", default="", metavar="SWITCH:PORT", help="The port it is plugged into there.")
@click.option("--address", default="", metavar="A", help="Its address there.  [default: kept, or the next free one]")
@click.option("--name", default="", metavar="N", help="Its name there.  [default: by the city's scheme]")
@click.option("--keep-name", is_flag=True, help="Keep the name, where the city's scheme allows it.")
@options
def command(
    device: str,
    room: str,
    port: str,
    address: str,
    name: str,
    keep_name: bool,
    manner: Manner,
) -> int:
    """Let DEVICE stand in another room: its name follows the scheme, its old port is freed, the new one is set.

    The address stays if the VLAN there is the same, else the next free one is proposed. The ports of both switches
    are changed in one plan.

    Exit codes: 0 done, 3 some device failed, 4 done but for what is refused.

    Example: campusctl move s042-r101-dt01 --room R305 --port s042-b2-sw01:25
    """
    tr = translator(manner.lang)
    if not manner.undo and not (room or port):
        raise click.UsageError(tr("say where: --room R, --port SWITCH:PORT, or both"))
    if name and keep_name:
        raise click.UsageError(tr("--name and --keep-name exclude each other"))

    def make(desk: "Desk") -> "Proposal":
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - `--help` must not pay for it

        return lifecycle.move(desk, device, lifecycle.MoveWish(room, port, address, name, keep_name))

    return go("move", device, manner, make)
