"""`campusctl restore`: brings a device back to what a backup says."""

import click

from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import spoken


@click.command()
@click.argument("device")
@click.option(
    "--at", "revision", metavar="REV", default="HEAD", help="A revision, a date or a time.  [default: the newest]"
)
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--now", is_flag=True, help="Also outside a window; needs --reason, and is audited.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history.")
@click.option("--commands", is_flag=True, help="Also show the exact commands, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print plan and outcomes as JSON; needs --yes.")
@lang_option
@spoken
def command(
    device: str, revision: str, yes: bool, now: bool, reason: str, commands: bool, as_json: bool, lang: str | None
) -> int:
    """Bring DEVICE back to what a backup says, through the same diff, guard and proof as apply.

    Reads the device, shows the way back, asks. A secret that was replaced since stays as it is: backups hold none.
    Afterwards the device may differ from the inventory; `campusctl drift` says so. Exit codes as of apply.

    Example: campusctl restore s042-a1-sw01 --at 2026-11-20
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.carrying import carry_out, check_terms, show_troubles  # noqa: PLC0415 - likewise
    from campusctl.cli.moments import shown  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.inventory.zone import city_zone  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise
    from campusctl.workflow import backups  # noqa: PLC0415 - likewise

    tr = translator(lang)
    terms = workflow.Terms(now=now, reason=reason)
    check_terms(terms, yes=yes, as_json=as_json)
    desk = open_desk()
    (school, name), version, text = backups.show(desk, device, revision)
    when, commit = shown(version.when, city_zone(desk.root)), version.commit[:10]
    click.echo(tr("backup of {device} as of {when}, {commit}", device=name, when=when, commit=commit), err=True)
    with workflow.running(desk, RunKind.RESTORE, [school], reason=reason) as run:
        workflow.refuse_locked(run)
        with progress(tr("reading"), tr) as bar:
            plan = workflow.plan_restore(run, name, text, bar.emit, bar.start)
        code = carry_out(run, plan, terms, yes=yes, commands=commands, as_json=as_json)
    show_troubles(run)
    return code
