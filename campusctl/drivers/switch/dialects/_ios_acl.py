"""Turns one IOS access list into another in place, without a hole or a lock-out at any step.

Every packet meets, after every single line, the decision of the old list or of the new one:
new entries are put in from the top down, and only then old ones are taken out from the bottom up.
Remarks decide nothing; where numbers matter they are taken out first and put back last, because releases
differ in whether a remark has a number of its own. Source: IOS Security Configuration Guide, IP Access List
Entry Sequence Numbering; a list that gets an entry it already has is left unchanged.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

Entries: TypeAlias = Sequence[str]


class Plan(NamedTuple):
    """The lines for one access list."""

    clear: tuple[str, ...]
    """Lines below `ip access-list …` that come before the entries are numbered anew."""
    resequence: int
    """Step and first number of `ip access-list resequence`, or 0: not needed."""
    lines: tuple[str, ...]
    """Lines below `ip access-list …` after that."""


def plan(before: Entries, after: Entries, *, used: bool = True) -> Plan | None:
    """The way from one list to the other; None when entries change places in a way that cannot be made safe.

    Args:
        before: The entries there are.
        after: The entries there shall be.
        used: Somebody names the list; one that nobody uses decides nothing, so every way is safe.
    """
    way = append(before, after) or _insert(before, after)
    if way is None and not used:
        way = _numbered(before, after, _common(_rules(before), _rules(after)))
    return way


def append(before: Entries, after: Entries) -> Plan | None:
    """New entries at the end, old ones out by what they say; None when the list does not keep its beginning."""
    kept = _common(before, after)
    stay = [before[at] for at, _ in kept]
    if list(after[: len(stay)]) != stay:
        return None
    tail = after[len(stay) :]
    gone = _without(before, [at for at, _ in kept])
    if set(tail) & set(before) or _twins(before, gone):
        return None
    return Plan((), 0, (*tail, *(f"no {entry}" for entry in reversed(gone))))


def _twins(before: Entries, gone: Entries) -> bool:
    """Whether a line to be removed stands in the list more often than it goes: which one would be left is open."""
    return any(before.count(entry) > gone.count(entry) for entry in gone)


def _insert(before: Entries, after: Entries) -> Plan | None:
    """New entries by number, old ones out by what they say."""
    old, new = _rules(before), _rules(after)
    moving = sorted(set(old)) != sorted(old) or sorted(set(new)) != sorted(new)
    for kept in (_common(old, new), _common_but_catch_all(old, new), _common_from_end(old, new)):
        way = _numbered(before, after, kept)
        staying = {old[at] for at, _ in kept}
        moving = moving or bool((set(old) & set(new)) - staying)
        if not moving or _never_wrong(old, new, way):
            return way
    return None


def _numbered(before: Entries, after: Entries, kept: list[tuple[int, int]]) -> Plan:
    old, new = _rules(before), _rules(after)
    # Remarks need numbers of their own between those of the entries.
    room = len(new) if len(new) == len(after) else 3 * len(after)
    step = 10
    while step <= room:
        step *= 10
    anchors = {at: (place + 1) * step for place, at in kept}
    numbers = _numbers(new, anchors, step)
    clear = tuple(f"no {entry}" for entry in before if entry.startswith("remark "))
    lines: list[str] = []
    moved = set(old) & {new[at] for at in range(len(new)) if at not in anchors}
    for at, entry in enumerate(new):
        if at not in anchors:
            lines += [f"no {entry}"] if entry in moved else []
            lines.append(f"{numbers[at]} {entry}")
    gone = _without(old, [place for place, _ in kept])
    lines += [f"no {entry}" for entry in reversed(gone) if entry not in moved]
    return Plan(clear, step, (*lines, *_remarks(after, numbers)))


def _numbers(new: Entries, anchors: dict[int, int], step: int) -> list[int]:
    """A number for every new entry: the own one if it stays, else right behind the last one that stays.

    Old entries that go stand on multiples of the step, so there is never a clash.
    """
    numbers: list[int] = []
    runs: list[list[int]] = [[]]
    for at in range(len(new)):
        if at in anchors:
            runs.append([])
        else:
            runs[-1].append(at)
    low, run = 0, 0
    for at in range(len(new)):
        if at in anchors:
            low, run = anchors[at], run + 1
            numbers.append(low)
        else:
            width = step // (len(runs[run]) + 1)
            numbers.append(low + (runs[run].index(at) + 1) * width)
    return numbers


def _remarks(after: Entries, numbers: Sequence[int]) -> list[str]:
    """The remarks with numbers just before the entry that follows them; those at the end without one."""
    lines: list[str] = []
    waiting: list[str] = []
    place = 0
    low = 0
    for entry in after:
        if entry.startswith("remark "):
            waiting.append(entry)
            continue
        high = numbers[place]
        free = range(max(low + 1, high - len(waiting)), high)
        # Without room they share the number of the entry, which current releases print that way themselves.
        slots = list(free) if len(free) == len(waiting) else [high] * len(waiting)
        lines += [f"{slot} {text}" for slot, text in zip(slots, waiting, strict=True)]
        waiting, low, place = [], high, place + 1
    return lines + waiting


_CHECK_LIMIT: Final = 24


def _never_wrong(old: Entries, new: Entries, way: Plan) -> bool:
    """Whether every list on the way decides for every packet as the old or the new one does.

    An entry that changes its place is missing for a moment. A packet is the set of entries it matches; a wrong
    decision needs at most three of them: the one that decides now, and those that decide before and after.
    """
    pool = [entry for entry in dict.fromkeys([*old, *new]) if not _is_catch_all(entry)]
    if len(pool) > _CHECK_LIMIT:
        return False
    steps = list(_lists(old, way))
    always = {entry for entry in (*old, *new) if _is_catch_all(entry)}
    for size in range(4):
        for chosen in combinations(pool, size):
            packet = always.union(chosen)
            right = {_decision(old, packet), _decision(new, packet)}
            if len(right) == 1 and any(_decision(step, packet) not in right for step in steps):
                return False
    return True


def _lists(old: Entries, way: Plan) -> Iterator[list[str]]:
    """The list after every line."""
    now = [((at + 1) * way.resequence, entry) for at, entry in enumerate(old)]
    for line in way.lines:
        if "remark " in line:
            continue
        number, _, entry = line.partition(" ")
        stays = [each for each in now if number != "no" or each[1] != entry]
        now = stays if number == "no" else sorted([*stays, (int(number), entry)])
        yield [entry for _, entry in now]


def _decision(entries: Entries, packet: set[str]) -> str:
    return next((entry.split(None, 1)[0] for entry in entries if entry in packet), "deny")


def _is_catch_all(entry: str) -> bool:
    words = entry.split()
    return words[1:2] == ["any"] or words[1:4] == ["ip", "any", "any"]


def _common_but_catch_all(old: Entries, new: Entries) -> list[tuple[int, int]]:
    """Like `_common`, with a closing `deny any` as what moves."""
    blank_old = [f"{at} -" if _is_catch_all(entry) else entry for at, entry in enumerate(old)]
    blank_new = [f"{at} +" if _is_catch_all(entry) else entry for at, entry in enumerate(new)]
    return _common(blank_old, blank_new)


def _common_from_end(old: Entries, new: Entries) -> list[tuple[int, int]]:
    """Like `_common`, read from the end: another choice of what moves."""
    pairs = _common(old[::-1], new[::-1])
    return sorted((len(old) - 1 - left, len(new) - 1 - right) for left, right in pairs)


def _rules(entries: Entries) -> list[str]:
    return [entry for entry in entries if not entry.startswith("remark ")]


def _without(entries: Entries, places: Sequence[int]) -> list[str]:
    skip = set(places)
    return [entry for at, entry in enumerate(entries) if at not in skip]


def _common(one: Entries, other: Entries) -> list[tuple[int, int]]:
    """Index pairs of a common subsequence, ascending."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(left + at, right + at) for left, right, size in blocks for at in range(size)]
