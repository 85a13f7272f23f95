"""Keys in, terminal output out: echo, editing, pages and questions of a line-oriented device console."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Shell(Protocol):
    """A command interpreter that talks in lines."""

    one_key: bool
    """The next key alone is the answer."""
    secret: bool
    """What is typed is shown as asterisks."""
    paging: bool
    """Long answers stop at the end of a page."""
    closed: bool
    """The session has ended itself."""

    def prompt(self) -> str:
        """What is shown before input; may have several lines."""

    def run(self, line: str) -> str:
        """The answer to a line."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a platform's terminal looks."""

    more: str
    """The marker at the end of a page."""
    quit_keys: str
    """Keys that end paging."""
    enter: Callable[[int], str] = lambda _column: "\r\n"
    """Shown when Enter is pressed; gets the cursor's column."""
    decorate: Callable[[str], str] = lambda prompt: prompt
    """The prompt's last line with cursor control around it."""


class LineConsole:
    """One session's terminal."""

    def __init__(self, shell: Shell, style: Style, *, rows: int = 24) -> None:
        """Wrap an interpreter.

        Args:
            shell: Answers lines.
            style: Looks of the platform.
            rows: Lines of the terminal.
        """
        self.shell = shell
        self.style = style
        self.rows = max(rows, 2)
        self.typed = ""
        self._pages: list[str] = []
        self._after_return = False

    @property
    def closed(self) -> bool:
        """The device has ended the session."""
        return self.shell.closed

    def open(self) -> str:
        """The first prompt."""
        return self._prompt()

    def feed(self, keys: str) -> str:
        """What the terminal shows in answer to these keys."""
        out = []
        for key in keys:
            if self.closed:
                break
            if key == "\n" and self._after_return:
                self._after_return = False
                continue
            self._after_return = key == "\r"
            out.append(self._key("\r" if key == "\n" else key))
        return "".join(out)

    def announce(self, text: str) -> str:
        """A message nobody asked for, and the prompt again with what was typed so far."""
        return f"{text}\r\n{self._prompt()}{'*' * len(self.typed) if self.shell.secret else self.typed}"

    def _key(self, key: str) -> str:
        if self._pages:
            return self._page_key(key)
        if self.shell.one_key:
            return (key if key.isprintable() else "") + self._answer("" if key == "\r" else key)
        if key == "\r":
            line, self.typed = self.typed, ""
            return self._answer(line)
        return self._edit(key)

    def _edit(self, key: str) -> str:
        if key in "\x7f\x08":
            shown = "\b \b" if self.typed else ""
            self.typed = self.typed[:-1]
            return shown
        if key == "\x15":
            shown, self.typed = "\b \b" * len(self.typed), ""
            return shown
        if key == "\x03":
            self.typed = ""
            return "^C\r\n" + self._prompt()
        if not key.isprintable():
            return ""
        self.typed += key
        return "*" if self.shell.secret else key

    def _answer(self, line: str) -> str:
        column = len(self.shell.prompt().rpartition("\n")[2]) + len(line) + 1
        text = self.shell.run(line)
        shown = self.style.enter(column)
        if not text:
            return shown + self._prompt()
        lines = text.split("\n")
        if not self.shell.paging or len(lines) < self.rows:
            return shown + "".join(f"{one}\r\n" for one in lines) + self._prompt()
        self._pages = lines
        return shown + self._page(self.rows - 1)

    def _page(self, count: int) -> str:
        now, self._pages = self._pages[:count], self._pages[count:]
        shown = "".join(f"{line}\r\n" for line in now)
        return shown + (self.style.more if self._pages else self._prompt())

    def _page_key(self, key: str) -> str:
        wipe = "\r" + " " * len(self.style.more) + "\r"
        if key == " ":
            return wipe + self._page(self.rows - 1)
        if key == "\r":
            return wipe + self._page(1)
        if key in self.style.quit_keys:
            self._pages = []
            return wipe + self._prompt()
        return ""

    def _prompt(self) -> str:
        if self.closed:
            return ""
        *above, last = self.shell.prompt().split("\n")
        return "".join(f"{line}\r\n" for line in above) + self.style.decorate(last)
