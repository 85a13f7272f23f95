"""`--lang` behind a command, for the commands that people in a school use."""

import click

lang_option = click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    help="Language.  [default: --lang before the command, else from LC_ALL, LC_MESSAGES or LANG]",
)
