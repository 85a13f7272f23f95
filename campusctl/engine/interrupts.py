"""Which edits stop somebody's traffic for a moment, in words: ports, and who is on them."""

from collections.abc import Iterable, Mapping
from typing import Final

from campusctl.model.setting import Edit, State

_INTERRUPTING: Final = frozenset(
    {"mode", "access_vlan", "native_vlan", "untagged", "shutdown", "lag", "lag_mode", "poe", "speed", "speed_duplex"}
)


def interrupts(before: State, edits: Iterable[Edit], rooms: Mapping[str, str]) -> tuple[str, ...]:
    """Each port whose traffic stops, as `PORT (description, room)`, in the order of the edits.

    Args:
        before: What the switch is.
        edits: What will be changed.
        rooms: Room of the device at a port, by port, as far as the inventory knows it.
    """
    ports = [edit.path[1] for edit in edits if edit.path[0] == "port" and len(edit.path) > 2 and _stops(before, edit)]
    return tuple(_port_words(before, port, rooms) for port in dict.fromkeys(ports))


def _port_words(before: State, port: str, rooms: Mapping[str, str]) -> str:
    known = [str(word) for word in (before.get("port", port, "description"), rooms.get(port)) if word]
    return f"{port} ({', '.join(known)})" if known else port


def _stops(before: State, edit: Edit) -> bool:
    _, port, part, *_ = edit.path
    if part == "tagged":
        return edit.after is None
    if part == "shutdown":
        return edit.after is True
    # A port that is shut has no traffic to stop.
    return part in _INTERRUPTING and before.get("port", port, "shutdown") is not True
