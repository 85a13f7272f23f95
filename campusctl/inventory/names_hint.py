"""What was probably meant by a mistyped name."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MAX_CANDIDATES: Final = 5000


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """`did you mean a, b?`, or an empty text if nothing is near."""
    by_lower = {name.lower(): name for name in candidates}
    names = list(by_lower)
    if len(names) > _MAX_CANDIDATES:
        # A comparison costs 20 µs; in a whole city the names that begin alike are the likely ones.
        names = [other for other in names if other[:4] == name[:4].lower()][:_MAX_CANDIDATES]
    near = get_close_matches(name.lower(), names, n=3, cutoff=0.6)
    return f"did you mean {', '.join(by_lower[name] for name in near)}?" if near else ""
