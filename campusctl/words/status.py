"""What `campusctl status` says of devices, steps and troubles."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from campusctl.model.events import EventKind
from campusctl.model.journal import StepRow
from campusctl.model.outcome import FaultKind
from campusctl.model.run import StepKind
from campusctl.words.language import N_, Translator

_FAULTS: Final[Mapping[FaultKind, str]] = {
    FaultKind.UNREACHABLE: N_("unreachable"),
    FaultKind.OFF: N_("off"),
    FaultKind.AUTH: N_("auth"),
    FaultKind.HOST_KEY: N_("host_key"),
    FaultKind.TIMEOUT: N_("timeout"),
    FaultKind.REJECTED: N_("rejected"),
    FaultKind.MALFORMED: N_("malformed"),
    FaultKind.LOCKED: N_("locked"),
    FaultKind.REFUSED: N_("refused"),
    FaultKind.MOVED: N_("moved"),
    FaultKind.UNVERIFIED: N_("unverified"),
    FaultKind.UNSAVED: N_("unsaved"),
    FaultKind.JOURNAL: N_("journal"),
    FaultKind.WINDOW: N_("window"),
    FaultKind.CABLE: N_("cable"),
    FaultKind.CHECKS: N_("checks"),
    FaultKind.SECRET: N_("secret"),
    FaultKind.HELD: N_("held"),
    FaultKind.INTERRUPTED: N_("interrupted"),
    FaultKind.INTERNAL: N_("internal"),
}

_STEPS: Final[Mapping[StepKind, str]] = {
    StepKind.BEGIN: N_("begin"),
    StepKind.ARM: N_("arm"),
    StepKind.SEND: N_("send"),
    StepKind.CONFIRM: N_("confirm"),
    StepKind.UNDO: N_("undo"),
    StepKind.SAVE: N_("save"),
}


EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.STARTED: N_("started"),
    EventKind.CONNECTED: N_("connected"),
    EventKind.OBSERVED: N_("observed"),
    EventKind.SENT: N_("sent"),
    EventKind.VERIFIED: N_("verified"),
    EventKind.SAVED: N_("saved"),
    EventKind.FINISHED: N_("finished"),
}
"""What happens to a device while somebody watches."""


def fault_words(kind: FaultKind | None, tr: Translator) -> str:
    """A trouble in a word; None: nobody knows which."""
    return tr(_FAULTS[kind]) if kind else tr("failed")


def step_words(step: StepRow, of_switch: bool, tr: Translator) -> str:  # noqa: FBT001 - whose step it is
    """A step that was written down before it was taken.

    Args:
        step: The step.
        of_switch: It is a switch's, so it has commands.
        tr: The language.
    """
    if not step.last:
        return f"{tr(_STEPS[step.kind])} {step.text}".strip()
    if not of_switch:
        return tr.many("{number} step", "{number} steps", step.total)
    return tr("send commands {first}-{last} of {total}", first=step.first, last=step.last, total=step.total)


def absent_words(seen: datetime | None, days: int, school_days: int, tr: Translator) -> str:
    """How long a PC has not been seen: `not seen for 23 days`, `never seen in 23 days`."""
    if seen is None:
        return tr.many("never seen in {number} day", "never seen in {number} days", days)
    if school_days == days:
        return tr.many("not seen for {number} day", "not seen for {number} days", days)
    return tr.many(
        "not seen for {number} day, {counted} without holidays",
        "not seen for {number} days, {counted} without holidays",
        days,
        counted=school_days,
    )


def devices_counted(drivers: Iterable[str], tr: Translator) -> str:
    """`20 switches and 1 PC`, from the driver of each device."""
    words = [counted_kind(driver, number, tr) for driver, number in Counter(drivers).items()]
    return tr(" and ").join(words) or tr("no devices")


def counted_kind(driver: str, number: int, tr: Translator) -> str:
    """`1 switch`, `20 PCs`, from the name of a driver."""
    match driver:
        case "switch":
            return tr.many("{number} switch", "{number} switches", number)
        case "pc":
            return tr.many("{number} PC", "{number} PCs", number)
        case "printer":
            return tr.many("{number} printer", "{number} printers", number)
        case "projector":
            return tr.many("{number} projector", "{number} projectors", number)
        case "board":
            return tr.many("{number} board", "{number} boards", number)
        case "queues":
            return tr.many("{number} print server", "{number} print servers", number)
    return tr.many("{number} device", "{number} devices", number)
