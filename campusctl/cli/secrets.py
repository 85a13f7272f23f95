"""`campusctl secrets`: which secrets are needed and where they come from; setting one; which are due. Never a value."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import asker, current, find_workspace, open_desk

if TYPE_CHECKING:
    from collections.abc import Callable


class Days(click.ParamType[timedelta]):
    """A time span: `365d`, `52w`, `12m` (months of 30 days) or `1y`."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:  # noqa: ANN401 - click's signature
        """The span."""
        if isinstance(value, timedelta):
            return value
        number, unit = str(value)[:-1], str(value)[-1:]
        days = {"d": 1, "w": 7, "m": 30, "y": 365}.get(unit)
        if days is None or not (number.isascii() and number.isdigit()) or len(number) > _DIGITS:
            self.fail(f"{value!r} is no time span; such as 365d, 52w, 12m or 1y", param, ctx)
        return timedelta(days=int(number) * days)


_DIGITS = 5


@click.group()
def command() -> None:
    """List the secrets that are needed and where they come from, set one, find those to rotate. Never shows a value.

    Example: campusctl secrets list schule-042
    """


@command.command("list", short_help="List the secrets that are needed and where they come from.")
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("-v", "--verbose", is_flag=True, help="Every switch and setting, not how many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(schools: tuple[str, ...], verbose: bool, as_json: bool) -> int:
    """List every secret that each SCHOOL needs (the whole city if none is named): who needs it, where it comes from.

    Contacts no switch. Without SCHOOL it also lists what the vault holds for nobody.

    Exit codes: 0 all are there, 4 some are missing or of no use.

    Example: campusctl secrets list schule-042 -v
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import secret_views  # noqa: PLC0415 - likewise

    rows = workflow.list_secrets(open_desk(), schools or None)
    secret_views.show_list(rows, verbose=verbose, as_json=as_json)
    return Exit.DONE if all(row.usable for row in rows) else Exit.CHANGES


@command.command("set", short_help="Write one secret into the vault.")
@click.argument("ref", metavar="REF")
@click.argument("rest", nargs=-1, metavar="")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the value from the first line of stdin; for scripts.")
def set_(ref: str, rest: tuple[str, ...], from_stdin: bool) -> int:
    """Write the secret REF into inventory/vault.yml; asks for the value twice and shows nothing.

    Other entries, their order and their comments stay. A vault is made if there is none. No switch is contacted:
    `campusctl plan` then shows which of them get it.

    Example: campusctl secrets set snmp/ro
    """
    from campusctl.secrets import VAULT_FILE, load_config, vault_password  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.secrets.vault_edit import check_settable, set_secret  # noqa: PLC0415 - likewise

    if rest:
        # Click would repeat it.
        raise click.UsageError(f"a value has no place on a command line, where others see it.\n{_ASKED}")
    root = find_workspace(current())
    load_config(root)
    check_settable(ref)
    value = _line() if from_stdin else _ask_twice(f"Value of {ref}")
    check_settable(ref, value)
    made = set_secret(root / VAULT_FILE, ref, value, lambda: vault_password(_environ(), asker()), _new_password)
    click.echo(f"{ref} is set in {VAULT_FILE}{', which is new' if made else ''}")
    _tell_hidden(root, ref)
    return Exit.DONE


@command.command("rotate-check", short_help="Say which secrets switches do not have, or have had for too long.")
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--older-than", type=Days(), metavar="SPAN", help="What was set longer ago is due; such as 365d or 1y.")
@click.option("-v", "--verbose", is_flag=True, help="Also what is as it should be.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rotate_check(schools: tuple[str, ...], older_than: timedelta | None, verbose: bool, as_json: bool) -> int:
    """Read the switches of each SCHOOL (of every school if none is named) and compare what they store with the secrets.

    Writes nothing. What a switch stores in a form that tells nothing is listed as such, with the day it was set if
    that is remembered.

    Exit codes: 0 nothing is due, 4 a switch has another value, none, or an old one, 3 some could not be read.

    Example: campusctl secrets rotate-check schule-042 --older-than 365d
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli import secret_views  # noqa: PLC0415 - likewise
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.workflow.history import journal  # noqa: PLC0415 - likewise

    desk = open_desk()
    with journal(desk.root) as store, progress("reading") as bar:
        report = workflow.check_rotation(
            desk, schools or None, bar.emit, bar.start, older_than=older_than, memory=store
        )
    secret_views.show_rotation(report, verbose=verbose, as_json=as_json)
    if report.faults:
        return Exit.DEVICES
    return Exit.CHANGES if report.due else Exit.DONE


_ASKED = "hint: leave it out and type it when asked, and do not use this one any more: the shell keeps it"


def _environ() -> "dict[str, str]":
    import os  # noqa: PLC0415 - only `set` reads it

    return dict(os.environ)


def _line() -> str:
    """The first line of stdin; more than one is refused, so that nobody thinks that the rest was kept."""
    from campusctl.errors import SecretError  # noqa: PLC0415 - `--help` must not pay for it

    try:
        text = sys.stdin.read(_LONGEST)
    except UnicodeDecodeError:
        raise SecretError("stdin is no text; nothing was written", "a secret is one line of UTF-8") from None
    first, _, rest = text.partition("\n")
    if rest.strip("\r\n"):
        raise SecretError("stdin has more than one line; nothing was written", "a secret is one line")
    return first.removesuffix("\r")


_LONGEST = 65_536


def _ask_twice(what: str) -> str:
    from campusctl.errors import SecretError  # noqa: PLC0415 - `--help` must not pay for it

    if asker() is None:
        raise SecretError("nobody is there to ask, so nothing was written", "--stdin reads the value from stdin")
    return str(click.prompt(what, hide_input=True, confirmation_prompt=True, err=True))


def _new_password() -> bytes:
    """For a vault that is to be made: from where it is always taken, else asked for twice."""
    from campusctl.secrets import vault_password  # noqa: PLC0415 - `--help` must not pay for it

    ask: Callable[[], str] | None = (lambda: _ask_twice("New vault password")) if asker() else None
    return vault_password(_environ(), ask)


def _tell_hidden(root: Path, ref: str) -> None:
    """Say when what was set is not what counts, because a source before the vault has the secret too."""
    from campusctl.cli.options import workspace_secrets  # noqa: PLC0415 - it imports what `--help` must not pay for
    from campusctl.secrets import variable  # noqa: PLC0415 - likewise

    source = workspace_secrets(root).first_before_vault(ref)
    if source:
        name = f" ({variable(ref)})" if source == "env" else ""
        click.echo(f"note: the source {source}{name} has it too and goes before the vault", err=True)
