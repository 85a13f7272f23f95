"""ArubaOS-Switch and HP ProCurve (K.12 to 16.x, and older): 25xx, 26xx, 28xx, 29xx, 35xx, 38xx, 54xx.

The text is VLAN-centric, the State is port-centric: `port/P/untagged` is left out for VLAN 1, where every port
stands until somebody says otherwise, and `none` where a port is in no VLAN untagged.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from campusctl.drivers.switch.dialects import _procurve_read, _procurve_text, _procurve_write
from campusctl.drivers.switch.dialects._procurve_acl import entries_of
from campusctl.drivers.switch.dialects._procurve_global import NUMBERED_ACL
from campusctl.drivers.switch.dialects._procurve_words import GROUP_KEYS
from campusctl.drivers.switch.dialects.base import Dialect, Reading, Section
from campusctl.drivers.switch.rules import Revert, RevertKind, Rules
from campusctl.model.command import Translation
from campusctl.model.setting import Path, State, Value

_ERROR: Final = re.compile(
    r"^ {0,2}(?:(?:Invalid|Incomplete|Ambiguous) input\b|Error\b|Unable to |Cannot |Can't |Could not |Command failed|"
    r"Module not present for port|Inconsistent value|Bad value|Illegal |Duplicate |Not (?:allowed|supported|enough)|"
    r"Operation (?:not|failed)|Resource unavailable|Maximum number |Too many |The IP address \(or subnet\)|"
    r"[A-Z][^#>\"\n]{0,80}\b(?:not found|does not exist|already (?:exists|used|in use|a member)|is not (?:allowed|"
    r"supported|valid|permitted)|can ?not be|is (?:invalid|required|in use)|must be )\b)",
    re.MULTILINE,
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
    greets=True,
    reverts=(
        Revert(
            name="reload",
            kind=RevertKind.REBOOT,
            arm=("reload after {minutes}",),
            confirm=("no reload",),
            undo=("reload",),
            settle=("no reload",),
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

    def keep(self, text: str) -> str:
        """The text without what the device makes by itself; see `Dialect.kept`."""
        return _procurve_text.kept(text)

    def read(self, section: Section) -> Reading:
        """What one section says."""
        return _procurve_read.read(section)

    def settle(self, settings: dict[Path, Value]) -> dict[Path, Value]:
        """Say of each port which VLAN it is in untagged, from what all VLANs say.

        A port that VLAN 1 gave away, or carries tagged, and no VLAN has untagged, is untagged in none. A port that is
        untagged in a VLAN is not tagged there. A member of a trunk group has no VLANs and no spanning tree of its own.
        """
        kept: dict[Path, Value] = {}
        stays: set[str] = set()
        given: set[str] = set()
        members: set[str] = set()
        shared: list[Path] = []
        entries: dict[Path, list[str]] = {}
        for path, value in settings.items():
            root = path[0]
            if root == _procurve_read.DEFAULT_UNTAGGED:
                (stays if path[1] == "untagged" else given).update(value if isinstance(value, tuple) else ())
                continue
            if root == NUMBERED_ACL:
                entries.setdefault(("acl", *path[1:3]), []).append(path[3])
                continue
            kept[path] = value
            if root == "port":
                key = path[2]
                if key == "lag":
                    members.add(path[1])
                elif key in GROUP_KEYS:
                    shared.append(path)
        for path, lines in entries.items():
            kept.setdefault(path, entries_of(lines))
        given.update(path[1] for path in shared if path[2:] == ("tagged", "1"))
        for port in sorted(given - stays - members):
            kept.setdefault(("port", port, "untagged"), "none")
        _drop_impossible(kept, shared, stays, members)
        return kept

    def translate(self, before: State, after: State) -> Translation:
        """The commands that make `before` become `after`."""
        return _procurve_write.translate(before, after)


def _drop_impossible(kept: dict[Path, Value], shared: Sequence[Path], stays: set[str], members: set[str]) -> None:
    """Drop, in place, what no switch can hold."""
    for path in shared:
        port = path[1]
        if port in members:
            del kept[path]
        elif path[2] == "tagged":
            untagged = kept.get(("port", port, "untagged"))
            if untagged == path[3] or (path[3] == "1" and port in stays):
                del kept[path]


DIALECT: Final = HpProcurve()
