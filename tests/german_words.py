"""Whether German has words for a text that a person reads."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from babel.messages.pofile import read_po

from campusctl.errors import Problem
from campusctl.model.sentence import Sentence
from campusctl.words.language import DOMAIN, FOLDER


@lru_cache(1)
def _known() -> frozenset[str]:
    """Every sentence that the German catalogue has, by its English text; of one that counts, by that for one."""
    with (FOLDER / "de" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="de") if message.id]
    plain = {message.id for message in messages if isinstance(message.id, str) and message.string}
    return frozenset(plain | {message.id[0] for message in messages if not isinstance(message.id, str)})


def left_english(problems: Iterable[Problem]) -> list[str]:
    """What of some problems would be told in English to somebody who reads German."""
    said = (text for problem in problems for text in (problem.what, *filter(None, [problem.hint])))
    return [found for text in said for found in _left(text)]


def _left(text: str) -> Iterator[str]:
    if not isinstance(text, Sentence):
        yield text
    elif text.parts:
        # Parts in a row are sentences, and what somebody has typed: in backticks, or YAML's own words.
        rest = (part for part in text.parts if not part.startswith("`") and part not in ("true", "false"))
        yield from (found for part in rest for found in _left(part))
    else:
        if text.template not in _known():
            yield text.template
        inner = (value for value in text.values.values() if isinstance(value, Sentence))
        yield from (found for value in inner for found in _left(value))
