"""What a driver says of a device, in the words of a room."""

from typing import Any

import pytest

from campusctl.engine.room_service import ALARMS, queue_of, service_of
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, EditView
from campusctl.model.room import Cause, Queue, Service

BOARD = {("start_source",): "ops", ("volume",): 20}
BEAMER = {("input",): "digital1"}


def said(*edits: tuple[str, object, object], **facts: str) -> Assessment:
    """An assessment with these edits and facts."""
    views = tuple(EditView(path=(name,), before=before, after=after) for name, before, after in edits)
    return Assessment(device="d", school="s", dialect="x", edits=views, facts=facts)


def queue_edits(*edits: tuple[str, object, object]) -> Assessment:
    """A print server with these edits of its queue `flur`."""
    views = tuple(EditView(path=("queue", "flur", name), before=before, after=after) for name, before, after in edits)
    return Assessment(device="ps", school="s", dialect="cups", edits=views)


CASES: dict[str, tuple[Assessment, dict[Any, Any], Service]] = {
    "a board that is well": (said(power="on", source="ops"), BOARD, Service(wanted_source="ops", knows_source=True)),
    "a board that shows another source": (
        said(power="on", source="hdmi1"), BOARD, Service(source="hdmi1", wanted_source="ops", knows_source=True),
    ),
    "a board that does not tell": (said(power="on"), BOARD, Service(wanted_source="ops")),
    "a board of which nobody wants a source": (said(power="on", source="hdmi1"), {}, Service()),
    "a board in standby": (
        said(power="standby", source="hdmi1"), BOARD,
        Service(standby=True, source="hdmi1", wanted_source="ops", knows_source=True),
    ),
    "a board with other settings": (
        said(("volume", 90, 20), ("start_source", "hdmi1", "ops"), power="on", source="ops"), BOARD,
        Service(wanted_source="ops", knows_source=True, differs=2),
    ),
    "a projector that is well": (
        said(power="on", source="digital1"), BEAMER, Service(wanted_source="digital1", knows_source=True),
    ),
    "a projector at another input": (
        said(("input", "rgb1", "digital1"), power="on", source="rgb1"), BEAMER,
        Service(source="rgb1", wanted_source="digital1", knows_source=True),
    ),
    "a projector whose picture is muted": (
        said(("picture_mute", True, False), ("sound_mute", True, False)), BEAMER,
        Service(troubles=(Cause.NO_PICTURE,), wanted_source="digital1", knows_source=True, differs=1),
    ),
    "a projector whose picture shall be muted": (
        said(("picture_mute", False, True)), {}, Service(),
    ),
    "a frozen picture": (said(("freeze", True, False)), {}, Service(troubles=(Cause.FROZEN,))),
    "alarms of a projector": (said(alarms="lamp fan"), {}, Service(troubles=(Cause.LAMP, Cause.OVERHEATED))),
    "warnings of a projector": (
        said(alarms="lamp-warning fan-warning temperature-warning filter-warning cover-warning"), {},
        Service(troubles=(Cause.LAMP_SOON, Cause.HEATING, Cause.FILTER_SOON, Cause.DEVICE_WARNING)),
    ),
    "a projector that warms up": (said(power="warming up"), {}, Service(troubles=(Cause.WARMING_UP,))),
    "a projector that cools down": (said(power="cooling down"), {}, Service(troubles=(Cause.COOLING_DOWN,))),
    "alarms of a printer, one of them twice": (
        said(alarms="media-empty media-needed toner-low"), {}, Service(troubles=(Cause.PAPER_OUT, Cause.TONER_LOW)),
    ),
    "an alarm without a word of ours": (said(alarms="developer-empty"), {}, Service(troubles=(Cause.DEVICE_ERROR,))),
    "a printer that stopped and says why": (
        said(state="stopped", alarms="media-jam"), {}, Service(troubles=(Cause.PAPER_JAM,)),
    ),
    "a printer that stopped without a word": (said(state="stopped"), {}, Service(troubles=(Cause.STOPPED,))),
    "a board that somebody sets up by hand": (
        said(("start_source", None, "ops")).model_copy(update={"dialect": "manual"}), BOARD,
        Service(wanted_source="ops", by_hand=True, differs=1),
    ),
    "a print server whose queue is stopped": (
        queue_edits(("enabled", False, True), ("info", "x", "y")), {}, Service(differs=1),
    ),
    "another serial number": (said(serial="X9"), {}, Service(serial="X9")),
    "the same serial number in small letters": (said(serial="sn-1"), {}, Service()),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_driver_says_in_the_words_of_a_room(case: str) -> None:
    """One line of the table."""
    assessment, wanted, service = CASES[case]
    assert service_of(assessment, wanted, "SN-1") == service


def test_a_trouble_is_kept_with_its_words() -> None:
    """For those who ask for more."""
    fault = Fault(device="d", kind=FaultKind.AUTH, what="it refuses our PIN")
    assert service_of(fault, BOARD) == Service(fault=FaultKind.AUTH, detail="it refuses our PIN")


def test_a_projector_that_tells_nothing_while_it_warms_up_is_no_sleeper() -> None:
    """It will be ready by itself."""
    fault = Fault(device="d", kind=FaultKind.OFF, what="warming up")
    assert service_of(fault, BEAMER) == Service(troubles=(Cause.WARMING_UP,))


def test_clouds_and_pcs_are_told_from_the_rest() -> None:
    """Their troubles mean something else."""
    fault = Fault(device="d", kind=FaultKind.AUTH, what="403", driver="board")
    assert service_of(fault, {}, dialect="android").cloud
    assert not service_of(fault, {}, dialect="samsung_mdc").cloud
    assert service_of(fault.model_copy(update={"driver": "pc"}), {}, dialect="debian").pc


@pytest.mark.parametrize(
    ("result", "cause"),
    [
        (queue_edits(), None),
        (queue_edits(("info", "x", "y")), None),
        (queue_edits(("enabled", False, True)), Cause.QUEUE_STOPPED),
        (queue_edits(("enabled", True, False)), None),
        (queue_edits(("accepting", False, True)), Cause.QUEUE_STOPPED),
        (queue_edits(("uri", None, "ipp://x/"), ("enabled", None, True)), Cause.QUEUE_MISSING),
        (Fault(device="ps", kind=FaultKind.UNREACHABLE, what="x"), Cause.QUEUE_SERVER),
        (Fault(device="ps", kind=FaultKind.AUTH, what="x"), None),
        (None, None),
    ],
)
def test_how_a_queue_does(result: Assessment | Fault | None, cause: Cause | None) -> None:
    """What cannot be looked at is said at the print server's own room."""
    assert queue_of("ps", "flur", result) == Queue(name="flur", server="ps", cause=cause)
    assert queue_of("ps", "other", queue_edits(("enabled", False, True))).cause is None


def test_a_serial_number_that_nobody_knows_is_no_stranger() -> None:
    """Neither is one that the device does not tell."""
    assert service_of(said(serial="X9"), {}).serial == ""
    assert service_of(said(), {}, "SN-1").serial == ""


def test_what_a_device_can_say_is_tried_somewhere() -> None:
    """Every alarm leads to a cause about the device itself."""
    assert {cause.value for cause in ALARMS.values()} == {
        "paper-out", "paper-low", "paper-jam", "tray-missing", "output-full", "toner-out", "toner-low", "waste-full",
        "cover-open", "overheated", "paused", "lamp", "filter", "device-error", "lamp-soon", "filter-soon",
        "heating", "device-warning",
    }  # fmt: skip
