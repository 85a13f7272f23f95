"""The console of a simulated ArubaOS-Switch: greeting, "Press any key", and its full-screen terminal control.

Source: terminal recordings of 16.x, published with the escape-code tests of several SSH libraries.
"""

from datetime import UTC, datetime

from campusctl.lab.linemode import LineConsole, Style
from campusctl.lab.procurve_cli import Cli
from campusctl.lab.procurve_exec import TABLES, ProcurveDevice

_COPYRIGHT = (
    "(C) Copyright 2019 Hewlett Packard Enterprise Development LP",
    "                  RESTRICTED RIGHTS LEGEND",
    " Confidential computer software. Valid license from Hewlett Packard Enterprise",
    " Development LP required for possession, use or copying. Consistent with FAR",
    " 12.211 and 12.212, Commercial Computer Software, Computer Software",
    " Documentation, and Technical Data for Commercial Items are licensed to the",
    " U.S. Government under vendor's standard commercial license.",
    "",
    "We'd like to keep you up to date about:",
    "  * Software feature updates",
    "  * New product announcements",
    "  * Special events",
    "Please register your products now at: https://www.hpe.com/networking/register",
    "",
)


def _enter(column: int) -> str:
    place = f"\x1b[24;{column}H"
    down = f"\x1b[24;1H{place}\x1b[24;0H\x1bE"
    return f"{down}\x1b[24;1H{place}\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25h\x1b[24;1H\x1b[1;24r\x1b[24;1H"


def _decorate(prompt: str) -> str:
    place = f"\x1b[24;{len(prompt) + 1}H"
    clean = "\x1b[1;24r\x1b[24;1H\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25h\x1b[24;1H\x1b[24;1H"
    return f"{clean}{prompt}\x1b[24;1H{place}\x1b[24;1H\x1b[?25h{place}"


STYLE = Style("-- MORE --, next page: Space, next line: Enter, quit: Control-C", "\x03", _enter, _decorate)
"""ArubaOS-Switch paints every line with cursor control."""


class ProcurveConsole(LineConsole):
    """A session that begins with a greeting and waits for a key."""

    def __init__(self, device: ProcurveDevice, *, user: str = "manager", source: str = "", rows: int = 24) -> None:
        """Open a session.

        Args:
            device: The switch.
            user: Who has logged in; the operator starts at `>`.
            source: Address of the client, for the greeting.
            rows: Lines of the terminal.
        """
        cli = Cli(device, TABLES)
        if device.level(user) == "operator":
            cli.stack = cli.stack[:1]
        super().__init__(cli, STYLE, rows=rows)
        self.device = device
        self.source = source or "127.0.0.1"
        self._waiting = True

    def open(self) -> str:
        """Banner, copyright, and the question for a key."""
        banner = self.device.running.banner
        lines = [*(banner.split("\n") if banner else []), "", *_COPYRIGHT]
        text = "".join(f"{line}\r\n" for line in lines)
        clear = "\x1b[2J\x1b[?7l\x1b[3;23r\x1b[?6l\x1b[1;1H\x1b[?25l\x1b[1;1H"
        return f"{clear}{text}\x1b[1;24r\x1b[24;1HPress any key to continue"

    def feed(self, keys: str) -> str:
        """The first key only ends the greeting."""
        if not self._waiting or not keys:
            return super().feed(keys)
        self._waiting = False
        self._after_return = keys[0] == "\r"
        last = datetime.fromtimestamp(self.device.booted, UTC).strftime("%Y-%m-%d %H:%M:%S")
        before = f"Your previous successful login (as manager) was on {last}     \r\n from {self.source}\r\n"
        clear = (
            "\x1b[24;1H\x1b[?25h\x1b[24;27H\x1b[?6l\x1b[1;24r\x1b[?7h\x1b[2J\x1b[1;1H\x1b[1920;1920H\x1b[6n\x1b[1;1H"
        )
        return clear + before + self._prompt() + super().feed(keys[1:])


def console(device: ProcurveDevice, *, user: str = "manager", source: str = "", rows: int = 24) -> ProcurveConsole:
    """A session of a user who has logged in."""
    return ProcurveConsole(device, user=user, source=source, rows=rows)
