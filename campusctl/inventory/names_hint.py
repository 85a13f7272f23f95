"""What was probably meant by a mistyped name."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from campusctl.model.sentence import sentence

_MAX_CANDIDATES: Final = 5000


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """`did you mean a, b?`, or an empty text if nothing is near."""
    near = nearest(name, candidates)
    return sentence("did you mean {names}?", names=", ".join(near)) if near else ""


def nearest(name: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Up to three names that are spelled nearly so, the nearest first."""
    by_lower = {name.lower(): name for name in candidates}
    names = list(by_lower)
    if len(names) > _MAX_CANDIDATES:
        # A comparison costs 20 µs; in a whole city the names that begin alike are the likely ones.
        names = [other for other in names if other[:4] == name[:4].lower()][:_MAX_CANDIDATES]
    near = get_close_matches(name.lower(), names, n=3, cutoff=0.6)
    return tuple(by_lower[name] for name in near)
