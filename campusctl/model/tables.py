"""What a switch sees at its ports right now: addresses, neighbours, links, power, VLANs.

A table that is None is *not known*: the switch refused the command, or said nothing that could be read.
"""

from enum import StrEnum

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.health import Neighbor


class Learnt(Frozen):
    """One row of the MAC address table."""

    mac: str
    """`00:11:22:33:44:55`."""
    port: str
    """The port or LAG it was learnt at, canonical name."""
    vlan: int | None = None
    """VLAN it was learnt in, 1-4094; None: the switch does not say."""


class Heard(Neighbor):
    """One LLDP neighbour, with what it says of itself."""

    description: str = ""
    """Its system description; empty: it sends none, or the release prints none."""
    capabilities: tuple[str, ...] = ()
    """What it does, as far as the switch says: `bridge`, `router`, `telephone`, `wlan-ap`, `station`, `repeater` …"""


class Located(Frozen):
    """One row of the ARP table."""

    address: str
    """IPv4 address."""
    mac: str
    """`00:11:22:33:44:55`."""


class PowerState(StrEnum):
    """What a port does with power over Ethernet."""

    DELIVERING = "delivering"
    """It powers a device."""
    SEARCHING = "searching"
    """It would, and nobody asks for any."""
    DISABLED = "disabled"
    """It is told not to."""
    DENIED = "denied"
    """A device asks, and the switch has no power left, or gives none by its rules."""
    FAULT = "fault"
    """Something is wrong with the port, the cable or the device."""


class PortNow(Frozen):
    """One port or LAG as it is right now."""

    up: bool | None = None
    """It has a link; None: not known."""
    enabled: bool | None = None
    """Not administratively down; None: not known."""
    speed_mbps: int | None = None
    """Speed in Mbit/s; None: not known, or down."""
    half_duplex: bool = False
    """It has a link that only one side at a time may use, which is a bad cable, or a device that is set so."""
    closed: str = ""
    """Why the switch itself has closed it, in its own words; empty: it has not."""
    power: PowerState | None = None
    """Power over Ethernet; None: the port has none, or the switch does not say."""
    watts: float | None = None
    """What the device draws, in watts; None: not known."""
    description: str = ""
    """The description it runs with."""
    mode: str = ""
    """`access`, `trunk`, `routed`, or a dialect's own word; empty: not known."""
    vlan: int | None = None
    """VLAN of frames without a tag, as it runs; None: none, or not known."""
    tagged: tuple[int, ...] = ()
    """VLANs it carries tagged, as it runs, ascending."""
    every_vlan: bool = False
    """It carries every VLAN there is, besides those named."""
    voice_vlan: int | None = None
    """Voice VLAN; None: none."""
    lag: str = ""
    """The LAG it belongs to, canonical name; its VLANs are the LAG's."""


class Tables(Frozen):
    """Everything one switch sees around it."""

    device: str
    """Device name."""
    learnt: tuple[Learnt, ...] | None = None
    """MAC address table, in the switch's order, its own addresses left out."""
    neighbors: tuple[Heard, ...] | None = None
    """LLDP neighbours, in the switch's order."""
    located: tuple[Located, ...] | None = None
    """ARP table: only of networks in which the switch has an address itself, mostly the management VLAN."""
    ports: dict[str, PortNow] = Field(default_factory=dict)
    """Ports and LAGs by canonical name, in the switch's order."""
    vlans: tuple[int, ...] = ()
    """VLANs that it has, ascending."""

    def at(self, port: str) -> tuple[Learnt, ...]:
        """What was learnt at a port, or at the LAG that it belongs to."""
        places = {port, self.ports[port].lag if port in self.ports else ""}
        return tuple(row for row in self.learnt or () if row.port in places)

    def heard_at(self, port: str) -> tuple[Heard, ...]:
        """Who is heard by LLDP at a port."""
        return tuple(one for one in self.neighbors or () if one.port == port)

    def ports_of(self, mac: str) -> tuple[str, ...]:
        """The ports or LAGs at which an address was learnt.

        Args:
            mac: `00:11:22:33:44:55`.
        """
        return tuple(dict.fromkeys(row.port for row in self.learnt or () if row.mac == mac))

    def address_of(self, mac: str) -> str:
        """The IPv4 address of a MAC address, by the ARP table; empty: not known."""
        return next((row.address for row in self.located or () if row.mac == mac), "")


class Pings(Frozen):
    """Who answered the pings of one switch."""

    device: str
    """Device name of the switch."""
    answers: dict[str, bool] = Field(default_factory=dict)
    """By IPv4 address; one of which the switch says neither yes nor no is left out."""
