"""A YAML text, its data, and where everything stands in it: pieces of the text that become other ones."""

import copy
import re
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from campusctl.errors import CampusError
from campusctl.inventory.emit import emit_block, emit_flow, emit_key
from campusctl.inventory.files import decode, parse_yaml
from campusctl.inventory.issue import FileError, Place
from campusctl.model.sentence import sentence

Value: TypeAlias = Any
"""Plain data: text, number, boolean, None, or lists and maps of them."""

_BREAK: Final = re.compile(r"\r\n|\n|\r")
_NUMBERED: Final = re.compile(r"^([A-Za-z]*)([0-9]+)")


class EditError(CampusError):
    """The file cannot be edited so that nothing else changes."""


class Splice(NamedTuple):
    """A piece of a text that becomes another one."""

    start: int
    """Where it begins, in characters."""
    old: str
    """What stands there."""
    new: str
    """What shall stand there."""

    def apply(self, text: str) -> str:
        """The text after the edit.

        Raises:
            EditError: Something else stands there.
        """
        end = self.start + len(self.old)
        if text[self.start : end] != self.old:
            raise EditError(sentence("the text has changed since the edit was made"), sentence("make it again"))
        return text[: self.start] + self.new + text[end:]

    @property
    def inverse(self) -> "Splice":
        """The edit that undoes this one."""
        return Splice(self.start, self.new, self.old)


