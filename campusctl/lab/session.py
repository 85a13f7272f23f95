"""One SSH session with a simulated switch: keys in, output out, and what may go wrong on the way."""

import asyncio
import re
from typing import TYPE_CHECKING, Any

import asyncssh

from campusctl.lab import device

if TYPE_CHECKING:
    from campusctl.lab.station import Station

_SEGMENTS = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_LOG_LINE = "*Mar  1 00:01:02.123: %LINK-3-UPDOWN: Interface changed state to up"


class SwitchSession(asyncssh.SSHServerSession[str]):
    """A shell on a switch; a change that cuts the management path stalls it, then the connection dies."""

    def __init__(self, station: "Station", connection: asyncssh.SSHServerConnection) -> None:
        self._station = station
        self._connection = connection
        self._stalled = False
        self._typed = ""
        self._rows = 24
        self._withheld: str | None = None
        self._waiting = ""

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        """The channel is there."""
        self._channel = chan

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Any) -> bool:  # noqa: ANN401, ARG002 - asyncssh's signature
        """Any terminal will do; its height decides on paging."""
        self._rows = term_size[1] or 24
        return True

    def shell_requested(self) -> bool:
        """A shell is all there is."""
        return True

    def session_started(self) -> None:
        """Show the greeting and the prompt."""
        station = self._station
        user = self._connection.get_extra_info("username")
        source = self._connection.get_extra_info("peername")[0]
        self._console = device.console(station.spec.dialect, station.switch, user=user, source=source, rows=self._rows)
        station.sessions.add(self)
        self._write(self._console.open())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's signature
        """The client went away."""
        self._station.session_over(self)

    def eof_received(self) -> bool:
        """No more input: the session ends."""
        return False

    def data_received(self, data: str, datatype: Any) -> None:  # noqa: ANN401, ARG002 - asyncssh's signature
        """Keys arrive."""
        slow = self._station.spec.faults.slow
        if slow:
            asyncio.get_running_loop().call_later(slow, self._take, data)
        else:
            self._take(data)

    def announce(self, text: str) -> None:
        """A message from the switch to everyone."""
        self._write(self._console.announce(text))

    def drop(self) -> None:
        """The connection dies without a word."""
        self._stalled = True
        self._connection.abort()

    def stall(self) -> None:
        """Say nothing more; the connection dies a little later."""
        self._stalled = True
        asyncio.get_running_loop().call_later(self._station.stall_s, self._connection.abort)

    @property
    def waiting(self) -> int:
        """Lines that have arrived since a reply was kept back, and are not obeyed yet."""
        return sum(segment[-1:] in ("\r", "\n") for segment in _SEGMENTS.findall(self._waiting) if segment)

    def resume(self) -> None:
        """Let the reply that was kept back get out, and go on with what was typed since."""
        shown, waiting = self._withheld or "", self._waiting
        self._withheld, self._waiting = None, ""
        self._write(shown)
        self._take(waiting)

    def _take(self, data: str) -> None:
        shown: list[str] = []
        for segment in _SEGMENTS.findall(data):
            if self._stalled or self._channel.is_closing():
                break
            if self._withheld is not None:
                self._waiting += segment
            elif segment:
                shown.append(self._segment(segment))
        self._write("".join(shown))
        if not self._stalled and self._console.closed and not self._channel.is_closing():
            self._channel.exit(0)

    def _segment(self, segment: str) -> str:
        """Feed keys up to the end of a line; a whole line may meet a fault."""
        line = self._typed + segment.rstrip("\r\n")
        if segment[-1] not in "\r\n":
            self._typed = line
            return self._console.feed(segment)
        whole, self._typed = not self._typed, ""
        self._station.look_around(line)
        faults = self._station.spec.faults
        if whole and self._station.refuses(line):
            text = device.refusal(self._station.spec.dialect, line)
            shown = f"{line}\r\n{text}{self._console.feed(segment[-1])}"
        elif whole and faults.ignore and faults.ignore in line:
            shown = line + self._console.feed(segment[-1])
        else:
            shown = self._console.feed(segment)
        if self._station.garbles() and not self._console.closed:
            shown += self._console.announce(f"\r\n{_LOG_LINE}")
        if not self._station.line_done(self, line):
            return ""
        if self._station.holds(self):
            self._withheld, shown = shown, ""
        return shown

    def _write(self, text: str) -> None:
        if text and not self._stalled and not self._channel.is_closing():
            self._channel.write(text)
