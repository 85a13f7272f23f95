"""A city to break: one small school per case, all of one make, and what somebody did to its switch by hand."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPO: Final = Path(__file__).parents[2]

DEVICE_SECRET: Final = "KanarieVomGeraet7"
"""A community that only the switch knows: its removal is a command with a secret in it."""


@dataclass(frozen=True)
class Make:
    """A kind of switch, and how it takes a change back."""

    name: str
    """Dialect and revert, as in the report."""
    dialect: str
    """Dialect name."""
    profile: str
    """Profile of the example city."""
    uplink: int
    """Number of the port that leads to the core."""
    settings: str = ""
    """Lines for the school's `settings:`."""
    reboots: bool = False
    """Its only revert is a restart."""


MAKES: Final = {
    make.name: make
    for make in (
        Make("cisco_ios", "cisco_ios", "cisco-c2960x-24ps", 25),
        Make("cisco_ios-reload", "cisco_ios", "cisco-c2960x-24ps", 25, "  extra: []\n  revert: reboot\n", reboots=True),
        Make("aruba_aoscx", "aruba_aoscx", "aruba-6100-48g", 49),
        Make("hp_procurve", "hp_procurve", "hp-2930f-24g", 25, "  revert: reboot\n", reboots=True),
    )
}

ORDINARY: Final = {
    "cisco_ios": (
        "interface GigabitEthernet1/0/3", "description TEST", "exit",
        "interface GigabitEthernet1/0/4", "switchport access vlan 999", "no spanning-tree bpduguard", "exit",
        "interface GigabitEthernet1/0/5", "shutdown", "exit",
        "vlan 998", "name Testnetz", "exit",
        "logging host 10.9.9.9", "snmp-server location Keller", f"snmp-server community {DEVICE_SECRET} RO",
    ),
    "aruba_aoscx": (
        "interface 1/1/3", "description TEST", "exit",
        "interface 1/1/4", "vlan access 999", "no spanning-tree bpdu-guard", "exit",
        "interface 1/1/5", "shutdown", "exit",
        "vlan 998", "name Testnetz", "exit",
        "logging 10.9.9.9", "snmp-server system-location Keller", f"snmp-server community {DEVICE_SECRET}", "exit",
    ),
    "hp_procurve": (
        "interface 3", 'name "TEST"', "exit",
        "vlan 999", "untagged 4", "exit", "no spanning-tree 4 bpdu-protection",
        "interface 5", "disable", "exit",
        "vlan 998", 'name "Testnetz"', "exit",
        "logging 10.9.9.9", 'snmp-server location "Keller"', f'snmp-server community "{DEVICE_SECRET}" operator',
    ),
}  # fmt: skip
"""What somebody entered and saved: it takes a dozen commands to bring it back."""

MANAGED: Final = {
    "cisco_ios": ("interface GigabitEthernet1/0/25", "switchport trunk native vlan 30", "exit",
                  "snmp-server location Keller"),
    "aruba_aoscx": ("interface 1/1/49", "vlan trunk native 30", "exit", "snmp-server system-location Keller"),
    "hp_procurve": ("vlan 30", "untagged 25", "exit", 'snmp-server location "Keller"'),
}  # fmt: skip
"""What somebody entered on the uplink: another VLAN goes untagged; bringing it back touches the way in."""

WRITER: Final = {
    "cisco_ios": ("configure terminal", "vlan 997", "name Fremd", "end"),
    "aruba_aoscx": ("configure terminal", "vlan 997", "name Fremd", "end"),
    "hp_procurve": ("configure terminal", "vlan 997", 'name "Fremd"', "end"),
}
"""What somebody else enters in the middle."""

CHANGES: Final = ("ordinary", "managed", "cutting")
"""Ordinary settings; the management path, and it is right; the management path, and it cuts the way in."""


def drift(make: Make, change: str) -> tuple[str, ...]:
    """Lines that somebody entered before, at the manager prompt."""
    lines = {"ordinary": ORDINARY, "managed": MANAGED, "cutting": MANAGED}[change][make.dialect]
    return ("configure terminal", *lines, "end")


def school_of(number: int) -> str:
    """School id of a case's number, from 0."""
    return f"schule-{101 + number}"


def switch_of(number: int) -> str:
    """The switch under test in the school of a number."""
    return f"s{101 + number}-v2-sw01"


def make_city(root: Path, kinds: Sequence[tuple[Make, str]]) -> None:
    """Write a workspace with one school per pair of a make and what differs on its switch, 150 at most.

    The switch hangs below a core that stays as it is where its uplink is changed; otherwise it is the core itself.
    """
    shutil.copytree(REPO / "templates", root / "templates", dirs_exist_ok=True)
    shutil.copytree(REPO / "inventory", root / "inventory", ignore=shutil.ignore_patterns("schule-*"))
    for number, (make, change) in enumerate(kinds):
        folder = root / "inventory" / "schools" / school_of(number)
        folder.mkdir(parents=True)
        words = {"number": 101 + number, "profile": make.profile, "uplink": make.uplink, "down": make.uplink + 1}
        (folder / "school.yml").write_text(_SCHOOL.format(settings=_settings(make), **words))
        devices = _CORE + _EDGE if change == "managed" else _ALONE
        (folder / "devices.yml").write_text(devices.format(**words))


def cut(root: Path, schools: Sequence[str]) -> None:
    """Let the inventory name a gateway that does not answer: an apply cuts its own way in."""
    for school in schools:
        file = root / "inventory" / "schools" / school / "devices.yml"
        file.write_text(file.read_text() + _CUT.format(number=int(school[-3:])))


def mend(root: Path, schools: Sequence[str]) -> None:
    """Take that back."""
    for school in schools:
        file = root / "inventory" / "schools" / school / "devices.yml"
        file.write_text(file.read_text().replace(_CUT.format(number=int(school[-3:])), ""))


def _settings(make: Make) -> str:
    return f"settings:\n{make.settings}" if make.settings else ""


_CUT: Final = "    settings: {{gateway: 10.{number}.3.254}}\n"

_SCHOOL: Final = """\
name: Schule {number}
type: grundschule
address: {{street: Testweg 1, postcode: "12345", town: Musterstadt}}
contacts: {{sekretariat: {{title: Sekretariat, mail: s{number}@schule.example, phone: 0123 4}}}}
buildings: {{A: {{title: Haus, rooms: {{V1: {{floor: 0, title: Verteiler}}, V2: {{floor: 1, title: Verteiler}}}}}}}}
{settings}"""

_CORE: Final = """\
devices:
  s{number}-v1-sw01:
    profile: {profile}
    room: V1
    address: 10.{number}.3.11
    core: true
    ports: {{24: router, {down}: {{downlink: s{number}-v2-sw01}}}}
"""

_EDGE: Final = """\
  s{number}-v2-sw01:
    profile: {profile}
    room: V2
    address: 10.{number}.3.12
    ports: {{1-6: pc, {uplink}: {{uplink: s{number}-v1-sw01}}}}
"""

_ALONE: Final = """\
devices:
  s{number}-v2-sw01:
    profile: {profile}
    room: V2
    address: 10.{number}.3.12
    core: true
    ports: {{1-6: pc, {uplink}: router}}
"""
