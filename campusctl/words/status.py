"""What `campusctl status` says of devices, steps and troubles."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from campusctl.model.journal import StepRow
from campusctl.model.outcome import FaultKind
from campusctl.model.run import StepKind
from campusctl.words.language import N_, Say

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


def fault_words(kind: FaultKind | None, say: Say) -> str:
    """A trouble in a word; None: nobody knows which."""
    return say(_FAULTS[kind]) if kind else say("failed")


def step_words(step: StepRow, of_switch: bool, say: Say) -> str:  # noqa: FBT001 - whose step it is
    """A step that was written down before it was taken.

    Args:
        step: The step.
        of_switch: It is a switch's, so it has commands.
        say: The language.
    """
    if not step.last:
        return f"{say(_STEPS[step.kind])} {step.text}".strip()
    if not of_switch:
        return say.many("{number} step", "{number} steps", step.total)
    return say("send commands {first}-{last} of {total}", first=step.first, last=step.last, total=step.total)


def absent_words(seen: datetime | None, days: int, school_days: int, say: Say) -> str:
    """How long a PC has not been seen: `not seen for 23 days`, `never seen in 23 days`."""
    if seen is None:
        return say.many("never seen in {number} day", "never seen in {number} days", days)
    if school_days == days:
        return say.many("not seen for {number} day", "not seen for {number} days", days)
    return say.many(
        "not seen for {number} day, {counted} without holidays",
        "not seen for {number} days, {counted} without holidays",
        days,
        counted=school_days,
    )


def devices_counted(drivers: Iterable[str], say: Say) -> str:
    """`20 switches and 1 PC`, from the driver of each device."""
    words = [_counted(driver, number, say) for driver, number in Counter(drivers).items()]
    return say(" and ").join(words) or say("no devices")


def _counted(driver: str, number: int, say: Say) -> str:
    match driver:
        case "switch":
            return say.many("{number} switch", "{number} switches", number)
        case "pc":
            return say.many("{number} PC", "{number} PCs", number)
        case "printer":
            return say.many("{number} printer", "{number} printers", number)
        case "projector":
            return say.many("{number} projector", "{number} projectors", number)
        case "board":
            return say.many("{number} board", "{number} boards", number)
        case "queues":
            return say.many("{number} print server", "{number} print servers", number)
    return say.many("{number} device", "{number} devices", number)
