"""`campusctl retire`: a device goes."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.changing import Manner, go, options

if TYPE_CHECKING:
    from campusctl.workflow import Desk
    from campusctl.workflow.lifecycle import Proposal


@click.command()
@click.argument("device", metavar="DEVICE")
@options
def command(device: str, manner: Manner) -> int:
    """Take DEVICE out of service: its entry goes, its port becomes unused, its host key is forgotten.

    Print queues and DHCP entries that named it are listed, and go. A switch on which others hang is refused.
    The history is kept.

    Exit codes: 0 done, 3 some device failed, 4 done but for what is refused.

    Example: campusctl retire s042-r201-pr01
    """

    def make(desk: "Desk") -> "Proposal":
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - `--help` must not pay for it

        return lifecycle.retire(desk, device)

    return go("retire", device, manner, make)
