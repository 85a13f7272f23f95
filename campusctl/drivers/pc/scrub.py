"""What a PC says, on its way into a plan or a report: no secret in it, nothing that would move a cursor."""

from collections.abc import Iterable
from typing import Final

from campusctl.drivers.pc.platforms.base import HostEdit, HostResult, Shown, Trouble
from campusctl.model.plan import EditView
from campusctl.model.printable import printable
from campusctl.model.secret import MASK, redact

_SHORTEST: Final = 4
"""A secret of fewer characters would be found in every second word."""


class Scrub:
    """Takes the secrets of one PC out of texts about it."""

    def __init__(self, values: Iterable[str]) -> None:
        """Prepare.

        Args:
            values: Every plaintext that the PC was given.
        """
        known = {form for value in values for form in (value, *value.splitlines()) if len(form) >= _SHORTEST}
        self._known = sorted(known, key=len, reverse=True)

    def line(self, text: str) -> str:
        """One line for a person."""
        return printable(self._masked(text))

    def text(self, text: str) -> str:
        """Several lines; also masked where only a word before it says that it is a secret."""
        return "\n".join(printable(redact(line)) for line in self._masked(text).split("\n"))

    def edit(self, edit: HostEdit) -> EditView:
        """An edit as it may be shown and stored."""
        return EditView(
            path=tuple(self.line(part) for part in edit.path),
            before=self._value(edit.before),
            after=self._value(edit.after),
        )

    def trouble(self, trouble: Trouble) -> Trouble:
        """The same trouble."""
        return trouble._replace(what=self.line(trouble.what), hint=self.line(trouble.hint))

    def lines(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Sentences for a person, each once."""
        return tuple(dict.fromkeys(self.line(text) for text in texts))

    def steps(self, result: HostResult) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is done, each once, with the path of the first edit it serves."""
        found: dict[str, tuple[str, ...]] = {}
        for edit in result.edits:
            step = edit.step or f"set {' '.join(edit.path)}"
            found.setdefault(self.line(step), tuple(self.line(part) for part in edit.path))
        return tuple(found.items())

    def _value(self, value: Shown) -> Shown:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self.text(part) for part in value)
        return value

    def _masked(self, text: str) -> str:
        for known in self._known:
            # What holds no secret stays a sentence, which other languages say, too.
            if known in text:
                text = text.replace(known, MASK)
        return text
