"""`campusctl discover`: what is plugged in where, against the inventory; reads only."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.model.discovery import Discovery


@click.command()
@click.argument("school")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@lang_option
@spoken
def command(school: str, as_json: bool, lang: str | None) -> int:
    """Read the MAC, LLDP and ARP tables of a SCHOOL's switches: what is unknown, at a wrong port, not seen, and free.

    Exit codes: 0 as the inventory says, 4 something differs, 3 some switch could not be read.

    A device that is merely off is no difference; an access point that is not seen is one.

    Example: campusctl discover schule-042
    """
    from campusctl.cli import discover_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow.discovering import discover_school  # noqa: PLC0415 - likewise

    tr, desk = translator(lang), open_desk()
    with progress(tr("reading"), tr) as bar:
        found = discover_school(desk, school, bar.emit, bar.start)
    discover_views.show_discovery(found, city_zone(desk.root), tr, as_json=as_json)
    return _exit(found)


def _exit(found: "Discovery") -> Exit:
    if found.faults:
        return Exit.DEVICES
    return Exit.CHANGES if found.differs else Exit.DONE
