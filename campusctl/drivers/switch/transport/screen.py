"""From what a terminal shows to plain lines, and how a prompt is told from what merely looks like one."""

import re
from collections.abc import Sequence
from typing import Final

_ESCAPE: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI: cursor, colours, erase
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: window title
    r"|[()*+#%][0-9A-Za-z]"  # character sets
    r"|[0-Z\\^-~])"  # all other two-character sequences
)
_PARTIAL: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*|[()*+#%])?\Z|\r+\Z")
_PARTIAL_MAX: Final = 64
_UNSEEN: Final = {0: None, 7: None, 0x7F: None}
_PROMPT: Final = re.compile(
    r"(?P<host>[^\s#>()\x00-\x1f\ufffd](?:[^#>()\n\x00-\x1f\ufffd]{0,78}[^\s#>()\x00-\x1f\ufffd])?)"
    r"(?P<mode>\([^()\n]{1,60}\)?)?(?P<sign>[#>])[ ]?"
)
_LINE: Final = re.compile(r"(?P<host>[^#>()\n]{1,80})(?P<mode>\([^()\n]{1,60}\)?)?(?P<sign>[#>])[ ]?")
_SHORTEST_CUT: Final = 16
"""IOS cuts a hostname in the prompts of configuration mode; never below this. Source: Netmiko, CiscoIosBase."""

QUESTION: Final = re.compile(r"(?:\[[^\]\n]*\]|\([yY](?:es)?/[nN]o?\)|\?)\s*[:?]?\s*\Z")
"""A last line that waits for an answer: `[confirm]`, `[y/n]?`, `(y/n)?`, `Destination filename [startup-config]?`."""
ASKED: Final = re.compile(r"\[(?:confirm|y(?:es)?/no?)[^\]\n]{0,5}\]|\(y(?:es)?/no?\)", re.IGNORECASE)
"""A question that was asked, wherever it stands: `[y/n]`, `[yes/no]`, `[y/n/^C]`, `[confirm]`, `(y/n)`."""
PAGER: Final = re.compile(r"(?:^|\n)[^\n]{0,20}-- ?more ?--[^\n]{0,60}\Z", re.IGNORECASE)
"""A last line that waits for a key to show the next page."""
ANY_KEY: Final = re.compile(r"press any key to continue", re.IGNORECASE)
ASKS_USER: Final = re.compile(r"(?:^|\n)[^\n]{0,40}(?:user ?name|login)[^\n:]{0,10}:\s*\Z", re.IGNORECASE)
ASKS_PASSWORD: Final = re.compile(r"(?:^|\n)[^\n]{0,40}password[^\n:]{0,20}:\s*\Z", re.IGNORECASE)


class Screen:
    """Turns packets into text: line feeds as line ends, no escape sequences, nothing cut in the middle."""

    def __init__(self) -> None:
        self._pending = ""
        self._at_line_start = False

    def feed(self, packet: str) -> str:
        """The text of a packet, with what the last one left over."""
        text = self._pending + packet if self._pending else packet
        self._pending = ""
        if "\x1b" in text or text.endswith("\r"):
            text = self._hold_back(text)
            # ProCurve ends its lines with "next line" instead of CR LF.
            text = _ESCAPE.sub("", text.replace("\x1bE", "\n"))
        if "\r" in text:
            text = (text.lstrip("\r") if self._at_line_start else text).replace("\r\n", "\n")
            if "\r" in text:
                text = re.sub(r"\r+\n|\n\r+|\r+", "\n", text)
        if text:
            self._at_line_start = text[-1] == "\n"
        return text.translate(_UNSEEN) if "\0" in text or "\a" in text or "\x7f" in text else text

    def _hold_back(self, text: str) -> str:
        partial = _PARTIAL.search(text, max(0, len(text) - _PARTIAL_MAX))
        if not partial:
            return text
        self._pending = text[partial.start() :]
        return text[: partial.start()]


def overstrike(text: str) -> str:
    """The text as it stands after backspaces were carried out: a terminal's cursor goes back and types over."""
    return "\n".join(_typed(line) if "\b" in line else line for line in text.split("\n")) if "\b" in text else text


def _typed(line: str) -> str:
    cells: list[str] = []
    at = 0
    for char in line:
        if char == "\b":
            at = max(0, at - 1)
            continue
        cells[at : at + 1] = [char]
        at += 1
    return "".join(cells).rstrip(" ")


class Prompt:
    """The prompt of one device: matches a whole line with exactly its hostname, in any mode."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._head = host[:_SHORTEST_CUT]

    def __repr__(self) -> str:
        return f"Prompt({self.host!r})"

    @classmethod
    def learn(cls, text: str) -> "Prompt | None":
        """The prompt a text ends with, if its last line can be one."""
        found = _PROMPT.fullmatch(last_line(text))
        return cls(found["host"]) if found else None

    def at_end(self, text: str) -> re.Match[str] | None:
        """The prompt, if it is the whole last line."""
        if not text or text[-1] not in "#> ":
            return None
        return self._ours(_LINE.fullmatch(last_line(text)))

    def count(self, text: str) -> int:
        """How many lines begin with the prompt."""
        return len(self._starts(text))

    def _ours(self, found: re.Match[str] | None) -> re.Match[str] | None:
        """The match, if it shows our name, whole or cut."""
        if found is None:
            return None
        name = found["host"]
        cut = len(name) >= _SHORTEST_CUT and self.host.startswith(name)
        return found if cut or name == self.host else None

    def _starts(self, text: str) -> list[tuple[int, int]]:
        """Start and end of the prompt in every line that begins with it."""
        # Searched for as plain text: a regular expression per hostname takes longer to compile than a session has.
        places = [0] if text.startswith(self._head) else []
        at = text.find("\n" + self._head)
        while at >= 0:
            places.append(at + 1)
            at = text.find("\n" + self._head, at + 1)
        found = (self._ours(_LINE.match(text, place)) for place in places)
        return [prompt.span() for prompt in found if prompt]

    def split(self, text: str, commands: Sequence[str]) -> list[str] | None:
        """One reply per command, without echo and prompt.

        Args:
            text: All that came after the commands were written, up to the last prompt.
            commands: What was written, in order. A line that looks like a prompt inside a reply is told from a real
                one by the next command's echo behind it.

        Returns:
            None when the replies cannot be told apart.
        """
        starts = self._starts(text)
        begin = 0
        while len(starts) > 1 and not text[begin : starts[0][0]].strip() and _echoes(text, starts[0][1], commands[0]):
            begin = starts.pop(0)[1]  # an earlier prompt was still on its way when we wrote
        bounds = self._bounds(text, starts, commands)
        if bounds is None:
            return None
        replies = []
        for (stop, following), command in zip(bounds, commands, strict=True):
            replies.append(without_echo(text[begin:stop], command))
            begin = following
        return replies

    def _bounds(
        self, text: str, starts: list[tuple[int, int]], commands: Sequence[str]
    ) -> list[tuple[int, int]] | None:
        """Where each command's reply ends, as (prompt's start, prompt's end)."""
        if len(starts) < len(commands):
            return None
        if len(commands) > 1 and not commands[-1]:
            # An empty line changes nothing: the same prompt must come twice, with nothing between.
            first, second = starts[-2:]
            if text[slice(*first)].rstrip() != text[slice(*second)].rstrip() or text[first[1] : second[0]].strip():
                return None
            bounds = self._bounds(text, starts[:-1], commands[:-1])
            return None if bounds is None else [*bounds, second]
        bounds = []
        ahead = iter(starts[:-1])
        for command in commands[1:]:
            found = next((start for start in ahead if _echoes(text, start[1], command)), None)
            if found is None:
                # A device that shows the echo in a way of its own: then the prompts must add up.
                return starts if len(starts) == len(commands) else None
            bounds.append(found)
        return [*bounds, starts[-1]]


def _echoes(text: str, at: int, command: str) -> bool:
    stop = text.find("\n", at)
    line = text[at : stop if stop >= 0 else len(text)].strip()
    wanted = command.split("\n", 1)[0].strip()
    return line[:24] == wanted[:24] if line and wanted else line == wanted


def last_line(text: str) -> str:
    """What stands after the last line end, backspaces carried out."""
    line = text[text.rfind("\n") + 1 :]
    return _typed(line) if "\b" in line else line


def without_echo(text: str, command: str) -> str:
    """A reply without the echo of its command, which a narrow terminal may have wrapped."""
    wanted = "".join(command.split())
    seen, at = "", 0
    while wanted and seen != wanted:
        stop = text.find("\n", at)
        line = text[at : stop if stop >= 0 else len(text)]
        seen += "".join(_typed(line).split()) if "\b" in line else "".join(line.split())
        if not wanted.startswith(seen) or stop < 0:
            return text.partition("\n")[2]  # shortened or shown otherwise: an echo ends with its line
        at = stop + 1
    return text[at:] if wanted else text.partition("\n")[2]
