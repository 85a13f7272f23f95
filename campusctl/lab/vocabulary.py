"""How a command line device reads a typed line: words, abbreviations, parameters, and lines kept by key."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

C = TypeVar("C")

_WORD = re.compile(r'"[^"]*"?|\S+')


def split_words(line: str) -> list[str]:
    """Words of a line; a quoted text is one word and keeps its quotes."""
    return _WORD.findall(line)


def unquote(word: str) -> str:
    """The word without the double quotes around it."""
    return word.removeprefix('"').removesuffix('"') if word.startswith('"') else word


def expand(text: str) -> list[int]:
    """Numbers of a list such as `1-4,7`, ascending.

    Raises:
        ValueError: It is not such a list.
    """
    numbers: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not (low.isascii() and low.isdigit() and len(low) <= 5):
            raise ValueError(text)
        if dash and not (high.isascii() and high.isdigit() and len(high) <= 5):
            raise ValueError(text)
        first, last = int(low), int(high) if dash else int(low)
        if last < first:
            raise ValueError(text)
        numbers.update(range(first, last + 1))
    return sorted(numbers)


def compress(numbers: Iterable[int]) -> str:
    """A list such as `1-4,7`; two neighbours are a range too (`1-2`), as both Aruba systems print them."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


@dataclass(frozen=True, slots=True)
class Command(Generic[C]):
    """One command form: `vlan trunk native <vlan> tag`.

    A word matches itself or an unambiguous beginning of it; `a|b` is a choice; `<x>` is any one word and `<x...>`
    the rest of the line, at least one word.
    """

    form: tuple[str, ...]
    """The words of the form."""
    run: Callable[[C, list[str]], str]
    """Called with the context and the choices and parameters in order; returns the device's answer."""


@dataclass(frozen=True, slots=True)
class Found(Generic[C]):
    """A line that is a command."""

    command: Command[C]
    """The command."""
    args: list[str]
    """Choices (in full) and parameters (as typed), in order."""
    line: str
    """The line with all abbreviations written out."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A line that is none."""

    kind: str
    """`invalid`, `incomplete` or `ambiguous`."""
    word: str
    """The offending word; for `incomplete` the last one."""
    depth: int
    """How many words were understood."""


def commands(table: dict[str, Callable[[C, list[str]], str]]) -> list[Command[C]]:
    """The commands of a table from form to handler."""
    return [Command(tuple(form.split()), run) for form, run in table.items()]


def read(line: str, table: Sequence[Command[C]]) -> Found[C] | Miss:
    """What a line means among these commands."""
    places = [match.span() for match in _WORD.finditer(line)]
    initial = line[places[0][0]].lower() if places else ""
    live: list[_Path[C]] = [_Path(command, ()) for command in _beginning_with(initial, table)]
    fallback: Found[C] | None = None
    for at, (start, end) in enumerate(places):
        step = _step(live, at, line[start:end])
        if isinstance(step, Miss):
            return fallback or step
        live, rest = step
        if rest is not None:
            fallback = _found(_Path(rest.command, (*rest.words, line[start:].rstrip())))
        if not live:
            return fallback or Miss("invalid", line[start:end], at)
    done = [path for path in live if len(path.command.form) == len(places)]
    last = line[slice(*places[-1])] if places else ""
    return _found(done[0]) if done else fallback or Miss("incomplete", last, len(places))


def _beginning_with(initial: str, table: Sequence[Command[C]]) -> Sequence[Command[C]]:
    """The commands of a table whose first word may begin with this letter, in the table's order."""
    kept, letters = _BY_LETTER.setdefault(id(table), (table, {}))
    if initial not in letters:
        letters[initial] = [
            command for command in kept if any(word.startswith(("<", initial)) for word in command.form[0].split("|"))
        ]
    return letters[initial]


_BY_LETTER: Final[dict[int, tuple[Sequence[Command[Any]], dict[str, Sequence[Command[Any]]]]]] = {}
"""Tables are constants; the index of each is made once, as a city's switches are told many lines."""


@dataclass(frozen=True, slots=True)
class _Path(Generic[C]):
    """A command that may still be meant, and its words so far."""

    command: Command[C]
    words: tuple[str, ...]

    def then(self, word: str) -> "_Path[C]":
        return _Path(self.command, (*self.words, word))


def _step(live: Sequence[_Path[C]], at: int, typed: str) -> tuple[list[_Path[C]], _Path[C] | None] | Miss:
    """Paths that go on with `typed`, and one that takes the rest of the line, if any; literals come first."""
    low = typed.lower()
    open_ended = [path for path in live if len(path.command.form) > at]
    literal = [(path, full) for path in open_ended for full in path.command.form[at].split("|") if full.startswith(low)]
    chosen = [(path, full) for path, full in literal if full == low] or literal
    if len({full for _, full in chosen}) > 1:
        return Miss("ambiguous", typed, at)
    if chosen:
        return [path.then(full) for path, full in chosen], None
    free = [path for path in open_ended if path.command.form[at].startswith("<")]
    rest = [path for path in free if path.command.form[at].endswith("...>")]
    return [path.then(typed) for path in free if path not in rest], rest[0] if rest else None


