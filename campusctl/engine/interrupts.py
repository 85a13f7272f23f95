"""Which edits stop somebody's traffic for a moment, in words: ports, and who is on them."""

from collections.abc import Iterable
from typing import Final

from campusctl.model.setting import Edit, State

_INTERRUPTING: Final = frozenset(
    {"mode", "access_vlan", "native_vlan", "untagged", "shutdown", "lag", "lag_mode", "poe", "speed", "speed_duplex"}
)


def interrupts(before: State, edits: Iterable[Edit]) -> tuple[str, ...]:
    """Each port whose traffic stops, as `PORT (description)`, in the order of the edits."""
    found: dict[str, str] = {}
    for edit in edits:
        if edit.path[0] == "port" and len(edit.path) > 2 and _stops(before, edit):
            port = edit.path[1]
            description = before.get("port", port, "description")
            found[port] = f"{port} ({description})" if description else port
    return tuple(found.values())


def _stops(before: State, edit: Edit) -> bool:
    _, port, part, *_ = edit.path
    if part == "tagged":
        return edit.after is None
    if part == "shutdown":
        return edit.after is True
    # A port that is shut has no traffic to stop.
    return part in _INTERRUPTING and before.get("port", port, "shutdown") is not True
