"""What plans, outcomes and drift reports say alike: names in rows, who is off, what went wrong."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

import click

from campusctl.model.outcome import Fault
from campusctl.model.printable import printable
from campusctl.words.language import ENGLISH, SOURCE, Translator
from campusctl.words.trouble import advice, trouble

_WIDEST: Final = 80
_NARROWEST: Final = 20

_OVERDUE: Final = "overdue"
"""How the fault of a PC begins that was not seen for too long."""


def listed(title: str, names: Iterable[str]) -> str:
    """Names behind a title, on as many lines as it takes."""
    return in_rows(f"{title}: {', '.join(names)}", indent="  ")


def in_rows(text: str, indent: str = "") -> str:
    """A text on lines of 80 columns, or of what a narrower terminal has; no name is broken."""
    width = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))
    lines = textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return "\n".join(lines)


def show_off(faults: Sequence[Fault], tr: Translator = ENGLISH) -> None:
    """Devices that are switched off, which is no failure: their names on a few lines, and who is overdue."""
    overdue = [fault for fault in faults if fault.what.startswith(_OVERDUE)]
    names = [fault.device for fault in faults if fault not in overdue]
    if names:
        click.secho(listed(tr("switched off"), names), dim=True)
    for fault in overdue:
        click.secho(f"{fault.device}: {printable(tr.said(fault.what))}", fg="yellow")


def show_faults(faults: Iterable[Fault], tr: Translator = ENGLISH) -> None:
    """What went wrong with which device, and what to do first."""
    told = tuple(faults)
    for fault, later in zip_longest(told, told[1:]):
        what, hint = f"{fault.kind}: {fault.what}", f"hint: {fault.hint}"
        if tr.code != SOURCE:
            what, hint = tr.said(trouble(fault)), tr("hint: {what}", what=tr.said(advice(fault)))
        click.secho(f"{fault.device}: {printable(what)}", fg="red")
        # Ten dead switches in a row need the same advice once.
        if fault.hint and not (later and later.hint == fault.hint):
            click.echo(f"  {hint}")


def show_quiet(title: str, lines: Sequence[str]) -> None:
    """Lines that matter little, each with its title."""
    for line in lines:
        click.secho(f"  · {title}: {printable(line)}", dim=True)
