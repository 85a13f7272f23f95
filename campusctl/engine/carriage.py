"""Which VLANs a part of a change brings and takes, so that what leans on a switch that failed can be held."""

from collections.abc import Iterable
from typing import Final

from campusctl.model.plan import EditView

_OWN: Final = frozenset({"access_vlan", "native_vlan", "untagged", "voice_vlan"})
EVERY: Final = "all"
"""Stands for every VLAN."""


def brought(edits: Iterable[EditView]) -> frozenset[str]:
    """VLANs that are made, tagged on a port, or become a port's own."""
    found: set[str] = set()
    for edit in edits:
        match edit.path:
            case ("vlan", vlan) if edit.after:
                found.add(vlan)
            case ("port", _, "tagged", vlan) if bool(edit.after) is not vlan.startswith("except "):
                found.add(vlan.removeprefix("except "))
            case ("port", _, part) if part in _OWN and edit.after is not None:
                found.add(str(edit.after))
    return frozenset(found)


def made(edits: Iterable[EditView]) -> frozenset[str]:
    """VLANs that are made."""
    return frozenset(edit.path[1] for edit in edits if edit.path[0] == "vlan" and len(edit.path) == 2 and edit.after)


def left(edits: Iterable[EditView]) -> frozenset[str]:
    """VLANs that are deleted, taken off a port, or were a port's own."""
    found: set[str] = set()
    for edit in edits:
        match edit.path:
            case ("port", _, part) if part in _OWN and edit.before is not None:
                found.add(str(edit.before))
    return frozenset(found) | taken(edits, ())


def taken(edits: Iterable[EditView], links: Iterable[str]) -> frozenset[str]:
    """VLANs that are deleted, or that a link between switches does not carry any more.

    Args:
        edits: What changes.
        links: Ports and LAGs towards other switches; empty: nobody knows, so every port may be one.
    """
    ports = frozenset(links)
    found: set[str] = set()
    for edit in edits:
        match edit.path:
            case ("vlan", vlan) if edit.after is None:
                found.add(vlan)
            case ("port", port, "tagged", vlan) if bool(edit.after) is vlan.startswith("except "):
                if not ports or port in ports:
                    found.add(vlan.removeprefix("except "))
    return frozenset(found)


def shared(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """VLANs in both; one side may say that it is every VLAN."""
    if EVERY in one:
        return other
    return one if EVERY in other else one & other
