"""Ports and numbers that follow each other, in few words."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_PART: Final = re.compile(r"(.*?)(\d+)")


def joined(names: Iterable[str]) -> Iterator[str]:
    """`1-4`, `7`, `A1-A3` from single names; two in a row stay two names."""
    run: list[str] = []
    for name in names:
        if run and not _follows(run[-1], name):
            yield from _words(run)
            run = []
        run.append(name)
    yield from _words(run)


def _follows(before: str, name: str) -> bool:
    one, other = _PART.fullmatch(before), _PART.fullmatch(name)
    return bool(one and other) and one[1] == other[1] and int(one[2]) + 1 == int(other[2])  # type: ignore[index]


def _words(run: list[str]) -> list[str]:
    return run if len(run) < 3 else [f"{run[0]}-{run[-1]}"]
