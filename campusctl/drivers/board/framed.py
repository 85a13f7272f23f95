"""A panel that is read and set command by command: one table for each make."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from campusctl.drivers.appliance.asking import RefusedError
from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Session, Wish
from campusctl.drivers.appliance.bounds import at_least, at_most
from campusctl.drivers.board.frames import STANDBY, Wire, connected
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path
from campusctl.words.language import N_

MAXIMUM_VOLUME: Final = "maximum_volume"
MINIMUM_FIRMWARE: Final = "minimum_firmware"
CLOSED: Final = "it refuses connections: in standby, or not set to be controlled"

_VOLUME: Final = ("volume",)
_UNKNOWN: Final = N_("this model does not know the command for it")
_BY_HAND: Final = N_("an update of the firmware is somebody's work at the board")


@dataclass(frozen=True, slots=True)
class Function:
    """One setting as a make has it."""

    set: int
    """Code of the command that sets it."""
    get: int
    """Code of the command that reads it."""
    words: Mapping[Shown, bytes] = field(default_factory=dict)
    """Value of the inventory to the three characters; empty: a number 0-100."""
    asks: bytes = b"000"
    """What goes with the question."""
    read: Callable[[bytes], bytes] = bytes
    """The three characters as `words` has them, from those that the panel answers."""
    interrupts: str = ""
    """Whose lesson is disturbed, in one sentence; empty: nobody's."""

    def said(self, value: bytes) -> Shown:
        """A panel's answer in the words of the inventory; one that nobody published is told as it is."""
        text = self.read(value)
        if not self.words and text.isdigit():
            return int(text)
        return next((word for word, form in self.words.items() if form == text), text.decode("ascii", "replace"))

    def form(self, value: Shown) -> bytes | None:
        """The three characters for a value; None: there are none."""
        if not self.words and isinstance(value, int):
            return f"{value:03d}".encode()
        return self.words.get(value)


@dataclass(frozen=True, slots=True)
class About:
    """What a panel says of itself."""

    facts: Mapping[str, str]
    """`model`, `serial`, `firmware`, `source` …"""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""


@dataclass(frozen=True, slots=True)
class Make:
    """What a manufacturer's panels know."""

    name: str
    """For people."""
    port: int
    """TCP port."""
    functions: Mapping[str, Function]
    """Settings by the first part of their path."""
    lacks: Mapping[str, str]
    """Settings that the manufacturer publishes no command for, each with the reason."""
    about: Callable[[Wire], Awaitable[About]]
    """Asks a panel what it is; the first that is said on a connection."""
    closed_in_standby: bool = False
    """In standby it refuses connections, so that nobody can tell that from control that is switched off."""

    def function(self, name: str) -> Function | None:
        """How a setting is read and set; None: there is no command. A bound of the volume is kept by the volume."""
        return self.functions.get("volume" if name == MAXIMUM_VOLUME else name)


class FramedDialect:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    off_when_silent = True

    def __init__(self, make: Make) -> None:
        """Prepare.

        Args:
            make: The manufacturer's table.
        """
        self._make, self.port = make, make.port

    def open(self, link: Link) -> AbstractAsyncContextManager[Session]:
        """Connect; these protocols know no login."""
        return self._open(link)

    @asynccontextmanager
    async def _open(self, link: Link) -> AsyncIterator[Session]:
        try:
            async with connected(link, int(link.options.get("display_id") or 1), self._make.name) as wire:
                yield _Panel(wire, self._make)
        except ConnectionRefusedError:
            if not self._make.closed_in_standby:
                raise
            raise DeviceTroubleError(FaultKind.OFF, CLOSED, "by day: is it set to be controlled over LAN?") from None

    def step(self, wish: Wish) -> str:
        """The command and its value, as the manufacturer's list has them: `set 35 040 (volume)`."""
        function, value = _sent(self._make, wish)
        return f"set {function.set:02X} {(value or b'?').decode('ascii')} ({wish.path[0]})"

    def interrupts(self, path: Path) -> str:
        """Only what changes the picture disturbs."""
        function = self._make.function(path[0])
        return sentence(function.interrupts) if function and function.interrupts else ""


class _Panel:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, wire: Wire, make: Make) -> None:
        self._wire, self._make = wire, make

    def _why(self, name: str) -> str:
        """Why a setting is not on offer."""
        return sentence(self._make.lacks.get(name) or _UNKNOWN)

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """Ask for each setting, and what it is."""
        about = await self._make.about(self._wire)
        state: dict[Path, Shown] = {}
        lacks: dict[Path, str] = {}
        read_only: dict[Path, str] = {}
        for path, value in wanted.items():
            if path[0] == MINIMUM_FIRMWARE:
                if about.facts.get("firmware"):
                    state[path] = at_least(about.facts["firmware"], value)
                    read_only[path] = sentence(_BY_HAND)
                else:
                    lacks[path] = sentence("it does not tell its firmware")
                continue
            found = await self._asked(path[0])
            if found is None:
                lacks[path] = self._why(path[0])
            elif path[0] == MAXIMUM_VOLUME and isinstance(found, int):
                # A volume that is wanted as well is within the bound, or the inventory would have been refused.
                state[path] = value if _VOLUME in wanted else at_most(found, value)
            else:
                state[path] = found
        if self._wire.asleep and any(self._make.function(path[0]) for path in lacks):
            raise DeviceTroubleError(FaultKind.OFF, STANDBY)
        return Reading(state, lacks, read_only=read_only, facts=about.facts, notes=about.notes)

    async def _asked(self, name: str) -> Shown:
        function = self._make.function(name)
        if function is None:
            return None
        answer = await self._wire.ask(function.get, function.asks)
        return None if answer is None else function.said(answer)

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Set each; a no is told."""
        refused = {}
        for wish in wishes:
            function, value = _sent(self._make, wish)
            if value is None:
                refused[wish.path] = f"{self._make.name} has no word for {wish.after}"
                continue
            try:
                await self._wire.tell(function.set, value)
            except RefusedError as error:
                refused[wish.path] = str(error)
        return refused


def _sent(make: Make, wish: Wish) -> tuple[Function, bytes | None]:
    function = make.function(wish.path[0])
    assert function is not None  # noqa: S101 - what no command is for is lacking, and never wished for
    return function, function.form(wish.after)
