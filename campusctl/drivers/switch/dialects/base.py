"""What all switch dialects share: sections, the cached reading of a section, and the ordering of commands.

A dialect is one file: a parser (text → State), a translator (State, State → Translation) and rule values.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from campusctl.drivers.switch.rules import Rules
from campusctl.model.command import Command, CommandKind, Translation
from campusctl.model.secret import TOKEN, Secret, SecretKind
from campusctl.model.setting import FREE, Path, State, Value

Section: TypeAlias = tuple[str, ...]
"""A top-level line and the lines that belong to it, verbatim, without trailing blanks."""

Item: TypeAlias = "tuple[Path, Value]"

_CACHED_SECTIONS: Final = 65536


@dataclass(frozen=True, slots=True)
class Reading:
    """What one section says."""

    items: tuple[Item, ...] = ()
    """Settings in the order of the lines."""
    manages: frozenset[Path] = frozenset()
    """`free` context paths the section declares authoritative."""
    secrets: tuple[tuple[Path, Secret], ...] = ()
    """Secrets that stand in a path as a mask."""
    mentions: frozenset[Path] = frozenset()
    """Physical ports (and the like) that the section names, even when it says nothing of them."""


def secret(text: str, kind: SecretKind = SecretKind.PLAIN) -> Secret:
    """A secret as it stands in a text; a `<<secret:REF>>` token becomes one of unknown value."""
    token = TOKEN.fullmatch(text)
    return Secret("", SecretKind.UNKNOWN, token[1]) if token else Secret(text, kind)


class Dialect(ABC):
    """One switch command language."""

    name: str
    """As in the inventory, such as `cisco_ios`."""
    rules: Rules
    """What a session must know."""

    def __init__(self) -> None:
        self._read_cached = lru_cache(_CACHED_SECTIONS)(self.read)

    @abstractmethod
    def sections(self, text: str) -> Iterator[Section]:
        """Split a configuration; volatile and device-made lines are left out, a banner is one section.

        Never raises: whatever cannot be split is a section of its own.
        """

    def kept(self, text: str) -> str:
        """The text as a backup keeps it: line for line, without what `sections` leaves out.

        Separators and the ends of blocks stay, so that it is the text a person knows; it means the same to `parse`,
        and `kept` of it is itself. Secrets are still in it.
        """
        made = self.keep(text)
        # A comment or prompt at the margin, which is gone now, may have kept the rest from being moved there.
        while made[:1].isspace() and (again := self.keep(made)) != made:
            made = again
        return made

    def keep(self, text: str) -> str:
        """One step of `kept`. A dialect that does not say otherwise keeps every line."""
        return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n") + "\n"

    @abstractmethod
    def read(self, section: Section) -> Reading:
        """What one section says; must depend on nothing else. Unknown lines become `free` items.

        Secrets are made with `secret()`; one that stands in a path is also listed in `Reading.secrets`.
        Defaults of the device are left out, or given as None in `settle`.
        """

    def settle(self, settings: dict[Path, Value]) -> dict[Path, Value]:
        """Last normalisation, where one section's meaning depends on another."""
        return settings

    @abstractmethod
    def translate(self, before: State, after: State) -> Translation:
        """The commands that make `before` become `after`, in an order that is safe at every step.

        Values of `after` and `before` that match as secrets (`Match.SAME` or `UNKNOWN`) are equal. The result
        restores nothing and skips nothing: what the dialect never sends is in `refused`.
        """

    def parse(self, text: str, vault: Mapping[str, str] | None = None, origin: str = "device") -> State:
        """The state a configuration text describes.

        Args:
            text: Rendered or running text; `<<secret:REF>>` stands for a secret.
            vault: Plaintext by reference, as far as it is known.
            origin: `device` or `intended`: how secrets are named that the vault does not know.

        Returns:
            The same state for every text that means the same. Never raises on any text.
        """
        known = dict(vault or {})
        text = TOKEN.sub(lambda token: known.get(token[1], token[0]), text)
        settings: dict[Path, Value] = {}
        manages: frozenset[Path] = frozenset()
        mentions: set[Path] = set()
        in_paths: dict[Path, Secret] = {}
        for section in self.sections(text):
            reading = self._read_cached(section)
            settings.update(reading.items)
            if reading.manages:
                manages |= reading.manages
            if reading.mentions:
                mentions |= reading.mentions
            if reading.secrets:
                in_paths.update(reading.secrets)
        settings = self.settle(settings)
        return _name_secrets(State(settings, manages, in_paths, frozenset(mentions)), known, origin)


