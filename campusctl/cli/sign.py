"""`campusctl sign`: a person has done by hand what the inventory wants of a device without a protocol."""

import sys
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import current, find_workspace, translator
from campusctl.cli.speaking import agreed, spoken
from campusctl.errors import CampusError
from campusctl.model.sentence import sentence

if TYPE_CHECKING:
    from campusctl.words.language import Translator
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
@lang_option
@spoken
def command(device: str, by: str, note: str, yes: bool, show: bool, as_json: bool, lang: str | None) -> int:
    """Show the checklist of a DEVICE whose profile says `dialect: manual`, ask, and remember that all of it is done.

    The signature stands in signed/SCHOOL.yml, with the settings that it is for, and in the audit trail. When the
    inventory wants something else later, or the signature is older than `board.signed_days`, the device is open again.

    Exit codes: 0 signed, 1 error, 4 open (--show).

    Example: campusctl sign s042-r311-dt01 --by medien --note "new pens"
    """
    from campusctl.cli import sign_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import signing  # noqa: PLC0415 - likewise

    tr = translator(lang)
    if as_json and not show:
        raise click.UsageError(tr("--json goes with --show"))
    root, lab = find_workspace(current()), current().lab
    found = signing.checklist(root, device, lab=lab)
    sign_views.show_checklist(found, tr, as_json=as_json)
    if show:
        return Exit.CHANGES if found.open_because else Exit.DONE
    _consent(found, tr, yes=yes)
    file = signing.sign(root, found, by, note.strip(), lab=lab)
    sign_views.show_signed(found, by, file, tr)
    return Exit.DONE


def _consent(found: "Checklist", tr: "Translator", *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        what = sentence("nobody is there to ask, so nothing was signed")
        raise CampusError(what, sentence("add --yes to sign without asking"))
    if not agreed(tr("Is all of this done at {device}?", device=found.device), tr):
        raise CampusError(sentence("it is not done, so nothing was signed"))
