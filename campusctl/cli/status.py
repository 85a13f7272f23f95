"""`campusctl status`: what was left unfinished, and who works where."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.workflow import Status


@click.command()
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@spoken
def command(lang: str | None, as_json: bool) -> int:
    """List runs that did not end as they should, new devices that wait, who changes which school, claims, absent PCs.

    Contacts no device. Exit codes: 0 nothing is unfinished or half done, 4 something is, or a new device waits.

    Example: campusctl status
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.status_views import show_status  # noqa: PLC0415 - likewise

    found: Status = workflow.status(open_desk())
    show_status(found, translator(lang), as_json=as_json)
    return Exit.CHANGES if found.unfinished or found.half_done or found.onboardings else Exit.DONE
