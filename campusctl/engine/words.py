"""Edits in words a campus manager reads. Pure: the terminal, a report and a finding say the same."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from campusctl.model.plan import EditView
from campusctl.model.printable import printable

Shown: TypeAlias = bool | int | str | tuple[str, ...] | None
"""A value as it may be shown."""

_ROOTS: Final = {
    "port": "port",
    "vlan": "VLAN",
    "svi": "interface of VLAN",
    "user": "account",
    "acl": "access list",
    "banner": "banner",
    "route": "route",
    "vty": "terminal lines",
    "aaa": "login rule",
}
_PARTS: Final = {
    "access_vlan": "access VLAN",
    "native_vlan": "native VLAN",
    "untagged": "untagged VLAN",
    "voice_vlan": "voice VLAN",
    "tagged": "tagged VLAN",
    "vlans": "VLANs",
    "lag": "LAG",
    "lag_mode": "LAG mode",
    "poe": "PoE",
    "stp_edge": "spanning-tree edge port",
    "stp_bpduguard": "BPDU guard",
    "stp_bpdufilter": "BPDU filter",
    "gateway": "default gateway",
    "hostname": "host name",
    "snmp": "SNMP",
    "ntp": "NTP",
    "dns": "DNS",
    "lldp": "LLDP",
    "stp": "spanning tree",
    "syslog": "syslog",
    "address": "address",
}
_FLAGS: Final = {
    "shutdown": ("up", "shut down"),
    "stp_edge": ("off", "on"),
    "stp_bpduguard": ("off", "on"),
    "stp_bpdufilter": ("off", "on"),
}
"""Settings that are on or off, in words for off and on."""
_LONGEST: Final = 60


def without_parts(edits: Iterable[EditView]) -> Iterator[EditView]:
    """The edits, without those that only say again what goes with a whole: a VLAN's name with the VLAN."""
    found = tuple(edits)
    gone = {edit.path for edit in found if edit.after is None and edit.before is True}
    for edit in found:
        if edit.after is not None or not any(edit.path[:size] in gone for size in range(1, len(edit.path))):
            yield edit


def edit_words(edit: EditView) -> str:
    """One edit, before → after: `port 1/1/7, access VLAN: 10 → 60`."""
    return printable(_edit_words(edit))


def _edit_words(edit: EditView) -> str:
    subject = subject_words(edit.path)
    if edit.path[0] == "free":
        return f"{subject}: {'add line' if edit.before is None else 'remove line'}"
    if edit.path[-1] in _FLAGS and isinstance(edit.before or edit.after, bool):
        off, on = _FLAGS[edit.path[-1]]
        return f"{subject}: {on} → {off}" if edit.before else f"{subject}: {off} → {on}"
    if edit.after is True and edit.before is None:
        return f"{subject}: add"
    if edit.after is None and edit.before is True:
        return f"{subject}: remove"
    return f"{subject}: {value_words(edit.before)} → {value_words(edit.after)}"


def subject_words(path: tuple[str, ...]) -> str:
    """What a path is about: `port 1/1/7, access VLAN`."""
    if path[0] == "free":
        return " / ".join(path[1:])
    if path[0] in _ROOTS and len(path) > 1:
        parts = [part for part in path[2:] if part != "shutdown"]
        rest = " ".join(_PARTS.get(part, part.replace("_", " ")) for part in parts)
        return f"{_ROOTS[path[0]]} {path[1]}" + (f", {rest}" if rest else "")
    return " ".join(_PARTS.get(part, part.replace("_", " ")) for part in path)


def value_words(value: Shown) -> str:
    """A value on one line, cut off when it is long."""
    if value is None:
        return "(default)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"{len(value)} entries"
    text = str(value).replace("\n", "⏎")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def difference_words(edit: EditView) -> str:
    """One difference as it stands, for who did not ask for a change: `port 7, access VLAN: is 10, should be 60`."""
    subject = subject_words(edit.path)
    if edit.path[-1] in _FLAGS and isinstance(edit.before or edit.after, bool):
        off, on = _FLAGS[edit.path[-1]]
        return f"{subject}: is {on}, should be {off}" if edit.before else f"{subject}: is {off}, should be {on}"
    if edit.after is True and edit.before is None:
        return f"{subject}: missing"
    if edit.after is None and edit.before is True:
        return f"{subject}: not in the inventory"
    return f"{subject}: is {value_words(edit.before)}, should be {value_words(edit.after)}"
