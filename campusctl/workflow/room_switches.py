"""Reads the switches of a room, each with its own time: first those that serve it, then others that may know more."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Final

from campusctl.inventory.city import City, School
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.tables import Tables
from campusctl.workflow.desk import Desk
from campusctl.workflow.in_time import gathered
from campusctl.workflow.tables import read_tables

_SOONER_S: Final = 0.5
"""So much sooner than we do a driver gives up by itself, in seconds: of a switch that is gone it says that."""


def read_switches(  # noqa: PLR0913 - where, what, and how long
    desk: Desk, city: City, school: School, names: Collection[str], emit: Emit, *, limit_s: float
) -> Mapping[str, Tables | Fault]:
    """What switches see, by name.

    Args:
        desk: The workspace.
        city: With the school loaded.
        school: The school.
        names: Its switches that are meant.
        emit: Told of every step.
        limit_s: When the answer must be there, in seconds from now; a switch that is slower is a `Fault` of its own.
    """
    one = partial(_one, desk, city, school, emit=emit, limit_s=limit_s)
    jobs: list[Callable[[], Iterator[tuple[str, Tables | Fault]]]] = [partial(one, name) for name in names]
    found = dict(gathered(limit_s, jobs, threading.Event(), grace_s=0.0))
    return {name: found.get(name) or _late(name) for name in names}


def _one(  # noqa: PLR0913 - as above
    desk: Desk, city: City, school: School, name: str, *, emit: Emit, limit_s: float
) -> Iterator[tuple[str, Tables | Fault]]:
    yield from read_tables(desk, city, school, [name], emit, timeout_s=limit_s - _SOONER_S).items()


def _late(name: str) -> Fault:
    return Fault(
        device=name, kind=FaultKind.INTERRUPTED, what="it took too long to answer", hint="try it again in a moment"
    )
