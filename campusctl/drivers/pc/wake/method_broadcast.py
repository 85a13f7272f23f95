"""Method `broadcast`: a directed broadcast to the PC's subnet, from here.

Routers drop directed broadcasts unless they are told to let them through (RFC 2644), so the inventory must say that it
works.
"""

from collections.abc import Mapping, Sequence

from campusctl.drivers.pc.wake.datagram import send_datagrams
from campusctl.drivers.pc.wake.orders import WakeOrder


async def send(orders: Sequence[WakeOrder]) -> Mapping[str, str]:
    """One datagram for each PC to the broadcast address of its subnet; returns why not, by device."""
    return send_datagrams(orders)
