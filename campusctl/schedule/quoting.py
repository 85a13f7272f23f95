"""Quoting for systemd and cron: a path is a path, whatever stands in it.

Source: systemd.syntax(7), systemd.service(5) `COMMAND LINES`, systemd.unit(5) `SPECIFIERS`, crontab(5).
"""

import shlex
from collections.abc import Iterable


def unit_word(text: str) -> str:
    """A word of a list in a unit: in quotes, specifiers undone."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def unit_command(command: Iterable[str]) -> str:
    """A command line of a unit: every word as it is, no variable and no specifier expanded."""
    program, *arguments = command
    # A variable is expanded in the arguments only; in the program's path a dollar stands for itself.
    return " ".join((unit_word(program), *(unit_word(argument).replace("$", "$$") for argument in arguments)))


def unit_text(text: str) -> str:
    """A value that systemd takes as it stands up to the line's end: specifiers undone."""
    return text.replace("%", "%%")


def cron_command(command: Iterable[str], variables: Iterable[tuple[str, str]] = ()) -> str:
    """A command of a crontab line: quoted for the shell, and no per cent sign that cron would take for a line end."""
    words = [*(f"{name}={shlex.quote(value)}" for name, value in variables), *map(shlex.quote, command)]
    return " ".join(words).replace("%", "\\%")
