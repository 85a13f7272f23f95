"""What a print server is, compared with what is wanted of it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from campusctl.drivers.appliance.base import Reading
from campusctl.drivers.ipp.message import Attributes
from campusctl.drivers.queues.words import (
    OPTIONS,
    STOPPED,
    model_of,
    one,
    option_of,
    options_in,
    value_of,
    why_not,
    without_account,
)
from campusctl.model.appliance import Shown
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

_CLASS: Final = 0x1
"""Bit of printer-type: a class of printers. Source: cups/cups.h."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server said."""

    queues: Mapping[str, Attributes]
    """Its queues by name."""
    default: str
    """Its default queue; empty: none."""
    nicknames: Mapping[str, str]
    """What each driver that the inventory names calls itself; empty: the server does not have it."""
    server: str
    """What it calls itself in HTTP."""

    def reading(self, wanted: Mapping[Path, Shown]) -> Reading:
        """The settings that are wanted, as they are."""
        state = {
            path: found for path, value in wanted.items() if (found := self._state(path, value, wanted)) is not None
        }
        lacks = {path: why for path, value in wanted.items() if (why := self._lack(path, value, wanted))}
        names = {path[1] for path in wanted if path[0] == "queue"}
        mine = {name: queue for name, queue in self.queues.items() if name in names}
        return Reading(
            state=state,
            lacks=lacks,
            facts=self._facts(),
            notes=tuple(note for name, queue in mine.items() for note in _notes(name, queue)),
            unmanaged=tuple(_stranger(name, queue) for name, queue in self.queues.items() if name not in names),
        )

    def _state(self, path: Path, value: Shown, wanted: Mapping[Path, Shown]) -> Shown:
        """A setting; None: it is not there."""
        if path[0] != "queue":
            return self.default or None
        queue = self.queues.get(path[1])
        if queue is None or _is_class(queue):
            return None
        if len(path) == 2:
            return True
        if path[2] == "option":
            # A default that the printer does not know has no effect: it counts as not there.
            return None if why_not(queue, path[3], value) else option_of(queue, path[3], value)
        if path[2] == OPTIONS:
            return options_in(queue, value)
        if path[2] == "model":
            model = str(wanted.get(path) or "")
            return model_of(queue, model, self.nicknames.get(model, ""))
        return value_of(queue, path[2])

    def _lack(self, path: Path, value: Shown, wanted: Mapping[Path, Shown]) -> str:
        """Why a setting cannot be had; empty: it can."""
        if path[0] != "queue" or value is None:
            return ""
        queue = self.queues.get(path[1])
        if queue is not None and _is_class(queue):
            return sentence("{name} is the name of a class of printers on this server", name=path[1])
        model = str(wanted.get(("queue", path[1], "model")) or "")
        if self.nicknames.get(model) == "" and (queue is None or path[2:] == ("model",)):
            return sentence("the server has no driver {model}: `lpinfo -m` lists what it has", model=model)
        return why_not(queue, path[3], value) if queue is not None and path[2:3] == ("option",) else ""

    def _facts(self) -> dict[str, str]:
        said = next((str(found) for queue in self.queues.values() if (found := one(queue, "cups-version"))), "")
        version = f"CUPS {said}" if said else self.server
        facts = {"queues": str(sum(not _is_class(queue) for queue in self.queues.values()))}
        return {"model": version, **facts} if version else facts


def _is_class(queue: Attributes) -> bool:
    kind = one(queue, "printer-type")
    return isinstance(kind, int) and bool(kind & _CLASS)


def _notes(name: str, queue: Attributes) -> Iterator[str]:
    """What is the matter with a queue."""
    reasons = [str(reason) for reason in queue.get("printer-state-reasons", ()) if reason not in ("none", "paused")]
    message = str(one(queue, "printer-state-message") or "")
    if one(queue, "printer-state") == STOPPED:
        stopped = sentence("queue {name} is stopped", name=name)
        yield sentence("{what}: {why}", what=stopped, why=message) if message else stopped
    if reasons:
        yield sentence("queue {name}: {what}", name=name, what=", ".join(reasons))


def _stranger(name: str, queue: Attributes) -> str:
    """A queue that nobody asked for."""
    if _is_class(queue):
        return f"class {name}"
    return f"queue {name}: {without_account(str(one(queue, 'device-uri') or ''))}"
