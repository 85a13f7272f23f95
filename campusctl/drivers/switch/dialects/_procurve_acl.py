"""Access lists of ArubaOS-Switch: ordered entries, and the fewest lines from one list to another."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from ipaddress import IPv4Network
from typing import Final, NamedTuple

_STEP: Final = 10
WIDE_STEP: Final = 1000
"""Interval that leaves room between any two entries."""
_HIGHEST: Final = 1_000_000_000
_REMARK: Final = "remark "


class Entries(tuple[str, ...]):  # noqa: SLOT001 - a tuple cannot have slots with content
    """Entries in order, equal by their text; `numbers` says under which sequence numbers the device keeps them."""

    numbers: tuple[int, ...] = ()


def entries_of(lines: Sequence[str]) -> Entries:
    """The entries of an access list's block, `exit` lines left out."""
    entries: list[str] = []
    numbers: list[int | None] = []
    for line in lines:
        words = line.split()
        if not words or words == ["exit"]:
            continue
        numbered = words[0].isascii() and words[0].isdigit() and len(words) > 1 and len(words[0]) < 10
        numbers.append(int(words[0]) if numbered else None)
        entries.append(_entry(words[1:] if numbered else words))
    found = Entries(entries)
    found.numbers = tuple(_numbered(entries, numbers, _STEP))
    return found


def _numbered(entries: Sequence[str], given: Sequence[int | None], step: int) -> Iterator[int]:
    """The number of each entry; a remark without one stands under that of the entry it speaks of."""
    last = 0
    for entry, number in zip(entries, given, strict=True):
        if number is None and entry.startswith(_REMARK):
            yield last + step
        else:
            last = last + step if number is None else number
            yield last


def renumbered(entries: Sequence[str], step: int = _STEP) -> Entries:
    """The same entries as `ip access-list resequence` numbers them, from `step` on."""
    found = Entries(entries)
    found.numbers = tuple(_numbered(entries, [None] * len(entries), step))
    return found


def _entry(words: list[str]) -> str:
    """An entry in one spelling: `any`, `host A` and `A/24` become address and wildcard."""
    if words[0].lower() == _REMARK.strip():
        text = " ".join(words[1:])
        return _REMARK + (text if text.startswith('"') else f'"{text}"')
    said: list[str] = []
    rest = iter(words)
    for word in rest:
        lower = word.lower()
        if lower == "any":
            said.append("0.0.0.0 255.255.255.255")
        elif lower == "host":
            said.append(f"{next(rest, '')} 0.0.0.0".strip())
        elif "/" in word:
            said.append(_wildcard(word))
        else:
            said.append(lower)
    return " ".join(said)


def _wildcard(text: str) -> str:
    try:
        network = IPv4Network(text, strict=False)
    except ValueError:
        return text
    return f"{network.network_address} {network.hostmask}"


class Steps(NamedTuple):
    """How one list becomes another."""

    adds: tuple[str, ...]
    """Lines that add what is missing. An entry that only moves is taken away just before, because the device
    refuses to hold it twice."""
    removes: tuple[str, ...]
    """Lines that then take away what is left over."""


def steps(before: Sequence[str], after: Sequence[str]) -> Steps | None:
    """The lines from one list to another; None when an entry finds no free number where it belongs."""
    numbers = before.numbers if isinstance(before, Entries) else ()
    if len(numbers) != len(before):
        numbers = renumbered(before).numbers
    if list(numbers) != sorted(numbers):
        return None
    changes = [
        _with_remark(change, before, numbers)
        for change in SequenceMatcher(None, list(before), list(after), autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]
    leaving: dict[str, list[int]] = {}
    for i, j, _, _ in changes:
        for number, entry in zip(numbers[i:j], before[i:j], strict=True):
            leaving.setdefault(entry, []).append(number)
    adds: list[str] = []
    for i, j, k, m in changes:
        free = _free_numbers(numbers, j, after[k:m]) or _free_numbers(numbers, i, after[k:m])
        if free is None:
            return None
        for number, entry in zip(free, after[k:m], strict=True):
            if leaving.get(entry):
                adds.append(_removal(entry, leaving[entry].pop(0)))
            adds.append(f"{number} {entry}")
    removes = tuple(_removal(entry, number) for entry, standing in leaving.items() for number in standing)
    return Steps(tuple(adds), removes)


def _with_remark(
    change: tuple[str, int, int, int, int], before: Sequence[str], numbers: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """A change behind a remark that shares its number with the next entry: the remark moves along."""
    _, i, j, k, m = change
    if k < m and 0 < i < len(before) and before[i - 1].startswith(_REMARK) and numbers[i - 1] == numbers[i]:
        return i - 1, j, k - 1, m
    return i, j, k, m


def _removal(entry: str, number: int) -> str:
    return f"no {number} remark" if entry.startswith(_REMARK) else f"no {number}"


def _free_numbers(numbers: tuple[int, ...], behind: int, entries: Sequence[str]) -> list[int] | None:
    """A number for each new entry, between the one before position `behind` and the one there."""
    count = len(entries)
    if not count:
        return []
    low = numbers[behind - 1] if behind else 0
    step = _STEP if behind == len(numbers) else (numbers[behind] - low) // (count + 1)
    return [low + step * slot for slot in range(1, count + 1)] if step and low < _HIGHEST else None
