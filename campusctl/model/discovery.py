"""What the switches of a school see, held against the inventory."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.outcome import Fault
from campusctl.model.sentence import KeptSentence


class FoundKind(StrEnum):
    """What is the matter."""

    UNKNOWN = "unknown"
    """A device that the inventory does not know."""
    WRONG_PORT = "wrong_port"
    """A device at another port than the inventory says."""
    REPLACED = "replaced"
    """A device is not seen, and another one is at its port."""
    NOT_SEEN = "not_seen"
    """A device is seen nowhere: it is off, unplugged or gone."""
    TWICE = "twice"
    """One MAC address at two ports."""
    STRANGER = "stranger"
    """A switch, telephone, access point or router that says so by LLDP, and that the inventory does not know."""
    SILENT = "silent"
    """A port that shall be unused has a link, and nothing speaks there."""


class Found(Frozen):
    """One thing that was found."""

    kind: FoundKind
    """What is the matter."""
    differs: bool
    """It is not as the inventory says; a device that is merely off is no difference."""
    text: KeptSentence
    """One sentence."""
    device: str = ""
    """Device name; empty: nobody knows one."""
    mac: str = ""
    """`00:11:22:33:44:55`; empty: not known."""
    vendor: KeptSentence = ""
    """Who made it, by the first half of its MAC address, or what is known of that."""
    switch: str = ""
    """Where it is seen; empty: nowhere."""
    port: str = ""
    """The port there, canonical name."""
    port_name: str = ""
    """The port as the inventory calls it."""
    vlan: int | None = None
    """The VLAN that it was seen in; None: not known."""
    address: str = ""
    """Its IPv4 address, where a switch of its network knows it."""
    expected_switch: str = ""
    """Where the inventory has it; empty: it says no port."""
    expected_port: str = ""
    """The port there, canonical name."""
    says: str = ""
    """What it says of itself by LLDP: name and description."""
    since: datetime | None = None
    """When this command saw it first (UTC); None: it is not remembered."""


class Discovery(Frozen):
    """Everything that was found at one school."""

    school: str
    """School id."""
    checked: datetime
    """When (UTC)."""
    found: tuple[Found, ...] = ()
    """In the order of kinds, then of switches and ports."""
    free: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Ports that are unused and have no link, as the inventory calls them, by switch."""
    right: int = 0
    """Devices that are where the inventory says."""
    clients: int = 0
    """Addresses behind access points; whose they are is nobody's business, so they are only counted."""
    switches: tuple[str, ...] = ()
    """Switches that were read."""
    notes: tuple[KeptSentence, ...] = ()
    """What could not be looked for, one sentence each."""
    faults: tuple[Fault, ...] = ()
    """Switches that could not be read."""

    @property
    def differs(self) -> bool:
        """Something is not as the inventory says."""
        return any(one.differs for one in self.found)
