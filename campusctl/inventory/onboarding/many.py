"""Several new devices at once: each is proposed as if those before it stood there already."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.inventory.city import City
from campusctl.inventory.onboarding.proposing import propose
from campusctl.inventory.onboarding.trial import with_device
from campusctl.inventory.onboarding.wanted import Answer, Proposal, Question, Refusal, Wanted
from campusctl.model.sentence import sentence


class Answers(NamedTuple):
    """What the rules make of several devices."""

    proposals: tuple[Proposal, ...]
    """In the order of the file; (): something is refused."""
    refusals: tuple[Refusal, ...]
    """Everything that is wrong, by line."""


def propose_all(city: City, rows: Sequence[Wanted], before: Sequence[Refusal] = ()) -> Answers:
    """Proposals for all devices, or everything that is in the way of them.

    Args:
        city: All of it.
        rows: What is said about each device.
        before: What was wrong before any rule was asked.
    """
    refusals = list(before)
    bad = {one.line for one in before}
    proposals: list[Proposal] = []
    # Devices with a name, an address or a port of their own first: what is proposed must not take it.
    for row in sorted(rows, key=lambda one: not (one.name or one.address or one.port)):
        if row.line in bad:
            continue
        answer = _answer(city, row)
        refusals += answer.refusals
        refusals += [_undecided(question, row.line) for question in answer.questions]
        if answer.proposal:
            proposals.append(answer.proposal)
            city = with_device(city, answer.proposal)
    if refusals:
        return Answers((), tuple(sorted(refusals, key=lambda one: one.line)))
    return Answers(tuple(sorted(proposals, key=lambda one: one.wanted.line)), ())


def _answer(city: City, row: Wanted) -> Answer:
    try:
        return propose(city, replace(row, school=_school(city, row.school)))
    except UnknownNameError as error:
        known = sentence("schools are named like {name}", name=", ".join([*city.schools][:3]))
        return Answer(None, (Refusal(error.what, error.hint or known, row.line),))


def _school(city: City, said: str) -> str:
    """The id of a school as a person writes it into a table: id, short name or name, in any case."""
    plain = said.casefold()
    found = [
        school.id for school in city.schools.values()
        if plain in (school.id.casefold(), school.short.casefold(), school.spec.name.casefold())
    ]  # fmt: skip
    return found[0] if len(found) == 1 else said


def _undecided(question: Question, line: int) -> Refusal:
    if not question.choices:
        return Refusal(question.what, sentence("say it in a column `{column}`", column=question.field), line)
    names = ", ".join(question.choices)
    hint = sentence("say it in a column `{column}`: one of {names}", column=question.field, names=names)
    return Refusal(question.what, hint, line)
