"""Edits of a YAML file that touch nothing but what they are about: comments, order, quotes and line ends stay.

The parser says where a value stands, and the text is changed there. Every edit is read back before it is given out: the
file says what it said before, and the edit, and nothing else.
"""

import copy

import yaml

from campusctl.inventory.edit_document import (
    Document,
    EditError,
    Splice,
    Value,
    at,
    is_empty,
    key_in,
    missing,
    with_value,
    words,
)
from campusctl.inventory.issue import Place
from campusctl.model.sentence import sentence

__all__ = ["EditError", "Splice", "append", "remove", "remove_last", "rename", "set_value", "value_at"]


def value_at(text: str, place: Place) -> Value:
    """What stands at a place.

    Raises:
        EditError: There is no such place.
    """
    document = Document(text)
    _, rest = document.nearest(place)
    if rest:
        raise missing(place)
    return at(document.data, place)


def set_value(text: str, place: Place, value: Value, behind: str = "") -> Splice:
    """Let a value stand at a place; maps on the way there that are missing are made.

    Args:
        text: A YAML document as `decode` gives it.
        place: Keys from the top; a number is a place in a list.
        value: What shall stand there.
        behind: The entry after which a new one belongs; empty or unknown: by its number, else at the end.

    Raises:
        EditError: There is no such place, or a block of lines stands there, which is for a person to rewrite.
    """
    document = Document(text)
    wanted = with_value(document.data, place, value)
    node, rest = document.nearest(place)
    if not rest:
        splice = document.replace(node, value)
    else:
        for key in reversed(rest[1:]):
            value = {key: value}
        splice = document.insert(node, rest[0], value, behind)
    return document.proven(splice, wanted)


def append(text: str, place: Place, value: Value) -> Splice:
    """Let a list have one more item at its end; a list that is missing is made.

    Raises:
        EditError: Something else stands there.
    """
    document = Document(text)
    node, rest = document.nearest(place)
    if rest or is_empty(node):
        return set_value(text, place, [value])
    if not isinstance(node, yaml.SequenceNode):
        raise EditError(sentence("{place} is no list", place=words(place)), sentence("edit the file by hand"))
    old = at(document.data, place)
    return document.proven(document.append(node, value), with_value(document.data, place, [*old, value]))


def remove(text: str, place: Place) -> Splice:
    """Take away a key with its value, or an item of a list.

    Raises:
        EditError: There is nothing, or a map or list written in lines would be left empty.
    """
    document = Document(text)
    _, rest = document.nearest(place)
    if rest or not place:
        raise missing(place)
    wanted = copy.deepcopy(document.data)
    holder = at(wanted, place[:-1])
    del holder[key_in(holder, place[-1])]
    return document.proven(document.cut(place), wanted)


def remove_last(text: str, place: Place) -> Splice:
    """Take away the only entry of a map that is written in lines; `{}` stays there, and the comments.

    Raises:
        EditError: There is nothing, or it is not the only entry of such a map.
    """
    document = Document(text)
    wanted = with_value(document.data, place[:-1], {})
    return document.proven(document.cut_last(place), wanted)


def rename(text: str, place: Place, name: str) -> Splice:
    """Give a key another name; its value, its place and its comments stay.

    Raises:
        EditError: There is no such key, or another one has that name.
    """
    document = Document(text)
    _, rest = document.nearest(place)
    holder = at(document.data, place[:-1]) if not rest and place else None
    if not isinstance(holder, dict):
        raise missing(place)
    if any(str(key) == name for key in holder):
        what = sentence("{place} is there already", place=words((*place[:-1], name)))
        raise EditError(what, sentence("choose another name"))
    old = key_in(holder, place[-1])
    wanted = {name if key == old else key: value for key, value in holder.items()}
    return document.proven(document.rename(place, name), with_value(document.data, place[:-1], wanted))
