"""`campusctl adopt`: an existing switch's configuration becomes inventory lines."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import agreed, spoken
from campusctl.model.sentence import sentence

if TYPE_CHECKING:
    from campusctl.words.language import Translator


@click.command()
@click.argument("switch")
@click.option("--profile", required=True, help="Its model, a file under inventory/profiles/.")
@click.option("--room", required=True, help="The room it stands in, as in school.yml.")
@click.option("--address", default="", help="Its address.  [default: from --config]")
@click.option(
    "--config", type=click.Path(path_type=Path), help="A saved running configuration; the switch is not asked."
)
@click.option(
    "--to", default="", metavar="PORT", help="Port, or number of the LAG, at the switch above.  [default: by LLDP]"
)
@click.option("--host-key", default="", metavar="PRINT", help="Fingerprint of its host key, as its console shows it.")
@click.option("--serial", default="", help="Its serial number.")
@click.option("--mac", default="", help="Its MAC address, in any spelling.")
@click.option("--asset", default="", help="Its asset tag.")
@click.option("--reason", help="Why ports differ from their roles; they become exceptions then.")
@click.option("--owner", help="A role of the school's contacts; likewise.")
@click.option("--until", metavar="DATE", help="Last day of those exceptions, such as 2027-07-31; likewise.")
@click.option("--branch", default="", metavar="NAME", help="Commit on a Git branch of its own, and stay on it.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--dry-run", is_flag=True, help="Show the change of the files, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; asks nothing, so it needs --yes or --dry-run.")
@lang_option
@spoken
def command(
    switch: str,
    profile: str,
    room: str,
    address: str,
    config: Path | None,
    to: str,
    host_key: str,
    serial: str,
    mac: str,
    asset: str,
    reason: str | None,
    owner: str | None,
    until: str | None,
    branch: str,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    lang: str | None,
) -> int:
    """Write an existing SWITCH into the inventory: its ports by role, devices, LAGs, uplinks. The switch is only read.

    Shows the change of the files and what a plan would still change afterwards, and asks. Comments and order stay.

    Exit codes: 0 the plan is empty then, 4 something could not be explained and is listed.

    Example: campusctl adopt s042-a2-sw02 --profile cisco-c2960x-24ps --room A2 --address 10.42.3.14
    """
    from campusctl.cli import adopt_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.change_views import show_kept  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.cli.views import print_json  # noqa: PLC0415 - likewise
    from campusctl.workflow.adopting_switch import Wanted, adopt_switch, keep_adoption  # noqa: PLC0415 - likewise
    from campusctl.workflow.findings import terms  # noqa: PLC0415 - likewise
    from campusctl.workflow.git_care import standing  # noqa: PLC0415 - likewise

    tr = translator(lang)
    if as_json and not (yes or dry_run):
        raise click.UsageError(tr("--json asks nothing: say --yes or --dry-run"))
    said = {"serial": serial, "mac": mac, "asset": asset}
    wanted = Wanted(switch, profile, room, address, to, host_key, {key: value for key, value in said.items() if value})
    desk = open_desk()
    with progress(tr("reading"), tr) as bar:
        found = adopt_switch(desk, wanted, config, terms(reason, owner, until), bar.emit)
    git = standing(desk.root, found.files.files, branch)
    if not as_json:
        adopt_views.show_adoption(found, git, tr)
    commit = ""
    if not dry_run:
        _consent(tr, yes=yes)
        commit = keep_adoption(desk, wanted, found, branch)
        show_kept(commit, git, tr)
    if as_json:
        print_json(adopt_views.adoption_json(found, commit))
    return Exit.CHANGES if found.left else Exit.DONE


def _consent(tr: "Translator", *, yes: bool) -> None:
    from campusctl.errors import CampusError  # noqa: PLC0415 - `--help` must not pay for it

    if yes:
        return
    if not sys.stdin.isatty():
        what = sentence("nobody is there to ask, so nothing was written")
        raise CampusError(what, sentence("add --yes to write without asking"))
    if not agreed(tr("Write this?"), tr):
        raise CampusError(sentence("you did not agree, so nothing was written"))
