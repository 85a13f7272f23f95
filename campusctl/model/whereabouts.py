"""Where the inventory has the devices of a school: what discovery is held against."""

from typing import NamedTuple


class Expected(NamedTuple):
    """One end device."""

    device: str
    """Device name."""
    mac: str
    """`00:11:22:33:44:55`, lower case."""
    switch: str = ""
    """The switch it is plugged into; empty: the inventory names no port."""
    port: str = ""
    """The port or LAG there, canonical name."""
    always_on: bool = False
    """Its port powers it, so that not seeing it means something."""


class Side(NamedTuple):
    """One switch, as the inventory has it."""

    name: str
    """Device name."""
    mac: str
    """Its own MAC address; empty: not known."""
    links: frozenset[str]
    """Ports and LAGs that lead to other switches or to the router, LAG members too."""
    unused: tuple[str, ...]
    """Ports that are unused, in the device's order."""
    tagged: dict[str, frozenset[int]]
    """VLANs that a port for end devices carries tagged: those of an access point's clients."""
    shorts: dict[str, str]
    """What the inventory calls each port."""


class School(NamedTuple):
    """What the inventory says of a school."""

    devices: tuple[Expected, ...]
    """Every end device whose MAC address is known."""
    sides: dict[str, Side]
    """The switches that were asked, by name."""
    names: frozenset[str]
    """Names of every device of the school, switches included."""
    switches: frozenset[str]
    """Names of its switches, also of those that were not asked."""
    macs: frozenset[str]
    """MAC addresses of all its switches, as far as they are known."""
    unknown_macs: int = 0
    """End devices whose MAC address the inventory does not say."""
