"""`campusctl lab plug`: plugs a device into the running lab that the inventory does not know yet."""

import click

from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("name")
@click.option("--mac", required=True, help="Its MAC address, in any spelling.")
@click.option("--port", required=True, metavar="SWITCH:PORT", help="Where it is plugged in, such as s042-a2-sw01:10.")
@click.option("--kind", default="", help="Which simulator plays it, by dialect.  [default: none, it is only seen]")
@click.option("--address", default="", help="Its address.  [default: the one that the inventory has for its MAC, then]")
@click.option("--serial", default="", help="Its serial number.  [default: made up from NAME]")
@click.option("--poe", is_flag=True, help="It takes its power from the port.")
@click.option("--says", default="", metavar="KIND", help="What it says by LLDP: phone, ap, switch or pc.")
def command(name: str, mac: str, port: str, kind: str, address: str, serial: str, poe: bool, says: str) -> None:
    """Plug a device into the running lab, as it comes out of its box; NAME is what the lab calls it.

    It is seen at its port at once. It answers when it has an address: the one of --address, or the one that the
    inventory has for its MAC address, as soon as it has one; then it has the inventory's name too.

    Example: campusctl lab plug new-board --mac 00:0c:f1:42:01:63 --port s042-a2-sw01:10 --kind samsung_mdc
    """
    from pydantic import ValidationError  # noqa: PLC0415 - `--help` must not pay for it

    from campusctl.errors import CampusError  # noqa: PLC0415 - likewise
    from campusctl.lab.messages import NewDevice  # noqa: PLC0415 - likewise
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - likewise

    switch, _, where = port.partition(":")
    try:
        device = NewDevice(
            name=name, mac=mac, switch=switch, port=where, kind=kind, address=address, serial=serial, powered=poe,
            says=says,
        )  # fmt: skip
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        raise CampusError(f"--{first['loc'][0]}: {first['msg']}", "campusctl lab plug --help") from None
    Remote(find_workspace(current())).plug(device)
    click.echo(f"{name} is plugged into port {where} of {switch}")
