"""Method `helper`: a datagram to a router or switch at the site, which hands it on into the PC's VLAN as a broadcast.

The helper must be set up for that; docs/pcs-off.md says how.
"""

from collections.abc import Mapping, Sequence

from campusctl.drivers.pc.wake.datagram import send_datagrams
from campusctl.drivers.pc.wake.orders import WakeOrder


async def send(orders: Sequence[WakeOrder]) -> Mapping[str, str]:
    """One datagram for each PC to its helper's address; returns why not, by device."""
    return send_datagrams(orders)
