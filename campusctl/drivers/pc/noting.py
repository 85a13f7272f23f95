"""What is written down before a PC is touched: that it will be, how to go back, and what is going to be done."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from campusctl.drivers.pc.platforms.base import Trouble
from campusctl.errors import JournalError
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import Change
from campusctl.model.run import Step, StepKind
from campusctl.ports import Record

_AT_ONCE: Final = 16
"""Steps written at the same time: they share one flush of the disk."""


def note_all(record: Record | None, changes: Sequence[tuple[Change, str]]) -> Mapping[str, Trouble]:
    """Write down what is about to happen to these PCs; durable when it returns.

    Args:
        record: Where; None: nowhere.
        changes: Each with the id under which its PC keeps what is replaced.

    Returns:
        The PCs for which it could not be written, which must not be touched.
    """
    if record is None or not changes:
        return {}
    with ThreadPoolExecutor(min(_AT_ONCE, len(changes))) as pool:
        found = pool.map(lambda each: _note(record, *each), changes)
        return {change.target.device: trouble for (change, _), trouble in zip(changes, found, strict=True) if trouble}


def _note(record: Record, change: Change, keep: str) -> Trouble | None:
    device, commands = change.target.device, change.assessment.commands
    total, text = len(commands), "\n".join(command.text for command in commands)
    try:
        record.step(Step(device=device, kind=StepKind.BEGIN, text=way_back(change, keep)))
        record.step(Step(device=device, kind=StepKind.SEND, first=1, last=total, total=total, text=text))
    except JournalError as error:
        return Trouble(FaultKind.JOURNAL, error.what, error.hint)
    return None


def way_back(change: Change, keep: str) -> str:
    """The document that brings back what this change replaces, as JSON; the PC keeps the old things by that id."""
    return json.dumps({"format": 1, "os": change.target.dialect, "restore": keep}, sort_keys=True)
