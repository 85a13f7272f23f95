"""The console of a simulated AOS-CX switch."""

from campusctl.lab.aoscx_cli import Cli
from campusctl.lab.aoscx_exec import TABLES, AosCxDevice
from campusctl.lab.linemode import LineConsole, Style

STYLE = Style(more="-- MORE --, next page: Space, next line: Enter, quit: q", quit_keys="qQ\x03")
"""AOS-CX writes plain text."""


def console(device: AosCxDevice, *, rows: int = 24) -> LineConsole:
    """A session at the manager prompt."""
    return LineConsole(Cli(device, TABLES), STYLE, rows=rows)
