"""What every command may be told, as one frozen value in the click context."""

from dataclasses import dataclass
from pathlib import Path

import click


@dataclass(frozen=True, slots=True)
class Options:
    """Options that stand before the command's name."""

    workspace: Path | None = None
    """`--workspace`; None: found by walking up from the current folder."""
    lab: bool = False
    """`--lab`: every device is its simulated twin."""


def current() -> Options:
    """The options of the running command."""
    found = click.get_current_context().find_object(Options)
    return found or Options()


def find_workspace(options: Options) -> Path:
    """The workspace's folder.

    Raises:
        WorkspaceError: There is none here or above.
    """
    from campusctl.workspace import find  # noqa: PLC0415 - `--help` must not pay for it

    return find(explicit=options.workspace)