def _name_secrets(state: State, vault: Mapping[str, str], origin: str) -> State:
    """Give every secret the reference it may be shown under."""
    refs = {text: ref for ref, text in vault.items()}
    number = 0
    settings = dict(state.settings)
    in_paths = dict(state.secrets)
    for found in (settings, in_paths):
        for path, value in found.items():
            if isinstance(value, Secret) and not value.ref:
                number += 1
                found[path] = value.named(refs.get(value.reveal(), f"{origin}/{number}"))
    return replace(state, settings=_without_clear_text(settings, refs), secrets=in_paths)


def _without_clear_text(settings: dict[Path, Value], refs: Mapping[str, str]) -> dict[Path, Value]:
    """Secrets of the vault that stand in lines nobody parses become references again, whosever text it is."""
    if not refs:
        return settings
    texts = "|".join(re.escape(text) for text in sorted(refs, key=len, reverse=True))
    whole = re.compile(f"(?<![^\\s\"'])(?:{texts})(?![^\\s\"'])")

    def referred(path: Path) -> Path:
        return tuple(whole.sub(lambda found: f"<<secret:{refs[found[0]]}>>", part) for part in path)

    return {referred(path) if path[0] == FREE else path: value for path, value in settings.items()}


class _Line(NamedTuple):
    phase: int
    context: tuple[str, ...]
    command: Command


@dataclass(slots=True)
class Commands:
    """Collects commands in any order and puts them into the safe one.

    Phases are sent in ascending order. Within a phase, lines of one context stay together, in the order in which
    they were added; the context's own lines (`interface 1/1/1`) and the `leave` line are put around them.
    """

    leave: str = "exit"
    """Leaves one context level."""
    _lines: list[_Line] = field(default_factory=list)

    def add(self, phase: int, text: str, *context: str, path: Path = (), answer: str | None = None) -> None:
        """Add one line under its context lines."""
        self._lines.append(_Line(phase, context, Command(text=text, path=path, answer=answer)))

    def add_alone(self, phase: int, text: str, kind: CommandKind, path: Path) -> None:
        """Add a global line that the session must treat on its own (banner, hostname)."""
        self._lines.append(_Line(phase, (), Command(text=text, kind=kind, path=path)))

    def ordered(self) -> tuple[Command, ...]:
        """All lines in the order of sending, with the lines that enter and leave contexts."""
        return tuple(self._walk())

    def _walk(self) -> Iterator[Command]:
        here: tuple[str, ...] = ()
        for line in _grouped(self._lines):
            shared = _common(here, line.context)
            yield from [Command(text=self.leave, kind=CommandKind.EXIT)] * (len(here) - shared)
            yield from (Command(text=text, kind=CommandKind.ENTER) for text in line.context[shared:])
            here = line.context
            yield line.command
        yield from [Command(text=self.leave, kind=CommandKind.EXIT)] * len(here)


def _grouped(lines: Iterable[_Line]) -> list[_Line]:
    """Sorted by phase; within a phase contexts in order of their first line."""
    first: dict[tuple[int, tuple[str, ...]], int] = {}
    numbered = list(enumerate(lines))
    for number, line in numbered:
        first.setdefault((line.phase, line.context), number)
    numbered.sort(key=lambda item: (item[1].phase, first[item[1].phase, item[1].context], item[0]))
    return [line for _, line in numbered]


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    size = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        size += 1
    return size
