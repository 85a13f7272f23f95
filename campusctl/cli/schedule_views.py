"""What a schedule is, in words."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from campusctl.cli.columns import show_facts
from campusctl.cli.views import print_json
from campusctl.schedule import crontab
from campusctl.schedule.installing import Found, Installed
from campusctl.schedule.order import Order
from campusctl.schedule.units import units
from campusctl.secrets.vault_text import VAULT_FILE


def show_texts(order: Order, *, cron: bool) -> None:
    """The texts as they would be written."""
    if cron:
        click.echo(crontab.block(order), nl=False)
        return
    for number, (name, text) in enumerate(units(order).items()):
        click.secho(f"{'' if number == 0 else chr(10)}# {name}", bold=True)
        click.echo(text, nl=False)


def show_installed(done: Installed, order: Order, *, cron: bool) -> None:
    """What was written, and what is left to do."""
    for file in done.files:
        click.echo(f"{'written' if done.changed else 'as it was'}: {file}")
    vault = Path(order.workspace, VAULT_FILE)
    if vault.exists() and not (order.password_file or order.environment_file or order.lab):
        click.secho(f"warning: {vault} is encrypted; say --vault-password-file, or the check cannot open it", err=True)
    if cron:
        click.echo(f"it starts {crontab.delay_s(order) // 60} minutes after the time in the crontab line")
        click.echo("cron does not make up for runs that were missed", err=True)
        return
    if not done.verified:
        click.echo("systemd-analyze is not here, so the units were not verified", err=True)
    if done.running:
        click.secho("the timer is on; campusctl schedule show says when it runs next", fg="green")
        return
    user = "" if order.system else " --user"
    click.echo("systemd was not told of it. Where it runs:", err=True)
    click.echo(f"  systemctl{user} daemon-reload", err=True)
    click.echo(f"  systemctl{user} enable --now {order.name}.timer", err=True)
    if not order.system:
        click.echo("  loginctl enable-linger    # so that it also runs while you are not logged in", err=True)


def show_found(found: Sequence[Found], zone: ZoneInfo, *, as_json: bool) -> None:
    """What is there, or JSON."""
    if as_json:
        print_json([_json(item) for item in found])
        return
    if not found:
        click.echo("nothing is installed for this workspace", err=True)
    for item in found:
        click.secho(item.where, bold=True)
        order = item.order
        show_facts(
            [
                ("state", "as it was written" if item.as_written else "CHANGED since it was written"),
                ("when", order.calendar if order else ""),
                ("spread over", f"{order.jitter_s // 60} min" if order else ""),
                ("next run", f"{item.next_run.astimezone(zone):%a %Y-%m-%d %H:%M %Z}" if item.next_run else ""),
                ("runs", shlex.join(order.command) if order else ""),
            ]
        )
    if any(not item.as_written for item in found):
        click.echo("campusctl schedule install writes it anew", err=True)


def _json(item: Found) -> dict[str, object]:
    order = item.order.model_dump(mode="json") if item.order else None
    when = item.next_run.isoformat() if item.next_run else None
    return {"where": item.where, "as_written": item.as_written, "next_run": when, "order": order}
