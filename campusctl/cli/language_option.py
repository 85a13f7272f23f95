"""`--lang` behind a command, for the commands that people in a school use."""

from dataclasses import replace

import click

from campusctl.cli.options import current


def _remembered(context: click.Context, _parameter: click.Parameter, said: str | None) -> str | None:
    """Let whatever is said within this command be said in its language, the vault's question too."""
    if said:
        context.obj = replace(current(), lang=said)
    return said


lang_option = click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    is_eager=True,
    callback=_remembered,
    help="Language.  [default: --lang before the command, else from LC_ALL, LC_MESSAGES or LANG]",
)
