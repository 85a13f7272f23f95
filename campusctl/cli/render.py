"""`campusctl render`: the intended configuration of switches, the intended state of other devices."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campusctl.workflow.rendering import Rendered


@click.command()
@click.argument("name", metavar="SCHOOL|DEVICE")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write DIR/<school>/<device>.cfg, of other devices .json, instead of printing.",
    metavar="DIR",
)
def command(name: str, out: Path | None) -> None:
    """Print the full intended configuration of every switch of a SCHOOL, or what one DEVICE shall be.

    Secrets stand as references. Nothing is sent anywhere. Example: campusctl render s042-a1-sw02
    """
    from campusctl.workflow.rendering import rendered  # noqa: PLC0415 - `--help` must not pay for it

    # All are rendered before the first one is written: an error leaves no half of a school behind.
    found = rendered(find_workspace(current()), name)
    if out:
        _write(out, found)
    else:
        _print(found)


def _print(found: "Sequence[Rendered]") -> None:
    """One device's text bare; of several the switches, as documents one after another are no JSON."""
    switches = [item for item in found if item.suffix == ".cfg"]
    for item in switches if len(found) > 1 else found:
        click.echo((item.head if len(found) > 1 else "") + item.text, nl=False)
    left = len(found) - len(switches)
    if len(found) > 1 and left:
        click.echo(f"{left} documents of other devices are not shown; --out writes them", err=True)


def _write(out: Path, found: "Sequence[Rendered]") -> None:
    from campusctl.cli.files import write_file  # noqa: PLC0415 - likewise

    for item in found:
        folder = out / item.school
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / f"{item.device}{item.suffix}", item.text)
    switches = sum(item.suffix == ".cfg" for item in found)
    pcs = f" and {len(found) - switches} documents" if len(found) > switches else ""
    click.echo(f"{switches} configurations{pcs} in {out}", err=True)
