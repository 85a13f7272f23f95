"""`campusctl swap`: a broken device's successor takes over."""

import sys
from typing import TYPE_CHECKING

import click

from campusctl.cli.changing import Manner, go, options
from campusctl.cli.options import translator
from campusctl.words.language import N_

if TYPE_CHECKING:
    from campusctl.workflow import Desk
    from campusctl.workflow.lifecycle import Proposal

_ASKED = {
    "serial": N_("Serial number of the new device"),
    "mac": N_("Its MAC address"),
    "asset": N_("Its asset tag"),
}


@click.command()
@click.argument("device", metavar="DEVICE")
@click.option("--serial", metavar="S", help="Serial number of the new device.")
@click.option("--mac", metavar="M", help="Its MAC address, in any spelling.")
@click.option("--asset", metavar="A", help="Its asset tag.")
@click.option("--profile", metavar="P", help="Its profile, if it is another model.")
@options
def command(
    device: str,
    serial: str | None,
    mac: str | None,
    asset: str | None,
    profile: str | None,
    manner: Manner,
) -> int:
    """Let a broken DEVICE's successor take over its name, address, port and settings.

    Asks for the serial number, MAC and asset tag it is not told, shows the whole effect, and does it after you have
    agreed: the inventory first, then the settings of the new device. The history remembers which one it was before.

    Exit codes: 0 done, 3 the new device is not set up yet or some device failed, 4 done but for what is refused.

    Example: campusctl swap s042-r101-dt01 --serial BD042-0777
    """
    said = {"serial": serial, "mac": mac, "asset": asset}
    if manner.undo and any(value is not None for value in (*said.values(), profile)):
        raise click.UsageError(translator(manner.lang)("--undo knows what it was: leave the others out"))

    def make(desk: "Desk") -> "Proposal":
        from campusctl.workflow import lifecycle  # noqa: PLC0415 - `--help` must not pay for it

        return lifecycle.swap(desk, device, lifecycle.Successor(**_asked(desk, device, said, manner), profile=profile))

    return go("swap", device, manner, make)


def _asked(desk: "Desk", device: str, said: dict[str, str | None], manner: Manner) -> dict[str, str | None]:
    """What was said, and what a person at the terminal types for the rest; an empty answer takes the old one away."""
    from campusctl.workflow.lifecycle.proposal import found  # noqa: PLC0415 - `--help` must not pay for it

    _, _, old = found(desk, device)
    if manner.yes or not sys.stdin.isatty():
        return {field: "" if value is None and getattr(old, field) else value for field, value in said.items()}
    tr = translator(manner.lang)
    click.echo(tr("Enter alone takes what the inventory says of the old {device} away.", device=device), err=True)

    def ask(field: str) -> str:
        was = tr("was {value}", value=getattr(old, field) or tr("none"))
        return str(click.prompt(f"{tr(_ASKED[field])} ({was})", default="", show_default=False, err=True))

    return {field: ask(field) if value is None else value for field, value in said.items()}
