"""What goes wrong: at the switch, by the lab's hand; and around the tool, while every switch keeps its reply back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fault_city import MAKES, WRITER, Make

from campusctl.lab.spec import Faults

AT_THE_SWITCH: Final = ("drop", "reboot", "refuse", "save", "stall", "garbage", "writer", "hostkey")
"""The lab does it at the line."""
AROUND_THE_TOOL: Final = ("kill", "disk", "database", "postgres")
"""The harness does it while the switch keeps its reply to the line back."""
BEFORE: Final = ("moved",)
"""It has happened before the plan is applied; there is no line to count."""
KINDS: Final = (*AT_THE_SWITCH, *AROUND_THE_TOOL, *BEFORE)

TITLES: Final = {
    "drop": "session drop",
    "reboot": "switch reboot",
    "refuse": "line refused",
    "save": "save failed",
    "stall": "reply stalled",
    "garbage": "prompt garbage",
    "writer": "other writer",
    "hostkey": "wrong host key",
    "kill": "SIGKILL of campusctl",
    "disk": "full disk",
    "database": "database gone",
    "postgres": "PostgreSQL stopped",
    "moved": "device moved",
}
"""As in the report."""


@dataclass(frozen=True, order=True)
class Case:
    """One fault at one line of one change on one make of switch."""

    make: str
    """Name of the make."""
    change: str
    """Which change is made."""
    kind: str
    """What goes wrong."""
    index: int
    """At which line of the apply's sessions, from 1; for `moved` which hand was at work."""

    def __str__(self) -> str:
        return f"{self.make}/{self.change}/{self.kind}@{self.index}"


def lab_fault(case: Case) -> Faults:
    """What the lab is told for a case."""
    at = case.index
    match case.kind:
        case "drop" | "reboot" | "stall" | "refuse" | "garbage":
            return Faults.model_validate({f"{case.kind}_after": at})
        case "hostkey":
            return Faults(key_after=at)
        case "writer":
            return Faults(writer_after=f"{at};{';'.join(WRITER[MAKES[case.make].dialect])}")
        case "save":
            return Faults(save_fails=True)
        case "moved":
            return Faults()
        case _:
            return Faults(hold_after=at)


def hand(make: Make, number: int) -> tuple[str, ...]:
    """What somebody enters between plan and apply: each number another setting, also one that is only saved."""
    lines = _HANDS[make.dialect]
    return ("configure terminal", *lines[number % len(lines)], "end")


_HANDS: Final = {
    "cisco_ios": (
        ("vlan 997",), ("interface GigabitEthernet1/0/9", "description NEU"), ("snmp-server contact wer",),
        ("interface GigabitEthernet1/0/10", "no shutdown"), ("no logging host 10.255.0.14",),
    ),
    "aruba_aoscx": (
        ("vlan 997",), ("interface 1/1/9", "description NEU"), ("snmp-server system-contact wer",),
        ("interface 1/1/10", "no shutdown"), ("no logging 10.255.0.14",),
    ),
    "hp_procurve": (
        ("vlan 997",), ("interface 9", 'name "NEU"'), ('snmp-server contact "wer"',),
        ("interface 10", "enable"), ("no logging 10.255.0.14",),
    ),
}  # fmt: skip

HANDS: Final = len(_HANDS["cisco_ios"])


def wanted(
    makes: Sequence[str], changes: Sequence[str], kinds: Sequence[str], lines: Mapping[tuple[str, str], int]
) -> list[Case]:
    """Every case: each kind at each line of each change.

    Args:
        makes: Names.
        changes: Names.
        kinds: Names.
        lines: How many lines a switch of a make sees when a change is made, counted in a run without a fault.
    """
    return [
        Case(make, change, kind, index)
        for kind in kinds
        for make in makes
        for change in changes
        for index in _indices(kind, lines[make, change])
    ]


def _indices(kind: str, lines: int) -> range:
    if kind == "moved":
        return range(1, HANDS + 1)
    # A change saves once: it does not matter since when that would have failed.
    return range(1, 2) if kind == "save" else range(1, lines + 1)
