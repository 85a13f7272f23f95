"""Which class of devices a kind such as `board` is, and which profile a new one gets."""

from collections import Counter
from typing import Final

from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.onboarding.wanted import Question, Refusal
from campusctl.model.sentence import sentence

KINDS: Final = ("board", "printer", "projector", "pc", "switch")
"""What can be onboarded."""


def classes_of(city: City, kind: str) -> tuple[str, ...]:
    """The classes of a kind, by their letters: those it drives, else those whose ports have its role."""
    if kind == "switch":
        return (SWITCH_CLASS,)
    driven = tuple(letters for letters, spec in city.spec.classes.items() if spec.driver == kind)
    return driven or tuple(letters for letters, spec in city.spec.classes.items() if spec.role == kind)


def class_of(city: City, kind: str, said: str) -> str | Refusal:
    """The class letters of a new device.

    Args:
        city: The city.
        kind: One of `KINDS`.
        said: Class letters, as typed; empty: the first class of the kind.
    """
    known = classes_of(city, kind)
    if said and said not in known:
        hint = did_you_mean(said, known) or sentence(
            "{kind} is of class {classes}", kind=kind, classes=", ".join(known)
        )
        return Refusal(sentence("class {said} is no {kind}", said=said, kind=kind), hint)
    if not known:
        return Refusal(
            sentence("no class of devices is a {kind}", kind=kind),
            sentence("give one `driver: {kind}` under `classes` in inventory/city.yml", kind=kind),
        )
    return said or known[0]


def profile_of(city: City, school: School, letters: str, said: str) -> str | Refusal | Question | None:
    """The profile of a new device: the one most used for its class at the school, else in the city.

    Returns:
        Its name; None: there is none for this class, and it needs none.
    """
    known = tuple(name for name, profile in city.profiles.items() if profile.device_class == letters)
    if said:
        if said in known:
            return said
        if said in city.profiles:
            what = sentence("the profile {said} is of another class", said=said)
        else:
            what = sentence("there is no profile `{said}`", said=said)
        there = sentence("there are {names}", names=", ".join(known)) if known else sentence("leave --profile out")
        return Refusal(what, did_you_mean(said, known) or there)
    if not known:
        if letters == SWITCH_CLASS:
            return Refusal(
                sentence("there is no profile of a switch"), sentence("a switch needs one: inventory/profiles")
            )
        return None
    return _most_used(city, school, letters, known)


def _most_used(city: City, school: School, letters: str, known: tuple[str, ...]) -> str | Question:
    for devices in (school.devices.values(), [*city.devices()]):
        used = Counter(one.profile for one in devices if one.device_class == letters and one.profile in known)
        ranked = [(str(name), count) for name, count in used.most_common()]
        if len(ranked) == 1 or (ranked and ranked[0][1] > ranked[1][1]):
            return ranked[0][0]
        if ranked:
            names = tuple(name for name, count in ranked if count == ranked[0][1])
            return Question("profile", sentence("{names} are used alike here", names=", ".join(names)), names)
    if len(known) == 1:
        return known[0]
    return Question("profile", sentence("no device of this class has a profile yet"), known)
