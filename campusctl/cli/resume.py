"""`campusctl resume`: finishes a run."""

import click

from campusctl.cli.again import options


@click.command()
@options
def command(run_id: str, yes: bool, now: bool, reason: str, commands: bool, as_json: bool, lang: str | None) -> int:
    """Finish a RUN that was killed, interrupted or failed: read its devices again, and do what is left.

    `campusctl status` lists the runs that did not end. Exit codes as of apply.

    Example: campusctl resume 3f2a91c0
    """
    del lang  # whoever says something asks for it
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.again import go  # noqa: PLC0415 - likewise
    from campusctl.model.run import RunKind  # noqa: PLC0415 - likewise

    terms = workflow.Terms(now=now, reason=reason)
    return go(run_id, RunKind.RESUME, workflow.plan_resume, terms, yes=yes, commands=commands, as_json=as_json)
