"""The pieces of a conversation with a switch: secrets filled in and masked, replies told apart, lines in windows."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.transport.screen import QUESTION, Prompt, last_line, overstrike, without_echo
from campusctl.errors import CampusError
from campusctl.model.command import Command, CommandKind
from campusctl.model.outcome import FaultKind
from campusctl.model.secret import MASK, TOKEN

_TAIL: Final = 4000
_ALONE: Final = (CommandKind.BANNER, CommandKind.HOSTNAME)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SHORTEST_PART: Final = 4
_MAX_WINDOW: Final = 1500
"""Characters in one packet: what a terminal line takes in while it is busy is bounded."""
_ECHO: Final = 12
"""So many characters of a line show up unwrapped even in a narrow terminal."""

# What switches write into a session by themselves, whatever their make: IOS, ArubaOS-Switch, AOS-CX.
_LOG_LINE: Final = re.compile(
    r"^(?:[*.]?[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d[^%\n]{0,24}: )?"
    r"%[A-Z][A-Z0-9_-]*-[0-7]-[A-Z0-9_]+: .*\n?"
    r"|^[IWMDE] \d\d/\d\d/\d\d \d\d:\d\d:\d\d \d{5} .*\n?"
    r"|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* \S+ \S+\[\d+\]: Event\|.*\n?",
    re.MULTILINE,
)

_LOG_MARKS: Final = ("%", "Event|", "\nI ", "\nW ", "\nM ", "\nD ", "\nE ")
"""One of these stands in every text with a log line; looking for them costs nothing."""

Noise = tuple[tuple[str, re.Pattern[str]], ...]
"""A dialect's own messages to drop, besides log lines: what stands in each, and its pattern."""
Answers = Sequence[tuple[re.Pattern[str], str]]
"""Questions and what to reply."""


class Vault:
    """Fills in secrets at the moment of sending, and masks in replies whatever it has filled in."""

    def __init__(self, secrets: Callable[[str], str]) -> None:
        self._secrets = secrets
        self._known: set[str] = set()

    def __repr__(self) -> str:
        return f"Vault({len(self._known)} secrets used)"

    def reveal(self, ref: str) -> str:
        """The plaintext of one reference.

        Raises:
            SessionError: SECRET; there is none, or it cannot be typed into a terminal.
        """
        try:
            text = self._secrets(ref)
        except CampusError as error:
            raise SessionError(FaultKind.SECRET, error.what, error.hint) from None
        except KeyError:
            raise SessionError(FaultKind.SECRET, f"the secret {ref} is not at hand") from None
        if _CONTROL.search(text):
            raise SessionError(FaultKind.SECRET, f"the secret {ref} has control characters in it")
        # A device may quote one word of what it was told.
        self._known.update(part for part in (text, *text.split()) if len(part) >= _SHORTEST_PART or part == text)
        return text

    def fill(self, text: str) -> str:
        """The text with its references replaced by secrets."""
        return TOKEN.sub(lambda token: self.reveal(token[1]), text) if "<<" in text else text

    def mask(self, text: str) -> str:
        """The text without any secret that was ever sent in this session."""
        for secret in sorted(self._known, key=len, reverse=True):
            if secret:
                text = text.replace(secret, MASK)
        return text


def without_noise(text: str, noise: Noise) -> str:
    """The text without messages that nobody asked for."""
    if any(mark in text for mark in _LOG_MARKS) or text[1:2] == " ":
        text = _LOG_LINE.sub("", text)
    for mark, pattern in noise:
        if mark in text:
            text = pattern.sub("", text)
    return text


def tidy_end(text: str, prompt: Prompt, noise: Noise) -> str | None:
    """The text up to its last prompt if one ends it, also when unsolicited messages came after it; else None."""
    if prompt.at_end(text):
        return text
    if prompt.host[:_ECHO] not in text[-_TAIL:]:
        return None
    cut = max(0, len(text) - _TAIL)
    tail = without_noise(text[cut:], noise).rstrip("\n")
    return text[:cut] + tail if prompt.at_end(tail) else None


def question(text: str, answers: Answers) -> str | None:
    """The reply to what the last line asks, by the first rule that knows the question; None: nobody knows."""
    if not last_line(text).strip():
        return None
    return next((answer for asked, answer in answers if asked.search(text)), None)


def echoed(line: str, text: str) -> bool:
    """Whether the device has taken the line: its echo and the line end behind it are there."""
    at = text.find(line.strip()[:_ECHO])
    return at >= 0 and (not line or "\n" in text[at:])


ANY_QUESTION: Final = QUESTION
"""For a command that brings its own answer."""


class Replies:
    """Waits for one prompt per line and tells the replies apart."""

    def __init__(self, prompt: Prompt, noise: Noise, lines: Sequence[str], spare: int) -> None:
        self._prompt, self._noise, self._lines, self._spare = prompt, noise, lines, spare
        self.found: list[str] = []
        """One reply per line, without echo and prompt, "\n" at line ends, messages dropped."""
        self.mode: str | None = None
        """What stands in parentheses in the last prompt; None at the enable prompt."""

    def complete(self, text: str) -> bool:
        """Whether a prompt came for every line."""
        return text[-1:] in ("#", ">", " ", "\n") and self._split(text, self._lines)

    def complete_if_quiet(self, text: str) -> bool:
        """Whether it will do, now that the device is silent: it may have dropped the spare lines."""
        return self.complete(text) or self._split(text, self._lines[: len(self._lines) - self._spare])

    def answered(self, text: str) -> int:
        """How many lines were answered: the place of the one that was not."""
        return min(len(self._lines) - 1, self._prompt.count(text))

    def _split(self, text: str, lines: Sequence[str]) -> bool:
        whole = tidy_end(text, self._prompt, self._noise)
        if whole is None:
            return False
        whole = overstrike(without_noise(whole, self._noise))
        replies = self._prompt.split(whole, lines)
        last = self._prompt.at_end(whole)
        if replies is None or last is None:
            return False
        self.found, self.mode = replies, last["mode"]
        return True


def whole_reply(text: str, command: str, prompt: Prompt, noise: Noise) -> str:
    """What stands between a command's echo and the prompt at the end."""
    whole = tidy_end(text, prompt, noise) or text
    whole = without_echo(overstrike(without_noise(whole, noise)), command)
    return whole[: whole.rfind("\n") + 1]


def mode_of(text: str, prompt: Prompt, noise: Noise) -> str | None:
    """What stands in parentheses in the prompt at the end; None at the enable prompt."""
    found = prompt.at_end(tidy_end(text, prompt, noise) or "")
    return found["mode"] if found else None


def windows(commands: Sequence[Command], size: int) -> Iterator[list[Command]]:
    """Commands in the packets in which they are sent.

    Banners, hostnames and commands that ask go alone; a packet has at most 1,500 characters. The first packet is half
    as long: a login that may not configure at all should find out early.
    """
    window: list[Command] = []
    room = max(1, size // 2)
    for command in commands:
        alone = command.kind in _ALONE or command.answer is not None
        long = sum(len(held.text) for held in window) + len(command.text) > _MAX_WINDOW
        if window and (alone or long or len(window) >= room):
            yield window
            window, room = [], max(1, size)
        if alone:
            yield [command]
        else:
            window.append(command)
    if window:
        yield window
