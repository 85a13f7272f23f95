"""A sentence that knows how it was put together, so that it can be said in another language.

It *is* its English text: errors, journals, commits and JSON take it as they take any text. What reads it to a person
says it with `campusctl.words.language.Translator.said`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import PlainSerializer, ValidatorFunctionWrapHandler, WrapValidator


class Sentence(str):
    """An English sentence with its places and their values, or several sentences in a row."""

    __slots__ = ("mark", "number", "parts", "plural", "template", "values")
    template: str
    """As the catalogues know it: `port {port} of {switch} is shut`; empty: there are parts."""
    plural: str
    """For more than one, where that is another sentence; empty: it is not."""
    number: int
    """How many."""
    values: Mapping[str, object]
    """What stands in its places; may be sentences themselves."""
    parts: tuple[str, ...]
    """Sentences in a row."""
    mark: str
    """What stands between them."""


def N_(text: str) -> str:  # noqa: N802 - the name every catalogue tool knows
    """Mark a sentence of a table: it is said later, with `sentence` or a translator."""
    return text


def sentence(template: str, /, **values: object) -> Sentence:
    """A sentence with its places filled.

    Args:
        template: English, `{name}` stands for a value; marked by this call for the catalogues.
        values: One for each place; their own text is never looked at for places.
    """
    return _made(template.format(**values), template, values=values)


def sentences(one: str, other: str, number: int, /, **values: object) -> Sentence:
    """A sentence that depends on a number, which it may name as `{number}`.

    Args:
        one: The English sentence for one.
        other: For any other number.
        number: How many.
        values: As above.
    """
    text = (one if number == 1 else other).format(number=number, **values)
    return _made(text, one, plural=other, number=number, values=values)


def told_as(text: str, template: str, /, **values: object) -> Sentence:
    """A text as a device or a library says it in English, with the sentence that other languages have for it.

    Args:
        text: What stands in English.
        template: As `sentence`; marked elsewhere.
        values: Likewise.
    """
    return _made(text, template, values=values)


def joined(parts: Iterable[str], mark: str = "; ") -> Sentence:
    """Sentences in a row; empty ones are left out."""
    found = tuple(filter(None, parts))
    return _made(mark.join(found), "", parts=found, mark=mark)


def with_texts(text: str, change: Callable[[str], str]) -> str:
    """A text with a change made to it; a sentence stays one, and what stands in its places is changed.

    Args:
        text: Perhaps a sentence.
        change: From a text to one that stands for it; it leaves our own words alone.
    """
    changed = change(text)
    if not isinstance(text, Sentence) or changed == text:
        return text if changed == text else changed
    values = {
        name: with_texts(value, change) if isinstance(value, str) else value for name, value in text.values.items()
    }
    parts = tuple(with_texts(part, change) for part in text.parts)
    number, mark = text.number, text.mark
    return _made(changed, text.template, plural=text.plural, number=number, values=values, parts=parts, mark=mark)


def _made(  # noqa: PLR0913 - one for each part of it
    text: str,
    template: str,
    *,
    plural: str = "",
    number: int = 0,
    values: Mapping[str, object] | None = None,
    parts: tuple[str, ...] = (),
    mark: str = "",
) -> Sentence:
    made = Sentence(text)
    made.template, made.plural, made.number, made.parts, made.mark = template, plural, number, parts, mark
    made.values = values or {}
    return made


_TEMPLATE: Final = "say"
_PARTS: Final = "parts"
"""Keys by which a stored sentence is known."""


def _stored(text: str) -> Any:  # noqa: ANN401 - a text, or what JSON can hold of a sentence
    if not isinstance(text, Sentence):
        return text
    if text.parts:
        return {_PARTS: [_stored(part) for part in text.parts], "mark": _stored(text.mark)}
    kept: dict[str, Any] = {"text": str(text), _TEMPLATE: text.template, "values": dict(_stored_values(text.values))}
    return kept | ({"plural": text.plural, "number": text.number} if text.plural else {})


def _stored_values(values: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        yield name, _stored(value) if isinstance(value, str) else value if isinstance(value, int) else str(value)


def _read(found: Any) -> Any:  # noqa: ANN401 - what `_stored` made, or anything that pydantic then refuses
    if not isinstance(found, dict):
        return found
    try:
        if _PARTS in found:
            return joined([_read(part) for part in found[_PARTS]], _read(found["mark"]))
        values = {name: _read(value) for name, value in found["values"].items()}
        found[_TEMPLATE].format(number=0, **values)
        return _made(
            found["text"],
            found[_TEMPLATE],
            plural=found.get("plural", ""),
            number=found.get("number", 0),
            values=values,
        )
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        return None


def _validated(found: Any, plain: ValidatorFunctionWrapHandler) -> str:  # noqa: ANN401 - as above
    text = _read(found)
    # pydantic would make a plain text of it.
    return text if isinstance(text, Sentence) else str(plain(text))


StoredSentence = Annotated[str, WrapValidator(_validated), PlainSerializer(_stored, when_used="json")]
"""A text in a model that is written as JSON, and is a sentence again when it is read."""

KeptSentence = Annotated[str, WrapValidator(_validated)]
"""A text in a model that is written as its English text, and stays a sentence as long as it is not."""
