"""`campusctl claim`: a school is mine until then; without a school, who has which."""

from datetime import UTC, datetime

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("school", required=False, metavar="[SCHOOL]")
@click.option("--until", metavar="TIME", help="14:00 (today), 2026-11-27T14:00, 2026-11-27 (all day), or 2h from now.")
@click.option("--reason", default="", metavar="TEXT", help="Why; the others read it.")
@click.option("--release", is_flag=True, help="End the claim; somebody else's only with --reason.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(school: str | None, until: str | None, reason: str, release: bool, as_json: bool) -> int:
    """Claim a SCHOOL while you are on site: scheduled changes wait, and other people's changes are refused.

    Reading goes on: drift and plan work as ever. Without SCHOOL: list all claims, and who is changing which school.

    Examples: campusctl claim schule-042 --until 14:00 --reason "new core switch",
    campusctl claim schule-042 --release
    """
    from campusctl.cli import history_views as views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.moments import parse_until  # noqa: PLC0415 - likewise
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.workflow import history  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    zone = city_zone(root)
    if school is None:
        if until or reason or release:
            raise click.UsageError("name a school")
        views.show_locks(*history.claims_and_leases(root), zone, as_json=as_json)
    elif release:
        if until:
            raise click.UsageError("--until or --release, not both")
        views.show_released(school, history.release(root, school, reason), as_json=as_json)
    else:
        if not until or not reason.strip():
            raise click.UsageError("say until when and why: --until 14:00 --reason TEXT")
        made = history.claim(root, school, parse_until(until, datetime.now(UTC), zone), reason.strip())
        views.show_claim(made, zone, as_json=as_json)
    return Exit.DONE