class Document:
    """A text, its data, and where everything stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        found = _BREAK.search(text)
        self._break = found[0] if found else "\n"
        try:
            self.data = parse_yaml("the file", text)
            top = yaml.compose(text, Loader=yaml.CSafeLoader)
        except (FileError, yaml.YAMLError) as error:
            raise EditError(
                sentence("the file is no YAML that campusctl reads"), sentence("campusctl validate says what is wrong")
            ) from error
        if not isinstance(top, yaml.MappingNode):
            raise EditError(sentence("the file holds no map"), by_hand())
        self._top: yaml.Node = top

    def proven(self, splice: Splice, wanted: Value) -> Splice:
        """The edit, if the text then says exactly what is wanted."""
        try:
            said = parse_yaml("the file", decode("the file", splice.apply(self._text).encode()))
        except FileError as error:
            what = sentence("the edited file would be wrong: {what}", what=error.issues[0].what)
            raise EditError(what, by_hand()) from error
        if not _same(said, wanted):
            raise EditError(sentence("the edit would change more than it should"), by_hand())
        return splice

    def nearest(self, place: Place) -> tuple[yaml.Node, Place]:
        """The deepest node on the way to a place, and the keys that are missing below it."""
        node = self._top
        for depth, key in enumerate(place):
            found = _child(node, key)
            if found is None:
                return node, place[depth:]
            node = found
        return node, ()

    def replace(self, node: yaml.Node, value: Value) -> Splice:
        """Another value for what stands in one piece, in the quotes it had.

        Raises:
            EditError: Lines of their own stand there.
        """
        if not _in_one_piece(node):
            raise EditError(sentence("lines of their own stand there"), by_hand())
        start, end = self._span(node)
        quote = node.style if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"') else ""
        new = emit_flow(value, quote)
        empty = start == end
        return Splice(start, self._text[start:end], f" {new}" if empty else new)

    def insert(self, node: yaml.Node, key: str | int, value: Value, behind: str = "") -> Splice:
        """One more entry of a map: behind the one named, else in the order of its numbers, else at its end."""
        if is_empty(node):
            start, end = self._span(node)
            new = emit_flow({key: value})
            return Splice(start, self._text[start:end], f" {new}" if start == end else new)
        if not isinstance(node, yaml.MappingNode):
            raise EditError(sentence("there is no map to put {key} into", key=repr(key)), by_hand())
        after = next((pair for pair in node.value if pair[0].value == behind), None) or _before(node, key)
        if node.flow_style:
            return self._insert_in_flow(node, after, f"{emit_key(key)}: {emit_flow(value)}")
        column = node.value[0][0].start_mark.column
        lines = emit_block(key, value, column, self._step(node))
        return self._new_lines(self._end_of_line(self._last(after[1], after[0])) if after else None, node, lines)

    def append(self, node: yaml.SequenceNode, value: Value) -> Splice:
        """One more item at the end of a list, in brackets or on a line of its own."""
        if node.flow_style:
            return self._into_brackets(node, node.value[-1] if node.value else None, emit_flow(value))
        last = node.value[-1]
        # The dash stands before the item, at the column of the list.
        column = node.start_mark.column
        lines = emit_block("-", value, column, self._step(node))
        return self._new_lines(self._end_of_line(self._last(last, last)), node, lines)

    def cut(self, place: Place) -> Splice:
        """Take away an entry with its line, or its piece of a line."""
        holder, _ = self.nearest(place[:-1])
        if isinstance(holder, yaml.MappingNode):
            at = next(n for n, (key, _) in enumerate(holder.value) if key.value == str(place[-1]))
            spans = [(self._offset(key.start_mark), self._last(value, key)) for key, value in holder.value]
        else:
            at = int(place[-1])
            spans = [(self._offset(item.start_mark), self._last(item, item)) for item in holder.value]
        if _in_one_piece(holder):
            return self._cut_in_flow(spans, at)
        if len(spans) == 1:
            what = sentence("{place} is the only entry there", place=words(place))
            raise EditError(what, sentence("take away the whole of it"))
        start = self._starts[self._line(spans[at][0])]
        if isinstance(holder, yaml.SequenceNode) and self._text[start : spans[at][0]].strip() not in ("-", ""):
            what = sentence("{place} shares its line with something else", place=words(place))
            raise EditError(what, by_hand())
        end = self._end_of_line(spans[at][1])
        found = _BREAK.match(self._text, end)
        if found is None and start:
            # The last line of a file without a line end: the one before it goes.
            before = self._starts[self._line(spans[at][0]) - 1]
            ends = _BREAK.search(self._text, before)
            start = ends.start() if ends else start
        return Splice(start, self._text[start : found.end() if found else end], "")

    def cut_last(self, place: Place) -> Splice:
        """Take away the only entry of a map with its lines; what stands between its key and them stays."""
        above, _ = self.nearest(place[:-2])
        pairs = above.value if isinstance(above, yaml.MappingNode) and len(place) > 1 else []
        key, holder = next((pair for pair in pairs if pair[0].value == str(place[-2])), (above, above))
        lone = isinstance(holder, yaml.MappingNode) and not holder.flow_style and len(holder.value) == 1
        if not lone or holder is above or holder.value[0][0].value != str(place[-1]):
            raise EditError(sentence("{place} is not the only entry there", place=words(place)), by_hand())
        name, value = holder.value[0]
        start = self._text.index(":", self._offset(key.end_mark)) + 1
        kept = self._text[start : self._starts[self._line(self._offset(name.start_mark))]]
        end = self._end_of_line(self._last(value, name))
        return Splice(start, self._text[start:end], f" {{}}{kept.removesuffix(self._break)}")

    def rename(self, place: Place, name: str) -> Splice:
        """Another name for a key, in the quotes it had."""
        holder, _ = self.nearest(place[:-1])
        pairs = holder.value if isinstance(holder, yaml.MappingNode) else []
        key = next(key for key, _ in pairs if key.value == str(place[-1]))
        start, end = self._span(key)
        return Splice(start, self._text[start:end], emit_flow(name, key.style) if key.style else emit_key(name))

    def _cut_in_flow(self, spans: list[tuple[int, int]], at: int) -> Splice:
        if at:
            start, end = spans[at - 1][1], spans[at][1]
        else:
            start, end = spans[0][0], spans[1][0] if len(spans) > 1 else spans[0][1]
        old = self._text[start:end]
        if _BREAK.search(old):
            raise EditError(sentence("the entry is spread over several lines"), by_hand())
        return Splice(start, old, "")

    def _insert_in_flow(self, node: yaml.MappingNode, after: tuple[yaml.Node, yaml.Node] | None, new: str) -> Splice:
        if node.value and after is None:
            start = self._offset(node.value[0][0].start_mark)
            return Splice(start, "", f"{new}, ")
        return self._into_brackets(node, after[1] if after else None, new, after[0] if after else None)

    def _into_brackets(
        self, node: yaml.Node, after: yaml.Node | None, new: str, key: yaml.Node | None = None
    ) -> Splice:
        if after is None:
            return Splice(self._offset(node.start_mark) + 1, "", new)
        return Splice(self._last(after, key or after), "", f", {new}")

    def _new_lines(self, end: int | None, node: yaml.Node, lines: list[str]) -> Splice:
        new = self._break.join(lines)
        if end is None:
            start = self._starts[node.start_mark.line]
            return Splice(start, "", new + self._break)
        return Splice(end, "", self._break + new)

    def _step(self, node: yaml.Node) -> int:
        """How much deeper one level stands here: as below this node, or two."""
        for child in _children(node):
            if isinstance(child, yaml.MappingNode) and not child.flow_style:
                deeper = child.start_mark.column - node.start_mark.column
                return deeper if 0 < deeper <= 8 else 2
        return 2

    def _last(self, node: yaml.Node, key: yaml.Node) -> int:
        """Where the last character of a value ends, the comments and empty lines behind it left out."""
        if isinstance(node, yaml.ScalarNode):
            start, end = self._span(node)
            if start == end:
                # An empty value stands where its key ends, or further down.
                colon = self._text.find(":", self._offset(key.end_mark))
                return colon + 1 if key is not node and colon >= 0 else start
            return start + len(self._text[start:end].rstrip()) if node.style in ("|", ">") else end
        if _in_one_piece(node):
            return self._offset(node.end_mark)
        if isinstance(node, yaml.MappingNode):
            last_key, last = node.value[-1]
            return self._last(last, last_key)
        return self._last(node.value[-1], node.value[-1])

    def _end_of_line(self, offset: int) -> int:
        found = _BREAK.search(self._text, offset)
        return found.start() if found else len(self._text)

    def _span(self, node: yaml.Node) -> tuple[int, int]:
        return self._offset(node.start_mark), self._offset(node.end_mark)

    def _offset(self, mark: Any) -> int:  # noqa: ANN401 - a mark of the parser, which has no types
        # Line and column, as the parser's own index counts bytes in some versions and a byte order mark in others.
        return min(int(self._starts[mark.line]) + int(mark.column), len(self._text))

    def _line(self, offset: int) -> int:
        return sum(1 for start in self._starts if start <= offset) - 1


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    return None


def is_empty(node: yaml.Node) -> bool:
    """Nothing stands there: `key:`, `key: null`, `key: ~`."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "null", "~")


