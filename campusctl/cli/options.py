"""What every command may be told, as one frozen value in the click context."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from campusctl.secrets import ChainSource
    from campusctl.words.language import Translator
    from campusctl.workflow import Desk


@dataclass(frozen=True, slots=True)
class Options:
    """Options that stand before the command's name."""

    workspace: Path | None = None
    """`--workspace`; None: found by walking up from the current folder."""
    lab: bool = False
    """`--lab`: every device is its simulated twin."""
    lang: str = ""
    """`--lang`: the language of what a person reads; empty: the locale says."""


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


def translator(lang: str | None = None) -> "Translator":
    """Sentences in the language of whoever reads them.

    Args:
        lang: What the command itself was told; None: `--lang` before the command says, else the locale.
    """
    import os  # noqa: PLC0415 - `--help` must not pay for it

    from campusctl.words.language import language_of, translate_to  # noqa: PLC0415 - likewise

    return translate_to(lang or current().lang or language_of(os.environ))


def open_desk() -> "Desk":
    """The workspace made ready for work on devices; a person at a terminal is asked for the vault's password.

    Raises:
        WorkspaceError: There is no workspace, or the lab is asked for and not up.
    """
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it

    return workflow.open_desk(find_workspace(current()), lab=current().lab, ask=asker())


def workspace_secrets(root: Path) -> "ChainSource":
    """The workspace's own sources of secrets, also when the lab is meant."""
    from campusctl.secrets import workspace_source  # noqa: PLC0415 - `--help` must not pay for it

    return workspace_source(root, asker())


def asker() -> Callable[[], str] | None:
    """Asks the person at the terminal for the vault's password; None: there is nobody."""
    return _ask_password if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask_password() -> str:
    tr = translator()
    return str(click.prompt(tr("Vault password"), hide_input=True, err=True))


def actor() -> str:
    """The account that runs this command, as decisions name it."""
    import getpass  # noqa: PLC0415 - `--help` must not pay for it
    import os  # noqa: PLC0415 - likewise

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}"
