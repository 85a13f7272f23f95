"""Checklists and their signatures, for a person or as JSON."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.views import print_json
from campusctl.model.printable import printable

if TYPE_CHECKING:
    from campusctl.model.signature import Plain
    from campusctl.words.language import Translator
    from campusctl.workflow.signing import Checklist


def show_checklist(found: "Checklist", tr: "Translator", *, as_json: bool) -> None:
    """Every line with what is wanted, and what was signed of it."""
    if as_json:
        print_json(_json(found))
        return
    click.secho(f"{found.device}  {printable(found.place)}", bold=True)
    for name, value in found.lines.items():
        done = found.signed is not None and found.signed.whole and found.signed.settings.get(name) == value
        click.echo(f"  [{'x' if done else ' '}] {printable(_line(name, value, tr))}")
    note = f" ({printable(found.signed.note)})" if found.signed and found.signed.note else ""
    if found.open_because or found.signed is None:
        click.secho(tr.said(found.open_because) + note, fg="yellow")
    else:
        click.secho(tr.said(found.signed.words) + note, fg="green")


def show_signed(found: "Checklist", by: str, file: str, tr: "Translator") -> None:
    """What was written, and where."""
    told = tr.many(
        "{device} is signed by {role}: {number} line, in {file}",
        "{device} is signed by {role}: {number} lines, in {file}",
        len(found.lines), device=found.device, role=by, file=file,
    )  # fmt: skip
    click.echo(told)


def _line(name: str, value: "Plain", tr: "Translator") -> str:
    """`volume: 40`; a sentence of the checklist as it is."""
    if name.startswith("check / "):
        return name.removeprefix("check / ")
    words = {True: tr("yes"), False: tr("no")}
    shown = words[value] if isinstance(value, bool) else ", ".join(value) if isinstance(value, tuple) else value
    return f"{name}: {shown}"


def _json(found: "Checklist") -> dict[str, object]:
    return {
        "device": found.device,
        "school": found.school,
        "open_because": str(found.open_because),
        "lines": dict(found.lines),
        "signed": found.signed.model_dump(mode="json") if found.signed else None,
    }
