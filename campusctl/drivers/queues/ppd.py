"""Defaults in a queue's PPD. Pure. Source: PPD 4.3; cups/ppd-cache.c for what IPP's values are called in it.

A queue with a driver has two defaults for `sides` and `media`: its own, for jobs that come over IPP, and that of its
PPD, which `lp` and desktops send along as if the user had chosen it. Only when both say the same, it is what comes out
of the printer. `lpadmin -o sides=…` rewrites the PPD and uploads it; so do we. No library for Python knows these names.
"""

import re
from collections.abc import Mapping
from typing import Final

from campusctl.model.appliance import Shown

OPTIONS: Final = frozenset({"sides", "media"})
"""Options that a PPD has a say in."""

_DUPLEX: Final = ("Duplex", "JCLDuplex", "EFDuplex", "EFDuplexing", "KD03Duplex")
_SIDES: Final = {
    "one-sided": ("None", "False"),
    "two-sided-long-edge": ("DuplexNoTumble", "LongEdge", "Top"),
    "two-sided-short-edge": ("DuplexTumble", "ShortEdge", "Bottom"),
}
_SIZE: Final = re.compile(r"_([0-9]{1,5}(?:\.[0-9]{1,5})?)x([0-9]{1,5}(?:\.[0-9]{1,5})?)(mm|in)$")
_DIMENSION: Final = re.compile(
    r'^\*PaperDimension ([^/:\s]+)[^:\n]*: *"([0-9]{1,6}(?:\.[0-9]{1,6})?) +([0-9]{1,6}(?:\.[0-9]{1,6})?)"',
    re.MULTILINE,
)
_POINTS: Final = {"mm": 72 / 25.4, "in": 72.0}
_NEAR: Final = 2.0
"""Points by which the same paper differs from PPD to PPD."""
_PAPER_DEFAULTS: Final = ("PageSize", "PageRegion", "ImageableArea", "PaperDimension")


def with_defaults(ppd: str, options: Mapping[str, Shown]) -> str:
    """A PPD whose defaults are these, as far as it has a choice for them.

    Args:
        ppd: The text.
        options: Values by IPP's names.
    """
    if choice := _sides(ppd, str(options.get("sides", ""))):
        ppd = _default(ppd, *choice)
    if size := _media(ppd, str(options.get("media", ""))):
        for keyword in _PAPER_DEFAULTS:
            ppd = _default(ppd, keyword, size)
    return ppd


def _sides(ppd: str, wanted: str) -> tuple[str, str] | None:
    """The option of a PPD, and its choice, that mean a value of `sides`."""
    for keyword in _DUPLEX:
        for choice in _choices(ppd, keyword):
            if choice in _SIDES.get(wanted, ()):
                return keyword, choice
    return None


def _media(ppd: str, wanted: str) -> str:
    """The page size of a PPD that is as large as a PWG media name says; empty: it has none."""
    size = _SIZE.search(wanted)
    if not size:
        return ""
    width, height = (float(size[part]) * _POINTS[size[3]] for part in (1, 2))
    found = [
        name
        for name, across, along in _DIMENSION.findall(ppd)
        if abs(float(across) - width) < _NEAR and abs(float(along) - height) < _NEAR
    ]
    # `A4` rather than `A4.Borderless`: the shortest name is the plain paper.
    return min((name for name in found if name in _choices(ppd, "PageSize")), key=len, default="")


def _choices(ppd: str, keyword: str) -> list[str]:
    return re.findall(rf"^\*{keyword} ([^/:\s]+)", ppd, re.MULTILINE)


def _default(ppd: str, keyword: str, choice: str) -> str:
    return re.sub(rf"^(\*Default{keyword}: *)\S+", lambda line: line[1] + choice, ppd, flags=re.MULTILINE)
