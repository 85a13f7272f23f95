"""ArubaOS-Switch and HP ProCurve (K.12 to 16.x, and older): 25xx, 26xx, 28xx, 29xx, 35xx, 38xx, 54xx.

The text is VLAN-centric, the State is port-centric: `port/P/untagged` is left out for VLAN 1, where every port
stands until somebody says otherwise, and `none` where a port is in no VLAN untagged.
"""

import re
from collections.abc import Iterator
from typing import Final

from campusctl.drivers.switch.dialects import _procurve_read, _procurve_text, _procurve_write
from campusctl.drivers.switch.dialects.base import Dialect, Reading, Section
from campusctl.drivers.switch.rules import Revert, RevertKind, Rules
from campusctl.model.command import Translation
from campusctl.model.setting import Path, State, Value

_ERROR: Final = re.compile(
    r"^\s*(?:(?:Invalid|Incomplete|Ambiguous) input\b|Error\b|Unable to |Cannot |Can't |Could not |Command failed|"
    r"Module not present for port|Inconsistent value|Bad value|Illegal |Duplicate |Not (?:allowed|supported|enough)|"
    r"Operation (?:not|failed)|Resource unavailable|Maximum number |Too many |VLAN (?:does not|is not|\d+ (?:does not|"
    r"not found|is not))|Value \S+ is |The IP address \(or subnet\)|Port \S+ (?:cannot|is not|does not)|"
    r".{0,80}\b(?:not found|does not exist|already exists|is not allowed|is not supported|is not valid|"
    r"cannot be (?:added|removed|deleted|configured|used|set)|is required|must be )\b)",
    re.MULTILINE | re.IGNORECASE,
)

RULES: Final = Rules(
    netmiko_type="hp_procurve",
    error=_ERROR,
    paging_off=("no page", "terminal width 1920"),
    show_running="show running-config",
    show_startup="show config",
    save="write memory",
    answers=(
        (re.compile(r"save (?:the )?(?:current|running)[ -]config\w*.{0,40}\[?\(?y/n", re.IGNORECASE), "n"),
        (re.compile(r"\[y/n(?:/\^C)?\]\s*\??|\(y/n\)\s*\??", re.IGNORECASE), "y"),
    ),
    config_enter="configure terminal",
    config_leave="end",
    reverts=(
        Revert(
            name="reload",
            kind=RevertKind.REBOOT,
            arm=("reload after {minutes}",),
            confirm=("no reload",),
            undo=("reload",),
            minutes=(1, 59),
            needs_saved=True,
        ),
    ),
)


class HpProcurve(Dialect):
    """ArubaOS-Switch and HP ProCurve."""

    name = "hp_procurve"
    rules = RULES

    def sections(self, text: str) -> Iterator[Section]:
        """Split a configuration; see `_procurve_text.sections`."""
        return _procurve_text.sections(text)

    def read(self, section: Section) -> Reading:
        """What one section says."""
        return _procurve_read.read(section)

    def settle(self, settings: dict[Path, Value]) -> dict[Path, Value]:
        """Say of each port which VLAN it is in untagged, from what all VLANs say.

        A port that VLAN 1 gave away, or carries tagged, and no VLAN has untagged, is untagged in none. A port that is
        untagged in a VLAN is not tagged there. A member of a trunk group has no VLANs of its own.
        """
        kept: dict[Path, Value] = {}
        stays: set[str] = set()
        given: dict[str, None] = {}
        members: list[str] = []
        for path, value in settings.items():
            if path[0] == _procurve_read.DEFAULT_UNTAGGED:
                ports = value if isinstance(value, tuple) else ()
                if path[1] == "untagged":
                    stays.update(ports)
                else:
                    given.update(dict.fromkeys(ports))
                continue
            kept[path] = value
            if path[0] == "port":
                if path[2:] == ("lag",):
                    members.append(path[1])
                elif path[2:] == ("tagged", "1"):
                    given[path[1]] = None
        for port in given:
            if port not in stays:
                kept.setdefault(("port", port, "untagged"), "none")
        return _without_impossible(kept, stays, members)

    def translate(self, before: State, after: State) -> Translation:
        """The commands that make `before` become `after`."""
        return _procurve_write.translate(before, after)


def _without_impossible(settings: dict[Path, Value], stays: set[str], members: list[str]) -> dict[Path, Value]:
    """Drop, in place, what no switch can hold."""
    in_group = frozenset(members)
    gone = [
        path
        for path in settings
        if path[0] == "port"
        and path[2] in ("tagged", "untagged", "forbid")
        and (path[1] in in_group or (path[2] == "tagged" and settings.get((*path[:2], "untagged")) == path[3]))
    ]
    for port in stays:
        untagged = settings.get(("port", port, "untagged"))
        if untagged is None:
            settings.pop(("port", port, "tagged", "1"), None)
    for path in gone:
        settings.pop(path, None)
    return settings


DIALECT: Final = HpProcurve()
