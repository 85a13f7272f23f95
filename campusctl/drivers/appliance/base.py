"""What a protocol has to know of, and what it has to offer. A new make of device is one dialect."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin
from campusctl.model.secret import TOKEN
from campusctl.model.setting import Path


class DeviceTroubleError(Exception):
    """A device that cannot be worked on."""

    def __init__(self, kind: FaultKind, what: str, hint: str = "") -> None:
        """Say what is wrong.

        Args:
            kind: What kind of trouble; OFF for a device in standby that says nothing more.
            what: One sentence.
            hint: What to do first.
        """
        super().__init__(what)
        self.kind, self.what, self.hint = kind, what, hint


CONNECT_S: Final = 4.0
"""Longest wait for a connection, in seconds: Linux knocks at 0, 1 and 3 s. Who does not answer then is off."""

ANSWER_S: Final = 5.0
"""Longest wait for an answer of a device that is there, in seconds; PJLink demands one within 2 s."""


@dataclass(frozen=True, slots=True)
class Link:
    """One device, as its dialect reaches it."""

    device: str
    """Its name."""
    host: str
    """Address."""
    port: int
    """Port."""
    login: DeviceLogin
    """Who we are there; secrets by reference."""
    secrets: Mapping[str, str]
    """Plaintext of each of its references."""
    options: Mapping[str, str | int | bool]
    """See `Document.options`."""
    timeout_s: float
    """For the first word of a device, in seconds."""

    @property
    def connect_timeout_s(self) -> float:
        """For a connection, in seconds."""
        return min(self.timeout_s, CONNECT_S)

    @property
    def answer_timeout_s(self) -> float:
        """For each further answer, in seconds."""
        return min(self.timeout_s, ANSWER_S)

    def secret(self, ref: str) -> str:
        """The plaintext of a reference; empty for no reference."""
        return self.secrets[ref] if ref else ""

    def option(self, name: str) -> str:
        """An option as text with its secrets in clear; empty: it is not there."""
        return TOKEN.sub(lambda token: self.secrets[token[1]], str(self.options.get(name, "")))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device said."""

    state: Mapping[Path, Shown]
    """Settings that were asked for and that it has, in the words of the inventory."""
    lacks: Mapping[Path, str] = field(default_factory=dict)
    """Settings that were asked for and that it does not offer, each with the reason.

    One that stands in `state` as well may be read: while it is as it shall be, nobody minds.
    """
    read_only: Mapping[Path, str] = field(default_factory=dict)
    """Settings of `state` that can be checked and not set, each with the reason: told only where one differs."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What it is and how it does: `serial`, `model`, `firmware`, `pages` …"""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each: `toner black 8 %`."""
    unmanaged: tuple[str, ...] = ()
    """What only the device has: kept, and reported."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One setting that is to be changed."""

    path: Path
    """Which."""
    before: Shown
    """What it is; None: not there."""
    after: Shown
    """What it shall be, secrets in clear; None: not there."""


class Session(Protocol):
    """An open conversation with one device. Raises DeviceTroubleError, OSError, TimeoutError."""

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """What these settings are, and what the device is.

        Args:
            wanted: Path and wanted value, secrets in clear. A setting that is a bound (`at least this firmware`) is
                told as wanted where it is kept, and as found where it is not; everything else is told as it is.
        """
        ...

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Set them, in this order; whether it worked is read back by the caller, whatever the device answers.

        Returns:
            What the device refused in so many words: path and its own reason.
        """
        ...


class Dialect(Protocol):
    """One protocol or make."""

    port: int
    """Where devices listen unless the inventory says otherwise."""
    off_when_silent: bool
    """Silence means switched off, which is no fault."""

    def open(self, link: Link) -> AbstractAsyncContextManager[Session]:
        """Connect, and log in where the device asks for it."""
        ...

    def step(self, wish: Wish) -> str:
        """What will be sent for it, in one line; a secret must not be in it."""
        ...

    def interrupts(self, path: Path) -> str:
        """Whose lesson is disturbed when this setting changes, in one sentence; empty: nobody's."""
        ...
