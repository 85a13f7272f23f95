"""Which language a person reads, and sentences in it. English stands in the code; other languages are catalogues."""

from collections.abc import Mapping
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final

from campusctl.model.sentence import N_, Sentence

__all__ = ["DOMAIN", "FOLDER", "LANGUAGES", "N_", "SOURCE", "Translator", "language_of", "translate_to"]

LANGUAGES: Final = ("de", "en")
"""Languages that are complete, by their two letters."""

SOURCE: Final = "en"
"""The language of the code."""

DOMAIN: Final = "campusctl"
"""Name of the catalogues: `locale/<language>/LC_MESSAGES/campusctl.mo`."""

FOLDER: Final = Path(__file__).parents[1] / "locale"
"""Where the catalogues are."""

_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


class Translator:
    """Says a sentence in one language; made by `translate_to`."""

    def __init__(self, code: str, found: NullTranslations) -> None:
        """Take a catalogue.

        Args:
            code: The language's two letters.
            found: Its catalogue.
        """
        self.code = code
        self._found = found

    def __call__(self, text: str, /, **values: object) -> str:
        """A sentence with its places filled.

        Args:
            text: The English sentence, as the catalogue knows it; `{name}` stands for a value.
            values: One for each place; their own text is never looked at for places.
        """
        # The empty text is a catalogue's own head.
        return self._found.gettext(text).format(**values) if text else ""

    def many(self, one: str, other: str, number: int, /, **values: object) -> str:
        """A sentence that depends on a number, which it may name as `{number}`.

        Args:
            one: The English sentence for one.
            other: For any other number.
            number: How many.
            values: As above.
        """
        return self._found.ngettext(one, other, number).format(number=number, **values)

    def said(self, text: str) -> str:
        """A text in this language: a sentence is translated, with the sentences in its places; another is not.

        Args:
            text: Perhaps a `campusctl.model.sentence.Sentence`.
        """
        if not isinstance(text, Sentence) or self.code == SOURCE:
            return str(text)
        if text.parts:
            return self.said(text.mark).join(map(self.said, text.parts))
        values = {name: self.said(value) if isinstance(value, str) else value for name, value in text.values.items()}
        if text.plural:
            return self.many(text.template, text.plural, text.number, **values)
        return self(text.template, **values)


def translate_to(code: str) -> Translator:
    """Sentences in a language.

    Args:
        code: One of `LANGUAGES`; anything else is said in English.
    """
    if code not in LANGUAGES or code == SOURCE:
        return Translator(SOURCE, NullTranslations())
    return Translator(code, translation(DOMAIN, str(FOLDER), languages=[code], fallback=True))


ENGLISH: Final = translate_to(SOURCE)
"""For what is said in English only."""


def language_of(environ: Mapping[str, str]) -> str:
    """The language of a locale: the first of LC_ALL, LC_MESSAGES and LANG that says anything decides.

    Args:
        environ: The environment's variables.

    Returns:
        One of `LANGUAGES`; `en` for a language that is not among them, for `C`, and where nothing is said.
    """
    named = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    code = named.partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return code if code in LANGUAGES else SOURCE
