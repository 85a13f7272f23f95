"""`campusctl sign`: a person has done by hand what the inventory wants of a device without a protocol."""

import sys
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from campusctl.workflow.signing import Checklist


@click.command()
@click.argument("device", metavar="DEVICE")
@click.option(
    "--by", default="campus-manager", show_default=True, metavar="ROLE",
    help="Who has done it: a role of the school's contacts, never a person.",
)  # fmt: skip
@click.option("--note", default="", metavar="TEXT", help="What should be known besides, in one line.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--show", is_flag=True, help="Only show the checklist and what was signed; exit code 4 when it is open.")
@click.option("--json", "as_json", is_flag=True, help="Print the checklist as JSON; needs --show.")
def command(device: str, by: str, note: str, yes: bool, show: bool, as_json: bool) -> int:
    """Show the checklist of a DEVICE whose profile says `dialect: manual`, ask, and remember that all of it is done.

    The signature stands in signed/SCHOOL.yml, with the settings that it is for, and in the audit trail. When the
    inventory wants something else later, or the signature is older than `board.signed_days`, the device is open again.

    Exit codes: 0 signed, 1 error, 4 open (--show).

    Example: campusctl sign s042-r311-dt01 --by medien --note "new pens"
    """
    from campusctl.cli import sign_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import signing  # noqa: PLC0415 - likewise

    if as_json and not show:
        raise click.UsageError("--json goes with --show")
    root, lab = find_workspace(current()), current().lab
    found = signing.checklist(root, device, lab=lab)
    sign_views.show_checklist(found, as_json=as_json)
    if show:
        return Exit.CHANGES if found.open_because else Exit.DONE
    _consent(found, yes=yes)
    file = signing.sign(root, found, by, note.strip(), lab=lab)
    sign_views.show_signed(found, by, file)
    return Exit.DONE


def _consent(found: "Checklist", *, yes: bool) -> None:
    if yes:
        return
    from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

    if not sys.stdin.isatty():
        raise CampusError("nobody is there to ask, so nothing was signed", "add --yes to sign without asking")
    if not click.confirm(f"Is all of this done at {found.device}?", default=False, err=True):
        raise CampusError("it is not done, so nothing was signed")
