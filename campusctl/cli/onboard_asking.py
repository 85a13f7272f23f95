"""Asks a person for what is not known about a new device: typed, pasted or scanned."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from campusctl.errors import CampusError
from campusctl.inventory.onboarding.proposing import named_room, propose
from campusctl.inventory.onboarding.scanning import WORDS, Field, Scan, ScanError, read_scan
from campusctl.inventory.onboarding.wanted import Proposal, Question, Refusal, Wanted
from campusctl.model.printable import printable
from campusctl.model.sentence import joined, sentence
from campusctl.words.language import N_, Translator

if TYPE_CHECKING:
    from campusctl.inventory.city import City

NONE: Final = "-"
"""What somebody types who does not know it."""
_ASKED: Final[tuple[tuple[Field, str], ...]] = (
    ("serial", N_("Serial number (type or scan; - for none)")),
    ("mac", N_("MAC address (type or scan; - for none)")),
    ("asset", N_("Asset tag (type or scan; - for none)")),
)
_DECIDE: Final = {
    "port": N_("Port (number or SWITCH:PORT)"),
    "profile": N_("Profile (number or name)"),
}
_OPTIONS: Final = {"port": "--port SWITCH:PORT", "profile": "--profile NAME"}


class RefusedError(CampusError):
    """New devices that cannot be taken in; everything that is wrong is in it."""


def refused(refusals: tuple[Refusal, ...], file: str = "") -> RefusedError:
    """All refusals as one error, each with its line and its hint."""
    return RefusedError(joined((_told(one, file) for one in refusals), "\n"), sentence("nothing was done"))


def _told(one: Refusal, file: str = "") -> str:
    place = f"{file}:{one.line}: " if file and one.line else f"{file}: " if file else ""
    hint = sentence("\n  hint: {what}", what=one.hint) if one.hint else ""
    return joined((place, one.what, hint), "")


class Asking:
    """One person at a terminal, or nobody."""

    def __init__(self, tr: Translator, ask: Callable[[str], str] | None) -> None:
        """Get ready.

        Args:
            tr: The person's language.
            ask: Asks a question and gives the answer; None: nobody is there.
        """
        self.tr, self._ask_person = tr, ask

    def complete(self, city: "City", wanted: Wanted) -> Proposal:
        """A proposal for one device; what nobody said is asked for, and a slip of an answer is asked again.

        Args:
            city: All of it.
            wanted: What was said.

        Raises:
            RefusedError: Something is wrong with what was said, or must be decided and nobody is there.
        """
        if self._ask_person and not wanted.room:
            wanted = self._room(city, wanted)
        _refuse(propose(city, wanted).refusals)
        if self._ask_person:
            for field, words in _ASKED:
                wanted = self._scanned(city, wanted, field, words)
        while True:
            answer = propose(city, wanted)
            if answer.proposal:
                return answer.proposal
            _refuse(answer.refusals)
            if self._ask_person is None:
                raise refused(tuple(_as_refusal(question) for question in answer.questions))
            for question in answer.questions:
                wanted = self._decided(city, wanted, question)

    def _ask(self, question: str) -> str:
        return self._ask_person(question).strip() if self._ask_person else ""

    def _say(self, text: str) -> None:
        click.echo(self.tr.said(text), err=True)

    def _wrong(self, refusals: tuple[Refusal, ...]) -> bool:
        """Tell what is wrong with an answer; whether anything is."""
        for one in refusals:
            self._say(_told(one))
        return bool(refusals)

    def _room(self, city: "City", wanted: Wanted) -> Wanted:
        """A room that there is."""
        while True:
            found = named_room(city.school(wanted.school), self._ask(self.tr("Room")))
            if isinstance(found, str):
                return replace(wanted, room=found)
            self._wrong((found,))

    def _scanned(self, city: "City", wanted: Wanted, field: Field, question: str) -> Wanted:
        """Serial number, MAC address or asset tag; one scan may hold all of them."""
        while not getattr(wanted, field):
            text = self._ask(self.tr(question))
            if text in (NONE, ""):
                break
            try:
                scan = read_scan(text, field)
            except ScanError as error:
                self._wrong((Refusal(error.what, error.hint),))
                continue
            found: dict[str, Any] = {
                name: value for name, value in values_of(scan).items() if not getattr(wanted, name)
            }
            tell_scan(scan, self.tr)
            trial = replace(wanted, **found)
            if self._wrong(propose(city, trial).refusals):
                continue
            wanted = trial
            if field not in found:
                self._say(sentence("still missing: {field}", field=sentence(WORDS[field])))
        return wanted

    def _decided(self, city: "City", wanted: Wanted, question: Question) -> Wanted:
        self._say(joined((question.what, "."), ""))
        for number, choice in enumerate(question.choices, 1):
            click.echo(f"  {number}  {choice}", err=True)
        while True:
            text = self._ask(self.tr(_DECIDE[question.field]))
            if text.isdecimal() and 1 <= int(text) <= len(question.choices):
                text = question.choices[int(text) - 1]
            decided: dict[str, Any] = {question.field: text}
            trial = replace(wanted, **decided)
            if text and not text.isdecimal() and not self._wrong(propose(city, trial).refusals):
                return trial


def values_of(scan: Scan) -> dict[str, str]:
    """What a scan says, by field."""
    return {name: value for name in WORDS if (value := str(getattr(scan, name)))}


def _refuse(refusals: tuple[Refusal, ...]) -> None:
    if refusals:
        raise refused(refusals)


def _as_refusal(question: Question) -> Refusal:
    say = _OPTIONS.get(question.field, f"--{question.field}")
    if not question.choices:
        return Refusal(question.what, sentence("say {option}", option=say))
    hint = sentence("say {option}, one of {names}", option=say, names=", ".join(question.choices))
    return Refusal(question.what, hint)


def tell_scan(scan: Scan, tr: Translator) -> None:
    """What was taken from a text, where it is more than was asked for or was spelled otherwise."""
    taken = scan.taken()
    if len(taken) > 1 or scan.mac or scan.others or scan.notes:
        words = ", ".join(f"{tr.said(field)} {value}" for field, value in taken)
        click.echo(tr("taken: {what}", what=words), err=True)
    if scan.others:
        click.echo(tr("not used: {what}", what=printable(", ".join(scan.others))), err=True)
    for note in scan.notes:
        click.secho(tr("note: {what}", what=tr.said(note)), err=True, fg="yellow")
