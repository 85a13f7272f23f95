"""Asks the devices of a room how they are, all at once and each with its own time. Writes nothing."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from campusctl.drivers.pc.platforms.table import PLATFORMS
from campusctl.drivers.pc.probe import Door, probe
from campusctl.errors import CampusError
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, Target
from campusctl.workflow.choosing import PC
from campusctl.workflow.desk import Desk
from campusctl.workflow.in_time import gathered
from campusctl.workflow.knocking import is_there

CONNECT_S: Final = 1.5
"""How long a device may take to answer a knock, in seconds; a school's network takes milliseconds."""
_USUAL_DOORS: Final = (80, 443, 22)
"""TCP ports that are knocked at where the inventory names none: also a refusal is an answer."""
ASKED_ELSEWHERE: Final = frozenset({"android", "manual"})
"""Dialects whose driver asks a cloud, or nobody: what it says proves nothing of the device's own network."""
_DOUBTFUL: Final = frozenset({FaultKind.UNREACHABLE, FaultKind.TIMEOUT, FaultKind.OFF})
"""Troubles of a device that is not there, and of one that is."""
_UNASKED: Final = frozenset({FaultKind.SECRET, FaultKind.REFUSED, FaultKind.INTERNAL, FaultKind.INTERRUPTED})
"""Troubles that say nothing of the device."""


class Asked(NamedTuple):
    """What became of one device."""

    answers: bool | None = None
    """Something answers at its address; None: nobody could tell."""
    result: Assessment | Fault | None = None
    """What its driver says; None: it was too late."""


class At(NamedTuple):
    """Where a device is knocked at."""

    device: str
    """Device name."""
    host: str
    """Address."""
    port: int = 0
    """TCP port; 0: the usual ones."""
    wait_s: float = CONNECT_S
    """How long it may take, in seconds."""


class _Knock(NamedTuple):
    """Whether anything answers at a device's address."""

    device: str
    answers: bool


_Word: TypeAlias = Assessment | Fault | _Knock


def ask_devices(
    desk: Desk, targets: Sequence[Target], emit: Emit, limit_s: float, others: Sequence[At] = ()
) -> Mapping[str, Asked]:
    """How devices are, by name.

    Args:
        desk: The workspace.
        targets: The devices; a PC is only greeted, everything else is read by its driver.
        emit: Told of every step.
        limit_s: When the answer must be there, in seconds from now.
        others: Devices that are only knocked at, also such as are targets: those whose driver asks somebody else. Who
            lets the knock pass in silence may be there all the same.

    Returns:
        One for each target and each of the others. A driver that cannot work here, such as for a missing library, is
        the trouble of its own devices only.
    """
    stop = threading.Event()
    pcs = [target for target in targets if target.driver == PC]
    # A thread for each: one that is slow keeps nobody else from being knocked at.
    jobs: list[Callable[[], Iterator[_Word]]] = [
        partial(_read, desk, target, emit, stop) for target in targets if target.driver != PC
    ]
    jobs += [partial(_greet, pcs, stop)] if pcs else []
    jobs += [partial(_knock, others)] if others else []
    words = gathered(limit_s, jobs, stop)
    knocks = {word.device: word.answers for word in words if isinstance(word, _Knock)}
    results = {word.device: word for word in words if not isinstance(word, _Knock)}
    heard = {one.device: Asked(knocks.get(one.device) or None, results.get(one.device)) for one in others}
    return heard | {
        target.device: _asked(target, results.get(target.device), knocks.get(target.device)) for target in targets
    }


def _asked(target: Target, result: Assessment | Fault | None, knock: bool | None) -> Asked:  # noqa: FBT001 - a finding
    if target.dialect in ASKED_ELSEWHERE:
        return Asked(knock or None, None if _is_late(result) else result)
    if isinstance(result, Fault):
        if _is_late(result):
            return Asked(knock)
        return Asked(knock if result.kind in _DOUBTFUL | _UNASKED else True, result)
    return Asked(knock if result is None else True, result)


def _is_late(result: Assessment | Fault | None) -> bool:
    return isinstance(result, Fault) and result.kind is FaultKind.INTERRUPTED


def _read(desk: Desk, target: Target, emit: Emit, stop: threading.Event) -> Iterator[_Word]:
    """What the driver of a device says; who says nothing is knocked at."""
    result: Assessment | Fault
    try:
        result = next(iter(desk.driver(stop).assess([target], emit)))
    except CampusError as wrong:
        kind, driver = FaultKind.REFUSED, target.driver
        result = Fault(device=target.device, kind=kind, what=wrong.what, hint=wrong.hint, driver=driver)
    yield result
    # Afterwards: many projectors take one connection at a time.
    if isinstance(result, Fault) and result.kind in _DOUBTFUL | _UNASKED and target.dialect not in ASKED_ELSEWHERE:
        yield from _knock([_at(target)])


def _greet(targets: Sequence[Target], stop: threading.Event) -> Iterator[_Word]:
    """PCs that answer. Their settings are a matter for `drift`, which takes its time."""
    doors = [
        Door(target.device, target.login.host, target.login.port, PLATFORMS[target.dialect].greeting)
        for target in targets
    ]
    troubles = probe(doors, stop, connect_s=CONNECT_S)
    silent = []
    for target in targets:
        trouble = troubles[target.device]
        if trouble is None:
            yield Assessment(device=target.device, school=target.school, driver=PC, dialect=target.dialect)
            continue
        yield Fault(device=target.device, kind=trouble.kind, what=trouble.what, hint=trouble.hint, driver=PC)
        if trouble.kind is FaultKind.OFF:
            yield _Knock(target.device, answers=False)
        else:
            silent.append(_at(target))
    yield from _knock(silent)


def _at(target: Target) -> At:
    return At(target.device, target.login.host, target.login.port, min(CONNECT_S, target.login.timeout_s))


def _knock(places: Sequence[At]) -> Iterator[_Knock]:
    """Whether anything answers at these devices' addresses."""
    found = asyncio.run(_all(places)) if places else []
    for place, answer in zip(places, found, strict=True):
        yield _Knock(place.device, answer)


async def _all(places: Sequence[At]) -> list[bool]:
    return await asyncio.gather(*(_any_door(place) for place in places))


async def _any_door(place: At) -> bool:
    doors = (place.port,) if place.port else _USUAL_DOORS
    return await is_there(place.host, doors, place.wait_s)
