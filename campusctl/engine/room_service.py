"""What a driver said of a device, in the words of a room: does it work, what does it complain of, what does it show?"""

from collections.abc import Iterator, Mapping
from typing import Final

from campusctl.model.appliance import Shown
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, EditView
from campusctl.model.room import Cause, Queue, Service
from campusctl.model.setting import Path

ALARMS: Final[Mapping[str, Cause]] = {
    # Printers: keywords of `printer-state-reasons`, RFC 8011 (5.4.12) and PWG 5100.9.
    "media-empty": Cause.PAPER_OUT,
    "media-needed": Cause.PAPER_OUT,
    "media-low": Cause.PAPER_LOW,
    "media-jam": Cause.PAPER_JAM,
    "input-tray-missing": Cause.TRAY_MISSING,
    "output-area-full": Cause.OUTPUT_FULL,
    "output-tray-missing": Cause.OUTPUT_FULL,
    "toner-empty": Cause.TONER_OUT,
    "toner-low": Cause.TONER_LOW,
    "marker-supply-empty": Cause.TONER_OUT,
    "marker-supply-low": Cause.TONER_LOW,
    "marker-waste-full": Cause.WASTE_FULL,
    "cover-open": Cause.COVER_OPEN,
    "door-open": Cause.COVER_OPEN,
    "interlock-open": Cause.COVER_OPEN,
    "fuser-over-temp": Cause.OVERHEATED,
    "paused": Cause.PAUSED,
    "moving-to-paused": Cause.PAUSED,
    # Projectors: parts of the error status, PJLink class 1 (4.7).
    "lamp": Cause.LAMP,
    "fan": Cause.OVERHEATED,
    "temperature": Cause.OVERHEATED,
    "cover": Cause.COVER_OPEN,
    "filter": Cause.FILTER,
    "other": Cause.DEVICE_ERROR,
    # And their warnings.
    "lamp-warning": Cause.LAMP_SOON,
    "fan-warning": Cause.HEATING,
    "temperature-warning": Cause.HEATING,
    "cover-warning": Cause.DEVICE_WARNING,
    "filter-warning": Cause.FILTER_SOON,
    "other-warning": Cause.DEVICE_WARNING,
}
"""By the word in the fact `alarms`; such words are joined with blanks there."""

_BY_HAND: Final = frozenset({"manual"})
"""Dialects of devices that nothing but a person can set."""
_ASLEEP: Final = frozenset({"off", "standby"})
"""Values of the fact `power`."""
_CLOUDS: Final = frozenset({"android"})
"""Dialects of devices that are asked for in a cloud."""
_PC: Final = "pc"
"""Driver of PCs."""
_CHANGING: Final[Mapping[str, Cause]] = {"warming up": Cause.WARMING_UP, "cooling down": Cause.COOLING_DOWN}
"""By the fact `power`, or by what a projector says that tells nothing more meanwhile."""
_INPUT: Final[Path] = ("input",)
_START: Final[Path] = ("start_source",)
_PICTURE: Final[Mapping[Path, Cause]] = {("picture_mute",): Cause.NO_PICTURE, ("freeze",): Cause.FROZEN}
"""Settings that take the picture away when they are on."""


def service_of(
    result: Assessment | Fault, wanted: Mapping[Path, Shown], serial: str = "", dialect: str = ""
) -> Service:
    """How a device does.

    Args:
        result: What its driver said.
        wanted: Every setting that the inventory wants of it.
        serial: The inventory's serial number; empty: nobody knows it.
        dialect: What it speaks, as the inventory says.
    """
    if isinstance(result, Fault) and result.off and result.what in _CHANGING:
        return Service(troubles=(_CHANGING[result.what],))
    if isinstance(result, Fault):
        return Service(fault=result.kind, detail=result.what, cloud=dialect in _CLOUDS, pc=result.driver == _PC)
    facts = result.facts
    edits = (*result.edits, *result.refused_edits)
    source, wish = _source(facts, edits, wanted)
    return Service(
        serial=_stranger(facts.get("serial", ""), serial),
        standby=facts.get("power", "") in _ASLEEP,
        troubles=(*_changing(facts), *_alarms(facts), *_without_picture(edits)),
        source=source if source != wish else "",
        wanted_source=wish,
        knows_source=bool(source),
        no_signal=facts.get("signal") == "no",
        notes=result.notes,
        by_hand=result.dialect in _BY_HAND,
        differs=len([edit for edit in edits if not _has_a_cause(edit)]),
    )


def _has_a_cause(edit: EditView) -> bool:
    """Whether it is said as a cause of its own."""
    return edit.path == _INPUT or edit.path in _PICTURE or _stops(edit)


def _stranger(said: str, known: str) -> str:
    return said if said and known and said.casefold() != known.casefold() else ""


def queue_of(server: str, name: str, result: Assessment | Fault | None) -> Queue:
    """How a queue of a print server does.

    Args:
        server: Device name of the print server.
        name: The queue's name.
        result: What the server's driver said; None: it was too late.
    """
    if isinstance(result, Assessment):
        return Queue(name=name, server=server, cause=_queue_trouble(name, result))
    gone = isinstance(result, Fault) and result.kind in _GONE
    return Queue(name=name, server=server, cause=Cause.QUEUE_SERVER if gone else None)


_GONE: Final = (FaultKind.UNREACHABLE, FaultKind.TIMEOUT, FaultKind.OFF)
_QUEUE: Final = "queue"
_PRINTS: Final = (("enabled",), ("accepting",))
"""Fields of a queue without which nothing is printed."""


def _queue_trouble(name: str, result: Assessment) -> Cause | None:
    mine = [edit for edit in (*result.edits, *result.refused_edits) if edit.path[:2] == (_QUEUE, name)]
    if any(edit.path[2:] == ("uri",) and edit.before is None for edit in mine):
        return Cause.QUEUE_MISSING
    return Cause.QUEUE_STOPPED if any(_stops(edit) for edit in mine) else None


def _stops(edit: EditView) -> bool:
    """Whether nothing comes out of a queue because of it."""
    return edit.path[:1] == (_QUEUE,) and edit.path[2:] in _PRINTS and edit.before is False


def _changing(facts: Mapping[str, str]) -> tuple[Cause, ...]:
    power = facts.get("power", "")
    return (_CHANGING[power],) if power in _CHANGING else ()


def _alarms(facts: Mapping[str, str]) -> tuple[Cause, ...]:
    """What it complains of; what we have no word for is an error of its own. The same word twice is one."""
    words = facts.get("alarms", "").split()
    found = dict.fromkeys(ALARMS.get(word, Cause.DEVICE_ERROR) for word in words)
    if not found and facts.get("state") == "stopped":
        return (Cause.STOPPED,)
    return tuple(found)


def _without_picture(edits: tuple[EditView, ...]) -> Iterator[Cause]:
    yield from (_PICTURE[edit.path] for edit in edits if edit.path in _PICTURE and edit.before is True)


def _source(facts: Mapping[str, str], edits: tuple[EditView, ...], wanted: Mapping[Path, Shown]) -> tuple[str, str]:
    """What is shown, and what shall be; both empty: nobody knows."""
    wrong = next((edit for edit in edits if edit.path == _INPUT), None)
    if wrong:
        return str(wrong.before or ""), str(wrong.after or "")
    wish = wanted.get(_INPUT) or wanted.get(_START)
    if not isinstance(wish, str):
        return "", ""
    # A projector whose input is as it shall be says so by the absence of an edit: it may be known by another name.
    return (wish, wish) if _INPUT in wanted else (facts.get("source", ""), wish)
