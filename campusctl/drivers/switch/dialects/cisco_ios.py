"""Cisco IOS and IOS-XE on Catalyst switches: the dialect, and what a session must know of it.

The parts: `_ios_words` (names, lists, the table of lines), `_ios_text` and `_ios_read` (text to settings),
`_ios_write*` and `_ios_acl` (settings to commands).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from campusctl.drivers.switch.dialects._ios_read import read
from campusctl.drivers.switch.dialects._ios_read_blocks import bucket_of
from campusctl.drivers.switch.dialects._ios_text import kept, split
from campusctl.drivers.switch.dialects._ios_words import OF_THE_LAG, Inherited, same_list, vlan_list, vlan_set
from campusctl.drivers.switch.dialects._ios_write import Edits, Writer
from campusctl.drivers.switch.dialects._ios_write_access import write_aaa, write_enable, write_lines, write_users
from campusctl.drivers.switch.dialects._ios_write_lists import write_acls, write_free
from campusctl.drivers.switch.dialects._ios_write_ports import write_interfaces, write_vlans
from campusctl.drivers.switch.dialects._ios_write_services import (
    write_banners,
    write_dns,
    write_gateway,
    write_hostname,
    write_ntp,
    write_routes,
    write_routing,
    write_snmp,
    write_stp,
    write_table,
)
from campusctl.drivers.switch.dialects.base import Dialect, Reading, Section
from campusctl.drivers.switch.rules import Revert, RevertKind, Rules
from campusctl.model.command import Translation
from campusctl.model.setting import FREE, Edit, Path, State, Value

_DEFAULT_PRIORITY: Final = "32768"

_RULES: Final = Rules(
    netmiko_type="cisco_ios",
    error=re.compile(
        r"^(?:% ?(?![Ww]arning|WARNING|Note|[A-Z0-9_]+-\d-)(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Error"
        r"|Bad|Not |Cannot|Can't|Could not|Failed"
        r"|VLAN .*not allowed|.* (?:is|are) not (?:allowed|supported|permitted|valid)|.*overlaps with|.*[Dd]uplicate"
        r"|.*(?:cannot|failed|rejected|denied|conflicts?\b))"
        r"|Command rejected|ERROR:|VLAN .*(?:have an identical name|not allowed)|.*\boverlaps with\b"
        r"|\S+ .*[Bb]ad (?:mask|VLAN)|Failed to)",
        re.MULTILINE,
    ),
    paging_off=("terminal length 0", "terminal width 511"),
    show_running="show running-config",
    show_startup="show startup-config",
    # A VTP server keeps its VLANs, and SNMPv3 its users, out of the running configuration.
    show_hidden=("show vlan brief", "show snmp user"),
    save="write memory",
    answers=(
        (re.compile(r"Destination filename \[[^\]]*\]\? ?$"), "\n"),
        (re.compile(r"System configuration has been modified\. Save\? \[yes/no\]: ?$"), "no\n"),
        (re.compile(r"\[confirm\] ?$"), "\n"),
    ),
    noise=re.compile(
        r"^(?:\*?[A-Z][a-z]{2} +\d+ [\d:.]+[^%\n]*: |\d+: [^%\n]*: )?"
        r"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+: .*\n?"
        r"|^\*{3}\s*\n\*{3} --- SHUTDOWN .*\n\*{3}\s*\n?",
        re.MULTILINE,
    ),
    reverts=(
        Revert(
            name="archive",
            kind=RevertKind.TIMER,
            arm=("configure terminal revert timer {minutes}",),
            confirm=("configure confirm",),
            undo=("configure revert now",),
            settle=("configure revert now",),
            minutes=(1, 120),
            needs=r"(?m)^archive\n(?:[ \t].*\n)*?[ \t]+path \S",
            arm_enters_config=True,
        ),
        Revert(
            name="reload",
            kind=RevertKind.REBOOT,
            arm=("reload in {minutes}",),
            confirm=("reload cancel",),
            undo=("reload",),
            settle=("reload cancel",),
            minutes=(1, 120),
            needs_saved=True,
        ),
    ),
)

_WRITERS: Final[dict[str, Callable[[Writer, Sequence[Edit]], None]]] = {
    "hostname": write_hostname,
    "banner": write_banners,
    "user": write_users,
    "enable": write_enable,
    "gateway": write_gateway,
    "routing": write_routing,
    "route": write_routes,
    "stp": write_stp,
    "snmp": write_snmp,
    "ntp": write_ntp,
    "dns": write_dns,
    "aaa": write_aaa,
    "acl": write_acls,
    FREE: write_free,
}
"""Who writes the settings below a root; what is not here is a line of the table."""


class CiscoIos(Dialect):
    """IOS 12.2 to IOS-XE 17, on Catalyst switches."""

    name = "cisco_ios"
    rules = _RULES

    def sections(self, text: str) -> Iterator[Section]:
        """Every top-level line with the lines below it, without what the device makes by itself."""
        return split(text)

    def keep(self, text: str) -> str:
        """The text without what the device makes by itself; see `Dialect.kept`."""
        return kept(text)

    def read(self, section: Section) -> Reading:
        """What one section says."""
        return read(section)

    def settle(self, settings: dict[Path, Value]) -> dict[Path, Value]:
        """Terminal lines in ranges, priorities by value, and what a trunk and a LAG member imply."""
        lines: dict[int, dict[Path, Value]] = {}
        trunks: list[Path] = []
        raw: list[Path] = []
        lags: list[tuple[str, str]] = []
        for path, value in settings.items():
            root = path[0]
            if root == "port" and len(path) == 3:
                if value == "trunk" and path[2] == "mode":
                    trunks.append(path[:2])
                elif path[2] == "lag":
                    lags.append((path[1], str(value)))
            elif root == "vty#":
                lines.setdefault(int(path[1]), {})[path[2:]] = value
                raw.append(path)
            elif root == "stp" and path[1] == "vlans":
                raw.append(path)
        _imply_all(settings, trunks)
        _inherit(settings, lags)
        for port, lag in lags:
            settings.setdefault(("port", lag), True)
            if settings.get(("port", lag, "shutdown")):
                # IOS writes a LAG's shutdown to its members as well.
                settings["port", port, "shutdown"] = True
        settings.update(_in_ranges(lines))
        settings.update(_by_priority([(path[2], str(settings[path])) for path in raw if path[0] == "stp"]))
        for path in raw:
            del settings[path]
        return settings

    def translate(self, before: State, after: State) -> Translation:
        """The commands that make `before` become `after`."""
        writer = Writer(before, after)
        edits = Edits(before, after).by_root
        write_vlans(writer, edits.pop("vlan", []))
        write_interfaces(writer, [*edits.pop("port", []), *edits.pop("svi", [])])
        write_lines(writer, [*edits.pop("vty", []), *edits.pop("line", [])])
        for root, group in edits.items():
            _WRITERS.get(root, write_table)(writer, group)
        return writer.translation()


def _imply_all(settings: dict[Path, Value], trunks: list[Path]) -> None:
    """A trunk without a list carries every VLAN."""
    if not trunks:
        return
    listed = {path[:2] for path in settings if len(path) == 4 and path[2] == "tagged"}
    for path in trunks:
        if path not in listed:
            settings[*path, "tagged", "all"] = True


def _inherit(settings: dict[Path, Value], lags: list[tuple[str, str]]) -> None:
    """A member that says nothing of VLANs has those of its LAG: IOS hands them down, and suspends one that differs."""
    if not lags:
        return
    shared = [
        (path, value) for path, value in settings.items() if path[0] == "port" and path[2:3] and path[2] in OF_THE_LAG
    ]
    speaking = {path[1] for path, _ in shared}
    for port, lag in lags:
        if port not in speaking:
            own = ((("port", port, *path[2:]), value) for path, value in shared if path[1] == lag)
            settings.update((path, Inherited(value) if isinstance(value, str) else value) for path, value in own)


def _by_priority(said: list[tuple[str, str]]) -> Iterator[tuple[Path, Value]]:
    """One setting per priority: the VLANs that have it."""
    if len(said) == 1 and said[0][1] != _DEFAULT_PRIORITY:
        yield ("stp", "priority", said[0][1]), same_list(said[0][0])
        return
    priorities: dict[int, str] = {}
    for text, value in said:
        priorities.update(dict.fromkeys(vlan_set(text) or (), value))
    for value in sorted(set(priorities.values()) - {_DEFAULT_PRIORITY}):
        yield ("stp", "priority", value), vlan_list(vlan for vlan, own in priorities.items() if own == value)


def _in_ranges(lines: dict[int, dict[Path, Value]]) -> Iterator[tuple[Path, Value]]:
    """Neighbouring vty lines that say the same, within the ranges in which IOS itself prints them."""
    run: list[int] = []
    numbers = sorted(lines)
    for at, number in enumerate(numbers):
        run.append(number)
        following = numbers[at + 1] if at + 1 < len(numbers) else None
        same_range = following == number + 1 and bucket_of(number) == bucket_of(following)
        if following is not None and same_range and lines[following] == lines[number]:
            continue
        name = f"{run[0]} {run[-1]}" if len(run) > 1 else str(run[0])
        yield from ((("vty", name, *sub), value) for sub, value in lines[number].items())
        run = []


DIALECT: Final = CiscoIos()
