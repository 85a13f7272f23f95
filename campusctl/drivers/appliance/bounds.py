"""Settings that are a bound: told as wanted where it is kept, and as found where it is not."""

import re
from typing import Final

from campusctl.model.appliance import Shown

_NUMBER: Final = re.compile(r"\d+")
_FAMILY: Final = re.compile(r"\D*")


def at_least(found: str, wanted: Shown) -> Shown:
    """A version that may be newer. Versions of another family (`T-HKM…` and `S-MU…`) are never new enough.

    Args:
        found: What runs, as the device says it.
        wanted: The oldest that may run.

    Returns:
        What is wanted, where it is kept; else what was found.
    """
    return wanted if _family(found) == _family(str(wanted)) and _numbers(found) >= _numbers(str(wanted)) else found


def at_most(found: int, wanted: Shown) -> Shown:
    """A number that may be smaller.

    Args:
        found: What it is.
        wanted: The largest that it may be.

    Returns:
        What is wanted, where it is kept; else what was found.
    """
    return wanted if isinstance(wanted, int) and found <= wanted else found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBER.findall(version))


def _family(version: str) -> str:
    """What stands before the first number, as in `T-HKMLAKUC-2020.5`."""
    found = _FAMILY.match(version)
    return found[0].casefold().removesuffix("v").rstrip("- .") if found else ""