def _found(path: _Path[C]) -> Found[C]:
    pairs = zip(path.command.form, path.words, strict=True)
    args = [word for form, word in pairs if form.startswith("<") or "|" in form]
    return Found(path.command, args, " ".join(path.words))


def best(line: str, tables: Iterable[Sequence[Command[C]]]) -> Found[C] | Miss:
    """The first table that knows the line wins; else the error of the one that understood most of it."""
    worst: Miss | None = None
    for table in tables:
        answer = read(line, table)
        if isinstance(answer, Found):
            return answer
        if worst is None or answer.depth > worst.depth:
            worst = answer
    return worst or Miss("invalid", line, 0)


@lru_cache(16_384)
def _key(keys: tuple[str, ...], line: str) -> tuple[str, ...]:
    words = split_words(line)
    for head in keys:
        pattern = head.split()
        if len(words) >= len(pattern) and all(a in ("*", b) for a, b in zip(pattern, words, strict=False)):
            return tuple(words[: len(pattern)])
    return tuple(words)


@dataclass(slots=True)
class Lines:
    """One-line settings in the order they were made; a new line takes the place of the one with its key."""

    keys: Sequence[str]
    """Heads of settings that exist once: `ntp server *` is one per server, `clock timezone` one at all."""
    items: list[str]
    """The lines."""

    def key(self, line: str) -> tuple[str, ...]:
        """What makes a line the same setting: the words its head covers, or all of them."""
        return _key(tuple(self.keys), line)

    def put(self, line: str) -> None:
        """Set a line, in place of the one with the same key."""
        key = self.key(line)
        for at, old in enumerate(self.items):
            if self.key(old) == key:
                self.items[at] = line
                return
        self.items.append(line)

    def drop(self, line: str) -> bool:
        """Take away the setting a `no` names: by its key, or every line that begins with the words given."""
        words = tuple(split_words(line))
        key = self.key(line)
        gone = [old for old in self.items if self.key(old) == key or tuple(split_words(old))[: len(words)] == words]
        self.items = [old for old in self.items if old not in gone]
        return bool(gone)


class Numbered:
    """Lines such as `spanning-tree vlan 1-3 priority 4`, kept as one line per tail, their lists joined and split."""

    def __init__(self, lines: Lines, head: str) -> None:
        """Read the lines of this head.

        Args:
            lines: Where they are.
            head: What comes before the list.
        """
        self.lines = lines
        self.head = head
        self.lists: dict[str, set[int]] = {}
        for line in lines.items:
            words = line.removeprefix(head + " ").split(" ", 1)
            if line.startswith(head + " ") and words[0][:1].isdigit():
                self.lists[words[1] if len(words) > 1 else ""] = set(expand(words[0]))

    def join(self, numbers: Iterable[int], tail: str) -> None:
        """These numbers have this tail now, and no other of its first word."""
        self.leave(numbers, tail.split(" ", maxsplit=1)[0])
        self.lists.setdefault(tail, set()).update(numbers)
        self._write()

    def leave(self, numbers: Iterable[int], kind: str) -> None:
        """These numbers have no tail of this first word any more; an empty word is the bare list."""
        for tail, members in self.lists.items():
            if tail.split(" ")[0] == kind:
                members.difference_update(numbers)
        self._write()

    def _write(self) -> None:
        kept = [line for line in self.lines.items if not re.match(rf"{re.escape(self.head)} \d", line)]
        made = [f"{self.head} {compress(members)} {tail}".rstrip() for tail, members in self.lists.items() if members]
        self.lines.items = kept + made


def filtered(text: str, pipe: str) -> str:
    """Output behind `| include X`, `| exclude X` or `| begin X`; words may be cut short, X is a regular expression.

    Raises:
        ValueError: There is no such filter.
    """
    word, _, pattern = pipe.strip().partition(" ")
    kinds = [kind for kind in ("include", "exclude", "begin") if word and kind.startswith(word)]
    pattern = unquote(pattern.strip())
    if len(kinds) != 1 or not pattern:
        raise ValueError(pipe)
    try:
        wanted = re.compile(pattern)
    except re.error:
        wanted = re.compile(re.escape(pattern))
    lines = text.split("\n")
    hits = [bool(wanted.search(line)) for line in lines]
    if kinds[0] == "begin":
        return "\n".join(lines[hits.index(True) :]) if True in hits else ""
    return "\n".join(line for line, hit in zip(lines, hits, strict=True) if hit == (kinds[0] == "include"))
