"""The way from one access list to another, entry by entry, without a hole or a lockout on the way.

A packet is decided by the first entry that matches. New entries go in from the top down, while every old one
still stands; then old entries go out from the bottom up, while every new one stands. So at every step a packet
is decided either as the old list decides it or as the new one does. An entry that is rewritten under its own
number stands under a free neighbouring number meanwhile.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_CARRIES_SSH: Final = frozenset({"any", "ip", "tcp", "6"})
_EVERYBODY: Final = re.compile(r"(?:any|ip|tcp|6) any any(?: eq 22)?(?: log| count)*")


class Entries(NamedTuple):
    """An access list by number."""

    rules: Mapping[int, str]
    """Entries without their number."""
    comments: Mapping[int, str]
    """Comments without number and keyword."""


def entries(texts: tuple[str, ...]) -> Entries:
    """The list of a setting's value, `10 permit …` and `10 comment …`."""
    rules: dict[int, str] = {}
    comments: dict[int, str] = {}
    for text in texts:
        number, _, rest = text.partition(" ")
        verb, _, words = rest.partition(" ")
        if verb == "comment":
            comments[int(number)] = words
        else:
            rules[int(number)] = rest
    return Entries(rules, comments)


def locks_out(texts: tuple[str, ...]) -> bool:
    """Whether nobody can log in by SSH through a list, whatever stands for `any`."""
    for rule in entries(texts).rules.values():
        verb, _, rest = rule.partition(" ")
        if verb == "permit" and rest.split(" ", 1)[0] in _CARRIES_SSH:
            return False
        if verb == "deny" and _EVERYBODY.fullmatch(rest):
            return True
    return True


def steps(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """The lines that make one list the other, in the list's context."""
    old, new = entries(before), entries(after)
    yield from (f"no {number} comment" for number in old.comments if number not in new.comments)
    yield from _rules(old.rules, new.rules)
    for number, comment in new.comments.items():
        if old.comments.get(number) != comment:
            yield f"{number} comment {comment}".rstrip()


def _rules(old: Mapping[int, str], new: Mapping[int, str]) -> Iterator[str]:
    added = {number: rule for number, rule in new.items() if number not in old}
    changed = {number: rule for number, rule in new.items() if number in old and old[number] != rule}
    gone = [number for number in old if number not in new]
    alone = len(changed) == 1 and not added and not gone
    meanwhile = {} if alone else _meanwhile(changed, {*old, *new})
    standing = {**added, **{place: changed[number] for number, place in meanwhile.items()}}
    yield from (f"{number} {standing[number]}" for number in sorted(standing))
    for number in sorted([*changed, *gone], reverse=True):
        yield f"{number} {changed[number]}" if number in changed else f"no {number}"
    yield from (f"no {place}" for place in meanwhile.values())


def _meanwhile(changed: Mapping[int, str], taken: set[int]) -> dict[int, int]:
    """A free number beside each rewritten entry, as far as there is one."""
    places: dict[int, int] = {}
    for number in changed:
        place = next((beside for beside in (number - 1, number + 1) if beside > 0 and beside not in taken), None)
        if place is not None:
            places[number] = place
            taken.add(place)
    return places
