"""What is said about a new device, what is proposed for it, and what stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias


class Refusal(NamedTuple):
    """Why a device cannot be taken in as it was said."""

    what: str
    """One sentence."""
    hint: str = ""
    """What to do about it."""
    line: int = 0
    """Line of the CSV file it stands in, from 1; 0: it was typed."""


class Question(NamedTuple):
    """What the rules cannot decide."""

    field: str
    """Field of `Wanted`: `profile`, `port` …"""
    what: str
    """Why not, in one sentence."""
    choices: tuple[str, ...] = ()
    """What it may be, the likeliest first; empty: anything."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody says about a new device; what is empty is proposed, or asked for."""

    kind: str
    """`board`, `printer`, `projector`, `pc` or `switch`."""
    school: str
    """School id."""
    room: str
    """Room, as typed."""
    device_class: str = ""
    """Class letters; empty: the class of the kind."""
    name: str = ""
    """Device name."""
    address: str = ""
    """IPv4 address."""
    profile: str = ""
    """Profile."""
    port: str = ""
    """`SWITCH:PORT` or `SWITCH`; of a switch the port above it."""
    own_port: str = ""
    """Of a switch: its own port towards the core."""
    role: str = ""
    """Role of the port; empty: that of the class, or of a room that has one of its own."""
    serial: str = ""
    """Serial number."""
    mac: str = ""
    """MAC address, `00:1b:21:aa:bb:cc`."""
    asset: str = ""
    """Asset tag."""
    queue: str = ""
    """Of a printer: its queue; `-`: none."""
    line: int = 0
    """Line of the CSV file, from 1; 0: it was typed."""


Entry: TypeAlias = Mapping[str, Any]
"""What stands in a file of the inventory, as plain data."""


class PortChange(NamedTuple):
    """One port of a switch that gets another entry."""

    switch: str
    """Switch name."""
    port: str
    """As the inventory calls it: `7`, `A7`."""
    name: str
    """The dialect's canonical name."""
    entry: Entry
    """What stands there then."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new device as it would stand in the inventory."""

    wanted: Wanted
    """What was said."""
    name: str
    """Device name."""
    entry: Entry
    """Its entry: profile, room, address, MAC, serial number, asset tag; of a switch its ports too."""
    port: PortChange | None
    """The port it is plugged into; None: it has none."""
    queue: tuple[str, str, Entry] | None = None
    """Of a printer: print server, queue and the queue's entry; None: no queue."""
    role: str = ""
    """Role of the port."""
    vlan: int = 0
    """Untagged VLAN of the port; 0: not known, or a link between switches."""
    why: Mapping[str, str] = field(default_factory=dict)
    """By field, where a proposed value comes from, in a few words."""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""

    @property
    def address(self) -> str:
        """IPv4 address; empty: none."""
        return str(self.entry.get("address") or "")


class Answer(NamedTuple):
    """What the rules make of what was said: a proposal, or what is in its way."""

    proposal: Proposal | None
    """None: something is refused, or must be asked."""
    refusals: tuple[Refusal, ...] = ()
    """What is wrong; all of it."""
    questions: tuple[Question, ...] = ()
    """What must be decided first."""
