"""The console of a simulated Catalyst switch."""

from campusctl.lab.ios_cli import Cli
from campusctl.lab.ios_exec import TABLES, IosDevice
from campusctl.lab.linemode import LineConsole, Style

STYLE = Style(more=" --More-- ", quit_keys="qQ\x03\x1a")
"""IOS writes plain text."""

_LONGEST = 254
"""Characters of a typed line; the terminal rings for every further one and drops it."""


class IosConsole(LineConsole):
    """A session: secrets are not shown, Ctrl-Z leaves configuration mode, Ctrl-C ends questions."""

    def __init__(self, device: IosDevice, *, user: str = "admin", source: str = "", rows: int = 24) -> None:
        """Open a session.

        Args:
            device: The switch.
            user: Who has logged in; without full rights the session starts at `>`.
            source: Address of the client.
            rows: Lines of the terminal.
        """
        self.cli = Cli(device, TABLES)
        self.cli.user, self.cli.source = user, source
        if device.level(user) < 15:
            self.cli.stack = self.cli.stack[:1]
        super().__init__(self.cli, STYLE, rows=rows)
        self.device = device

    def open(self) -> str:
        """The banner and the first prompt."""
        banners = self.device.running.banners
        text = "".join(banners[kind] + "\n" for kind in ("motd", "exec") if kind in banners)
        return text.replace("\n", "\r\n") + "\r\n" + self._prompt()

    def _edit(self, key: str) -> str:
        if key == "\x1a":
            self.typed = ""
            self.cli.end()
            return "^Z\r\n" + self._prompt()
        if key == "\x03":
            self.cli.question, self.cli.one_key, self.cli.secret = None, False, False
            self.cli.end()
        if key == "?" and self.cli.question is None:
            # Help comes at once, and the key is no part of the line: a text with `?` in it never arrives whole.
            hints = self.cli.hints(self.typed) or ["% Unrecognized command"]
            return "?\r\n" + "".join(f"  {hint}\r\n" for hint in hints) + "\r\n" + self._prompt() + self.typed
        if len(self.typed) >= _LONGEST and key.isprintable():
            return "\x07"
        shown = super()._edit(key)
        return "" if self.cli.secret else shown

    def _answer(self, line: str) -> str:
        shown = super()._answer(line)
        if self.cli.rows:
            self.rows = self.cli.rows
        return shown


def console(device: IosDevice, *, user: str = "admin", source: str = "", rows: int = 24) -> IosConsole:
    """A session of a user who has logged in."""
    return IosConsole(device, user=user, source=source, rows=rows)
