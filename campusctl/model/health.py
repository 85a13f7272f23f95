"""What must be the same before and after a change, and which cable leads where.

An aspect that is None is *not known*: the switch refused the command, or said nothing that could be read.
"""

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.sentence import KeptSentence


class Neighbor(Frozen):
    """One LLDP neighbour, in its own words."""

    port: str
    """Our port, canonical name."""
    name: str = ""
    """Its system name, perhaps with a domain, perhaps cut; empty: it sends none."""
    remote_port: str = ""
    """Its port id: a port name, a number, or a MAC address."""
    remote_description: str = ""
    """Its port description."""
    chassis: str = ""
    """Its chassis id, lower case: mostly a MAC address."""


class Link(Frozen):
    """State of one port or LAG."""

    up: bool
    """It has a link."""
    enabled: bool = True
    """Not administratively down."""
    speed_mbps: int | None = None
    """Speed in Mbit/s; None: not known, or down."""
    half_duplex: bool = False
    """It has a link that only one side at a time may use, which is a bad cable, or a device that is set so."""
    closed: str = ""
    """Why the switch itself has closed it, in its own words, such as `bpduguard`; empty: it has not."""


class Root(Frozen):
    """Who is the root of one spanning-tree instance, and the way to it."""

    bridge: str
    """The root's MAC address, `00:11:22:33:44:55`."""
    priority: int | None = None
    """The root's priority, 0-61440, with the VLAN in it where the switch shows it so."""
    port: str = ""
    """Our root port, canonical name; empty: we are the root, or it is not known."""


class Power(Frozen):
    """Power over Ethernet of one port."""

    delivering: bool
    """It powers a device."""
    watts: float | None = None
    """What the device draws, in watts; None: not known."""


class Budget(Frozen):
    """Power over Ethernet of one power unit: the switch, a stack member, a slot."""

    available_w: float
    """What it can give, in watts."""
    used_w: float | None = None
    """What it gives, in watts; None: not known."""


class Health(Frozen):
    """How a switch is doing, as far as it says."""

    neighbors: tuple[Neighbor, ...] | None = None
    """LLDP neighbours, in the switch's order."""
    links: dict[str, Link] | None = None
    """State by port and LAG."""
    bundled: dict[str, bool] | None = None
    """Ports that a LAG was negotiated for (LACP, PAgP, static as far as shown): whether each carries traffic for it."""
    macs: dict[str, int] | None = None
    """How many addresses were learnt at each port or LAG."""
    devices: dict[str, str] = Field(default_factory=dict)
    """Port at which each device that was asked for was seen, by its MAC address `00:11:22:33:44:55`."""
    roots: dict[str, Root] | None = None
    """Spanning-tree root by instance: `MST0`, `VLAN0030`, `CST`; empty: spanning tree is off."""
    power: dict[str, Power] | None = None
    """Power over Ethernet by port."""
    budgets: dict[str, Budget] | None = None
    """Power budget by unit."""
    gateway: bool | None = None
    """Whether the default gateway answers the switch."""


class Check(Frozen):
    """One comparison of before and after."""

    name: str
    """`neighbors`, `links`, `lag`, `macs`, `root`, `power`, `gateway`, `devices`."""
    ok: bool | None
    """Whether it still is as it was; None: not known."""
    text: KeptSentence
    """One sentence, or several joined with `; `."""


class Cable(Frozen):
    """One cable from a switch to another one, as the inventory says."""

    port: str
    """Our port, canonical name; a member where it is a LAG."""
    lag: str = ""
    """The LAG that the port belongs to; empty: none."""
    peer: str
    """Name of the switch at the other end; empty: the inventory says that it is a link, and not to whom."""
    peer_ports: tuple[str, ...] = ()
    """Its port, or all members of its LAG, canonical names; empty: not known."""
    peer_dialect: str = ""
    """The language its port names are in."""


class CableMismatch(Frozen):
    """A cable that is not where the inventory says."""

    port: str
    """Our port."""
    text: KeptSentence
    """One sentence that names the cable."""


class DeclaredDevice(Frozen):
    """A device the inventory has at a port of a switch."""

    name: str
    """Device name."""
    port: str
    """The port, canonical name."""
    mac: str
    """`00:11:22:33:44:55`, lower case."""
    always_on: bool = False
    """It is never switched off (an access point), so that not seeing it means something."""
