"""Commands that ask and answer in the language of whoever sits there: questions, and errors in words."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, TypeVar

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import translator
from campusctl.errors import CampusError

if TYPE_CHECKING:
    from campusctl.words.language import Translator

Command = TypeVar("Command", bound=Callable[..., int])

_YES: Final = frozenset({"y", "yes", "j", "ja"})
_NO: Final = frozenset({"", "n", "no", "nein"})


class SpokenError(click.ClickException):
    """An error in the reader's language, with its hint."""

    exit_code = int(Exit.ERROR)

    def __init__(self, wrong: CampusError, tr: "Translator") -> None:
        super().__init__(tr("error: {what}", what=tr.said(wrong.what)))
        self._hint = tr("hint: {what}", what=tr.said(wrong.hint)) if wrong.hint else ""

    def show(self, file: object = None) -> None:
        """Print it to stderr."""
        del file
        click.echo(self.message, err=True)
        if self._hint:
            click.echo(self._hint, err=True)


def spoken(function: Command) -> Command:
    """A command whose errors are told in the language that was asked for."""

    @wraps(function)
    def run(*words: object, **said: object) -> int:
        try:
            return function(*words, **said)
        except CampusError as wrong:
            raise SpokenError(wrong, translator()) from wrong
        except OSError as wrong:
            where = f": {wrong.filename}" if wrong.filename else ""
            raise SpokenError(CampusError(f"{wrong.strerror or wrong}{where}"), translator()) from wrong
        except (click.Abort, KeyboardInterrupt):
            tr = translator()
            click.echo(tr("interrupted"), err=True)
            return Exit.INTERRUPTED

    return run  # type: ignore[return-value]


def agreed(question: str, tr: "Translator") -> bool:
    """Ask a question that is answered with yes or no; Enter alone is no.

    Raises:
        Abort: Nobody answers any more.
    """
    choices = tr("[y/N]")
    while True:
        said = str(click.prompt(f"{question} {choices}", err=True, default="", show_default=False))
        if said.strip().casefold() in _YES | _NO:
            return said.strip().casefold() in _YES
        click.echo(tr("Please answer yes or no."), err=True)
