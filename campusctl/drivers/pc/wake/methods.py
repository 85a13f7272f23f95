"""The ways to wake a PC, by the name that the inventory gives them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from campusctl.drivers.pc.wake import method_broadcast, method_helper, method_host
from campusctl.drivers.pc.wake.datagram import send_datagrams
from campusctl.drivers.pc.wake.orders import Method, WakeOrder

Send: TypeAlias = Callable[[Sequence[WakeOrder]], Awaitable[Mapping[str, str]]]
"""Sends one packet for each PC; returns why not, by device."""

METHODS: Final[Mapping[Method, Send]] = {
    "broadcast": method_broadcast.send,
    "helper": method_helper.send,
    "host": method_host.send,
}


async def send_all(orders: Sequence[WakeOrder], to: tuple[str, int] | None = None) -> Mapping[str, str]:
    """One packet for each PC on its own way, all ways at once.

    Args:
        orders: PCs that can be woken.
        to: Where every packet goes instead: the lab.

    Returns:
        Why no packet was sent, by device; empty when all were.
    """
    if to is not None:
        return send_datagrams(orders, to)
    ways: dict[Method, list[WakeOrder]] = {}
    for order in orders:
        if order.method:
            ways.setdefault(order.method, []).append(order)
    found = await asyncio.gather(*(METHODS[method](group) for method, group in ways.items()))
    return {device: why for troubles in found for device, why in troubles.items()}
