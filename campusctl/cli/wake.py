"""`campusctl wake`: switches PCs on, and waits until they answer."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import open_desk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campusctl.drivers.pc.wake.orders import WakeResult


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="SCHOOL|ROOM|DEVICE...")
@click.option("--school", default="", metavar="SCHOOL", help="The school of what is named: then a room is just R201.")
@click.option(
    "--wait",
    type=click.IntRange(0, 3600),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="How long they may take to answer; 0: only send.",
)
@click.option("--now", is_flag=True, help="Also during lessons and on holidays; needs --reason, and is audited.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the audit trail.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(names: tuple[str, ...], school: str, wait: int, now: bool, reason: str, as_json: bool) -> int:
    """Switch on the PCs of schools, of rooms (schule-042/R201) or single ones, with Wake-on-LAN.

    Those that are on are left alone; to the others a magic packet is sent, again and again, until they answer. Not
    during lessons, exams and freezes, and on no holiday.

    Exit codes: 0 they are on (or a packet was sent, with --wait 0), 3 some did not wake up, or none can be woken,
    130 interrupted.

    Example: campusctl wake schule-042/R201
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import wake_views  # noqa: PLC0415 - likewise
    from campusctl.cli.carrying import check_terms  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise

    check_terms(workflow.Terms(now=now, reason=reason), yes=True, as_json=as_json)
    desk = open_desk()
    asked = workflow.asked_pcs(desk.root, names, school)
    with progress("waking") as bar:
        terms = workflow.WakeTerms(wait_s=wait, now=now, reason=reason)
        results = workflow.wake_pcs(desk, asked, terms, bar.emit, bar.start)
    wake_views.show_woken(results, as_json=as_json)
    return _exit(results)


def _exit(results: "Sequence[WakeResult]") -> Exit:
    from campusctl.drivers.pc.wake.orders import WakeState  # noqa: PLC0415 - `--help` must not pay for it

    states = {result.state for result in results}
    failed = states & {WakeState.SILENT, WakeState.UNSENT}
    return Exit.DEVICES if failed or states == {WakeState.CANNOT} else Exit.DONE
