"""How values are shown: for a person, or as JSON. Data goes to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

import click

from campusctl.cli.words import edit_words, without_parts
from campusctl.drivers.switch.compare import Difference, shown_line, view
from campusctl.engine.words import is_text, text_changes
from campusctl.model.command import Command, CommandKind, RefusedCommand
from campusctl.model.plan import EditView
from campusctl.model.printable import printable
from campusctl.model.secret import MASK, TOKEN
from campusctl.words.language import ENGLISH, Translator


def show_difference(difference: Difference, *, as_json: bool) -> None:
    """What separates two files."""
    if as_json:
        print_json(_difference_json(difference))
        return
    _edits("edits", [view(edit) for edit in difference.edits])
    show_commands(difference.commands)
    show_refused(difference.refused)
    _lines("unmanaged (kept, never negated)", [shown_line(path) for path in difference.unmanaged])
    _lines("cannot be checked", [" / ".join(path) for path in difference.unchecked])
    if not difference.edits and not difference.refused:
        click.echo("equal")


def _difference_json(difference: Difference) -> dict[str, Any]:
    secrets = difference.secrets

    def sent(text: str) -> str:
        # Both files are the reader's own, so the commands are printed as they would be sent.
        return TOKEN.sub(lambda token: secrets[token[1]].reveal() if token[1] in secrets else token[0], text)

    return {
        "edits": [view(edit).model_dump(mode="json") for edit in difference.edits],
        "commands": [sent(command.text) for command in difference.commands],
        "unmanaged": [shown_line(path) for path in difference.unmanaged],
        "refused": [{"command": sent(refused.command), "reason": refused.reason} for refused in difference.refused],
        "unchecked": [list(view_path(path)) for path in difference.unchecked],
    }


def view_path(path: Iterable[str]) -> tuple[str, ...]:
    """A path with the secrets in it masked."""
    return tuple(MASK if part.startswith("~") else part for part in path)


def print_json(value: Any) -> None:  # noqa: ANN401 - anything json can say
    """One JSON document on stdout; where it cannot hold every character, in ASCII."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    click.echo(json.dumps(value, ensure_ascii=plain, indent=2))


def show_commands(commands: Sequence[Command], tr: Translator = ENGLISH) -> None:
    """Commands with their contexts indented, secrets masked."""
    if not commands:
        return
    click.secho(tr("commands"), bold=True)
    depth = 0
    for command in commands:
        if command.kind is CommandKind.EXIT:
            depth -= 1
        for line in command.text.split("\n"):
            click.echo(f"  {' ' * depth}{printable(TOKEN.sub(MASK, line))}")
        if command.kind is CommandKind.ENTER:
            depth += 1


def show_refused(refused: Sequence[RefusedCommand], tr: Translator = ENGLISH) -> None:
    """What is not sent, and why."""
    if not refused:
        return
    click.secho(tr("refused"), bold=True, fg="yellow")
    for item in refused:
        click.echo(f"  {printable(TOKEN.sub(MASK, item.command))}")
        click.secho("    " + tr("because {why}", why=tr.said(item.reason)), fg="yellow")


def _edits(title: str, edits: Sequence[EditView]) -> None:
    if not edits:
        return
    click.secho(title, bold=True)
    for edit in without_parts(edits):
        show_edit(edit)


def show_edit(edit: EditView, tr: Translator = ENGLISH, note: str = "") -> None:
    """One edit in words, coloured by what it does; a note behind it."""
    colour = "green" if edit.before is None else "red" if edit.after is None else "yellow"
    sign = "+" if edit.before is None else "-" if edit.after is None else "~"
    click.secho(f"  {sign} {tr.said(edit_words(edit))}{note}", fg=colour)
    if isinstance(edit.before, str) and isinstance(edit.after, str) and is_text(edit):
        _text_edit(edit.before, edit.after, tr)


_MOST_LINES: Final = 8
"""Lines of a text that are shown; the rest is counted."""


def _text_edit(before: str, after: str, tr: Translator) -> None:
    lines = tuple(text_changes(before, after))
    for line in lines[:_MOST_LINES]:
        click.secho(f"      {printable(line.expandtabs(4))}", fg="green" if line[0] == "+" else "red")
    if len(lines) > _MOST_LINES:
        more = tr.many("… {number} more line", "… {number} more lines", len(lines) - _MOST_LINES)
        click.secho(f"      {more}", dim=True)


def _lines(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    click.secho(title, bold=True)
    for line in lines:
        click.echo(f"  {line}")
