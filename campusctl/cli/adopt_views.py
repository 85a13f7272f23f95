"""A switch that is about to be adopted: the files' change, and what a plan would still change."""

from typing import TYPE_CHECKING, Any

import click

from campusctl.cli.device_views import in_rows, show_quiet
from campusctl.cli.finding_views import show_diff
from campusctl.cli.views import show_edit
from campusctl.cli.words import without_parts
from campusctl.model.printable import printable
from campusctl.words.language import Translator

if TYPE_CHECKING:
    from campusctl.workflow.adopting_switch import AdoptedSwitch
    from campusctl.workflow.git_care import Standing


def show_adoption(found: "AdoptedSwitch", git: "Standing", tr: Translator) -> None:
    """The diff, what is left and why, what is kept, what becomes of it in Git."""
    show_diff(found.files.diff())
    for note in found.notes:
        click.secho(in_rows(tr("note: {what}", what=printable(tr.said(note))), indent="  "), fg="yellow")
    if not found.left:
        click.secho(tr("a plan would change nothing: the inventory says what the switch runs"), fg="green")
    else:
        left = tuple(without_parts(found.left))
        said = tr.many(
            "a plan would still change {number} setting:", "a plan would still change {number} settings:", len(left)
        )
        click.secho(said, fg="yellow", bold=True)
        for edit in left:
            show_edit(edit, tr)
        for reason in found.reasons:
            click.echo(in_rows("  " + tr("because {why}", why=printable(tr.said(reason))), indent="    "))
    show_quiet(tr("not managed, kept"), found.unmanaged)
    click.echo(tr.said(git.words()))


def adoption_json(found: "AdoptedSwitch", commit: str) -> dict[str, Any]:
    """The same as plain data; `commit` is empty where none was made."""
    return {
        "diff": found.files.diff(),
        "left": [edit.model_dump(mode="json") for edit in found.left],
        "reasons": list(found.reasons),
        "unmanaged": list(found.unmanaged),
        "notes": list(found.notes),
        "commit": commit,
    }
