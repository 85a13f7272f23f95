"""A lot at work: one playbook, what it has said about each PC, and for which PCs a result is still owed."""

import time
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, Self

from campusctl.drivers.pc.lots import Item, Lot
from campusctl.drivers.pc.platforms.base import Event, HostResult, JobHost, Trouble, Work
from campusctl.drivers.pc.playbook import Playbook
from campusctl.drivers.pc.trouble import engine_trouble
from campusctl.model.outcome import FaultKind


class Report(NamedTuple):
    """What became of one PC."""

    item: Item
    """The PC."""
    result: HostResult
    """What the playbook says, or why it says nothing."""
    begun: float = 0.0
    """When Ansible began to work on it, seconds since the epoch; 0: it did not."""
    at: float = 0.0
    """When its last event came, seconds since the epoch; 0: none came."""


class Begin(NamedTuple):
    """What a lot may begin with."""

    works: Mapping[str, Work]
    """What is wanted of each PC that may be worked on."""
    hosts: Mapping[str, JobHost]
    """Their part of the job."""
    kept_back: Mapping[str, Trouble]
    """Those that may not, and why."""


STOPPED: Final = Trouble(FaultKind.INTERRUPTED, "the run was stopped")


class AtWork:
    """Use as a context manager: leaving it ends the playbook."""

    def __init__(self, lot: Lot, begin: Begin) -> None:
        self.lot = lot
        self._works = begin.works
        self._owed = {item.name: item for item in lot.items if item.name in begin.hosts}
        self._heard: dict[str, list[Event]] = {name: [] for name in self._owed}
        self.playbook = Playbook(lot.playbooks, begin.hosts, lot.needs, check=lot.check)

    def __enter__(self) -> Self:
        self.playbook.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self.playbook.close()

    def reports(self) -> Iterator[Report]:
        """Of the PCs that are through by now."""
        for event in self.playbook.events():
            item = self._owed.get(event.host)
            if item is None:
                continue
            self._heard[item.name].append(event)
            if item.platform.complete(item.target, event):
                yield self._read(item)

    def last_reports(self, stopped: Trouble | None = None) -> Iterator[Report]:
        """End the playbook and account for every PC that is owed.

        Args:
            stopped: Why it was not left to go to its end; None: it was.
        """
        yield from self.reports()
        trouble = stopped
        if not trouble and not self.playbook.finished:
            trouble = engine_trouble(self.playbook.last_words)
        self.playbook.close()
        for item in tuple(self._owed.values()):
            yield self._read(item) if trouble is None or self._lost(item) else self._without(item, trouble)

    def _lost(self, item: Item) -> bool:
        """Whether a PC can have no more events: it was lost, and no play goes on with it."""
        return any(event.kind == "unreachable" for event in self._heard[item.name])

    def _read(self, item: Item) -> Report:
        events = self._heard.pop(item.name)
        del self._owed[item.name]
        result = item.platform.read(item.target, self._works[item.name], events)
        return Report(item, result, *_times(events))

    def _without(self, item: Item, trouble: Trouble) -> Report:
        events = self._heard.pop(item.name)
        del self._owed[item.name]
        return Report(item, HostResult(trouble=trouble), *_times(events))


def _times(events: list[Event]) -> tuple[float, float]:
    return (events[0].at, events[-1].at) if events else (0.0, time.time())
