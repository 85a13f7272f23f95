"""`campusctl diff`: two configuration files, no device, no workspace."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit

if TYPE_CHECKING:
    from campusctl.model.plan import ManagementPath

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("running", type=_FILE)
@click.argument("intended", type=_FILE)
@click.option("--dialect", required=True, help="Language of both files: cisco_ios, aruba_aoscx or hp_procurve.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: edits, commands (exactly as sent), unmanaged, refused."
)
@click.option("--management-vlan", default="", help="VLAN of the management session.  [default: inferred]")
@click.option("--uplink", multiple=True, help="Port or LAG towards the core; may be repeated.")
@click.option("--user", default="", help="Account of the management session.")
def command(
    running: Path,
    intended: Path,
    dialect: str,
    as_json: bool,
    management_vlan: str,
    uplink: tuple[str, ...],
    user: str,
) -> int:
    """Compare RUNNING with INTENDED and print the edits and the exact commands, in order.

    Nothing is sent anywhere. With --management-vlan, --uplink or --user, every edit of the management path is
    refused, as `apply` would without a revert on the device; without them only what would cut it.

    Exit codes: 0 equal, 4 different, 1 error.
    """
    from campusctl.cli import views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.drivers.switch import dialects  # noqa: PLC0415 - likewise
    from campusctl.drivers.switch.compare import compare_texts  # noqa: PLC0415 - likewise

    difference = compare_texts(
        dialects.get(dialect),
        _read(running),
        _read(intended),
        management=_path(management_vlan, uplink, user),
    )
    views.show_difference(difference, as_json=as_json)
    return Exit.CHANGES if difference.edits or difference.refused_edits else Exit.DONE


def _read(path: Path) -> str:
    """A configuration file's text; bytes that are no UTF-8 are kept readable, as old switches print Latin-1."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _path(vlan: str, uplinks: tuple[str, ...], user: str) -> "ManagementPath | None":
    from campusctl.model.plan import ManagementPath  # noqa: PLC0415 - `--help` must not pay for it

    return ManagementPath(vlan=vlan, uplinks=uplinks, user=user) if vlan or uplinks or user else None
