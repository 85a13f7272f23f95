"""Sentences that are English text and remember how they were put together."""

import json

import pytest
from pydantic import ValidationError

from campusctl.errors import CampusError, UnknownNameError
from campusctl.model.frozen import Frozen
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.sentence import Sentence, StoredSentence, joined, sentence, sentences
from campusctl.words.language import translate_to
from campusctl.words.trouble import advice, trouble

DE, EN = translate_to("de"), translate_to("en")
PLACE = sentence("port {port} of {switch}", port="7", switch="{x}")


class Holder(Frozen):
    """Something that is written down."""

    why: StoredSentence = ""
    """Why."""


def test_it_is_its_english_text() -> None:
    """For errors, journals and JSON; a value that looks like a place is only text."""
    assert PLACE == "port 7 of {x}"
    assert str(CampusError(PLACE)) == "port 7 of {x}"
    assert json.dumps([PLACE]) == '["port 7 of {x}"]'
    assert EN.said(PLACE) == "port 7 of {x}"


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (PLACE, "Port 7 von {x}"),
        (sentence("{place} is shut", place=PLACE), "Port 7 von {x} ist abgeschaltet"),
        (sentences("{number} new device", "{number} new devices", 1), "1 neues Gerät"),
        (sentences("{number} new device", "{number} new devices", 3), "3 neue Geräte"),
        (joined((PLACE, "", "as it stands")), "Port 7 von {x}; as it stands"),
        (joined(("a", "b"), sentence(" and ")), "a und b"),
        ("a plain text", "a plain text"),
    ],
)
def test_it_is_said_in_another_language(said: str, german: str) -> None:
    """With the sentences in its places; what is no sentence stays as it is."""
    assert DE.said(said) == german


@pytest.mark.parametrize("said", [PLACE, sentences("{number} board", "{number} boards", 2), joined((PLACE, "x"), " ")])
def test_it_is_written_down_and_read_again(said: Sentence) -> None:
    """As the same sentence."""
    text = Holder(why=said).model_dump_json()
    found = Holder.model_validate_json(text)
    assert (found.why, DE.said(found.why)) == (said, DE.said(said))


def test_a_text_of_an_older_version_is_read() -> None:
    """It is only text; what makes no sense is refused."""
    assert Holder.model_validate_json('{"why": "it waits"}').why == "it waits"
    for bad in ('{"why": {"say": "{x}"}}', '{"why": {"say": "{x}", "text": "", "values": {}}}', '{"why": 7}'):
        with pytest.raises(ValidationError):
            Holder.model_validate_json(bad)


def test_an_error_keeps_its_sentence() -> None:
    """Unless something must be spelled out that would move the cursor."""
    assert UnknownNameError(PLACE).what is PLACE
    assert UnknownNameError("a\x1bb").what == "a\\x1bb"


@pytest.mark.parametrize("kind", FaultKind)
def test_every_trouble_has_a_german_sentence(kind: FaultKind) -> None:
    """With the driver's own words in it; in English these alone."""
    fault = Fault(device="x", kind=kind, what="Invalid input", hint="look there")
    assert trouble(fault) == "Invalid input"
    assert EN.said(advice(fault)) == "look there"
    assert DE.said(trouble(fault)).endswith("(Invalid input)")
