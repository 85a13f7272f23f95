"""From the words in a row to values that all dialects share."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from campusctl.model.health import Neighbor

_SPEED: Final = re.compile(r"(?:a-)?(\d{1,6}(?:\.\d)?)(G|Gig)?", re.IGNORECASE)
_LONGEST: Final = 255
"""LLDP carries no longer text."""


def mac(text: str) -> str:
    """`00:11:22:33:44:55` from any spelling; what is no MAC address comes back in lower case."""
    digits = re.sub(r"[\s.:-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        return text.lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def speed(text: str) -> int | None:
    """Mbit/s of `a-1000`, `10G`, `1000FDx`, `2.5GbE`, `10GigFD`, `auto`; None when there is no number in it."""
    found = _SPEED.match(text)
    if found is None:
        return None
    number = float(found[1])
    return int(number * 1000 if found[2] else number)


def number(text: str) -> float | None:
    """A decimal number with or without thousands separators, or None."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def whole(text: str) -> int | None:
    """A whole number, or None."""
    found = number(text)
    return None if found is None else int(found)


def neighbor(port: str, name: str, remote_port: str, description: str, chassis: str) -> Neighbor:
    """A neighbour from its words."""
    return Neighbor(
        port=port,
        name=name[:_LONGEST],
        remote_port=remote_port[:_LONGEST],
        remote_description=description[:_LONGEST],
        chassis=mac(chassis)[:_LONGEST],
    )


def merged(detailed: Iterable[Neighbor], brief: Iterable[Neighbor]) -> tuple[Neighbor, ...]:
    """The detailed neighbours, and the brief ones of ports that the details say nothing of."""
    first = tuple(dict.fromkeys(detailed))
    known = {one.port for one in first}
    return (*first, *dict.fromkeys(one for one in brief if one.port not in known))


def learnt(entries: Iterable[tuple[str, str]], wanted: frozenset[str]) -> tuple[dict[str, int], dict[str, str]]:
    """How many addresses each port has, and where the wanted ones are.

    Args:
        entries: Address and port; entries without a port are the switch's own.
        wanted: `00:11:22:33:44:55` each.
    """
    counts: Counter[str] = Counter()
    devices: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for address, port in entries:
        # One address in several VLANs of a trunk is one device.
        if not port or (address, port) in seen:
            continue
        seen.add((address, port))
        counts[port] += 1
        if address in wanted:
            devices[address] = port
    return dict(counts), devices
