"""`campusctl revert`: undoes a run."""

import click

from campusctl.cli.again import options


@click.command()
@options
def command(run_id: str, yes: bool, now: bool, reason: str, commands: bool, as_json: bool, lang: str | None) -> int:
    """Undo a RUN: read its devices again, and bring every setting that it changed back to what it was before.

    What others have changed on the same device stays; what a later run of campusctl has changed must be undone
    first. A secret that was replaced cannot be had back. Exit codes as of apply.

    Example: campusctl revert 3f2a91c0 --reason "no picture in R201 since"
    """
    del lang  # whoever says something asks for it
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.again import go  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise

    terms = workflow.Terms(now=now, reason=reason)
    return go(run_id, RunKind.REVERT, workflow.plan_revert, terms, yes=yes, commands=commands, as_json=as_json)
