"""Asks a person for what is not known about a new device: typed, pasted or scanned."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from campusctl.errors import CampusError
from campusctl.inventory.onboarding.proposing import propose
from campusctl.inventory.onboarding.scanning import Field, Scan, ScanError, read_scan
from campusctl.inventory.onboarding.wanted import Proposal, Question, Refusal, Wanted

if TYPE_CHECKING:
    from campusctl.inventory.city import City

NONE: Final = "-"
"""What somebody types who does not know it."""
_ASKED: Final[tuple[tuple[Field, str], ...]] = (
    ("serial", "Serial number (type or scan; - for none)"),
    ("mac", "MAC address (type or scan; - for none)"),
    ("asset", "Asset tag (type or scan; - for none)"),
)
_OPTIONS: Final = {"port": "--port SWITCH:PORT", "profile": "--profile NAME"}
Ask = Callable[[str], str]


class RefusedError(CampusError):
    """New devices that cannot be taken in; everything that is wrong is in it."""


def refused(refusals: tuple[Refusal, ...], file: str = "") -> RefusedError:
    """All refusals as one error, each with its line and its hint."""
    told = []
    for one in refusals:
        place = f"{file}:{one.line}: " if file and one.line else f"{file}: " if file else ""
        told.append(f"{place}{one.what}" + (f"\n  hint: {one.hint}" if one.hint else ""))
    return RefusedError("\n".join(told), "nothing was done")


def complete(city: "City", wanted: Wanted, ask: Ask | None) -> Proposal:
    """A proposal for one device; what nobody said is asked for.

    Args:
        city: All of it.
        wanted: What was said.
        ask: Asks a question and gives the answer; None: nobody is there.

    Raises:
        RefusedError: Something is wrong, or must be decided and nobody is there.
    """
    if ask and not wanted.room:
        wanted = replace(wanted, room=ask("Room").strip())
    _refuse(propose(city, wanted).refusals)
    if ask:
        wanted = _scanned(city, wanted, ask)
    while True:
        answer = propose(city, wanted)
        _refuse(answer.refusals)
        if answer.proposal:
            return answer.proposal
        if ask is None:
            raise refused(tuple(_as_refusal(question) for question in answer.questions))
        for question in answer.questions:
            decided: dict[str, Any] = {question.field: _decided(question, ask)}
            wanted = replace(wanted, **decided)


def _refuse(refusals: tuple[Refusal, ...]) -> None:
    if refusals:
        raise refused(refusals)


def _as_refusal(question: Question) -> Refusal:
    say = _OPTIONS.get(question.field, f"--{question.field}")
    choices = f", one of {', '.join(question.choices)}" if question.choices else ""
    return Refusal(question.what, f"say {say}{choices}")


def _scanned(city: "City", wanted: Wanted, ask: Ask) -> Wanted:
    """Serial number, MAC address and asset tag; one scan may hold all of them."""
    for field, question in _ASKED:
        while not getattr(wanted, field):
            text = ask(question).strip()
            if text in (NONE, ""):
                break
            try:
                scan = read_scan(text, field)
            except ScanError as error:
                click.echo(f"{error}", err=True)
                continue
            found: dict[str, Any] = {
                name: value for name, value in _values(scan).items() if value and not getattr(wanted, name)
            }
            tell_scan(scan, {field})
            trial = replace(wanted, **found)
            answer = propose(city, trial)
            if answer.refusals:
                raise refused(answer.refusals)
            wanted = trial
            if field not in found:
                click.echo(f"that was no {question.partition(' (')[0].lower()}; it is still missing", err=True)
    return wanted


def _values(scan: Scan) -> dict[str, str]:
    return {"serial": scan.serial, "mac": scan.mac, "asset": scan.asset}


def tell_scan(scan: Scan, asked: set[str]) -> None:
    """What was taken from a text, where it is more than was asked for or was spelled otherwise."""
    taken = scan.taken()
    if len(taken) > 1 or scan.mac or scan.others or scan.notes or not asked:
        click.echo("taken: " + ", ".join(f"{words} {value}" for words, value in taken), err=True)
    if scan.others:
        click.echo(f"not used: {', '.join(scan.others)}", err=True)
    for note in scan.notes:
        click.secho(f"note: {note}", err=True, fg="yellow")


def _decided(question: Question, ask: Ask) -> str:
    click.echo(f"{question.what}.", err=True)
    for number, choice in enumerate(question.choices, 1):
        click.echo(f"  {number}  {choice}", err=True)
    while True:
        hint = " (number or SWITCH:PORT)" if question.field == "port" else " (number or name)"
        text = ask(question.field.capitalize() + hint).strip()
        if text.isdecimal() and 1 <= int(text) <= len(question.choices):
            return question.choices[int(text) - 1]
        if text and not text.isdecimal():
            return text
