"""What a running configuration says of a port, and what is seen there, in the inventory's own terms."""

from typing import NamedTuple


class PortFacts(NamedTuple):
    """One port or LAG as it runs."""

    name: str
    """Canonical name."""
    vlan: int | None = 1
    """VLAN of frames without a tag; None: it takes none."""
    tagged: frozenset[int] = frozenset()
    """VLANs it carries tagged."""
    every_vlan: bool = False
    """It carries every VLAN there is."""
    voice_vlan: int | None = None
    """Voice VLAN."""
    poe: bool = True
    """Power over Ethernet is not switched off."""
    shutdown: bool = False
    """Administratively down."""
    edge: bool = False
    """It forwards at once."""
    bpduguard: bool = False
    """A BPDU shuts it."""
    description: str = ""
    """Description."""
    lag: str = ""
    """The LAG it belongs to, canonical name."""

    @property
    def carried(self) -> frozenset[int]:
        """Every VLAN with a tag, the voice VLAN among them: some switches tell the two apart, some do not."""
        return self.tagged | ({self.voice_vlan} if self.voice_vlan else frozenset())


class Sighting(NamedTuple):
    """What is seen at a port."""

    device: str = ""
    """The inventory's end device whose address was learnt there; empty: none."""
    switch: str = ""
    """The inventory's switch at the other end; empty: none."""
    far_port: str = ""
    """Its port, canonical name; empty: not known."""
    idle: bool = False
    """It has no link."""
