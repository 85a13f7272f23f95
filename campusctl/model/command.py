"""Commands for a device, as they are sent."""

from enum import StrEnum

from campusctl.model.frozen import Frozen
from campusctl.model.sentence import KeptSentence


class CommandKind(StrEnum):
    """How a session has to treat a command."""

    LINE = "line"
    """An ordinary configuration line; may be sent in one window with its neighbours."""
    ENTER = "enter"
    """Enters a context, such as `interface 1/1/1`."""
    EXIT = "exit"
    """Leaves the context."""
    BANNER = "banner"
    """Several lines in one text, with the delimiters; sent on its own, because echo and prompt differ."""
    HOSTNAME = "hostname"
    """Changes the prompt: sent last and on its own."""


class Command(Frozen):
    """One configuration command, as sent in configuration mode (without `configure terminal` and `end`)."""

    text: str
    """The line without indentation; a banner has newlines. Secrets stand as `<<secret:REF>>`."""
    kind: CommandKind = CommandKind.LINE
    """How the session sends it."""
    answer: str | None = None
    """What to reply when the device asks back (`[y/n]?`); None: it must not ask."""
    path: tuple[str, ...] = ()
    """The first setting this command serves, for reports; empty for context lines."""


class RefusedCommand(Frozen):
    """A command that would have been needed and is not sent."""

    command: str
    """The line, as it would have been sent."""
    reason: KeptSentence
    """Why not, in one sentence for the operator."""
    path: tuple[str, ...] = ()
    """Settings at and below this path stay as they are."""


class Translation(Frozen):
    """The way from one state to another."""

    commands: tuple[Command, ...] = ()
    """In the order of sending, context lines included."""
    refused: tuple[RefusedCommand, ...] = ()
    """What the dialect never sends, whoever asks."""
