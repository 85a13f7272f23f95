"""`campusctl calendar`: when disruptive changes may go."""

from datetime import UTC, datetime

import click

from campusctl.cli.options import current, find_workspace


@click.command()
@click.argument("school", required=False, metavar="[SCHOOL]")
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How many days of windows.")
@click.option(
    "--from",
    "first_day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day, such as 2026-12-24.  [default: today]",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, times in UTC.")
def command(school: str | None, days: int, first_day: datetime | None, as_json: bool) -> None:
    """Show when disruptive changes may go at a SCHOOL, and what is coming: holidays, exams, freezes.

    Without SCHOOL: one line for each school: open or shut now, until when, and why.

    Example: campusctl calendar schule-042 --days 7
    """
    from campusctl.cli import calendar_views  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import windows  # noqa: PLC0415 - likewise

    if school is None and (first_day or days != 14):
        raise click.UsageError("--days and --from go with a SCHOOL")
    if first_day and not 2000 <= first_day.year < 2100:
        raise click.UsageError("--from is a day of the years 2000 to 2099")
    root, now = find_workspace(current()), datetime.now(UTC)
    if school is None:
        calendar_views.show_city(windows.city_time(root, now), as_json=as_json)
    else:
        day = first_day.date() if first_day else None
        calendar_views.show_school(windows.school_time(root, school, now, day, days), as_json=as_json)
