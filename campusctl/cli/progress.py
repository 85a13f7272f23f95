"""A progress bar on stderr while devices are worked on; silent where nobody looks."""

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from campusctl.model.events import Event, EventKind

if TYPE_CHECKING:
    from campusctl.words.language import Translator


class Progress:
    """Counts finished devices and shows who is being worked on."""

    def __init__(self, title: str, say: Callable[[EventKind], str] = str) -> None:
        self._title = title
        self._say = say
        self._total = 0
        self._done = 0
        self._active: dict[str, str] = {}
        self._lock = threading.Lock()
        self._shown = ""

    def start(self, total: int) -> None:
        """Know how many devices there are."""
        self._total = total
        self._draw()

    def emit(self, event: Event) -> None:
        """Take in one event."""
        with self._lock:
            if event.kind is EventKind.FINISHED:
                self._done += 1
                self._active.pop(event.device, None)
            else:
                step = f" {event.done}/{event.total}" if event.total else ""
                self._active[event.device] = f"{self._say(event.kind)}{step}"
            self._draw()

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        with self._lock:
            self.close()
            print(text, file=sys.stderr)  # noqa: T201 - below the bar, that writes to the same stream
            self._draw()

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = ""

    def _draw(self) -> None:
        width = 20
        full = width * self._done // max(self._total, 1)
        bar = "█" * full + "░" * (width - full)
        who = next((f"{device} {step}" for device, step in reversed(self._active.items())), "")
        columns = shutil.get_terminal_size().columns
        line = f"{self._title} {bar} {self._done}/{self._total} {who}"[: columns - 1]
        if line != self._shown:
            self._shown = line
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()


class Quiet:
    """Stands in for the bar where stderr is no terminal."""

    def start(self, total: int) -> None:
        """Nothing to show."""

    def emit(self, event: Event) -> None:
        """Nothing to show."""

    def say(self, text: str) -> None:
        """Print a line."""
        print(text, file=sys.stderr)  # noqa: T201 - there is no bar to write around


def _event_words(tr: "Translator") -> Callable[[EventKind], str]:
    from campusctl.words.status import EVENTS  # noqa: PLC0415 - only for who sees a bar

    return lambda kind: tr(EVENTS[kind])


@contextmanager
def progress(title: str, tr: "Translator | None" = None) -> Iterator[Progress | Quiet]:
    """A bar for the length of a block, where stderr is a terminal.

    Args:
        title: What is done, in the reader's language.
        tr: That language; None: it is English.
    """
    if not sys.stderr.isatty():
        yield Quiet()
        return
    bar = Progress(title, _event_words(tr) if tr else str)
    try:
        yield bar
    finally:
        bar.close()