def _in_one_piece(node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return node.style not in ("|", ">")
    return bool(getattr(node, "flow_style", False))


def _before(node: yaml.MappingNode, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The entry after which a new one belongs; None: it is the first."""
    mine = _number(str(key))
    last = None
    for pair in node.value:
        other = _number(str(pair[0].value))
        if mine and other and other[0] == mine[0] and other[1] > mine[1]:
            return last
        last = pair
    return last


def _number(key: str) -> tuple[str, int] | None:
    found = _NUMBERED.match(key)
    return (found[1], int(found[2])) if found else None


def key_in(holder: Value, key: str | int) -> Value:
    """A key as the data has it: `7` may stand there as a number or as text."""
    if isinstance(holder, dict):
        return next((name for name in holder if str(name) == str(key)), key)
    return key


def at(data: Value, place: Place) -> Value:
    """What plain data has at a place; it must be there."""
    for key in place:
        data = data[key_in(data, key)]
    return data


def with_value(data: Value, place: Place, value: Value) -> Value:
    """The data with a value at a place."""
    if not place:
        return copy.deepcopy(value)
    if isinstance(data, list):
        wanted = list(data)
        wanted[int(place[0])] = with_value(data[int(place[0])], place[1:], value)
        return wanted
    found: dict[Any, Any] = data if isinstance(data, dict) else {}
    key = key_in(found, place[0])
    return {**found, key: with_value(found.get(key), place[1:], value)}


def _same(left: Value, right: Value) -> bool:
    """Equal with types and order of keys left aside; whole-number keys may be text."""
    if isinstance(left, dict) and isinstance(right, dict):
        mine, other = ({str(key): item for key, item in side.items()} for side in (left, right))
        return mine.keys() == other.keys() and all(_same(mine[key], other[key]) for key in mine)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) is type(right) and bool(left == right)


def by_hand() -> str:
    """What to do where no edit can be made."""
    return sentence("edit the file by hand")


def missing(place: Place) -> EditError:
    """There is no such place."""
    return EditError(sentence("{place} is not there", place=words(place)), by_hand())


def words(place: Place) -> str:
    """A place for people: `devices.s042-a2-sw01.ports`."""
    return ".".join(map(str, place))
