"""A device's trouble for people who read another language than a driver's words."""

from collections.abc import Mapping
from typing import Final

from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.sentence import Sentence, joined, sentence, told_as
from campusctl.words.language import N_

_SILENT: Final = N_("it does not answer ({words})")
_TROUBLES: Final[Mapping[FaultKind, str]] = {
    FaultKind.UNREACHABLE: _SILENT,
    FaultKind.TIMEOUT: _SILENT,
    FaultKind.OFF: N_("it is switched off ({words})"),
    FaultKind.AUTH: N_("it does not take our login or PIN ({words})"),
    FaultKind.HOST_KEY: N_("its host key is not the one that is known ({words})"),
    FaultKind.REJECTED: N_("it refused a setting ({words})"),
    FaultKind.MALFORMED: N_("it answers something that cannot be read ({words})"),
    FaultKind.REFUSED: N_("this is not done, because it would not be safe ({words})"),
    FaultKind.MOVED: N_("it changed meanwhile ({words})"),
    FaultKind.UNVERIFIED: N_("it said yes, and is not as it shall be ({words})"),
    FaultKind.CABLE: N_("it is cabled otherwise than the inventory says ({words})"),
    FaultKind.SECRET: N_("a secret is missing ({words})"),
    FaultKind.LOCKED: N_("somebody else is at it ({words})"),
    FaultKind.WINDOW: N_("it would interrupt somebody now ({words})"),
}
_OTHER: Final = N_("it did not go ({words})")
_HINTS: Final[Mapping[FaultKind, str]] = {
    FaultKind.UNREACHABLE: N_("is it on, and in the network?"),
    FaultKind.TIMEOUT: N_("is it on, and in the network?"),
    FaultKind.OFF: N_("is it on, and in the network?"),
    FaultKind.AUTH: N_("compare login and PIN with the device: campusctl secrets"),
    FaultKind.SECRET: N_("campusctl secrets lists what is missing"),
}


def with_hint(what: str, hint: str) -> str:
    """What is wrong, and on a line of its own what to do about it, if that is known."""
    return joined((what, hint and sentence("hint: {what}", what=hint)), "\n")


def trouble(fault: Fault) -> str:
    """What went wrong with a device; see `in_words`."""
    return in_words(fault.kind, fault.what)


def in_words(kind: FaultKind, what: str) -> str:
    """What campusctl found itself is a sentence already; of a driver's words, they stand in brackets behind one.

    Args:
        kind: What kind of trouble.
        what: What is said of it.
    """
    return what if isinstance(what, Sentence) else told_as(what, _TROUBLES.get(kind, _OTHER), words=what)


def advice(fault: Fault) -> str:
    """What to do about it, likewise; empty: nothing is known."""
    known = "" if isinstance(fault.hint, Sentence) else _HINTS.get(fault.kind, "")
    return told_as(fault.hint, known) if fault.hint and known else fault.hint
