"""How a switch is doing: noted before a change, compared after it."""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from campusctl.drivers.switch.health import read_health
from campusctl.drivers.switch.session import Session
from campusctl.engine.checks import Expected, compare_health, failed, until_healthy
from campusctl.model.health import Check, Health
from campusctl.model.plan import EditView, Target
from campusctl.model.sentence import joined, sentence
from campusctl.model.setting import State

_OF_THE_TIMER: Final = 0.5
"""So much of the time until an armed revert happens may be spent waiting for good checks."""


@dataclass(slots=True)
class Watch:
    """One switch, watched over one change."""

    target: Target
    """The switch."""
    edits: Sequence[EditView]
    """What the change does."""
    stop: threading.Event
    """When set, nothing is waited for."""
    _before: Health | None = None
    _state: State | None = None

    def note(self, session: Session, state: State) -> None:
        """Read how the switch is doing before the first line is sent.

        Raises:
            SessionError: It stopped answering.
        """
        self._before, self._state = self._read(session, state), state

    def compare(self, session: Session, state: State) -> tuple[Check, ...]:
        """Read again until what was good is good again, or the time is over.

        Args:
            session: An open one.
            state: What the switch is now.

        Returns:
            The checks of the last reading; () when nothing was noted before.

        Raises:
            SessionError: It stopped answering.
        """
        before, was = self._before, self._state
        if before is None or was is None:
            return ()
        expected = Expected(
            state=was,
            edits=self.edits,
            uplinks=self.target.management.uplinks,
            cables=self.target.neighbors,
            devices=self.target.devices,
        )
        return until_healthy(
            lambda: self._read(session, state),
            lambda after: compare_health(before, after, expected),
            min(self.target.settle_s, self.target.revert_minutes * 60 * _OF_THE_TIMER),
            now=lambda: math.inf if self.stop.is_set() else time.monotonic(),
            sleep=self.stop.wait,
        )

    def _read(self, session: Session, state: State) -> Health:
        macs = [device.mac for device in self.target.devices]
        return read_health(session, self.target.dialect, state, macs)


def lost(checks: Sequence[Check]) -> str:
    """What worked before and does not any more, in one sentence; empty: nothing."""
    return joined(check.text for check in failed(checks))


def untold(checks: Sequence[Check]) -> tuple[str, ...]:
    """A note on what the switch does not tell, if there is anything."""
    names = [check.name for check in checks if check.ok is None]
    said = sentence("not checked, as the switch does not tell: {names}", names=", ".join(names))
    return (said,) if names else ()
