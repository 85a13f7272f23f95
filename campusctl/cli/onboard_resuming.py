"""Takes an onboarding up again, or gives it up."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from campusctl.cli.onboarding import (
    Asked,
    Told,
    check_terms,
    finish,
    hands_for,
    refuse_nobody,
    refuse_without_consent,
)
from campusctl.cli.options import current
from campusctl.errors import CampusError
from campusctl.model.onboarding import OnboardingState
from campusctl.model.sentence import sentence, sentences
from campusctl.words.onboarding import STATES
from campusctl.workflow.onboarding import journal, machine

if TYPE_CHECKING:
    from campusctl.model.onboarding import Onboarding


def resume_one(root: Path, named: str | None, asked: Asked, *, abandon: bool) -> int:
    """Take up an onboarding, or give it up.

    Raises:
        CampusError: There is none, it is done, or it belongs to other devices.
    """
    check_terms(asked)
    found = _the_one(root, named)
    _refuse_other(found)
    told = Told()
    if not abandon:
        return finish(root, found.id, partial(machine.carry_on, hands_for(asked, told), found), asked, told)
    refuse_nobody(asked)
    names = ", ".join(device.name for device in found.devices)
    refuse_without_consent(asked.tr("Take {names} out of the inventory again?", names=names), asked)
    return finish(root, found.id, partial(machine.abandon, hands_for(asked, told), found), asked, told)


def _refuse_other(found: "Onboarding") -> None:
    if found.state is not OnboardingState.OPEN:
        what = sentence("onboarding {id} is {state} already", id=found.id, state=sentence(STATES[found.state]))
        raise CampusError(what, sentence("campusctl onboard resume --list shows what is open"))
    if found.lab is not current().lab:
        here = sentence("onboarding {id} was begun on the lab's devices: campusctl --lab …", id=found.id)
        real = sentence("onboarding {id} was begun on real devices: leave --lab out", id=found.id)
        raise CampusError(here if found.lab else real)


def _the_one(root: Path, named: str | None) -> "Onboarding":
    if named:
        return journal.load(root, named)
    known = journal.open_ones(root)
    if not known:
        raise CampusError(sentence("no onboarding is open"), sentence("begin one: campusctl onboard"))
    if len(known) > 1:
        what = sentences("{number} onboarding is open", "{number} onboardings are open", len(known))
        raise CampusError(what, sentence("campusctl onboard resume --list shows them; name one"))
    return known[0]
